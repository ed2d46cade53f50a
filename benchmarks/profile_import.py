"""How fast the results file of Achilles becomes a release: read, guarded, stored, projected, published.

python benchmarks/profile_import.py [ROWS]
"""

import argparse
import random
import shutil
import sys
import time
from collections.abc import Iterator
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

from benchmarks.machine import heading, peak_mb

WORK = Path(__file__).parent / "work"
HEADER = "analysis_id,stratum_1,stratum_2,stratum_3,stratum_4,stratum_5,count_value\n"
PERSONS = 2_000_000
DOMAINS = ((400, 15), (700, 15), (1800, 10), (600, 5), (800, 5))
"""The first analysis of each domain, and of fifty concepts how many are in it."""

TURTLE = """<https://north.example/one> a <http://www.w3.org/ns/dcat#Dataset> ;
  <http://purl.org/dc/terms/title> "North"@en .
"""


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("rows", nargs="?", type=int, default=1_000_000)
    rows = parser.parse_args().rows
    WORK.mkdir(exist_ok=True)
    file = WORK / f"achilles-{rows}.csv"
    if not file.exists():
        file.write_text(HEADER + "".join(_lines(rows)), "utf-8")
    print(heading(), flush=True)
    count = file.read_bytes().count(b"\n") - 1
    print(f"{count:,} rows, {file.stat().st_size / 1e6:,.0f} MB", flush=True)
    _imported(file)


def _imported(file: Path) -> None:
    from catalogue.bootstrap import open_catalogue
    from catalogue.profiles.disclosure import guard
    from catalogue.profiles.publishing import publish
    from catalogue.profiles.release import Rule
    from catalogue.settings import Settings
    from harvesters.files import read as read_records
    from harvesters.profiles import read

    folder = WORK / "profile"
    shutil.rmtree(folder, ignore_errors=True)
    dataset = WORK / "north.ttl"
    dataset.write_text(TURTLE, "utf-8")
    catalogue = open_catalogue(Settings(data_dir=folder))
    catalogue.ingest("north", read_records([dataset], ""))
    (record,) = catalogue.ids()
    began = time.perf_counter()
    guarded = guard(read([file]), Rule())
    read_s = time.perf_counter() - began
    print(f"read and guarded: {read_s:.1f} s, {peak_mb():,.0f} MB", flush=True)
    release = publish(catalogue, record, guarded)
    whole_s = time.perf_counter() - began
    print(f"stored and published: {whole_s - read_s:.1f} s")
    cells = sum(map(len, guarded.cells.values()))
    print(f"all: {whole_s:.1f} s, {peak_mb():,.0f} MB, {cells:,} cells, release {release.id}")
    catalogue.close()


def _lines(rows: int) -> Iterator[str]:
    """About so many rows: a tenth by concept, a quarter by month too, the rest by year, sex and age."""
    chance = random.Random(7)
    yield f"0,North,1.7.2,2026-11-22,,,{PERSONS}\n"
    yield f"1,,,,,,{PERSONS}\n"
    men = PERSONS * 49 // 100
    yield f"2,8507,,,,,{men}\n2,8532,,,,,{PERSONS - men}\n"
    concepts = rows // 20
    for first, share in DOMAINS:
        for number in range(concepts * share // 50):
            concept = first * 100_000 + number
            persons = 1 + int(chance.paretovariate(0.6)) % (PERSONS // 4)
            yield f"{first},{concept},,,,,{persons}\n"
            yield f"{first + 1},{concept},,,,,{persons * chance.randint(1, 9)}\n"
            for month in range(8 * (persons > 2)):
                yield f"{first + 2},{concept},{2016 + month}01,,,,{1 + persons // 8}\n"
            for year in range(13):
                yield f"{first + 4},{concept},{2008 + year},8507,{year % 9},,{1 + persons // 20}\n"


if __name__ == "__main__":
    main()
