"""How long the page of a full-size profile takes: three releases, 50,000 concepts, all analyses, embedded.

python benchmarks/profile_page.py [--concepts 50000] [--requests 20]

The profile is made up once, and stays with its drawings in benchmarks/work. Requests are answered in this
process. Cold is the first request of a catalogue that was just opened, its drawings made at publication;
warm is every further one. Where nothing is drawn yet the page does not wait: its pictures are fetched apart.
What is heavy is imported late: the process that draws imports this file again.
"""

import argparse
import random
import re
import shutil
import sys
from html import unescape
from pathlib import Path
from typing import Final

sys.path.insert(0, str(Path(__file__).parents[1]))

from benchmarks.machine import heading, measure, peak_mb

WORK: Final = Path(__file__).parent / "work" / "profile_page"
RELEASES: Final = 3

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
    from benchmarks.full_profile import full_profile
    from catalogue.bootstrap import open_catalogue
    from catalogue.profiles.publishing import publish
    from catalogue.settings import Settings
    from tests.asking import record

    making = folder.with_suffix(".making")
    shutil.rmtree(making, ignore_errors=True)
    catalogue = open_catalogue(Settings(data_dir=making))
    catalogue.ingest("north", [record(DATASET)])
    (id,) = catalogue.ids()
    for number in range(RELEASES):
        publish(catalogue, id, full_profile(random.Random(number), 1_800_000 + 100_000 * number, concepts))
    catalogue.close()
    making.rename(folder)


def _measure_all(folder: Path, requests: int) -> None:
    from web.profile_views import ALL, TABS

    shutil.rmtree(folder / "drawings", ignore_errors=True)
    _measure_page(folder, ALL, f"?part={ALL}", "nothing drawn yet", 0)
    for part in TABS:
        _measure_page(folder, part, f"?part={part}", "cold", requests)
    _measure_page(folder, "one concept", "/concepts/1", "nothing drawn yet", requests)
    _measure_page(folder, "one concept", "/concepts/1", "cold", requests)


def _measure_page(folder: Path, name: str, path: str, first: str, requests: int) -> None:
    """Ask for a page once, in a catalogue that was just opened, and so many times again."""
    import httpx

    from catalogue.bootstrap import open_catalogue
    from catalogue.settings import Settings
    from tests.apps import app_of
    from tests.asking import ask
    from web.standing import stand

    settings = Settings(data_dir=folder)
    catalogue = open_catalogue(settings)
    app = app_of(catalogue, settings)
    stand()
    address = f"{catalogue.base}/dataset/{catalogue.ids()[0]}/profile{path}"

    def got(address: str) -> None:
        answer = ask(app, httpx.Request("GET", address))
        assert answer.status_code == 200, answer.text[:400]

    def picture(path: str) -> None:
        got(catalogue.base + path)

    measure(f"{name}, {first}", [address], got)
    measure(f"{name}, warm", [address] * requests, got)
    pictures = re.findall(r'class="by-day" src="([^"]+)"', ask(app, httpx.Request("GET", address)).text)
    measure(f"{name}, its pictures, as a browser fetches them", [*map(unescape, pictures)], picture)
    catalogue.close()


if __name__ == "__main__":
    main()
