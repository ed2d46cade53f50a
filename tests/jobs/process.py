"""One of several workers on a shared catalogue, as a process: python -m tests.jobs.process FOLDER ...

It tells on standard output that it has begun and that it stands at its gate, where it waits for a
line on standard input.
"""

import argparse
import logging
import signal
import sys
from collections.abc import Iterator
from contextlib import nullcontext
from datetime import timedelta
from pathlib import Path

from catalogue.apart import Stopping
from catalogue.catalogue import Catalogue
from catalogue.errors import Interrupted
from catalogue.jobs import HARVEST, Jobs
from catalogue.ledger import Ledger
from catalogue.queue import open_queue
from catalogue.records import Harvested
from catalogue.runs import INTERRUPTED
from ontologies.vocabularies import load
from tests.core.harvests import record
from tests.jobs.shared import FolderIndex, FolderStore, Gate, lines
from web import report
from web.worker import Outcome, Worker

BASE = "http://catalogue.example"


def shared(folder: Path, ledger: Ledger, gate: Gate = lambda place: None) -> Catalogue:
    """The catalogue in a folder, which others may have open."""
    store, index = FolderStore(folder / "store", gate), FolderIndex(folder / "index")
    return Catalogue(BASE, store, index, ledger, load(), ledger.now, nullcontext())  # type: ignore[arg-type]


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("folder", type=Path)
    parser.add_argument("ledger")
    parser.add_argument("queue")
    parser.add_argument("--ttl", type=float, default=60)
    parser.add_argument("--gate", choices=["before", "after", "never"], default="never")
    arguments = parser.parse_args()
    logging.basicConfig(stream=sys.stderr, level=logging.INFO)
    ledger = Ledger(arguments.ledger, ttl=timedelta(seconds=arguments.ttl))
    queue = arguments.queue
    jobs = Jobs(ledger, open_queue(queue if "://" in queue else Path(queue)))
    catalogue = shared(arguments.folder, ledger, lambda place: _wait(place == arguments.gate))

    def run_harvest(name: str, stopping: Stopping) -> Outcome:
        run = catalogue.ingest(name, _harvest(arguments.folder / name, stopping))
        if run.state == INTERRUPTED:
            raise Interrupted(run.message)
        return Outcome(report.summary(run))

    with Worker(jobs, {HARVEST: run_harvest}, [jobs.mend, catalogue.recover], tick_s=0.2) as worker:
        signal.signal(signal.SIGTERM, lambda *_: worker.stopping.set())
        _tell("begun")
        worker.stopping.wait()
    jobs.close()
    ledger.close()


def _harvest(file: Path, stopping: Stopping) -> Iterator[Harvested]:
    for name, title in lines(file):
        if stopping():
            raise Interrupted("The harvest was told to stop.")
        yield record(name, title)


def _wait(here: bool) -> None:
    if here:
        _tell("at the gate")
        sys.stdin.readline()


def _tell(word: str) -> None:
    print(word, flush=True)


if __name__ == "__main__":
    main()
