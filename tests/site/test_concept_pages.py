"""Concepts are found over all sources and in one, and each tells who holds it, hidden as hidden."""

import csv
import io
import json
from collections.abc import Iterator
from typing import Final

import pytest

from catalogue.profiles.disclosure import guard
from catalogue.profiles.publishing import publish
from catalogue.profiles.release import Rule
from catalogue.settings import Settings
from tests.apps import app_of
from tests.site.concept_holders import AFTER, FAILING, SPLEEN, TONIC, UNKNOWN, hold, told
from tests.site.dom import Element
from tests.site.site import Clock, Site, filled, identity

FULL, BARE = identity("full"), identity("bare")
HELD: Final = f"/dataset/{FULL}/profile/concepts"


@pytest.fixture(scope="module")
def held(settings: Settings, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """Two datasets with concepts of a small vocabulary, and others without a profile."""
    folder = tmp_path_factory.mktemp("concepts")
    catalogue = filled(settings, Clock(), folder)
    hold(catalogue, folder)
    settings = settings.model_copy(update={"data_dir": folder})
    yield Site(app_of(catalogue, settings), catalogue)
    catalogue.close()


def rows(site: Site, path: str) -> list[str]:
    """The rows of the list on a page, their cells parted by bars."""
    return [words(row) for row in site.page(path).all("table")[-1].one("tbody").all("tr")]


def words(row: Element) -> str:
    """The cells of a row parted by bars."""
    return " | ".join(cell.text for cell in row.all() if cell.tag in ("th", "td"))


def table(site: Site, path: str) -> list[dict[str, str]]:
    """The rows of a file."""
    return list(csv.DictReader(io.StringIO(site.get(path).text.removeprefix("\ufeff"))))


def test_the_concepts_of_all_sources_come_with_most_sources_first_and_a_caveat(held: Site) -> None:
    page = held.page("/concepts")

    first = page.one("tbody").all("tr")[0]
    assert words(first) == "Failing spleen OURS H01 | 2 | 2,032–2,040 | 6,112–6,120"
    assert first.one("a").attributes["href"] == f"/concept/{FAILING}"
    assert "One person may be in several sources" in page.one("p", cls="notice").text
    assert page.one("p", role="status").text == "1 to 25 of 34 concepts"


@pytest.mark.parametrize("asked", ["failing attack", "spleen attack", "H01.1", str(AFTER)])
def test_concepts_are_found_by_name_code_and_number(held: Site, asked: str) -> None:
    assert rows(held, f"/concepts?q={asked}")[0].startswith("Failing spleen after a spleen attack")


def test_concepts_are_found_by_synonym_and_domain(held: Site) -> None:
    assert len(rows(held, "/concepts?q=decompensation")) == 1
    assert rows(held, "/concepts?domain=drug")[1].startswith("Spleen tonic")
    assert not held.page("/concepts?q=kidney").all("table")


def test_pages_keep_what_was_asked_and_the_last_one_stands_for_those_beyond(held: Site) -> None:
    page = held.page(f"{HELD}?domain=measurement&page=99")

    assert page.one("p", role="status").text.startswith("26 to 30 of 30 concepts")
    previous = page.one("a", rel="prev").attributes["href"]
    assert previous == f"{HELD}?domain=measurement"


def test_the_concepts_of_a_dataset_have_persons_a_share_and_all_below(held: Site) -> None:
    first = rows(held, HELD)[0]

    assert first == (
        "Failing spleen OURS H01 | Conditions | 1,996–2,000 | 19.9–20.1 | 5,996–6,000"
        " | 1,996–2,700 | 8,092–8,100"
    )


def test_a_small_count_is_hidden_on_every_page_and_in_every_file(held: Site) -> None:
    in_dataset = held.page(f"{HELD}?q=tonic").one("tbody")
    of_concept = table(held, f"/concept/{TONIC}.csv")
    of_network = table(held, "/concepts.csv?q=tonic")

    assert in_dataset.all("span", cls="hidden-count")[0].text == "hidden (1–5)"
    for [row] in (of_concept, of_network):
        assert (row["persons_state"], row["persons_low"], row["persons_high"]) == ("suppressed", "1", "5")


def test_a_concept_tells_what_it_is_and_what_is_above_and_below(held: Site) -> None:
    page = held.page(f"/concept/{FAILING}")

    facts = page.one("dl", cls="facts").text
    assert "Vocabulary and codeOURS H01" in facts
    assert "Also calledDécompensation splénique" in facts
    links = [a.attributes["href"] for a in page.one("dl", cls="facts").all("a")]
    assert links == ["/concept/1", "/concept/4", "/concept/3", f"/api/v1/concepts/{FAILING}"]


def test_a_concept_tells_who_holds_it_and_leads_to_their_profiles(held: Site) -> None:
    page = held.page(f"/concept/{SPLEEN}")

    row = page.all("tbody")[-1].all("tr")[0]
    assert words(row).startswith(
        "Northern dementia cohort | – not provided | – not provided | 1,996–2,700 | 8,092–8,100"
    )
    assert [a.attributes["href"] for a in row.all("a")] == [f"/dataset/{FULL}", f"/dataset/{FULL}/profile"]
    assert "Northern dementia cohort comes first" in page.one("figcaption").text


def test_the_sources_of_a_concept_are_sorted_by_link(held: Site) -> None:
    orders = {
        sort: [row.split()[0] for row in rows(held, f"/concept/{FAILING}?sort={sort}")]
        for sort in ("persons", "records", "title")
    }

    assert orders["persons"] == orders["records"] == ["Northern", "Krebsregister"]
    assert orders["title"] == ["Krebsregister", "Northern"]


def test_the_api_and_the_files_tell_who_holds_a_concept_in_the_order_of_the_page(held: Site) -> None:
    page = [row.split()[0] for row in rows(held, f"/concept/{FAILING}")]

    answer = held.get(f"/api/v1/concepts/{FAILING}?lang=de").json()
    spoken = [(one["title"].split()[0], one["language"]) for one in answer["holders"]]

    assert page == [row["source"].split()[0] for row in table(held, f"/concept/{FAILING}.csv")]
    assert page == ["Northern", "Krebsregister"]
    assert spoken == [("Nordische", "de"), ("Krebsregister", "de")]


def test_a_concept_without_a_name_is_told_by_its_number(held: Site) -> None:
    assert held.page(f"/concept/{UNKNOWN}").one("h1").text == f"Concept {UNKNOWN}"
    assert held.page("/concept/4").one("h1").text == "Disorder"


@pytest.mark.parametrize("path", ["/concepts", f"/concept/{FAILING}", HELD])
def test_every_list_can_be_taken_away_whole(held: Site, path: str) -> None:
    ways = held.page(path).one("p", cls="downloads").all("a")

    assert [a.text for a in ways] == ["CSV", "JSON"]
    lines = table(held, ways[0].attributes["href"])
    body = json.loads(held.get(ways[1].attributes["href"]).text)
    assert [line["persons_state"] for line in lines] == [row["persons"]["state"] for row in body["rows"]]
    assert len(lines) in (2, 33, 34)


def test_a_dataset_without_a_profile_says_so(held: Site) -> None:
    page, file = (
        held.get(f"/dataset/{BARE}/profile/concepts"),
        held.get(f"/dataset/{BARE}/profile/concepts.csv"),
    )

    assert (page.status_code, file.status_code) == (404, 404)
    assert "has no profile yet" in page.text


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/concepts?domain=shoe", 422),
        (f"/concepts?q={'x' * 201}", 422),
        ("/concepts?q=%00%25", 200),
        ("/concepts?page=-1", 200),
        (f"/concepts?page={'9' * 15}", 200),
        ("/concepts.xls", 404),
        ("/concepts.csv?domain=shoe", 422),
        ("/concept/999", 404),
        ("/concept/heart", 422),
        (f"/concept/{'9' * 30}", 422),
        (f"/concept/{FAILING}?sort=shoe", 422),
        (f"/concept/{FAILING}.xls", 404),
        ("/concept/999.csv", 404),
        ("/dataset/nobody/profile/concepts", 404),
        ("/dataset/nobody/profile/concepts.csv", 404),
    ],
)
def test_what_cannot_be_asked_is_refused(held: Site, path: str, status: int) -> None:
    assert held.get(path).status_code == status


def test_the_concepts_of_a_withdrawn_record_are_gone(held: Site) -> None:
    publish(held.catalogue, identity("hostile"), guard(told(200, a=(88, "drug", 50)), Rule()))
    before = held.get("/concept/88").status_code

    held.catalogue.withdraw(identity("hostile"))

    path = f"/dataset/{identity('hostile')}/profile/concepts"
    assert [held.get(one).status_code for one in (path, f"{path}.csv", "/concept/88")] == [410, 410, 404]
    assert before == 200
