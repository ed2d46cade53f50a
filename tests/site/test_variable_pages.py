"""Variables are found over all sources and in one dataset, narrowed, compared and taken away."""

import csv
import io
from collections.abc import Iterator

import pytest

from catalogue.profiles.measured import Variable as Scanned
from catalogue.settings import Settings
from tests.apps import app_of
from tests.site.dom import Element
from tests.site.site import Clock, Site, filled
from tests.site.site import identity as north
from tests.variables.worlds import BMI, described, identity, scan

HEART = f"/dataset/{identity('heart')}"


@pytest.fixture(scope="module")
def site(settings: Settings, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """Datasets with dictionaries, one of which was scanned, and one that was only scanned."""
    folder = tmp_path_factory.mktemp("variables")
    catalogue = filled(settings, Clock(), folder)
    catalogue.ingest("north", described(), whole=False)
    sex = Scanned("persons", "SEX", type="varchar", empty=0.125, values={"1": 400, "2": 600, "9": 3})
    scan(catalogue, "heart", sex, Scanned("persons", "ward"))
    scan(catalogue, "plain", Scanned("stays", "ward"))
    yield Site(app_of(catalogue, settings.model_copy(update={"data_dir": folder})), catalogue)
    catalogue.close()


def _rows(page: Element) -> list[list[str]]:
    """The cells of the rows of the last table on a page, without headings of groups."""
    found = [
        [cell.text for cell in row.all() if cell.tag in ("th", "td")]
        for body in page.all("table")[-1].all("tbody")
        for row in body.all("tr")
    ]
    return [row for row in found if len(row) > 1]


def _table(site: Site, path: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(site.get(path).text.removeprefix("\ufeff"))))


def test_variables_are_found_with_their_datasets_and_ways_to_compare(site: Site) -> None:
    page = site.page("/variables?q=systolic+bp")

    assert page.one("h2", id="results-title").text == "2 variables in 2 datasets"
    first = _rows(page)[0]
    assert first[1:6] == [
        "Heart registry Visits",
        "Sitting, after five minutes",
        "decimal",
        "mmHg",
        "– not provided",
    ]
    ways = [a.attributes["href"] for a in page.all("table")[0].all("a")]
    assert "/variables/compare?variable=systolicbp" in ways and HEART in ways


def test_facets_count_and_chips_take_a_selection_away(site: Site) -> None:
    page = site.page("/variables?q=bmi&type=text&unit=none")

    assert [row[1] for row in _rows(page)] == ["Memory clinic Baseline"]
    options = {label.text for label in page.all("label", cls="option")}
    assert "number 1" in options and "text 1" in options
    hrefs = [chip.attributes["href"] for chip in page.all("a", cls="chip")]
    assert hrefs == ["/variables?q=bmi&unit=none", "/variables?q=bmi&type=text"]


def test_what_several_datasets_have_leads_to_a_comparison(site: Site) -> None:
    page = site.page("/variables?view=alike")

    assert [row[-2:] for row in _rows(page)] == [["2", "2"]] * 4
    names = [row["alike"] for row in _table(site, "/variables.csv?view=alike")]
    assert names == [BMI, "mmse", "systolicbp", "ward"]


def test_a_comparison_says_what_differs_and_what_else_is_called_so(site: Site) -> None:
    page = site.page(f"/variables/compare?variable={BMI}")

    assert page.one("h1").text.startswith("Body mass index")
    facts = page.one("dl", cls="facts").text
    assert "the same in all: number" in facts and "not the same: kg/m2 1, not provided 1" in facts
    others = page.one("section").all("a")[0].attributes["href"]
    assert others.endswith("&variable=bmi")
    assert [row["title"] for row in _table(site, others.replace("compare?", "compare.csv?"))] == [
        "Heart registry",
        "Memory clinic",
        "Memory clinic",
    ]


def test_the_page_of_a_record_has_its_variables_with_what_was_measured(site: Site) -> None:
    page = site.page(HEART)

    rows = _rows(page)
    sex = next(row for row in rows if row[0].startswith("sex"))
    assert sex[4:7] == ["1 male 396–400 2 female 596–600", "– not provided", "12%"]
    assert next(row for row in rows if row[0].startswith("ward"))[0] == "ward only measured compare ward"
    assert page.one("form", cls="variable-find").attributes["action"] == f"{HEART}/variables"
    only = site.page(f"/dataset/{identity('plain')}")
    assert "Variables found in the data" in [title.text for title in only.all("h3")]


def test_the_variables_of_a_dataset_are_searched_by_table_and_words_and_taken_away(site: Site) -> None:
    page = site.page(f"{HEART}/variables?q=pressure&table=Visits")

    assert [row[0] for row in _rows(page)] == ["systolicBP Systolic pressure compare systolicBP"]
    assert page.one("p", role="status").text.startswith("1 to 1 of 1 variables")
    codes = {row["name"]: row["codes"] for row in _table(site, f"{HEART}/variables.csv")}
    assert codes["sex"] == "1 = male (interval: 396-400); 2 = female (interval: 596-600)"


def test_a_rare_value_stands_nowhere(site: Site) -> None:
    for path in (HEART, f"{HEART}/variables", f"{HEART}/variables.json", "/variables.json?q=sex"):
        assert "(suppressed" not in site.get(path).text and ">9<" not in site.get(path).text


def test_hostile_words_of_a_dictionary_are_shown_as_words(site: Site) -> None:
    answer = site.get("/variables?q=%3Cscript%3Ealert(1)%3C/script%3E")

    assert answer.status_code == 200 and "<script>alert" not in answer.text


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/variables?page=0", 422),
        ("/variables/compare", 422),
        ("/variables.xlsx", 404),
        ("/variables/compare.csv", 422),
        ("/dataset/nobody/variables", 404),
        ("/dataset/nobody/variables.csv", 404),
        (f"/dataset/{north('bare')}/variables", 200),
    ],
)
def test_what_cannot_be_asked_is_told(site: Site, path: str, status: int) -> None:
    assert site.get(path).status_code == status


def test_a_search_for_datasets_is_narrowed_by_variables_and_says_why(site: Site) -> None:
    page = site.page(f"/datasets?variable={BMI}&variable=mini+mental")

    assert page.one("h2", id="results-title").text == "1 data source"
    reasons = {one.text for one in page.one("ul", cls="why").all("li")}
    assert reasons == {"Variable Weight for height BMI_kg", "Variable Mini-mental score mmse"}
    chips = [chip.attributes["href"] for chip in page.all("a", cls="chip")]
    assert "/datasets?variable=mini+mental" in chips
    assert site.get("/datasets.json?variable=mmse&variable=systolic_bp").json()["total"] == 1


def test_the_facet_of_variables_counts_as_the_search_finds(site: Site) -> None:
    labels = [
        one for one in site.page("/datasets").all("label", cls="option") if one.all("input", name="variable")
    ]
    counts = {one.one("input").attributes["value"]: one.one("span", cls="count").text for one in labels}

    assert counts[BMI] == counts["systolicbp"] == counts["ward"] == counts["mmse"] == "2"
    for value, count in counts.items():
        assert str(site.get(f"/datasets.json?variable={value}").json()["total"]) == count
