"""How fast each triple store takes and gives records: the embedded one, and every SPARQL server that runs.

python benchmarks/store_rate.py [COUNT]   servers by `python -m tests.servers start oxigraph fuseki virtuoso`

What a running server holds is thrown away. The same Python makes and reads the statements for all of them.
"""

import argparse
import random
import shutil
import statistics
import sys
import time
from collections.abc import Callable, Iterator
from itertools import islice
from pathlib import Path
from typing import TypeVar

sys.path.insert(0, str(Path(__file__).parents[1]))

from pyoxigraph import NamedNode, RdfFormat, Triple, parse

from benchmarks.datasets import HEADER, documents
from benchmarks.machine import heading
from catalogue.adapters.store_oxigraph import OxigraphStore
from catalogue.adapters.store_sparql import Access, Endpoints, SparqlStore
from catalogue.store import TripleStore
from tests.servers import running

WORK = Path(__file__).parent / "work"
SERVERS = ("oxigraph", "fuseki", "fuseki6", "virtuoso")
BATCH = 500
REPLACED = 5_000
LOOKUPS = 500

Graphs = dict[NamedNode, list[Triple]]
Given = TypeVar("Given")


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("count", nargs="?", type=int, default=100_000)
    count = parser.parse_args().count
    print(heading(), flush=True)
    print(f"{count:,} graphs of 29 statements, {BATCH} to a call", flush=True)
    for name, store in _stores():
        print(name, flush=True)
        _measure(store, count)
        store.close()


def _stores() -> Iterator[tuple[str, TripleStore]]:
    folder = WORK / "store"
    shutil.rmtree(folder, ignore_errors=True)
    yield "embedded Oxigraph on disk", OxigraphStore(folder)
    for name in SERVERS:
        if server := running(name):
            urls = server.urls
            endpoints = Endpoints(urls["query"], urls["update"], urls["graphs"])
            store = SparqlStore(endpoints, Access(server.user, server.password), timeout_s=300)
            store.remove(list(store.graphs()))
            yield f"{name} {server.version} on loopback", store


def _measure(store: TripleStore, count: int) -> None:
    """Batches are made outside the time that is taken."""
    _line("first load", count, sum(_took(store.replace, some) for some in _batches(count, seed=1)))
    again = min(count, REPLACED)
    _line("replacement", again, sum(_took(store.replace, some) for some in _batches(again, seed=2)))
    draw = random.Random(3)
    one = [_took(store.read, [_name(draw.randrange(count))]) for _ in range(LOOKUPS)]
    p95 = statistics.quantiles(one, n=20)[-1]
    print(f"  one graph: p50 {statistics.median(one) * 1e3:.1f} ms, p95 {p95 * 1e3:.1f} ms", flush=True)
    many = [[_name(draw.randrange(count)) for _ in range(BATCH)] for _ in range(10)]
    _line("read by 500", BATCH * len(many), sum(_took(store.read, names) for names in many))
    _line("list all names", count, _took(lambda given: sum(1 for _ in given.graphs()), store))


def _batches(count: int, seed: int) -> Iterator[Graphs]:
    texts = enumerate(documents(count, seed))
    while some := list(islice(texts, BATCH)):
        yield {
            _name(number): [quad.triple for quad in parse(HEADER + text, format=RdfFormat.TURTLE)]
            for number, text in some
        }


def _name(number: int) -> NamedNode:
    return NamedNode(f"https://catalogue.example/record/{number}")


def _took(call: Callable[[Given], object], given: Given) -> float:
    began = time.perf_counter()
    call(given)
    return time.perf_counter() - began


def _line(what: str, count: int, took: float) -> None:
    print(f"  {what:<16} {count / took:>9,.0f} graphs/s  {took:>7.1f} s", flush=True)


if __name__ == "__main__":
    main()
