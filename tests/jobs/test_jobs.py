"""A job is done once, whatever becomes of its workers and of the queue."""

from concurrent.futures import ThreadPoolExecutor

import pytest

from catalogue.errors import Conflict, Invalid, Unavailable
from catalogue.jobs import CANCELLED, DONE, FAILED, HARVEST, QUEUED, RUNNING, TRIES, Job, Jobs
from catalogue.ledger import Ledger
from catalogue.queue import open_queue
from tests.core.harvests import Clock
from tests.servers import Own


def finish(jobs: Jobs) -> Job | None:
    """Take a job and do it."""
    with jobs.taken() as taken:
        if taken:
            jobs.finish(*taken, DONE, "All is well.")
            return jobs.job(taken[0].id)
        return None


def test_a_job_is_queued_taken_and_done(jobs: Jobs, clock: Clock) -> None:
    queued = jobs.enqueue(HARVEST, "north")
    began = clock()
    clock.move(seconds=3)

    with jobs.taken() as taken:
        assert taken is not None
        running = jobs.job(taken[0].id)
        jobs.finish(*taken, DONE, "3 new")

    assert (queued.state, queued.queued, queued.tries) == (QUEUED, began, 0)
    assert (running.state, running.started, running.tries) == (RUNNING, clock(), 1)
    (done,) = jobs.newest()
    assert (done.id, done.task, done.argument, done.state) == (queued.id, HARVEST, "north", DONE)
    assert (done.ended, done.message) == (clock(), "3 new")
    assert finish(jobs) is None


def test_jobs_are_done_in_the_order_they_came(jobs: Jobs) -> None:
    ids = [jobs.enqueue(HARVEST, name).id for name in "abcde"]

    assert [job.id for job in iter(lambda: finish(jobs), None)] == ids
    assert [job.id for job in jobs.newest(2)] == ids[:2:-1]


def test_an_equal_job_is_not_queued_twice(jobs: Jobs) -> None:
    first = jobs.enqueue(HARVEST, "north")

    assert jobs.enqueue(HARVEST, "north").id == first.id
    with jobs.taken() as taken:
        assert taken is not None
        assert jobs.enqueue(HARVEST, "north").id == first.id
        jobs.finish(*taken, DONE, "")
    assert jobs.enqueue(HARVEST, "north").id != first.id
    assert len({jobs.enqueue(HARVEST, "south").id, jobs.enqueue("another task").id}) == 2


def test_of_many_that_queue_the_same_one_makes_the_job(jobs: Jobs) -> None:
    with ThreadPoolExecutor(6) as pool:
        ids = set(pool.map(lambda _: jobs.enqueue(HARVEST, "north").id, range(12)))

    assert len(ids) == len(jobs.newest()) == 1


def test_a_number_that_comes_twice_is_done_once(jobs: Jobs) -> None:
    job = jobs.enqueue(HARVEST, "north")
    jobs._queue.send(job.id)
    jobs._queue.send(job.id)

    with jobs.taken() as first, jobs.taken() as second:
        assert first is not None
        assert second is None
        jobs.finish(*first, DONE, "")

    assert finish(jobs) is None


def test_what_is_no_job_is_passed_over(jobs: Jobs) -> None:
    jobs._queue.send(4711)

    assert finish(jobs) is None


def test_a_job_that_was_given_back_waits_for_the_upkeep(jobs: Jobs) -> None:
    jobs.enqueue(HARVEST, "north")
    with jobs.taken() as taken:
        assert taken is not None
        jobs.give_back(*taken, "The source is being harvested.", tries=0)

    before, (waiting,) = finish(jobs), jobs.newest()
    jobs.mend()
    jobs.mend()

    assert before is None
    assert (waiting.state, waiting.tries, waiting.message) == (QUEUED, 0, "The source is being harvested.")
    assert finish(jobs) is not None
    assert finish(jobs) is None


def test_the_job_of_a_dead_worker_is_done_by_another(jobs: Jobs, clock: Clock) -> None:
    jobs.enqueue(HARVEST, "north")
    with jobs.taken():
        jobs.mend()
        too_early = finish(jobs)
        clock.move(seconds=61)

        jobs.mend()
        done = finish(jobs)

    assert too_early is None
    assert done is not None
    assert (done.state, done.tries) == (DONE, 2)


def test_a_job_that_kills_its_workers_is_given_up(jobs: Jobs, clock: Clock) -> None:
    jobs.enqueue(HARVEST, "north")

    for _ in range(TRIES):
        with jobs.taken() as taken:
            assert taken is not None
            clock.move(seconds=61)
            jobs.mend()

    (job,) = jobs.newest()
    assert (job.state, job.tries) == (FAILED, TRIES)
    assert "ended before its time" in job.message
    assert finish(jobs) is None


def test_who_comes_back_too_late_changes_nothing(jobs: Jobs, clock: Clock) -> None:
    jobs.enqueue(HARVEST, "north")
    with jobs.taken() as late:
        assert late is not None
        clock.move(seconds=61)
        jobs.mend()
        with jobs.taken() as second:
            assert second is not None
            with pytest.raises(Conflict):
                jobs.finish(*late, FAILED, "late")
            jobs.finish(*second, DONE, "in time")

    assert [job.message for job in jobs.newest()] == ["in time"]


def test_a_job_that_was_cancelled_while_it_could_not_go_on_is_over(jobs: Jobs) -> None:
    first = jobs.enqueue(HARVEST, "north")
    with jobs.taken() as taken:
        assert taken is not None
        jobs.cancel(HARVEST, "north")
        jobs.give_back(*taken, "The source is being harvested.", tries=0)

    assert (jobs.job(first.id).state, jobs.job(first.id).message) == (
        CANCELLED,
        "It was cancelled. What had come is kept.",
    )
    assert jobs.enqueue(HARVEST, "north").id != first.id


def test_a_job_that_was_cancelled_before_its_worker_died_is_over(jobs: Jobs, clock: Clock) -> None:
    job = jobs.enqueue(HARVEST, "north")
    with jobs.taken():
        jobs.cancel(HARVEST, "north")
        clock.move(seconds=61)
        jobs.mend()

    assert (jobs.job(job.id).state, jobs.job(job.id).ended) == (CANCELLED, clock())
    assert finish(jobs) is None


def test_a_number_that_the_queue_lost_is_sent_again(jobs: Jobs) -> None:
    jobs.enqueue(HARVEST, "north")
    jobs._queue.take()

    jobs.mend()

    assert finish(jobs) is not None


def test_what_is_long_over_is_forgotten(jobs: Jobs, clock: Clock) -> None:
    jobs.enqueue(HARVEST, "north")
    finish(jobs)
    jobs.enqueue(HARVEST, "south")
    clock.move(days=90)

    jobs.mend()

    assert [job.argument for job in jobs.newest()] == ["south"]


# --- the queue


@pytest.mark.servers
def test_a_job_is_kept_while_the_queue_does_not_answer(own_redis: Own) -> None:
    jobs = Jobs(Ledger(None), open_queue(own_redis.running.urls["redis"]))
    jobs.enqueue(HARVEST, "north")
    own_redis.kill()

    with pytest.raises(Unavailable, match=r"does not answer\. The job is kept") as told:
        jobs.enqueue(HARVEST, "south")
    assert "FAIRFINDER_JOBS_URL is right" in told.value.detail
    with pytest.raises(Unavailable):
        jobs.mend()
    own_redis.start()
    jobs.mend()

    assert {job.argument for job in iter(lambda: finish(jobs), None)} == {"north", "south"}
    jobs.close()


def test_a_queue_that_is_not_there_is_told_without_its_password() -> None:
    queue = open_queue("redis://me:secret@127.0.0.1:1/3")

    with pytest.raises(Unavailable, match="does not answer") as told:
        queue.send(1)

    assert "Redis at 127.0.0.1:1/3" in told.value.detail
    assert "secret" not in told.value.whole


def test_an_address_that_is_none_is_told() -> None:
    with pytest.raises(Invalid, match="FAIRFINDER_JOBS_URL"):
        open_queue("telnet://localhost")
