"""How rows of the tables in an Ares folder become tallies and spreads."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Final

from catalogue.errors import Invalid
from catalogue.profiles.analyses import SEXES
from catalogue.profiles.measured import Spread, Tally
from harvesters.profiles.ares_files import Row
from harvesters.profiles.cells import FORMS, OF_OMOP, count, measure
from harvesters.profiles.passed_over import PassedOver

DAYS: Final = 365.25
"""Lengths of observation are written in years of so many days, rounded to four digits after the point."""

LIFE: Final = 200
"""Years that nobody reaches."""

_QUANTILES: Final = ("min", "p10", "p25", "median", "p75", "p90", "max")
_OTHER: Final = "other"

_IMPOSSIBLE: Final = "A stratum is out of its range: {form}."
_DISORDER: Final = "Their percentiles do not ascend, so that one of them is wrong."
_EMPTY: Final = "They have no values."
_SEXES: Final = "Several sexes count as other here, and distributions cannot be added up."


@dataclass(frozen=True, slots=True)
class Counted:
    """A table of counts: `columns` are the strata after `fixed` by name, and the columns that give them.

    `adds` says that several rows may make one cell.
    """

    analysis: str
    columns: tuple[tuple[str, str], ...]
    count: str = "count_value"
    fixed: tuple[str, ...] = ()
    adds: bool = False


@dataclass(frozen=True, slots=True)
class BySex:
    """A table of distributions, one for each sex; `years` says that years are to be made days."""

    analysis: str
    years: bool = False


def tallies(name: str, rows: Iterable[Row], table: Counted, left: PassedOver) -> Iterator[Tally]:
    """The cells of a table; raises Invalid where a count is no number."""
    sums: dict[tuple[str, ...], int] = {}
    for place, row in enumerate(rows, 1):
        strata = _strata(name, row, table, left)
        if strata is None:
            continue
        number = counted(name, place, row, table.count)
        if table.adds:
            sums[strata] = sums.get(strata, 0) + number
        else:
            yield Tally(table.analysis, strata, number, number)
    for strata, number in sums.items():
        yield Tally(table.analysis, strata, number, number)


def counted(name: str, place: int, row: Row, column: str) -> int:
    """The count of a row, whose place is told where it is none: raises Invalid."""
    try:
        return count(row.get(column, ""))
    except ValueError as error:
        raise _unusable(name, place, column, error) from error


def distributions(
    name: str, rows: Iterable[Row], table: BySex, left: PassedOver, before: tuple[str, ...] = ()
) -> Iterator[Spread]:
    """The distributions of a table by sex; `before` are strata that come first. Raises Invalid."""
    found: dict[str, list[Spread]] = {}
    for place, row in enumerate(rows, 1):
        sex = row.get("category", "").lower()
        values = quantiles(name, place, row)
        if table.years:
            values = [_days(value) for value in values]
        strata = (*before, sex if sex in SEXES else _OTHER)
        if spread := spread_of(name, table.analysis, strata, values, left):
            found.setdefault(strata[-1], []).append(spread)
    for spreads in found.values():
        if len(spreads) == 1:
            yield spreads[0]
        else:
            left.add(name, _SEXES, len(spreads))


def quantiles(name: str, place: int, row: Row) -> list[float | None]:
    """From the minimum to the maximum; raises Invalid where one is no number."""
    return [cell(name, place, row, f"{key}_value") for key in _QUANTILES]


def cell(name: str, place: int, row: Row, column: str) -> float | None:
    """The number in a column, None for none; raises Invalid, which tells the place of the row."""
    try:
        return measure(row.get(column, ""), ",")
    except ValueError as error:
        raise _unusable(name, place, column, error) from error


def spread_of(
    name: str, analysis: str, strata: tuple[str, ...], values: list[float | None], left: PassedOver
) -> Spread | None:
    """A distribution of nobody knows how many values; None where it cannot be one."""
    known = [value for value in values if value is not None]
    if not known or known != sorted(known):
        left.add(name, _DISORDER if known else _EMPTY)
        return None
    return Spread(analysis, strata, None, *values)


def _days(years: float | None) -> float | None:
    """Whole days, as they were counted; None for what is no length of a life."""
    return None if years is None or abs(years) > LIFE else float(round(years * DAYS))


def _strata(name: str, row: Row, table: Counted, left: PassedOver) -> tuple[str, ...] | None:
    strata = list(table.fixed)
    for kind, column in table.columns:
        stratum = OF_OMOP[kind](row.get(column, ""))
        if stratum is None:
            left.add(name, _IMPOSSIBLE.format(form=FORMS[kind]))
            return None
        strata.append(stratum)
    return tuple(strata)


def _unusable(name: str, place: int, column: str, error: ValueError) -> Invalid:
    return Invalid(
        f"Row {place:,} of {name} cannot be used: its {column.upper()} {error} Nothing was taken in."
    )
