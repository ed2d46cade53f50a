"""The book of runs: how each harvest went, what it could not use, and where one that was cut off goes on."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, fields
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Final

import sqlalchemy as sql

from catalogue import tables
from catalogue.database import Database
from catalogue.errors import NotFound
from catalogue.records import Said
from catalogue.sources import moves
from catalogue.tables import RUNNING

if TYPE_CHECKING:
    from catalogue.leases import Hold, Leases

COMPLETE: Final = "complete"
PARTIAL: Final = "partial"
FAILED: Final = "failed"
INTERRUPTED: Final = "interrupted"
"""The state of a run that was cut off and goes on with the next harvest of its source."""

FRESH: Final = timedelta(hours=24)
"""How long after its beginning a run that was cut off can still go on."""

KEPT: Final = timedelta(days=365)
"""How long runs and what they could not use are remembered."""

_MOST: Final = 2**63 - 1
"""The greatest number that a database can be asked for."""

_runs: Final = tables.runs
_points: Final = tables.checkpoints
_rejected: Final = tables.rejected
_log: Final = tables.log


@dataclass(frozen=True, slots=True)
class Run:
    """One harvest of one source.

    `missing` and `gone` count the records that this run found absent, `withheld` those that it would
    have withdrawn if a person did not have to look first. `whole` says that it read everything, not
    only what changed. `resumed` counts how often it was cut off and went on. `steps` has the seconds
    that each step took. `moves` is how often its source had moved when it began.
    """

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
    whole: bool = True
    withheld: int = 0
    resumed: int = 0
    steps: Mapping[str, float] = field(default_factory=dict)
    moves: int = 0


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """What a run had come to when all of its items so far were stored.

    `remembered` is what its harvest was handed, `noted` what it is to be remembered by. `rejected`
    is how many things it could not use, `unknown` how many of them name no record. `fault` is why it
    cannot be complete.
    """

    cursor: str = ""
    remembered: Mapping[str, str] = field(default_factory=dict)
    noted: Mapping[str, str] = field(default_factory=dict)
    whole: bool = True
    declared: int = 0
    unknown: int = 0
    rejected: int = 0
    fault: str = ""


@dataclass(frozen=True, slots=True)
class Quarantined:
    """Something that a run could not use, as it came; `id` is 0 until it is kept."""

    run: int
    origin: str
    place: str
    reason: str
    raw: bytes
    id: int = field(default=0, compare=False)


class Runs:
    """The runs of one ledger."""

    def __init__(self, database: Database, leases: "Leases") -> None:
        self._database = database
        self._leases = leases

    def start(self, source: str, started: datetime) -> Run:
        """Open a run."""
        with self._database.writing() as db:
            values = {"source": source, "state": RUNNING, "started": started, "moves": moves(source)}
            row = db.execute(_runs.insert().values(values).returning(_runs)).one()
        return Run(**row._mapping)

    def going_on(self, source: str) -> Run | None:
        """The run of a source that is open, or was cut off and is to go on."""
        query = _runs.select().where(_runs.c.source == source, _runs.c.state.in_([RUNNING, INTERRUPTED]))
        with self._database.reading() as db:
            row = db.execute(query.order_by(_runs.c.id.desc()).limit(1)).first()
        return Run(**row._mapping) if row else None

    def reach(self, hold: "Hold", run: int, point: Checkpoint) -> None:
        """Note that all that came before this point is stored."""
        with self._leases.fenced(hold) as db:
            self._database.put(db, _points, [{"run": run, **_columns(point)}])

    def resume(self, hold: "Hold", run: Run) -> tuple[Run, Checkpoint] | None:
        """Go on with a run that was cut off, its counts as the ledger has them; None where it cannot.

        It cannot without a checkpoint, nor when its source has moved since. What it could not use
        behind the checkpoint is forgotten, for it comes again.
        """
        with self._leases.fenced(hold) as db:
            row = db.execute(sql.select(*_of(_points, Checkpoint)).where(_points.c.run == run.id)).first()
            if row is None or db.scalar(sql.select(moves(run.source))) != run.moves:
                return None
            point = Checkpoint(**row._mapping)
            self._forget_behind(db, run.id, point.rejected)
            new, changed, unchanged = _counted(db, run)
            values: dict[str, object] = {
                "new": new,
                "changed": changed,
                "unchanged": unchanged,
                "rejected": point.rejected,
            }
            values |= {"state": RUNNING, "ended": None, "message": "", "resumed": run.resumed + 1}
            db.execute(_runs.update().where(_runs.c.id == run.id).values(values))
        return self.run(run.id), point

    def interrupt(self, hold: "Hold", now: datetime) -> None:
        """Close the runs of a source that a crash left open; for a holder that runs nothing yet.

        Those that have a checkpoint can go on; the others have failed, and count as such.
        """
        open_ = _runs.c.source == hold.source, _runs.c.state == RUNNING
        reached = _runs.c.id.in_(sql.select(_points.c.run))
        again = {"state": INTERRUPTED, "ended": now, "message": "It was cut off and goes on with the next."}
        with self._leases.fenced(hold) as db:
            db.execute(_runs.update().where(*open_, reached).values(again))
            _give_up(db, hold, open_, now)

    def give_up(self, hold: "Hold", now: datetime) -> None:
        """Close as failed all runs of a source that are open or were to go on."""
        open_ = _runs.c.source == hold.source, _runs.c.state.in_([RUNNING, INTERRUPTED])
        with self._leases.fenced(hold) as db:
            db.execute(_points.delete().where(_points.c.run.in_(sql.select(_runs.c.id).where(*open_))))
            _give_up(db, hold, open_, now)

    def end(self, hold: "Hold", run: Run) -> None:
        """Write down how a run went."""
        with self._leases.fenced(hold) as db:
            db.execute(_runs.update().where(_runs.c.id == run.id).values(_columns(run)))
            db.execute(_points.delete().where(_points.c.run == run.id))

    def pause(self, hold: "Hold", run: Run) -> None:
        """Write down how far a run came that goes on later; its checkpoint stays."""
        with self._leases.fenced(hold) as db:
            db.execute(_runs.update().where(_runs.c.id == run.id).values(_columns(run)))

    def tell(self, hold: "Hold", run: Run) -> None:
        """Write down how a run goes; it stays open."""
        counts = {name: getattr(run, name) for name in ("new", "changed", "unchanged", "rejected")}
        with self._leases.fenced(hold) as db:
            db.execute(_runs.update().where(_runs.c.id == run.id).values(counts))

    def run(self, id: int) -> Run:
        """One run; raises NotFound."""
        with self._database.reading() as db:
            row = db.execute(_runs.select().where(_runs.c.id == id)).first() if id <= _MOST else None
        if row is None:
            raise NotFound(f"There is no run {id}.")
        return Run(**row._mapping)

    def newest(self, source: str | None = None, limit: int = 50, offset: int = 0) -> tuple[Run, ...]:
        """The newest runs first, of one source or of all; the first `offset` are left out."""
        query = _runs.select().order_by(_runs.c.id.desc()).limit(limit).offset(offset)
        if source is not None:
            query = query.where(_runs.c.source == source)
        with self._database.reading() as db:
            return tuple(Run(**row._mapping) for row in db.execute(query).all())

    def last(self) -> dict[str, Run]:
        """The newest run of each source, by name."""
        newest = sql.select(sql.func.max(_runs.c.id)).group_by(_runs.c.source)
        with self._database.reading() as db:
            rows = db.execute(_runs.select().where(_runs.c.id.in_(newest))).all()
        return {row.source: Run(**row._mapping) for row in rows}

    def latest(self, sources: Iterable[str], number: int) -> dict[str, tuple[Run, ...]]:
        """The newest runs of each of several sources that are kept, newest first, in one question."""
        name, earlier = tables.sources.c.name, _runs.alias()
        oldest = (
            sql.select(earlier.c.id)
            .where(earlier.c.source == name)
            .order_by(earlier.c.id.desc())
            .offset(number - 1)
            .limit(1)
            .scalar_subquery()
        )
        query = (
            sql.select(_runs)
            .join(tables.sources, name == _runs.c.source)
            .where(self._database.among(name, sources), _runs.c.id >= sql.func.coalesce(oldest, 0))
            .order_by(_runs.c.id.desc())
        )
        found: dict[str, list[Run]] = {}
        with self._database.reading() as db:
            for row in db.execute(query):
                found.setdefault(row.source, []).append(Run(**row._mapping))
        return {source: tuple(runs) for source, runs in found.items()}

    def count(self, source: str) -> int:
        """How many runs of a source are remembered."""
        with self._database.reading() as db:
            return int(db.scalar(sql.select(sql.func.count()).where(_runs.c.source == source)) or 0)

    def failing_since(self, source: str, complete: datetime | None) -> datetime | None:
        """When the first run began that got not all, after the last complete one began."""
        query = sql.select(sql.func.min(_runs.c.started)).where(
            _runs.c.source == source, _runs.c.state.in_([PARTIAL, FAILED])
        )
        if complete is not None:
            query = query.where(_runs.c.started > complete)
        with self._database.reading() as db:
            found: datetime | None = db.scalar(query)
        return found

    def reject(self, hold: "Hold", items: Sequence[Quarantined]) -> None:
        """Keep what could not be used."""
        if items:
            rows = [{n: v for n, v in _columns(item).items() if n != "id"} for item in items]
            with self._leases.fenced(hold) as db:
                self._database.put(db, _rejected, rows)

    def rejected(self, run: int, limit: int | None = None, offset: int = 0) -> tuple[Quarantined, ...]:
        """What a run could not use, in the order it came."""
        query = _rejected.select().where(_rejected.c.run == run).order_by(_rejected.c.id)
        with self._database.reading() as db:
            rows = db.execute(query.limit(limit).offset(offset)).all()
        return tuple(_quarantined(row) for row in rows)

    def places(self, run: int) -> tuple[str, ...]:
        """Where that stood which a run could not use, without its bytes."""
        query = sql.select(_rejected.c.place).where(_rejected.c.run == run).order_by(_rejected.c.id)
        with self._database.reading() as db:
            return tuple(db.scalars(query))

    def problem(self, run: int, id: int) -> Quarantined:
        """One thing that a run could not use; raises NotFound."""
        query = _rejected.select().where(_rejected.c.run == run, _rejected.c.id == id)
        with self._database.reading() as db:
            row = db.execute(query).first()
        if row is None:
            raise NotFound(f"Run {run} has no problem {id}.")
        return _quarantined(row)

    def say(self, hold: "Hold", run: int, lines: Sequence[Said]) -> None:
        """Add lines to the log of a run."""
        if lines:
            rows = [{"run": run, **_columns(line)} for line in lines]
            with self._leases.fenced(hold) as db:
                self._database.put(db, _log, rows)

    def said(self, run: int, level: int = 0, limit: int | None = None, offset: int = 0) -> tuple[Said, ...]:
        """The log of a run from a level of `logging` on, in the order of time."""
        query = sql.select(*_of(_log, Said)).where(_log.c.run == run, _log.c.level >= level)
        with self._database.reading() as db:
            rows = db.execute(query.order_by(_log.c.id).limit(limit).offset(offset)).all()
        return tuple(Said(**row._mapping) for row in rows)

    def lines(self, run: int) -> dict[int, int]:
        """How many lines of each level the log of a run has."""
        query = sql.select(_log.c.level, sql.func.count()).where(_log.c.run == run).group_by(_log.c.level)
        with self._database.reading() as db:
            return {int(level): int(count) for level, count in db.execute(query).all()}

    def forget_old(self, now: datetime) -> None:
        """Forget the runs of more than a year ago and all that was kept of them, but the last of a source."""
        newest = sql.select(sql.func.max(_runs.c.id)).group_by(_runs.c.source)
        old = sql.select(_runs.c.id).where(_runs.c.ended < now - KEPT, _runs.c.id.not_in(newest))
        with self._database.reading() as db:
            if db.scalar(old.limit(1)) is None:
                return
        with self._database.writing() as db:
            for table in (_rejected, _log, _points):
                db.execute(table.delete().where(table.c.run.in_(old)))
            db.execute(_runs.delete().where(_runs.c.id.in_(old)))

    def _forget_behind(self, db: sql.Connection, run: int, number: int) -> None:
        """Forget all but the first of what a run could not use."""
        here = _rejected.c.run == run
        beyond = sql.select(_rejected.c.id).where(here).order_by(_rejected.c.id).offset(number).limit(1)
        db.execute(_rejected.delete().where(here, _rejected.c.id >= beyond.scalar_subquery()))


def _give_up(
    db: sql.Connection, hold: "Hold", open_: tuple[sql.ColumnElement[bool], ...], now: datetime
) -> None:
    """Close runs as failed; their source counts them."""
    over = {"state": FAILED, "ended": now, "message": "The run was interrupted."}
    number = db.execute(_runs.update().where(*open_).values(over)).rowcount
    sources = tables.sources
    more = {"failures": sources.c.failures + number}
    db.execute(sources.update().where(sources.c.name == hold.source, sources.c.url != "").values(more))


def _counted(db: sql.Connection, run: Run) -> tuple[int, int, int]:
    """How many records a run has brought, changed and found unchanged, as the ledger has it."""
    record = tables.records.c
    kinds = (
        record.first == run.id,
        (record.written == run.id) & (record.first != run.id),
        record.written != run.id,
    )
    sums = [sql.func.coalesce(sql.func.sum(sql.case((kind, 1), else_=0)), 0) for kind in kinds]
    row = db.execute(sql.select(*sums).where(record.source == run.source, record.seen == run.id)).one()
    return int(row[0]), int(row[1]), int(row[2])


def _quarantined(row: sql.Row[*tuple[object, ...]]) -> Quarantined:
    return Quarantined(**row._mapping)


def _columns(value: Run | Checkpoint | Quarantined | Said) -> dict[str, object]:
    return {one.name: _storable(getattr(value, one.name)) for one in fields(value)}


def _storable(value: object) -> object:
    """A text as every database takes it: the name of a file may hold bytes that stand for no letter."""
    if isinstance(value, str) and not value.isascii():
        return value.encode("utf-8", "replace").decode()
    return value


def _of(table: sql.Table, value: type[Checkpoint] | type[Said]) -> list[sql.Column[object]]:
    return [table.c[one.name] for one in fields(value)]
