"""A reader's walks: by keyboard alone, without scripts, and with the small help that the script gives."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.site.site import identity

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.sync_api import Browser, Page

pytestmark = pytest.mark.browser


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    """A fresh window."""
    context = browser.new_context(viewport={"width": 1280, "height": 800})
    context.set_default_timeout(5000)
    yield context.new_page()
    context.close()


@pytest.fixture
def plain(browser: Browser) -> Iterator[Page]:
    """A fresh window without scripts."""
    context = browser.new_context(java_script_enabled=False, viewport={"width": 1280, "height": 800})
    context.set_default_timeout(5000)
    yield context.new_page()
    context.close()


def test_without_scripts_a_reader_searches_narrows_and_reads(plain: Page, address: str) -> None:
    plain.goto(address + "/")
    plain.fill("input[name=q]", "cohort")
    plain.press("input[name=q]", "Enter")
    plain.check("input[name=country][value=FRA]")
    plain.click("text=Apply filters")

    assert "q=cohort" in plain.url
    assert "country=FRA" in plain.url
    assert plain.inner_text("#results-title") == "1 data source"

    plain.click("h3 a")

    assert plain.inner_text("h1") == "Northern dementia cohort"


def test_without_scripts_the_colours_can_be_chosen(plain: Page, address: str) -> None:
    plain.goto(address + "/datasets?country=FRA")

    plain.click("button[value=dark]")

    assert plain.url == address + "/datasets?country=FRA"
    assert plain.get_attribute("html", "data-theme") == "dark"


def test_on_a_narrow_screen_the_filters_fold_above_the_list(plain: Page, address: str) -> None:
    plain.set_viewport_size({"width": 320, "height": 640})
    plain.goto(address + "/datasets")

    assert not plain.locator("input[value=FRA]").is_visible()
    plain.click(".drawer > summary")
    assert plain.locator("input[value=FRA]").is_visible()


def test_by_keyboard_alone_a_reader_reaches_a_record(page: Page, address: str) -> None:
    page.goto(address + "/")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.className") == "skip"
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.name") == "q"

    page.keyboard.type("dementia")
    page.keyboard.press("Enter")
    page.wait_for_selector("#results-title")
    page.focus("h3 a")
    page.keyboard.press("Enter")
    page.wait_for_selector(".record")

    assert page.inner_text("h1") == "Northern dementia cohort"


def test_the_focus_can_always_be_seen(page: Page, address: str) -> None:
    page.goto(address + "/datasets")
    for _ in range(12):
        page.keyboard.press("Tab")
        width = page.evaluate("parseFloat(getComputedStyle(document.activeElement).outlineWidth)")

        assert width >= 3


def test_a_filter_swaps_the_results_in_place_and_keeps_the_focus(page: Page, address: str) -> None:
    page.goto(address + "/datasets")
    page.evaluate("window.kept = true")

    page.focus("input[value=FRA]")
    page.keyboard.press("Space")
    page.wait_for_url("**/datasets?country=FRA")
    page.locator("#results-title", has_text="1 data source").wait_for()

    assert page.evaluate("window.kept")
    assert page.evaluate("document.activeElement.value") == "FRA"
    assert page.inner_text("#announcer") == "1 data source"

    page.go_back()
    page.locator("#results-title", has_text="4 data sources").wait_for()
    assert not page.is_checked("input[value=FRA]")


def test_removing_a_chip_moves_the_focus_to_the_results(page: Page, address: str) -> None:
    page.goto(address + "/datasets?country=FRA&accessRights=NON_PUBLIC")

    page.click(".chip >> nth=0")
    page.wait_for_url("**/datasets?accessRights=NON_PUBLIC")

    page.wait_for_selector("#results-title:focus")


def test_words_typed_on_the_search_page_keep_the_filters(page: Page, address: str) -> None:
    page.goto(address + "/datasets?country=FRA")

    page.fill("input[name=q]", "dementia")
    page.press("input[name=q]", "Enter")

    page.wait_for_url("**/datasets?q=dementia&country=FRA")


def test_suggestions_follow_the_combobox_pattern(page: Page, address: str) -> None:
    page.goto(address + "/about")
    box = page.locator("input[name=q]")
    box.press_sequentially("nor")
    page.wait_for_selector("[role=listbox] [role=option]")

    assert box.get_attribute("role") == "combobox"
    assert box.get_attribute("aria-expanded") == "true"
    page.keyboard.press("ArrowDown")
    active = box.get_attribute("aria-activedescendant")
    assert page.get_attribute(f"#{active}", "aria-selected") == "true"

    page.keyboard.press("Escape")
    assert box.get_attribute("aria-expanded") == "false"
    assert box.input_value() == "nor"


def test_a_suggested_record_is_opened(page: Page, address: str) -> None:
    page.goto(address + "/about")
    page.locator("input[name=q]").press_sequentially("northern")
    page.wait_for_selector("[role=option]")

    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")

    page.wait_for_url(f"**/dataset/{identity('full')}")
