"""Home, programmes, sources, about: true numbers, and only rooms that exist."""

import pytest

from tests.site import dom
from tests.site.site import SOURCE, Site, identity

PAGES = ("/", "/datasets", "/network", "/programmes", "/sources", f"/sources/{SOURCE}", "/about")


def numbers(page: dom.Element) -> dict[str, str]:
    """The numbers of the home page by their names."""
    found = page.one("dl", cls="numbers").children
    return {pair.one("dt").text: pair.all("dd")[0].text for pair in found if isinstance(pair, dom.Element)}


def test_the_home_page_counts_what_is_there(site: Site) -> None:
    assert numbers(site.page("/")) == {
        "data sources": "4",
        "countries covered": "2",
        "people described": "422,430",
        "last complete harvest": "3 March 2026",
    }


def test_the_number_of_people_says_what_it_is_the_sum_of(site: Site) -> None:
    note = site.page("/").one("dd", cls="note").text

    assert note == "sum of what 2 sources declare; overlaps not removed"


def test_each_country_with_data_is_a_tile_that_leads_to_its_sources(site: Site) -> None:
    page = site.page("/")

    links = page.one("ul", cls="tiles-map").all("a")
    assert [a.attributes["href"] for a in links] == ["/datasets?country=DEU", "/datasets?country=FRA"]
    assert "France: 1 data source" in links[1].text
    rows = page.one("table").one("tbody").all("tr")
    assert {row.one("a").text: row.one("td").text for row in rows} == {"France": "1", "Germany": "1"}


def test_a_programme_leads_to_its_sources(site: Site) -> None:
    cards = site.page("/programmes").one("ul", cls="cards")

    hrefs = {a.text: a.attributes["href"] for a in cards.all("a")}
    assert hrefs["ROADMAP"] == "/programmes/roadmap"
    assert hrefs["ROADMAP"] in {a.attributes["href"] for a in site.page("/").all("a")}
    assert len(site.page(hrefs["ROADMAP"]).one("div", cls="matrix").one("tbody").all("tr")) == 1


def test_newest_changes_are_on_the_home_page(site: Site) -> None:
    assert len(site.page("/").all("article", cls="row")) == 4


def test_a_source_shows_its_runs_and_the_problems_of_the_last(site: Site) -> None:
    page = site.page(f"/sources/{SOURCE}")

    assert "complete" in page.one("table").text
    assert "The prefix x: is not declared." in page.one("ol", cls="problems").text
    assert "line 41" in page.one("ol", cls="problems").text


def test_the_list_of_sources_leads_to_their_records(site: Site) -> None:
    row = site.page("/sources").one("tbody").one("tr")

    hrefs = [a.attributes["href"] for a in row.all("a")]
    assert hrefs == [f"/sources/{SOURCE}", f"/datasets?source={SOURCE}"]


def test_an_unknown_source_is_not_found(site: Site) -> None:
    assert site.get("/sources/nowhere").status_code == 404


@pytest.mark.parametrize("path", (*PAGES, f"/dataset/{identity('full')}", "/nothing-here"))
def test_every_page_has_one_heading_landmarks_a_language_and_a_way_past_them(site: Site, path: str) -> None:
    page = site.page(path)

    assert page.one("html").attributes["lang"] == "en"
    assert len(page.all("h1")) == 1
    assert len(page.all("main")) == 1
    assert page.one("a", cls="skip").attributes["href"] == "#main"
    assert page.one("title").text.endswith("– FAIRfinder")
    assert len(page.all("form", role="search")) == 1


@pytest.mark.parametrize("path", (*PAGES, f"/dataset/{identity('full')}"))
def test_ids_are_unique_and_labels_have_their_fields(site: Site, path: str) -> None:
    page = site.page(path)

    ids = [e.attributes["id"] for e in page.walk() if "id" in e.attributes]
    assert len(ids) == len(set(ids))
    assert {e.attributes["for"] for e in page.all("label") if "for" in e.attributes} <= set(ids)
    assert {e.attributes["aria-labelledby"] for e in page.walk() if "aria-labelledby" in e.attributes} <= set(
        ids
    )


def test_every_link_of_the_frame_leads_somewhere(site: Site) -> None:
    page = site.page("/about")

    hrefs = {a.attributes["href"] for e in page.all("header") + page.all("footer") for a in e.all("a")}
    local = {href.partition("#")[0] for href in hrefs if href.startswith("/")}
    assert {site.get(href).status_code for href in local} == {200}


def test_nothing_on_a_page_comes_from_another_host(site: Site) -> None:
    for path in (*PAGES, f"/dataset/{identity('full')}"):
        page = site.page(path)

        loaded = [e.attributes["src"] for e in page.walk() if "src" in e.attributes]
        loaded += [e.attributes["href"] for e in page.all("link")]
        assert all(address.startswith("/") for address in loaded)


def test_answers_to_head_have_no_body_to_fail_on(site: Site) -> None:
    assert all(site.send("HEAD", path).status_code == 200 for path in PAGES)
