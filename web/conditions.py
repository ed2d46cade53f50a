"""How a source stands, for people: fresh, late or failing, what goes on with it, and who is waited for."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from catalogue.jobs import APPROVE, DELETE, DISMISS, HARVEST, LEAVE, Job
from catalogue.runs import Run
from catalogue.schedule import next_run, next_time
from catalogue.sources import Source, Standing
from catalogue.tables import QUEUED, RUNNING
from web.i18n import mark

WAITING: Final = "waiting"
FAILING: Final = "failing"
LATE: Final = "late"
NEVER: Final = "never"
PAUSED: Final = "paused"
UNPLANNED: Final = "unplanned"
FRESH: Final = "fresh"
KEPT: Final = "kept"
DELETING: Final = "deleting"
DECIDED: Final = "decided"

LABELS: Final[Mapping[str, str]] = {
    WAITING: mark("waiting for a person"),
    FAILING: mark("failing"),
    LATE: mark("late"),
    RUNNING: mark("running"),
    QUEUED: mark("queued"),
    DELETING: mark("being deleted"),
    DECIDED: mark("decided"),
    NEVER: mark("never run"),
    PAUSED: mark("paused"),
    UNPLANNED: mark("without a schedule"),
    FRESH: mark("fresh"),
    KEPT: mark("not harvested"),
}
"""All that can be said of a source, what needs a person first."""

URGENT: Final = frozenset({WAITING, FAILING, LATE})
"""What needs a person."""

HELP: Final[Mapping[str, str]] = {
    WAITING: mark("Its records would be withdrawn, and somebody has to look first."),
    FAILING: mark("Its last run was not complete."),
    LATE: mark("Its schedule came twice since its last complete run began."),
    RUNNING: mark("It is being harvested just now."),
    QUEUED: mark("It is harvested as soon as a worker is free."),
    DELETING: mark("It is deleted as soon as a worker is free."),
    DECIDED: mark("Somebody decided on its withdrawals; it is done as soon as a worker is free."),
    NEVER: mark("It has not been harvested yet."),
    PAUSED: mark("Its schedule is passed over until somebody resumes it."),
    UNPLANNED: mark("It is harvested when somebody says so."),
    FRESH: mark("Its last run was complete, and no later one is overdue."),
    KEPT: mark("Its records came from imported files, or their source was deleted."),
}


RUN_LABELS: Final[Mapping[str, str]] = {
    "running": mark("running"),
    "complete": mark("complete"),
    "partial": mark("partial"),
    "failed": mark("failed"),
    "interrupted": mark("goes on later"),
}
"""How a run stands or ended."""


@dataclass(frozen=True, slots=True)
class Condition:
    """How a source stands at rest, and what goes on with it.

    `state` is one of `LABELS`. `going_on` is queued, running or "". `waiting` counts the records that
    a person is to approve the withdrawal of, `is_decided` tells that somebody has just done so. `next`
    may be past: then it begins when a worker is free.
    """

    state: str
    going_on: str
    waiting: int
    next: datetime | None
    is_decided: bool = False

    @property
    def marks(self) -> tuple[str, ...]:
        """All that is to be said of the source, the most urgent first."""
        more = (WAITING if self.waiting else "", DECIDED if self.is_decided else "")
        said = {self.state, self.going_on, *more}
        return tuple(name for name in LABELS if name in said)


def condition(
    source: Source, standing: Standing, last: Run | None, jobs: Sequence[Job], leaving: int, now: datetime
) -> Condition:
    """How a source stands, from its newest run, its open jobs, and how many of its records are to leave."""
    open_ = {job.task: job.state for job in jobs}
    is_decided = bool(open_.keys() & {APPROVE, DISMISS})
    going_on, waiting = open_.get(HARVEST, ""), 0 if is_decided else leaving
    if is_running(last):
        going_on, waiting = RUNNING, 0  # the run may withdraw them by itself
    is_deleted = bool(open_.keys() & {DELETE, LEAVE})
    state = DELETING if is_deleted else _at_rest(source, standing, now)
    return Condition(state, going_on, waiting, next_run(source, standing), is_decided)


def _at_rest(source: Source, standing: Standing, now: datetime) -> str:
    if not source.url:
        return KEPT
    if source.paused:
        return PAUSED
    if standing.failures:
        return FAILING
    if is_late(source, standing, now):
        return LATE
    if standing.last_complete is None:
        return NEVER
    return FRESH if source.schedule else UNPLANNED


def is_late(source: Source, standing: Standing, now: datetime) -> bool:
    """Whether the schedule came twice since the last complete run began, or since the source was added."""
    first = next_time(source.schedule, standing.last_complete or source.created)
    second = next_time(source.schedule, first) if first else None
    return second is not None and second <= now


def is_running(last: Run | None) -> bool:
    """Whether the newest run of a source goes on, so that what waits for a person may change."""
    return last is not None and last.state == RUNNING
