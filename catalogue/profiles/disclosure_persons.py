"""Persons: each is of one sex and one age, and born in one year, so that these add up to all persons."""

from collections.abc import Iterator
from typing import Final

from catalogue.profiles.disclosure_cells import Cells, Numbers, total
from catalogue.profiles.disclosure_groups import Group, protect
from catalogue.profiles.release import Strata

PARTS: Final = (
    "personsByYearOfBirth",
    "personsByFollowUp",
    "personsByPeriods",
)
"""The analyses whose cells add up to all persons, and to nothing else."""


def protect_parts(numbers: Numbers) -> Iterator[str]:
    """Protect analyses whose cells add up to all persons; yields those that have to be left out."""
    for analysis in PARTS:
        if not protect_part(numbers, analysis):
            yield analysis


def protect_part(numbers: Numbers, analysis: str) -> bool:
    """Protect one of them; False where it has to be left out."""
    cells = numbers[analysis]
    return protect(cells, Group(tuple(cells.low), rest=rest(numbers["persons"], (), cells, cells.low)))


def rest(whole: Cells, cell: Strata, parts: Cells, members: "dict[Strata, int] | list[Strata]") -> int:
    """What the parts leave of the whole; 0 where the whole or the rest is not known to the unit."""
    low, high = total(parts, members)
    if cell not in whole.low or low != high or cell in whole.high:
        return 0
    return max(0, whole.low[cell] - low)
