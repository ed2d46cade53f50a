"""The few numbers of one profile that the network is told by, and how counts of sources add up."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final

from catalogue.profiles.counts import Count, State
from catalogue.profiles.release import Strata
from catalogue.profiles.releases import Release

AGES: Final = ((0, 17), (18, 39), (40, 64), (65, 79), (80, None))
"""Groups of age in years at first observation, from and to; the last one is open."""

BY_DOMAIN: Final = ("recordsByType", "recordsInMonth")
"""The analyses that tell the records of a domain as a sum; the first is the closer one."""

ANALYSES: Final = ("persons", "personsBySex", "personsByAge", "personsObservedInYear", "personsByDomains")
"""The analyses that a summary is made of besides."""

Cells = Mapping[str, Mapping[Strata, Count]]


@dataclass(frozen=True, slots=True)
class Summary:
    """What a release tells at a glance. What is not there was not provided.

    `sexes` and `ages` (by the first age of each group) count persons, `years` those observed throughout
    each year, `persons_in` and `records_in` persons with records and records, by domain.
    """

    release: Release
    persons: Count
    sexes: Mapping[str, Count]
    ages: Mapping[int, Count]
    years: Mapping[int, Count]
    persons_in: Mapping[str, Count]
    records_in: Mapping[str, Count]


def summary(release: Release, told: Cells, records: Mapping[str, Count]) -> Summary:
    """The summary of a release from the cells of its `ANALYSES` and its records by domain."""
    persons = told.get("persons", {}).get((), Count.absent())
    years = {
        int(year): count
        for (year,), count in told.get("personsObservedInYear", {}).items()
        if year.isdecimal()
    }
    return Summary(
        release,
        persons,
        {sex: count for (sex,), count in told.get("personsBySex", {}).items()},
        _in_groups(told.get("personsByAge", {}), persons),
        dict(sorted(years.items())),
        in_domains(told.get("personsByDomains", {}), persons),
        records,
    )


def added(counts: Iterable[Count]) -> Count:
    """The sum of the counts that are provided; absent where none is.

    Hidden where all are, or where one has no upper bound: then the sum has none either, and its low still
    holds.
    """
    told = [count for count in counts if count.state is not State.ABSENT]
    if not told:
        return Count.absent()
    highs = [count.high for count in told if count.high is not None]
    most = sum(highs) if len(highs) == len(told) else None
    all_hidden = all(count.state is State.SUPPRESSED for count in told)
    return sum_of(sum(count.low or 0 for count in told), most, is_hidden=all_hidden)


def sum_of(low: int, high: int | None, *, is_hidden: bool) -> Count:
    """A sum by its bounds; hidden where all of its parts are, or nothing bounds it."""
    return Count(State.SUPPRESSED, low, high) if is_hidden or high is None else Count.between(low, high)


def distinct(counts: Iterable[Count]) -> Count:
    """How many different persons there are in sources that overlap: at least the largest, at most the sum."""
    told = [count for count in counts if count.state is not State.ABSENT]
    whole = added(told)
    return whole if len(told) < 2 else sum_of(max(one.low or 0 for one in told), whole.high, is_hidden=False)


def _in_groups(cells: Mapping[Strata, Count], persons: Count) -> dict[int, Count]:
    """Persons by the first age of each group of `AGES`, of the ages that are provided.

    A cell such as `70+` may belong to several groups, so that it adds to the highest of each alone.
    """
    parts: dict[int, list[Count]] = {}
    for (age,), count in cells.items():
        if not age.removesuffix("+").isdecimal():
            continue
        groups = [*_groups(int(age.removesuffix("+")), is_open=age.endswith("+"))]
        shared = count if len(groups) == 1 else Count(State.INTERVAL, 0, count.high)
        for start in groups:
            parts.setdefault(start, []).append(shared)
    return {start: _at_most(added(parts[start]), persons) for start, _ in AGES if start in parts}


def _groups(age: int, *, is_open: bool) -> Iterable[int]:
    for start, end in AGES:
        if (end is None or age <= end) and (is_open or age >= start):
            yield start


def in_domains(cells: Mapping[Strata, Count], persons: Count) -> dict[str, Count]:
    """Persons with records in each domain: as counted, else at least as many as have others besides."""
    sets = {frozenset(filter(None, strata[0].split("+"))): count for strata, count in cells.items()}
    found = {}
    for domain in {domain for domains in sets for domain in domains}:
        alone = sets.get(frozenset({domain}))
        least = max(count.low or 0 for domains, count in sets.items() if domain in domains)
        found[domain] = alone or sum_of(least, persons.high, is_hidden=False)
    return found


def _at_most(count: Count, whole: Count) -> Count:
    """The count, no higher than the whole where that has a bound."""
    if (
        whole.high is None
        or whole.state is State.SUPPRESSED
        or (count.high is not None and count.high <= whole.high)
    ):
        return count
    return sum_of(min(count.low or 0, whole.high), whole.high, is_hidden=count.state is State.SUPPRESSED)
