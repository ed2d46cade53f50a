"""Pages of concepts in a real browser: everyone can read them, and they work without scripts."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Final

import pytest

from catalogue.settings import Settings
from tests.apps import app_of
from tests.asking import reserved, served
from tests.browser.looking import look
from tests.site.concept_holders import FAILING, SPLEEN, TONIC, hold
from tests.site.site import Clock, filled, identity

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Route

pytestmark = pytest.mark.browser

HELD: Final = f"/dataset/{identity('full')}/profile/concepts"
SEARCH: Final = f"/datasets?holds={SPLEEN}&holds={TONIC}&look=failing"
PAGES: Final = (
    "/concepts?q=spleen",
    "/concepts?q=kidney",
    f"/concept/{FAILING}",
    f"/concept/{SPLEEN}",
    HELD,
    SEARCH,
)


@pytest.fixture(scope="module")
def held(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a catalogue with concepts."""
    folder = tmp_path_factory.mktemp("concepts")
    with reserved() as listening:
        base = f"http://127.0.0.1:{listening.getsockname()[1]}"
        settings = Settings(base_url=base, data_dir=folder)
        catalogue = filled(settings, Clock(), folder)
        hold(catalogue, folder)
        with served(app_of(catalogue, settings), listening):
            yield base
        catalogue.close()


@pytest.mark.parametrize("path", PAGES)
def test_axe_finds_nothing_and_nothing_is_cut_off(browser: Browser, axe: str, held: str, path: str) -> None:
    page = browser.new_context(reduced_motion="reduce").new_page()
    page.goto(held + path)
    look(page, axe, (1280, 320))
    page.context.close()


def test_from_words_to_a_concept_to_the_data_of_a_source_without_scripts(browser: Browser, held: str) -> None:
    page = browser.new_context(java_script_enabled=False).new_page()
    page.goto(f"{held}/concepts")

    page.get_by_label("Name, synonym, code or OMOP number").fill("failing")
    page.get_by_label("Domain").select_option("condition")
    page.get_by_role("button", name="Find").click()
    assert page.url == f"{held}/concepts?q=failing&domain=condition"
    page.get_by_role("link", name="Failing spleen", exact=True).click()
    page.get_by_role("link", name="Records, with all below").click()
    assert page.locator("th[aria-sort]").inner_text() == "Records, with all below"
    page.get_by_role("link", name="Profile").first.click()

    assert page.url == f"{held}/dataset/{identity('full')}/profile"
    page.context.close()


@pytest.mark.parametrize("scripts", [False, True], ids=["without scripts", "with scripts"])
def test_a_search_is_narrowed_to_the_data_that_hold_a_concept(
    browser: Browser, held: str, scripts: bool
) -> None:
    page = browser.new_context(java_script_enabled=scripts).new_page()
    page.goto(f"{held}/datasets")

    page.get_by_text("Holds persons with", exact=True).first.click()
    page.get_by_label("Disease, drug or measurement").fill("failing")
    page.get_by_role("button", name="Look it up").click()
    page.get_by_role("checkbox", name="Failing spleen OURS H01 2").check()
    page.get_by_label("Persons with each, at least").fill("1000")
    page.get_by_role("button", name="Apply filters").click()
    page.get_by_role("link", name="Failing spleen, at least 1,000").wait_for()

    assert page.locator("#results-title").inner_text() == "1 data source"
    assert "Holds persons with Failing spleen: 1,996–2,700" in page.locator("ul.held").inner_text()
    page.context.close()


def test_what_is_written_while_an_answer_is_under_way_stays_written(browser: Browser, held: str) -> None:
    page = browser.new_context().new_page()
    page.goto(f"{held}/datasets?look=failing")
    under_way: list[Route] = []
    page.route("**/datasets?*holds=*", lambda route: under_way.append(route))

    with page.expect_request("**/datasets?*holds=*"):
        page.get_by_role("checkbox", name="Failing spleen OURS H01 2").check()
    page.get_by_label("Persons with each, at least").fill("1000")
    under_way[0].continue_()
    page.get_by_role("link", name="Failing spleen").first.wait_for()

    assert page.get_by_label("Persons with each, at least").input_value() == "1000"
    page.context.close()
