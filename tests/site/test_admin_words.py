"""On the pages for operators, too, foreign words are words, secrets stay away, and ours are translated."""

import re

import pytest

from catalogue.settings import Settings
from tests.access.visitor import Visitor
from tests.apps import app_of
from tests.site import dom
from tests.site.operating import EVIL, SECRET, SOURCES, addresses
from tests.site.test_words import Pseudo, bare

DATA = re.compile(r"[^\W\d_]{2,}")


@pytest.fixture(scope="module")
def pages(seen: Visitor) -> dict[str, dom.Element]:
    """Every page for operators."""
    return {path: seen.page(path) for path in addresses(seen.catalogue.ledger)}


def test_every_page_is_there_with_one_heading(pages: dict[str, dom.Element]) -> None:
    for path, page in pages.items():
        assert len(page.all("h1")) == 1, path
        assert page.one("head").one("title").text.endswith("– FAIRfinder"), path
        assert not page.all("section", cls="error"), path


def test_words_of_a_source_are_words_on_every_page(pages: dict[str, dom.Element]) -> None:
    for path, page in pages.items():
        assert len(page.all("script")) == 1, path
        assert page.one("script").attributes["src"].startswith("/static/app.js"), path
        assert not [e for e in page.walk() if {n for n in e.attributes if n.startswith("on")}], path
        assert not [e for e in page.walk() if "style" in e.attributes], path
        hrefs = [e.attributes[n] for e in page.walk() for n in ("href", "action") if n in e.attributes]
        assert all(href.startswith(("/", "#", "https://", "http://", "mailto:")) for href in hrefs), path
    assert EVIL in pages[SOURCES].text


def test_no_page_shows_a_secret(seen: Visitor, pages: dict[str, dom.Element]) -> None:
    for path in (*pages, "/sources/north", "/api/v1/sources/north"):
        text = seen.get(path).text

        assert SECRET not in text, path
        assert "locked" not in text, path


def test_ids_are_unique_and_labels_have_their_fields(pages: dict[str, dom.Element]) -> None:
    for path, page in pages.items():
        ids = [e.attributes["id"] for e in page.walk() if "id" in e.attributes]
        named = {e.attributes["for"] for e in page.all("label") if "for" in e.attributes}
        named |= {i for e in page.walk() for i in e.attributes.get("aria-describedby", "").split()}
        named |= {i for e in page.walk() for i in e.attributes.get("aria-labelledby", "").split()}

        assert len(ids) == len(set(ids)), path
        assert named <= set(ids), path


def test_every_change_is_a_form_of_this_session(pages: dict[str, dom.Element]) -> None:
    for path, page in pages.items():
        for form in page.all("form", method="post"):
            if form.attributes["action"] != "/theme":
                assert form.one("input", name="csrf").attributes["value"], path


def test_every_link_between_the_pages_leads_somewhere(seen: Visitor, pages: dict[str, dom.Element]) -> None:
    found = {a.attributes["href"].partition("#")[0] for page in pages.values() for a in page.all("a")}
    ours = {href for href in found if href.startswith("/admin/") and "/problems/" not in href}

    assert len(ours) > 40
    assert {href: code for href in ours if (code := seen.get(href).status_code) != 200} == {}


@pytest.fixture(scope="module")
def foreign(seen: Visitor, settings: Settings) -> Visitor:
    """The same operator in a language in which every message stands between brackets."""
    app = app_of(seen.catalogue, settings)
    renderer = app.state.fairfinder.renderer
    renderer.environment.install_gettext_translations(Pseudo(), newstyle=True)
    renderer.translate = Pseudo().gettext
    return Visitor(app, seen.catalogue, cookies=seen.cookies)


def test_every_word_of_ours_goes_through_the_translations(foreign: Visitor) -> None:
    ledger = foreign.catalogue.ledger
    kinds = foreign.app.state.fairfinder.operations.kinds()
    data = [text for kind in kinds for text in (kind.name, kind.help, kind.address, *kind.options.values())]
    data += [name for kind in kinds for name in kind.options]
    data += [run.message for run in ledger.runs.newest(limit=200)]
    data += [
        "FAIRfinder Test Hospital UTC Ada sign in At every day",
        "ago hours days week weeks hour minutes min sec ms",
    ]
    data += ["January February March on Monday months month second seconds byte kB locked dataset files"]
    data += [f"{one.name} {one.kind} {one.address} {one.contact}" for one in ledger.sources.all()]
    data += [
        "The title is no text page records Page was not had The feed says The prefix is not declared line"
    ]
    data += ["Cohort of valley https north example xx script alert name broken bytes catalog ttl hr"]
    data += ["a-very-long-part-of-an-address"]
    known = {word for text in data for word in DATA.findall(text)}

    for path in addresses(ledger):
        body = foreign.page(path).one("body")
        skipped = {text for e in body.all("code") + body.all("pre") for text in e.texts()}
        spoken = [text for text in body.texts() if text.strip() and text not in skipped]
        spoken += [
            e.attributes[n] for e in body.walk() for n in ("aria-label", "data-label") if n in e.attributes
        ]

        assert not [word for word in bare("\n".join(spoken)) if word not in known and "xxx" not in word], path
