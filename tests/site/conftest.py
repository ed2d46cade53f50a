"""One small catalogue for all page tests that only read."""

from collections.abc import Iterator

import pytest

from catalogue.settings import Settings
from tests.apps import app_of
from tests.site.site import BASE, Clock, Site, filled


@pytest.fixture(scope="session")
def settings() -> Settings:
    """Settings as a small installation would have them."""
    return Settings(base_url=BASE, publisher="Test Hospital", contact="steward@north.example")


@pytest.fixture(scope="session")
def site(settings: Settings, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """The application over a small catalogue."""
    catalogue = filled(settings, Clock(), tmp_path_factory.mktemp("site"))
    yield Site(app_of(catalogue, settings), catalogue)
    catalogue.close()
