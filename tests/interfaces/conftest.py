"""One harvested catalogue for all tests that only read."""

import socket
from collections.abc import Iterator

import pytest

from catalogue.settings import Settings
from tests.asking import reserved
from tests.interfaces.site import Site, application, empty, harvest_network


@pytest.fixture(scope="session")
def listening() -> Iterator[socket.socket]:
    """The socket on which the catalogue may be served."""
    with reserved() as found:
        yield found


@pytest.fixture(scope="session")
def settings(listening: socket.socket) -> Settings:
    """Settings as a small installation would have them."""
    host, port = listening.getsockname()
    return Settings(base_url=f"http://{host}:{port}", title="Test catalogue", publisher="Test Hospital")


@pytest.fixture(scope="session")
def site(settings: Settings) -> Iterator[Site]:
    """The application over the demonstration network."""
    catalogue = empty(settings)
    harvest_network(catalogue)
    yield Site(application(catalogue, settings), catalogue)
    catalogue.close()


@pytest.fixture
def small(settings: Settings) -> Iterator[Site]:
    """The application over an empty catalogue, to be filled by the test."""
    catalogue = empty(settings)
    yield Site(application(catalogue, settings), catalogue)
    catalogue.close()
