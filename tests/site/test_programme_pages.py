"""A programme in pages, files and the API: the same numbers everywhere, with the evidence behind each."""

import csv
import io
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import pytest
from pyoxigraph import RdfFormat, Store

from catalogue.profiles.counts import Count
from catalogue.profiles.measured import Told
from catalogue.profiles.publishing import publish, withdraw
from catalogue.profiles.release import Guarded, Rule
from catalogue.settings import Settings
from tests.apps import app_of
from tests.asking import record
from tests.site import dom
from tests.site.site import FULL, SOURCE, Clock, Site, filled, identity

SPLEEN: Final = """
name = "Spleens"
home = "https://spleens.example/"
description = "Sources on the spleen."
identifiers = ["https://north.example/full", "ID", "https://north.example/nothing"]
[[members]]
country = ["DEU"]
[mapping]
author = "The network of spleens"
dated = 2026-03-03
[[sets]]
key = "core"
name = "Core"
title = "A core set"
address = "https://doi.org/10.1234/5"
year = 2025
read = "All of it."
[[outcomes]]
key = "size"
label = "Size of the spleen"
group = "Measured"
domain = 2
set = "core"
words = ["size"]
concepts = [{ id = 3004249, name = "Size" }]
[[outcomes]]
key = "score"
label = "Score"
group = "Measured"
domain = 29
set = "core"
seen = false
words = ["mmse", "tumor*"]
concepts = [{ id = 201826, name = "A score", descendants = false }]
[[outcomes]]
key = "rupture"
label = "Rupture"
group = "Events"
domain = 2
set = "core"
concepts = [{ id = 77, name = "Rupture" }]
[[outcomes]]
key = "death"
label = "Death"
group = "Events"
domain = 1
set = "core"
death = true
"""
PROFILE: Final = Guarded(
    Told("Achilles"),
    Rule(),
    {
        "persons": {(): Count.between(996, 1_000)},
        "personsByConcept": {("condition", "201826"): Count.hidden(5), ("condition", "77"): Count.exact(0)},
        "recordsByConcept": {("condition", "201826"): Count.between(396, 400)},
        "recordsByType": {("death", "32815"): Count.between(16, 20), ("death", "32816"): Count.hidden(5)},
        "recordsWithValue": {("3004249",): Count.between(6, 10)},
    },
)
FORMATS: Final = {
    "ttl": RdfFormat.TURTLE,
    "jsonld": RdfFormat.JSON_LD,
    "rdf": RdfFormat.RDF_XML,
    "nt": RdfFormat.N_TRIPLES,
}
QUESTIONS: Final = ("", "?country=FRA", "?grade=counted", "?grade=declared&outcome=score", "?country=ITA")


@pytest.fixture(scope="module")
def spleens(settings: Settings, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """A site with a programme of its operator, and the profile of one source of it."""
    folder = tmp_path_factory.mktemp("programmes")
    (folder / "spleens.toml").write_text(SPLEEN.replace("ID", identity("bare")), "utf-8")
    catalogue = filled(settings, Clock(), tmp_path_factory.mktemp("spleens"))
    publish(catalogue, identity("full"), PROFILE)
    yield Site(app_of(catalogue, settings.model_copy(update={"programmes": folder})), catalogue)
    catalogue.close()


def grades(page: dom.Element) -> dict[str, list[str]]:
    """The grades of each row of the matrix, by the title of its source."""
    rows = page.one("div", cls="matrix").one("tbody").all("tr")
    return {row.one("th").one("a").text: [td.text for td in row.all("td", cls="cell")] for row in rows}


def lines(site: Site, query: str = "") -> list[dict[str, str]]:
    """The lines of the table that can be taken away."""
    text = site.get(f"/programmes/spleens/coverage.csv{query}").text.removeprefix("\ufeff")
    return list(csv.DictReader(io.StringIO(text)))


def test_every_programme_has_a_card_that_leads_to_its_page(spleens: Site) -> None:
    cards = spleens.page("/programmes").one("ul", cls="cards")

    hrefs = {a.text: a.attributes["href"] for a in cards.all("a")}
    assert hrefs["Spleens"] == "/programmes/spleens"
    assert set(hrefs) == {"BigData@Heart", "EHDEN", "HARMONY", "PIONEER", "ROADMAP", "Spleens"}
    assert "3 data sources" in next(li.text for li in cards.all("li") if "Spleens" in li.text)


@pytest.mark.parametrize("key", ["roadmap", "harmony", "bigdata-heart", "pioneer", "ehden"])
def test_our_own_programmes_have_pages_that_cite_their_sets_and_sign_their_mapping(
    spleens: Site, key: str
) -> None:
    page = spleens.page(f"/programmes/{key}")

    assert len(page.all("h1")) == 1
    assert page.one("ul", cls="sets").all("h3")
    assert "This mapping is by FAIRfinder, of 26 November 2026." in page.one("main").text
    assert page.one("nav", cls="rooms").one("a", **{"aria-current": "page"}).text == "Programmes"


def test_members_are_found_by_condition_by_iri_and_by_id(spleens: Site) -> None:
    titles = grades(spleens.page("/programmes/spleens"))

    assert set(titles) == {"Northern dementia cohort", "Krebsregister Nord", "مجموعة بيانات"}


def test_each_cell_has_the_highest_grade_of_its_evidence(spleens: Site) -> None:
    found = grades(spleens.page("/programmes/spleens"))

    assert found["Northern dementia cohort"] == ["with value", "counted", "unknown", "counted"]
    assert found["Krebsregister Nord"] == ["unknown", "declared", "unknown", "unknown"]


def test_a_cell_leads_to_all_of_its_evidence_with_states_and_words(spleens: Site) -> None:
    row = spleens.page("/programmes/spleens").one("div", cls="matrix").one("tbody").all("tr")[0]
    href = row.all("td", cls="cell")[1].one("a").attributes["href"]

    page = spleens.page(href.partition("#")[0])

    evidence = page.one("section", id=href.partition("#")[2]).text
    assert "A score OMOP concept 201826 Persons" in evidence
    assert "hidden (1–5)" in evidence
    assert "396–400" in evidence
    assert "Visits: mmse" in evidence
    assert [mark.text for mark in page.one("section", id="score").all("mark")] == ["mmse"]
    assert "17–25" in page.one("section", id="death").text


def test_a_count_that_may_be_none_is_shown_and_is_no_evidence(spleens: Site) -> None:
    page = spleens.page(f"/programmes/spleens/sources/{identity('full')}")

    rupture = page.one("section", id="rupture").text
    assert rupture.startswith("Rupture unknown Nothing was found.")
    assert "Counted, and possibly none:" in rupture


@pytest.mark.parametrize("query", QUESTIONS)
def test_page_table_and_api_have_the_same_numbers(spleens: Site, query: str) -> None:
    page = spleens.page(f"/programmes/spleens{query}")
    answer = spleens.get(f"/api/v1/programmes/spleens/coverage{query}").json()

    table = Counter(row["grade"] for row in lines(spleens, query))
    assert {grade: number for grade, number in answer["grades"].items() if number} == table
    shown = [one for row in grades(page).values() for one in row] if answer["shown"] else []
    names = {"valued": "with value"}
    assert Counter(shown) == Counter({names.get(grade, grade): n for grade, n in table.items()})
    assert f"{answer['shown']} of {answer['programme']['sources']} data sources" in page.one("main").text
    for outcome in answer["outcomes"]:
        cells = [source["outcomes"][outcome["key"]]["grade"] for source in answer["sources"]]
        assert Counter(cells) == {grade: n for grade, n in outcome["grades"].items() if n}


def test_rows_and_columns_are_summed_up(spleens: Site) -> None:
    matrix = spleens.page("/programmes/spleens").one("div", cls="matrix")

    total, *by_grade = (row.all("td") for row in matrix.one("tfoot").all("tr"))
    assert [td.text for td in total] == ["1 of 3", "2 of 3", "0 of 3", "1 of 3", "4 of 12"]
    assert [td.text for td in by_grade[1]] == ["0", "1", "0", "1", "2"]
    assert matrix.one("tbody").all("tr")[0].all("td")[-1].text == "3 of 4"


@pytest.mark.parametrize("suffix", FORMATS)
def test_the_matrix_as_rdf_is_a_cube_with_as_many_observations_as_cells(spleens: Site, suffix: str) -> None:
    answer = spleens.get(f"/programmes/spleens/coverage.{suffix}")
    store = Store()

    store.load(answer.content, FORMATS[suffix])

    asked = (
        "PREFIX qb: <http://purl.org/linked-data/cube#> PREFIX p: <urn:fairfinder:profile:> "
        "SELECT ?source ?outcome ?grade WHERE { ?o a qb:Observation; p:source ?source; p:outcome ?outcome; "
        "p:grade ?grade }"
    )
    cells = [
        (s.value, o.value.rpartition("-")[2], g.value.rpartition(":")[2]) for s, o, g in store.query(asked)
    ]
    assert sorted(cells) == sorted((row["iri"], row["outcome"], row["grade"]) for row in lines(spleens))


def test_no_form_shows_a_hidden_count_as_zero_or_its_number(spleens: Site) -> None:
    answer = spleens.get("/api/v1/programmes/spleens/coverage").json()

    source = next(one for one in answer["sources"] if one["id"] == identity("full"))
    persons = source["outcomes"]["score"]["evidence"][0]["persons"]
    assert persons == {"state": "suppressed", "low": 1, "high": 5}
    row = next(r for r in lines(spleens) if r["outcome"] == "score" and r["id"] == identity("full"))
    assert (row["persons_state"], row["persons_low"], row["persons_high"]) == ("suppressed", "1", "5")
    assert "persons hidden (1-5)" in row["evidence"]


def test_the_api_lists_all_programmes_with_their_sets(spleens: Site) -> None:
    found = {one["key"]: one for one in spleens.get("/api/v1/programmes").json()["programmes"]}

    assert (found["spleens"]["sources"], found["spleens"]["outcomes"]) == (3, 4)
    assert found["spleens"]["mapped_by"] == "The network of spleens"
    assert found["ehden"]["sets"][0]["ours"]
    assert spleens.get(found["roadmap"]["coverage"].removeprefix("http://127.0.0.1:18201")).status_code == 200


@pytest.mark.parametrize("query", ["?grade=certain", "?outcome=nothing"])
def test_what_cannot_be_asked_is_refused_with_what_can(spleens: Site, query: str) -> None:
    for path in (
        "/programmes/spleens",
        "/programmes/spleens/coverage.csv",
        "/api/v1/programmes/spleens/coverage",
    ):
        answer = spleens.get(path + query)

        assert answer.status_code == 422
        assert "it must be one of" in answer.text


def test_what_is_not_there_is_not_found(spleens: Site) -> None:
    nowhere = (
        *("/programmes/lungs", "/programmes/lungs/coverage.csv", "/api/v1/programmes/lungs/coverage"),
        *("/programmes/spleens/coverage.xls", f"/programmes/spleens/sources/{identity('hostile')}"),
    )

    assert {spleens.get(path).status_code for path in nowhere} == {404}


def test_an_outcome_whose_name_was_not_read_says_so(spleens: Site) -> None:
    heads = spleens.page("/programmes/spleens").one("div", cls="matrix").one("thead").all("th")

    assert [th.text for th in heads if "not seen" in th.text] == ["Score not seen at its source"]


def test_a_source_that_is_withdrawn_is_no_member_any_more(settings: Settings, tmp_path: Path) -> None:
    catalogue = filled(settings, Clock(), tmp_path)
    site = Site(app_of(catalogue, settings), catalogue)

    catalogue.withdraw(identity("full"))

    assert site.get("/api/v1/programmes/roadmap/coverage").json()["sources"] == []
    assert "No data source of this programme" in site.page("/programmes/roadmap").one("main").text
    catalogue.close()


def test_what_changes_in_a_description_or_in_profiles_changes_the_matrix_at_once(
    settings: Settings, tmp_path: Path
) -> None:
    catalogue = filled(settings, Clock(), tmp_path)
    site = Site(app_of(catalogue, settings), catalogue)

    def grade(outcome: str) -> str:
        sources = site.get("/api/v1/programmes/roadmap/coverage").json()["sources"]
        return str(sources[0]["outcomes"][outcome]["grade"])

    before = grade("mortality"), grade("carer")
    catalogue.ingest(SOURCE, [record(FULL.replace("Adults", "Carers of adults"))], whole=False)
    release = publish(catalogue, identity("full"), PROFILE)
    after = grade("mortality"), grade("carer")
    withdraw(catalogue, release.id)

    assert before == ("unknown", "unknown")
    assert after == ("counted", "declared")
    assert grade("mortality") == "unknown"
    catalogue.close()
