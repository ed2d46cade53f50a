"""What a reader is promised of the concepts that data hold, on the search page and in its answers."""

import csv
import io
from collections.abc import Iterator
from typing import Final

import pytest

from catalogue.settings import Settings
from tests.apps import app_of
from tests.site.concept_holders import FAILING, SPLEEN, TONIC, hold
from tests.site.dom import Element
from tests.site.site import Clock, Site, filled, identity

FULL, GERMAN = identity("full"), identity("german")
RESULTS: Final = "results-title"


@pytest.fixture(scope="module")
def held(settings: Settings, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """Two datasets with concepts of a small vocabulary, and two without a profile."""
    folder = tmp_path_factory.mktemp("held")
    catalogue = filled(settings, Clock(), folder)
    hold(catalogue, folder)
    yield Site(app_of(catalogue, settings), catalogue)
    catalogue.close()


def boxes(page: Element) -> list[tuple[str, str, bool]]:
    """The concepts to tick: what they are called, how many results they give, and whether they are ticked."""
    found = [(box, box.parent) for box in page.all("input", name="holds")]
    return [
        (label.one(cls="option-label").text, label.one(cls="count").text, "checked" in box.attributes)
        for box, label in found
        if label
    ]


def test_a_concept_is_looked_up_and_tells_how_many_results_it_would_give(held: Site) -> None:
    page = held.page("/datasets?look=spleen&country=DEU")

    assert page.one("h2", id=RESULTS).text == "1 data source"
    assert ("Failing spleen OURS H01", "1", False) in boxes(page)
    assert ("Spleen tonic OURS H02", "0", False) in boxes(page)
    assert page.one("input", name="look").attributes["value"] == "spleen"
    assert not held.page("/datasets?look=kidney").all("input", name="holds")


def test_a_concept_in_force_is_ticked_and_has_a_chip_that_takes_it_away(held: Site) -> None:
    page = held.page(f"/datasets?holds={FAILING}&holds_min=1000&look=failing")

    assert boxes(page)[0] == ("Failing spleen OURS H01", "1", True)
    assert [box[0] for box in boxes(page)].count("Failing spleen OURS H01") == 1
    chip = page.one("a", cls="chip")
    assert chip.text.startswith("Holds persons with: Failing spleen, at least 1,000")
    assert chip.attributes["href"] == "/datasets"


def test_a_result_says_why_it_was_found_and_leads_to_its_profile(held: Site) -> None:
    page = held.page(f"/datasets?holds={SPLEEN}&holds={TONIC}")

    reasons = page.one("ul", cls="held").all("li")
    assert [one.text for one in reasons] == [
        "Holds persons with Disorder of the spleen: 1,996–2,700",
        "Holds persons with Spleen tonic: hidden (1–5)",
    ]
    assert reasons[1].one("a").attributes["href"] == f"/dataset/{FULL}/profile/concepts?q={TONIC}"
    assert reasons[1].one("span", cls="hidden-count").text == "hidden (1–5)"


def test_those_that_possibly_hold_as_many_are_told_of_and_let_in(held: Site) -> None:
    surely = held.page(f"/datasets?holds={SPLEEN}&holds_min=2500")

    way = surely.one("p", cls="more-held").one("a")
    assert surely.one("h2", id=RESULTS).text == "0 data sources"
    assert way.text == "Also show 1 more that may hold as many"
    assert held.page(way.attributes["href"]).one("h2", id=RESULTS).text == "1 data source"


def test_the_api_and_the_files_find_the_same_and_tell_the_bounds(held: Site) -> None:
    asked = f"holds={SPLEEN}&holds={TONIC}"
    reasons = [
        {"concept": SPLEEN, "persons": {"state": "interval", "low": 1_996, "high": 2_700}, "told_by": FULL},
        {"concept": TONIC, "persons": {"state": "suppressed", "low": 1, "high": 5}, "told_by": FULL},
    ]

    answer = held.get(f"/api/v1/search?{asked}").json()
    document = held.get(f"/datasets.json?{asked}").json()
    [row] = csv.DictReader(io.StringIO(held.get(f"/datasets.csv?{asked}").text.removeprefix("\ufeff")))

    assert answer["hits"] == document["hits"]
    assert [(hit["id"], hit["holds"]) for hit in answer["hits"]] == [(FULL, reasons)]
    assert answer["links"]["csv"].endswith(f"/datasets.csv?{asked}")
    bounds = [row[f"persons_with_{TONIC}_{part}"] for part in ("state", "low", "high")]
    assert bounds == ["suppressed", "1", "5"]
    assert held.get("/api/v1/search").json()["hits"][0]["holds"] == []


def test_a_feasibility_question_is_put_to_those_that_are_found(held: Site) -> None:
    asked = f"holds={FAILING}&holds_min=1000&at_least=10"

    sources = held.get(f"/api/v1/feasibility?{asked}").json()["sources"]

    assert [one["dataset"] for one in sources] == [FULL]


def test_nothing_found_says_what_would_be_without_the_concept(held: Site) -> None:
    page = held.page(f"/datasets?holds={FAILING}&holds_min=5000")

    ways = [one.text for one in page.one("div", cls="empty").all("li")]
    assert "without Holds persons with: Failing spleen 4 data sources" in ways
