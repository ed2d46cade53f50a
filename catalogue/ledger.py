"""What is neither metadata nor index: harvest sources, their runs, and what became of each record.

Several processes may share a ledger on PostgreSQL. What a run writes it writes under the lease of its
source (`catalogue/leases.py`), and each such method raises Conflict when that is lost.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Final

import sqlalchemy as sql
from sqlalchemy.exc import IntegrityError

from catalogue import tables, transfer
from catalogue.clock import utc_now
from catalogue.database import Database
from catalogue.errors import CatalogueError, Conflict, NotFound
from catalogue.leases import TTL, Hold, Leases
from catalogue.tables import RUNNING
from catalogue.upgrade import upgrade

PRESENT: Final = "present"
MISSING: Final = "missing"
GONE: Final = "gone"

COMPLETE: Final = "complete"
PARTIAL: Final = "partial"
FAILED: Final = "failed"


@dataclass(frozen=True, slots=True)
class Source:
    """A place that records come from: a feed that is harvested, or the files that are imported."""

    name: str
    kind: str
    url: str
    created: datetime
    options: Mapping[str, str] = field(default_factory=dict)

    @property
    def address(self) -> str:
        """The URL as it may be shown: without a user name and password."""
        scheme, mark, rest = self.url.partition("://")
        host, slash, path = rest.partition("/")
        return scheme + mark + host.rpartition("@")[2] + slash + path


@dataclass(frozen=True, slots=True)
class Run:
    """One harvest of one source; `missing` and `gone` count the records that this run found absent."""

    id: int
    source: str
    state: str
    started: datetime
    ended: datetime | None = None
    new: int = 0
    changed: int = 0
    unchanged: int = 0
    rejected: int = 0
    missing: int = 0
    gone: int = 0
    message: str = ""


@dataclass(frozen=True, slots=True)
class Entry:
    """What the ledger knows of a record; `seen` is the last run with it, `missed` the complete runs since."""

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


@dataclass(frozen=True, slots=True)
class Quarantined:
    """Something that a run could not use, as it came."""

    run: int
    origin: str
    place: str
    reason: str
    raw: bytes


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

    def add_source(self, source: Source) -> None:
        """Keep a new source; raises Conflict when the name is taken."""
        row = {**_columns(source), "options": dict(source.options)}
        try:
            with self.database.writing() as db:
                db.execute(tables.sources.insert().values(row))
        except IntegrityError as error:
            raise Conflict(
                f"There is a source called “{source.name}” already. Choose another name."
            ) from error

    def move_source(self, name: str, url: str) -> None:
        """Note that a source has a new address."""
        with self.database.writing() as db:
            db.execute(tables.sources.update().where(tables.sources.c.name == name).values(url=url))

    def source(self, name: str) -> Source:
        """The source called `name`; raises NotFound."""
        with self.database.reading() as db:
            row = db.execute(tables.sources.select().where(tables.sources.c.name == name)).first()
        if row is None:
            raise NotFound(f"There is no source called “{name}”.")
        return Source(**row._mapping)

    def sources(self) -> tuple[Source, ...]:
        """All sources by name."""
        with self.database.reading() as db:
            rows = db.execute(tables.sources.select().order_by(tables.sources.c.name)).all()
        return tuple(Source(**row._mapping) for row in rows)

    def start_run(self, source: str, started: datetime) -> Run:
        """Open a run."""
        with self.database.writing() as db:
            values = {"source": source, "state": RUNNING, "started": started}
            id = db.scalar(tables.runs.insert().values(values).returning(tables.runs.c.id))
        return Run(id or 0, source, RUNNING, started)

    def close_open_runs(self, hold: Hold, now: datetime) -> None:
        """Close as failed the runs of a source that a crash left open; for a holder that runs nothing yet."""
        open_ = tables.runs.c.source == hold.source, tables.runs.c.state == RUNNING
        values = {"state": FAILED, "ended": now, "message": "The run was interrupted."}
        with self._held(hold) as db:
            db.execute(tables.runs.update().where(*open_).values(values))

    def end_run(self, hold: Hold, run: Run) -> None:
        """Write down how a run went."""
        with self._held(hold) as db:
            db.execute(tables.runs.update().where(tables.runs.c.id == run.id).values(_columns(run)))

    def run(self, id: int) -> Run:
        """One run; raises NotFound."""
        with self.database.reading() as db:
            row = db.execute(tables.runs.select().where(tables.runs.c.id == id)).first()
        if row is None:
            raise NotFound(f"There is no run {id}.")
        return Run(**row._mapping)

    def runs(self, source: str | None = None, limit: int = 50) -> tuple[Run, ...]:
        """The newest runs first, of one source or of all."""
        query = tables.runs.select().order_by(tables.runs.c.id.desc()).limit(limit)
        if source is not None:
            query = query.where(tables.runs.c.source == source)
        with self.database.reading() as db:
            return tuple(Run(**row._mapping) for row in db.execute(query).all())

    def reject(self, hold: Hold, items: Sequence[Quarantined]) -> None:
        """Keep what could not be used."""
        if items:
            with self._held(hold) as db:
                self.database.put(db, tables.rejected, [_columns(item) for item in items])

    def rejected(self, run: int) -> tuple[Quarantined, ...]:
        """What a run could not use, in the order it came."""
        query = tables.rejected.select().where(tables.rejected.c.run == run).order_by(tables.rejected.c.id)
        with self.database.reading() as db:
            rows = db.execute(query).all()
        return tuple(Quarantined(r.run, r.origin, r.place, r.reason, r.raw) for r in rows)

    def entry(self, id: str) -> Entry:
        """What is known of a record; raises NotFound."""
        found = self.entries([id])
        if id not in found:
            raise NotFound(f"There is no record {id}.")
        return found[id]

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
        with self._held(hold) as db:
            db.execute(_intentions_of(hold))
            self.database.put(db, tables.pending, _intentions(hold, ids))

    def doubt(self, hold: Hold, ids: Iterable[str]) -> None:
        """Note records that a holder may have written after its time; the next holder looks at them."""
        with self.database.writing() as db:
            self.database.put(db, tables.pending, _intentions(hold, ids))

    def intended(self, source: str | None = None) -> tuple[str, ...]:
        """The records that a crash may have left written in one engine and not in the other."""
        query = sql.select(tables.pending.c.id).distinct().order_by(tables.pending.c.id)
        if source is not None:
            query = query.where(tables.pending.c.source == source)
        with self.database.reading() as db:
            return tuple(db.scalars(query))

    def adopt(self, hold: Hold) -> tuple[str, ...]:
        """Take over what earlier holders of a source intended and did not settle."""
        ids = self.intended(hold.source)
        if ids:
            with self._held(hold) as db:
                db.execute(tables.pending.delete().where(tables.pending.c.source == hold.source))
                self.database.put(db, tables.pending, _intentions(hold, ids))
        return ids

    def unfinished(self) -> tuple[str, ...]:
        """The sources with intentions or open runs: they are being written, or a crash left them so."""
        going_on = sql.select(tables.runs.c.source).where(tables.runs.c.state == RUNNING)
        with self.database.reading() as db:
            return tuple(sorted(db.scalars(sql.select(tables.pending.c.source).union(going_on))))

    def settle(self, hold: Hold, entries: Iterable[Entry]) -> None:
        """Write down records that are now stored and indexed, and end the intention."""
        rows = [_columns(entry) for entry in entries]
        with self._held(hold) as db:
            self.database.put(db, tables.records, rows)
            db.execute(_intentions_of(hold))

    def touch(self, hold: Hold, ids: Sequence[str], run: int) -> None:
        """Note that records were seen, unchanged, in a run."""
        values = {"seen": run, "missed": 0, "missing_since": None, "state": PRESENT}
        seen = self.database.among(tables.records.c.id, ids)
        with self._held(hold) as db:
            db.execute(tables.records.update().where(seen).values(values))

    def unseen(self, source: str, run: int) -> tuple[Entry, ...]:
        """The records of a source that are not gone and were not in this run."""
        query = tables.records.select().where(
            tables.records.c.source == source, tables.records.c.seen != run, tables.records.c.state != GONE
        )
        with self.database.reading() as db:
            return tuple(Entry(**row._mapping) for row in db.execute(query).all())

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

    @contextmanager
    def _held(self, hold: Hold) -> Iterator[sql.Connection]:
        """A transaction under a lease: nobody else gets it before the transaction ends."""
        with self.database.writing() as db:
            self.leases.fence(db, hold)
            yield db


def _intentions(hold: Hold, ids: Iterable[str]) -> list[dict[str, object]]:
    return [{"id": id, "holder": hold.holder, "source": hold.source} for id in ids]


def _intentions_of(hold: Hold) -> sql.Delete:
    return tables.pending.delete().where(
        tables.pending.c.source == hold.source, tables.pending.c.holder == hold.holder
    )


def _columns(value: Source | Run | Entry | Quarantined) -> dict[str, object]:
    return {name: getattr(value, name) for name in value.__dataclass_fields__}
