"""What a reader is promised on the page of one record."""

from pathlib import Path

import pytest

from catalogue.links import BROKEN, CLOSED, UNKNOWN, WORKS, Answer
from catalogue.settings import Settings
from tests.apps import app_of
from tests.site import dom
from tests.site.site import SOURCE, Clock, Site, filled, identity


def fact(page: dom.Element, label: str) -> dom.Element:
    """The value that stands beside a label in the body of the page."""
    body = page.one("div", cls="body")
    pairs = [div for dl in body.all("dl", cls="facts") for div in dl.children]
    found = [
        div
        for div in pairs
        if isinstance(div, dom.Element) and div.all("dt") and div.all("dt")[0].text == label
    ]
    assert found, f"no fact called {label}"
    return found[0].all("dd")[0]


def test_the_title_is_in_the_reader_s_language_and_the_others_are_marked(site: Site) -> None:
    page = site.record("full")

    assert page.one("h1").text == "Northern dementia cohort"
    other = page.one("ul", cls="other-titles").one("li")
    assert (other.text, other.attributes["lang"]) == ("Nordische Demenzkohorte", "de")


def test_a_title_that_exists_only_in_another_language_carries_that_language(site: Site) -> None:
    title = site.record("bare").one("h1")

    assert title.attributes["lang"] == "ar"
    assert title.attributes["dir"] == "auto"


def test_the_five_tiles_answer_first(site: Site) -> None:
    tiles = site.record("full").one("dl", cls="tiles").text

    assert "12,430" in tiles
    assert "2005–2021" in tiles
    assert "France" in tiles
    assert "last changed 31 January 2026" in tiles
    assert "On application" in tiles


def test_a_gap_is_shown_where_the_fact_would_be_and_never_as_zero(site: Site) -> None:
    tiles = site.record("bare").one("dl", cls="tiles")

    persons = tiles.all("dd")[0]
    assert persons.text == "– not provided"
    assert "0" not in persons.text


def test_a_gap_says_who_could_fill_it(site: Site) -> None:
    gap = fact(site.record("full"), "Health data access body")

    assert "not provided" in gap.text
    assert "University Hospital North could add it" in gap.text


def test_dates_numbers_and_sizes_are_in_a_reader_s_words(site: Site) -> None:
    page = site.record("full")

    assert fact(page, "Years covered").text == "1 March 2005 – 31 December 2021"
    assert fact(page, "Records").text == "1,250,000"
    assert "1.5 MB" in fact(page, "Ways to get it").text


def test_a_concept_is_a_label_that_leads_to_its_like(site: Site) -> None:
    link = fact(site.record("full"), "Place").one("a")

    assert (link.text, link.attributes["href"]) == ("France", "/datasets?country=FRA")


def test_texts_in_other_languages_wait_behind_one_click_with_their_language(site: Site) -> None:
    others = fact(site.record("full"), "Description").one("details")

    assert "In 1 other language" in others.text
    assert "German" in others.text
    assert "Gedächtnisbeschwerden" in next(e.text for e in others.walk() if e.attributes.get("lang") == "de")


def test_variables_are_a_table_with_caption_and_scopes(site: Site) -> None:
    table = fact(site.record("full"), "Variables").one("table")

    assert table.one("caption").text == "Variables of the dataset, by table"
    assert [th.attributes["scope"] for th in table.all("th")] == ["col"] * 6 + ["rowgroup", "row"]
    assert "Table Visits" in table.text and "Mini-mental score" in table.text


def test_ways_to_apply_come_in_the_order_to_try_them(site: Site) -> None:
    ways = site.record("full").one("ol", cls="ways").all("a")

    assert [way.attributes["href"] for way in ways] == [
        "https://north.example/apply",
        "mailto:data@north.example",
    ]


def test_the_page_says_where_the_description_comes_from(site: Site) -> None:
    page = site.record("full")

    assert fact(page, "Harvested from").one("a").attributes["href"] == f"/sources/{SOURCE}"
    assert fact(page, "Found at").text == "https://north.example/catalog.ttl"
    assert fact(page, "This version fetched").text == "3 March 2026, 14:05 UTC"


def test_statements_outside_the_field_table_are_kept_and_shown(site: Site) -> None:
    foreign = site.record("full").one("details", cls="foreign")

    assert "https://north.example/ourOwnProperty" in foreign.text
    assert "kept as it is" in foreign.text


def test_the_page_tells_what_the_description_lacks_in_whole_sentences(site: Site) -> None:
    section = site.record("full").one("section", id="completeness")

    assert "expected facts are given" in section.text
    assert "“Health data access body” is missing" in section.one("ul", cls="must").text


def test_each_section_names_its_properties_for_those_who_need_them(site: Site) -> None:
    names = [d.text for d in site.record("full").all("details", cls="properties")]

    assert any("healthdcatap:numberOfUniqueIndividuals" in name for name in names)


def test_every_format_is_offered_in_the_head_and_on_the_page(site: Site) -> None:
    page = site.record("full")

    head = {e.attributes["type"]: e.attributes["href"] for e in page.all("link", rel="alternate")}
    shown = {a.attributes["href"] for a in page.one("section", id="technical").all("a", cls="tag")}
    assert head["text/turtle"] == f"/dataset/{identity('full')}.ttl"
    assert set(head.values()) == shown
    assert len(shown) == 4


def test_contents_lead_to_sections_that_exist(site: Site) -> None:
    page = site.record("full")

    anchors = {a.attributes["href"].lstrip("#") for a in page.one("nav", cls="contents").all("a")}
    assert anchors <= {e.attributes.get("id") for e in page.all("section")}


@pytest.mark.parametrize(
    ("state", "words"),
    [
        (BROKEN, "not reachable since 3 March 2026"),
        (CLOSED, "asks for permission"),
        (UNKNOWN, "could not be checked since 3 March 2026"),
    ],
)
def test_an_address_that_does_not_work_is_told_beside_it_with_the_date(
    settings: Settings, tmp_path: Path, state: str, words: str
) -> None:
    catalogue = filled(settings, Clock(), tmp_path)
    addresses = ("https://north.example/about", "https://north.example/apply")
    catalogue.ledger.links.note([Answer(url, state) for url in addresses])

    page = Site(app_of(catalogue, settings), catalogue).record("full")

    assert f"Home page of the source · {words}" in " ".join(
        page.one("header", cls="record-head").text.split()
    )
    assert words in page.one("ol", cls="ways").text
    assert words in fact(page, "Home page").text
    assert words in fact(page, "Where to get access").text
    catalogue.close()


def test_an_address_that_works_or_was_never_asked_stands_alone(settings: Settings, tmp_path: Path) -> None:
    catalogue = filled(settings, Clock(), tmp_path)
    catalogue.ledger.links.note([Answer("https://north.example/about", WORKS)])

    page = Site(app_of(catalogue, settings), catalogue).record("full")

    assert fact(page, "Home page").text.strip() == "https://north.example/about"
    assert fact(page, "Where to get access").text.strip() == "https://north.example/apply"
    catalogue.close()
