"""Populations of a few made-up persons, and the analyses that a node would count of them."""

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from itertools import combinations
from random import Random
from typing import Final

from catalogue.profiles.analyses import DOMAINS
from catalogue.profiles.measured import Tally
from catalogue.profiles.release import Strata

MONTHS: Final = tuple(f"2020{month:02}" for month in range(1, 9))
CONCEPTS: Final = {
    "11": "condition",
    "12": "condition",
    "13": "condition",
    "21": "drug",
    "22": "drug",
    "31": "measurement",
    "32": "measurement",
    "41": "death",
    "42": "death",
    "51": "visit",
    "52": "visit",
}
PARENTS: Final = {"12": "11", "13": "11", "22": "21", "32": "31"}
GROUPS: Final = {"10": ("11",), "20": ("21",)}
"""Concepts of which nobody has records themselves, over others."""

Numbers = Mapping[str, Mapping[Strata, int]]


@dataclass(frozen=True, slots=True)
class Entry:
    concept: str
    month: str
    type: str
    has_value: bool


@dataclass(slots=True)
class Person:
    sex: str
    age: int
    periods: list[tuple[int, int]]
    """First and last month of each, by their places; at least one month lies between two."""
    entries: list[Entry] = field(default_factory=list)


def persons(random: Random, number: int) -> list[Person]:
    """As many persons, alike or not: populations are of very different evenness."""
    ages = random.sample(range(20, 86), random.randint(1, 8))
    sexes = random.choice(
        (["female"], ["female", "male"], ["female"] * 9 + ["male"], ["female", "male", "other"])
    )
    concepts = random.sample(sorted(CONCEPTS), random.randint(2, len(CONCEPTS)))
    weights = [random.choice((1, 1, 3, 20)) for _ in concepts]
    types = [str(kind) for kind in range(random.randint(1, 3))]
    eagerness = random.choice((0, 1, 2))
    made = []
    for _ in range(number):
        person = Person(random.choice(sexes), random.choice(ages), _periods(random))
        observed = [MONTHS[month] for first, last in person.periods for month in range(first, last + 1)]
        for concept in random.choices(concepts, weights, k=random.randint(0, 1 + eagerness)):
            if CONCEPTS[concept] != "death" or all(
                CONCEPTS[entry.concept] != "death" for entry in person.entries
            ):
                month, kind = random.choice(observed), random.choice(types)
                person.entries.append(Entry(concept, month, kind, random.random() < 0.8))
        made.append(person)
    return made


def counted(people: list[Person]) -> dict[str, dict[Strata, int]]:
    """Every analysis of counts, with a zero for nothing and no cell for what is not there."""
    found: dict[str, Counter[Strata]] = {}
    for person in people:
        for analysis, cell in dict.fromkeys(_of_person(person)):
            found.setdefault(analysis, Counter())[cell] += 1
        for entry in person.entries:
            for analysis, cell in _of_entry(entry):
                found.setdefault(analysis, Counter())[cell] += 1
    return {analysis: dict(cells) for analysis, cells in found.items()}


def tallies(numbers: Numbers, least: int = 0, rounding: int = 1) -> Iterator[Tally]:
    """The cells as a reader would tell them, of a node that leaves out small ones and rounds concepts up."""
    for analysis, cells in numbers.items():
        step = rounding if "Concept" in analysis or "Descendants" in analysis else 1
        for cell, number in cells.items():
            if number >= least:
                yield Tally(analysis, cell, (number - 1) // step * step + 1, -(-number // step) * step)


def above(concept: str) -> Iterator[str]:
    """The concept, and all that it descends from."""
    yield concept
    if concept in PARENTS:
        yield from above(PARENTS[concept])
    for group, members in GROUPS.items():
        if concept in members:
            yield group


def _periods(random: Random) -> list[tuple[int, int]]:
    first = random.choice((0, 0, 0, random.randrange(len(MONTHS))))
    last = random.choice((len(MONTHS) - 1, random.randrange(first, len(MONTHS))))
    periods = [(first, last)]
    if last + 2 < len(MONTHS) and random.random() < 0.3:
        start = random.randrange(last + 2, len(MONTHS))
        periods.append((start, random.randrange(start, len(MONTHS))))
    return periods


def _of_person(person: Person) -> Iterator[tuple[str, Strata]]:
    yield "persons", ()
    yield "personsBySex", (person.sex,)
    yield "personsByAge", (str(person.age),)
    yield "personsByAgeAndSex", (str(person.age), person.sex)
    yield "personsByYearOfBirth", (str(2019 - person.age),)
    yield "personsByPeriods", (str(len(person.periods)),)
    first, last = person.periods[0]
    yield "personsByFollowUp", (str(last - first),)
    for first, last in person.periods:
        yield "personsByStart", (MONTHS[first],)
        yield "personsByEnd", (MONTHS[last],)
        for month in MONTHS[first : last + 1]:
            yield "personsObservedInMonth", (month,)
    if person.periods == [(0, len(MONTHS) - 1)]:
        yield "personsObservedInYear", (MONTHS[0][:4],)
    yield from _of_its_entries(person)


def _of_its_entries(person: Person) -> Iterator[tuple[str, Strata]]:
    for entry in person.entries:
        if CONCEPTS[entry.concept] == "visit":
            yield "personsByVisit", (entry.concept,)
        else:
            yield "personsByConcept", (CONCEPTS[entry.concept], entry.concept)
        yield "personsByConceptAndMonth", (entry.concept, entry.month)
        for concept in above(entry.concept):
            yield "personsWithDescendants", (concept,)
    domains = [
        domain for domain in DOMAINS if domain in {CONCEPTS[entry.concept] for entry in person.entries}
    ]
    for size in range(1, len(domains) + 1):
        for chosen in combinations(domains, size):
            yield "personsByDomains", ("+".join(chosen),)


def _of_entry(entry: Entry) -> Iterator[tuple[str, Strata]]:
    domain = CONCEPTS[entry.concept]
    yield "recordsInMonth", (domain, entry.month)
    yield "recordsByType", (domain, entry.type)
    yield (
        ("recordsByVisit", (entry.concept,))
        if domain == "visit"
        else ("recordsByConcept", (domain, entry.concept))
    )
    for concept in above(entry.concept):
        yield "recordsWithDescendants", (concept,)
    if domain == "measurement" and entry.has_value:
        yield "recordsWithValue", (entry.concept,)
