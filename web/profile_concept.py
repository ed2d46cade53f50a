"""One concept in the data of a dataset, as its page shows it."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from catalogue.errors import NotFound
from catalogue.profiles.concepts import Concept
from catalogue.profiles.counts import Count
from catalogue.profiles.release import Guarded
from catalogue.profiles.releases import ConceptCounts, Release
from web import profile_exports
from web.charts.amounts import share
from web.charts.chart import Chart, Say
from web.charts.concepts import concept_charts, measured_units
from web.charts.figures import Figure
from web.charts.labels import domain_label
from web.concept_views import Named, named
from web.state import State
from web.telling import Telling, telling

_NAMED: Final = re.compile(r"(?:prevalence|first-age|values)-([0-9]{1,18})(?:-.*)?")


@dataclass(frozen=True, slots=True)
class Line:
    """What is counted of the concept in a domain; `all_` is with all below it, over all domains."""

    domain: str
    persons: Telling
    share: Telling
    records: Telling
    all_persons: Telling
    all_records: Telling


@dataclass(frozen=True, slots=True)
class ConceptInDataset:
    """A concept with what a release counts of it; the address of `concept` leads to all who hold it."""

    id: int
    concept: Named
    lines: tuple[Line, ...]
    figures: tuple[Figure, ...]


def concept_in(name: str) -> int | None:
    """The concept that the chart of a name is of; None for a chart of a whole dataset."""
    found = _NAMED.fullmatch(name)
    return int(found[1]) if found else None


def charts(here: State, release: Release, concept: int) -> Iterator[Chart]:
    """The charts of a concept in a release."""
    told = here.catalogue.releases.detailed(release.id, concept)
    return concept_charts(told, str(concept), _names(here, told, concept), here.renderer.translate)


def view(here: State, release: Release, concept: int) -> ConceptInDataset:
    """A concept laid out for reading; raises NotFound where it has no name and nothing is told of it."""
    releases = here.catalogue.releases
    known, counts = here.catalogue.concepts.named([concept]), releases.counted(release.id, concept)
    drawn = tuple(profile_exports.drawn(here, release, chart) for chart in charts(here, release, concept))
    if not (known or counts or drawn):
        raise NotFound(f"The profile of this dataset tells of no concept {concept}.")
    persons = releases.charted(release.id, ("persons",)).count("persons")
    links, say = here.renderer.links, here.renderer.translate
    label = named(known.get(concept, Concept(concept, "")), links, say)
    return ConceptInDataset(concept, label, tuple(_lines(counts, persons, say)), drawn)


def _lines(counts: Sequence[ConceptCounts], persons: Count, say: Say) -> Iterator[Line]:
    for one in counts:
        yield Line(
            domain_label(one.domain, say),
            telling(one.persons, say),
            telling(share(one.persons, persons), say),
            telling(one.records, say),
            telling(one.all_persons, say),
            telling(one.all_records, say),
        )


def _names(here: State, told: Guarded, concept: int) -> dict[str, str]:
    units = [int(unit) for unit in measured_units(told, str(concept)) if unit.isdecimal()]
    return {str(id): one.name for id, one in here.catalogue.concepts.named([concept, *units]).items()}
