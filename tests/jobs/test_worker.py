"""What a worker makes of the ways in which a job can end."""

import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from catalogue.apart import Stopping
from catalogue.errors import Conflict, Interrupted, Invalid, Unavailable
from catalogue.jobs import CANCELLED, DONE, FAILED, HARVEST, QUEUED, TRIES, Job, Jobs
from catalogue.ledger import Ledger
from catalogue.queue import open_queue
from tests.servers import Own
from web.worker import STOPPED, Outcome, Task, Worker

PATIENCE_S = 30


@pytest.fixture
def queued(tmp_path: Path) -> Iterator[Jobs]:
    """One job."""
    ledger = Ledger(f"sqlite:///{tmp_path / 'ledger.sqlite'}")
    jobs = Jobs(ledger, open_queue(tmp_path / "jobs.sqlite"))
    jobs.enqueue(HARVEST, "north")
    yield jobs
    jobs.close()
    ledger.close()


def work(jobs: Jobs, task: Task, *, times: int = 1) -> Job:
    """Let a worker begin the job so many times; how it stands then."""
    begun = threading.Semaphore(0)

    def counted(argument: str, stopping: Stopping) -> Outcome:
        begun.release()
        return task(argument, stopping)

    with Worker(jobs, {HARVEST: counted}, [jobs.mend], tick_s=0.01):
        for _ in range(times):
            assert begun.acquire(timeout=PATIENCE_S)
    return jobs.job(1)


def until_told(stopping: Stopping) -> Outcome:
    """What a harvest does that lasts for ever."""
    tick = threading.Event()
    while not stopping():
        tick.wait(0.01)
    raise Interrupted("The harvest was told to stop.")


def fails(error: Exception) -> Task:
    def task(argument: str, stopping: Stopping) -> Outcome:
        raise error

    return task


def test_what_a_task_says_is_noted(queued: Jobs) -> None:
    job = work(queued, lambda name, _: Outcome(f"{name}: 3 new"))

    assert (job.state, job.message, job.tries) == (DONE, "north: 3 new", 1)


def test_a_task_that_did_not_go_well_has_failed(queued: Jobs) -> None:
    job = work(queued, lambda name, _: Outcome("nothing came", False))

    assert (job.state, job.message) == (FAILED, "nothing came")


def test_a_job_that_meets_another_is_tried_until_it_is_alone(queued: Jobs) -> None:
    job = work(queued, fails(Conflict("It is being harvested.")), times=TRIES + 3)

    assert (job.state, job.tries, job.message) == (QUEUED, 0, "It is being harvested.")


def test_a_job_whose_engine_does_not_answer_is_tried_some_times(queued: Jobs) -> None:
    job = work(queued, fails(Unavailable("The store does not answer.")), times=TRIES)

    assert (job.state, job.tries, job.message) == (FAILED, TRIES, "The store does not answer.")


@pytest.mark.parametrize(
    ("error", "message"),
    [(Invalid("There is no such kind."), "There is no such kind."), (KeyError("x"), "report")],
)
def test_a_job_that_cannot_be_done_has_failed_and_stops_no_worker(
    queued: Jobs, error: Exception, message: str
) -> None:
    job = work(queued, fails(error))

    assert job.state == FAILED
    assert message in job.message


def test_a_worker_that_is_told_to_stop_gives_its_job_back(queued: Jobs) -> None:
    def endless(_: str, stopping: Stopping) -> Outcome:
        return until_told(stopping)

    job = work(queued, endless)

    assert (job.state, job.tries, job.message) == (QUEUED, 0, STOPPED)
    assert queued._leases.live() == ()


def test_a_job_that_is_cancelled_ends_soon_and_is_not_done_again(queued: Jobs) -> None:
    begun, ended = threading.Event(), threading.Event()

    def endless(_: str, stopping: Stopping) -> Outcome:
        begun.set()
        try:
            return until_told(stopping)
        finally:
            ended.set()

    with Worker(queued, {HARVEST: endless}, [queued.mend], tick_s=0.01, look_s=0.01):
        assert begun.wait(PATIENCE_S)
        queued.cancel(HARVEST, "north")
        assert ended.wait(PATIENCE_S)

    assert queued.job(1).state == CANCELLED
    assert queued.job(1).message == "It was cancelled. What had come is kept."
    assert queued.open(HARVEST) == {}


def test_a_job_that_waits_is_cancelled_before_it_begins(queued: Jobs) -> None:
    job = queued.cancel(HARVEST, "north")

    assert job is not None
    assert job.state == CANCELLED
    assert queued.cancel(HARVEST, "north") is None
    with queued.taken() as taken:
        assert taken is None


def test_upkeep_that_fails_is_done_again(queued: Jobs) -> None:
    again = threading.Semaphore(0)

    def fails_to_mend() -> None:
        again.release()
        raise Unavailable("The ledger does not answer.")

    with Worker(queued, {}, [fails_to_mend], tick_s=0.01):
        assert all(again.acquire(timeout=PATIENCE_S) for _ in range(3))


@pytest.mark.filterwarnings("ignore::pytest.PytestUnhandledThreadExceptionWarning")
def test_a_worker_that_a_fault_of_ours_ends_says_so(queued: Jobs, caplog: pytest.LogCaptureFixture) -> None:
    def breaks_the_ledger(_: str, stopping: Stopping) -> Outcome:
        with queued._database.writing() as db:
            db.exec_driver_sql("DROP TABLE jobs")
        return Outcome("")

    with Worker(queued, {HARVEST: breaks_the_ledger}, [], tick_s=0.01) as worker:
        assert worker.stopping.wait(PATIENCE_S)

    assert worker.is_broken
    assert "the worker has stopped" in caplog.text


def test_a_worker_that_is_told_to_stop_is_not_broken(queued: Jobs) -> None:
    with Worker(queued, {HARVEST: lambda *_: Outcome("")}, [queued.mend], tick_s=0.01) as worker:
        worker.stopping.set()

    assert not worker.is_broken


@pytest.mark.servers
def test_a_worker_outlives_a_restart_of_the_queue(own_redis: Own) -> None:
    ledger = Ledger(None)
    jobs = Jobs(ledger, open_queue(own_redis.running.urls["redis"]))
    missed, done = threading.Event(), threading.Event()

    def mend() -> None:
        try:
            jobs.mend()
        except Unavailable:
            missed.set()
            raise

    def task(_: str, stopping: Stopping) -> Outcome:
        done.set()
        return Outcome("")

    with Worker(jobs, {HARVEST: task}, [mend], tick_s=0.05):
        own_redis.kill()
        with pytest.raises(Unavailable):
            jobs.enqueue(HARVEST, "north")
        assert missed.wait(PATIENCE_S)
        own_redis.start()
        assert done.wait(PATIENCE_S)

    assert jobs.job(1).state == DONE
    ledger.close()


@pytest.mark.parametrize("error", [Unavailable("The mail server is away."), KeyError("a fault of ours")])
def test_one_step_of_the_upkeep_that_fails_keeps_no_other_from_being_done(
    queued: Jobs, error: Exception
) -> None:
    done = threading.Semaphore(0)

    def fails_always() -> None:
        raise error

    with Worker(queued, {}, [fails_always, done.release, fails_always], tick_s=0.01) as worker:
        assert all(done.acquire(timeout=PATIENCE_S) for _ in range(3))
        assert not worker.stopping.is_set()
