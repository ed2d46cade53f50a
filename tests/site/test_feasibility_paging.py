"""A long answer is read in pages: each shows a part, what is told of all stays, and files stay whole."""

import csv
import io
from collections.abc import Iterator

import pytest

from catalogue.bootstrap import open_catalogue
from catalogue.profiles.disclosure import guard
from catalogue.profiles.measured import Tally
from catalogue.profiles.publishing import publish
from catalogue.profiles.release import Rule
from catalogue.settings import Settings
from tests.apps import app_of
from tests.asking import record
from tests.site.dom import Element
from tests.site.site import SOURCE, Site, identity

NUMBER = 28
SMALLEST = identity("d1")


@pytest.fixture(scope="module")
def many(settings: Settings, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """More sources than one page has; of each there are as many thousand persons as its number says."""
    catalogue = open_catalogue(settings.model_copy(update={"data_dir": tmp_path_factory.mktemp("many")}))
    names = [f"d{number}" for number in range(1, NUMBER + 1)]
    catalogue.ingest(SOURCE, [record(f'ex:{one} a dcat:Dataset ; dct:title "{one}"@en .') for one in names])
    for number, name in enumerate(names, 1):
        persons = Tally("persons", (), 1_000 * number, 1_000 * number)
        publish(catalogue, identity(name), guard([persons], Rule()))
    yield Site(app_of(catalogue, settings), catalogue)
    catalogue.close()


def titles(page: Element) -> list[str]:
    return [article.one("h3").text for article in page.all("article")]


def test_pages_go_on_in_one_order_and_say_where_they_are(many: Site) -> None:
    first, second = many.page("/feasibility?at_least=900"), many.page("/feasibility?at_least=900&page=2")

    assert titles(first) == [f"d{number}" for number in range(28, 3, -1)]
    assert titles(second) == ["d3", "d2", "d1"]
    assert "1 to 25 of 28" in first.one("nav", cls="paging").text
    assert "26 to 28 of 28" in second.one("nav", cls="paging").text


def test_what_is_told_of_all_sources_is_the_same_on_every_page(many: Site) -> None:
    first, second = many.page("/feasibility?at_least=900"), many.page("/feasibility?at_least=900&page=2")

    assert first.one("p", cls="lead").text == second.one("p", cls="lead").text
    assert first.one("p", cls="lead").text.startswith("28 sources surely have 900 persons or more")
    assert first.one("div", cls="scale-row").text == second.one("div", cls="scale-row").text


def test_a_page_beyond_the_end_is_the_last_one(many: Site) -> None:
    assert titles(many.page("/feasibility?at_least=900&page=9")) == ["d3", "d2", "d1"]


def test_who_turns_the_page_keeps_what_is_chosen_on_others(many: Site) -> None:
    page = many.page(f"/feasibility?at_least=900&chosen={SMALLEST}")

    form = page.one("nav", cls="paging")
    while form.tag != "form":
        assert form.parent
        form = form.parent
    hidden = {(i.attributes["name"], i.attributes["value"]) for i in form.all("input", type="hidden")}
    assert hidden == {("at_least", "900"), ("chosen", SMALLEST)}
    [turn] = page.one("nav", cls="paging").all("button")
    assert (turn.attributes["name"], turn.attributes["value"]) == ("page", "2")
    ticked = many.page(f"/feasibility?at_least=900&chosen={SMALLEST}&page=2").all("input", name="chosen")
    assert [i.attributes["value"] for i in ticked if "checked" in i.attributes] == [SMALLEST]


def test_files_and_the_api_have_every_source_whatever_page_is_asked(many: Site) -> None:
    table = many.get("/feasibility.csv?at_least=900&page=2").text
    told = many.get("/api/v1/feasibility?at_least=900&page=2").json()

    assert len([*csv.DictReader(io.StringIO(table))]) == NUMBER
    assert len(told["sources"]) == NUMBER
