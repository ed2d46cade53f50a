"""Everyone can read every page: axe finds nothing, nothing overflows, nothing comes from elsewhere."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import pytest

from tests.browser.looking import look
from tests.site.site import SOURCE, identity

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

pytestmark = pytest.mark.browser

PAGES: Final = (
    *("/", "/datasets?size=2&page=1", "/datasets?q=cohort&country=FRA&persons_min=10"),
    *("/datasets?country=FRA&accessRights=RESTRICTED", "/programmes", "/sources", "/api/v1/docs"),
    *("/programmes/roadmap", f"/programmes/roadmap/sources/{identity('full')}"),
    *(f"/sources/{SOURCE}", "/about", "/nothing-here"),
    *(f"/dataset/{identity(name)}" for name in ("full", "bare", "hostile")),
)


@pytest.fixture(scope="module")
def page(browser: Browser) -> Page:
    """A window for all pages, without motion."""
    return browser.new_context(reduced_motion="reduce").new_page()


@pytest.mark.parametrize("path", PAGES)
def test_axe_finds_nothing_and_nothing_is_cut_off(page: Page, axe: str, address: str, path: str) -> None:
    page.goto(address + path)
    look(page, axe, (1280, 320))


def test_no_page_asks_another_host_or_logs_an_error(browser: Browser, address: str) -> None:
    page = browser.new_page()
    asked: list[str] = []
    told: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.on("console", lambda message: told.append(message.text))
    page.on("pageerror", lambda error: told.append(str(error)))

    for path in (p for p in PAGES if "nothing" not in p):
        page.goto(address + path)

    page.close()
    assert {url.partition("/static")[0] for url in asked if "/static" in url} == {address}
    assert all(url.startswith((address, "data:")) for url in asked)
    assert not told


def test_a_record_prints_without_the_frame(browser: Browser, address: str) -> None:
    page = browser.new_page()
    page.goto(f"{address}/dataset/{identity('full')}")

    page.emulate_media(media="print")

    assert not page.locator("nav.rooms").is_visible()
    assert not page.locator("header .find").is_visible()
    assert page.locator("h1").is_visible()
    page.close()
