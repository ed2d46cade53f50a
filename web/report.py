"""What the command line says of a harvest while it runs and when it is done."""

import sys
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from datetime import datetime
from itertools import islice
from typing import Final, TypeVar

from pyoxigraph import Literal

from catalogue.jobs import Job
from catalogue.links import Checked
from catalogue.migrate import Copied
from catalogue.records import Declared, Harvested, Record, Rejected
from catalogue.runs import Quarantined, Run
from ontologies.namespaces import DCT

_EVERY_S: Final = 5.0
"""How often a run that is not on a terminal tells how far it is."""


State = TypeVar("State")


@contextmanager
def progress(name: str, said: Callable[[State], str]) -> Iterator[Callable[[State], None]]:
    """A line on a terminal that moves, a plain one now and then elsewhere; call it with how far things are.

    `said` puts that into words.
    """
    if sys.stderr.isatty():
        from rich.console import Console
        from rich.progress import Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

        columns = (SpinnerColumn(), TextColumn("{task.description}"), TimeElapsedColumn())
        with Progress(*columns, console=Console(stderr=True), transient=True) as bar:
            task = bar.add_task(f"{name}: reading")
            yield lambda state: bar.update(task, description=f"{name}: {said(state)}")
    else:
        told = time.monotonic()

        def tell(state: State) -> None:
            nonlocal told
            if time.monotonic() - told >= _EVERY_S:
                told = time.monotonic()
                print(f"{name}: {said(state)} so far", file=sys.stderr, flush=True)

        yield tell


def summary(run: Run) -> str:
    """A run in one line."""
    counts = (
        f"{run.new:,} new, {run.changed:,} changed, {run.unchanged:,} unchanged, {run.rejected:,} rejected"
    )
    if run.missing or run.gone:
        counts += f", {run.missing:,} missing, {run.gone:,} withdrawn"
    state = "" if run.state == "running" else f"{run.state}: "
    return f"{state}{counts}" + (f". {run.message}" if run.message else "")


def copied(far: Copied) -> str:
    """How far the copying of a catalogue has come, in one line."""
    removed = f", {far.removed:,} removed" if far.removed else ""
    indexed = f", {far.indexed:,} records indexed" if far.indexed else ""
    return f"{far.graphs:,} graphs compared, {far.written:,} written{removed}{indexed}"


def problem(item: Quarantined | Rejected) -> str:
    """Where something stands that could not be used, and why."""
    place = f" ({item.place})" if item.place else ""
    return f"rejected {item.origin}{place}: {item.reason}"


def job(job: Job) -> str:
    """A job in one line."""
    name = f"{job.task} {job.argument}".strip()
    tries = "1 try" if job.tries == 1 else f"{job.tries} tries"
    return f"{job.id}\t{name}\t{moment(job.queued)}\t{job.state}\t{tries}\t{job.message}"


def link(one: Checked) -> str:
    """An address that was asked, in one line."""
    return f"{one.state}\tsince {moment(one.since)}\t{one.url}\t{one.message}".rstrip()


def moment(time: datetime) -> str:
    """A time for a list."""
    return time.strftime("%Y-%m-%d %H:%M UTC")


def preview(items: Iterable[Harvested], limit: int) -> Iterator[str]:
    """The first records of a source, one line each."""
    records = 0
    for item in items:
        match item:
            case Declared():
                yield f"The source declares {item.total:,} records."
            case Rejected():
                yield problem(item)
            case Record():
                records += 1
                yield f"{item.kind}\t{item.subject.value}\t{_title(item)}\t{len(item.triples)} statements"
        if records == limit:
            yield f"The first {limit} records are shown; nothing was written."
            return
    yield f"These are all {records} records; nothing was written."


def _title(record: Record) -> str:
    own = (t.object for t in record.triples if t.subject == record.subject and t.predicate == _TITLE)
    titles = [value for value in islice(own, 20) if isinstance(value, Literal)]
    best = next((title for title in titles if title.language == "en"), titles[0] if titles else None)
    return best.value if best is not None else "(no title)"


_TITLE: Final = DCT.term("title")
