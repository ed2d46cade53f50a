"""Indexes of their own on the real clusters that `tests.servers` has started."""

import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

import httpx
import pytest

from catalogue.adapters.elastic_clients import Cluster
from catalogue.adapters.index_elastic import ElasticIndex
from tests import servers

CLUSTERS: Final = ("opensearch2", "opensearch3", "elasticsearch8", "elasticsearch")


@contextmanager
def cluster(server: str, fingerprint: str) -> Iterator[ElasticIndex]:
    """A new and empty index, deleted at the end; the test is skipped where the server does not run."""
    running = servers.running(server)
    if running is None:
        pytest.skip(servers.why_not(server))
    name = f"test-{uuid.uuid4().hex[:12]}"
    ElasticIndex(access(running), name, "").rebuild(())
    index = ElasticIndex(access(running), name, fingerprint)
    yield index
    index.close()
    drop(running.urls["http"], name)


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
