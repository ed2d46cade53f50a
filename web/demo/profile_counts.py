"""What Achilles would count in a made-up population, by the numbers that it gives its analyses."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import cache
from itertools import combinations
from math import sqrt
from typing import Final

from web.demo.population import Concept, Held, Person, year_of

SEXES: Final[Mapping[str, int]] = {"female": 8532, "male": 8507}

FIRST: Final[Mapping[str, int]] = {
    "visit": 200,
    "condition": 400,
    "procedure": 600,
    "drug": 700,
    "observation": 800,
    "measurement": 1800,
}
"""The first of the analyses of each domain: the others follow it in the same order everywhere."""

OVERLAPS: Final = ("condition", "drug", "device", "measurement", "death", "procedure")
"""What the first six of the seven signs of a stratum of analysis 2004 stand for."""

FREQUENT: Final[Mapping[str, int]] = {"condition": 2, "drug": 1}
"""So many concepts of these domains, the commonest of each, are counted by month too."""

_LONG: Final = 30
_PERCENTILES: Final = (0.1, 0.25, 0.5, 0.75, 0.9)

Stratum = int | str
Cell = tuple[int, Stratum, Stratum]
"""An analysis and its first two strata, "" for none; of an analysis they are always of the same types."""


@dataclass(frozen=True, slots=True)
class Spread:
    """How many values there are, and how they are spread."""

    count: int
    minimum: float
    percentiles: tuple[float, ...]
    maximum: float
    mean: float
    deviation: float


@dataclass(slots=True)
class Counts:
    """Counts of persons and records by cell, and how often each value occurs in each distribution."""

    cells: defaultdict[Cell, int] = field(default_factory=lambda: defaultdict(int))
    values: defaultdict[Cell, defaultdict[float, int]] = field(
        default_factory=lambda: defaultdict(lambda: defaultdict(int))
    )

    def of(self, analysis: int) -> dict[tuple[Stratum, Stratum], int]:
        """The counts of an analysis by strata, in their order."""
        return dict(sorted((cell[1:], number) for cell, number in self.cells.items() if cell[0] == analysis))

    def spreads(self) -> Iterator[tuple[Cell, Spread]]:
        """All distributions, in their order."""
        for cell, values in sorted(self.values.items()):
            yield cell, _spread(values)


def count(persons: Sequence[Person], types: Sequence[int]) -> Counts:
    """Every analysis of a population; `types` are the concepts of where records may come from."""
    counts = Counts()
    frequent = _frequent(persons)
    for person in persons:
        _count_person(counts, person)
        for concept, held in person.held.items():
            _count_concept(counts, person, concept, held, types)
            if concept in frequent:
                _count_months(counts, person, concept, held)
        if person.died:
            _count_death(counts, person, types[0])
    _count_observed(counts, persons)
    _count_overlaps(counts, persons)
    return counts


@cache
def month_of(day: int) -> int:
    """The month of a day, as yyyymm."""
    found = date.fromordinal(day)
    return found.year * 100 + found.month


def _count_person(counts: Counts, person: Person) -> None:
    cells, values, weight, sex = counts.cells, counts.values, person.weight, SEXES[person.sex]
    start, end = person.periods[0]
    age, days = year_of(start) - person.born, end - start
    cells[1, "", ""] += weight
    cells[2, sex, ""] += weight
    cells[3, person.born, ""] += weight
    cells[101, age, ""] += weight
    cells[102, sex, age] += weight
    cells[108, days // _LONG, ""] += weight
    cells[113, len(person.periods), ""] += weight
    values[103, "", ""][age] += weight
    values[104, sex, ""][age] += weight
    values[105, "", ""][days] += weight
    values[106, sex, ""][days] += weight
    for domain, number in Counter(concept.domain for concept in person.held).items():
        values[FIRST[domain] + 3, "", ""][number] += weight


def _count_concept(
    counts: Counts, person: Person, concept: Concept, held: Held, types: Sequence[int]
) -> None:
    cells, values, first, id = counts.cells, counts.values, FIRST[concept.domain], concept.id
    each = person.weight * held.times
    records = each * len(held.days)
    cells[first, id, ""] += person.weight
    cells[first + 1, id, ""] += records
    values[first + 6, id, SEXES[person.sex]][year_of(held.days[0]) - person.born] += person.weight
    if concept.domain != "visit":
        cells[first + 5, id, types[id % len(types)]] += records
    for day in held.days:
        cells[first + 20, month_of(day), ""] += each
    if held.values:
        cells[1819, id, ""] += records
        for value in held.values:
            values[1815, id, concept.unit][value] += each


def _count_months(counts: Counts, person: Person, concept: Concept, held: Held) -> None:
    for month in {month_of(day) for day in held.days}:
        counts.cells[FIRST[concept.domain] + 2, concept.id, month] += person.weight


def _count_death(counts: Counts, person: Person, type: int) -> None:
    cells, weight, day = counts.cells, person.weight, person.periods[-1][1]
    cells[500, person.cause, ""] += weight
    cells[501, person.cause, ""] += weight
    cells[502, month_of(day), ""] += weight
    cells[505, type, ""] += weight
    counts.values[506, SEXES[person.sex], ""][year_of(day) - person.born] += weight


def _count_observed(counts: Counts, persons: Iterable[Person]) -> None:
    """Persons by the months in which periods begin and end, and those observed in months and whole years."""
    cells = counts.cells
    more: defaultdict[int, int] = defaultdict(int)
    for person in persons:
        for start, end in person.periods:
            cells[111, month_of(start), ""] += person.weight
            cells[112, month_of(end), ""] += person.weight
            more[month_of(start)] += person.weight
            more[_after(month_of(end))] -= person.weight
            for year in range(year_of(start - 1) + 1, year_of(end + 1)):
                cells[109, year, ""] += person.weight
    month, observed = min(more), 0
    while month < max(more):
        observed += more[month]
        if observed:
            cells[117, month, ""] = observed
        month = _after(month)


def _after(month: int) -> int:
    return month + 1 if month % 100 < 12 else month + 89


def _count_overlaps(counts: Counts, persons: Iterable[Person]) -> None:
    """Persons with records in all of several domains, whichever others there are."""
    exactly: Counter[tuple[str, ...]] = Counter()
    for person in persons:
        domains = {concept.domain for concept in person.held} | ({"death"} if person.died else set())
        exactly[tuple(domain for domain in OVERLAPS if domain in domains)] += person.weight
        if "visit" in domains:
            counts.cells[2003, "", ""] += person.weight
    for found, number in exactly.items():
        for size in range(1, len(found) + 1):
            for some in combinations(found, size):
                bits = "".join("1" if domain in some else "0" for domain in OVERLAPS)
                counts.cells[2004, f"{bits}0", ""] += number


def _frequent(persons: Iterable[Person]) -> set[Concept]:
    """The concepts of each domain that most persons have."""
    found: defaultdict[str, Counter[Concept]] = defaultdict(Counter)
    for person in persons:
        for concept in person.held:
            found[concept.domain][concept] += person.weight
    return {concept for domain, most in FREQUENT.items() for concept, _ in found[domain].most_common(most)}


def _spread(values: Mapping[float, int]) -> Spread:
    number = sum(values.values())
    mean = sum(value * weight for value, weight in values.items()) / number
    squares = sum(weight * (value - mean) ** 2 for value, weight in values.items())
    ordered = sorted(values)
    percentiles: list[float] = []
    reached = 0
    for value in ordered:
        reached += values[value]
        while len(percentiles) < len(_PERCENTILES) and reached >= _PERCENTILES[len(percentiles)] * number:
            percentiles.append(value)
    return Spread(
        number, ordered[0], tuple(percentiles), ordered[-1], round(mean, 4), round(sqrt(squares / number), 4)
    )
