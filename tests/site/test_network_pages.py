"""The network in numbers: sums with bounds, hidden as hidden, narrowed by the filters of the search."""

import csv
import io
import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Final

import pytest

from catalogue.catalogue import Catalogue
from catalogue.profiles.counts import Count
from catalogue.profiles.measured import Told
from catalogue.profiles.publishing import publish
from catalogue.profiles.release import Guarded, Rule, Strata
from catalogue.search import SearchQuery
from catalogue.settings import Settings
from tests.apps import app_of
from tests.asking import record
from tests.counting import asked_of
from tests.site import dom
from tests.site.site import SOURCE, Clock, Site, filled, identity
from web.network import overview

Cells = dict[str, dict[Strata, Count]]

ABOUT: Final = Told("Achilles", "1.7.2", released=date(2025, 9, 1), cdm_version="5.4")
LARGE: Final[Cells] = {
    "persons": {(): Count.between(996, 1_000)},
    "personsBySex": {("female",): Count.between(596, 600), ("male",): Count.between(396, 400)},
    "personsByAge": {
        ("17",): Count.hidden(5),
        ("45",): Count.between(596, 600),
        ("50",): Count.between(196, 200),
        ("90+",): Count.between(96, 100),
    },
    "personsObservedInYear": {("2019",): Count.between(496, 500), ("2020",): Count.between(696, 700)},
    "personsByDomains": {
        ("condition",): Count.between(896, 900),
        ("condition+drug",): Count.between(46, 50),
        ("drug",): Count.hidden(5),
    },
    "recordsByType": {
        ("condition", "32817"): Count.between(2_496, 2_500),
        ("condition", "32818"): Count.between(496, 500),
    },
}
SMALL: Final[Cells] = {
    "persons": {(): Count.hidden(5)},
    "personsObservedInYear": {("2020",): Count.hidden(5)},
    "recordsInMonth": {("drug", "201901"): Count.between(6, 10), ("drug", "201902"): Count.hidden(5)},
}


@pytest.fixture(scope="module")
def network(settings: Settings, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """Five datasets, the last of which came in May; two have profiles, one of them two releases."""
    folder, clock = tmp_path_factory.mktemp("network"), Clock()
    catalogue = filled(settings, clock, folder)
    show(catalogue, "full", LARGE, replace(ABOUT, released=date(2025, 3, 1)))
    clock.forward(days=60)
    show(catalogue, "full", LARGE)
    show(catalogue, "german", SMALL)
    catalogue.ingest(SOURCE, [record('ex:late a dcat:Dataset ; dct:title "Late"@en .')], whole=False)
    yield Site(app_of(catalogue, settings.model_copy(update={"data_dir": folder})), catalogue)
    catalogue.close()


def show(catalogue: Catalogue, name: str, cells: Cells, told: Told = ABOUT) -> None:
    publish(catalogue, identity(name), Guarded(told, Rule(), cells))


def tiles(page: dom.Element) -> dict[str, str]:
    return {one.one("dt").text: one.one("dd").text for one in page.one("dl", cls="tiles").all("div")}


def table(site: Site, name: str, query: str = "") -> list[dict[str, str]]:
    text = site.get(f"/network{name}.csv{query}").text.removeprefix("\ufeff")
    return list(csv.DictReader(io.StringIO(text)))


def test_the_first_screen_tells_the_sum_with_its_bounds_and_that_persons_overlap(network: Site) -> None:
    page = network.page("/network")

    told = tiles(page)
    assert "5 datasets are described here; 2 have a profile" in page.one("p", cls="lead").text
    assert told["Persons counted"].startswith("997–1,005")
    assert "a person may be in several" in told["Persons counted"]
    assert "different persons: 996–1,005" in told["Persons counted"]
    assert told["With a profile"] == "2releases published: 3"


def test_what_is_hidden_is_hatched_and_never_zero(network: Site) -> None:
    page = network.page("/network")

    [persons] = page.all("table", cls="heat")[:1]
    cells = {
        row.one("th").text: [(cell.text, cell.attributes.get("class", "")) for cell in row.all("td")]
        for row in persons.one("tbody").all("tr")
    }
    drug = cells["Northern dementia cohort"][1]
    assert drug == ("hidden (0.1–0.51)", "hidden-count")
    assert cells["Krebsregister Nord"] == [("– not provided", "absent-count")] * 2
    [year] = [row for row in table(network, "/persons-by-year") if row["year"] == "2020"]
    assert [year[f"persons_{name}"] for name in ("state", "low", "high")] == ["interval", "697", "705"]


def test_records_of_a_domain_are_added_up_from_what_each_source_tells(network: Site) -> None:
    north, register = table(network, "")

    assert (north["records_of_condition_low"], north["records_of_condition_high"]) == ("2992", "3000")
    assert (register["records_of_drug_low"], register["records_of_drug_high"]) == ("7", "15")
    assert register["records_of_condition_state"] == "absent"
    assert (north["persons_aged_40_64_low"], north["persons_aged_80+_high"]) == ("792", "100")


def test_the_same_filters_as_the_search_narrow_everything(network: Site) -> None:
    page = network.page("/network?country=FRA&q=dementia")

    search = network.page("/datasets?country=FRA&q=dementia")
    assert page.one("p", cls="lead").text.startswith("1 dataset is described here; 1 has a profile")
    assert search.one("h2", id="results-title").text == "1 data source"
    chips = [a.attributes["href"] for a in page.one("ul", cls="chips").all("a", cls="chip")]
    assert chips == ["/network?country=FRA", "/network?q=dementia"]
    assert [row["title"] for row in table(network, "", "?country=DEU")] == ["Krebsregister Nord"]


def test_the_form_carries_along_what_it_has_no_field_for(network: Site) -> None:
    form = network.page("/network?holds=316139&copies=1&country=FRA&size=5").one("aside").one("form")

    hidden = {i.attributes["name"]: i.attributes["value"] for i in form.all("input", type="hidden")}
    assert hidden == {"holds": "316139", "copies": "1"}


def test_each_country_tells_what_choosing_it_would_give_and_leads_to_the_search(network: Site) -> None:
    page = network.page("/network?country=FRA")

    links = {a.text: a.attributes["href"] for a in page.one("ul", cls="tiles-map").all("a")}
    assert links == {
        "FR1France: 1 dataset, chosen": "/datasets?country=FRA",
        "DE1Germany: 1 dataset": "/datasets?country=DEU",
    }
    persons = {row["country"]: row["persons_high"] for row in table(network, "/countries", "?country=FRA")}
    assert persons == {"France": "1000", "Germany": "5"}


def test_growth_tells_months_in_which_nothing_came_too(network: Site) -> None:
    datasets = table(network, "/datasets-by-month")
    releases = table(network, "/releases-by-month")

    assert [tuple(row.values()) for row in datasets] == [
        ("2026-03", "4", "4"),
        ("2026-04", "0", "4"),
        ("2026-05", "1", "5"),
    ]
    assert [row["all"] for row in releases] == ["1", "1", "3"]
    assert table(network, "/datasets-by-month", "?country=FRA") == [
        {"month": "2026-03", "new": "1", "all": "1"}
    ]


def test_versions_and_freshness_are_counted(network: Site) -> None:
    assert table(network, "/data-models") == [{"version": "5.4", "profiles": "2"}]
    assert table(network, "/profile-ages") == [{"age": "6 to 12 months", "profiles": "2"}]
    assert [row["places"] for row in table(network, "/harvests")] == ["1"]


def test_every_file_that_the_page_offers_is_there(network: Site) -> None:
    page = network.page("/network")

    hrefs = {a.attributes["href"] for a in page.all("a") if "download" in a.attributes}
    answers = {href: network.get(href) for href in hrefs if not href.endswith(("png", "svg"))}
    drawn = network.get("/network/age-by-source.svg?colours=dark")
    assert len(answers) > 20
    assert {answer.status_code for answer in answers.values()} == {200}
    assert (drawn.status_code, drawn.headers["content-type"]) == (200, "image/svg+xml")
    assert json.loads(network.get("/network.json").content) == network.get("/api/v1/network").json()


def test_what_is_not_there_is_told(network: Site) -> None:
    nothing = network.page("/network?q=zzzzzz")
    silent = network.page("/network?q=late")

    assert "Take a filter away" in nothing.one("p", cls="empty").text
    assert "nothing is known of what their data really hold" in silent.one("p", cls="notice").text
    assert network.get("/network/shoes.csv").status_code == 404
    assert network.get("/network/countries.png").status_code == 404
    assert network.get("/network?sort=shoes").status_code == 422


def test_as_much_is_asked_for_many_profiles_as_for_few(settings: Settings, tmp_path: Path) -> None:
    catalogue = filled(settings, Clock(), tmp_path)
    catalogue.ingest(
        SOURCE, [record(f'ex:{n} a dcat:Dataset ; dct:title "{n}"@en .') for n in range(9)], whole=False
    )
    asked = []

    for names in (["full"], map(str, range(9))):
        for name in names:
            show(catalogue, name, LARGE)
        with asked_of(catalogue.ledger) as counted:
            members = overview(catalogue, SearchQuery()).members
        asked.append((len(members), counted.statements))

    catalogue.close()
    (few, first), (many, second) = asked
    assert (few, many) == (1, 10)
    assert first == second < 20
