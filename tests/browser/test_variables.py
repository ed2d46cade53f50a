"""Pages of variables in a real browser: everyone can read them, and they work without scripts."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Final

import pytest

from catalogue.profiles.measured import Variable as Scanned
from catalogue.settings import Settings
from tests.apps import app_of
from tests.asking import reserved, served
from tests.browser.looking import look
from tests.site.site import Clock, filled
from tests.variables.worlds import BMI, described, identity, scan

if TYPE_CHECKING:
    from playwright.sync_api import Browser

pytestmark = pytest.mark.browser

HEART: Final = f"/dataset/{identity('heart')}"
PAGES: Final = (
    "/variables?q=bmi&type=number",
    "/variables?view=alike",
    f"/variables/compare?variable={BMI}",
    f"{HEART}/variables",
    HEART,
    "/datasets?variable=bmi",
)


@pytest.fixture(scope="module")
def described_site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a catalogue with dictionaries, one of which was scanned."""
    folder = tmp_path_factory.mktemp("variables")
    with reserved() as listening:
        base = f"http://127.0.0.1:{listening.getsockname()[1]}"
        settings = Settings(base_url=base, data_dir=folder)
        catalogue = filled(settings, Clock(), folder)
        catalogue.ingest("north", described(), whole=False)
        sex = Scanned("persons", "SEX", empty=0.125, values={"1": 400, "2": 600})
        scan(catalogue, "heart", sex, Scanned("persons", "ward"))
        with served(app_of(catalogue, settings), listening):
            yield base
        catalogue.close()


@pytest.mark.parametrize("path", PAGES)
def test_axe_finds_nothing_and_nothing_is_cut_off(
    browser: Browser, axe: str, described_site: str, path: str
) -> None:
    page = browser.new_context(reduced_motion="reduce").new_page()
    page.goto(described_site + path)
    look(page, axe, (1280, 320))
    page.context.close()


def test_from_words_to_a_comparison_without_scripts(browser: Browser, described_site: str) -> None:
    page = browser.new_context(java_script_enabled=False).new_page()
    page.goto(f"{described_site}/variables")

    page.get_by_label("Name, meaning, unit, value or concept").fill("systolic")
    page.get_by_role("button", name="Find variables").click()
    page.get_by_role("link", name="compare systolicBP").click()

    assert page.url == f"{described_site}/variables/compare?variable=systolicbp"
    assert page.get_by_role("row").count() == 3
    page.context.close()
