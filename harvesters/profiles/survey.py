"""A first look through results of Achilles and CatalogueExport: who made them, of what, and when.

It comes before any number is read, since the same id means different things to different producers.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Final

from catalogue.errors import Invalid
from catalogue.profiles.measured import Told
from harvesters.profiles.achilles_ids import ACHILLES, LINES, Producer
from harvesters.profiles.catalogue_export import CATALOGUE_EXPORT, DESCENDANTS, IDS, RELEASE, wrote
from harvesters.profiles.cells import OF_OMOP, day, label, whole
from harvesters.profiles.tables import Table

SOURCE: Final = 0
"""The row of the source of the data, and of the run of the analyses."""

STRATA: Final = tuple(f"stratum_{number}" for number in range(1, 6))
RESULTS: Final = frozenset({"analysis_id", *STRATA, "count_value"})
DISTRIBUTION: Final = (
    "min_value",
    "p10_value",
    "p25_value",
    "median_value",
    "p75_value",
    "p90_value",
    "max_value",
    "avg_value",
    "stdev_value",
)

DOMAINLESS: Final = {
    id: line.analysis
    for id, line in LINES.items()
    if line.analysis in ("personsByConceptAndMonth", "ageAtFirstOccurrence")
}
"""Analyses of concepts that do not tell the domain, by id."""

_MANY: Final = 10_000
_DATE: Final = 8


@dataclass(slots=True)
class Survey:
    """What was seen. `shared` has the (analysis, concept) of concepts that stand in several domains.

    Of those an analysis without a domain cannot be told, and neither of concept 0, which is in all.
    """

    ids: set[int] = field(default_factory=set)
    sources: set[tuple[str, ...]] = field(default_factory=set)
    releases: set[tuple[str, ...]] = field(default_factory=set)
    shared: set[tuple[str, str]] = field(default_factory=set)
    descendants: bool = False
    mixed: bool = False

    def producer(self) -> Producer:
        """Raises Invalid where results of both are mixed."""
        dated = any(len(row[2]) == _DATE and row[2].isdecimal() for row in self.sources)
        if not wrote(self.ids, descendants=self.descendants, dated=dated, mixed=self.mixed):
            return ACHILLES
        others = sorted((self.ids - IDS) & {*ACHILLES.lines, *ACHILLES.left_out})
        if others:
            raise Invalid(
                "The files hold results of two producers: of CatalogueExport, and analysis "
                f"{others[0]}, which only Achilles has. The same number means different things to them: give "
                "files of one."
            )
        return CATALOGUE_EXPORT

    def told(self) -> Told:
        """Who made it, of what and when; raises Invalid where files are of two sources."""
        names = {row[0] for row in (*self.sources, *self.releases) if row[0]}
        if len(names) > 1:
            first, second = sorted(names)[:2]
            raise Invalid(f"The files are of two sources: “{first}” and “{second}”. Give the files of one.")
        runs = {tuple(row[1:3]) for row in self.sources if row[1] or row[2]}
        if len(runs) > 1 or len(self.releases) > 1:
            raise Invalid(
                "The files are of two runs of the analyses, by their rows of id 0 or 5000. Give those of one."
            )
        version, generated = next(iter(runs), ("", ""))
        _, first, second, cdm, vocabulary = next(iter(self.releases), ("",) * len(STRATA))
        return Told(
            self.producer().name,
            version,
            next(iter(names), ""),
            day(generated),
            day(second) or day(first),
            cdm,
            vocabulary,
        )


def surveyed(tables: Sequence[Table]) -> Survey:
    """Look through results of Achilles or CatalogueExport; raises Invalid where a row cannot be read."""
    survey = Survey()
    owners: dict[tuple[str, str], int] = {}
    for table in tables:
        for id, strata in _remarkable(table, survey):
            if id in (SOURCE, RELEASE):
                (survey.sources if id == SOURCE else survey.releases).add(tuple(strata))
            elif id in DESCENDANTS:
                survey.descendants |= bool(strata[0] and not strata[1])
            elif concept := OF_OMOP["concept"](strata[0]):
                key = (DOMAINLESS[id], concept)
                if owners.setdefault(key, id) != id or concept == "0":
                    survey.shared.add(key)
    return survey


def id_of(text: str) -> int | None:
    """The id of an analysis, None in a row that repeats the headings; raises ValueError."""
    return None if text.strip().lower() == "analysis_id" else whole(text)


def _remarkable(table: Table, survey: Survey) -> Iterator[tuple[int, list[str]]]:
    """The rows that tell of their producer, with their strata; all ids go into the survey."""
    at = table.columns.index("analysis_id")
    places = [table.columns.index(name) for name in STRATA]
    remarkable = {SOURCE, RELEASE, *DESCENDANTS, *DOMAINLESS}
    ids: dict[str, int | None] = {}
    dull: set[str] = set()
    concepts: set[tuple[str, str]] = set()
    rows = table.rows()
    for row in rows:
        text = row[at]
        if text in dull:
            continue
        try:
            id = ids[text] if text in ids else id_of(text)
        except ValueError as error:
            raise rows.invalid(str(error)) from None
        if len(ids) < _MANY:
            ids[text] = id
        if id not in remarkable:
            dull.update({text} & ids.keys())
        elif id not in DOMAINLESS or (text, row[places[0]]) not in concepts:
            concepts.add((text, row[places[0]]))
            yield id, [label(row[place]) for place in places]
    here = {id for id in ids.values() if id is not None}
    survey.ids |= here
    survey.mixed |= DISTRIBUTION[0] in table.columns and 1 in here
