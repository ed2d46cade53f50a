"""Variables of a scan and their common values. A rare value is left out: it can itself tell of a person."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from catalogue.profiles.counts import Count
from catalogue.profiles.disclosure_cells import ROOM, Cells
from catalogue.profiles.disclosure_groups import Group, protect
from catalogue.profiles.measured import Variable
from catalogue.profiles.release import GuardedVariable, Rule

_SHARE: Final = 2
"""Digits after the point of the share of empty fields: whole percents."""

_FEW_ROWS: Final = 100 * (ROOM + 1)
"""Of fewer rows, a whole percent is of one or two."""


@dataclass(frozen=True, slots=True)
class Variables:
    """The variables as they may be told; how many values are rare, how many others are left out.

    Of `untold` values it is not told how often they occur.
    """

    kept: tuple[GuardedVariable, ...]
    rare: int
    others: int
    untold: int


def guard_variables(variables: Iterable[Variable], rule: Rule) -> Variables:
    """Leave out rare values, and as many others as it takes that nobody works out how rare.

    A field may count the same as an analysis does: men, of persons by sex. Taken from a total, that would
    leave a hidden number of women. So frequencies are told only where rounding blurs as much as is hidden.
    """
    blurs = rule.rounding >= max(rule.threshold, ROOM + 2)
    kept: dict[tuple[str, str], GuardedVariable] = {}
    rare = others = 0
    for variable in sorted(variables, key=lambda variable: (variable.table, variable.name, repr(variable))):
        key = (variable.table, variable.name)
        if key in kept:
            continue
        cells = _cells(variable, rule)
        is_safe = protect(cells, Group(tuple(cells.low)))
        counts = {
            cell[0]: count if blurs else Count.absent()
            for cell, count in cells.told().items()
            if is_safe and cells.is_open(cell)
        }
        small = len(cells.small())
        rare += small
        others += len(variable.values) - small - len(counts)
        kept[key] = GuardedVariable(*key, variable.label, variable.type, _empty(variable, rule), counts)
    untold = 0 if blurs else sum(len(one.values) for one in kept.values())
    return Variables(tuple(kept.values()), rare, others, untold)


def _empty(variable: Variable, rule: Rule) -> float | None:
    """The share of empty fields in whole percents; None where that would count the few that are, or are not.

    Of many rows a percent is of so many that nobody knows how few they are.
    """
    if variable.empty is None:
        return None
    rows = variable.rows or _FEW_ROWS
    few = round(rows * min(variable.empty, 1 - variable.empty))
    return None if rows < _FEW_ROWS and 0 < few <= rule.threshold else round(variable.empty, _SHARE)


def _cells(variable: Variable, rule: Rule) -> Cells:
    cells = Cells(rule)
    for value, count in variable.values.items():
        cells.low[(value,)] = count
    return cells
