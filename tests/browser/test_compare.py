"""Datasets side by side in a real browser: everyone can read them, on a telephone and without scripts."""

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

if TYPE_CHECKING:
    from playwright.sync_api import Browser

pytestmark = pytest.mark.browser

FULL, GERMAN = identity("full"), identity("german")
BESIDE: Final = f"/compare?ids={FULL},{GERMAN},aaaaaaaaaaaaaaaa"
PAGES: Final = (f"{BESIDE}&differences=1", f"{BESIDE}&part=concepts&find=heart", f"/compare?ids={FULL}")
# Waits in the page itself: Playwright's polling by a text is forbidden by the pages' own policy.
SCROLLED: Final = """table => table.scrollLeft > 0
    || new Promise(done => table.addEventListener("scroll", () => done(true), {once: true}))"""


@pytest.fixture(scope="module")
def beside(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a catalogue with two profiles."""
    folder = tmp_path_factory.mktemp("compare")
    with reserved() as listening:
        base = f"http://127.0.0.1:{listening.getsockname()[1]}"
        settings = Settings(base_url=base, data_dir=folder)
        catalogue = filled(settings, Clock(), folder)
        for number, name in enumerate((FULL, GERMAN), 1):
            publish(catalogue, name, invented(number, 400 * number))
        with served(app_of(catalogue, settings), listening):
            yield base
        catalogue.close()


@pytest.mark.parametrize("path", PAGES)
def test_axe_finds_nothing_and_nothing_is_cut_off(browser: Browser, axe: str, beside: str, path: str) -> None:
    page = browser.new_context(reduced_motion="reduce").new_page()
    page.goto(beside + path)
    look(page, axe, (1280, 320))
    page.context.close()


def test_by_ticks_in_the_search_datasets_are_compared_without_scripts(browser: Browser, beside: str) -> None:
    page = browser.new_context(java_script_enabled=False).new_page()
    page.goto(f"{beside}/datasets")

    page.get_by_label("Compare: Northern dementia cohort").check()
    page.get_by_label("Compare: Krebsregister Nord").check()
    page.get_by_role("button", name="Compare", exact=True).click()

    assert page.locator("h1").inner_text() == "2 datasets compared"
    page.context.close()


def test_the_names_of_the_rows_stay_while_the_columns_are_scrolled_by_keys(
    browser: Browser, beside: str
) -> None:
    page = browser.new_context(viewport={"width": 390, "height": 800}).new_page()
    page.goto(beside + BESIDE)
    table = page.locator(".aligned").first
    name = table.locator("tbody th").first
    before = name.bounding_box()

    table.focus()
    for _ in range(5):
        page.keyboard.press("ArrowRight")
    table.evaluate(SCROLLED)

    after = name.bounding_box()
    assert before and after and abs(after["x"] - before["x"]) < 1
    page.context.close()
