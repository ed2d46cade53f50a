"""What a reader is promised on the search page, with and without scripts."""

from urllib.parse import parse_qsl, urlsplit

from tests.site import dom
from tests.site.site import Site, identity


def facet(page: dom.Element, name: str) -> dict[str, str]:
    """The labels of a facet's boxes with their counts."""
    boxes = [e for e in page.all("input", name=name) if e.parent]
    labels = [box.parent for box in boxes if box.parent]
    return {label.one(cls="option-label").text: label.one(cls="count").text for label in labels}


def titles(page: dom.Element) -> list[str]:
    """The titles of the results in their order."""
    return [e.text for e in page.all("h3", cls="row-title")]


def parameters(address: str) -> list[tuple[str, str]]:
    """The parameters of a link."""
    return parse_qsl(urlsplit(address).query)


def test_the_first_line_says_how_many_data_sources_fit(site: Site) -> None:
    assert site.page("/datasets").one("h2", id="results-title").text == "4 data sources"
    assert site.page("/datasets?country=FRA").one("h2", id="results-title").text == "1 data source"


def test_a_result_shows_title_publisher_place_and_leads_to_its_page(site: Site) -> None:
    page = site.page("/datasets?country=FRA")

    link = page.one("h3", cls="row-title").one("a")
    assert link.attributes["href"] == f"/dataset/{identity('full')}"
    assert "Northern Institute" in page.one("p", cls="by").text
    assert "France" in page.one("p", cls="by").text


def test_the_match_is_marked_and_its_language_is_known(site: Site) -> None:
    page = site.page("/datasets?q=krebsregister")

    link = page.all("h3", cls="row-title")[0].one("a")
    assert link.one("mark").text == "Krebsregister"
    assert link.attributes["lang"] == "de"


def test_the_evidence_strip_says_in_words_what_it_draws(site: Site) -> None:
    strip = site.page("/datasets?country=FRA").one("dl", cls="strip")

    facts = dict(zip((e.text for e in strip.all("dt")), strip.all("dd"), strict=True))
    assert facts["People"].text == "12,430"
    assert facts["Years covered"].text == "2005–2021"
    assert facts["Ages"].text == "40–95"
    assert facts["Who may use it"].text == "On application"
    assert "Variables" in facts["What is described"].text
    assert "Quality label not provided" in facts["What is described"].text


def test_people_are_drawn_on_a_log_scale_from_one_to_a_hundred_million(site: Site) -> None:
    strip = site.page("/datasets?country=FRA").one("dl", cls="strip")

    bar = strip.all("rect", cls="fill")[0]
    assert bar.attributes["width"] == "51.18%"  # log10(12430) / 8


def test_what_a_source_does_not_say_is_not_drawn_and_not_zero(site: Site) -> None:
    page = site.page("/datasets?accessRights=RESTRICTED&sort=title")
    bare = next(e for e in page.all("article") if e.one("h3").text.startswith("مجموعة"))

    people = bare.one("dl", cls="strip").all("dd")[0]
    assert people.text == "– not provided"
    assert not people.all("rect", cls="fill")


def test_facets_have_labels_and_counts_and_need_no_script(site: Site) -> None:
    page = site.page("/datasets")

    assert facet(page, "country") == {"France": "1", "Germany": "1"}
    assert facet(page, "accessRights") == {"Restricted": "2", "Non-public": "1"}
    form = page.one("form", id="filters")
    assert form.attributes["action"] == "/datasets"
    assert form.attributes.get("method", "get") == "get"
    assert form.all("button")[-1].text == "Apply filters"


def test_the_box_in_the_header_belongs_to_the_filters_so_both_are_sent_together(site: Site) -> None:
    page = site.page("/datasets?q=tumoren&country=DEU")

    box = page.one("input", name="q")
    assert box.attributes["form"] == "filters"
    assert box.attributes["value"] == "tumoren"
    assert page.one("input", name="country", value="DEU").attributes["checked"] == ""


def test_each_filter_in_force_is_a_chip_that_takes_itself_away(site: Site) -> None:
    page = site.page("/datasets?q=cohort&country=FRA&persons_min=1000&persons_unknown=1")

    assert [chip.text for chip in page.all("a", cls="chip")] == [
        "Words: “cohort” remove",
        "Place: France remove",
        "People: from 1,000 or not said remove",
    ]
    place = page.all("a", cls="chip")[1]
    assert parameters(place.attributes["href"]) == [
        ("q", "cohort"),
        ("persons_min", "1000"),
        ("persons_unknown", "1"),
    ]
    assert page.one("a", cls="clear").attributes["href"] == "/datasets"


def test_a_range_says_how_many_records_do_not_say(site: Site) -> None:
    page = site.page("/datasets?persons_min=1000")

    unknown = page.one("input", name="persons_unknown")
    assert unknown.parent is not None
    assert unknown.parent.text == "include the 2 that do not say"
    assert page.one("input", name="persons_min").attributes["value"] == "1000"


def test_sorting_is_by_links_that_keep_the_search(site: Site) -> None:
    page = site.page("/datasets?country=FRA&country=DEU&sort=persons")

    assert titles(page) == ["Krebsregister Nord", "Northern dementia cohort"]
    current = page.one("nav", cls="sorts").one("a", **{"aria-current": "true"})
    assert current.text == "Most people"
    by_title = next(a for a in page.one("nav", cls="sorts").all("a") if a.text == "Title")
    assert ("country", "FRA") in parameters(by_title.attributes["href"])


def test_pages_are_links_and_the_last_has_no_next(site: Site) -> None:
    page = site.page("/datasets?size=2&page=2")

    paging = page.one("nav", cls="paging")
    assert [a.text for a in paging.all("a")] == ["Previous", "Page 1", "Page 2"]
    assert paging.one("a", **{"aria-current": "page"}).text == "Page 2"


def test_a_page_beyond_the_last_leads_back_to_the_first(site: Site) -> None:
    page = site.page("/datasets?page=9")

    assert "beyond the last result" in page.one("p", cls="notice").text


def test_an_empty_answer_says_which_condition_to_leave_out(site: Site) -> None:
    page = site.page("/datasets?country=FRA&accessRights=RESTRICTED")

    ways = page.one("div", cls="empty").all("ul")[0].all("li")
    assert {way.text for way in ways} == {
        "without Place: France 2 data sources",
        "without Who may use it: Restricted 1 data source",
    }


def test_a_close_spelling_is_called_that(site: Site) -> None:
    page = site.page("/datasets?q=krebsregster")

    assert titles(page) == ["Krebsregister Nord"]
    assert "close in spelling" in page.one("p", cls="notice").text


def test_the_same_query_can_be_taken_away(site: Site) -> None:
    page = site.page("/datasets?q=cohort&country=FRA")

    hrefs = [a.attributes["href"] for a in page.one("p", cls="downloads").all("a")]
    assert hrefs == [
        "/datasets.csv?q=cohort&country=FRA",
        "/datasets.json?q=cohort&country=FRA",
        "/api/v1/search?q=cohort&country=FRA",
    ]


def test_an_impossible_query_is_told_and_can_be_mended(site: Site) -> None:
    answer = site.get("/datasets?sort=colour")

    page = dom.parse(answer.text)
    assert answer.status_code == 422
    assert "sort=colour" in page.one("p", cls="lead").text
    assert page.all("form", role="search")


def test_foreign_parameters_do_no_harm(site: Site) -> None:
    assert site.get("/datasets?utm_source=mail&country=").status_code == 200
