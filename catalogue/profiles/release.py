"""What may be told of one characterisation of a dataset: the outcome of the disclosure guard."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final, Self, TypeAlias

from catalogue.errors import Invalid
from catalogue.profiles.counts import Count
from catalogue.profiles.measured import Measured, Quality, Spread, Told

THRESHOLDS: Final = (3, 100)
ROUNDINGS: Final = (1, 100)

Strata = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Rule:
    """A disclosure rule: counts of 1 to `threshold` are hidden, others rounded up to the next `rounding`."""

    threshold: int = 5
    rounding: int = 5

    def checked(self) -> Self:
        """The rule itself; raises Invalid where a number is out of its bounds."""
        for name, number, (low, high) in (
            ("threshold", self.threshold, THRESHOLDS),
            ("rounding", self.rounding, ROUNDINGS),
        ):
            if not low <= number <= high:
                raise Invalid(f"The {name} of a disclosure rule is {low} to {high}, not {number}.")
        return self


@dataclass(frozen=True, slots=True)
class GuardedVariable:
    """A field of a table as it may be told; `values` has the listed values with how often they occur."""

    table: str
    name: str
    label: str = ""
    type: str = ""
    empty: float | None = None
    values: Mapping[str, Count] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Withheld:
    """A line of the report of the guard: what was hidden, banded or left out, how much of it, and why."""

    what: str
    cells: int
    reason: str


@dataclass(frozen=True, slots=True)
class Guarded:
    """All of a release that may be told.

    `cells` has by analysis the count of each of its cells by strata; one that is not there was not
    provided. `rule` is the one it was made by, `report` tells what is withheld.
    """

    told: Told
    rule: Rule
    cells: Mapping[str, Mapping[Strata, Count]]
    spreads: tuple[Spread, ...] = ()
    quality: tuple[Quality, ...] = ()
    variables: tuple[GuardedVariable, ...] = ()
    report: tuple[Withheld, ...] = ()

    def count(self, analysis: str, *strata: str) -> Count:
        """The count of one cell; absent where the release has none."""
        return self.cells.get(analysis, {}).get(strata) or Count.absent()


Incoming: TypeAlias = Measured | Guarded
"""What readers yield: numbers as they were counted, or a release that the node guarded itself."""
