"""Fixtures for all tests: the real files of the world, a catalogue in memory, and folders in memory."""

import os
import shutil
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
import sqlalchemy as sql
from sqlalchemy.dialects.sqlite.pysqlite import SQLiteDialect_pysqlite as Sqlite

from catalogue.bootstrap import open_catalogue
from catalogue.catalogue import Catalogue
from catalogue.settings import Settings

SHARED_DATA = Path(os.environ.get("FAIRFINDER_TEST_DATA", Path(__file__).parents[2] / "shared" / "data"))

MEMORY = Path("/dev/shm")
ROOM = 4 << 30
"""Bytes that must be free in memory for the folders of tests to go there."""


def pytest_configure() -> None:
    """Keep tests from waiting for the disk and from compiling the same modules again and again.

    Ledgers and stores wait for the disk at each commit, which no test is about: none cuts the power.
    """
    if MEMORY.is_dir() and shutil.disk_usage(MEMORY).free >= ROOM:
        os.environ.setdefault("PYTEST_DEBUG_TEMPROOT", str(MEMORY))
    sys.dont_write_bytecode = False
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Begin with the tests of stores, for which each process starts four servers of its own.

    What comes last is shared out again between the processes, and both would start them.
    """
    items.sort(key=lambda item: not item.nodeid.startswith("tests/store/"))


@pytest.fixture(scope="session", autouse=True)
def _statements_are_compiled_once() -> Iterator[None]:
    """Share what SQLAlchemy compiles between the databases of a process, each of which would do it anew.

    It took half of the time of a small harvest. What is compiled is remembered for one dialect, and each
    engine has one of its own; here equal ones count as one.
    """
    compiled: dict[object, object] = {}

    def share(connection: sql.Connection) -> None:
        connection.execution_options(compiled_cache=compiled)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Sqlite, "__eq__", lambda one, other: type(one) is type(other))
        patch.setattr(Sqlite, "__hash__", lambda one: hash(type(one)))
        sql.event.listen(sql.Engine, "engine_connect", share)
        yield
        sql.event.remove(sql.Engine, "engine_connect", share)


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """The folder of real files; the test is skipped where there is none."""
    if not SHARED_DATA.is_dir():
        pytest.skip("the folder of real files is not here (set FAIRFINDER_TEST_DATA)")
    return SHARED_DATA


@pytest.fixture
def catalogue() -> Iterator[Catalogue]:
    """An empty catalogue on the embedded engines in memory."""
    opened = open_catalogue(Settings(), in_memory=True)
    yield opened
    opened.close()
