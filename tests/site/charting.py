"""Releases of invented persons, guarded as the guard would, for tests of charts."""

import math
import random
from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import date

from catalogue.profiles.counts import Count
from catalogue.profiles.measured import Quality, Spread, Told
from catalogue.profiles.release import Guarded, Rule, Strata
from web.charts.chart import Chart
from web.charts.comparing import (
    Source,
    compared_by_age,
    compared_by_domain,
    compared_by_sex,
    compared_by_year,
)
from web.charts.concepts import age_at_first_occurrence, measurement_values, prevalence
from web.charts.history import Dated, growth, quality, quality_over_releases
from web.charts.persons import (
    age_at_first_observation,
    cumulative_observation,
    persons_by_month,
    pyramid,
    year_of_birth,
)
from web.charts.records import (
    concepts_per_person,
    provenance_types,
    records_by_month,
    time_strand,
    visit_types,
)

RULE = Rule()
NAMES = {"9201": "Inpatient visit", "9202": "Outpatient visit", "32817": "Health record", "8840": "mg/dL"}
NAMES |= {"432867": "Hyperlipidaemia", "3004249": "Systolic blood pressure <b>seated</b> & at rest"}


def say(text: str) -> str:
    """English as it is."""
    return text


def told(number: int, rule: Rule = RULE) -> Count:
    """A number as the rule lets it be told."""
    if number == 0:
        return Count.exact(0)
    if number <= rule.threshold:
        return Count.hidden(rule.threshold)
    high = math.ceil(number / rule.rounding) * rule.rounding
    return Count.between(high - rule.rounding + 1, high)


def release(
    cells: Mapping[str, Mapping[Strata, Count]],
    spreads: Sequence[Spread] = (),
    checks: Sequence[Quality] = (),
) -> Guarded:
    """A release of these cells."""
    return Guarded(Told("Achilles"), RULE, cells, tuple(spreads), tuple(checks))


def spread(analysis: str, *strata: str, median: float = 40) -> Spread:
    """Values around a median."""
    return Spread(
        analysis, strata, 200, None, median - 20, median - 10, median, median + 12, median + 30, None
    )


def invented(seed: int, persons: int, years: int = 12, age: float = 45) -> Guarded:
    """A release with something for every chart."""
    chance = random.Random(seed)
    people = [
        (
            min(95, max(0, round(chance.gauss(age, 18)))),
            chance.choices(("female", "male", "other"), (52, 47, 1))[0],
        )
        for _ in range(persons)
    ]
    months = [(2023 - years + n // 12) * 100 + n % 12 + 1 for n in range(years * 12)]
    wave = {month: round(persons * (0.4 + 0.3 * math.sin(n / 9))) for n, month in enumerate(months)}
    lengths = Counter(chance.randrange(60) for _ in people)
    cells: dict[str, dict[Strata, Count]] = {
        "persons": {(): told(persons)},
        "personsByAgeAndSex": {(str(a), s): told(n) for (a, s), n in Counter(people).items()},
        "personsByAge": {(str(a),): told(n) for a, n in Counter(a for a, _s in people).items()},
        "personsBySex": {(s,): told(n) for s, n in Counter(s for _a, s in people).items()},
        "personsByYearOfBirth": {
            (str(2020 - a),): told(n) for a, n in Counter(a for a, _s in people).items()
        },
        "personsByFollowUp": {(str(months),): told(n) for months, n in lengths.items()},
        "personsObservedInMonth": {(str(month),): told(n) for month, n in wave.items()},
        "personsObservedInYear": {
            (str(year),): told(persons // 2 + year % 7) for year in range(2023 - years, 2023)
        },
        "personsByVisit": {("9201",): told(persons // 9), ("9202",): told(persons // 2), ("0",): told(2)},
        "recordsByVisit": {("9201",): told(persons // 4), ("9202",): told(persons * 3)},
        "recordsByType": {("condition", "32817"): told(persons * 4), ("condition", "32810"): told(3)},
        "recordsInMonth": {
            (domain, str(month)): told(n // part)
            for domain, part in (("condition", 2), ("measurement", 1), ("death", 200))
            for month, n in wave.items()
        },
        "personsByDomains": {
            ("condition+measurement",): told(persons // 2),
            ("condition",): told(persons // 5),
            ("device",): told(3),
        },
        "personsByConceptAndMonth": {("432867", str(month)): told(n // 40) for month, n in wave.items()},
    }
    spreads = [
        spread("conceptsPerPerson", "condition", median=30),
        spread("ageAtFirstOccurrence", "432867", "female", median=55),
        spread("ageAtFirstOccurrence", "432867", "male", median=52),
        spread("measurementValues", "3004249", "8840", median=128),
    ]
    checks = [
        Quality("Completeness", "", 400 + seed, 20),
        Quality("Plausibility", "Temporal", 900, 90, 12, 1),
    ]
    return release(cells, spreads, checks)


def everything(one: Guarded, others: Sequence[Source], history: Sequence[Dated]) -> list[Chart]:
    """Every chart that can be made."""
    found = [
        pyramid(one, say),
        year_of_birth(one, say),
        age_at_first_observation(one, say),
        cumulative_observation(one, say),
        visit_types(one, NAMES, say),
        provenance_types(one, "condition", NAMES, say),
        concepts_per_person(one, say),
        age_at_first_occurrence(one, "432867", NAMES, say),
        measurement_values(one, "3004249", "8840", NAMES, say),
        quality(one, say),
        persons_by_month(one, say),
        *records_by_month(one, say),
        time_strand(one, say),
        prevalence(one, "432867", NAMES, say),
        quality_over_releases(history, say),
        growth(history, say),
        compared_by_age(others, say),
        compared_by_year(others, say),
        compared_by_sex(others, say),
        compared_by_domain(others, say),
    ]
    return [chart for chart in found if chart is not None]


def whole() -> list[Chart]:
    """Every chart of invented sources, some small and some with long names."""
    sizes = (3000, 900, 400, 120)
    long = "The register of everything that beats in the chest, of all seven districts and both islands"
    names = ("North", long, "Südheim", "Östra")
    releases = [invented(seed, size) for seed, size in enumerate(sizes)]
    sources = [Source(name, one) for name, one in zip(names, releases, strict=True)]
    history = [Dated(date(2021 + n, 3, 1), one) for n, one in enumerate(releases)]
    return everything(releases[0], sources, history)
