"""The database under the ledger, SQLite or PostgreSQL: connections, faults in our words, many rows."""

import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from typing import Final

import sqlalchemy as sql
from sqlalchemy.dialects import sqlite
from sqlalchemy.dialects.postgresql import Insert, insert
from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from sqlalchemy.pool import QueuePool

from catalogue import postgresql
from catalogue.errors import Unavailable
from catalogue.postgresql import Row

_FAULTS: Final = ("BUSY", "CANTOPEN", "CORRUPT", "FULL", "IOERR", "LOCKED", "NOTADB", "READONLY")
"""How the codes of SQLite begin that mean: not now, or not on this disk. Any other is a fault of ours."""


class Database:
    """Connections to one database; `url` None keeps it in memory. Faults come as Unavailable."""

    def __init__(self, url: str | None) -> None:
        self.engine = _sqlite(url) if url is None or url.startswith("sqlite:") else postgresql.engine(url)
        self.on_server = self.engine.dialect.name == "postgresql"

    @contextmanager
    def reading(self) -> Iterator[sql.Connection]:
        """A connection to ask with."""
        with self._told(), self.engine.connect() as db:
            yield db

    @contextmanager
    def writing(self) -> Iterator[sql.Connection]:
        """A transaction: all of it is kept when it ends well, and nothing when it does not."""
        with self._told(), self.engine.begin() as db:
            yield db

    @contextmanager
    def unchanging(self) -> Iterator[sql.Connection]:
        """A connection that sees the database as of one moment."""
        with self._told(), self.engine.connect() as db:
            if self.on_server:
                postgresql.hold_still(db)
            else:
                db.exec_driver_sql("BEGIN")
            yield db

    def put(self, db: sql.Connection, table: sql.Table, rows: Sequence[Row]) -> None:
        """Write many rows of the same columns, each in place of the one with the same key."""
        if not rows:
            return
        if self.on_server:
            postgresql.put(db, table, rows)
        else:
            db.execute(table.insert().prefix_with("OR REPLACE"), rows)

    def add(self, db: sql.Connection, table: sql.Table, rows: Sequence[tuple[object, ...]]) -> None:
        """The same for very many rows: plain values, in the order of the columns."""
        if not rows:
            return
        names = [str(column.name) for column in table.columns]
        if self.on_server:
            postgresql.put(db, table, [dict(zip(names, row, strict=True)) for row in rows])
        else:
            columns = ", ".join(map(db.dialect.identifier_preparer.quote, names))
            values = ", ".join("?" * len(names))
            insert = f"INSERT OR REPLACE INTO {table.name} ({columns}) VALUES ({values})"
            db.exec_driver_sql(insert, list(rows))

    def insert(self, table: sql.Table) -> Insert | sqlite.Insert:
        """An insert that can say what to do on a conflict."""
        return insert(table) if self.on_server else sqlite.insert(table)

    def among(self, column: sql.Column[str], values: Iterable[str]) -> sql.ColumnElement[bool]:
        """Whether the column has one of any number of values."""
        unpack = sql.func.json_array_elements_text if self.on_server else sql.func.json_each
        given = unpack(sql.literal(list(values), sql.JSON)).table_valued("value")
        return column.in_(sql.select(given.c.value))

    def close(self) -> None:
        """Close all connections."""
        self.engine.dispose()

    @contextmanager
    def _told(self) -> Iterator[None]:
        """Tell a fault of the database in our words; all connections are then made anew."""
        try:
            yield
        except (DBAPIError, PoolTimeout, OSError) as error:
            said = postgresql.fault(error) if self.on_server else _fault(error)
            if said is None:
                raise
            if not self.on_server:
                raise Unavailable("The ledger could not be read or written.", f"{said}.") from error
            self.engine.dispose()
            raise postgresql.silence(self.engine.url, said) from error


def _sqlite(url: str | None) -> sql.Engine:
    if url is None:
        # One connection, lent to one thread at a time: the database goes when it is closed.
        engine = sql.create_engine(
            "sqlite://",
            poolclass=QueuePool,
            pool_size=1,
            max_overflow=0,
            connect_args={"check_same_thread": False},
        )
    else:
        engine = sql.create_engine(url)
    sql.event.listen(engine, "connect", _durable)
    return engine


def _durable(connection: sqlite3.Connection, _: object) -> None:
    for pragma in ("journal_mode=WAL", "synchronous=FULL", "busy_timeout=5000"):
        connection.execute(f"PRAGMA {pragma}").close()


def _fault(error: Exception) -> str | None:
    """What a fault that is not ours says; None when it may well be ours."""
    if isinstance(error, DBAPIError):
        name = getattr(error.orig, "sqlite_errorname", None) or ""
        return str(error.orig) if name.removeprefix("SQLITE_").startswith(_FAULTS) else None
    return str(error) if isinstance(error, PoolTimeout) else None
