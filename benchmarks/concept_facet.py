"""How long searches take that ask what the data hold: 200 of many records have 50,000 concepts each.

python benchmarks/concept_facet.py [--sources 200] [--concepts 50000] [--records 100000] [--requests 200]

The counts are those of concept_time.py, in the embedded ledger; the records are made up, in an index in
memory. Each question is a new one: nothing that was remembered answers it.
"""

import argparse
import random
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Final
from urllib.parse import urlencode

import httpx
from fastapi import FastAPI

sys.path.insert(0, str(Path(__file__).parents[1]))

from benchmarks.concept_time import SIZES, WORK
from benchmarks.machine import heading, measure, peak_mb
from catalogue.adapters.index_tantivy import TantivyIndex
from catalogue.adapters.store_oxigraph import OxigraphStore
from catalogue.catalogue import Catalogue
from catalogue.clock import utc_now
from catalogue.ledger import Ledger
from catalogue.query_url import format_query
from catalogue.search import Holding, Row, SearchDocument, SearchQuery, Words
from catalogue.settings import Settings
from ontologies.vocabularies import load
from tests.apps import app_of
from tests.asking import ask
from web.standing import stand

BASE: Final = "http://127.0.0.1:18999"
TEXT: Final = "heart cancer leukaemia dementia stroke patients treatment survival hospital regional".split()
COUNTRIES: Final = "AUT BEL CZE DEU DNK ESP EST FIN FRA".split()
RIGHTS: Final = "PUBLIC RESTRICTED NON_PUBLIC".split()
LEAST: Final = 1_000

Search = Callable[[SearchQuery], object]


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--sources", type=int, default=200)
    parser.add_argument("--concepts", type=int, default=50_000)
    parser.add_argument("--records", type=int, default=100_000)
    parser.add_argument("--requests", type=int, default=200)
    asked = parser.parse_args()
    print(heading(), flush=True)
    file = WORK / f"{asked.sources}-{asked.concepts}" / "ledger.sqlite"
    if not file.exists():
        raise SystemExit("The counts are not there. Make them with benchmarks/concept_time.py.")
    index = TantivyIndex(None, "facet")
    index.put(documents(asked.records, asked.sources))
    catalogue = Catalogue(BASE, OxigraphStore(None), index, Ledger(f"sqlite:///{file}"), load(), utc_now)
    _ask(catalogue, asked.concepts, asked.requests)
    print(f"  memory at most {peak_mb():,.0f} MB")
    catalogue.close()


def documents(records: int, sources: int) -> Iterator[SearchDocument]:
    """Records with a title and two facets; those with counts are among them."""
    draw = random.Random(5)
    for number in range(records):
        id = f"{number:016}" if 1 <= number <= sources else f"r{number:015}"
        title = Words(" ".join(draw.sample(TEXT, 3)), "en")
        facets = {"country": (draw.choice(COUNTRIES),), "accessRights": (draw.choice(RIGHTS),)}
        row = Row(id, f"https://north.example/{number}", "dataset", (title,), codes=facets)
        yield SearchDocument(row, ((title, 4.0),), facets, {})


def _ask(catalogue: Catalogue, size: int, requests: int) -> None:
    draw = random.Random(9)
    every = list(range(1, size + 1))
    draw.shuffle(every)
    fresh = iter(every)
    ways: dict[str, Search] = {
        "catalogue": catalogue.search,
        "JSON": _fetching(catalogue, "/api/v1/search"),
        "page": _fetching(catalogue, "/datasets"),
    }
    catalogue.search(SearchQuery(holds=Holding((every[-1],))))
    for way, search in ways.items():
        for name, number, query in _queries(draw):
            asked = [query(tuple(next(fresh) for _ in range(number))) for _ in range(requests)]
            measure(f"{way}: {name}", asked, search)
        for name, (least, most) in SIZES.items():
            some = [*_some(fresh, catalogue, least, most, requests // 4)]
            measure(f"{way}: {name} ({len(some)} asked)", [_holding((id,)) for id in some], search)
    measure("page: looked up by a word", [*_looks(catalogue, draw, requests)], _looking(catalogue))


def _queries(draw: random.Random) -> Iterator[tuple[str, int, Callable[[tuple[int, ...]], SearchQuery]]]:
    """What is asked for: its name, how many concepts, and the query with these."""
    yield "a concept", 1, _holding
    yield "a concept, a word, two filters", 1, lambda ids: _holding(ids, draw)
    yield "two concepts, those that possibly hold them too", 2, lambda ids: _holding(ids, possibly=True)


def _holding(
    concepts: tuple[int, ...], draw: random.Random | None = None, possibly: bool = False
) -> SearchQuery:
    holds = Holding(concepts, LEAST, possibly)
    if draw is None:
        return SearchQuery(holds=holds)
    filters = {"country": (draw.choice(COUNTRIES),), "accessRights": (draw.choice(RIGHTS),)}
    return SearchQuery(draw.choice(TEXT), filters, holds=holds)


def _some(fresh: Iterator[int], catalogue: Catalogue, least: int, most: int, number: int) -> Iterator[int]:
    """Concepts with so many below them, as long as there are any."""
    for id in fresh:
        if least <= len(catalogue.concepts.descendants(id)) <= most:
            yield id
            number -= 1
        if not number:
            return


def _fetching(catalogue: Catalogue, path: str) -> Search:
    app = app_of(catalogue, Settings(base_url=BASE))
    stand()
    return lambda query: _get(app, f"{path}?{format_query(query)}")


def _looking(catalogue: Catalogue) -> Callable[[str], object]:
    app = app_of(catalogue, Settings(base_url=BASE))
    stand()
    return lambda words: _get(app, f"/datasets?{urlencode({'look': words})}")


def _looks(catalogue: Catalogue, draw: random.Random, number: int) -> Iterator[str]:
    ids = [draw.randint(1, 40_000) for _ in range(number)]
    yield from (one.name.split()[0] for one in catalogue.concepts.named(ids).values())


def _get(app: FastAPI, path: str) -> None:
    ask(app, httpx.Request("GET", BASE + path)).raise_for_status()


if __name__ == "__main__":
    main()
