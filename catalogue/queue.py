"""What carries the numbers of jobs from those who ask to those who work, on huey's storages.

Only the number goes over, as plain digits: nothing that is read from the queue is ever unpickled. A
number that is lost on the way is sent again, for the job itself stands in the ledger.
"""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Final, Protocol
from urllib.parse import urlsplit

from catalogue.errors import Invalid, Unavailable

if TYPE_CHECKING:
    from huey.storage import BaseStorage

SETTING: Final = "FAIRFINDER_JOBS_URL"

_NAME: Final = "fairfinder"
_PATIENCE_S: Final = 5.0
"""How long a server may take to answer."""


class Queue(Protocol):
    """Numbers, first in, first out; raises Unavailable."""

    def send(self, number: int) -> None:
        """Add a number at the end."""

    def take(self) -> int | None:
        """Remove the first number; None when there is none."""

    def waiting(self) -> frozenset[int]:
        """All numbers in the queue."""

    def close(self) -> None:
        """Let go of it; what is in it stays there."""


def open_queue(where: str | Path | None) -> Queue:
    """The queue at the URL of a Redis server or in a file; None keeps it in memory.

    A server is first asked when the queue is used. huey is loaded here, for most commands need no queue.
    """
    from huey.storage import MemoryStorage, SqliteStorage

    if where is None:
        return HueyQueue(MemoryStorage(_NAME), ())
    if isinstance(where, Path):
        with _told((sqlite3.Error,)):
            return HueyQueue(SqliteStorage(_NAME, filename=str(where)), (sqlite3.Error,))
    return _on_redis(where)


class HueyQueue:
    """A `Queue` on one of huey's storages; `faults` are what its engine raises when it does not answer."""

    def __init__(self, storage: "BaseStorage", faults: tuple[type[Exception], ...], where: str = "") -> None:
        self._storage = storage
        self._faults = faults
        self._where = where

    def send(self, number: int) -> None:
        with _told(self._faults, self._where):
            self._storage.enqueue(str(number).encode())

    def take(self) -> int | None:
        with _told(self._faults, self._where):
            sent = self._storage.dequeue()
        return _number(sent) if sent is not None else None

    def waiting(self) -> frozenset[int]:
        with _told(self._faults, self._where):
            return frozenset(map(_number, self._storage.enqueued_items()))

    def close(self) -> None:
        self._storage.close()


def _on_redis(url: str) -> HueyQueue:
    try:
        from huey.storage import RedisStorage
        from redis import ConnectionPool
        from redis.backoff import NoBackoff
        from redis.exceptions import RedisError
        from redis.retry import Retry
    except ModuleNotFoundError as error:
        raise Invalid(
            f"{SETTING} needs the package redis: install fairfinder[redis] or fairfinder[cluster]."
        ) from error
    try:
        pool = ConnectionPool.from_url(
            url,
            socket_timeout=_PATIENCE_S,
            socket_connect_timeout=_PATIENCE_S,
            retry=Retry(NoBackoff(), 1),
        )
        where = urlsplit(url)
        shown = f"{where.hostname or 'localhost'}:{where.port or 6379}{where.path}"
    except ValueError as error:
        raise Invalid(f"{SETTING} must be the address of a Redis server: redis://host:6379/0.") from error
    return HueyQueue(RedisStorage(_NAME, blocking=False, connection_pool=pool), (RedisError, OSError), shown)


def _number(sent: bytes) -> int:
    """A number as it was sent; 0, which no job has, for anything else."""
    return int(sent) if bytes(sent).isdigit() else 0


@contextmanager
def _told(faults: tuple[type[Exception], ...], where: str = "") -> Iterator[None]:
    try:
        yield
    except faults as error:
        if not where:
            raise Unavailable("The queue of jobs cannot be used.", f"In the data folder: {error}.") from error
        raise Unavailable(
            "The queue of jobs does not answer.",
            f"Redis at {where}: {str(error).rstrip('.')}. See that it runs and that {SETTING} is right.",
        ) from error
