"""One real server and one real browser for all tests here; skipped where there is no Chromium."""

from __future__ import annotations

import shutil
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Final

import pytest
import uvicorn
from fastapi import FastAPI

from catalogue.settings import Settings
from tests.site.site import Clock, filled
from web.app import create_app

if TYPE_CHECKING:
    from playwright.sync_api import Browser

NAMES: Final = ("chromium", "chromium-browser", "google-chrome")


@pytest.fixture(scope="package")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of the catalogue, served on a free port of this machine."""
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        base = f"http://127.0.0.1:{listening.getsockname()[1]}"
        settings = Settings(
            base_url=base,
            publisher="Test Hospital",
            contact="steward@north.example",
        )
        catalogue = filled(settings, Clock(), tmp_path_factory.mktemp("data"))
        with _served(create_app(catalogue, settings), listening):
            yield base
        catalogue.close()


@contextmanager
def _served(app: FastAPI, listening: socket.socket) -> Iterator[None]:
    ready = threading.Event()
    server = _Server(uvicorn.Config(app, log_level="error"), ready)
    thread = threading.Thread(target=server.run, args=([listening],), daemon=True)
    thread.start()
    assert ready.wait(20), "the server did not start"
    try:
        yield
    finally:
        server.should_exit = True
        thread.join(20)


class _Server(uvicorn.Server):
    """Tells when it listens."""

    def __init__(self, config: uvicorn.Config, ready: threading.Event) -> None:
        super().__init__(config)
        self._ready = ready

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        self._ready.set()


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
