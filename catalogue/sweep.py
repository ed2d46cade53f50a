"""Missing is not deleted: what a complete run did not see is marked, and goes only after a long absence.

A record is missing from the first complete run without it. It goes after three such runs and seven
days, or when its own address answers that it is gone, or when its source says so. What would send
away more than a fifth of a source (and more than ten records) sends away none: a person must look
first.
"""

from collections.abc import Callable, Container, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Final

from catalogue.batches import batches
from catalogue.curation import local_iri
from catalogue.documents import Parts, stored
from catalogue.envelope import record_iri
from catalogue.leases import Hold
from catalogue.ledger import GONE, MISSING, Entry
from catalogue.runs import Run
from catalogue.sources import ASK, KEEP, Source

RUNS: Final = 3
GRACE: Final = timedelta(days=7)
FEW: Final = 10
SHARE: Final = 0.2
PROBES: Final = 20
"""How many addresses of absent records are asked at most in one run."""

_BATCH: Final = 2_000

Probe = Callable[[str], bool]
"""Whether the address of a record answers that it is there no more."""


def mark(parts: Parts, hold: Hold, run: Run, seen: Container[str], probe: Probe | None) -> Run:
    """Mark what a complete run did not see, and what has been absent for long enough to go.

    `seen` are ids that the run met but could not use: they stay as they are. Returns the run with
    its count of what is missing. A run that was cut off behind this has marked everything already.
    """
    if run.missing or run.gone:
        return run
    now = parts.now()
    unseen = parts.ledger.unseen(run.source, run.id)
    absent = [_missed(one, now) for one in unseen if one.id not in seen and one.leaving != run.id]
    answered = _answered(parts, absent, probe)
    marked = [replace(one, leaving=run.id) if one.id in answered or _due(one, now) else one for one in absent]
    run = replace(run, missing=len(marked))
    if marked:
        parts.ledger.settle(hold, marked, run)
    return run


def depart(parts: Parts, hold: Hold, run: Run, source: Source) -> tuple[Run, str, tuple[str, ...]]:
    """Withdraw what is to go, unless a person must look first.

    Returns the run with its counts, a message when the withdrawal was held back, and the ids of what
    is gone.
    """
    going = parts.ledger.leaving(run.source)
    if not going:
        return run, "", ()
    if source.deletion == KEEP:
        stays = [replace(one, state=MISSING, leaving=None) for one in going]
        parts.ledger.settle(hold, stays)
        return run, "", ()
    if source.deletion == ASK:
        return replace(run, withheld=len(going)), _asked(len(going)), ()
    if is_braked(len(going), parts.ledger.count(run.source)):
        return replace(run, withheld=len(going)), _braked(len(going)), ()
    for some in batches(going, _BATCH):
        missed = sum(one.missed > 0 for one in some)
        run = replace(run, gone=run.gone + len(some), missing=max(0, run.missing - missed))
        _let_go(parts, hold, some, run)
    return run, "", tuple(one.id for one in going)


def is_braked(number: int, count: int) -> bool:
    """Whether so many records of a source of this size may only go when a person agrees."""
    return number > max(FEW, SHARE * count)


def withdraw(parts: Parts, hold: Hold, entries: Sequence[Entry]) -> None:
    """Take records out of index and store; the ledger keeps their tombstones."""
    for some in batches(entries, _BATCH):
        _let_go(parts, hold, some)


def _let_go(parts: Parts, hold: Hold, some: Sequence[Entry], run: Run | None = None) -> None:
    """Take a few records out; what `run` counts is written down with their tombstones."""
    with parts.writing:
        parts.ledger.leases.renew(hold)
        parts.index.put((), without=[entry.id for entry in some])
        hold.confirm()
        graphs = [name(parts.base, entry.id) for entry in some for name in (record_iri, local_iri)]
        parts.store.remove(graphs)
        parts.ledger.clusters.forget(hold, [entry.id for entry in some])
        now = parts.now()
        gone = (replace(entry, state=GONE, modified=now, leaving=None) for entry in some)
        parts.ledger.settle(hold, gone, run)


def _answered(parts: Parts, absent: Sequence[Entry], probe: Probe | None) -> frozenset[str]:
    """Those whose own address answers that they are gone; an outage must not send away many."""
    if probe is None or not absent or is_braked(len(absent), parts.ledger.count(absent[0].source)):
        return frozenset()
    some = [entry.id for entry in absent[:PROBES]]
    return frozenset(id for id, envelope, _ in stored(parts, some) if probe(envelope.origin))


def _missed(entry: Entry, now: datetime) -> Entry:
    since = entry.missing_since or now
    return replace(entry, state=MISSING, missed=entry.missed + 1, missing_since=since)


def _due(entry: Entry, now: datetime) -> bool:
    since = entry.missing_since or now
    return entry.missed >= RUNS and now - since >= GRACE


def _braked(number: int) -> str:
    return (
        f"{number:,} records would be withdrawn. That is so many that nothing was withdrawn: look at the "
        "source first, then approve or dismiss it."
    )


def _asked(number: int) -> str:
    return f"{number:,} records would be withdrawn, and this source wants a person to approve it."
