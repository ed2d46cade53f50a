"""A database on the PostgreSQL server of the tests, one for each test process, empty for each test."""

import os
from collections.abc import Iterable
from functools import cache

import pytest
import sqlalchemy as sql

from catalogue.tables import metadata
from catalogue.upgrade import HEAD
from tests.servers import Running, running, why_not

_VERSION = "alembic_version"


def postgresql(*, with_tables: bool = True) -> str:
    """The address of a database without a row; the test is skipped where no server runs."""
    server = _server()
    if server is None:
        pytest.skip(_why_not())
    name = f"test_{os.getpid()}"
    root = _driven(server.urls["sql"])
    engine = sql.create_engine(root, isolation_level="AUTOCOMMIT")
    with engine.connect() as db:
        if not db.scalar(sql.text("SELECT 1 FROM pg_database WHERE datname = :name"), {"name": name}):
            db.exec_driver_sql(f"CREATE DATABASE {name}")
    engine.dispose()
    engine = sql.create_engine(root.set(database=name), isolation_level="AUTOCOMMIT")
    with engine.connect() as db:
        found = sql.inspect(db)
        is_made = with_tables and found.has_table(_VERSION)
        if is_made and db.scalar(sql.text(f"SELECT version_num FROM {_VERSION}")) == HEAD:
            db.exec_driver_sql(_emptying(found.get_sequence_names()))
        else:
            db.exec_driver_sql("DROP SCHEMA public CASCADE")
            db.exec_driver_sql("CREATE SCHEMA public")
    engine.dispose()
    return sql.make_url(server.urls["sql"]).set(database=name).render_as_string(hide_password=False)


def _emptying(counters: Iterable[str]) -> str:
    """Take out all rows and let the counters begin anew; TRUNCATE makes new files and waits for the disk."""
    rows = (f"DELETE FROM {table.name};" for table in reversed(metadata.sorted_tables))
    numbers = (f"PERFORM setval('{name}', 1, false);" for name in counters)
    return f"DO $$ BEGIN {' '.join((*rows, *numbers))} END $$"


def drop() -> None:
    """Take the database of this test process away."""
    server = _server()
    if server is not None:
        engine = sql.create_engine(_driven(server.urls["sql"]), isolation_level="AUTOCOMMIT")
        with engine.connect() as db:
            db.exec_driver_sql(f"DROP DATABASE IF EXISTS test_{os.getpid()} WITH (FORCE)")
        engine.dispose()


@cache
def _why_not() -> str:
    return why_not("postgresql")


@cache
def _server() -> Running | None:
    return running("postgresql")


def _driven(url: str) -> sql.URL:
    return sql.make_url(url).set(drivername="postgresql+pg8000")
