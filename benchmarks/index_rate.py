"""How fast each index takes all records of a catalogue: the embedded one, and the clusters that are named.

python benchmarks/index_rate.py [opensearch2 elasticsearch ...]

The data are those of import_rate.py, projected beforehand; clusters are started by tests.servers.
Each index stays, for search_time.py to ask.
"""

import argparse
import gc
import sys
import time
from collections.abc import Iterator
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

from benchmarks.machine import heading
from catalogue.adapters.elastic_clients import Cluster
from catalogue.adapters.index_elastic import ElasticIndex
from catalogue.bootstrap import fingerprint, open_catalogue
from catalogue.documents import projected, searched
from catalogue.search import SearchDocument, SearchIndex
from catalogue.settings import Settings
from tests.servers import running

WORK = Path(__file__).parent / "work"
NAME = "benchmark"
BATCH = 4_000


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("clusters", nargs="*", help="clusters beside the embedded index")
    asked = parser.parse_args()
    print(heading(), flush=True)
    catalogue = open_catalogue(Settings(data_dir=WORK / "catalogue"))
    began = time.perf_counter()
    documents: list[SearchDocument] = []
    after = ""
    while ids := catalogue.ids(after, 1_000):
        documents += searched(projected(catalogue, ids))
        after = ids[-1]
    _line("read from the store and project", len(documents), began)
    gc.freeze()  # or the search for cycles in all these documents would be measured
    for name, index in [("embedded tantivy", catalogue.index), *_clusters(asked.clusters)]:
        print(f"{name}", flush=True)
        _measure(index, documents)
    catalogue.close()


def _clusters(names: list[str]) -> Iterator[tuple[str, SearchIndex]]:
    for name in names:
        server = running(name)
        if server is None:
            raise SystemExit(f"{name} does not run: python -m tests.servers start {name}")
        yield f"{name} {server.version}", ElasticIndex(Cluster((server.urls["http"],)), NAME, fingerprint())


def _measure(index: SearchIndex, documents: list[SearchDocument]) -> None:
    began = time.perf_counter()
    index.rebuild(iter(documents))
    _line("build it", len(documents), began)
    began = time.perf_counter()
    for start in range(0, len(documents), BATCH):
        index.put(documents[start : start + BATCH])
    _line(f"put all again, {BATCH:,} at a time", len(documents), began)


def _line(what: str, count: int, began: float) -> None:
    took = time.perf_counter() - began
    print(f"  {what:<34} {count / took:>9,.0f}/s  {took:>7.1f} s", flush=True)


if __name__ == "__main__":
    main()
