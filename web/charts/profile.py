"""The charts of one release part by part, in the order in which a profile shows them."""

from collections.abc import Callable, Iterator, Mapping
from typing import Final, TypeAlias

from catalogue.profiles.release import Guarded
from web.charts.chart import Chart, Names, Say
from web.charts.history import quality
from web.charts.labels import by_domain
from web.charts.persons import (
    age_at_first_observation,
    cumulative_observation,
    persons_by_month,
    pyramid,
    year_of_birth,
)
from web.charts.records import (
    concepts_per_person,
    provenance_types,
    records_by_month,
    time_strand,
    visit_types,
)

Drawn: TypeAlias = Callable[[Guarded, Names, Say], Iterator[Chart | None]]


def profile_charts(part: str, release: Guarded, names: Names, say: Say) -> Iterator[Chart]:
    """What can be drawn in a part of a profile; what the release does not provide is left out."""
    if part in _PARTS:
        yield from filter(None, _PARTS[part](release, names, say))


def _population(release: Guarded, _names: Names, say: Say) -> Iterator[Chart | None]:
    yield pyramid(release, say)
    yield year_of_birth(release, say)
    yield age_at_first_observation(release, say)


def _observation(release: Guarded, _names: Names, say: Say) -> Iterator[Chart | None]:
    yield cumulative_observation(release, say)
    yield persons_by_month(release, say)


def _domains(release: Guarded, _names: Names, say: Say) -> Iterator[Chart | None]:
    yield time_strand(release, say)
    yield from records_by_month(release, say)
    yield concepts_per_person(release, say)


def _visits(release: Guarded, names: Names, say: Say) -> Iterator[Chart | None]:
    yield visit_types(release, names, say)


def _origin(release: Guarded, names: Names, say: Say) -> Iterator[Chart | None]:
    for domain in by_domain(cell[0] for cell in release.cells.get("recordsByType", {})):
        yield provenance_types(release, domain, names, say)


def _quality(release: Guarded, _names: Names, say: Say) -> Iterator[Chart | None]:
    yield quality(release, say)


_PARTS: Final[Mapping[str, Drawn]] = {
    "population": _population,
    "observation": _observation,
    "domains": _domains,
    "visits": _visits,
    "origin": _origin,
    "quality": _quality,
}
