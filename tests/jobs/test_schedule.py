"""What is due by its schedule is queued once, and no time is lost."""

from dataclasses import replace
from pathlib import Path

import pytest

from catalogue.errors import Invalid, Unavailable
from catalogue.jobs import HARVEST, Jobs
from catalogue.ledger import Ledger
from catalogue.queue import open_queue
from catalogue.schedule import checked, enqueue_due
from catalogue.sources import Source
from tests.core.harvests import Clock

NIGHTLY = "30 2 * * *"


class SilentQueue:
    """A queue that does not answer as long as it is told not to."""

    def __init__(self) -> None:
        self.is_silent = False
        self._queue = open_queue(None)

    def send(self, number: int) -> None:
        if self.is_silent:
            raise Unavailable("The queue of jobs does not answer.")
        self._queue.send(number)

    def take(self) -> int | None:
        return self._queue.take()

    def waiting(self) -> frozenset[int]:
        return self._queue.waiting()

    def close(self) -> None:
        self._queue.close()


@pytest.fixture
def ledger(clock: Clock) -> Ledger:
    return Ledger(None, now=clock)


def keep(ledger: Ledger, name: str, schedule: str = NIGHTLY, paused: bool = False) -> None:
    ledger.sources.add(
        Source(name, "dcat", "https://x.example/", ledger.now(), schedule=schedule, paused=paused)
    )


def queued(jobs: Jobs) -> list[str]:
    return sorted(jobs.open(HARVEST))


def test_what_is_due_is_queued_once(ledger: Ledger, clock: Clock) -> None:
    jobs = Jobs(ledger, open_queue(None))
    keep(ledger, "north")
    keep(ledger, "paused", paused=True)
    keep(ledger, "unplanned", schedule="")
    enqueue_due(ledger, jobs)
    before = queued(jobs)
    clock.move(days=3)

    enqueue_due(ledger, jobs)
    after = queued(jobs)
    jobs.cancel(HARVEST, "north")
    enqueue_due(ledger, jobs)

    assert (before, after, queued(jobs)) == ([], ["north"], [])


def test_a_queue_that_does_not_answer_loses_no_time_of_a_schedule(ledger: Ledger, clock: Clock) -> None:
    queue = SilentQueue()
    jobs = Jobs(ledger, queue)
    keep(ledger, "north")
    keep(ledger, "south")
    clock.move(days=1)
    queue.is_silent = True

    for _ in range(2):
        with pytest.raises(Unavailable):
            enqueue_due(ledger, jobs)
    queue.is_silent = False
    enqueue_due(ledger, jobs)

    assert queued(jobs) == ["north", "south"]


def test_a_ledger_that_fails_before_the_job_is_kept_loses_no_time_of_a_schedule(
    ledger: Ledger, clock: Clock, tmp_path: Path
) -> None:
    file = tmp_path / "ledger.sqlite"
    broken = Ledger(f"sqlite:///{file}")
    broken.close()
    file.write_bytes(b"This is no database." * 100)
    keep(ledger, "north")
    clock.move(days=1)

    with pytest.raises(Unavailable):
        enqueue_due(ledger, Jobs(broken, open_queue(None)))
    jobs = Jobs(ledger, open_queue(None))
    enqueue_due(ledger, jobs)

    assert queued(jobs) == ["north"]


def test_a_source_that_was_paused_is_due_once_when_it_is_resumed(ledger: Ledger, clock: Clock) -> None:
    jobs = Jobs(ledger, open_queue(None))
    keep(ledger, "north", paused=True)
    clock.move(days=9)

    ledger.sources.change(replace(ledger.sources.named("north"), paused=False))
    enqueue_due(ledger, jobs)

    assert queued(jobs) == ["north"]


@pytest.mark.parametrize("text", ["nightly", "* * * *", "61 * * * *", "0 0 30 2 *", "* * * * * * *"])
def test_what_is_no_schedule_is_told(text: str) -> None:
    with pytest.raises(Invalid, match="is not a schedule"):
        checked(text)
