"""Indexes of their own on the real clusters that `tests.servers` has started."""

import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

import httpx
import pytest

from catalogue.adapters.elastic_clients import Cluster
from catalogue.adapters.index_elastic import ElasticIndex
from catalogue.search import SearchQuery
from tests import servers

CLUSTERS: Final = ("opensearch2", "opensearch3", "elasticsearch8", "elasticsearch")


_SPARE: Final[dict[str, str]] = {}
"""The name of an empty index on each server, for the next test of this process."""


@contextmanager
def cluster(server: str, fingerprint: str) -> Iterator[ElasticIndex]:
    """An empty index as it is before it was ever built; the test is skipped where the server does not run.

    A test that leaves it so leaves it to the next one: making one takes longer than most tests.
    """
    running = servers.running(server)
    if running is None:
        pytest.skip(servers.why_not(server))
    name = _SPARE.pop(server, "") or _made(running)
    index = ElasticIndex(access(running), name, fingerprint)
    yield index
    if index.fingerprint() == "" and server not in _SPARE:
        index.put((), without=[row.id for row in index.rows(SearchQuery(copies=True))])
        _SPARE[server] = name
    else:
        drop(running.urls["http"], name)
    index.close()


def drop_spare() -> None:
    """Delete what the last tests of this process left."""
    while _SPARE:
        server, name = _SPARE.popitem()
        if running := servers.running(server):
            drop(running.urls["http"], name)


def _made(running: servers.Running) -> str:
    name = f"test-{uuid.uuid4().hex[:12]}"
    index = ElasticIndex(access(running), name, "")
    index.rebuild(())
    index.close()
    return name


def generations(url: str, name: str) -> list[str]:
    """The indexes of a catalogue in a cluster."""
    found = httpx.get(f"{url}/_cat/indices/{name}-*?format=json").raise_for_status().json()
    return sorted(entry["index"] for entry in found)


def drop(url: str, name: str) -> None:
    """Delete all indexes of a catalogue."""
    for index in generations(url, name):
        httpx.delete(f"{url}/{index}").raise_for_status()


def access(running: servers.Running) -> Cluster:
    """How a server is reached."""
    return Cluster((running.urls["http"],), running.user, running.password)
