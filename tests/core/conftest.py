"""A clock that is set by hand, and a catalogue that goes by it."""

from collections.abc import Iterator

import pytest

from catalogue.catalogue import Catalogue
from tests.core.harvests import Clock, in_memory


@pytest.fixture
def clock() -> Clock:
    """A time that stands still until it is moved."""
    return Clock()


@pytest.fixture
def timed(clock: Clock) -> Iterator[Catalogue]:
    """An empty catalogue in memory that goes by the clock."""
    opened = in_memory(clock)
    yield opened
    opened.close()
