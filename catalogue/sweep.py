"""Missing is not deleted: what a complete run did not see is marked, and goes only after a long absence.

A record is missing from the first complete run without it. It goes after three such runs and seven
days, or when its own address answers that it is gone, or when its source says so. What would send
away more than a fifth of a source (and more than ten records) sends away none: a person must look
first.
"""

from collections.abc import Callable, Container, Iterable, Sequence
from dataclasses import replace
from datetime import timedelta
from typing import Final

import sqlalchemy as sql

from catalogue import tables
from catalogue.batches import batches
from catalogue.curation import local_iri, put_by
from catalogue.documents import Parts, stored
from catalogue.envelope import record_iri
from catalogue.joining import forget
from catalogue.leases import Hold
from catalogue.ledger import GONE, MISSING, Entry, is_leaving
from catalogue.runs import Run
from catalogue.sources import ASK, KEEP, Source

RUNS: Final = 3
GRACE: Final = timedelta(days=7)
FEW: Final = 10
SHARE: Final = 0.2
PROBES: Final = 20
"""How many addresses of absent records are asked at most in one run."""

_BATCH: Final = 2_000
_records: Final = tables.records

Probe = Callable[[str], bool]
"""Whether the address of a record answers that it is there no more."""


def mark(parts: Parts, hold: Hold, run: Run, seen: Container[str], probe: Probe | None) -> Run:
    """Mark what a complete run did not see, and what has been absent for long enough to go.

    `seen` are ids that the run met but could not use: they stay as they are. Returns the run with
    its count of what is missing. A run that was cut off behind this has marked everything already.
    """
    if run.missing or run.gone:
        return run
    absent = _absent(parts, run, seen)
    with parts.ledger.database.reading() as db:
        number = int(db.scalar(sql.select(sql.func.count()).where(absent)) or 0)
    if number:
        run = replace(run, missing=number)
        _mark(parts, hold, run, absent, _answered(parts, run, absent, probe))
    return run


def depart(parts: Parts, hold: Hold, run: Run, source: Source) -> tuple[Run, str, tuple[str, ...]]:
    """Withdraw what is to go, unless a person must look first.

    Returns the run with its counts, a message when the withdrawal was held back, and the ids of what
    is gone.
    """
    number = parts.ledger.waiting(run.source).number
    if number and source.deletion == KEEP:
        _keep(parts, hold)
        return run, "", ()
    if number and source.deletion == ASK:
        return replace(run, withheld=number), _asked(number), ()
    if is_braked(number, parts.ledger.count(run.source)):
        return replace(run, withheld=number), _braked(number), ()
    gone: list[str] = []
    while some := parts.ledger.leaving(run.source, _BATCH):
        missed = sum(one.missed > 0 for one in some)
        run = replace(run, gone=run.gone + len(some), missing=max(0, run.missing - missed))
        _let_go(parts, hold, some, run)
        gone += [one.id for one in some]
    return run, "", tuple(gone)


def is_braked(number: int, count: int) -> bool:
    """Whether so many records of a source of this size may only go when a person agrees."""
    return number > max(FEW, SHARE * count)


def withdraw(parts: Parts, hold: Hold, entries: Sequence[Entry]) -> None:
    """Take records out of index and store; the ledger keeps their tombstones."""
    for some in batches(entries, _BATCH):
        _let_go(parts, hold, some)


def _let_go(parts: Parts, hold: Hold, some: Sequence[Entry], run: Run | None = None) -> None:
    """Take a few records out; what `run` counts is written down with their tombstones.

    They are noted as intended before: of what is cut off, the next holder withdraws those that the store
    holds no more.
    """
    ids = [entry.id for entry in some]
    with parts.writing:
        parts.ledger.intend(hold, ids)
        with parts.ledger.doubting(hold, ids):
            parts.index.put((), without=ids)
            hold.confirm()
            put_by(parts, ids)
            parts.store.remove([name(parts.base, id) for id in ids for name in (record_iri, local_iri)])
            forget(parts, hold, ids)
            now = parts.now()
            parts.ledger.settle(hold, [entry.tombstone(now) for entry in some], run)


def _absent(parts: Parts, run: Run, seen: Container[str]) -> sql.ColumnElement[bool]:
    """Whether a record is not gone, was not met by the run, and is not taken away by its own word."""
    record, database = _records.c, parts.ledger.database
    unseen = sql.and_(record.source == run.source, record.seen != run.id, record.state != GONE)
    with database.reading() as db:
        met = [id for id in db.scalars(sql.select(record.id).where(unseen)) if id in seen]
    stays = sql.or_(record.leaving.is_(None), record.leaving != run.id)
    return sql.and_(unseen, stays, ~database.among(record.id, met))


def _answered(parts: Parts, run: Run, absent: sql.ColumnElement[bool], probe: Probe | None) -> frozenset[str]:
    """Those whose own address answers that they are gone; an outage must not send away many."""
    if probe is None or is_braked(run.missing, parts.ledger.count(run.source)):
        return frozenset()
    query = sql.select(_records.c.id).where(absent).order_by(_records.c.id).limit(PROBES)
    with parts.ledger.database.reading() as db:
        some = list(db.scalars(query))
    return frozenset(id for id, envelope, _ in stored(parts, some) if probe(envelope.origin))


def _mark(parts: Parts, hold: Hold, run: Run, absent: sql.ColumnElement[bool], gone: Iterable[str]) -> None:
    """Mark in one step, however many they are, what is absent and what of it is due."""
    record, now = _records.c, parts.now()
    since = sql.func.coalesce(record.missing_since, sql.literal(now, record.missing_since.type))
    missing = {"state": MISSING, "missed": record.missed + 1, "missing_since": since}
    is_due = sql.and_(record.missed >= RUNS, record.missing_since <= now - GRACE)
    goes = sql.or_(is_due, parts.ledger.database.among(record.id, gone))
    with parts.ledger.leases.fenced(hold) as db:
        db.execute(_records.update().where(absent).values(missing))
        db.execute(_records.update().where(absent, goes).values(leaving=run.id))
        db.execute(tables.runs.update().where(tables.runs.c.id == run.id).values(missing=run.missing))


def _keep(parts: Parts, hold: Hold) -> None:
    """Let what was to go stay as missing."""
    stays = {"state": MISSING, "leaving": None}
    with parts.ledger.leases.fenced(hold) as db:
        db.execute(_records.update().where(is_leaving(hold.source)).values(stays))


def _braked(number: int) -> str:
    return (
        f"{number:,} records would be withdrawn. That is so many that nothing was withdrawn: look at the "
        "source first, then approve or dismiss it."
    )


def _asked(number: int) -> str:
    return f"{number:,} records would be withdrawn, and this source wants a person to approve it."
