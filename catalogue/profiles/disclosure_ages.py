"""Persons of a great age are few and known to many: all ages from ninety on become one cell."""

from collections.abc import Callable
from typing import Final

from catalogue.profiles.disclosure_cells import Cells, Numbers
from catalogue.profiles.measured import Told
from catalogue.profiles.release import Strata

TOP: Final = 90
"""The first age that is told only together with all higher ones."""

_DATED: Final = ("personsObservedInMonth", "personsByEnd")


def band(numbers: Numbers, told: Told) -> dict[str, int]:
    """Put the cells of great ages together; returns by analysis how many were.

    The cell of ages is called `90+`, that of years of birth `1934-` where 1934 is the last of them.
    """
    banded = {}
    for analysis in ("personsByAge", "personsByAgeAndSex"):
        banded[analysis] = _join(numbers[analysis], lambda age: age >= TOP, f"{TOP}+")
    if (year := _year(numbers, told)) is not None:
        last = year - TOP
        banded["personsByYearOfBirth"] = _join(
            numbers["personsByYearOfBirth"], lambda born: born <= last, f"{last}-"
        )
    return {analysis: count for analysis, count in banded.items() if count}


def _join(cells: Cells, is_great: Callable[[int], bool], name: str) -> int:
    great = [cell for cell in cells.low if cell[0].isdecimal() and is_great(int(cell[0]))]
    for cell in great:
        low, high = cells.low.pop(cell), cells.high.pop(cell, None)
        joined: Strata = (name, *cell[1:])
        before = cells.low.get(joined, 0), cells.top(joined)
        cells.low[joined] = before[0] + low
        cells.high[joined] = before[1] + (low if high is None else high)
    return len(great)


def _year(numbers: Numbers, told: Told) -> int | None:
    """The last year that the data tell of; None where nothing gives it away."""
    if day := told.released or told.generated:
        return day.year
    months = [cell[-1] for analysis in _DATED for cell in numbers[analysis].low]
    years = [int(month[:4]) for month in months if month[:4].isdecimal()]
    years += [int(cell[0]) for cell in numbers["personsByYearOfBirth"].low if cell[0].isdecimal()]
    return max(years, default=None)
