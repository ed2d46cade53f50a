"""One real server and one real browser for all tests here; skipped where there is no Chromium."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from typing import TYPE_CHECKING, Final

import pytest

from catalogue.settings import Settings
from tests.apps import app_of
from tests.asking import reserved, served
from tests.site.site import Clock, filled

if TYPE_CHECKING:
    from playwright.sync_api import Browser

NAMES: Final = ("chromium", "chromium-browser", "google-chrome")


@pytest.fixture(scope="package")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of the catalogue, served on a free port of this machine."""
    with reserved() as listening:
        base = f"http://127.0.0.1:{listening.getsockname()[1]}"
        settings = Settings(
            base_url=base,
            publisher="Test Hospital",
            contact="steward@north.example",
        )
        catalogue = filled(settings, Clock(), tmp_path_factory.mktemp("data"))
        with served(app_of(catalogue, settings), listening):
            yield base
        catalogue.close()


@pytest.fixture(scope="package")
def axe() -> str:
    """The script of axe-core."""
    base = pytest.importorskip("axe_playwright_python.base", reason="axe is not installed")
    return str(base.AXE_FILE_PATH.read_text("utf-8"))


@pytest.fixture(scope="package")
def browser() -> Iterator[Browser]:
    """A Chromium of this machine."""
    playwright = pytest.importorskip("playwright.sync_api", reason="playwright is not installed")
    found = next((path for name in NAMES if (path := shutil.which(name))), None)
    if found is None:
        pytest.skip("no Chromium on this machine (apt-get install chromium)")
    with playwright.sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=found, args=["--no-sandbox"])
        yield browser
        browser.close()
