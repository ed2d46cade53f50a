"""A catalogue on real servers alone: a cluster, a SPARQL store, PostgreSQL and Redis, all its own."""

import os
import subprocess
import sys
import uuid
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from catalogue.bootstrap import open_catalogue
from catalogue.catalogue import Catalogue
from catalogue.settings import Settings
from tests import servers
from tests.ledger import places
from tests.search.clusters import drop

NODE = "opensearch2"
QUEUE = "redis"


@dataclass
class Shared:
    """One installation: the environment that all of its processes get, and the store that may be hurt."""

    environment: dict[str, str]
    store: servers.Own
    folder: Path
    opened: list[Catalogue] = field(default_factory=list)

    def open(self, **changed: str) -> Catalogue:
        """Open the catalogue as another process would."""
        with pytest.MonkeyPatch.context() as patch:
            for name, value in (self.environment | changed).items():
                patch.setenv(name, value)
            self.opened.append(open_catalogue(Settings()))
        return self.opened[-1]

    def run(self, *words: object, **changed: str) -> subprocess.CompletedProcess[str]:
        """Run a command line to its end."""
        command = [sys.executable, "-m", "web.cli", *map(str, words)]
        environment = {**os.environ, **self.environment, **changed}
        return subprocess.run(command, env=environment, capture_output=True, text=True, check=False)


@pytest.fixture(scope="session", autouse=True)
def _no_database_stays() -> Iterator[None]:
    yield
    places.drop()


@pytest.fixture
def shared(tmp_path: Path) -> Iterator[Shared]:
    """An empty installation; the test is skipped where one of its servers does not run."""
    node, queue = _running(NODE), _running(QUEUE)
    if reason := servers.why_not("oxigraph"):
        pytest.skip(reason)
    name = f"test-{uuid.uuid4().hex[:12]}"
    with servers.Own("oxigraph", tmp_path / "store") as store:
        environment = {
            "FAIRFINDER_DATA_DIR": str(tmp_path / "data"),
            "FAIRFINDER_BASE_URL": "http://catalogue.example",
            "FAIRFINDER_INDEX_URL": node.urls["http"],
            "FAIRFINDER_INDEX_NAME": name,
            "FAIRFINDER_STORE_QUERY_URL": store.running.urls["query"],
            "FAIRFINDER_STORE_UPDATE_URL": store.running.urls["update"],
            "FAIRFINDER_STORE_GRAPHS_URL": store.running.urls["graphs"],
            "FAIRFINDER_LEDGER_URL": places.postgresql(),
            "FAIRFINDER_JOBS_URL": queue.urls["redis"],
            "FAIRFINDER_ALLOW_HOSTS": '["127.0.0.1"]',
        }
        installation = Shared(environment, store, tmp_path)
        yield installation
        for catalogue in installation.opened:
            catalogue.close()
    drop(node.urls["http"], name)


def _running(name: str) -> servers.Running:
    found = servers.running(name)
    if found is None:
        pytest.skip(servers.why_not(name))
    return found
