"""Missing is not deleted: what a complete run did not see is marked, and goes only after a long absence.

A record is missing from the first complete run without it, and gone after three such runs and seven
days. A run that would send away more than a fifth of its source (and more than ten records) sends
none: a person must look first.
"""

from collections.abc import Callable, Container
from contextlib import AbstractContextManager
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Final, Protocol

from catalogue.envelope import record_iri
from catalogue.leases import Hold
from catalogue.ledger import GONE, MISSING, Entry, Ledger
from catalogue.runs import Run
from catalogue.search import SearchIndex
from catalogue.store import TripleStore

RUNS: Final = 3
GRACE: Final = timedelta(days=7)
FEW: Final = 10
SHARE: Final = 0.2


class Parts(Protocol):
    """What a sweep needs of the catalogue; `writing` is held for each batch that goes to the engines."""

    base: str
    store: TripleStore
    index: SearchIndex
    ledger: Ledger
    now: Callable[[], datetime]
    writing: AbstractContextManager[object]


def sweep(parts: Parts, hold: Hold, run: Run, seen: Container[str] = ()) -> tuple[Run, str]:
    """Mark what a complete run did not see, and withdraw what has been absent for long enough.

    `seen` are ids that the run met but could not use: they stay as they are. Returns the run
    with its counts, and a message when the brake held a withdrawal back.
    """
    now = parts.now()
    unseen = parts.ledger.unseen(run.source, run.id)
    absent = [_missed(entry, now) for entry in unseen if entry.id not in seen]
    gone = [entry for entry in absent if _due(entry, now)]
    held = ""
    if len(gone) > max(FEW, SHARE * parts.ledger.count(run.source)):
        held = (
            f"{len(gone):,} records have been absent for {RUNS} runs and {GRACE.days} days. That is so "
            "many that nothing was withdrawn: check the source first."
        )
        gone = []
    leaving = {entry.id for entry in gone}
    staying = [entry for entry in absent if entry.id not in leaving]
    if staying:
        parts.ledger.settle(hold, staying)
    if gone:
        withdraw(parts, hold, gone)
    return replace(run, missing=len(staying), gone=len(gone)), held


def withdraw(parts: Parts, hold: Hold, entries: list[Entry]) -> None:
    """Take records out of index and store; the ledger keeps their tombstones."""
    with parts.writing:
        parts.ledger.leases.renew(hold)
        parts.index.put((), without=[entry.id for entry in entries])
        hold.confirm()
        parts.store.remove(record_iri(parts.base, entry.id) for entry in entries)
        gone = (replace(entry, state=GONE, modified=parts.now()) for entry in entries)
        parts.ledger.settle(hold, gone)


def _missed(entry: Entry, now: datetime) -> Entry:
    since = entry.missing_since or now
    return replace(entry, state=MISSING, missed=entry.missed + 1, missing_since=since)


def _due(entry: Entry, now: datetime) -> bool:
    since = entry.missing_since or now
    return entry.missed >= RUNS and now - since >= GRACE
