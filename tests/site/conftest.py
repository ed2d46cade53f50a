"""One small catalogue for all page tests that only read."""

from collections.abc import Iterator

import pytest

from catalogue.settings import Settings
from tests.site.site import BASE, Clock, Site, filled
from web.app import create_app


@pytest.fixture(scope="session")
def settings() -> Settings:
    """Settings as a small installation would have them."""
    return Settings(base_url=BASE, publisher="Test Hospital", contact="steward@north.example")


@pytest.fixture(scope="session")
def site(settings: Settings, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """The application over a small catalogue."""
    catalogue = filled(settings, Clock(), tmp_path_factory.mktemp("site"))
    yield Site(create_app(catalogue, settings), catalogue)
    catalogue.close()
