"""A site on loopback, a trap that must never be asked, and clients that never sleep."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field

import httpx
import pytest

from harvesters.credentials import Credentials
from harvesters.http import Client
from tests.harvest.loopback import Site, served


@dataclass
class Time:
    """A clock that moves only when something waits, or by `tick` each time it is looked at."""

    tick: float = 0.0
    seconds: float = 1000.0
    waits: list[float] = field(default_factory=list)

    def clock(self) -> float:
        self.seconds += self.tick
        return self.seconds

    def sleep(self, seconds: float) -> None:
        self.waits.append(seconds)
        self.seconds += seconds


MakeClient = Callable[..., Client]


@pytest.fixture
def time() -> Time:
    return Time()


@pytest.fixture
def make_client(time: Time) -> Iterator[MakeClient]:
    with ExitStack() as stack:

        def make(
            transport: httpx.BaseTransport | None = None,
            allow_hosts: frozenset[str] = frozenset({"127.0.0.1"}),
            max_bytes: int = 1_000_000,
            timeout_s: float = 30.0,
            home: str = "",
            credentials: Credentials | None = None,
        ) -> Client:
            client = Client(
                allow_hosts,
                max_bytes,
                timeout_s,
                "desk@fairfinder.example",
                transport,
                time.sleep,
                time.clock,
                home=home,
                credentials=credentials,
            )
            return stack.enter_context(client)

        yield make


@pytest.fixture
def client(make_client: MakeClient) -> Client:
    return make_client()


@pytest.fixture
def site() -> Iterator[Site]:
    with served() as site:
        yield site


@pytest.fixture
def trap() -> Iterator[Site]:
    """A second site; the tests that use it assert that nobody asked it."""
    with served() as site:
        yield site
