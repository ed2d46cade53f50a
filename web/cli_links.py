"""The addresses in records: the job that asks whether they work, and the command that lists them."""

import time
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import timedelta
from typing import Annotated, Final

import typer

from catalogue.apart import Stopping
from catalogue.batches import batches
from catalogue.catalogue import Catalogue
from catalogue.errors import Interrupted
from catalogue.jobs import APPROVE, DELETE, DISMISS, HARVEST, LEAVE, LINKS, Jobs
from catalogue.link_walk import walk
from catalogue.links import BROKEN, CLOSED, UNKNOWN, WORKS, Answer, Walk
from catalogue.settings import Settings
from catalogue.tables import QUEUED
from harvesters.http import LOOK_S
from harvesters.link_check import answers, host_of
from web import report
from web.cli_parts import ledger_opened, manners
from web.worker import Outcome, Task

MOST: Final = 500
"""How many addresses one job asks at most."""

MOST_S: Final = 600.0
"""How long one job asks at most."""

LABELS: Final = {
    WORKS: "working",
    BROKEN: "broken",
    CLOSED: "asking for permission",
    UNKNOWN: "unknown",
}
_FIRST: Final = (HARVEST, DELETE, LEAVE, APPROVE, DISMISS)
"""What goes first: a job of these that waits ends the asking."""

LOOK_AROUND_S: Final = 2.0
"""How often it is looked whether another job waits."""

_NOTED: Final = 20
"""How many answers are written down at a time."""


def list_links(
    broken: Annotated[bool, typer.Option("--broken", help="Only those that are broken.")] = False,
) -> None:
    """The addresses in records: how they stood when they were last asked, and since when."""
    with ledger_opened(Settings()) as ledger:
        for one in ledger.links.all(BROKEN if broken else None):
            typer.echo(report.link(one))
        typer.echo(f"{_told(ledger.links.counts())}.")


def enqueue(catalogue: Catalogue, settings: Settings, jobs: Jobs) -> None:
    """Queue the asking when there is something to ask and it is time."""
    if settings.link_check_days and catalogue.ledger.links.is_due() and catalogue.ledger.page(limit=1):
        jobs.enqueue(LINKS)


def task(
    catalogue: Catalogue, settings: Settings, jobs: Jobs, *, most: int = MOST, look_s: float = LOOK_AROUND_S
) -> Task:
    """What a worker does for a job of `LINKS`."""

    def run(_: str, stopping: Stopping) -> Outcome:
        if not settings.link_check_days:
            return Outcome("Addresses are not checked (FAIRFINDER_LINK_CHECK_DAYS is 0).")
        return _Part(catalogue, settings, _GivingWay(stopping, jobs, look_s), most).done()

    return run


def own_hosts(catalogue: Catalogue, settings: Settings) -> frozenset[str]:
    """The hosts on which no robots.txt is asked: those of the operator and of the sources."""
    sources = {host_of(source.url) for source in catalogue.ledger.sources.all()}
    return frozenset({*sources, *(host.lower() for host in settings.allow_hosts)})


class _Part:
    """A part of the walk over all records: some addresses that are due, and what they answer."""

    def __init__(self, catalogue: Catalogue, settings: Settings, stopping: "_GivingWay", most: int) -> None:
        self._catalogue = catalogue
        self._links = catalogue.ledger.links
        self._settings = settings
        self._age = timedelta(days=settings.link_check_days)
        self._stopping = stopping
        self._most = most
        self._end = time.monotonic() + MOST_S
        last = self._links.walk()
        now = catalogue.now()
        self._walk = Walk(now) if last is None or last.ended else last
        self._links.reach(replace(self._walk, trying=now))
        self._reached = self._walk

    def done(self) -> Outcome:
        """Ask and note; raises Interrupted when its worker is told to stop before the end."""
        urls = list(self._due())
        told: Counter[str] = Counter()
        for some in batches(self._answers(urls), _NOTED):
            self._links.note(some)
            told.update(answer.state for answer in some)
        is_whole = told.total() == len(urls)
        walk = self._reached if is_whole else self._walk
        self._links.reach(walk)
        if self._stopping.is_told and not is_whole:
            raise Interrupted("The checking of addresses was told to stop.")
        if walk.ended:
            self._links.forget(walk.begun - self._age)
        return Outcome(_told(told) + ("" if walk.ended else "; it goes on"))

    def _due(self) -> Iterator[str]:
        """What is to be asked now; notes how far the walk is when all of that has been asked."""
        older, found = self._catalogue.now() - self._age, dict[str, None]()
        for step in walk(self._catalogue, self._walk.after):
            due = [url for url in self._links.due(step.urls, older) if url not in found]
            some = due[: self._most - len(found)]
            found.update(dict.fromkeys(some))
            yield from some
            if len(some) < len(due):
                return
            self._reached = replace(self._walk, after=step.last)
            if len(found) == self._most or self._stopping() or time.monotonic() >= self._end:
                return
        self._reached = replace(self._walk, ended=self._catalogue.now())

    def _answers(self, urls: list[str]) -> Iterator[Answer]:
        if not urls:
            return iter(())
        client = replace(manners(self._settings), timeout_s=LOOK_S).client()
        own = own_hosts(self._catalogue, self._settings)
        return answers(client, urls, own, self._stopping, self._end - time.monotonic())


class _GivingWay:
    """Whether to end: the worker is told to stop, or a job waits that goes first and was not yet tried."""

    def __init__(self, stopping: Stopping, jobs: Jobs, look_s: float) -> None:
        self.is_told = False
        self._look_s = look_s
        self._stopping = stopping
        self._jobs = jobs
        self._is_passed = False
        self._looked = time.monotonic()

    def __call__(self) -> bool:
        self.is_told = self.is_told or self._stopping()
        if not self.is_told and time.monotonic() - self._looked >= self._look_s:
            self._looked = time.monotonic()
            waiting = (job for task in _FIRST for job in self._jobs.open(task).values())
            self._is_passed = any(job.state == QUEUED and not job.message for job in waiting)
        return self.is_told or self._is_passed


def _told(counts: Mapping[str, int]) -> str:
    """How many addresses are in each state, in words."""
    parts = ", ".join(f"{counts.get(state, 0):,} {label}" for state, label in LABELS.items())
    total = sum(counts.values())
    return f"{total:,} {'address' if total == 1 else 'addresses'}: {parts}"
