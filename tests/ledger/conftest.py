"""The same ledger on each engine: SQLite in memory, SQLite in a file, PostgreSQL."""

from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from catalogue.ledger import Ledger
from tests.core.harvests import Clock
from tests.ledger import places

Opened = Callable[[], Ledger]
ENGINES = ["memory", "file", pytest.param("postgresql", marks=pytest.mark.servers)]
SHARED = ENGINES[1:]


@pytest.fixture(scope="session", autouse=True)
def _no_database_stays() -> Iterator[None]:
    yield
    places.drop()


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture(params=ENGINES)
def ledger(request: pytest.FixtureRequest, tmp_path: Path, clock: Clock) -> Iterator[Ledger]:
    """A new ledger that goes by the clock; its leases last a minute."""
    opened = Ledger(_url(request.param, tmp_path), now=clock, ttl=timedelta(seconds=60))
    yield opened
    opened.close()


@pytest.fixture(params=SHARED)
def shared(request: pytest.FixtureRequest, tmp_path: Path, clock: Clock) -> Iterator[Opened]:
    """Opens the same ledger, as another process would, each time it is called."""
    url = _url(request.param, tmp_path)
    opened: list[Ledger] = []

    def open_ledger() -> Ledger:
        opened.append(Ledger(url, now=clock, ttl=timedelta(seconds=60)))
        return opened[-1]

    yield open_ledger
    for one in opened:
        one.close()


def _url(engine: str, folder: Path) -> str | None:
    if engine == "memory":
        return None
    return places.postgresql() if engine == "postgresql" else f"sqlite:///{folder / 'ledger.sqlite'}"
