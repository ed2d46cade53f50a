"""The engines that the promises of `SearchIndex` are held against: one line for each."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Final

import pytest

from catalogue.adapters.index_tantivy import TantivyIndex
from catalogue.search import SearchIndex
from tests.search.clusters import CLUSTERS, cluster, drop_spare

FINGERPRINT: Final = "fields-1"

ENGINES: Final[dict[str, Callable[[Path], SearchIndex]]] = {
    "tantivy in memory": lambda folder: TantivyIndex(None, FINGERPRINT, memory_mb=32),
    "tantivy on disk": lambda folder: TantivyIndex(folder, FINGERPRINT, memory_mb=32),
}


@pytest.fixture(scope="session", autouse=True)
def _no_index_stays() -> Iterator[None]:
    yield
    drop_spare()


@pytest.fixture(
    params=[*ENGINES, *(pytest.param(name, marks=pytest.mark.servers) for name in CLUSTERS)],
)
def index(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[SearchIndex]:
    """A new and empty index of each engine."""
    if request.param in CLUSTERS:
        with cluster(request.param, FINGERPRINT) as shared:
            yield shared
        return
    opened = ENGINES[request.param](tmp_path / "index")
    yield opened
    opened.close()
