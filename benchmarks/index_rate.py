"""How fast the index of the settings takes all records of a catalogue, projected beforehand.

FAIRFINDER_DATA_DIR=... python benchmarks/index_rate.py   the data are those of import_rate.py
"""

import sys
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

from catalogue.bootstrap import open_catalogue
from catalogue.ingest import projected, searched, stored
from catalogue.settings import Settings


def main() -> None:
    catalogue = open_catalogue(Settings())
    began = time.perf_counter()
    documents = []
    after = ""
    while ids := catalogue.ids(after, 1_000):
        documents += searched(projected(catalogue, *found) for found in stored(catalogue, ids))
        after = ids[-1]
    _line("read from the store and project", len(documents), began)
    began = time.perf_counter()
    catalogue.index.rebuild(iter(documents))
    _line("build the index", len(documents), began)
    began = time.perf_counter()
    for start in range(0, len(documents), 4_000):
        catalogue.index.put(documents[start : start + 4_000])
    _line("put all again, 4,000 at a time", len(documents), began)
    catalogue.close()


def _line(what: str, count: int, began: float) -> None:
    took = time.perf_counter() - began
    print(f"  {what:<34} {count / took:>9,.0f}/s  {took:>7.1f} s", flush=True)


if __name__ == "__main__":
    main()
