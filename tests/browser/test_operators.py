"""An operator makes a token, revokes it and signs out, without scripts, on pages that all can read."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Final, NamedTuple

import pytest

from catalogue.bootstrap import open_catalogue
from catalogue.settings import Settings
from tests.apps import app_of
from tests.asking import reserved, served
from tests.browser.looking import look
from tests.site.site import Clock

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

    from catalogue.tokens import Tokens

pytestmark = pytest.mark.browser

WIDTHS: Final = (1280, 375, 320)


class Desk(NamedTuple):
    """Where operators sign in, and the tokens that they have."""

    address: str
    tokens: Tokens


@pytest.fixture(scope="module")
def desk() -> Iterator[Desk]:
    with reserved() as listening:
        base = f"http://127.0.0.1:{listening.getsockname()[1]}"
        settings = Settings(base_url=base, publisher="Test Hospital")
        catalogue = open_catalogue(settings, in_memory=True, now=Clock())
        with served(app_of(catalogue, settings), listening):
            yield Desk(base, catalogue.ledger.tokens)
        catalogue.close()


@pytest.fixture
def plain(browser: Browser) -> Iterator[Page]:
    """A fresh window without scripts."""
    context = browser.new_context(java_script_enabled=False, reduced_motion="reduce")
    context.set_default_timeout(5000)
    yield context.new_page()
    context.close()


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    """A fresh window."""
    context = browser.new_context(reduced_motion="reduce")
    context.set_default_timeout(5000)
    yield context.new_page()
    context.close()


def sign_in(page: Page, desk: Desk, name: str) -> None:
    page.goto(desk.address + "/admin/tokens")
    page.fill("#token", desk.tokens.new(name))
    page.press("#token", "Enter")
    page.wait_for_selector(".desk")


def test_without_scripts_an_operator_makes_and_revokes_a_token(plain: Page, desk: Desk) -> None:
    sign_in(plain, desk, "Ada")

    plain.fill("#name", "robot")
    plain.select_option("#days", "30")
    plain.click("text=Make a token")
    made = plain.inner_text(".token")

    assert desk.tokens.identify(made) is not None
    plain.click("text=Revoke robot")
    plain.click("text=Revoke it robot")
    assert plain.url == desk.address + "/admin/tokens"
    assert desk.tokens.identify(made) is None

    plain.click("text=Sign out")
    plain.goto(desk.address + "/admin/tokens")
    assert plain.inner_text("h1") == "Sign in"


def test_no_script_can_read_the_session(page: Page, desk: Desk) -> None:
    sign_in(page, desk, "Bob")

    assert "fairfinder" not in page.evaluate("document.cookie")
    assert [cookie["sameSite"] for cookie in page.context.cookies()] == ["Strict"]


def test_axe_finds_nothing_on_the_pages_for_operators(page: Page, axe: str, desk: Desk) -> None:
    page.goto(desk.address + "/admin/sign-in")
    look(page, axe, WIDTHS)
    page.fill("#token", "fft_wrong")
    page.press("#token", "Enter")
    page.wait_for_selector("#fault")
    look(page, axe, WIDTHS)

    sign_in(page, desk, "Carla with a rather long name that needs more than one line in a table")
    look(page, axe, WIDTHS)
    page.fill("#name", "robot of the north")
    page.click("text=Make a token")
    page.wait_for_selector(".token")
    look(page, axe, WIDTHS)
    page.fill("#name", "robot of the north")
    page.click("text=Make a token")
    page.wait_for_selector("#fault")
    look(page, axe, WIDTHS)
