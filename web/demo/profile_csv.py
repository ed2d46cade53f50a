"""The tables that nodes export of what was counted: of Achilles, of CatalogueExport, or of their own."""

import csv
import io
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Final

from web.demo.profile_counts import FIRST, OVERLAPS, SEXES, Cell, Counts, Spread, Stratum

CATALOGUE_EXPORT_VERSION: Final = "1.1.1"

_STRATA: Final = tuple(f"stratum_{number}" for number in range(1, 6))
_RESULTS: Final = ("analysis_id", *_STRATA, "count_value")
_SPREADS: Final = (
    *("min_value", "max_value", "avg_value", "stdev_value", "median_value"),
    *("p10_value", "p25_value", "p75_value", "p90_value"),
)
_CONCEPTS: Final = (
    *("concept_id", "record_count", "descendant_record_count"),
    *("person_count", "descendant_person_count"),
)
_OWN: Final = ("analysis", "stratum_1", "stratum_2", "count")
_NULL: Final = "NA"

_EXACT: Final = frozenset({1, 2, 3, 101, 102, 108, 109, 111, 112, 113, 117})
_MONTHLY: Final = frozenset({220, 420, 502, 620, 720, 820, 1820, 2120})
_ROUNDED: Final = frozenset(
    {103, 104, 105, 106, 501, 506, 1815}
    | {first + more for first in FIRST.values() for more in (0, 1, 3, 5, 6)} - {205}
)
_DESCENDANTS: Final = {domain: first + 30 for domain, first in FIRST.items() if domain != "visit"}
_HUNDRED: Final = 100
_SMALL: Final = 5
_OF_RELEASE: Final = 9999

_OWN_COUNTS: Final[Mapping[int, str]] = {
    1: "persons",
    2: "personsBySex",
    3: "personsByYearOfBirth",
    101: "personsByAge",
    108: "personsByFollowUp",
    111: "personsByStart",
    112: "personsByEnd",
    117: "personsObservedInMonth",
    200: "personsByVisit",
    201: "recordsByVisit",
}
"""Analyses of Achilles by what our own format calls them."""

Row = tuple[object, ...]


@dataclass(frozen=True, slots=True)
class About:
    """What a file tells of itself."""

    source: str
    version: str
    generated: date
    released: date
    vocabulary: str


def achilles(counts: Counts, about: About) -> dict[str, bytes]:
    """The three tables that Achilles exports."""
    run = (0, about.source, about.version, about.generated, *_nulls(2))
    persons = counts.cells[1, "", ""]
    results = [(*run, persons), *map(_result, _ordered(counts))]
    spreads = [_spread_row(cell, spread, spread.count) for cell, spread in counts.spreads()]
    return {
        "achilles_results.csv": _table(_RESULTS, results),
        "achilles_results_dist.csv": _table((*_RESULTS, *_SPREADS), spreads),
        "achilles_result_concept_count.csv": _table(_CONCEPTS, _concepts(counts)),
    }


def catalogue_export(counts: Counts, about: About) -> dict[str, bytes]:
    """The one file of CatalogueExport: by concept rounded up to hundreds, nothing of five or less."""
    persons = counts.cells[1, "", ""]
    run = (0, about.source, about.version, f"{about.generated:%Y%m%d}", *_nulls(2), persons)
    release = (
        *(5000, about.source, about.released, about.released, "v5.4", about.vocabulary),
        _OF_RELEASE,
    )
    rows = [_result((cell, number)) for cell, number in _exported(counts)]
    spreads = [
        _spread_row(cell, spread, _hundreds(spread.count))
        for cell, spread in counts.spreads()
        if cell[0] in _ROUNDED
    ]
    wide = [(*row, *_nulls(len(_SPREADS))) for row in (run, *rows, release)]
    ordered = sorted([*wide, *spreads], key=lambda row: int(str(row[0])))
    name = f"catalogue_results-{about.generated}.csv"
    return {name: _table((*_RESULTS, *_SPREADS), ordered)}


def own(counts: Counts, about: About) -> dict[str, bytes]:
    """Counts in the format for those without OMOP, in words."""
    told = {"source_name": about.source, "generated": about.generated, "released": about.released}
    rows = [("about", key, value, "") for key, value in told.items()]
    return {"counts.csv": _table(_OWN, [*rows, *_own_rows(counts)])}


def _exported(counts: Counts) -> Iterator[tuple[Cell, int]]:
    first_of = {first + 1: domain for domain, first in FIRST.items()}
    for cell, number in _ordered(counts):
        analysis, *strata = cell
        if analysis in _EXACT | _MONTHLY and number > _SMALL:
            yield cell, number
        elif analysis in _ROUNDED:
            yield cell, _hundreds(number)
        if (domain := first_of.get(analysis)) in _DESCENDANTS:
            yield (_DESCENDANTS[domain], strata[0], ""), _hundreds(number)


def _own_rows(counts: Counts) -> Iterator[Row]:
    sexes: dict[Stratum, str] = {concept: sex for sex, concept in SEXES.items()}
    words: dict[Stratum, str] = {f"{1 << 6 - place:07b}": domain for place, domain in enumerate(OVERLAPS)}
    domains = {first: domain for domain, first in FIRST.items() if domain != "visit"} | {500: "death"}
    for (analysis, first, second), number in _ordered(counts):
        if name := _OWN_COUNTS.get(analysis):
            yield name, sexes.get(first, first) if analysis == 2 else first, second, number
        elif analysis == 102:
            yield "personsByAgeAndSex", second, sexes[first], number
        elif analysis in domains:
            yield "personsByConcept", domains[analysis], first, number
        elif analysis - 1 in domains:
            yield "recordsByConcept", domains[analysis - 1], first, number
        elif analysis - 20 in domains:
            yield "recordsInMonth", domains[analysis - 20], first, number
        elif analysis == 2004 and first in words:
            yield "personsByDomains", words[first], "", number


def _concepts(counts: Counts) -> Iterator[Row]:
    """Records and persons by concept; none of these concepts has another below it."""
    for first in FIRST.values():
        records = counts.of(first + 1)
        for (concept, _), persons in counts.of(first).items():
            number = records[concept, ""]
            yield concept, number, number, persons, persons


def _ordered(counts: Counts) -> list[tuple[Cell, int]]:
    return sorted(counts.cells.items())


def _result(counted: tuple[Cell, int]) -> Row:
    (analysis, *strata), number = counted
    return analysis, *(_NULL if one == "" else one for one in strata), *_nulls(3), number


def _spread_row(cell: Cell, spread: Spread, number: int) -> Row:
    p10, p25, median, p75, p90 = spread.percentiles
    least, most = spread.minimum, spread.maximum
    values = (least, most, spread.mean, spread.deviation, median, p10, p25, p75, p90)
    return *_result((cell, number)), *values


def _hundreds(number: int) -> int:
    return -(-number // _HUNDRED) * _HUNDRED


def _nulls(number: int) -> tuple[str, ...]:
    return (_NULL,) * number


def _table(headings: Iterable[str], rows: Iterable[Row]) -> bytes:
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(headings)
    writer.writerows(rows)
    return text.getvalue().encode()
