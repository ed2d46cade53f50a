"""The profile of a dataset: measured beside declared, every chart with its numbers, hidden as hidden."""

import csv
import io
import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from typing import Final

import pytest
from markupsafe import Markup
from pyoxigraph import RdfFormat, Store

from catalogue.profiles.counts import Count
from catalogue.profiles.publishing import publish
from catalogue.settings import Settings
from tests.apps import app_of
from tests.site.charting import invented
from tests.site.site import Clock, Site, filled, identity
from web.charts.written import Written
from web.profile_preparing import Preparing
from web.profile_views import TABS

PAGE: Final = f"/dataset/{identity('full')}/profile"
ALL: Final = f"{PAGE}?part=all"
CONDITION: Final = 432867
MEASUREMENT: Final = 3004249
WITHOUT: Final = ("bare", "german", "hostile")


@pytest.fixture(scope="module")
def measured(settings: Settings, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """A dataset with two releases of a profile, and others without."""
    folder = tmp_path_factory.mktemp("profiles")
    catalogue = filled(settings, Clock(), folder)
    for number, year in ((1, 2024), (2, 2025)):
        made = invented(number, 400 * number)
        told = replace(made.told, producer="Achilles", version="1.7.2", released=date(year, 5, 4))
        publish(catalogue, identity("full"), replace(made, told=told))
    settings = settings.model_copy(update={"data_dir": folder})
    yield Site(app_of(catalogue, settings), catalogue)
    catalogue.close()


def test_the_first_screen_sets_measured_beside_declared_and_tells_the_rule(measured: Site) -> None:
    tiles = measured.page(PAGE).one("dl", cls="tiles").text

    assert "Persons measured796–800declared 12,430" in tiles
    assert "Data released4 May 2025Achilles 1.7.2" in tiles
    assert "1 to 5 hiddenAll others are rounded up to the next 5" in tiles


def test_each_part_has_an_address_and_one_page_has_all_of_them(measured: Site) -> None:
    tabs = measured.page(PAGE).one("nav", cls="profile-parts").all("a")

    hrefs = [a.attributes["href"] for a in tabs]
    assert hrefs[: len(TABS)] == [f"{PAGE}?part={name}" for name in TABS]
    assert hrefs[-1] == f"{PAGE}/concepts"
    titles = [h2.text for h2 in measured.page(ALL).all("h2")]
    assert [title for title in titles if title in TABS.values()] == list(TABS.values())[:-1]


def test_every_chart_has_a_sentence_a_table_and_four_files_that_answer(measured: Site) -> None:
    figures = measured.page(ALL).all("figure")

    assert {"chart-population-pyramid", "chart-growth"} <= {f.attributes["id"] for f in figures}
    for one in figures:
        assert one.one("figcaption").one("p").text.endswith(".")
        assert one.all("table")
        assert [a.text.split()[-1] for a in one.one("ul", cls="chart-ways").all("a")] == [
            *("CSV", "JSON", "SVG", "PNG")
        ]
    for a in figures[0].one("ul", cls="chart-ways").all("a"):
        assert measured.get(a.attributes["href"]).status_code == 200


def test_the_files_of_a_chart_have_the_numbers_of_its_table(measured: Site) -> None:
    text = measured.get(f"{PAGE}/population-pyramid.csv").text.removeprefix("\ufeff")
    body = json.loads(measured.get(f"{PAGE}/population-pyramid.json").text)

    rows = list(csv.DictReader(io.StringIO(text)))
    assert [row["age"] for row in rows] == [row["age"] for row in body["rows"]]
    assert [row["female_state"] for row in rows] == [row["female"]["state"] for row in body["rows"]]
    figure = measured.page(PAGE).one("figure", id="chart-population-pyramid")
    assert len(figure.one("tbody").all("tr")) == len(rows)


def test_an_older_release_says_so_and_keeps_its_address(measured: Site) -> None:
    page = measured.page(f"{PAGE}?release=1")

    assert "release 1, which is not the one that is shown now" in page.one("p", cls="notice").text
    assert "396–400" in page.one("dl", cls="tiles").text
    assert all(
        "release=1" in a.attributes["href"] for a in page.one("nav", cls="profile-parts").all("a")[:-1]
    )


def test_where_declared_and_measured_disagree_a_flag_says_both(measured: Site) -> None:
    flags = measured.page(PAGE).one("section", cls="flags").text

    assert "People: declared 12,430, measured 796 to 800" in flags


def test_a_release_as_linked_data_is_what_the_store_has(measured: Site) -> None:
    answer = measured.get("/profile/2.ttl")
    store = Store()

    store.load(answer.content, RdfFormat.TURTLE)

    iri = f"{measured.catalogue.base}/profile/2"
    assert bool(store.query(f"ASK {{ <{iri}> <urn:fairfinder:profile:producer> 'Achilles' }}"))
    page = measured.get("/profile/2", accept="text/html")
    assert (page.status_code, page.headers["location"]) == (303, f"{PAGE}?release=2")


@pytest.mark.parametrize("name", WITHOUT)
def test_a_dataset_without_a_profile_says_how_custodians_give_one(measured: Site, name: str) -> None:
    answer = measured.get(f"/dataset/{identity(name)}/profile")

    assert answer.status_code == 404
    assert "The custodian of the data can give one" in answer.text


@pytest.mark.parametrize(
    ("path", "status"),
    [
        (f"{PAGE}?release=3", 404),
        (f"{PAGE}?release=x", 422),
        (f"{PAGE}?part=spleen", 422),
        (f"{PAGE}/spleen.csv", 404),
        (f"{PAGE}/growth.xls", 404),
        (f"{PAGE}/growth.svg?theme=pink", 422),
        (f"{PAGE}/growth.svg?width=9", 422),
        (f"/dataset/{identity('bare')}/profile/growth.csv", 404),
        (f"{PAGE}/differences.csv", 422),
        (f"{PAGE}/differences.svg?against=1", 404),
        (f"{PAGE}?against=9", 404),
        (f"{PAGE}/concepts/1", 404),
        (f"{PAGE}/concepts/one", 404),
        (f"{PAGE}/prevalence-1.csv", 404),
        ("/profile/9.ttl", 404),
        ("/profile/one", 422),
    ],
)
def test_what_cannot_be_asked_is_refused(measured: Site, path: str, status: int) -> None:
    assert measured.get(path).status_code == status


def test_the_profile_of_a_withdrawn_record_is_gone(measured: Site) -> None:
    publish(measured.catalogue, identity("german"), replace(invented(3, 400)))
    number = measured.catalogue.releases.of(identity("german"))[0].id

    measured.catalogue.withdraw(identity("german"))

    paths = (f"/dataset/{identity('german')}/profile", f"/profile/{number}.ttl")
    assert [measured.get(path).status_code for path in paths] == [410, 410]


def test_records_of_all_concepts_are_those_added_up(measured: Site) -> None:
    releases = measured.catalogue.releases

    assert releases.records(releases.release(1)) == Count.absent()


def test_what_is_published_is_drawn_once_before_anyone_asks(measured: Site) -> None:
    here = measured.app.state.fairfinder
    preparing, drawn = Preparing(here), here.settings.data_dir / "drawings"

    assert (preparing.draw(), preparing.draw()) == (1, 0)

    before = {*drawn.rglob("*.svg")}
    measured.page(ALL)
    assert before
    assert {*drawn.rglob("*.svg")} == before


def test_charts_that_were_written_before_are_those_of_the_release_that_is_asked_for(measured: Site) -> None:
    Preparing(measured.app.state.fairfinder).draw()
    paths = [f"{PAGE}?part=population&release={number}" for number in (1, 2)]

    first, again = ([measured.page(path).one("section", id="population") for path in paths] for _ in (1, 2))

    assert [one.text for one in first] == [one.text for one in again]
    assert first[0].text != first[1].text


def test_a_part_that_nobody_asked_for_the_longest_is_forgotten() -> None:
    written = Written(most=2)
    for name in ("one", "two"):
        written.keep(name, Markup(name))

    written.find("one")
    written.keep("three", Markup("three"))

    assert [written.find(name) for name in ("one", "two", "three")] == ["one", None, "three"]


def test_a_page_waits_for_no_drawing_and_has_it_once_a_browser_has_fetched_it(measured: Site) -> None:
    path = f"{PAGE}/concepts/{MEASUREMENT}"
    pictures = measured.page(path).all("img")

    assert {one.attributes["loading"] for one in pictures} == {"lazy"}
    fetched = [measured.get(one.attributes["src"]) for one in pictures]

    assert {one.headers["content-type"] for one in fetched} == {"image/svg+xml"}
    assert not any("var(--" in one.text for one in fetched)
    page = measured.page(path)
    assert not page.all("img")
    assert len(page.all("svg", role="img")) == len(pictures) / 2


def test_a_concept_is_drawn_by_month_age_and_value_and_its_files_have_the_same(measured: Site) -> None:
    pages = {id: measured.page(f"{PAGE}/concepts/{id}") for id in (CONDITION, MEASUREMENT)}

    charts = {id: [f.attributes["id"] for f in page.all("figure")] for id, page in pages.items()}
    assert charts == {
        CONDITION: [f"chart-prevalence-{CONDITION}", f"chart-first-age-{CONDITION}"],
        MEASUREMENT: [f"chart-values-{MEASUREMENT}-8840"],
    }
    for page in pages.values():
        ways = page.all("ul", cls="chart-ways")[0].all("a")
        assert {measured.get(a.attributes["href"]).status_code for a in ways} == {200}


def test_two_releases_are_compared_count_by_count_on_the_page_and_in_files(measured: Site) -> None:
    query = "release=2&against=1"
    section = measured.page(f"{PAGE}?{query}").one("section", id="differences")
    text = measured.get(f"{PAGE}/differences.csv?{query}").text.removeprefix("\ufeff")

    assert section.one("tbody").all("tr")[0].text == "Personsall396–400796–800+396 to +404"
    rows = list(csv.DictReader(io.StringIO(text)))
    persons = next(row for row in rows if row["analysis"] == "persons")
    assert (persons["change_low"], persons["change_high"]) == ("396", "404")
    assert len(rows) > len(section.one("tbody").all("tr"))


def test_a_change_of_what_is_hidden_is_hidden(measured: Site) -> None:
    body = json.loads(measured.get(f"{PAGE}/differences.json?release=2&against=1").text)

    hidden = [row for row in body["rows"] if "suppressed" in (row["before"]["state"], row["after"]["state"])]
    told = [row for row in hidden if "absent" not in (row["before"]["state"], row["after"]["state"])]
    assert told
    assert {row["change"]["state"] for row in told} == {"suppressed"}
    assert {(row["change"]["low"], row["change"]["high"]) for row in hidden} == {(None, None)}


def test_releases_can_be_chosen_by_a_form_without_scripts(measured: Site) -> None:
    page = measured.page(f"{PAGE}?release=1&against=2&part=visits")

    form = page.one("form", cls="releases")
    chosen = [o.attributes["value"] for o in form.all("option") if "selected" in o.attributes]
    assert chosen == ["1", "2"]
    assert form.one("input", name="part").attributes["value"] == "visits"
    assert not measured.page(PAGE).all("section", id="differences")


def test_the_page_of_a_dataset_leads_to_its_profile_and_says_what_was_measured(measured: Site) -> None:
    page = measured.record("full")

    links = {a.text for a in page.all("a") if a.attributes.get("href") == PAGE}
    assert links == {"measured 796–800", "What the data hold"}
    assert "What the data hold: measured 4 May 2025, persons 796–800" in page.one("main").text
    assert not [a for a in measured.record("bare").all("a") if "/profile" in a.attributes["href"]]
