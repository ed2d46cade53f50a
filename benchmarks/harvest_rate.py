"""How fast sources are harvested that do not speak RDF, end to end, beside what fetching and mapping take.

python benchmarks/harvest_rate.py [SIZE...] [--kinds ckan oai-pmh dcat]

A portal in a process of its own has the records. Each pass runs in a fresh process, as the worker does
it: a reader process fetches and maps, the main process compares, checks, stores and indexes.
"""

import argparse
import os
import pickle
import re
import shutil
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import Final, Self

_ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(_ROOT))

from benchmarks.machine import heading
from benchmarks.portal import played
from catalogue.apart import apart, never
from catalogue.batches import batches
from catalogue.bootstrap import open_catalogue
from catalogue.records import Canonical, Harvested, Record
from catalogue.settings import Settings
from catalogue.sources import Source
from harvesters.kinds import Order, harvest
from web.cli_parts import harvest_source, manners

WORK: Final = Path(__file__).parent / "work" / "harvest"
ROWS: Final = 500
RATE: Final = 500
"""So many records a second are to be taken in by a first harvest."""
AGAIN_S: Final = 60
"""So long a harvest may take at most that finds nothing changed."""

_BEGIN: Final = "from benchmarks.harvest_rate import main; main()"
"""A process that this one spawns imports nothing of it again, as with the command `fairfinder`."""

_PARCEL: Final = 200
_PEAK: Final = re.compile(r"^VmHWM:\s*(\d+)", re.M)
_TOKEN: Final = re.compile(rb"<resumptionToken[^>]*>([^<]+)<")


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("sizes", nargs="*", type=int, default=[10_000, 100_000])
    parser.add_argument("--kinds", nargs="+", default=["ckan", "oai-pmh"])
    parser.add_argument("--part", choices=[*_PARTS])
    parser.add_argument("--url", default="")
    given = parser.parse_args()
    if given.part:
        _PARTS[given.part](given.kinds[0], given.url, given.sizes[0])
        return
    print(heading(), flush=True)
    print(f"goals: first harvest ≥ {RATE}/s, nothing changed < {AGAIN_S} s, memory the same for every size")
    for size in given.sizes:
        for kind in given.kinds:
            _measured(kind, size)


def _measured(kind: str, size: int) -> None:
    shutil.rmtree(WORK, ignore_errors=True)
    with played(size + (size - 1) // 49, ROWS) as portal:  # of fifty datasets one is not there yet
        print(f"{kind}, {size:,} records, {ROWS} to a page", flush=True)
        for part in _PARTS:
            command = [sys.executable, "-c", _BEGIN, str(size), "--kinds", kind, "--part", part]
            subprocess.run([*command, "--url", portal.url(kind)], check=True, cwd=_ROOT)


def _first(kind: str, url: str, size: int) -> None:
    with_options = {"rows": str(ROWS)} if kind == "ckan" else {}
    catalogue = open_catalogue(_settings())
    catalogue.ledger.sources.add(Source("benchmark", kind, url, catalogue.now(), with_options))
    catalogue.close()
    rate = size / _harvested("first harvest", size)
    print(f"    goal of {RATE}/s {'met' if rate >= RATE else 'missed'}", flush=True)


def _again(kind: str, url: str, size: int) -> None:
    took = _harvested("again, only what changed is asked for", size)
    print(f"    goal of {AGAIN_S} s {'met' if took < AGAIN_S else 'missed'}", flush=True)


def _full(kind: str, url: str, size: int) -> None:
    catalogue = open_catalogue(_settings())
    catalogue.ledger.sources.ask_all("benchmark")
    catalogue.close()
    _harvested("again, everything is read", size)


def _harvested(what: str, size: int) -> float:
    """Harvest in this process and those beside it; says how many seconds it took."""
    settings = _settings()
    catalogue = open_catalogue(settings)
    with _Watched() as watched:
        run = harvest_source(catalogue, "benchmark", settings)
    catalogue.close()
    watched.line(what, size)
    steps = ", ".join(f"{name} {seconds:.1f} s" for name, seconds in run.steps.items())
    counts = (
        f"{run.new:,} new, {run.changed:,} changed, {run.unchanged:,} unchanged, {run.rejected:,} rejected"
    )
    print(f"    {counts}; {run.state} {run.message}\n    {steps}", flush=True)
    return watched.took


def _fetched(kind: str, url: str, size: int) -> None:
    """The pages alone, through the client."""
    total = 0
    with manners(_settings()).client(url) as client, _Watched() as watched:
        address: str | None = _beginning(kind, url)
        while address:
            content = client.get(address).content
            total += len(content)
            address = _following(kind, url, address, content, size)
    watched.line(f"floor: fetch {total / 1e6:,.0f} MB", size)


def _beginning(kind: str, url: str) -> str:
    match kind:
        case "ckan":
            return f"{url}/api/3/action/package_search?rows={ROWS}&start=0"
        case "oai-pmh":
            return f"{url}?verb=ListRecords&metadataPrefix=oai_datacite"
    return url


def _following(kind: str, url: str, here: str, content: bytes, size: int) -> str | None:
    place, _, number = here.rpartition("=")
    match kind:
        case "ckan":
            return f"{place}={int(number) + ROWS}" if b'"results":[{' in content else None
        case "oai-pmh":
            token = _TOKEN.search(content)
            return f"{url}?verb=ListRecords&resumptionToken={token[1].decode()}" if token else None
    return f"{place}={int(number) + 1}" if b"hydra:next" in content else None


def _mapped(kind: str, url: str, size: int) -> None:
    """The harvester alone."""
    _drained("floor: fetch and map", size, harvest(_order(kind, url), manners(_settings())))


def _handed_over(kind: str, url: str, size: int) -> None:
    """The whole reader process: canonical form and handing over besides."""
    items = apart(never, harvest, _order(kind, url), manners(_settings()))
    _drained("floor: fetch, map, canonical form, hand over", size, items)


def _stored(kind: str, url: str, size: int) -> None:
    """All but the reader: the catalogue is fed with what a reader handed over before."""
    handed_over = WORK / "handed over"
    with handed_over.open("wb") as file:
        for parcel in batches(apart(never, harvest, _order(kind, url), manners(_settings())), _PARCEL):
            pickle.dump(parcel, file)
    catalogue = open_catalogue(Settings(data_dir=WORK / "alone"))
    with _Watched() as watched:
        run = catalogue.ingest("benchmark", _unpacked(handed_over))
    catalogue.close()
    watched.line("floor: compare, check, store, index", run.new)


def _unpacked(handed_over: Path) -> Iterator[Harvested]:
    with handed_over.open("rb") as file, suppress(EOFError):
        while True:
            yield from pickle.load(file)


def _drained(what: str, size: int, items: Iterator[Harvested]) -> None:
    came = statements = 0
    with _Watched() as watched:
        for item in items:
            match item:
                case Record():
                    came, statements = came + 1, statements + len(item.triples)
                case Canonical():
                    came, statements = came + 1, statements + item.text.count(b"\n")
    watched.line(what, size)
    print(f"    {came:,} records, {statements / max(came, 1):.1f} statements each", flush=True)


def _order(kind: str, url: str) -> Order:
    return Order(kind, url, {"rows": str(ROWS)} if kind == "ckan" else {})


def _settings() -> Settings:
    return Settings(data_dir=WORK, allow_hosts=frozenset({"127.0.0.1"}))


class _Watched:
    """Measures this process and those beside it, reader and projector, as long as the context lasts."""

    def __init__(self) -> None:
        self._beside_mb = 0.0
        self._ending = threading.Event()
        self._thread = threading.Thread(target=self._look, daemon=True)

    def __enter__(self) -> Self:
        self._began, self._before = time.perf_counter(), os.times()
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.took = time.perf_counter() - self._began
        self._ending.set()
        self._thread.join()
        now, before = os.times(), self._before
        self.main_s = now.user + now.system - before.user - before.system
        children = now.children_user + now.children_system
        self.beside_s = children - before.children_user - before.children_system
        self.main_mb = _peak_mb("self")

    def line(self, what: str, count: int) -> None:
        main = f"main {self.main_s:>6.1f} s cpu, {self.main_mb:>5,.0f} MB"
        beside = (
            f"; beside {self.beside_s:>6.1f} s cpu, {self._beside_mb:>5,.0f} MB" if self._beside_mb else ""
        )
        print(f"  {what:<46} {count / self.took:>7,.0f}/s {self.took:>7.1f} s  {main}{beside}", flush=True)

    def _look(self) -> None:
        """The peak is the kernel's own, so it need only be read before the process ends."""
        while not self._ending.wait(0.2):
            for listed in Path("/proc/self/task").glob("*/children"):
                with suppress(OSError):
                    for child in listed.read_text().split():
                        self._beside_mb = max(self._beside_mb, _peak_mb(child))


def _peak_mb(process: str) -> float:
    try:
        found = _PEAK.search(Path(f"/proc/{process}/status").read_text("utf-8"))
    except OSError:
        return 0.0
    return int(found[1]) / 1_000 if found else 0.0


_PARTS: Final[dict[str, Callable[[str, str, int], None]]] = {
    "first": _first,
    "again": _again,
    "full": _full,
    "fetched": _fetched,
    "mapped": _mapped,
    "handed": _handed_over,
    "stored": _stored,
}
"""What is measured, in this order, each in a process of its own."""


if __name__ == "__main__":
    main()
