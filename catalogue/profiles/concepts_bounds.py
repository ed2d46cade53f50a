"""Bounds of a count that is put together from others, of which some may be hidden.

All of it follows from what may be told of the parts, so it tells no more than these do; what the node
told of the whole is used only where nothing about a hidden part follows from it.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Self

from catalogue.profiles.counts import Count, State


@dataclass(frozen=True, slots=True)
class Parts:
    """What matters of the parts of a count: how many there are, and their bounds.

    `number` leaves out what was not provided; `open` is how many are hidden without an upper bound;
    `sum_high` adds up all upper bounds that there are, `shown_high` those of parts that are not hidden;
    `most_low` is the highest lower bound, `hidden_high` the highest upper one of a hidden part.
    """

    number: int = 0
    hidden: int = 0
    open: int = 0
    sum_low: int = 0
    sum_high: int = 0
    shown_high: int = 0
    most_low: int = 0
    hidden_high: int = 0

    @classmethod
    def of(cls, counts: Iterable[Count]) -> Self:
        """The parts that these counts are."""
        counts = (*counts,)
        if len(counts) == 1:
            return cls._of_one(counts[0])
        told = [one for one in counts if one.state is not State.ABSENT]
        hidden = [one for one in told if one.state is State.SUPPRESSED]
        shown = [one for one in told if one.state is not State.SUPPRESSED]
        return cls(
            number=len(told),
            hidden=len(hidden),
            open=sum(one.high is None for one in hidden),
            sum_low=sum(one.low or 0 for one in told),
            sum_high=sum(one.high or 0 for one in told),
            shown_high=sum(one.high or 0 for one in shown),
            most_low=max((one.low or 0 for one in told), default=0),
            hidden_high=max((one.high or 0 for one in hidden), default=0),
        )

    @classmethod
    def _of_one(cls, count: Count) -> Self:
        """The same for a single count, of which there are very many."""
        if count.state is State.ABSENT:
            return cls()
        low, high = count.low or 0, count.high or 0
        if count.state is State.SUPPRESSED:
            return cls(1, 1, int(count.high is None), low, high, 0, low, high)
        return cls(1, 0, 0, low, high, high, low, 0)

    def __add__(self, other: "Parts") -> "Parts":
        return Parts(
            self.number + other.number,
            self.hidden + other.hidden,
            self.open + other.open,
            self.sum_low + other.sum_low,
            self.sum_high + other.sum_high,
            self.shown_high + other.shown_high,
            max(self.most_low, other.most_low),
            max(self.hidden_high, other.hidden_high),
        )

    @property
    def is_hidden(self) -> bool:
        """Whether there is nothing but one hidden part, so that the whole is that part."""
        return self.hidden == 1 and not self.shown_high

    def total(self, told: Count | None = None) -> Count:
        """The sum of the parts, which have nothing in common.

        What the node told of it is not used where a part is hidden: taking off the others would leave it.
        """
        if not self.number:
            return told or Count.absent()
        if self.open or self.is_hidden:
            return Count.hidden(None if self.open else self.sum_high)
        known = told if told and not self.hidden else None
        return _between(self.sum_low, self.sum_high, known)

    def union(self, whole: Count | None = None, told: Count | None = None) -> Count:
        """How many are in any of the parts, which may overlap and lie within `whole`."""
        if not self.number:
            return told or Count.absent()
        most = whole.high if whole else None
        if self.open and (most is None or not self.shown_high):
            return Count.hidden()
        high = most if self.open or (most is not None and most < self.sum_high) else self.sum_high
        assert high is not None  # for mypy: one that is open and has no whole is hidden
        known = told if told and self._is_safe(told) else None
        found = _between(self.most_low, high, known)
        if self.hidden and found.high is not None and found.high <= self.hidden_high:
            return Count.hidden(found.high)
        return found

    def _is_safe(self, told: Count) -> bool:
        """Whether nothing about a hidden part follows from what was told of the union.

        Of each part follows that it is no larger, and of their sum that it is no smaller: neither must
        rule out that all hidden parts are 1, or as many as they may be.
        """
        if not self.hidden or told.low is None or told.high is None:
            return True
        return not self.open and told.low <= self.shown_high + self.hidden and told.high >= self.hidden_high


def _between(low: int, high: int, told: Count | None) -> Count:
    """A count between bounds, or between those of what was told where these are within them."""
    high = max(low, high)
    if told is None or told.low is None or told.high is None or told.state is State.SUPPRESSED:
        return Count.between(low, high)
    closer = max(low, told.low), min(high, told.high)
    return Count.between(*closer) if closer[0] <= closer[1] else Count.between(low, high)
