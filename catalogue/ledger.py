"""What is neither metadata nor index: harvest sources, their runs, and what became of each record.

Tables: `sources`; `runs`, one row a harvest; `records`, one row a record with the digest of what is
stored; `rejected`, what could not be used, with its raw bytes; `pending`, the records whose graph
and index entry are being written, so that a crash between the two is mended at the next start.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

import sqlalchemy as sql
from sqlalchemy.exc import IntegrityError

from catalogue.errors import Conflict, NotFound

PRESENT: Final = "present"
MISSING: Final = "missing"
GONE: Final = "gone"

RUNNING: Final = "running"
COMPLETE: Final = "complete"
PARTIAL: Final = "partial"
FAILED: Final = "failed"

_metadata = sql.MetaData()


class _Time(sql.TypeDecorator[datetime]):
    """An aware UTC time; SQLite keeps it without its zone."""

    impl = sql.DateTime
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: object) -> datetime | None:
        return value.astimezone(UTC).replace(tzinfo=None) if value else None

    def process_result_value(self, value: datetime | None, dialect: object) -> datetime | None:
        return value.replace(tzinfo=UTC) if value else None


_facts = sql.Table(
    "facts",
    _metadata,
    sql.Column("name", sql.String, primary_key=True),
    sql.Column("value", sql.String, nullable=False),
)
_sources = sql.Table(
    "sources",
    _metadata,
    sql.Column("name", sql.String, primary_key=True),
    sql.Column("kind", sql.String, nullable=False),
    sql.Column("url", sql.String, nullable=False),
    sql.Column("options", sql.JSON, nullable=False),
    sql.Column("created", _Time, nullable=False),
)
_runs = sql.Table(
    "runs",
    _metadata,
    sql.Column("id", sql.Integer, primary_key=True),
    sql.Column("source", sql.String, nullable=False, index=True),
    sql.Column("state", sql.String, nullable=False),
    sql.Column("started", _Time, nullable=False),
    sql.Column("ended", _Time),
    sql.Column("new", sql.Integer, nullable=False, default=0),
    sql.Column("changed", sql.Integer, nullable=False, default=0),
    sql.Column("unchanged", sql.Integer, nullable=False, default=0),
    sql.Column("rejected", sql.Integer, nullable=False, default=0),
    sql.Column("missing", sql.Integer, nullable=False, default=0),
    sql.Column("gone", sql.Integer, nullable=False, default=0),
    sql.Column("message", sql.String, nullable=False, default=""),
)
_records = sql.Table(
    "records",
    _metadata,
    sql.Column("id", sql.String, primary_key=True),
    sql.Column("source", sql.String, nullable=False),
    sql.Column("subject", sql.String, nullable=False),
    sql.Column("kind", sql.String, nullable=False),
    sql.Column("title", sql.String, nullable=False),
    sql.Column("digest", sql.String, nullable=False),
    sql.Column("state", sql.String, nullable=False),
    sql.Column("issued", _Time, nullable=False),
    sql.Column("modified", _Time, nullable=False),
    sql.Column("seen", sql.Integer, nullable=False),
    sql.Column("missed", sql.Integer, nullable=False, default=0),
    sql.Column("missing_since", _Time),
    sql.Index("records_by_source", "source", "state"),
)
_rejected = sql.Table(
    "rejected",
    _metadata,
    sql.Column("id", sql.Integer, primary_key=True),
    sql.Column("run", sql.Integer, nullable=False, index=True),
    sql.Column("origin", sql.String, nullable=False),
    sql.Column("place", sql.String, nullable=False),
    sql.Column("reason", sql.String, nullable=False),
    sql.Column("raw", sql.LargeBinary, nullable=False),
)
_pending = sql.Table("pending", _metadata, sql.Column("id", sql.String, primary_key=True))


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
    """The book of sources, runs and records, on SQLAlchemy; `url` None keeps it in memory."""

    def __init__(self, url: str | None) -> None:
        if url is None:
            # One connection, lent to one thread at a time: the database goes when it is closed.
            self._engine = sql.create_engine(
                "sqlite://",
                poolclass=sql.QueuePool,
                pool_size=1,
                max_overflow=0,
                connect_args={"check_same_thread": False},
            )
        else:
            self._engine = sql.create_engine(url)
        if self._engine.dialect.name == "sqlite":
            sql.event.listen(self._engine, "connect", _durable)
        _metadata.create_all(self._engine)

    def fact(self, name: str, value: str) -> str:
        """A fact about this installation: the value of its first mention, which `value` may be."""
        with self._engine.begin() as db:
            kept = db.scalar(sql.select(_facts.c.value).where(_facts.c.name == name))
            if kept is None:
                db.execute(_facts.insert().values(name=name, value=value))
            return value if kept is None else str(kept)

    def add_source(self, source: Source) -> None:
        """Keep a new source; raises Conflict when the name is taken."""
        row = {**_columns(source), "options": dict(source.options)}
        try:
            with self._engine.begin() as db:
                db.execute(_sources.insert().values(row))
        except IntegrityError as error:
            raise Conflict(
                f"There is a source called “{source.name}” already. Choose another name."
            ) from error

    def move_source(self, name: str, url: str) -> None:
        """Note that a source has a new address."""
        with self._engine.begin() as db:
            db.execute(_sources.update().where(_sources.c.name == name).values(url=url))

    def source(self, name: str) -> Source:
        """The source called `name`; raises NotFound."""
        with self._engine.connect() as db:
            row = db.execute(_sources.select().where(_sources.c.name == name)).first()
        if row is None:
            raise NotFound(f"There is no source called “{name}”.")
        return Source(**row._mapping)

    def sources(self) -> tuple[Source, ...]:
        """All sources by name."""
        with self._engine.connect() as db:
            rows = db.execute(_sources.select().order_by(_sources.c.name)).all()
        return tuple(Source(**row._mapping) for row in rows)

    def start_run(self, source: str, started: datetime) -> Run:
        """Open a run."""
        with self._engine.begin() as db:
            values = {"source": source, "state": RUNNING, "started": started}
            id = db.scalar(_runs.insert().values(values).returning(_runs.c.id))
        return Run(id or 0, source, RUNNING, started)

    def close_open_runs(self, now: datetime) -> None:
        """Close as failed the runs that a crash left open; for the start, when none can be running."""
        with self._engine.begin() as db:
            db.execute(
                _runs.update()
                .where(_runs.c.state == RUNNING)
                .values(state=FAILED, ended=now, message="The run was interrupted.")
            )

    def end_run(self, run: Run) -> None:
        """Write down how a run went."""
        with self._engine.begin() as db:
            db.execute(_runs.update().where(_runs.c.id == run.id).values(_columns(run)))

    def run(self, id: int) -> Run:
        """One run; raises NotFound."""
        with self._engine.connect() as db:
            row = db.execute(_runs.select().where(_runs.c.id == id)).first()
        if row is None:
            raise NotFound(f"There is no run {id}.")
        return Run(**row._mapping)

    def runs(self, source: str | None = None, limit: int = 50) -> tuple[Run, ...]:
        """The newest runs first, of one source or of all."""
        query = _runs.select().order_by(_runs.c.id.desc()).limit(limit)
        if source is not None:
            query = query.where(_runs.c.source == source)
        with self._engine.connect() as db:
            return tuple(Run(**row._mapping) for row in db.execute(query).all())

    def reject(self, items: Sequence[Quarantined]) -> None:
        """Keep what could not be used."""
        if items:
            with self._engine.begin() as db:
                db.execute(_rejected.insert(), [_columns(item) for item in items])

    def rejected(self, run: int) -> tuple[Quarantined, ...]:
        """What a run could not use, in the order it came."""
        query = _rejected.select().where(_rejected.c.run == run).order_by(_rejected.c.id)
        with self._engine.connect() as db:
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
        query = _records.select().where(_records.c.id.in_(list(ids)))
        with self._engine.connect() as db:
            return {row.id: Entry(**row._mapping) for row in db.execute(query).all()}

    def page(
        self, after: str = "", limit: int = 100, offset: int = 0, source: str | None = None
    ) -> tuple[Entry, ...]:
        """The records that are not gone, of one source or of all, by id.

        It begins behind `after`, and there leaves out the first `offset`.
        """
        query = (
            _records.select()
            .where(_records.c.id > after, _records.c.state != GONE)
            .order_by(_records.c.id)
            .limit(limit)
            .offset(offset)
        )
        if source is not None:
            query = query.where(_records.c.source == source)
        with self._engine.connect() as db:
            return tuple(Entry(**row._mapping) for row in db.execute(query).all())

    def sizes(self) -> dict[str, int]:
        """How many records that are not gone each source has, by name; sources without any are left out."""
        query = (
            sql.select(_records.c.source, sql.func.count())
            .where(_records.c.state != GONE)
            .group_by(_records.c.source)
            .order_by(_records.c.source)
        )
        with self._engine.connect() as db:
            return {name: int(count) for name, count in db.execute(query).all()}

    def count(self, source: str | None = None, kinds: Sequence[str] = ()) -> int:
        """How many records are not gone, of one source or of all, of some kinds or of all."""
        query = sql.select(sql.func.count()).where(_records.c.state != GONE)
        if source is not None:
            query = query.where(_records.c.source == source)
        if kinds:
            query = query.where(_records.c.kind.in_(kinds))
        with self._engine.connect() as db:
            return int(db.scalar(query) or 0)

    def intend(self, ids: Iterable[str]) -> None:
        """Note which records are about to be written, before the first engine is touched."""
        with self._engine.begin() as db:
            db.execute(sql.delete(_pending))
            db.execute(_pending.insert(), [{"id": id} for id in ids])

    def intended(self) -> tuple[str, ...]:
        """The records that a crash may have left written in one engine and not in the other."""
        with self._engine.connect() as db:
            return tuple(db.scalars(sql.select(_pending.c.id)))

    def settle(self, entries: Iterable[Entry]) -> None:
        """Write down records that are now stored and indexed, and end the intention."""
        rows = [_columns(entry) for entry in entries]
        with self._engine.begin() as db:
            if rows:
                gone = _records.delete().where(_records.c.id == sql.bindparam("old"))
                db.execute(gone, [{"old": row["id"]} for row in rows])
                db.execute(_records.insert(), rows)
            db.execute(sql.delete(_pending))

    def touch(self, ids: Sequence[str], run: int) -> None:
        """Note that records were seen, unchanged, in a run."""
        values = {"seen": run, "missed": 0, "missing_since": None, "state": PRESENT}
        with self._engine.begin() as db:
            db.execute(_records.update().where(_records.c.id.in_(ids)).values(values))

    def unseen(self, source: str, run: int) -> tuple[Entry, ...]:
        """The records of a source that are not gone and were not in this run."""
        query = _records.select().where(
            _records.c.source == source, _records.c.seen != run, _records.c.state != GONE
        )
        with self._engine.connect() as db:
            return tuple(Entry(**row._mapping) for row in db.execute(query).all())

    def snapshot(self, file: Path) -> None:
        """Write a consistent copy into a new file (SQLite)."""
        with self._engine.connect() as db:
            db.exec_driver_sql("VACUUM INTO ?", (str(file),))

    def close(self) -> None:
        """Close all connections."""
        self._engine.dispose()


def _durable(connection: object, _: object) -> None:
    cursor = connection.cursor()  # type: ignore[attr-defined]
    cursor.execute("PRAGMA journal_mode=WAL")
    cursor.execute("PRAGMA synchronous=FULL")
    cursor.execute("PRAGMA busy_timeout=5000")
    cursor.close()


def _columns(value: Source | Run | Entry | Quarantined) -> dict[str, object]:
    return {name: getattr(value, name) for name in value.__dataclass_fields__}
