"""Harvests that are queued are done by whoever serves the pages, or by a worker."""

import os
import re
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from functools import partial
from http.server import ThreadingHTTPServer
from pathlib import Path
from socket import create_server

import pytest

from catalogue.bootstrap import open_catalogue, open_jobs, open_ledger
from catalogue.errors import NotFound
from catalogue.jobs import DONE, QUEUED, Job
from catalogue.settings import Settings
from tests.commands.conftest import Command, QuietFiles, write_datasets
from web.worker import STOPPED

PATIENCE_S = 60.0

Start = Callable[..., subprocess.Popen[str]]


@pytest.fixture
def start(data_dir: Path) -> Iterator[Start]:
    """Starts a command as a process of its own and waits until it says something."""
    processes: list[subprocess.Popen[str]] = []

    def run(*words: object) -> subprocess.Popen[str]:
        environment = {
            **os.environ,
            "FAIRFINDER_DATA_DIR": str(data_dir),
            "FAIRFINDER_ALLOW_HOSTS": '["127.0.0.1"]',
            "PYTHONUNBUFFERED": "1",
        }
        command = [sys.executable, "-m", "web.cli", *map(str, words)]
        process = subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, text=True)
        processes.append(process)
        assert process.stdout is not None
        assert process.stdout.readline()
        return process

    yield run
    for process in processes:
        process.kill()
        process.communicate()


def job_of(data_dir: Path, holds: Callable[[Job], bool]) -> Job:
    """The only job, once it is so."""
    settings = Settings(data_dir=data_dir)
    ledger = open_ledger(settings)
    jobs = open_jobs(settings, ledger)
    end = time.monotonic() + PATIENCE_S
    while not holds(job := jobs.newest()[0]):
        assert time.monotonic() < end, f"the job did not come so far: {job}"
        time.sleep(0.02)
    jobs.close()
    ledger.close()
    return job


def leases(data_dir: Path) -> list[str]:
    ledger = open_ledger(Settings(data_dir=data_dir))
    names = [lease.name for lease in ledger.leases.live()]
    ledger.close()
    return names


def test_a_harvest_is_queued_and_listed_beside_the_process_that_has_the_catalogue(
    fairfinder: Command, data_dir: Path
) -> None:
    fairfinder("harvest", "add", "dcat", "https://feed.example/", "--name", "north")
    owner = open_catalogue(Settings(data_dir=data_dir))

    queued = fairfinder("harvest", "queue", "north")
    again = fairfinder("harvest", "queue", "--all")
    said = fairfinder("jobs").output
    sources = fairfinder("harvest", "list")

    assert queued.output == again.output == "north: job 1 is queued.\n"
    assert re.fullmatch(r"1\tharvest north\t\d{4}-\d\d-\d\d \d\d:\d\d UTC\tqueued\t0 tries\t\n", said)
    assert sources.output.startswith("north\tdcat\t0 records\tnever run")
    owner.close()


def test_a_source_that_is_not_there_is_not_queued(fairfinder: Command) -> None:
    with pytest.raises(NotFound, match="“nobody”"):
        fairfinder("harvest", "queue", "nobody")


def test_what_is_queued_is_harvested_while_the_pages_are_served(
    fairfinder: Command, start: Start, data_dir: Path, tmp_path: Path, web: str
) -> None:
    write_datasets(tmp_path / "three.ttl", "one", "two", "three")
    fairfinder("harvest", "add", "dcat", f"{web}/three.ttl", "--name", "north")
    with create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    serving = start("serve", "--port", port)

    fairfinder("harvest", "queue", "north")
    job = job_of(data_dir, lambda job: job.state == DONE)
    serving.send_signal(signal.SIGTERM)

    assert job.message == "complete: 3 new, 0 changed, 0 unchanged, 0 rejected"
    assert serving.wait(PATIENCE_S) == 0
    assert leases(data_dir) == []


def test_a_worker_that_is_stopped_gives_back_what_it_waits_for(
    fairfinder: Command, start: Start, data_dir: Path
) -> None:
    with create_server(("127.0.0.1", 0)) as silent:
        url = f"http://127.0.0.1:{silent.getsockname()[1]}/"
        fairfinder("harvest", "add", "dcat", url, "--name", "north")
        fairfinder("harvest", "queue", "north")
        worker = start("worker")
        with silent.accept()[0]:
            worker.send_signal(signal.SIGTERM)

            assert worker.wait(PATIENCE_S) == 0
    job = job_of(data_dir, lambda job: job.state == QUEUED)
    assert (job.tries, job.message) == (0, STOPPED)
    assert leases(data_dir) == []


def test_the_job_of_a_killed_process_is_done_by_the_next_at_once(
    fairfinder: Command, start: Start, data_dir: Path, tmp_path: Path
) -> None:
    with create_server(("127.0.0.1", 0)) as silent:
        port = silent.getsockname()[1]
        fairfinder("harvest", "add", "dcat", f"http://127.0.0.1:{port}/three.ttl", "--name", "north")
        fairfinder("harvest", "queue", "north")
        worker = start("worker")
        with silent.accept()[0]:
            worker.kill()
            worker.wait()
    write_datasets(tmp_path / "three.ttl", "one", "two", "three")

    with ThreadingHTTPServer(("127.0.0.1", port), partial(QuietFiles, directory=str(tmp_path))) as server:
        threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
        start("worker")
        job = job_of(data_dir, lambda job: job.state == DONE)
        server.shutdown()

    assert (job.tries, job.message[:15]) == (2, "complete: 3 new")


def test_a_store_of_which_half_is_set_is_refused_in_one_sentence(data_dir: Path) -> None:
    said = subprocess.run(
        [sys.executable, "-m", "web.cli", "check"],
        env={
            "PATH": "",
            "FAIRFINDER_STORE_QUERY_URL": "http://store.example/query",
            "FAIRFINDER_STORE_PASSWORD": "secret",
            "FAIRFINDER_INDEX_TIMEOUT_S": "0",
        },
        capture_output=True,
        text=True,
        check=False,
    )

    assert said.returncode == 1
    assert said.stderr.startswith("FAIRFINDER_INDEX_TIMEOUT_S: Input should be greater than 0")
    assert "Traceback" not in said.stderr
    assert "secret" not in said.stderr
