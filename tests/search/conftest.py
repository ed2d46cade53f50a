"""The engines that the promises of `SearchIndex` are held against: one line for each."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Final

import pytest

from catalogue.adapters.index_tantivy import TantivyIndex
from catalogue.search import SearchIndex

FINGERPRINT: Final = "fields-1"

ENGINES: Final[dict[str, Callable[[Path], SearchIndex]]] = {
    "tantivy in memory": lambda folder: TantivyIndex(None, FINGERPRINT, memory_mb=32),
    "tantivy on disk": lambda folder: TantivyIndex(folder, FINGERPRINT, memory_mb=32),
}


@pytest.fixture(params=list(ENGINES.values()), ids=list(ENGINES))
def index(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[SearchIndex]:
    """A new and empty index of each engine."""
    opened: SearchIndex = request.param(tmp_path / "index")
    yield opened
    opened.close()
