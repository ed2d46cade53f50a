"""Records: those of a domain add up to one number, by month, by type and by concept alike."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Final

from catalogue.profiles.disclosure_cells import ROOM, Numbers, total
from catalogue.profiles.disclosure_groups import Group, protect
from catalogue.profiles.release import Strata

BY_MONTH: Final = "recordsInMonth"
BY_CONCEPT: Final = "recordsByConcept"
BY_VISIT: Final = "recordsByVisit"
CONCEPT_MONTHS: Final = "personsByConceptAndMonth"


@dataclass(slots=True)
class Tied:
    """What persons by concept and month say of other cells.

    `in_month` adds persons up by domain and month, with "" for concepts of which no other analysis tells
    the domain; `of_concept` adds up by concept over all months; `most` is the largest by month.
    """

    in_month: dict[Strata, int] = field(default_factory=dict)
    of_concept: dict[str, int] = field(default_factory=dict)
    most: dict[str, int] = field(default_factory=dict)
    domain: dict[str, str] = field(default_factory=dict)

    def at_most_in(self, cell: Strata) -> int:
        """Persons of a domain and month, and those of concepts that may be of the domain."""
        return self.in_month.get(cell, 0) + self.in_month.get(("", cell[1]), 0)


def drop_hidden_months(numbers: Numbers) -> None:
    """Leave out persons by concept and month where those of the concept or of the month are hidden.

    They would be hidden one and all, and that there are any says something.
    """
    cells = numbers[CONCEPT_MONTHS]
    concepts = {
        cell[-1]
        for name in ("personsByConcept", BY_CONCEPT, "personsByVisit", BY_VISIT)
        for cell in numbers[name].small()
    }
    observed = {cell[0] for cell in numbers["personsObservedInMonth"].small()}
    months = set(numbers[BY_MONTH].small())
    months |= {("", month) for _, month in months}
    if not concepts and not observed and not months:
        return
    domain = domains_of(numbers)
    for cell in cells.low:
        concept, month = cell
        if concept in concepts or month in observed or (domain.get(concept, ""), month) in months:
            cells.gone.add(cell)


def domains_of(numbers: Numbers) -> dict[str, str]:
    """The domain of each concept that is counted."""
    found = {cell[1]: cell[0] for name in ("personsByConcept", BY_CONCEPT) for cell in numbers[name].low}
    for name in ("personsByVisit", BY_VISIT):
        found.update((cell[0], "visit") for cell in numbers[name].low)
    return found


def tied(numbers: Numbers) -> Tied:
    """Add persons by concept and month up."""
    made = Tied(domain=domains_of(numbers))
    cells = numbers[CONCEPT_MONTHS]
    gone, high, domain = cells.gone, cells.high, made.domain
    in_month, of_concept, most = made.in_month, made.of_concept, made.most
    for cell, number in cells.low.items():
        if cell in gone:
            continue
        concept, month = cell
        number = high.get(cell, number)
        of_concept[concept] = of_concept.get(concept, 0) + number
        if number > most.get(month, 0):
            most[month] = number
        key = (domain.get(concept, ""), month)
        in_month[key] = in_month.get(key, 0) + number
    return made


def protect_records(numbers: Numbers, ties: Tied) -> None:
    """Protect records of each domain; those of which that cannot be done are left out."""
    wholes: dict[str, int] = {}
    groups = list(_groups(numbers))
    for domain, analysis, members in groups:
        wholes[domain] = max(wholes.get(domain, 0), total(numbers[analysis], members)[0])
    floors = {
        BY_MONTH: {cell: ties.at_most_in(cell) for cell in numbers[BY_MONTH].low},
        BY_CONCEPT: _by_concept(numbers, ties),
        BY_VISIT: _by_visit(numbers, ties),
    }
    changed = True
    while changed:
        for domain, analysis, members in groups:
            cells = numbers[analysis]
            low, high = total(cells, members)
            rest = wholes[domain] - low if low == high else 0
            if not protect(cells, Group(members, floors=floors.get(analysis, {}), rest=rest)):
                cells.gone.update(members)
        changed = _mirror_visits(numbers)


def _mirror_visits(numbers: Numbers) -> bool:
    """Hide and leave out visits alike where they are told as concepts too; whether that changed anything."""
    visits, concepts = numbers[BY_VISIT], numbers[BY_CONCEPT]
    changed = False
    for (concept,) in visits.low:
        cell = ("visit", concept)
        if cell not in concepts.low:
            continue
        for ours, theirs in ((visits.shut, concepts.shut), (visits.gone, concepts.gone)):
            if ((concept,) in ours) != (cell in theirs):
                ours.add((concept,))
                theirs.add(cell)
                changed = True
    return changed


def _groups(numbers: Numbers) -> Iterator[tuple[str, str, list[Strata]]]:
    for analysis in (BY_MONTH, "recordsByType", BY_CONCEPT):
        for domain, members in numbers.by_first(analysis):
            yield domain, analysis, members
    if visits := list(numbers[BY_VISIT].low):
        yield "visit", BY_VISIT, visits


def _by_concept(numbers: Numbers, ties: Tied) -> dict[Strata, int]:
    """The fewest records that a concept can have, by what is told of its persons and values."""
    persons = numbers["personsByConcept"]
    floors = {cell: number for cell, number in persons.low.items() if not persons.is_small(cell)}
    for concept, number in ties.of_concept.items():
        cell = (ties.domain.get(concept, ""), concept)
        floors[cell] = max(floors.get(cell, 0), number)
    values = numbers["recordsWithValue"]
    for (concept,), number in values.low.items():
        if not values.is_small((concept,)):
            cell = ("measurement", concept)
            floors[cell] = max(floors.get(cell, 0), number)
    return floors


def _by_visit(numbers: Numbers, ties: Tied) -> dict[Strata, int]:
    persons = numbers["personsByVisit"]
    floors = {cell: number for cell, number in persons.low.items() if not persons.is_small(cell)}
    for concept, number in ties.of_concept.items():
        cell = (concept,)
        floors[cell] = max(floors.get(cell, 0), number)
    return floors


def protect_concept_months(numbers: Numbers, ties: Tied) -> None:
    """Protect the months of each concept; those of which that cannot be done are left out."""
    cells = numbers[CONCEPT_MONTHS]
    small = {cell[0] for cell in cells.small()}
    if not small:
        return
    months: dict[str, list[Strata]] = {concept: [] for concept in sorted(small)}
    for cell in cells.low:
        if cell[0] in small and cell not in cells.gone:
            months[cell[0]].append(cell)
    for concept, members in months.items():
        if not protect(cells, _months_of(numbers, ties, concept, members)):
            cells.gone.update(members)


def _months_of(numbers: Numbers, ties: Tied, concept: str, members: list[Strata]) -> Group:
    domain = ties.domain.get(concept, "")
    low, high = total(numbers[CONCEPT_MONTHS], members)
    persons = _either(numbers, ("personsByConcept", (domain, concept)), ("personsByVisit", (concept,)))
    records = _either(numbers, (BY_CONCEPT, (domain, concept)), (BY_VISIT, (concept,)))
    observed, of_domain = numbers["personsObservedInMonth"], numbers[BY_MONTH]

    def cap(cell: Strata) -> int | None:
        most = [number for number in (persons, observed.low.get((cell[1],))) if number is not None]
        whole = (domain, cell[1])
        if whole in of_domain.low:
            spare = of_domain.low[whole] - ties.at_most_in(whole)
            most.append(numbers[CONCEPT_MONTHS].top(cell) + max(0, spare))
        elif not domain and of_domain.low:
            most.append(numbers[CONCEPT_MONTHS].top(cell))
        return min(most, default=None)

    more = ROOM if records is None else max(0, records - high)
    less = ROOM if persons is None else max(0, low - persons)
    return Group(members, cap=cap, more=more, less=less)


def _either(numbers: Numbers, *cells: tuple[str, Strata]) -> int | None:
    found = [numbers[name].low[cell] for name, cell in cells if cell in numbers[name].low]
    return min(found, default=None)
