"""Fixtures for all tests: the real files of the world, and a catalogue in memory."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from catalogue.bootstrap import open_catalogue
from catalogue.catalogue import Catalogue
from catalogue.settings import Settings

SHARED_DATA = Path(os.environ.get("FAIRFINDER_TEST_DATA", Path(__file__).parents[2] / "shared" / "data"))


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
