"""The same jobs on each pair of engines: in memory, in files, on PostgreSQL and Redis."""

import os
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
import redis

from catalogue.jobs import Jobs
from catalogue.ledger import Ledger
from catalogue.queue import open_queue
from tests.core.harvests import Clock
from tests.ledger import places
from tests.servers import NotToBeHad, Own, running, why_not

SERVERS = pytest.param("servers", marks=pytest.mark.servers)


@pytest.fixture(scope="session", autouse=True)
def _no_database_stays() -> Iterator[None]:
    yield
    places.drop()


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture(params=["memory", "files", SERVERS])
def jobs(request: pytest.FixtureRequest, tmp_path: Path, clock: Clock) -> Iterator[Jobs]:
    """No jobs yet; the leases last a minute by the clock."""
    ledger_url, queue = None, None
    if request.param == "files":
        ledger_url, queue = f"sqlite:///{tmp_path / 'ledger.sqlite'}", tmp_path / "jobs.sqlite"
    elif request.param == "servers":
        ledger_url, queue = places.postgresql(), empty_redis()
    ledger = Ledger(ledger_url, now=clock, ttl=timedelta(seconds=60))
    opened = Jobs(ledger, open_queue(queue))
    yield opened
    opened.close()
    ledger.close()


@pytest.fixture
def own_redis(tmp_path: Path) -> Iterator[Own]:
    """A Redis of one's own, to be killed."""
    try:
        own = Own("redis", tmp_path / "redis")
    except NotToBeHad as why:
        pytest.skip(str(why))
    with own:
        yield own


def empty_redis() -> str:
    """The address of a database without a key; the test is skipped where no server runs."""
    server = running("redis")
    if server is None:
        pytest.skip(why_not("redis"))
    number = 1 + int(os.environ.get("PYTEST_XDIST_WORKER", "gw0").removeprefix("gw")) % 15
    url = f"{server.urls['redis'].rpartition('/')[0]}/{number}"
    with redis.from_url(url) as client:
        client.flushdb()
    return url
