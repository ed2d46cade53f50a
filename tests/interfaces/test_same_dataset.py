"""What programs and readers are told where several sources describe one dataset."""

from collections.abc import Iterator
from typing import Final

import pytest

from catalogue.bootstrap import open_catalogue
from catalogue.records import record_id
from catalogue.settings import Settings
from tests.core.harvests import Clock
from tests.interfaces.site import Site, application, take
from tests.interfaces.test_api import conforms
from tests.site import dom
from web import api_models

LEAD: Final = record_id("north", "https://north.example/a")
COPY: Final = record_id("south", "https://north.example/b")
THIRD: Final = record_id("west", "https://north.example/c")
COPIES: Final = {COPY, THIRD}
PUBLISHER: Final = 'dct:publisher [ a foaf:Agent ; foaf:name "Institute" ]'


@pytest.fixture(scope="module")
def alike(settings: Settings) -> Iterator[Site]:
    """A dataset that three sources describe, where the third shares nothing with the first; and one more."""
    clock = Clock()
    catalogue = open_catalogue(settings, in_memory=True, now=clock)
    doi = 'dct:identifier "https://doi.org/10.1234/X"'
    take(catalogue, "north", f'ex:a a dcat:Dataset ; dct:title "Heart registry"@en ; {doi} .')
    clock.move(days=1)
    title = 'dct:title "Heart registry of the South"@en'
    take(
        catalogue,
        "south",
        f'ex:b a dcat:Dataset ; {title} ; dct:identifier "doi:10.1234/x" ; {PUBLISHER} .',
        'ex:other a dcat:Dataset ; dct:title "Lung registry"@en .',
    )
    take(catalogue, "west", f"ex:c a dcat:Dataset ; {title} ; {PUBLISHER} .")
    yield Site(application(catalogue, settings), catalogue)
    catalogue.close()


def page(site: Site, path: str) -> dom.Element:
    """A page as a browser gets it."""
    return dom.parse(site.get(path, "text/html").text)


def test_a_search_of_the_api_counts_a_dataset_once_unless_all_are_asked_for(alike: Site) -> None:
    once = alike.get("/api/v1/search?q=registry").json()
    every = alike.get("/api/v1/search?q=registry&copies=1").json()

    assert (once["total"], once["hidden"]) == (2, 2)
    assert (every["total"], every["hidden"]) == (4, 0)
    stands = {hit["id"]: (hit["copy_of"], hit["others"]) for hit in every["hits"]}
    assert stands[LEAD] == (None, 2)
    assert all(stands[id] == (LEAD, 0) for id in COPIES)
    assert "copies=1" in every["links"]["html"]


def test_facets_and_files_count_as_the_search_does(alike: Site) -> None:
    for path, total in (("facets?q=registry", 2), ("facets?q=registry&copies=1", 4)):
        assert alike.get(f"/api/v1/{path}").json()["total"] == total
    assert len(alike.get("/datasets.json?q=heart").json()["hits"]) == 1
    assert len(alike.get("/datasets.json?q=heart&copies=1").json()["hits"]) == 3


def test_a_record_of_the_api_tells_what_else_describes_its_dataset_and_why(alike: Site) -> None:
    answer = alike.get(f"/api/v1/datasets/{LEAD}")

    conforms(api_models.RecordAnswer, answer.content)
    told = {one["id"]: one for one in answer.json()["also_described_by"]}
    assert told.keys() == COPIES
    assert (told[COPY]["by"], told[COPY]["value"], told[COPY]["direct"]) == ("doi", "10.1234/x", True)
    assert (told[THIRD]["by"], told[THIRD]["source"], told[THIRD]["direct"]) == ("name", "west", False)


def test_the_data_of_a_record_say_nothing_that_its_publisher_did_not(alike: Site) -> None:
    assert "sameAs" not in alike.get(f"/dataset/{COPY}.ttl").text
    assert LEAD not in alike.get(f"/dataset/{COPY}.ttl").text


def test_a_result_says_how_many_other_sources_describe_it(alike: Site) -> None:
    found = page(alike, "/datasets?q=heart").one("p", cls="also").one("a")

    assert found.text == "Also described by 2 other sources"
    assert found.attributes["href"] == f"/dataset/{LEAD}#also"


def test_the_search_page_shows_every_description_on_demand_and_goes_back(alike: Site) -> None:
    once = page(alike, "/datasets?q=heart")
    switch = once.one("p", cls="copies")

    assert once.one("h2", id="results-title").text == "1 data source"
    assert switch.text.startswith("2 other descriptions of the same datasets are left out.")
    every = page(alike, switch.one("a").attributes["href"])
    assert every.one("h2", id="results-title").text == "3 descriptions of data sources"
    assert every.one("input", name="copies").attributes["value"] == "1"
    assert every.one("p", cls="copies").one("a").attributes["href"] == "/datasets?q=heart"
    leads = {p.one("a").attributes["href"] for p in every.all("p", cls="also")}
    assert leads == {f"/dataset/{LEAD}#also", f"/dataset/{LEAD}"}


def test_no_switch_stands_where_nothing_is_left_out(alike: Site) -> None:
    assert not page(alike, "/datasets?q=lung").all("p", cls="copies")


def test_words_that_only_another_description_holds_lead_to_it(alike: Site) -> None:
    found = page(alike, "/datasets?q=south")

    assert found.one("h2", id="results-title").text == "0 data sources"
    assert "copies=1" in found.one("p", cls="copies").one("a").attributes["href"]


def test_a_record_page_lists_the_other_descriptions_each_with_the_reason(alike: Site) -> None:
    section = page(alike, f"/dataset/{LEAD}").one("section", id="also")

    first, second = section.all("li")
    assert first.one("a", href=f"/dataset/{COPY}").text == "Heart registry of the South"
    assert "from south" in first.text
    assert "same DOI 10.1234/x" in first.text
    assert first.all("a", href="https://doi.org/10.1234/x")
    assert "by way of another description: same title and publisher" in second.text


def test_a_copy_says_which_description_counts(alike: Site) -> None:
    notice = page(alike, f"/dataset/{COPY}").one("p", cls="notice")

    assert notice.text == (
        "This is one of 3 descriptions of the same dataset. "
        "Search counts them once, as Heart registry from north."
    )
    assert notice.one("a").attributes["href"] == f"/dataset/{LEAD}"
    assert not page(alike, f"/dataset/{LEAD}").all("p", cls="notice")


def test_a_single_record_says_nothing_of_others(alike: Site) -> None:
    other = page(alike, f"/dataset/{record_id('south', 'https://north.example/other')}")

    assert not other.all("section", id="also")
    assert not other.all("a", href="#also")
