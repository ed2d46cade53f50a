"""A count as it may be told: exactly, between bounds, hidden, or not at all."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Self


class State(StrEnum):
    """How much is told of a count. Hidden is never zero, and neither is what was not provided."""

    EXACT = "exact"
    INTERVAL = "interval"
    SUPPRESSED = "suppressed"
    ABSENT = "absent"


@dataclass(frozen=True, slots=True)
class Count:
    """A number of persons or records. `low` and `high` are inclusive; None where nothing is told.

    EXACT has low == high, INTERVAL both bounds, ABSENT none. SUPPRESSED has a low of 1, and the threshold
    as its high; one that is hidden only so that others stay hidden has no high.
    """

    state: State
    low: int | None = None
    high: int | None = None

    @classmethod
    def exact(cls, number: int) -> Self:
        """A count that is told as it is."""
        return cls(State.EXACT, number, number)

    @classmethod
    def between(cls, low: int, high: int) -> Self:
        """A count of which bounds are told; exact where they meet."""
        return cls(State.EXACT if low == high else State.INTERVAL, low, high)

    @classmethod
    def hidden(cls, threshold: int | None = None) -> Self:
        """A count that is hidden: from 1 to the threshold, or of any size."""
        return cls(State.SUPPRESSED, 1, threshold)

    @classmethod
    def absent(cls) -> Self:
        """A count that was not provided."""
        return cls(State.ABSENT)
