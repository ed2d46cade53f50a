"""The book of harvest sources: what each is, and how it stands between its runs."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, fields
from datetime import datetime, timedelta
from pathlib import PurePath
from typing import TYPE_CHECKING, Final

import sqlalchemy as sql
from sqlalchemy.exc import IntegrityError

from catalogue import tables
from catalogue.database import Database
from catalogue.errors import Conflict, NotFound

if TYPE_CHECKING:
    from catalogue.leases import Hold, Leases

WITHDRAW: Final = "withdraw"
ASK: Final = "ask"
KEEP: Final = "keep"

DELETIONS: Final[Mapping[str, str]] = {
    WITHDRAW: "What has been absent from three complete runs and for seven days is withdrawn.",
    ASK: "As withdraw, but a person approves each withdrawal.",
    KEEP: "What is absent is marked as missing and stays.",
}
"""What may become of the records that a source no longer has."""

_sources: Final = tables.sources
_runs: Final = tables.runs
_BEFORE_HOST: Final = re.compile(r"(?<=://)[^/?#]*@")


@dataclass(frozen=True, slots=True)
class Source:
    """A place that records come from: one that is harvested, or the files that are imported.

    `schedule` is a cron expression in UTC, "" for none. `profile` is that by which the records are
    checked, "" for what their access right selects. `deletion` is one of `DELETIONS`. `contact` is
    whom to tell of failures. Everything is read again `full_every` days after it was last, and only
    what changed in between, where that can be asked for. `credentials` are encrypted.
    """

    name: str
    kind: str
    url: str
    created: datetime
    options: Mapping[str, str] = field(default_factory=dict)
    credentials: str = field(default="", repr=False)
    schedule: str = ""
    profile: str = ""
    deletion: str = WITHDRAW
    contact: str = ""
    full_every: int = 7
    paused: bool = False

    @property
    def address(self) -> str:
        """The URL as it may be shown: without a user name and password."""
        return _BEFORE_HOST.sub("", self.url, count=1)

    @property
    def public_address(self) -> str:
        """The address for everybody's eyes: a folder on this machine goes by its name alone."""
        return self.address if "://" in self.address else PurePath(self.address).name


@dataclass(frozen=True, slots=True)
class Standing:
    """How a source stands: what its last complete run noted, and since when it fails.

    `last_complete` and `last_full` are when the last complete run began, and the last that read
    everything. `failures` counts the runs since then that were not complete; `alerted` is when that
    was told. `scheduled` is when the schedule was last acted on, or changed.
    """

    remembered: Mapping[str, str] = field(default_factory=dict)
    full_due: bool = False
    last_full: datetime | None = None
    last_complete: datetime | None = None
    scheduled: datetime | None = None
    failures: int = 0
    alerted: datetime | None = None


class Sources:
    """The sources of one ledger."""

    def __init__(self, database: Database, leases: "Leases", now: Callable[[], datetime]) -> None:
        self._database = database
        self._leases = leases
        self._now = now

    def add(self, source: Source) -> None:
        """Keep a new source; raises Conflict when the name is taken.

        A name that stands for nothing but records, of imported files or of a source that was deleted,
        is not taken: the new source has those records then.
        """
        nameless = _sources.c.name == source.name, _sources.c.url == "", sql.literal(source.url) != ""
        try:
            with self._database.writing() as db:
                db.execute(_sources.delete().where(*nameless))
                db.execute(_sources.insert().values(_row(source)))
        except IntegrityError as error:
            raise Conflict(
                f"There is a source called “{source.name}” already. Choose another name."
            ) from error

    def change(self, source: Source) -> None:
        """Keep a source as it is now; raises NotFound.

        At another address, or with other options, the source has moved: the next run begins anew and
        reads everything, whatever becomes of one that is under way or was cut off. A schedule holds
        from now on: no time of it was missed before.
        """
        before = self.named(source.name)
        values = _row(source)
        if (before.kind, before.url, dict(before.options)) != (source.kind, source.url, dict(source.options)):
            values |= {"remembered": {}, "full_due": True, "moves": _sources.c.moves + 1}
        if before.schedule != source.schedule:
            values["scheduled"] = self._now()
        self._update(source.name, values)

    def pause(self, name: str, *, paused: bool) -> None:
        """Let the schedule pass over a source or not; whatever else it is stays. Raises NotFound."""
        self.named(name)
        self._update(name, {"paused": paused})

    def remove(self, name: str) -> None:
        """Forget a source; its records and runs are not touched."""
        with self._database.writing() as db:
            db.execute(_sources.delete().where(_sources.c.name == name))

    def named(self, name: str) -> Source:
        """The source called `name`; raises NotFound."""
        with self._database.reading() as db:
            row = db.execute(sql.select(*_columns(Source)).where(_sources.c.name == name)).first()
        if row is None:
            raise NotFound(f"There is no source called “{name}”.")
        return Source(**row._mapping)

    def all(self) -> tuple[Source, ...]:
        """All sources by name."""
        with self._database.reading() as db:
            rows = db.execute(sql.select(*_columns(Source)).order_by(_sources.c.name)).all()
        return tuple(Source(**row._mapping) for row in rows)

    def profiles(self) -> dict[str, str]:
        """The profiles of the sources whose operators chose one, by name."""
        query = sql.select(_sources.c.name, _sources.c.profile).where(_sources.c.profile != "")
        with self._database.reading() as db:
            return {row.name: row.profile for row in db.execute(query).all()}

    def standing(self, name: str) -> Standing:
        """How a source stands; raises NotFound."""
        with self._database.reading() as db:
            row = db.execute(sql.select(*_columns(Standing)).where(_sources.c.name == name)).first()
        if row is None:
            raise NotFound(f"There is no source called “{name}”.")
        return Standing(**row._mapping)

    def standings(self) -> dict[str, Standing]:
        """How all sources stand, by name."""
        query = sql.select(_sources.c.name, *_columns(Standing)).order_by(_sources.c.name)
        with self._database.reading() as db:
            return {row.name: Standing(*row[1:]) for row in db.execute(query).all()}

    def ask_all(self, name: str) -> None:
        """Let the next run that begins read everything; one that does so already will do."""
        self._update(name, {"full_due": True})

    def scheduled(self, name: str, before: datetime | None, now: datetime) -> None:
        """Note that the schedule was acted on, unless another process has done so since `before`."""
        same = _sources.c.scheduled.is_(None) if before is None else _sources.c.scheduled == before
        with self._database.writing() as db:
            db.execute(_sources.update().where(_sources.c.name == name, same).values(scheduled=now))

    def alerted(self, name: str, now: datetime) -> None:
        """Note that somebody was told that a source fails."""
        self._update(name, {"alerted": now})

    def completed(
        self, hold: "Hold", began: datetime, noted: Mapping[str, str], *, whole: bool, full: bool
    ) -> None:
        """Note a complete run and what it is to be remembered by.

        A `whole` one knows of all that the source has, if only by a list of what is unchanged; a `full`
        one has read all of it, and nothing is due any more. Of a source that has moved since the run
        began nothing is remembered, and everything stays due.
        """
        here = _sources.c.name == hold.source
        values: dict[str, object] = {"last_complete": began, "failures": 0, "alerted": None}
        with self._leases.fenced(hold) as db:
            row = db.execute(sql.select(_sources.c.remembered, _sources.c.moves).where(here)).first()
            if row is not None and row.moves == db.scalar(_moves_of_run(hold.source)):
                values["remembered"] = dict(noted) if whole else {**row.remembered, **noted}
                values |= {"last_full": began, "full_due": False} if full else {}
            db.execute(_sources.update().where(here).values(values))

    def failed(self, hold: "Hold") -> None:
        """Note a run that was not complete."""
        more = {"failures": _sources.c.failures + 1}
        with self._leases.fenced(hold) as db:
            db.execute(_sources.update().where(_sources.c.name == hold.source).values(more))

    def _update(self, name: str, values: Mapping[str, object]) -> None:
        with self._database.writing() as db:
            db.execute(_sources.update().where(_sources.c.name == name).values(**values))


def moves(name: str) -> sql.ColumnElement[int]:
    """How often a source has moved, as a part of a statement; 0 for one that is not kept."""
    return sql.func.coalesce(sql.select(_sources.c.moves).where(_sources.c.name == name).scalar_subquery(), 0)


def is_full_due(source: Source, standing: Standing, now: datetime) -> bool:
    """Whether the next run of a source is to read everything."""
    if standing.full_due or standing.last_full is None:
        return True
    return now - standing.last_full >= timedelta(days=source.full_every)


def _moves_of_run(name: str) -> sql.Select[int]:
    """How often a source had moved when the run began that is under way."""
    open_ = _runs.c.source == name, _runs.c.state == tables.RUNNING
    return sql.select(_runs.c.moves).where(*open_).order_by(_runs.c.id.desc()).limit(1)


def _row(source: Source) -> dict[str, object]:
    return {one.name: getattr(source, one.name) for one in fields(source)} | {"options": dict(source.options)}


def _columns(value: type[Source] | type[Standing]) -> list[sql.Column[object]]:
    return [_sources.c[one.name] for one in fields(value)]
