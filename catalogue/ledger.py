"""What is neither metadata nor index: harvest sources, their runs, and what became of each record.

Several processes may share a ledger on PostgreSQL. What a run writes it writes under the lease of its
source (`catalogue/leases.py`), and each such method raises Conflict when that is lost.
"""

from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Final

import sqlalchemy as sql

from catalogue import tables, transfer
from catalogue.audit import Audit
from catalogue.clock import utc_now
from catalogue.clusters import Clusters
from catalogue.database import Database
from catalogue.errors import CatalogueError, Conflict, Gone, NotFound
from catalogue.leases import TTL, Hold, Leases
from catalogue.links import Links
from catalogue.runs import Run, Runs
from catalogue.sources import Sources
from catalogue.tables import RUNNING
from catalogue.tokens import Tokens
from catalogue.upgrade import upgrade
from catalogue.variables_kept import Variables

PRESENT: Final = "present"
MISSING: Final = "missing"
GONE: Final = "gone"


@dataclass(frozen=True, slots=True)
class Entry:
    """What the ledger knows of a record.

    `first` is the run that brought it, `written` the one that brought its present version, `seen` the
    last one with it, `missed` the number of complete runs since. `leaving` is the run by which it is to
    be withdrawn: it is, at the end of that run, unless a person has to look first.
    """

    id: str
    source: str
    subject: str
    kind: str
    title: str
    digest: str
    state: str
    issued: datetime
    modified: datetime
    seen: int
    missed: int = 0
    missing_since: datetime | None = None
    first: int = 0
    written: int = 0
    leaving: int | None = None

    def tombstone(self, moment: datetime) -> "Entry":
        """What is left of a record that is withdrawn now."""
        return replace(self, state=GONE, modified=moment, leaving=None)


@dataclass(frozen=True, slots=True)
class Waiting:
    """How many records are to be withdrawn and are not yet, and the last run by which one is; 0 for none."""

    number: int
    run: int


class Ledger:
    """The book of sources, runs and records, on SQLAlchemy."""

    def __init__(
        self, url: str | None, *, now: Callable[[], datetime] = utc_now, ttl: timedelta = TTL
    ) -> None:
        """Open the ledger and bring its tables up to date; `url` None keeps it in memory.

        `ttl` is how long a lease lasts unless it is renewed. Raises Unavailable, and Conflict for a
        ledger of a newer version.
        """
        self.database = Database(url)
        try:
            upgrade(self.database)
        except CatalogueError:
            self.database.close()
            raise
        self.leases = Leases(self.database, now, ttl)
        self.sources = Sources(self.database, self.leases, now)
        self.runs = Runs(self.database, self.leases)
        self.clusters = Clusters(self.database, self.leases)
        self.variables = Variables(self.database, self.leases)
        self.tokens = Tokens(self.database, now)
        self.audit = Audit(self.database, now)
        self.links = Links(self.database, now)
        self.now = now

    def fact(self, name: str, value: str) -> str:
        """A fact about this installation: the value of its first mention, which `value` may be."""
        kept = self.known(name)
        if kept is not None:
            return kept
        first = self.database.insert(tables.facts).values(name=name, value=value)
        with self.database.writing() as db:
            db.execute(first.on_conflict_do_nothing())
        return self.fact(name, value)

    def known(self, name: str) -> str | None:
        """The value of a fact, None when it was never mentioned."""
        with self.database.reading() as db:
            kept = db.scalar(sql.select(tables.facts.c.value).where(tables.facts.c.name == name))
        return None if kept is None else str(kept)

    def forget(self, name: str) -> None:
        """Let a fact be as if it had never been mentioned."""
        with self.database.writing() as db:
            db.execute(tables.facts.delete().where(tables.facts.c.name == name))

    def entry(self, id: str) -> Entry:
        """What is known of a record; raises NotFound."""
        found = self.entries([id])
        if id not in found:
            raise NotFound(f"There is no record {id}.")
        return found[id]

    def present(self, id: str) -> Entry:
        """What is known of a record that is not withdrawn; raises NotFound, and Gone."""
        entry = self.entry(id)
        if entry.state == GONE:
            raise Gone(entry.title, entry.modified, entry.source)
        return entry

    def entries(self, ids: Iterable[str]) -> dict[str, Entry]:
        """What is known of each of these records; ids that are not known are left out."""
        query = tables.records.select().where(self.database.among(tables.records.c.id, ids))
        with self.database.reading() as db:
            return {row.id: Entry(**row._mapping) for row in db.execute(query).all()}

    def page(
        self, after: str = "", limit: int = 100, offset: int = 0, source: str | None = None
    ) -> tuple[Entry, ...]:
        """The records that are not gone, of one source or of all, by id.

        It begins behind `after`, and there leaves out the first `offset`.
        """
        query = (
            tables.records.select()
            .where(tables.records.c.id > after, tables.records.c.state != GONE)
            .order_by(tables.records.c.id)
            .limit(limit)
            .offset(offset)
        )
        if source is not None:
            query = query.where(tables.records.c.source == source)
        with self.database.reading() as db:
            return tuple(Entry(**row._mapping) for row in db.execute(query).all())

    def sizes(self, kinds: Sequence[str] = ()) -> dict[str, int]:
        """How many records that are not gone each source has, of some kinds or of all, by name.

        Sources without any are left out.
        """
        query = (
            sql.select(tables.records.c.source, sql.func.count())
            .where(tables.records.c.state != GONE)
            .group_by(tables.records.c.source)
            .order_by(tables.records.c.source)
        )
        if kinds:
            query = query.where(tables.records.c.kind.in_(kinds))
        with self.database.reading() as db:
            return {name: int(count) for name, count in db.execute(query).all()}

    def count(self, source: str | None = None, kinds: Sequence[str] = ()) -> int:
        """How many records are not gone, of one source or of all, of some kinds or of all."""
        query = sql.select(sql.func.count()).where(tables.records.c.state != GONE)
        if source is not None:
            query = query.where(tables.records.c.source == source)
        if kinds:
            query = query.where(tables.records.c.kind.in_(kinds))
        with self.database.reading() as db:
            return int(db.scalar(query) or 0)

    def intend(self, hold: Hold, ids: Iterable[str]) -> None:
        """Note which records are about to be written, before the first engine is touched."""
        with self.leases.fenced(hold) as db:
            self.database.add(db, tables.pending, _intentions(hold, ids))

    def doubt(self, hold: Hold, ids: Iterable[str]) -> None:
        """Note records that a holder may have written after its time; the next holder looks at them."""
        with self.database.writing() as db:
            self.database.add(db, tables.pending, _intentions(hold, ids))

    @contextmanager
    def doubting(self, hold: Hold, ids: Collection[str]) -> Iterator[None]:
        """Doubt these records where the lease is lost while they are written."""
        try:
            yield
        except Conflict:
            self.doubt(hold, ids)
            raise

    def intended(self, source: str | None = None) -> tuple[str, ...]:
        """The records that a crash may have left written in one engine and not in the other."""
        query = sql.select(tables.pending.c.id).distinct().order_by(tables.pending.c.id)
        if source is not None:
            query = query.where(tables.pending.c.source == source)
        with self.database.reading() as db:
            return tuple(db.scalars(query))

    def adopt(self, hold: Hold) -> tuple[str, ...]:
        """Take over what earlier holders of a source intended and did not settle."""
        if not self.intended(hold.source):
            return ()
        theirs = tables.pending.delete().where(tables.pending.c.source == hold.source)
        with self.leases.fenced(hold) as db:  # taken in one step: an earlier holder may add to them even now
            ids = sorted({*db.scalars(theirs.returning(tables.pending.c.id))})
            self.database.add(db, tables.pending, _intentions(hold, ids))
        return tuple(ids)

    def unfinished(self) -> tuple[str, ...]:
        """The sources with intentions or open runs: they are being written, or a crash left them so."""
        going_on = sql.select(tables.runs.c.source).where(tables.runs.c.state == RUNNING)
        with self.database.reading() as db:
            return tuple(sorted(db.scalars(sql.select(tables.pending.c.source).union(going_on))))

    def settle(
        self, hold: Hold, entries: Collection[Entry], run: Run | None = None, also: Iterable[str] = ()
    ) -> None:
        """Write down records that are now stored and indexed, and end their intentions.

        The intentions of the records `also` end too, of which there is nothing to write down. With it goes
        what `run` counts as missing and gone, so that a crash counts nothing twice.
        """
        rows = [_columns(entry) for entry in entries]
        done = [*(entry.id for entry in entries), *also]
        with self.leases.fenced(hold) as db:
            self.database.put(db, tables.records, rows)
            pending = tables.pending.c
            theirs = sql.and_(pending.source == hold.source, pending.holder == hold.holder)
            db.execute(tables.pending.delete().where(theirs, self.database.among(pending.id, done)))
            if run is not None:
                swept = {"missing": run.missing, "gone": run.gone}
                db.execute(tables.runs.update().where(tables.runs.c.id == run.id).values(swept))

    def touch(self, hold: Hold, ids: Sequence[str], run: int) -> None:
        """Note that records were seen, unchanged, in a run."""
        values = {"seen": run, "missed": 0, "missing_since": None, "state": PRESENT, "leaving": None}
        seen = self.database.among(tables.records.c.id, ids)
        with self.leases.fenced(hold) as db:
            db.execute(tables.records.update().where(seen).values(values))

    def seen(self, source: str, run: int) -> frozenset[str]:
        """The records that a run has had so far."""
        query = sql.select(tables.records.c.id).where(
            tables.records.c.source == source, tables.records.c.seen == run
        )
        with self.database.reading() as db:
            return frozenset(db.scalars(query))

    def send_away(self, hold: Hold, ids: Sequence[str], run: int) -> None:
        """Note that records are to be withdrawn by a run, as the source or their absence wants it."""
        meant = self.database.among(tables.records.c.id, ids), tables.records.c.state != GONE
        with self.leases.fenced(hold) as db:
            db.execute(tables.records.update().where(*meant).values(leaving=run))

    def leaving(self, source: str, limit: int | None = None, offset: int = 0) -> tuple[Entry, ...]:
        """The records of a source that are to be withdrawn and are not yet, by id."""
        query = tables.records.select().where(is_leaving(source)).order_by(tables.records.c.id)
        with self.database.reading() as db:
            rows = db.execute(query.limit(limit).offset(offset)).all()
        return tuple(Entry(**row._mapping) for row in rows)

    def waiting(self, source: str, run: int | None = None) -> Waiting:
        """How many `leaving` has, of all runs or of those up to one; nothing of the records is read."""
        leaving = tables.records.c.leaving
        query = sql.select(sql.func.count(), sql.func.max(leaving)).where(is_leaving(source))
        if run is not None:
            query = query.where(leaving <= run)
        with self.database.reading() as db:
            number, last = db.execute(query).one()
        return Waiting(int(number), int(last or 0))

    def leaving_counts(self) -> dict[str, int]:
        """How many records of each source are to be withdrawn and are not yet."""
        query = (
            sql.select(tables.records.c.source, sql.func.count())
            .where(tables.records.c.leaving.is_not(None), tables.records.c.state != GONE)
            .group_by(tables.records.c.source)
        )
        with self.database.reading() as db:
            return {name: int(count) for name, count in db.execute(query).all()}

    def stay(self, hold: Hold, ids: Sequence[str]) -> None:
        """Let records stay that were to be withdrawn; if they stay away, they are missing anew."""
        values = {"leaving": None, "missed": 0, "missing_since": None}
        with self.leases.fenced(hold) as db:
            db.execute(
                tables.records.update().where(self.database.among(tables.records.c.id, ids)).values(values)
            )

    def snapshot(self, file: Path) -> None:
        """Write a consistent copy into a new file, which is a ledger on SQLite."""
        if not self.database.on_server:
            with self.database.reading() as db:
                db.exec_driver_sql("VACUUM INTO ?", (str(file),))
        copy = Ledger(f"sqlite:///{file}")
        try:
            if self.database.on_server:
                self.copy_to(copy)
            copy.leases.clear()
        finally:
            copy.close()

    def copy_to(self, other: "Ledger") -> dict[str, int]:
        """Write all that this ledger holds into another one; see `catalogue.transfer.copy`."""
        return transfer.copy(self.database, other.database)

    def counts(self) -> dict[str, int]:
        """How many rows each table has that `copy_to` copies."""
        return transfer.counts(self.database)

    def close(self) -> None:
        """Close all connections."""
        self.database.close()


def is_leaving(source: str) -> sql.ColumnElement[bool]:
    """Whether a record of a source is to be withdrawn and is not yet, as a part of a statement."""
    record = tables.records.c
    return sql.and_(record.source == source, record.leaving.is_not(None), record.state != GONE)


def _intentions(hold: Hold, ids: Iterable[str]) -> list[tuple[object, ...]]:
    return [(id, hold.holder, hold.source) for id in ids]


def _columns(value: Entry) -> dict[str, object]:
    return {name: getattr(value, name) for name in value.__dataclass_fields__}
