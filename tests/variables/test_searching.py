"""Variables of all sources are found, narrowed, counted, and laid side by side."""

from collections.abc import Iterator

import pytest

from catalogue.bootstrap import open_catalogue
from catalogue.catalogue import Catalogue
from catalogue.errors import Invalid
from catalogue.settings import Settings
from catalogue.variables import key_of, kind_of
from catalogue.variables_asked import Answer, VariableQuery, format, parse
from catalogue.variables_matching import distance
from catalogue.variables_search import VariableSearch
from tests.variables.worlds import BMI, SOURCE, described, identity


@pytest.fixture(scope="module")
def search() -> Iterator[VariableSearch]:
    catalogue: Catalogue = open_catalogue(Settings(), in_memory=True)
    catalogue.ingest(SOURCE, described())
    yield catalogue.variables
    catalogue.close()


def _names(answer: Answer) -> list[str]:
    return [one.variable.name for one in answer.rows]


@pytest.mark.parametrize(
    "text",
    ["systolicBP", "systolic_bp", "SYSTOLIC BP", "systolic-bp", "systol"],
)
def test_a_variable_is_found_by_its_name_in_any_spelling(search: VariableSearch, text: str) -> None:
    assert _names(search.search(VariableQuery(text))) == ["systolicBP", "systolic_bp"]


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("five minutes", "systolicBP"),
        ("mmHg", "systolicBP"),
        ("female", "sex"),
        ("39156", "bmi"),
        ("mini mental", "mmse"),
        ("persons", "sex"),
    ],
)
def test_label_meaning_unit_codes_concept_and_table_find_a_variable(
    search: VariableSearch, text: str, name: str
) -> None:
    assert name in _names(search.search(VariableQuery(text)))


def test_the_name_itself_comes_before_words_that_stand_elsewhere(search: VariableSearch) -> None:
    assert _names(search.search(VariableQuery("bmi"))) == ["bmi", "bmi", "BMI_kg"]


def test_close_spellings_are_shown_where_nothing_matches_and_said_so(search: VariableSearch) -> None:
    answer = search.search(VariableQuery("sistolic presure"))

    assert (answer.close, _names(answer)) == (True, ["systolicBP", "systolic_bp"])
    assert not search.search(VariableQuery("zzzz")).total


def test_facets_are_counted_without_their_own_selection(search: VariableSearch) -> None:
    answer = search.search(VariableQuery("bmi", {"type": ("number",)}))

    assert (answer.total, answer.datasets) == (2, 2)
    counts = {name: {one.value: one.count for one in found} for name, found in answer.facets.items()}
    assert counts == {
        "dataset": {identity("heart"): 1, identity("memory"): 1},
        "source": {SOURCE: 2},
        "type": {"number": 2, "text": 1},
        "unit": {"kg/m2": 1, "none": 1},
        "concept": {BMI: 2},
    }
    only = VariableQuery(filters={"dataset": (identity("memory"),), "unit": ("none",)})
    assert _names(search.search(only)) == ["bmi", "BMI_kg", "mmse"]


def test_pages_follow_each_other_and_files_have_all(search: VariableSearch) -> None:
    pages = [_names(search.search(VariableQuery(page=number, size=3))) for number in (1, 2, 3, 4)]

    assert [len(page) for page in pages] == [3, 3, 1, 0]
    together = [name for page in pages for name in page]
    assert together == [one.variable.name for one in search.rows(VariableQuery())]


def test_what_several_datasets_share_is_a_concept_or_a_name(search: VariableSearch) -> None:
    found = search.alike(VariableQuery())

    assert [(one.alike, one.datasets, one.variables) for one in found.rows] == [
        (BMI, 2, 2),
        ("systolicbp", 2, 2),
    ]
    assert found.total == 2


def test_variables_are_compared_by_concept_or_name_and_others_of_the_name_are_told(
    search: VariableSearch,
) -> None:
    compared = [(one.title, one.variable.name) for one in search.compared([BMI])]

    assert compared == [("Heart registry", "bmi"), ("Memory clinic", "BMI_kg")]
    assert search.called_so([BMI]) == ("bmi",)
    units = [one.variable.unit for one in search.compared(["Systolic BP"])]
    assert units == ["mmHg", "kPa"]
    assert search.compared(["nothing"]) == () == search.called_so(["nothing"])


def test_datasets_are_told_that_have_a_variable(search: VariableSearch) -> None:
    both = frozenset({identity("heart"), identity("memory")})

    assert search.datasets(BMI) == search.datasets("Systolic_BP") == search.records() == both
    assert search.datasets("mini mental") == {identity("memory")}
    assert search.datasets("http://loinc.org/rdf/1") == frozenset()
    assert [one.alike for one in search.commonest(2)] == [BMI, "systolicbp"]
    assert search.count() == 2
    why = search.why(["bmi", "mini mental"], both)
    assert {name: found.variable.name for name, found in why[identity("memory")].items()} == {
        "bmi": "bmi",
        "mini mental": "mmse",
    }


def test_variables_of_one_dataset_are_found_in_it_alone(search: VariableSearch) -> None:
    number, rows = search.of_record(identity("memory"), "pressure")

    assert (number, [one.variable.name for one in rows]) == (1, ["systolic_bp"])
    assert search.of_record(identity("heart"), section="Persons")[0] == 1
    assert search.of_record(identity("heart"), page=2, size=2)[1][0].variable.name == "systolicBP"


def test_a_search_has_one_form_as_an_address() -> None:
    query = parse([("unit", "none"), ("q", " bmi "), ("type", "text"), ("type", "date"), ("page", "2")])

    assert format(query) == "q=bmi&type=date&type=text&unit=none&page=2"
    for wrong in ([("page", "0")], [("size", "101")], [("q", "x" * 201)], [("page", "x")]):
        with pytest.raises(Invalid):
            parse(wrong)


def test_names_types_and_spellings_are_compared_as_people_do() -> None:
    assert {key_of(one) for one in ("Größe_cm", "GROSSE cm", "große-cm")} == {"grossecm"}
    assert [kind_of(one) for one in ("xsd:double", "VARCHAR(20)", "http://x#dateTime", "Bool", "geo")] == [
        "number",
        "text",
        "date",
        "yes-no",
        "geo",
    ]
    assert [distance(a, b, 2) for a, b in (("weight", "wieght"), ("a", "a"), ("abcd", "wxyz"))] == [1, 0, 3]
