"""Made-up persons as a database in the OMOP common data model holds them: observed when, with which records.

Everything follows from the seed. One person of the sample stands for as many as their weight says.
"""

import math
from bisect import bisect_right
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import cache
from itertools import accumulate, pairwise
from random import Random
from typing import Final

_DAYS: Final = 365.25
_MOST_DAYS: Final = 4
"""A person has records of a concept on no more days; that there are many says `Event.times`."""

_GAP: Final = (60, 700)
_ABRUPTNESS: Final = 6.0
"""Years in which a concept becomes common around its age."""

_OF_THE_CAUSE: Final = 0.6
_REPEATED: Final = 1.5


@dataclass(frozen=True, slots=True, eq=False)
class Concept:
    """A concept as it occurs in populations.

    `records` is how often, on average, in a person who has it; `sex` is that of those who can have it, "" for
    all; `age` is that of `Share`, where a share has none of its own. Values of measurements lie
    around `median`, most of them at most a factor of 1 + `spread` away; they are multiples of `step`, and
    `most` is the highest that there can be, 0 where there is none.
    """

    key: str
    id: int
    domain: str
    name: str
    sex: str = ""
    age: float = 0
    records: float = 1
    unit: int = 0
    median: float = 0
    spread: float = 0
    step: float = 1
    most: float = 0


@dataclass(frozen=True, slots=True)
class Share:
    """How many have a concept, 0 to 1: of all, or of those who have the concept `among` before.

    At `age` half of those have it who will, 0 where age is of no matter.
    """

    concept: Concept
    share: float
    age: float = 0
    among: str = ""


@dataclass(frozen=True, slots=True)
class Shape:
    """What a population is like. Observation lies between `first` and `last`, `years` of it on average.

    `age` has mean and deviation at the first observation, within `ages`. `records` is how many records there
    are, with deaths and without visits, None where that is of no matter. `cause` is the key of the concept
    that most of those who have it die of. `rare` has exactly so many persons of the sample with a concept.
    """

    seed: str
    sample: int
    persons: int
    records: int | None
    women: float
    age: tuple[float, float]
    ages: tuple[int, int]
    first: date
    last: date
    years: float
    deaths: float
    gaps: float
    cause: str
    shares: tuple[Share, ...]
    rare: tuple[Concept, int] | None = None


@dataclass(slots=True)
class Held:
    """The days, as ordinals, on which a person has records of a concept, `times` of them on each.

    A measurement has a value for each day.
    """

    days: tuple[int, ...]
    values: tuple[float, ...] = ()
    times: int = 1


@dataclass(frozen=True, slots=True)
class Person:
    """Periods are pairs of first and last day, in order; who `died` did so on the last of all."""

    weight: int
    sex: str
    born: int
    periods: tuple[tuple[int, int], ...]
    died: bool
    cause: int
    held: Mapping[Concept, Held]


def populate(shape: Shape) -> list[Person]:
    """The persons of a population; their weights come to `shape.persons` exactly."""
    random = Random(shape.seed)
    persons = [_person(shape, weight, random) for weight in _weights(shape, random)]
    if shape.rare:
        persons = _with_rare(persons, *shape.rare)
    if shape.records is not None:
        _record(persons, shape.records, random)
    return persons


def until(persons: Iterable[Person], last: date) -> list[Person]:
    """What was known of them on a day: those who came later are not there yet."""
    end = last.toordinal()
    return [_until(person, end) for person in persons if person.periods[0][0] <= end]


@cache
def year_of(day: int) -> int:
    """The year of a day."""
    return date.fromordinal(day).year


def _weights(shape: Shape, random: Random) -> list[int]:
    if shape.sample == shape.persons:
        return [1] * shape.sample
    sums = [0.0, *accumulate(random.uniform(0.6, 1.4) for _ in range(shape.sample))]
    marks = [round(shape.persons * reached / sums[-1]) for reached in sums]
    return [high - low for low, high in pairwise(marks)]


def _person(shape: Shape, weight: int, random: Random) -> Person:
    sex = "female" if random.random() < shape.women else "male"
    age = min(max(round(random.gauss(*shape.age)), shape.ages[0]), shape.ages[1])
    first, last = shape.first.toordinal(), shape.last.toordinal()
    start = random.randint(first, last - 30)
    end = min(start + 30 + int(random.expovariate(1 / (shape.years * _DAYS))), last)
    died = random.random() < shape.deaths
    if died and end == last:
        end = random.randint(start + 1, last)
    periods = _periods(start, end, shape.gaps, random)
    born = year_of(start) - age
    held = _held(shape.shares, sex, born, periods, random)
    cause = next((concept.id for concept in held if concept.key == shape.cause), 0)
    return Person(weight, sex, born, periods, died, cause if random.random() < _OF_THE_CAUSE else 0, held)


def _periods(start: int, end: int, gaps: float, random: Random) -> tuple[tuple[int, int], ...]:
    gap = random.randint(*_GAP)
    if random.random() < gaps and end - start > gap + 60:
        left = random.randint(start + 30, end - gap - 30)
        return ((start, left), (left + gap, end))
    return ((start, end),)


def _held(
    shares: Iterable[Share], sex: str, born: int, periods: tuple[tuple[int, int], ...], random: Random
) -> dict[Concept, Held]:
    start, end = periods[0][0], periods[-1][1]
    age = year_of(end) - born
    since = {"": start}
    held = {}
    for one in shares:
        concept = one.concept
        chance = one.share
        if one.age:
            chance /= 1 + math.exp((one.age - age) / _ABRUPTNESS)
        if random.random() < chance and one.among in since and concept.sex in ("", sex):
            days = sorted(_within(day, periods) for day in _days(concept, since[one.among], end, random))
            since[concept.key] = days[0]
            values = tuple(_value(concept, random) for _ in days) if concept.median else ()
            held[concept] = Held(tuple(days), values)
    return held


def _days(concept: Concept, start: int, end: int, random: Random) -> list[int]:
    more = int(random.expovariate(1 / (concept.records - 1)) + 0.5) if concept.records > 1 else 0
    length = end - start + 1
    return [start + int(random.random() * length) for _ in range(min(1 + more, _MOST_DAYS))]


def _within(day: int, periods: tuple[tuple[int, int], ...]) -> int:
    """The day, or the first day of the period that comes after it."""
    if len(periods) == 1:
        return day
    return next(max(day, start) for start, end in periods if day <= end)


def _value(concept: Concept, random: Random) -> float:
    value = concept.median * math.pow(1 + concept.spread, random.gauss(0, 0.8))
    steps = max(1, round(min(value, concept.most or value) / concept.step))
    return round(steps * concept.step, 2)


def _with_rare(persons: Sequence[Person], concept: Concept, number: int) -> list[Person]:
    """Give the concept to the first persons who can have it, to nobody else."""
    able = [place for place, person in enumerate(persons) if concept.sex in ("", person.sex)]
    lucky = set(able[:number])
    return [_with(person, concept) if place in lucky else person for place, person in enumerate(persons)]


def _with(person: Person, concept: Concept) -> Person:
    return replace(person, held={**person.held, concept: Held((person.periods[0][1],))})


def _record(persons: Iterable[Person], records: int, random: Random) -> None:
    """Let what is recorded often be recorded as often as makes so many records of all."""
    single = often = 0
    for person in persons:
        single += person.weight * person.died
        for concept, held in person.held.items():
            if _is_often(concept):
                often += person.weight * len(held.days)
            elif concept.domain != "visit":
                single += person.weight * len(held.days)
    factor = max(1.0, (records - single) / often)
    for person in persons:
        for concept, held in person.held.items():
            if _is_often(concept):
                held.times = int(factor + random.random())


def _is_often(concept: Concept) -> bool:
    return concept.records >= _REPEATED and concept.domain != "visit"


def _until(person: Person, end: int) -> Person:
    if person.periods[-1][1] <= end:
        return person
    periods = tuple((first, min(last, end)) for first, last in person.periods if first <= end)
    known = {concept: _held_until(held, end) for concept, held in person.held.items() if held.days[0] <= end}
    return replace(person, periods=periods, died=False, cause=0, held=known)


def _held_until(held: Held, end: int) -> Held:
    number = bisect_right(held.days, end)
    return held if number == len(held.days) else Held(held.days[:number], held.values[:number], held.times)
