"""A full-size profile, made up: all analyses that pages draw, and many concepts."""

import random
from collections.abc import Iterator
from itertools import product
from typing import Final

from catalogue.profiles.analyses import DOMAINS
from catalogue.profiles.counts import Count
from catalogue.profiles.measured import Quality, Spread, Told
from catalogue.profiles.release import Guarded, Rule, Strata

MONTHS: Final = [f"{year}{month:02}" for year in range(1996, 2026) for month in range(1, 13)]
SEXES: Final = ("female", "male", "other")
TYPES: Final = [str(concept) for concept in range(32810, 32822)]
VISITS: Final = [str(concept) for concept in range(9201, 9216)]
DETAILED: Final = 20
"""One concept in so many is told by month, and with the ages at which it begins."""


def full_profile(draw: random.Random, persons: int, concepts: int) -> Guarded:
    cells: dict[str, dict[Strata, Count]] = {
        "persons": {(): _count(persons)},
        "personsBySex": {
            (sex,): _count(persons * share) for sex, share in zip(SEXES, (0.51, 0.48, 0.01), strict=True)
        },
        "personsByYearOfBirth": {(str(year),): _some(draw, persons / 100) for year in range(1915, 2026)},
        "personsByAge": {(str(age),): _some(draw, persons / 100) for age in range(106)},
        "personsByAgeAndSex": {
            (str(age), sex): _some(draw, persons / 200) for age, sex in product(range(106), SEXES)
        },
        "personsByFollowUp": {(str(months),): _some(draw, persons / 300) for months in range(360)},
        "personsObservedInMonth": {(month,): _some(draw, persons) for month in MONTHS},
        "personsByVisit": {(visit,): _some(draw, persons) for visit in VISITS},
        "recordsByVisit": {(visit,): _some(draw, persons * 9) for visit in VISITS},
        "recordsByType": {
            (domain, type): _some(draw, persons * 30) for domain, type in product(DOMAINS, TYPES)
        },
        "recordsInMonth": {
            (domain, month): _some(draw, persons) for domain, month in product(DOMAINS, MONTHS)
        },
    }
    held = [(draw.choice(DOMAINS[1:7]), str(number)) for number in range(1, concepts + 1)]
    cells["personsByConcept"] = {key: _some(draw, persons / 9) for key in held}
    cells["recordsByConcept"] = {key: _some(draw, persons) for key in held}
    detailed = [concept for _domain, concept in held[::DETAILED]]
    cells["personsByConceptAndMonth"] = {
        (concept, month): _some(draw, persons / 99) for concept in detailed for month in MONTHS[-120:]
    }
    checks = [
        Quality(name, "", draw.randint(400, 900), draw.randint(0, 90))
        for name in ("Completeness", "Conformance", "Plausibility")
    ]
    return Guarded(Told("Achilles", "1.7.2"), Rule(), cells, tuple(_spreads(draw, detailed)), tuple(checks))


def _spreads(draw: random.Random, concepts: list[str]) -> Iterator[Spread]:
    keys: list[tuple[str, Strata]] = [("conceptsPerPerson", (domain,)) for domain in DOMAINS]
    keys += [("ageAtFirstOccurrence", (concept, sex)) for concept in concepts for sex in SEXES[:2]]
    yield Spread("lengthOfObservation", (), 1000, None, 90, 400, 1200, 2900, 5100, None)
    for analysis, strata in keys:
        middle = draw.randint(30, 60)
        yield Spread(
            analysis, strata, 1000, None, middle - 20, middle - 9, middle, middle + 9, middle + 25, None
        )


def _some(draw: random.Random, about: float) -> Count:
    return _count(about * draw.random() ** 3)


def _count(number: float) -> Count:
    high = 5 * -(-int(number) // 5)
    return Count.between(high - 4, high) if high > 5 else Count.hidden(5)
