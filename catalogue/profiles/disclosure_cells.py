"""The numbers of a release while the guard works on them, and what may be told of each."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Final

from catalogue.errors import Invalid
from catalogue.profiles.counts import Count
from catalogue.profiles.measured import Tally
from catalogue.profiles.release import Rule, Strata

ROOM: Final = 2
"""How far the least and the greatest value that a hidden count can have must lie apart.

Three values: with two, a guess is right every other time, and who has left one person out of the count
(themselves, say) knows the rest.
"""


@dataclass(slots=True)
class Cells:
    """The cells of one analysis: what was counted, at least `low` and at most `high`.

    `high` holds only what a node rounded. `shut` are hidden so that others stay hidden, `gone` are left
    out. Nothing is ever told of a cell that is not in `low`.
    """

    rule: Rule
    low: dict[Strata, int] = field(default_factory=dict)
    high: dict[Strata, int] = field(default_factory=dict)
    shut: set[Strata] = field(default_factory=set)
    gone: set[Strata] = field(default_factory=set)

    def top(self, cell: Strata) -> int:
        """The most that a cell can be; 0 for one that is not there."""
        return self.high.get(cell) or self.low.get(cell, 0)

    def is_small(self, cell: Strata) -> bool:
        """Whether the threshold hides the cell."""
        return 0 < self.top(cell) <= self.rule.threshold

    def is_open(self, cell: Strata) -> bool:
        """Whether a number is told that hiding would hide; a zero stays a zero."""
        return self.top(cell) > self.rule.threshold and cell not in self.shut and cell not in self.gone

    def small(self) -> list[Strata]:
        """All cells that the threshold hides and that are not left out."""
        threshold, high, gone = self.rule.threshold, self.high, self.gone
        return [
            cell
            for cell, low in self.low.items()
            if low <= threshold and 0 < high.get(cell, low) <= threshold and cell not in gone
        ]

    def told(self) -> dict[Strata, Count]:
        """What may be told of each cell, by its strata."""
        made: dict[tuple[int, int, bool], Count] = {}
        counts = {}
        low, high, shut, gone = self.low, self.high, self.shut, self.gone
        for cell, number in low.items():
            if cell in gone:
                continue
            key = (number, high.get(cell, number), cell in shut)
            count = made.get(key)
            if count is None:
                count = made[key] = told(self.rule, *key)
            counts[cell] = count
        return counts

    def slack(self, cell: Strata) -> tuple[int, int]:
        """How far a cell could lie below and above what was counted, for all that is told of it.

        Neither is told beyond `ROOM`, for no more is needed.
        """
        low, high = self.low[cell], self.top(cell)
        least, most = known(self.rule, low, high, cell in self.shut)
        return min(ROOM, max(0, low - least)), ROOM if most is None else min(ROOM, most - high)


def told(rule: Rule, low: int, high: int, shut: bool = False) -> Count:
    """What may be told of a number that lies between bounds; `shut` where others must stay hidden."""
    if 0 < high <= rule.threshold:
        return Count.hidden(rule.threshold)
    if shut:
        return Count.hidden()
    return Count.between(*_rounded(rule, low, high))


def known(rule: Rule, low: int, high: int, shut: bool) -> tuple[int, int | None]:
    """The bounds that everybody knows by what is told, and by how the guard works."""
    if 0 < high <= rule.threshold:
        return 1, rule.threshold
    if shut:
        return (rule.threshold + 1 if low > rule.threshold else 1), None
    return _rounded(rule, low, high)


def _rounded(rule: Rule, low: int, high: int) -> tuple[int, int]:
    least = (low - 1) // rule.rounding * rule.rounding + 1 if low else 0
    if low > rule.threshold:
        least = max(least, rule.threshold + 1)
    return least, -(-high // rule.rounding) * rule.rounding


@dataclass(slots=True)
class Numbers:
    """The cells of all analyses of a release."""

    rule: Rule
    by_analysis: dict[str, Cells] = field(default_factory=dict)
    twice: dict[str, int] = field(default_factory=dict)
    """By analysis, how many cells were told more than once, and not the same."""

    def __getitem__(self, analysis: str) -> Cells:
        found = self.by_analysis.get(analysis)
        if found is None:
            found = self.by_analysis[analysis] = Cells(self.rule)
        return found

    def add(self, tally: Tally) -> None:
        """Take in a cell; one that is told twice lies between the bounds of both."""
        low, high, cell = tally.low, tally.high, tally.strata
        if not 0 <= low <= high:
            raise Invalid(
                f"{place(tally.analysis, tally.strata)} has a count of {low} to {high}. Counts are 0 or more."
            )
        cells = self.by_analysis.get(tally.analysis) or self[tally.analysis]
        if cell in cells.low:
            before = cells.low[cell], cells.top(cell)
            if before != (low, high):
                self.twice[tally.analysis] = self.twice.get(tally.analysis, 0) + 1
            low, high = min(low, before[0]), max(high, before[1])
        cells.low[cell] = low
        if high != low:
            cells.high[cell] = high

    def by_first(self, analysis: str) -> Iterator[tuple[str, list[Strata]]]:
        """The cells of an analysis by their first stratum, without those that are left out."""
        groups: dict[str, list[Strata]] = {}
        cells = self[analysis]
        for cell in cells.low:
            if cell not in cells.gone:
                groups.setdefault(cell[0], []).append(cell)
        yield from sorted(groups.items())


def total(cells: Cells, members: Iterable[Strata]) -> tuple[int, int]:
    """At least and at most how much the cells come to together."""
    low = high = 0
    for cell in members:
        number = cells.low[cell]
        low += number
        high += cells.high.get(cell, number)
    return low, high


def place(analysis: str, strata: Strata) -> str:
    """How a message names a cell."""
    return f"The cell {', '.join(strata)} of {analysis}" if strata else f"The count {analysis}"
