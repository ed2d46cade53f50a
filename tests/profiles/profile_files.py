"""Files of profiles as tests write them."""

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import TypeVar

from catalogue.profiles.measured import Dropped, Measured, Spread, Tally, Told
from harvesters.profiles import read

RESULTS = ("analysis_id", *(f"stratum_{number}" for number in range(1, 6)), "count_value")
VALUES = ("min_value", "max_value", "avg_value", "stdev_value", "median_value")
DISTRIBUTIONS = (*RESULTS, *VALUES, "p10_value", "p25_value", "p75_value", "p90_value")
CONCEPTS = (
    "concept_id",
    "record_count",
    "descendant_record_count",
    "person_count",
    "descendant_person_count",
)

SOURCE = (0, "Registry", "1.7.2", "2026-11-22", 2694)
"""The row of the source as Achilles writes it: id, strata, count."""

Row = Sequence[object]
Kind = TypeVar("Kind", bound=Measured)


def result(id: object, *strata_and_count: object) -> Row:
    """A row of 7 columns; strata that are not given are NA."""
    *strata, count = strata_and_count
    return (id, *strata, *["NA"] * (5 - len(strata)), count)


def spread(
    id: object, *strata_and_count: object, values: Sequence[object] = (1, 9, 5, 2, 5, 2, 3, 7, 8)
) -> Row:
    """A row of 16 columns with values as minimum, maximum, mean, deviation, median and percentiles."""
    return (*result(id, *strata_and_count), *values)


def written(path: Path, headings: Sequence[str], rows: Iterable[Row], separator: str = ",") -> Path:
    lines = (separator.join(map(str, row)) for row in (headings, *rows))
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path


def results(folder: Path, *rows: Row) -> list[Measured]:
    """What a file of Achilles with these rows of 7 columns tells."""
    return list(read([written(folder / "results.csv", RESULTS, [result(*SOURCE), *rows])]))


def distributions(folder: Path, *rows: Row) -> list[Measured]:
    """What a file of Achilles with these rows of 16 columns tells."""
    return list(read([written(folder / "results_dist.csv", DISTRIBUTIONS, rows)]))


def of(kind: type[Kind], items: Iterable[Measured]) -> list[Kind]:
    return [item for item in items if isinstance(item, kind)]


def told(items: Iterable[Measured]) -> Told:
    (found,) = of(Told, items)
    return found


def counts(items: Iterable[Measured]) -> dict[tuple[str, ...], tuple[int, int]]:
    """Bounds by analysis and strata."""
    return {(item.analysis, *item.strata): (item.low, item.high) for item in of(Tally, items)}


def spreads(items: Iterable[Measured]) -> dict[tuple[str, ...], Spread]:
    return {(item.analysis, *item.strata): item for item in of(Spread, items)}


def left_out(items: Iterable[Measured]) -> dict[str, int]:
    """How many rows of what are not taken in."""
    return {item.what: item.rows for item in of(Dropped, items)}
