"""What is to be done and by whom: jobs in the ledger, whose numbers a queue hands to workers.

A number that was taken from the queue is gone with the worker that took it, so the ledger is the
truth. A running job is held by a lease: when that runs out, the job is queued again.
"""

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

import sqlalchemy as sql

from catalogue import tables
from catalogue.errors import Conflict, NotFound, Unavailable
from catalogue.leases import JOB, Hold
from catalogue.ledger import Ledger
from catalogue.queue import Queue
from catalogue.tables import QUEUED, RUNNING

DONE: Final = "done"
FAILED: Final = "failed"
CANCELLED: Final = "cancelled"

HARVEST: Final = "harvest"
DELETE: Final = "delete source"
"""Delete a source and withdraw its records."""

LEAVE: Final = "leave source"
"""Delete a source and leave its records as they are."""

APPROVE: Final = "approve withdrawal"
"""Withdraw what runs held back; the argument is "source run number", as it was shown."""

DISMISS: Final = "dismiss withdrawal"
"""Let stay what runs held back; the argument as above."""

LINKS: Final = "check links"
"""Ask some of the addresses in records whether they work."""

TRIES: Final = 3
"""How often a job is begun at most when its workers die or the engines do not answer."""

KEPT: Final = timedelta(days=90)
"""How long a job that is over is remembered."""

_jobs: Final = tables.jobs


@dataclass(frozen=True, slots=True)
class Job:
    """Something to be done once: a task by its name, and what to do it with."""

    id: int
    task: str
    argument: str
    state: str
    queued: datetime
    started: datetime | None = None
    ended: datetime | None = None
    holder: str = ""
    tries: int = 0
    message: str = ""
    cancelled: bool = False


class Jobs:
    """The jobs of one ledger and the queue that carries them."""

    def __init__(self, ledger: Ledger, queue: Queue) -> None:
        self._database = ledger.database
        self._leases = ledger.leases
        self._now = ledger.now
        self._queue = queue

    def enqueue(self, task: str, argument: str = "") -> Job:
        """Have something done; an equal job that is queued or running already is returned instead.

        Raises Unavailable when the queue does not answer: the job is kept all the same, and a worker
        sends it when the queue answers again.
        """
        job, is_new = self._kept(task, argument)
        if is_new:
            try:
                self._queue.send(job.id)
            except Unavailable as error:
                kept = f"{error} The job is kept; it begins when the queue answers."
                raise Unavailable(kept, error.detail) from error
        return job

    def job(self, id: int) -> Job:
        """One job; raises NotFound."""
        with self._database.reading() as db:
            row = db.execute(_jobs.select().where(_jobs.c.id == id)).first()
        if row is None:
            raise NotFound(f"There is no job {id}.")
        return Job(**row._mapping)

    def newest(self, limit: int = 50) -> tuple[Job, ...]:
        """The newest jobs first."""
        with self._database.reading() as db:
            rows = db.execute(_jobs.select().order_by(_jobs.c.id.desc()).limit(limit)).all()
        return tuple(Job(**row._mapping) for row in rows)

    def cancel(self, task: str, argument: str) -> Job | None:
        """Have a queued job not done, and ask a running one to end soon; None when there is no such job."""
        same = _jobs.c.task == task, _jobs.c.argument == argument
        queued = _jobs.update().where(*same, _jobs.c.state == QUEUED)
        running = _jobs.update().where(*same, _jobs.c.state == RUNNING)
        over = {"state": CANCELLED, "ended": self._now(), "message": "It was cancelled before it began."}
        with self._database.writing() as db:
            ids = [
                *db.scalars(queued.values(over).returning(_jobs.c.id)),
                *db.scalars(running.values(cancelled=True).returning(_jobs.c.id)),
            ]
        return self.job(ids[0]) if ids else None

    def open(self, task: str) -> dict[str, Job]:
        """The jobs of a task that are queued or running, by their argument."""
        waiting = _jobs.c.task == task, _jobs.c.state.in_([QUEUED, RUNNING])
        with self._database.reading() as db:
            rows = db.execute(_jobs.select().where(*waiting).order_by(_jobs.c.id)).all()
        return {row.argument: Job(**row._mapping) for row in rows}

    @contextmanager
    def taken(self) -> Iterator[tuple[Job, Hold] | None]:
        """Take the next job and hold it as long as the context lasts; None when there is nothing to do."""
        with ExitStack() as holding:
            yield self._taken(holding)

    def finish(self, job: Job, hold: Hold, state: str, message: str) -> None:
        """Note how a job ended; raises Conflict when it is held by another worker by now."""
        mine = _jobs.c.id == job.id, _jobs.c.holder == hold.holder
        over = {"state": state, "ended": self._now(), "message": message}
        with self._leases.fenced(hold) as db:
            db.execute(_jobs.update().where(*mine).values(over))

    def give_back(self, job: Job, hold: Hold, message: str, *, tries: int) -> None:
        """Let a job be done later, when the next `mend` sends it; `tries` is what counts as tried so far.

        One that was cancelled meanwhile is over.
        """
        mine = _jobs.c.id == job.id, _jobs.c.holder == hold.holder, _jobs.c.state == RUNNING
        with self._leases.fenced(hold) as db:
            db.execute(_jobs.update().where(*mine, _jobs.c.cancelled).values(_called_off(self._now())))
            later = {"state": QUEUED, "holder": "", "tries": tries, "message": message}
            db.execute(_jobs.update().where(*mine).values(later))

    def mend(self) -> None:
        """Queue again what dead workers had begun, send what the queue lost, forget what is long over.

        What was cancelled before its worker died is over.
        """
        now = self._now()
        live = sql.select(tables.leases.c.name).where(tables.leases.c.until > now)
        name = sql.literal(JOB) + sql.cast(_jobs.c.id, sql.String)
        orphaned = (_jobs.c.state == RUNNING) & name.not_in(live)
        again = {"state": QUEUED, "holder": "", "message": "Its worker ended before its time."}
        given_up = {
            "state": FAILED,
            "ended": now,
            "message": f"Its worker ended before its time, {TRIES} times. See the logs of the workers.",
        }
        with self._database.writing() as db:
            db.execute(_jobs.delete().where(_jobs.c.ended <= now - KEPT))
            db.execute(_jobs.update().where(orphaned, _jobs.c.cancelled).values(_called_off(now)))
            db.execute(_jobs.update().where(orphaned, _jobs.c.tries >= TRIES).values(given_up))
            db.execute(_jobs.update().where(orphaned).values(again))
            queued = list(db.scalars(sql.select(_jobs.c.id).where(_jobs.c.state == QUEUED)))
        for id in sorted(set(queued) - self._queue.waiting() if queued else ()):
            self._queue.send(id)

    def close(self) -> None:
        """Let go of the queue; the ledger stays open."""
        self._queue.close()

    def _kept(self, task: str, argument: str) -> tuple[Job, bool]:
        """The job as it stands in the ledger, and whether it was put there now."""
        insert = self._database.insert(_jobs).values(
            task=task, argument=argument, state=QUEUED, queued=self._now()
        )
        unless_there = insert.on_conflict_do_nothing().returning(_jobs.c.id)
        same = _jobs.select().where(
            _jobs.c.task == task, _jobs.c.argument == argument, _jobs.c.state.in_([QUEUED, RUNNING])
        )
        with self._database.writing() as db:
            is_new = db.scalar(unless_there) is not None
            row = db.execute(same).first()
        if row is None:
            return self._kept(task, argument)  # the equal one has just ended
        return Job(**row._mapping), is_new

    def _taken(self, holding: ExitStack) -> tuple[Job, Hold] | None:
        id = self._queue.take()
        if id is None:
            return None
        try:
            hold = holding.enter_context(self._leases.held(f"{JOB}{id}"))
        except Conflict:
            return None  # it came twice
        job = self._begun(id, hold)
        return (job, hold) if job else None

    def _begun(self, id: int, hold: Hold) -> Job | None:
        """Begin a job unless somebody has begun it."""
        begin = (
            _jobs.update()
            .where(_jobs.c.id == id, _jobs.c.state == QUEUED)
            .values(
                state=RUNNING, started=self._now(), holder=hold.holder, tries=_jobs.c.tries + 1, message=""
            )
        )
        with self._database.writing() as db:
            begun = db.execute(begin).rowcount
        return self.job(id) if begun else None


def _called_off(now: datetime) -> dict[str, object]:
    """How a job ends that was cancelled while nobody could end it."""
    return {"state": CANCELLED, "ended": now, "message": "It was cancelled. What had come is kept."}
