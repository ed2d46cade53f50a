"""The page of the network in a real browser: for everybody, in each width and theme, and without scripts."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest

from catalogue.profiles.publishing import publish
from catalogue.settings import Settings
from tests.apps import app_of
from tests.asking import reserved, served
from tests.browser.looking import look
from tests.site.charting import invented
from tests.site.site import Clock, filled, identity

if TYPE_CHECKING:
    from playwright.sync_api import Browser

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def network(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a catalogue in which two sources have profiles, one of them a small one."""
    folder, clock = tmp_path_factory.mktemp("network"), Clock()
    with reserved() as listening:
        base = f"http://127.0.0.1:{listening.getsockname()[1]}"
        settings = Settings(base_url=base, data_dir=folder)
        catalogue = filled(settings, clock, folder)
        publish(catalogue, identity("full"), invented(1, 4_000))
        clock.forward(days=40)
        publish(catalogue, identity("german"), invented(2, 60))
        with served(app_of(catalogue, settings), listening):
            yield base
        catalogue.close()


def test_axe_finds_nothing_and_nothing_is_cut_off(browser: Browser, network: str, axe: str) -> None:
    page = browser.new_context(reduced_motion="reduce").new_page()
    page.goto(f"{network}/network")
    look(page, axe, (1280, 320))
    page.context.close()


def test_without_scripts_a_reader_narrows_the_network_and_goes_on_to_the_search(
    browser: Browser, network: str
) -> None:
    page = browser.new_context(java_script_enabled=False).new_page()
    page.goto(f"{network}/")

    page.get_by_role("navigation", name="Main").get_by_role("link", name="Network").click()
    page.locator("summary", has_text="Place").click()
    page.get_by_label("France").check()
    page.get_by_role("button", name="Apply filters").click()
    assert page.locator(".chip").get_attribute("href") == "/network"
    assert "1 dataset is described here" in page.locator(".lead").inner_text()
    page.locator(".tiles-map").get_by_role("link", name="Germany: 1 dataset").click()

    assert page.url == f"{network}/datasets?country=DEU"
    assert page.locator(".row-title").inner_text() == "Krebsregister Nord"
    page.context.close()
