"""Persons by length of observation, from rounded shares of those who are observed at least so long.

Most versions of Achilles export nothing else of it. What lies between two shares can be told within bounds.
"""

from collections.abc import Iterable, Iterator
from itertools import pairwise
from typing import Final

from catalogue.profiles.measured import Tally
from harvesters.profiles.ares_files import Row
from harvesters.profiles.ares_sections import DAYS, LIFE, cell
from harvesters.profiles.passed_over import PassedOver

_MONTH: Final = 30
_PARTS: Final = 1_000_000
_HALF: Final = 55
"""How many parts a share may lie from what is told: it is rounded to 5 digits, then to 4."""

_DISORDER: Final = "They are no shares that descend, so that one of them is wrong."


def follow_up(name: str, rows: Iterable[Row], persons: int, left: PassedOver) -> Iterator[Tally]:
    """The persons of each length; raises Invalid where a row has no number.

    Only lengths that somebody has are listed, so that none has nobody.
    """
    shares: dict[int, int] = {}
    for place, row in enumerate(rows, 1):
        years, share = cell(name, place, row, "years"), cell(name, place, row, "percent_people")
        if years is None or share is None or not (0 <= years <= LIFE and 0 <= share <= 1):
            left.add(name, _DISORDER)
            return
        shares[round(years * DAYS / _MONTH)] = round(share * _PARTS)
    at_least = [(length, _bounds(part, persons)) for length, part in sorted(shares.items())]
    tallies = [
        Tally("personsByFollowUp", (str(length),), max(1, low - more), high - fewer)
        for (length, (low, high)), (_, (fewer, more)) in pairwise([*at_least, (0, (0, 0))])
    ]
    if any(one.low > one.high for one in tallies):
        left.add(name, _DISORDER, len(tallies))
    else:
        yield from tallies


def _bounds(part: int, persons: int) -> tuple[int, int]:
    """How many persons a share may be of, at least and at most."""
    least, most = persons * (part - _HALF), persons * (part + _HALF)
    return max(0, -(-least // _PARTS)), min(persons, most // _PARTS)
