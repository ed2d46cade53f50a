"""Datasets side by side: what they say of themselves, what was measured, and nothing that is not told."""

import csv
import io
from collections.abc import Iterator
from dataclasses import replace
from typing import Final

import pytest

from catalogue.profiles.disclosure import guard
from catalogue.profiles.measured import Measured, Tally
from catalogue.profiles.publishing import publish
from catalogue.profiles.release import Guarded, Rule
from catalogue.settings import Settings
from tests.apps import app_of
from tests.counting import asked_of
from tests.profiles.concept_worlds import imported, write
from tests.site.charting import invented
from tests.site.concept_holders import AFTER, FAILING, SPLEEN, TONIC, told
from tests.site.dom import Element
from tests.site.site import Clock, Site, filled, identity
from web import compare

FULL, GERMAN, BARE, GONE = (identity(name) for name in ("full", "german", "bare", "hostile"))
NOBODY: Final = "aaaaaaaaaaaaaaaa"
TWO: Final = f"ids={FULL},{GERMAN}"


@pytest.fixture(scope="module")
def beside(settings: Settings, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """Two datasets with profiles and concepts, one without, and one that was withdrawn."""
    folder = tmp_path_factory.mktemp("compare")
    catalogue = filled(settings, Clock(), folder)
    imported(catalogue.ledger, write(folder / "vocabulary"))
    full = told(10_000, a=(FAILING, "condition", 2_000), b=(AFTER, "condition", 700), c=(TONIC, "drug", 900))
    publish(catalogue, FULL, _with_charts(1, full))
    few = told(200, a=(FAILING, "condition", 120), c=(TONIC, "drug", 3))
    publish(catalogue, GERMAN, _with_charts(2, few))
    catalogue.withdraw(GONE)
    yield Site(app_of(catalogue, settings.model_copy(update={"data_dir": folder})), catalogue)
    catalogue.close()


def _with_charts(seed: int, counted: list[Measured]) -> Guarded:
    """What a node tells, with cells of invented persons."""
    guarded, persons = guard(counted, Rule()), counted[1]
    assert isinstance(persons, Tally)
    made = invented(seed, persons.high)
    return replace(made, cells={**made.cells, **guarded.cells})


def rows_of(page: Element, anchor: str) -> dict[str, list[str]]:
    """The rows of a table by their heads."""
    rows = page.one("div", **{"aria-labelledby": f"{anchor}-title"}).one("tbody").all("tr")
    return {row.one("th").text: [cell.text for cell in row.all("td")] for row in rows}


def test_descriptions_stand_beside_each_other_in_the_reader_s_words(beside: Site) -> None:
    page = beside.page(f"/compare?{TWO}")

    glance, access = rows_of(page, "glance"), rows_of(page, "access")
    assert page.one("title").text == "Northern dementia cohort and Krebsregister Nord compared – FAIRfinder"
    assert glance["People"] == ["12,430", "410,000"]
    assert glance["Persons measured"] == ["9,996–10,000", "196–200"]
    assert glance["Place"] == ["France FRA", "Germany DEU"]
    assert access["How to apply"] == [
        "Where to get access: Enclave Ask the contact: Data office",
        "– not provided",
    ]
    assert "Demenz" in beside.get(f"/compare?{TWO}").text


def test_nobody_is_dropped_silently(beside: Site) -> None:
    query = f"{TWO},{BARE},{GONE},{NOBODY}"
    page = beside.page(f"/compare?{query}")

    heads = [one.text for one in page.one("ol", cls="compared").all("li")]
    assert "withdrawn on 3 March 2026" in heads[3]
    assert "not in this catalogue" in heads[4]
    assert rows_of(page, "glance")["Persons measured"][2:] == [
        *("– no profile", "– withdrawn", "– not in this catalogue"),
    ]
    shares = beside.get(f"/compare/compare-age.csv?{query}").text.splitlines()
    assert shares[1].endswith(",absent,,,absent,,,absent,,")


def test_an_address_can_ask_for_only_what_differs(beside: Site) -> None:
    whole = rows_of(beside.page(f"/compare?{TWO}"), "part-2")
    page = beside.page(f"/compare?{TWO}&differences=1")

    only = rows_of(page, "part-2")
    assert whole["Health category"] == ["– not provided", "– not provided"]
    assert "Health category" not in only
    assert only["Keywords"] == whole["Keywords"]
    assert "the same for all" in page.one("main").text
    assert page.one("p", cls="compare-ways").all("a")[1].text == "Show everything"


def test_concepts_are_told_as_shares_and_persons_with_all_below(beside: Site) -> None:
    rows = rows_of(beside.page(f"/compare?{TWO}&part=concepts&concept={SPLEEN}"), "concepts")

    assert rows["Disorder of the spleen OURS H00 chosen"] == ["– not provided", "– not provided"]
    assert rows["with all below"][0].startswith("19.9–27")
    assert rows["Failing spleen OURS H01"] == ["19.9–20.1 %1,996–2,000", "58–61.3 %116–120"]
    assert rows["Spleen tonic OURS H02"][1] == "hidden (1–5)"


def test_a_concept_is_looked_up_by_words_and_taken_away_again(beside: Site) -> None:
    page = beside.page(f"/compare?{TWO}&part=concepts&find=tonic")
    added = page.one("ul", cls="offers").one("a").attributes["href"]

    page = beside.page(added.partition("#")[0])

    assert added == f"/compare?{TWO}&concept={TONIC}&part=concepts#concepts"
    leave = page.one("ul", cls="offers").one("a").attributes["href"]
    assert leave == f"/compare?{TWO}&part=concepts#concepts"


def test_the_table_of_all_has_bounds_and_states(beside: Site) -> None:
    text = beside.get(f"/compare.csv?{TWO}&concept={TONIC}").text.removeprefix("\ufeff")

    rows = {row["name"]: row for row in csv.DictReader(io.StringIO(text))}
    ends = ("", "_state", "_low", "_high")
    assert [rows["persons"][f"{FULL}{end}"] for end in ends] == ["12,430", "", "", ""]
    assert rows["measured_persons"][f"{GERMAN}_low"] == "196"
    tonic = [rows[f"concept_{TONIC}_persons"][f"{GERMAN}{end}"] for end in ends]
    assert tonic == ["hidden (1–5)", "suppressed", "1", "5"]
    assert "compare-age-female" in rows


@pytest.mark.parametrize("suffix", ["csv", "json", "svg", "png"])
def test_every_chart_can_be_taken_away(beside: Site, suffix: str) -> None:
    answer = beside.get(f"/compare/compare-sex.{suffix}?{TWO}")

    assert answer.status_code == 200
    assert answer.headers["content-disposition"] == f'attachment; filename="compare-sex.{suffix}"'


def test_how_much_is_asked_does_not_grow_with_the_datasets(beside: Site) -> None:
    asked = []
    for ids in (TWO, f"{TWO},{BARE},{GONE},{NOBODY}"):
        with asked_of(beside.catalogue.ledger) as counted:
            found = compare.compared(beside.catalogue, compare.Asked(tuple(ids[4:].split(","))))
            compare.lines(beside.catalogue, found)
        asked.append(counted.statements)

    assert asked[0] == asked[1]


@pytest.mark.parametrize(
    ("ids", "status", "words"),
    [
        ("", 200, "Choose 2 to 8 datasets"),
        (FULL, 200, "Choose at least one more, and 7 at most."),
        (",".join(f"{n:016}" for n in range(9)), 422, "9 datasets are chosen; at most 8"),
    ],
)
def test_too_few_and_too_many_datasets_lead_to_a_choice(
    beside: Site, ids: str, status: int, words: str
) -> None:
    answer = beside.get(f"/compare?ids={ids}")

    assert answer.status_code == status
    assert words in answer.text


def test_who_looks_for_further_datasets_keeps_those_that_are_ticked(beside: Site) -> None:
    page = beside.page(f"/compare?ids={FULL}&look=krebs")

    [form] = [
        one for one in page.all("form") if one.all("input", name="look") and one.all("input", type="checkbox")
    ]
    find, show = form.all("button")
    assert "name" not in find.attributes
    ticked = beside.page(f"/compare?ids={FULL}&look=memory&ids={GERMAN}")
    assert "Krebsregister Nord" in ticked.one("ul", cls="compared").text
    shown = beside.page(f"/compare?ids={FULL}&look=krebs&ids={GERMAN}&{show.attributes['name']}=1")
    assert shown.one("h1").text != ticked.one("h1").text


def test_datasets_are_chosen_by_ticks_without_scripts(beside: Site) -> None:
    page = beside.page(f"/compare?ids={FULL}&look=krebs")
    search = beside.page("/datasets?q=krebs")

    offered = [box.attributes["value"] for box in page.all("input", type="checkbox")]
    assert offered == [GERMAN]
    assert page.one("div", cls="offered").one("a").attributes["href"] == f"/compare?{TWO}"
    ticks = search.one("section", cls="results").all("input", name="ids", form="compare")
    assert [one.attributes["value"] for one in ticks] == [GERMAN]
    assert search.one("form", id="compare").attributes["action"] == "/compare"
    chosen = beside.page(f"/compare?ids={FULL}&ids={GERMAN}")
    assert chosen.one("h1").text == "2 datasets compared"


def test_the_page_of_a_dataset_leads_to_its_comparison(beside: Site) -> None:
    links = {a.text: a.attributes["href"] for a in beside.record("full").all("a")}

    assert links["Compare with others"] == f"/compare?ids={FULL}"


@pytest.mark.parametrize(
    ("path", "status"),
    [
        (f"/compare?{TWO}&part=spleen", 422),
        (f"/compare?{TWO}&concept=spleen", 422),
        (f"/compare?{TWO}&concept={','.join(map(str, range(21)))}", 422),
        (f"/compare?ids={NOBODY},{'b' * 16}", 404),
        (f"/compare/spleen.csv?{TWO}", 404),
        (f"/compare/compare-sex.xls?{TWO}", 404),
        (f"/compare/compare-sex.svg?{TWO}&theme=pink", 422),
    ],
)
def test_what_cannot_be_asked_is_refused(beside: Site, path: str, status: int) -> None:
    assert beside.get(path).status_code == status
