"""The page of a feasibility question in a real browser: for everybody, and without scripts."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Final

import pytest

from catalogue.profiles.disclosure import guard
from catalogue.profiles.measured import Tally
from catalogue.profiles.publishing import publish
from catalogue.profiles.release import Rule
from catalogue.settings import Settings
from tests.apps import app_of
from tests.asking import reserved, served
from tests.browser.looking import look
from tests.site.site import Clock, filled, identity

if TYPE_CHECKING:
    from playwright.sync_api import Browser

pytestmark = pytest.mark.browser

ASKED: Final = "/feasibility?concept=316139&from_age=50&wants=drug&at_least=600&look=heart"
CHOSEN: Final = f"/feasibility?concept=316139&wants=drug&chosen={identity('german')}"


@pytest.fixture(scope="module")
def asking(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a catalogue in which one source has a profile with counts of a concept, one without."""
    with reserved() as listening:
        base = f"http://127.0.0.1:{listening.getsockname()[1]}"
        settings = Settings(base_url=base)
        catalogue = filled(settings, Clock(), tmp_path_factory.mktemp("data"))
        persons = Tally("persons", (), 10_000, 10_000)
        ages = (Tally("personsByAge", (str(age),), 1_000, 1_000) for age in range(45, 55))
        heart = Tally("personsByConcept", ("condition", "316139"), 8_000, 8_000)
        publish(catalogue, identity("full"), guard([persons, *ages, heart], Rule()))
        publish(catalogue, identity("german"), guard([Tally("persons", (), 900, 900)], Rule()))
        with served(app_of(catalogue, settings), listening):
            yield base
        catalogue.close()


@pytest.mark.parametrize("path", ["/feasibility", ASKED, CHOSEN])
def test_axe_finds_nothing_and_nothing_is_cut_off(browser: Browser, asking: str, axe: str, path: str) -> None:
    page = browser.new_context(reduced_motion="reduce").new_page()
    page.goto(asking + path)
    look(page, axe, (1280, 320))
    page.context.close()


def test_without_scripts_a_reader_finds_a_concept_and_asks(browser: Browser, asking: str) -> None:
    page = browser.new_context(java_script_enabled=False).new_page()
    page.goto(asking + "/feasibility")
    page.fill("input[name=look]", "heart failure")
    page.click("text=Look it up")
    page.click(".matches a >> nth=0")
    page.fill("input[name=at_least]", "600")
    page.click(".ask .go")

    assert "concept=316139" in page.url
    assert page.inner_text("p.lead").startswith("1 source surely has 600 persons or more")
    page.context.close()
