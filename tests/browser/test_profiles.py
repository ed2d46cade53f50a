"""The profile of a dataset in a real browser: everyone can read it, in light and dark, narrow and wide."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Final

import pytest

from catalogue.profiles.publishing import publish
from catalogue.settings import Settings
from tests.apps import app_of
from tests.asking import reserved, served
from tests.browser.looking import look
from tests.site.charting import invented
from tests.site.site import Clock, filled, identity
from web.profile_preparing import Preparing

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

pytestmark = pytest.mark.browser

PAGE: Final = f"/dataset/{identity('full')}/profile"
PAGES: Final = (
    *(f"{PAGE}?part=all", f"{PAGE}?part=history&release=2&against=1"),
    *(f"{PAGE}/concepts/432867", f"{PAGE}/concepts/3004249"),
    *(f"/dataset/{identity('full')}", f"/dataset/{identity('bare')}/profile"),
)


@pytest.fixture(scope="module")
def measured(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a catalogue with two releases; the newest is drawn but for its concepts."""
    folder = tmp_path_factory.mktemp("profiles")
    with reserved() as listening:
        base = f"http://127.0.0.1:{listening.getsockname()[1]}"
        settings = Settings(base_url=base, data_dir=folder)
        catalogue = filled(settings, Clock(), folder)
        for number in (1, 2):
            publish(catalogue, identity("full"), invented(number, 400 * number))
        app = app_of(catalogue, settings)
        Preparing(app.state.fairfinder).draw()
        with served(app, listening):
            yield base
        catalogue.close()


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    """A fresh window without motion."""
    context = browser.new_context(reduced_motion="reduce")
    yield context.new_page()
    context.close()


@pytest.mark.parametrize("path", PAGES)
def test_axe_finds_nothing_and_nothing_is_cut_off(page: Page, axe: str, measured: str, path: str) -> None:
    page.goto(measured + path)
    look(page, axe, (1280, 320))


def test_a_profile_asks_no_other_host_and_keeps_to_the_policy(page: Page, measured: str) -> None:
    told: list[str] = []
    asked: list[str] = []
    page.on("console", lambda message: told.append(message.text))
    page.on("request", lambda request: asked.append(request.url))

    page.goto(f"{measured}{PAGE}?part=all")

    assert not told
    assert all(url.startswith((measured, "data:")) for url in asked)


def test_by_the_form_a_reader_compares_two_releases(page: Page, measured: str) -> None:
    page.goto(measured + PAGE)

    page.select_option("select[name=against]", "1")
    page.click(".releases button")

    page.wait_for_selector("#differences")
    assert "against=1" in page.url
