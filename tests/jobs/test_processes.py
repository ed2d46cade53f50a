"""Several processes beside each other: a job is done by one at a time, and what it leaves another mends."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from datetime import timedelta
from itertools import pairwise
from pathlib import Path

import pytest

from catalogue.catalogue import Catalogue
from catalogue.envelope import opened, record_iri
from catalogue.jobs import DONE, HARVEST, Job, Jobs
from catalogue.ledger import Ledger
from catalogue.queue import open_queue
from catalogue.runs import COMPLETE, FAILED
from tests.core.harvests import id_of
from tests.jobs.conftest import SERVERS, empty_redis
from tests.jobs.process import shared
from tests.ledger import places

TTL_S = 3.0
PATIENCE_S = 60.0


class Site:
    """The shared engines, what the source has, and the worker processes on them."""

    def __init__(self, folder: Path, ledger: str, queue: str) -> None:
        self.folder, self._urls = folder, (ledger, queue)
        self.ledger = Ledger(ledger, ttl=timedelta(seconds=TTL_S))
        self.jobs = Jobs(self.ledger, open_queue(queue if "://" in queue else Path(queue)))
        self.catalogue: Catalogue = shared(folder, self.ledger)
        self.processes: list[subprocess.Popen[str]] = []

    def source(self, names: str, title: str = "Register") -> None:
        """Let the source have these records."""
        (self.folder / "north").write_text("".join(f"{name} {title} {name}\n" for name in names))

    def worker(self, gate: str = "never") -> subprocess.Popen[str]:
        """Start a worker and wait until it works."""
        command = [sys.executable, "-m", "tests.jobs.process", str(self.folder), *self._urls]
        errors = (self.folder / f"errors{len(self.processes)}").open("w")
        process = subprocess.Popen(
            [*command, "--ttl", str(TTL_S), "--gate", gate],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=errors,
            text=True,
        )
        errors.close()
        self.processes.append(process)
        assert says(process) == "begun"
        return process

    def errors(self, number: int) -> str:
        return (self.folder / f"errors{number}").read_text()

    def agree(self) -> dict[str, str]:
        """The title of each record; store, index and ledger have the same."""
        entries = {entry.id: entry for entry in self.ledger.page(limit=1_000)}
        for id, entry in entries.items():
            iri = record_iri(self.catalogue.base, id)
            envelope, _ = opened(iri, self.catalogue.store.read([iri])[iri])
            assert envelope is not None
            assert envelope.digest == entry.digest
        titles = {id: entry.title for id, entry in entries.items()}
        assert self.catalogue.index.titles() == titles  # type: ignore[attr-defined]
        return titles

    def close(self) -> None:
        for process in self.processes:
            process.kill()
            process.communicate()
        self.jobs.close()
        self.ledger.close()


@pytest.fixture(params=["files", SERVERS])
def site(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Site]:
    if request.param == "servers":
        made = Site(tmp_path, places.postgresql(), empty_redis())
    else:
        made = Site(tmp_path, f"sqlite:///{tmp_path / 'ledger.sqlite'}", str(tmp_path / "jobs.sqlite"))
    yield made
    made.close()


def says(process: subprocess.Popen[str]) -> str:
    assert process.stdout is not None
    return process.stdout.readline().strip()


def go(process: subprocess.Popen[str]) -> None:
    """Open the gate."""
    assert process.stdin is not None
    process.stdin.write("\n")
    process.stdin.flush()


def eventually(holds: Callable[[], bool]) -> None:
    """Wait for what other processes do."""
    end = time.monotonic() + PATIENCE_S
    while not holds():
        assert time.monotonic() < end, "it did not happen in time"
        time.sleep(0.02)


def done(site: Site, job: Job) -> Callable[[], bool]:
    return lambda: site.jobs.job(job.id).state == DONE


def test_two_workers_never_run_a_source_at_the_same_time(site: Site) -> None:
    site.source("abc")
    site.worker(), site.worker()

    seen: dict[int, Job] = {}
    while len(seen) < 8:
        job = site.jobs.enqueue(HARVEST, "north")
        seen[job.id] = job
    eventually(lambda: all(site.jobs.job(id).state == DONE for id in seen))

    runs = site.ledger.runs.newest()[::-1]
    assert [run.state for run in runs] == [COMPLETE] * len(seen)
    assert all(one.ended and one.ended <= next.started for one, next in pairwise(runs))
    assert [site.jobs.job(id).tries for id in seen] == [1] * len(seen)
    assert len({job.holder.split("/")[1] for job in site.jobs.newest()}) <= 2
    assert set(site.agree().values()) == {"Register a", "Register b", "Register c"}


def test_the_job_of_a_worker_that_was_killed_is_done_by_another(site: Site) -> None:
    site.source("abc", "Old")
    site.catalogue.ingest("north", [])
    killed = site.worker("after")
    job = site.jobs.enqueue(HARVEST, "north")
    assert says(killed) == "at the gate"
    killed.kill()
    between = site.ledger.intended("north"), site.jobs.job(job.id).state

    site.worker()
    eventually(done(site, job))

    assert (len(between[0]), between[1]) == (3, "running")
    assert site.jobs.job(job.id).tries == 2
    assert [run.state for run in site.ledger.runs.newest()][:2] == [COMPLETE, FAILED]
    assert site.agree() == {id_of(name): f"Old {name}" for name in "abc"}
    assert site.ledger.unfinished() == ()
    eventually(lambda: site.ledger.leases.live() == ())  # it is given back once the job is done


@pytest.mark.parametrize(
    ("site", "gate"),
    [
        ("files", "before"),
        pytest.param("servers", "before", marks=pytest.mark.servers),
        pytest.param("servers", "after", marks=pytest.mark.servers),
    ],
    indirect=["site"],
)
def test_a_worker_that_was_paused_past_its_time_stops_and_damages_nothing(site: Site, gate: str) -> None:
    site.source("abc", "Old")
    paused = site.worker(gate)
    job = site.jobs.enqueue(HARVEST, "north")
    assert says(paused) == "at the gate"
    eventually(lambda: site.ledger.runs.newest()[0].new == 3)  # nothing is being written to the ledger now
    os.kill(paused.pid, signal.SIGSTOP)
    site.source("bcd", "New")
    site.worker()
    eventually(done(site, job))

    os.kill(paused.pid, signal.SIGCONT)
    go(paused)
    eventually(lambda: "no longer held by this process" in site.errors(0))
    eventually(lambda: site.ledger.unfinished() == ())

    site.agree()
    assert site.jobs.job(job.id).message.startswith("complete: ")
    paused.kill()
    again = site.jobs.enqueue(HARVEST, "north")
    eventually(done(site, again))
    titles = site.agree()
    assert {titles[id_of(name)] for name in "bcd"} == {"New b", "New c", "New d"}


@pytest.mark.parametrize("site", [SERVERS], indirect=True)
def test_a_worker_that_is_told_to_stop_leaves_nothing_behind(site: Site) -> None:
    site.source("abc")
    process = site.worker()
    job = site.jobs.enqueue(HARVEST, "north")
    eventually(done(site, job))

    process.send_signal(signal.SIGTERM)

    assert process.wait(PATIENCE_S) == 0
    assert site.ledger.leases.live() == ()
