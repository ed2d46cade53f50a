"""Operators run their sources on pages that all can read, by keyboard, without scripts, on any screen."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Final, NamedTuple

import pytest

from catalogue.profiles.publishing import publish
from catalogue.records import record_id
from catalogue.settings import Settings
from tests.apps import app_of
from tests.asking import reserved, served
from tests.browser.looking import look
from tests.site.charting import invented
from tests.site.operating import SOURCES, addresses, operated

if TYPE_CHECKING:
    from playwright.sync_api import Browser, BrowserContext, Page

    from catalogue.catalogue import Catalogue

pytestmark = pytest.mark.browser

WIDTHS: Final = (1280, 320)
LOOKED_AT: Final = (
    *("/admin/sources", "/north", "/meadow", "/new", "?kind=oai-pmh", "/moor/edit", "/meadow/withdrawals"),
    *("/admin/audit", "/admin/sources?state=failing"),
)
"""How the addresses end of the pages that differ; besides, there are those of runs."""
PROFILES: Final = "/admin/profiles"
PROFILED: Final = f"{PROFILES}/{record_id('north', 'https://north.example/d1')}"
"""A dataset with a release that is shown, the first, and a draft."""
COUNTS: Final = b"analysis,stratum_1,stratum_2,count\npersons,,,2694\npersonsBySex,other,,4\n"


class Room(NamedTuple):
    """Where operators work, and what they work on."""

    address: str
    catalogue: Catalogue


@pytest.fixture(scope="module")
def room(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Room]:
    """A catalogue whose sources stand in every way that there is."""
    with reserved() as listening:
        base = f"http://127.0.0.1:{listening.getsockname()[1]}"
        folder = tmp_path_factory.mktemp("room")
        settings = Settings(base_url=base, publisher="Test Hospital", data_dir=folder)
        catalogue = operated(settings)
        for number in (1, 2):
            publish(catalogue, PROFILED.rpartition("/")[2], invented(number, 400 * number), draft=number == 2)
        with served(app_of(catalogue, settings), listening):
            yield Room(base, catalogue)
        catalogue.close()


@pytest.fixture(scope="module")
def signed_in(browser: Browser, room: Room) -> Iterator[BrowserContext]:
    """The windows of somebody who is signed in."""
    context = browser.new_context(reduced_motion="reduce")
    enter(context.new_page(), room, "Ada")
    yield context
    context.close()


@pytest.fixture
def page(signed_in: BrowserContext) -> Iterator[Page]:
    """A fresh window."""
    page = signed_in.new_page()
    page.set_default_timeout(10_000)
    yield page
    page.close()


@pytest.fixture
def plain(browser: Browser, room: Room, request: pytest.FixtureRequest) -> Iterator[Page]:
    """A window without scripts, of somebody who is signed in."""
    context = browser.new_context(java_script_enabled=False, reduced_motion="reduce")
    context.set_default_timeout(10_000)
    page = context.new_page()
    enter(page, room, request.node.name)
    yield page
    context.close()


def enter(page: Page, room: Room, name: str) -> None:
    page.goto(room.address + SOURCES)
    page.fill("#token", room.catalogue.ledger.tokens.new(name))
    page.press("#token", "Enter")
    page.wait_for_selector(".desk")


def test_axe_finds_nothing_and_nothing_is_cut_off_on_any_page(page: Page, axe: str, room: Room) -> None:
    told: list[str] = []
    page.on("console", lambda m: told.append(m.text) if m.type in ("error", "warning") else None)
    page.on("pageerror", lambda error: told.append(str(error)))

    for path in addresses(room.catalogue.ledger):
        if path.endswith(LOOKED_AT) or "/runs/" in path:
            page.goto(room.address + path)
            look(page, axe, WIDTHS)

    assert not told


@pytest.mark.parametrize(
    "path",
    [PROFILES, f"{PROFILES}?q=valley", PROFILED]
    + [f"{PROFILED}{more}" for more in ("/2?done=draft", "/2/preview?part=visits", "/1/withdraw")],
)
def test_axe_finds_nothing_on_the_pages_of_profiles(page: Page, axe: str, room: Room, path: str) -> None:
    page.goto(room.address + path)

    look(page, axe, WIDTHS)


def test_without_scripts_a_profile_is_refused_uploaded_published_and_withdrawn(
    plain: Page, room: Room
) -> None:
    plain.goto(f"{room.address}{PROFILES}?q=valley+7")
    plain.click(".stack a")
    plain.click("text=Upload a profile")
    plain.set_input_files(
        "#files", {"name": "p.csv", "mimeType": "text/csv", "buffer": b"patient_id,x\n1,2\n"}
    )
    plain.click("main button.go")
    assert "p.csv has the column patient_id" in plain.inner_text("[role=alert]")

    plain.set_input_files("#files", {"name": "c.csv", "mimeType": "text/csv", "buffer": COUNTS})
    plain.click("main button.go")
    assert "taken in as a draft" in plain.inner_text("[role=status]")
    plain.click("button >> text=Publish it")
    assert "Visitors see it from now on." in plain.inner_text("[role=status]")
    plain.click("a.bad")
    assert "no profile of this dataset" in plain.inner_text("main")
    plain.fill("#reason", "It was of another year.")
    plain.click("button.bad")
    assert "It was of another year." in plain.inner_text("main")


def test_axe_finds_nothing_on_files_that_were_refused(page: Page, axe: str, room: Room) -> None:
    page.goto(f"{room.address}{PROFILED}/upload")
    page.set_input_files(
        "#files", {"name": "p.csv", "mimeType": "text/csv", "buffer": b"patient_id,x\n1,2\n"}
    )
    page.click("main button.go")
    page.wait_for_selector("[role=alert]")

    look(page, axe, WIDTHS)


def test_axe_finds_nothing_on_a_form_with_faults(page: Page, axe: str, room: Room) -> None:
    page.goto(f"{room.address}{SOURCES}/new?kind=oai-pmh")
    page.evaluate("document.querySelector('form.sheet').noValidate = true")
    page.fill("#schedule", "often")
    page.select_option("#scheme", "basic")
    page.click("text=Save")
    page.wait_for_selector("[role=alert]")
    look(page, axe, WIDTHS)

    page.click("[role=alert] a[href='#schedule']")
    assert page.evaluate("document.activeElement.id") == "schedule"


def test_axe_finds_nothing_on_the_question_before_a_source_is_deleted(
    page: Page, axe: str, room: Room
) -> None:
    page.goto(f"{room.address}{SOURCES}/spring/delete")
    page.check("input[value=leave]")
    page.fill("#name", "summer")
    page.click("text=Delete the source")
    page.wait_for_selector("[role=alert]")
    look(page, axe, WIDTHS)


def test_without_scripts_a_source_is_added_looked_at_and_run(plain: Page, room: Room) -> None:
    plain.click("nav >> text=Add a source")
    plain.click("text=dcat")
    plain.fill("#name", "brook")
    plain.fill("#url", f"{room.address}/nothing.ttl")
    plain.fill("#schedule", "30 2 * * *")
    plain.click("text=Look first")
    plain.wait_for_selector("text=What “brook” would bring")
    assert "At 02:30 every day" in plain.content()

    plain.click("button >> text=Save")
    assert plain.url == f"{room.address}{SOURCES}/brook?done=added"
    plain.click("text=Harvest now")
    assert plain.url == f"{room.address}{SOURCES}/brook?done=run"
    assert "queued" in plain.inner_text(".marks")
    plain.click("text=Cancel the harvest")
    plain.click("text=Delete")
    plain.check("input[value=leave]")
    plain.fill("#name", "brook")
    plain.click("text=Delete the source")
    assert "is deleted as soon as a worker is free" in plain.inner_text(".notice")


def test_by_keyboard_alone_a_person_decides_on_withdrawals(page: Page, room: Room) -> None:
    page.goto(f"{room.address}{SOURCES}?state=waiting")
    page.focus("text=Look at 60 withdrawals")
    page.keyboard.press("Enter")
    page.wait_for_selector("text=60 of 90 records wait to be withdrawn")

    page.focus("text=Keep the 60 records")
    page.keyboard.press("Enter")

    page.wait_for_url(f"**{SOURCES}/meadow?done=dismissed")
    assert "The records stay." in page.inner_text(".notice")


def test_a_run_that_goes_on_is_loaded_again_only_where_that_was_asked_for(plain: Page, room: Room) -> None:
    run = room.catalogue.ledger.runs.last()["river"].id
    plain.goto(f"{room.address}/admin/runs/{run}")
    assert not plain.locator("meta[http-equiv]").count()

    plain.click("text=Look every 5 seconds")
    with plain.expect_navigation(timeout=15_000):
        pass
    plain.click("text=Stop looking every 5 seconds")

    assert plain.url == f"{room.address}/admin/runs/{run}"


def test_state_is_told_by_shape_and_word_where_colours_are_forced(page: Page, room: Room) -> None:
    page.emulate_media(forced_colors="active")
    page.goto(room.address + SOURCES)

    shapes = "e => [getComputedStyle(e, '::before').width, e.innerText]"
    found = [page.evaluate(shapes, mark) for mark in page.query_selector_all(".stack .state")]
    assert all(width == "9px" and words for width, words in found)
