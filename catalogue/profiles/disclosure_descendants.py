"""Concepts with their descendants: what a concept has more than by itself is what its descendants have.

Which concepts these are, everybody can look up; the guard cannot, for vocabularies are not always at hand. So
it goes by the worst case, that all of them are known but one hidden concept: such a number is told between
bounds so wide that it could be `ROOM` more or less, whatever it is.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from catalogue.profiles.counts import Count
from catalogue.profiles.disclosure_cells import ROOM, Numbers, told
from catalogue.profiles.release import Rule, Strata

_OF_PERSONS: Final = ("personsByConcept", "personsByVisit")
_OF_RECORDS: Final = ("recordsByConcept", "recordsByVisit")
OWN: Final = {"personsWithDescendants": _OF_PERSONS, "recordsWithDescendants": _OF_RECORDS}
"""By analysis with descendants, the analyses of concepts by themselves."""


@dataclass(frozen=True, slots=True)
class Widened:
    """What may be told of concepts with their descendants, and of how many of them between wider bounds."""

    counts: Mapping[Strata, Count]
    wider: int


def widen(numbers: Numbers, analysis: str) -> Widened:
    """Widen the bounds of concepts that have more with their descendants than by themselves."""
    cells = numbers[analysis]
    own = _own(numbers, analysis)
    counts = {}
    wider = 0
    for cell in cells.low:
        if cell in cells.gone:
            continue
        low, high = cells.low[cell], cells.top(cell)
        number, name, of_concept = own.get(cell[0], (0, "", ()))
        if low != high or number != low or not number:
            counts[cell] = wide(numbers.rule, low, high)
            wider += high > 0
        elif of_concept not in numbers[name].gone:
            counts[cell] = told(numbers.rule, low, high, of_concept in numbers[name].shut)
    return Widened(counts, wider)


def wide(rule: Rule, low: int, high: int) -> Count:
    """Bounds that leave room on both sides."""
    if high == 0:
        return Count.exact(0)
    if high <= rule.threshold:
        return Count.hidden()
    step = grid(rule)
    least = max(1, low - ROOM)
    return Count.between((least - 1) // step * step + 1, -(-(high + ROOM) // step) * step)


def grid(rule: Rule) -> int:
    """The rounding of concepts with descendants: a multiple of the rule's, at least twice the threshold."""
    return -(-2 * rule.threshold // rule.rounding) * rule.rounding


def _own(numbers: Numbers, analysis: str) -> dict[str, tuple[int, str, Strata]]:
    """By concept, how many it has by itself, -1 where several cells tell or a node rounded, and where."""
    found: dict[str, tuple[int, str, Strata]] = {}
    for name in OWN[analysis]:
        cells = numbers[name]
        for cell, number in cells.low.items():
            if cell in cells.high:
                number = -1
            if cell[-1] not in found:
                found[cell[-1]] = (number, name, cell)
            elif name != found[cell[-1]][1]:
                continue
            else:
                found[cell[-1]] = (-1, name, cell)
    return found
