"""Persons with records in each of several domains: cells that overlap, so that one bounds the other.

Of 100 persons, 52 with a diagnosis and 52 with a drug, at least 4 have both. How many have exactly the
domains of a cell follows from the cells with more domains; a hidden cell is safe where these numbers leave
it room.
"""

from collections.abc import Iterator, Mapping
from itertools import combinations
from typing import Final

from catalogue.profiles.disclosure_cells import ROOM, Cells, Numbers, total
from catalogue.profiles.release import Strata

DOMAINS: Final = "personsByDomains"

_Set = frozenset[str]


def protect_domains(numbers: Numbers) -> list[Strata]:
    """The cells that have to be left out: of domains that concepts give away, and of overlaps."""
    cells = numbers[DOMAINS]
    narrow = {domain for domain in _domains(cells) if _is_narrow(numbers, domain)}
    out = [cell for cell in cells.low if narrow & _set(cell)]
    kept = {_set(cell): cell for cell in cells.low if cell not in set(out)}
    overlaps = [cell for found, cell in kept.items() if len(found) > 1]
    if overlaps and not _are_safe(numbers, kept):
        out += overlaps
    return out


def _is_narrow(numbers: Numbers, domain: str) -> bool:
    """Whether persons of a domain leave a concept that is hidden or left out too little room."""
    persons, members = persons_of(numbers, domain)
    cells, cell = numbers[DOMAINS], (domain,)
    if not members or cell not in cells.low:
        return False
    spare = total(persons, members)[0] - cells.top(cell)
    if not any(persons.is_small(member) for member in members):
        return spare < 0
    return spare < ROOM or cells.low[cell] < numbers.rule.threshold + ROOM


def persons_of(numbers: Numbers, domain: str) -> tuple[Cells, list[Strata]]:
    """The cells of persons by concept of a domain; of visits, by the type of visit where that is told."""
    if domain == "visit" and numbers["personsByVisit"].low:
        return numbers["personsByVisit"], list(numbers["personsByVisit"].low)
    cells = numbers["personsByConcept"]
    return cells, [cell for cell in cells.low if cell[0] == domain]


def _are_safe(numbers: Numbers, kept: Mapping[_Set, Strata]) -> bool:
    cells = numbers[DOMAINS]
    hidden = [found for found, cell in kept.items() if cells.is_small(cell)]
    if not hidden:
        return True
    if any(cell in cells.high for cell in kept.values()):
        return False
    counted = {found: cells.low[cell] for found, cell in kept.items()}
    persons = numbers["persons"]
    if () in persons.low:
        counted[frozenset()] = persons.low[()]
    exactly = _exactly(counted)
    if min(exactly.values()) < 0:
        return False
    is_known = frozenset() in counted
    return all(_is_safe(cells, kept[found], found, exactly, is_known) for found in hidden)


def _is_safe(cells: Cells, cell: Strata, found: _Set, exactly: Mapping[_Set, int], is_known: bool) -> bool:
    """Whether the count can move while all others stand still, which shifts persons between exact sets."""
    down, up = cells.slack(cell)
    for part in _parts(found):
        if not part and not is_known:
            continue
        if (len(found) - len(part)) % 2:
            up = min(up, exactly[part])
        else:
            down = min(down, exactly[part])
    return down + up >= ROOM


def _exactly(counted: Mapping[_Set, int]) -> dict[_Set, int]:
    """How many persons have just the domains of each set that is counted, or part of one that is."""
    sets = {part for found in counted for part in _parts(found)}
    exactly: dict[_Set, int] = {}
    for found in sorted(sets, key=len, reverse=True):
        larger = sum(number for other, number in exactly.items() if found < other)
        exactly[found] = counted.get(found, larger) - larger
    if frozenset() not in counted:
        exactly[frozenset()] = 0
    return exactly


def _parts(found: _Set) -> Iterator[_Set]:
    for size in range(len(found) + 1):
        yield from map(frozenset, combinations(sorted(found), size))


def _set(cell: Strata) -> _Set:
    return frozenset(cell[0].split("+")) - {""}


def _domains(cells: Cells) -> set[str]:
    return {domain for cell in cells.low for domain in _set(cell)}
