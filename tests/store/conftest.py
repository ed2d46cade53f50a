"""The kinds of store: embedded ones, and servers of this test process's own."""

import re
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import pytest

from catalogue.adapters.store_oxigraph import OxigraphStore
from catalogue.adapters.store_sparql import Access, Endpoints, SparqlStore
from catalogue.errors import Unavailable
from catalogue.store import TripleStore
from tests.servers import Own, Running, why_not

Servers = Callable[[str], Running]
SPARQL = tuple(
    pytest.param(name, marks=pytest.mark.servers) for name in ("oxigraph", "fuseki", "fuseki6", "virtuoso")
)
"""The servers that must do as the embedded store does."""


def remote(server: Running, timeout_s: float = 30, request_bytes: int = 4 << 20) -> SparqlStore:
    access = Access(server.user, server.password)
    return SparqlStore(endpoints(server), access, timeout_s, request_bytes)


def endpoints(server: Running) -> Endpoints:
    return Endpoints(server.urls["query"], server.urls["update"], server.urls["graphs"])


@contextmanager
def refused(public: str, why: str) -> Iterator[list[str]]:
    """What stands inside raises Unavailable with this message, and with a detail that matches.

    Both are told at the end. The message may stand on a page, so it holds no address and no setting.
    """
    told: list[str] = []
    with pytest.raises(Unavailable) as caught:
        yield told
    told += [str(caught.value), caught.value.detail]
    assert re.fullmatch(public, told[0]), told
    assert re.search(why, told[1]), told
    assert not re.search(r"://|127\.0\.0\.1|FAIRFINDER", told[0])


@pytest.fixture(scope="session")
def servers(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Servers]:
    """A server by name, started once for each test process; skips the test where none is to be used."""
    started: dict[str, Running] = {}
    with ExitStack() as stack:

        def server(name: str) -> Running:
            if name not in started:
                if reason := why_not(name):
                    pytest.skip(reason)
                started[name] = stack.enter_context(Own(name, tmp_path_factory.mktemp(name))).running
            return started[name]

        yield server


@pytest.fixture(params=["in memory", "on disk", *SPARQL])
def store(request: pytest.FixtureRequest, servers: Servers, tmp_path: Path) -> Iterator[TripleStore]:
    """Each kind of store, empty."""
    yield from _opened(request.param, servers, tmp_path)


@pytest.fixture(params=["on disk", *SPARQL])
def durable_store(request: pytest.FixtureRequest, servers: Servers, tmp_path: Path) -> Iterator[TripleStore]:
    """Each kind of store that outlives its process, empty."""
    yield from _opened(request.param, servers, tmp_path)


def _opened(kind: str, servers: Servers, folder: Path) -> Iterator[TripleStore]:
    store: TripleStore
    match kind:
        case "in memory":
            store = OxigraphStore(None)
        case "on disk":
            store = OxigraphStore(folder / "store")
        case name:
            store = remote(servers(name))
            store.remove(list(store.graphs()))
    yield store
    store.close()
