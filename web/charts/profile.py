"""All charts of one release, in the order in which a profile shows them."""

from collections.abc import Iterator

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
    in_months,
    provenance_types,
    records_by_month,
    time_strand,
    visit_types,
)


def profile_charts(release: Guarded, names: Names, say: Say) -> tuple[Chart, ...]:
    """What can be drawn of a release without asking for a concept; what it does not provide is left out."""
    return tuple(chart for chart in _charts(release, names, say) if chart is not None)


def _charts(release: Guarded, names: Names, say: Say) -> Iterator[Chart | None]:
    yield pyramid(release, say)
    yield year_of_birth(release, say)
    yield age_at_first_observation(release, say)
    yield cumulative_observation(release, say)
    yield persons_by_month(release, say)
    yield time_strand(release, say)
    for domain in by_domain(in_months(release)):
        yield records_by_month(release, domain, say)
    yield concepts_per_person(release, say)
    yield visit_types(release, names, say)
    for domain in by_domain(cell[0] for cell in release.cells.get("recordsByType", {})):
        yield provenance_types(release, domain, names, say)
    yield quality(release, say)
