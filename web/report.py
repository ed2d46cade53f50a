"""What the command line says of a harvest while it runs and when it is done."""

import logging
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Final, TypeVar

from catalogue.jobs import Job
from catalogue.ledger import Entry
from catalogue.links import Checked
from catalogue.migrate import Copied
from catalogue.records import Rejected, Said
from catalogue.runs import Quarantined, Run
from web.operations import Preview

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
    """A run in one line; one that asked only for changes knows nothing of what is unchanged."""
    knows = run.whole or run.unchanged
    return _run(run, f"{run.unchanged:,} unchanged" if knows else "unchanged not asked for")


def imported(run: Run) -> str:
    """The run of an import in one line; it has looked at all that it was given."""
    return _run(run, f"{run.unchanged:,} unchanged")


def copied(far: Copied) -> str:
    """How far the copying of a catalogue has come, in one line."""
    removed = f", {far.removed:,} removed" if far.removed else ""
    indexed = f", {far.indexed:,} records indexed" if far.indexed else ""
    return f"{far.graphs:,} graphs compared, {far.written:,} written{removed}{indexed}"


def problem(item: Quarantined | Rejected) -> str:
    """Where something stands that could not be used, and why."""
    place = f" ({item.place})" if item.place else ""
    return plain(f"rejected {item.origin}{place}: {item.reason}")


def raw(content: bytes) -> str:
    """What came, in its lines."""
    return "\n".join(map(plain, content.decode("utf-8", "replace").expandtabs().splitlines()))


def job(job: Job) -> str:
    """A job in one line."""
    name = f"{job.task} {job.argument}".strip()
    tries = "1 try" if job.tries == 1 else f"{job.tries} tries"
    return f"{job.id}\t{name}\t{moment(job.queued)}\t{job.state}\t{tries}\t{plain(job.message)}"


def link(one: Checked) -> str:
    """An address that was asked, in one line."""
    return f"{one.state}\tsince {moment(one.since)}\t{plain(one.url)}\t{plain(one.message)}".rstrip()


def moment(time: datetime) -> str:
    """A time for a list."""
    return time.strftime("%Y-%m-%d %H:%M UTC")


def preview(found: Preview, limit: int) -> Iterator[str]:
    """What a source would bring, one line each."""
    if found.declared is not None:
        yield f"The source declares {found.declared:,} records."
    for trouble in found.troubles:
        yield plain(f"rejected {trouble.place}: {trouble.reason}")
    for one in found.records:
        lacks = f"lacks {one.missing} mandatory" if one.missing else "lacks nothing mandatory"
        title = plain(one.title or "(no title)")
        yield f"{one.kind}\t{plain(one.subject)}\t{title}\t{plain(one.publisher)}\t{lacks} ({one.profile})"
    if found.profiles:
        several = "1 profile" if found.profiles == 1 else f"{found.profiles:,} profiles"
        yield f"{several} of datasets came; their numbers are shown once the disclosure guard has seen them."
    if found.failure:
        yield plain(found.failure)
    elif found.is_all:
        number = len(found.records)
        came = "This is the only record" if number == 1 else f"These are all {number} records"
        yield f"{came}; nothing was written."
    else:
        yield f"The first {min(limit, len(found.records))} records are shown; nothing was written."


def tested(found: Preview, works: bool) -> str:
    """Whether a source answers, and how fast."""
    if not works:
        reasons = [found.failure, *(trouble.reason for trouble in found.troubles)]
        return plain(next((reason for reason in reasons if reason), "Nothing that can be used came."))
    declared = f", and declares {found.declared:,} records" if found.declared is not None else ""
    came = "a record came" if found.records else "a profile came" if found.profiles else "it has no records"
    return f"It works: {came} within {found.seconds:.1f} seconds{declared}."


def leaving(entry: Entry) -> str:
    """A record that waits to be withdrawn."""
    away = (
        f"missing since {moment(entry.missing_since)}" if entry.missing_since else "its source took it away"
    )
    return f"{entry.id}\trun {entry.leaving}\t{away}\t{plain(entry.title)}"


def said(line: Said) -> str:
    """A line of the log of a run."""
    return f"{line.at:%Y-%m-%d %H:%M:%S} {logging.getLevelName(line.level)}\t{plain(line.message)}"


def _run(run: Run, unchanged: str) -> str:
    counts = f"{run.new:,} new, {run.changed:,} changed, {unchanged}, {run.rejected:,} rejected"
    if run.missing or run.gone:
        counts += f", {run.missing:,} missing, {run.gone:,} withdrawn"
    state = "" if run.state == "running" else f"{run.state}: "
    return f"{state}{counts}" + (f". {plain(run.message)}" if run.message else "")


def plain(text: str) -> str:
    """Words from elsewhere on one line, without what would steer a terminal."""
    return "".join(sign if sign.isprintable() else "\N{REPLACEMENT CHARACTER}" for sign in text)
