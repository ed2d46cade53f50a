"""How long the page of a full-size profile takes: three releases, 50,000 concepts, all analyses, embedded.

python benchmarks/profile_page.py [--concepts 50000] [--requests 20]

The profile is made up once, and stays with its drawings in benchmarks/work. Requests are answered in this
process. Cold is the first request of a process that has just opened the catalogue, its drawings made at
publication; warm is every further one.
"""

import argparse
import random
import shutil
import sys
from collections.abc import Iterator
from itertools import product
from pathlib import Path
from typing import Final

import httpx

sys.path.insert(0, str(Path(__file__).parents[1]))

from benchmarks.machine import heading, measure, peak_mb
from catalogue.bootstrap import open_catalogue
from catalogue.profiles.analyses import DOMAINS
from catalogue.profiles.counts import Count
from catalogue.profiles.measured import Quality, Spread, Told
from catalogue.profiles.publishing import publish
from catalogue.profiles.release import Guarded, Rule, Strata
from catalogue.settings import Settings
from tests.apps import app_of
from tests.asking import ask, record
from web.profile_views import TABS

WORK: Final = Path(__file__).parent / "work" / "profile_page"
RELEASES: Final = 3
MONTHS: Final = [f"{year}{month:02}" for year in range(1996, 2026) for month in range(1, 13)]
SEXES: Final = ("female", "male", "other")
TYPES: Final = [str(concept) for concept in range(32810, 32822)]
VISITS: Final = [str(concept) for concept in range(9201, 9216)]
DETAILED: Final = 20
"""One concept in so many is told by month, and with the ages at which it begins."""

DATASET: Final = """
ex:full a dcat:Dataset ; dct:title "A hospital"@en ;
  health:numberOfUniqueIndividuals "2000000"^^xsd:nonNegativeInteger ;
  health:numberOfRecords "9000000000"^^xsd:nonNegativeInteger .
"""


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--concepts", type=int, default=50_000)
    parser.add_argument("--requests", type=int, default=20)
    asked = parser.parse_args()
    print(heading(), flush=True)
    folder = WORK / str(asked.concepts)
    if not folder.exists():
        _make(folder, asked.concepts)
    _measure_all(folder, asked.requests)
    print(f"  memory at most {peak_mb():,.0f} MB")


def _make(folder: Path, concepts: int) -> None:
    """Make the catalogue in a folder beside, so that one that is there is whole."""
    making = folder.with_suffix(".making")
    shutil.rmtree(making, ignore_errors=True)
    catalogue = open_catalogue(Settings(data_dir=making))
    catalogue.ingest("north", [record(DATASET)])
    (id,) = catalogue.ids()
    for number in range(RELEASES):
        publish(catalogue, id, _profile(random.Random(number), 1_800_000 + 100_000 * number, concepts))
    catalogue.close()
    making.rename(folder)


def _measure_all(folder: Path, requests: int) -> None:
    shutil.rmtree(folder / "drawings", ignore_errors=True)
    for part in TABS:
        _measure_part(folder, f"{part}, drawn now", part, 1)
    for part in TABS:
        _measure_part(folder, f"{part}, cold", part, 1)
    for part in TABS:
        _measure_part(folder, f"{part}, warm", part, requests, is_warm=True)


def _measure_part(folder: Path, name: str, part: str, requests: int, is_warm: bool = False) -> None:
    """Ask for a part of the page so many times, in a catalogue that was just opened."""
    settings = Settings(data_dir=folder)
    catalogue = open_catalogue(settings)
    app = app_of(catalogue, settings)
    page = f"{catalogue.base}/dataset/{catalogue.ids()[0]}/profile"

    def got(part: str) -> None:
        answer = ask(app, httpx.Request("GET", f"{page}?part={part}"))
        assert answer.status_code == 200, answer.text[:400]

    if is_warm:
        got(part)
    measure(name, [part] * requests, got)
    catalogue.close()


def _profile(draw: random.Random, persons: int, concepts: int) -> Guarded:
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


if __name__ == "__main__":
    main()
