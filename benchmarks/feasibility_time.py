"""How long feasibility takes: five criteria put to 200 sources with 50,000 concepts, among many records.

python benchmarks/feasibility_time.py [--sources 200] [--concepts 50000] [--records 100000] [--requests 100]

The counts by concept are those of concept_time.py, copied once; ages, months, lengths and domains are
made up beside. The index is in memory. Each question is a new one: nothing that was remembered answers it.
"""

import argparse
import random
import shutil
import sys
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Final

import httpx
from fastapi import FastAPI

sys.path.insert(0, str(Path(__file__).parents[1]))

from benchmarks.concept_facet import BASE, documents
from benchmarks.concept_time import PERSONS, WORK
from benchmarks.machine import heading, measure, peak_mb
from catalogue.adapters.index_tantivy import TantivyIndex
from catalogue.adapters.store_oxigraph import OxigraphStore
from catalogue.catalogue import Catalogue
from catalogue.clock import utc_now
from catalogue.ledger import Ledger
from catalogue.profile_tables import cells, spreads
from catalogue.profiles.feasibility import ConceptSet, Question
from catalogue.settings import Settings
from ontologies.vocabularies import load
from tests.apps import app_of
from tests.asking import ask
from web.feasibility import Inquiry, surveyed
from web.standing import stand

AGES: Final = range(91)
MONTHS: Final = [f"{year}{month:02}" for year in range(2005, 2025) for month in range(1, 13)]
LENGTHS: Final = range(0, 240, 2)
DOMAINS: Final = ("condition", "drug", "measurement", "procedure", "condition+drug", "drug+measurement")


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--sources", type=int, default=200)
    parser.add_argument("--concepts", type=int, default=50_000)
    parser.add_argument("--records", type=int, default=100_000)
    parser.add_argument("--requests", type=int, default=100)
    asked = parser.parse_args()
    print(heading(), flush=True)
    name = f"{asked.sources}-{asked.concepts}"
    file = WORK.parent / "feasibility" / name / "ledger.sqlite"
    if not file.exists():
        _make(WORK / name / "ledger.sqlite", file, asked.sources)
    index = TantivyIndex(None, "feasibility")
    index.put(documents(asked.records, asked.sources))
    catalogue = Catalogue(BASE, OxigraphStore(None), index, Ledger(f"sqlite:///{file}"), load(), utc_now)
    _ask(catalogue, asked.concepts, asked.requests)
    print(f"  memory at most {peak_mb():,.0f} MB")
    catalogue.close()


def _make(counts: Path, file: Path, sources: int) -> None:
    """Copy the counts and add what else is asked, in a folder beside, so that one that is there is whole."""
    if not counts.exists():
        raise SystemExit("The counts are not there. Make them with benchmarks/concept_time.py.")
    making = file.parent.with_suffix(".making")
    shutil.rmtree(making, ignore_errors=True)
    making.mkdir(parents=True)
    shutil.copy(counts, making / file.name)
    ledger = Ledger(f"sqlite:///{making / file.name}")
    with ledger.database.writing() as db:
        db.execute(cells.delete().where(cells.c.analysis != "persons"))
        db.execute(spreads.delete())
        for release in range(1, sources + 1):
            db.execute(cells.insert(), [*_cells(release)])
            spread = {"release": release, "analysis": "lengthOfObservation", "strata1": "", "strata2": ""}
            db.execute(spreads.insert().values(**spread, median=300.0 + release))
    ledger.close()
    making.rename(file.parent)


def _cells(release: int) -> Iterator[Mapping[str, object]]:
    """The cells of a source; by some counts there is a hidden one."""
    draw = random.Random(release)
    strata = [("personsByAgeAndSex", str(age), sex) for age in AGES for sex in ("female", "male")]
    strata += [("personsObservedInMonth", month, "") for month in MONTHS]
    strata += [("personsByFollowUp", str(months), "") for months in LENGTHS]
    strata += [("personsByDomains", domains, "") for domains in DOMAINS]
    for analysis, first, second in strata:
        high = 5 * draw.randint(1, PERSONS // 2_000)
        told = ("suppressed", 1) if high == 5 else ("interval", high - 4)
        yield {
            "release": release,
            "analysis": analysis,
            "strata1": first,
            "strata2": second,
            "state": told[0],
            "low": told[1],
            "high": high,
        }


def _ask(catalogue: Catalogue, size: int, requests: int) -> None:
    draw = random.Random(9)
    every = list(range(1, size + 1))
    draw.shuffle(every)
    fresh = iter(every)
    app = app_of(catalogue, Settings(base_url=BASE))
    stand()
    ways: dict[str, Callable[[Inquiry], object]] = {
        "catalogue": lambda asked: surveyed(catalogue, asked),
        "API": lambda asked: _get(app, f"/api/v1/feasibility?{asked.address}"),
        "page": lambda asked: _get(app, f"/feasibility?{asked.address}"),
        "table": lambda asked: _get(app, f"/feasibility.csv?{asked.address}"),
    }
    surveyed(catalogue, _inquiry(draw, fresh))
    for way, put in ways.items():
        measure(f"{way}: five criteria", [_inquiry(draw, fresh) for _ in range(requests)], put)
    chosen = tuple(f"{number:016}" for number in (3, 5, 8))
    for way in ("API", "page"):
        some = [_inquiry(draw, fresh, chosen) for _ in range(requests)]
        measure(f"{way}: the same, and what others add to three", some, ways[way])
    same = _inquiry(draw, fresh)
    measure("page: asked before", [same] * requests, ways["page"])


def _inquiry(draw: random.Random, fresh: Iterator[int], chosen: tuple[str, ...] = ()) -> Inquiry:
    """Two concepts with all below them, age and sex, years, and a length of follow-up."""
    from_age, from_year = draw.randint(18, 60), draw.randint(2005, 2020)
    question = Question(
        concept_sets=(ConceptSet((next(fresh),)), ConceptSet((next(fresh),))),
        ages=(from_age, from_age + 20),
        sex=draw.choice(("female", "male")),
        years=(from_year, from_year + 3),
        follow_up=draw.randint(6, 60),
        minimum=1_000,
    )
    return Inquiry(question, chosen=chosen)


def _get(app: FastAPI, path: str) -> None:
    answer = ask(app, httpx.Request("GET", BASE + path))
    assert answer.status_code == 200, answer.text


if __name__ == "__main__":
    main()
