"""How long the network takes: 200 sources with profiles among 2,000 datasets, embedded.

python benchmarks/network_time.py [--profiles 200] [--datasets 2000] [--requests 60]

Datasets and counts are made up, once, and the counts written straight into the tables; all stays in
benchmarks/work. Requests are answered in this process.
"""

import argparse
import random
import shutil
import sys
from itertools import combinations
from pathlib import Path
from typing import Final

import httpx
from fastapi import FastAPI

sys.path.insert(0, str(Path(__file__).parents[1]))

from benchmarks.machine import heading, measure, peak_mb
from catalogue.bootstrap import open_catalogue
from catalogue.catalogue import Catalogue
from catalogue.profile_tables import releases
from catalogue.profiles import projected
from catalogue.profiles.analyses import DOMAINS
from catalogue.profiles.counts import Count
from catalogue.profiles.measured import Told
from catalogue.profiles.network import Network
from catalogue.profiles.release import Guarded, Rule, Strata
from catalogue.profiles.releases import Release, Standing, columns
from catalogue.records import record_id
from catalogue.settings import Settings
from tests.apps import app_of
from tests.asking import ask, record
from web.standing import stand

WORK: Final = Path(__file__).parent / "work" / "network"
SOURCE: Final = "made"
COUNTRIES: Final = ("FRA", "DEU", "NLD", "ESP", "ITA", "SWE", "FIN", "PRT", "BEL", "AUT")
MONTHS: Final = [f"{year}{month:02}" for year in range(2006, 2026) for month in range(1, 13)]
DATASET: Final = """
ex:{number} a dcat:Dataset ; dct:title "Register {number}"@en ; dct:spatial eu:country\\/{country} ;
  health:numberOfUniqueIndividuals "{persons}"^^xsd:nonNegativeInteger .
"""


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--profiles", type=int, default=200)
    parser.add_argument("--datasets", type=int, default=2_000)
    parser.add_argument("--requests", type=int, default=60)
    asked = parser.parse_args()
    print(heading(), flush=True)
    folder = WORK / f"{asked.profiles}-{asked.datasets}"
    if not folder.exists():
        _make(folder, asked.profiles, asked.datasets)
    settings = Settings(data_dir=folder)
    catalogue = open_catalogue(settings)
    _measure_all(catalogue, app_of(catalogue, settings), asked.requests)
    print(f"  memory at most {peak_mb():,.0f} MB")
    catalogue.close()


def _make(folder: Path, profiles: int, datasets: int) -> None:
    """Make the catalogue in a folder beside, so that one that is there is whole."""
    making = folder.with_suffix(".making")
    shutil.rmtree(making, ignore_errors=True)
    catalogue = open_catalogue(Settings(data_dir=making))
    draw = random.Random(7)
    described = (
        DATASET.format(number=number, country=draw.choice(COUNTRIES), persons=draw.randint(100, 10**6))
        for number in range(datasets)
    )
    catalogue.ingest(SOURCE, map(record, described))
    with catalogue.ledger.database.writing() as db:
        for number in range(profiles):
            id = record_id(SOURCE, f"https://north.example/{number}")
            guarded = Guarded(Told("Achilles", "1.7.2"), Rule(), _cells(draw, by_type=number % 2 == 0))
            now = catalogue.now()
            made = Release(number + 1, id, Standing.PUBLISHED, True, guarded.told, guarded.rule, now, now)
            db.execute(releases.insert().values(columns(made, "none")))
            for table, rows in projected.rows(made.id, guarded):
                catalogue.ledger.database.add(db, table, [*rows])
    catalogue.close()
    making.rename(folder)


def _cells(draw: random.Random, *, by_type: bool) -> dict[str, dict[Strata, Count]]:
    """What a full profile tells of a dataset as a whole; half of them without where records come from."""
    persons = draw.randint(1_000, 500_000)
    ages = {(str(age),): _count(persons / 100 * draw.random()) for age in range(100)}
    some = DOMAINS[:7]
    together = ("+".join(found) for size in (1, 2, 3) for found in combinations(some, size))
    cells: dict[str, dict[Strata, Count]] = {
        "persons": {(): _count(persons)},
        "personsBySex": {("female",): _count(persons / 2), ("male",): _count(persons / 2)},
        "personsByAge": ages,
        "personsByAgeAndSex": {
            (age, sex): count for (age,), count in ages.items() for sex in ("female", "male")
        },
        "personsObservedInYear": {
            (str(year),): _count(persons * draw.random()) for year in range(2000, 2026)
        },
        "personsObservedInMonth": {(month,): _count(persons * draw.random()) for month in MONTHS},
        "personsByDomains": {(found,): _count(persons * draw.random()) for found in together},
        "recordsInMonth": {
            (domain, month): _count(persons * 5 * draw.random()) for domain in some for month in MONTHS
        },
    }
    if by_type:
        cells["recordsByType"] = {
            (domain, str(type)): _count(persons * 99 * draw.random())
            for domain in some
            for type in range(32817, 32822)
        }
    return cells


def _count(number: float) -> Count:
    high = 5 * -(-int(number) // 5)
    return Count.between(high - 4, high) if high > 5 else Count.hidden(5)


def _measure_all(catalogue: Catalogue, app: FastAPI, requests: int) -> None:
    stand()

    def got(path: str) -> None:
        answer = ask(app, httpx.Request("GET", catalogue.base + path))
        assert answer.status_code == 200, answer.text[:400]

    database = catalogue.ledger.database
    measure("profiles read for the first time", range(5), lambda _: Network(database).profiles())
    measure("page, all drawn for the first time", ["/network"], got)
    measure("page, again", ["/network"] * requests, got)
    narrowed = [f"/network?country={code}" for code in COUNTRIES]
    measure("page in one country, drawn for the first time", narrowed, got)
    measure("page in one country, again", narrowed * (requests // len(narrowed)), got)
    measure("API", ["/api/v1/network"] * requests, got)
    measure("CSV", ["/network.csv"] * requests, got)


if __name__ == "__main__":
    main()
