"""Who works on what: leases in the ledger, which end by themselves when their holder is heard of no more.

A lease is taken for a time and renewed by a heartbeat. Each write of its holder confirms it in the
same transaction, so that a process that was paused or cut off past its time writes nothing.
"""

import logging
import os
import secrets
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

import sqlalchemy as sql

from catalogue.database import Database
from catalogue.errors import CatalogueError, Conflict, Unavailable
from catalogue.tables import leases

log = logging.getLogger(__name__)

TTL: Final = timedelta(seconds=60)
BEATS: Final = 4
"""How many heartbeats there are in the time that a lease lasts."""

INDEX: Final = "index"
"""The lease under which the index is built anew or a backup is made, while no source is written."""

_PATIENCE_S: Final = 1.0
"""How long a heartbeat that is under way is waited for."""

JOB: Final = "job "
"""How the name of the lease begins under which a job is worked on."""

HOST: Final = "host "
"""How the name of the lease begins under which a server is harvested: one source of it at a time."""

_SOURCE: Final = "source "


@dataclass(frozen=True, slots=True)
class Lease:
    """Something that somebody holds, and until when unless renewed."""

    name: str
    holder: str
    since: datetime
    until: datetime

    def __str__(self) -> str:
        host, process, _ = (*self.holder.rsplit("/", 2), "", "")[:3]
        since, until = (time.strftime("%Y-%m-%d %H:%M:%S") for time in (self.since, self.until))
        return f"process {process} on {host}, since {since} UTC; unless renewed, its hold ends {until} UTC"


class Hold:
    """A lease that this process holds; `until` moves on with each heartbeat."""

    def __init__(self, lease: Lease, now: Callable[[], datetime]) -> None:
        self.name = lease.name
        self.holder = lease.holder
        self.until = lease.until
        self._now = now

    @property
    def source(self) -> str:
        """The name of the source that is held."""
        return self.name.removeprefix(_SOURCE)

    def confirm(self) -> None:
        """Raise Conflict when the time is over; asks nobody."""
        if self._now() >= self.until:
            raise lost(self)


class Leases:
    """The leases of one ledger."""

    def __init__(self, database: Database, now: Callable[[], datetime], ttl: timedelta) -> None:
        self._database = database
        self._now = now
        self._ttl = ttl

    @contextmanager
    def held(self, name: str) -> Iterator[Hold]:
        """Hold a lease as long as the context lasts; raises Conflict, with who has it, when it is taken."""
        hold = self.acquire(name)
        ending = threading.Event()
        beating = threading.Thread(target=self._beat, args=(hold, ending), name=name, daemon=True)
        beating.start()
        try:
            yield hold
        finally:
            ending.set()
            beating.join(_PATIENCE_S)
            try:
                self.release(hold)
            except Unavailable as error:
                log.warning("lease %s could not be given back and will run out: %s", name, error)

    def acquire(self, name: str) -> Hold:
        """Take a lease that nobody holds, or whose time is over."""
        now = self._now()
        lease = Lease(name, _new_holder(), now, now + self._ttl)
        insert = self._database.insert(leases).values(
            name=name, holder=lease.holder, since=now, until=lease.until
        )
        taken = insert.on_conflict_do_update(
            index_elements=["name"],
            set_={column: insert.excluded[column] for column in ("holder", "since", "until")},
            where=leases.c.until <= now,
        )
        with self._database.writing() as db:
            if db.execute(taken).rowcount:
                return Hold(lease, self._now)
        raise Conflict(f"{_what(name)} is held by {self._holder_of(name)}. Try again when it is free.")

    def renew(self, hold: Hold) -> None:
        """Hold on to a lease for its full time from now; raises Conflict when it is lost."""
        with self.fenced(hold):
            pass

    @contextmanager
    def fenced(self, hold: Hold) -> Iterator[sql.Connection]:
        """A transaction under a lease, which it renews: nobody else gets the lease before it ends.

        Raises Conflict when the lease is lost. What was not kept prolongs nothing.
        """
        with self._database.writing() as db:
            until = self._fence(db, hold)
            yield db
        hold.until = until

    def release(self, hold: Hold) -> None:
        """Give a lease back; nothing happens when somebody else has it by now."""
        with self._database.writing() as db:
            db.execute(leases.delete().where(leases.c.name == hold.name, leases.c.holder == hold.holder))

    def live(self) -> tuple[Lease, ...]:
        """All leases whose time is not over, by name."""
        query = leases.select().where(leases.c.until > self._now()).order_by(leases.c.name)
        with self._database.reading() as db:
            return tuple(Lease(**row._mapping) for row in db.execute(query).all())

    def sources(self) -> frozenset[str]:
        """The sources that somebody holds."""
        held = (lease.name for lease in self.live())
        return frozenset(name.removeprefix(_SOURCE) for name in held if name.startswith(_SOURCE))

    def clear(self) -> None:
        """Forget all leases; for the only process that can be there."""
        with self._database.writing() as db:
            db.execute(leases.delete())

    @contextmanager
    def source(self, name: str) -> Iterator[Hold]:
        """Hold a source; raises Conflict while somebody else does, or while `everything` is held."""
        with self.held(_SOURCE + name) as hold:
            for other in self.live():
                if other.name == INDEX:
                    raise Conflict(f"{_what(INDEX)} is held by {other}. Try again when that has finished.")
            yield hold

    @contextmanager
    def everything(self) -> Iterator[Hold]:
        """Keep all sources from being written; raises Conflict while one is."""
        with self.held(INDEX) as hold:
            busy = [lease for lease in self.live() if lease.name.startswith(_SOURCE)]
            if busy:
                names = "; ".join(f"{_what(lease.name)} is held by {lease}" for lease in busy)
                raise Conflict(f"{names}. Try again when that has finished.")
            yield hold

    def _fence(self, db: sql.Connection, hold: Hold) -> datetime:
        """Renew as the first statement of a transaction; until when that is."""
        now = self._now()
        until = now + self._ttl
        renewal = (
            leases.update()
            .where(leases.c.name == hold.name, leases.c.holder == hold.holder, leases.c.until > now)
            .values(until=until)
        )
        if not db.execute(renewal).rowcount:
            raise lost(hold)
        return until

    def _holder_of(self, name: str) -> str:
        return next((str(lease) for lease in self.live() if lease.name == name), "another process until now")

    def _beat(self, hold: Hold, ending: threading.Event) -> None:
        """Renew until the hold ends or is lost; a ledger that does not answer is asked again."""
        while not ending.wait(self._ttl.total_seconds() / BEATS):
            try:
                self.renew(hold)
            except Conflict:
                if not ending.is_set():
                    log.warning("lease %s is lost", hold.name)
                return
            except CatalogueError as error:
                log.warning("lease %s could not be renewed: %s", hold.name, error)


def lost(hold: Hold) -> Conflict:
    """What a process is told whose time is over."""
    return Conflict(
        f"{_what(hold.name)} is no longer held by this process: it was paused or cut off for too long. "
        "What it had written is kept; nothing more was written."
    )


def _what(name: str) -> str:
    if name.startswith(_SOURCE):
        return f"The source “{name.removeprefix(_SOURCE)}”"
    if name.startswith(HOST):
        return f"The server {name.removeprefix(HOST)}, which is harvested for one source at a time,"
    if name == INDEX:
        return "The whole catalogue (its index is being built anew, or a backup is made)"
    return f"“{name}”"


def _new_holder() -> str:
    """Who holds a lease: host, process and a number that nobody else has, not even the same process."""
    return f"{socket.gethostname()}/{os.getpid()}/{secrets.token_hex(8)}"
