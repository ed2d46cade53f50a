"""Scan reports of White Rabbit tell of fields, and of values only where they can be of no person."""

from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as some

from catalogue.errors import CatalogueError, Invalid
from catalogue.profiles.counts import Count
from catalogue.profiles.disclosure import guard
from catalogue.profiles.measured import Measured, Variable
from catalogue.profiles.release import Rule
from harvesters.profiles import read
from harvesters.profiles.white_rabbit_values import MOST
from tests.harvest.tables import workbook
from tests.profiles.profile_files import left_out, of, told

HEADS = (
    *("Table", "Field", "Description", "Type", "Max length", "N rows", "N rows checked"),
    *("Fraction empty", "N unique values", "Fraction unique"),
)
LONG = "laboratory_results_of_the_last_ten_years"

Sheets = Mapping[str, Sequence[Sequence[object]]]
Fields = Mapping[str, tuple[str, Sequence[tuple[object, object]]]]


def field(table: str, name: str, type: str, empty: object = 0.0, distinct: object = 4) -> Sequence[object]:
    return (table, name, f"About {name}", type, 20, 5000, 1000, empty, distinct, 0.01)


STAY: Fields = {
    "ward": ("Frequency", [("A", 300), ("B", 250.0), ("", 200), ("rare", 2), ("List truncated...", "")]),
    "drug_name": ("Frequency", [("aspirin", 900)]),
    "ethnicity": ("Frequency", [("one", 500), ("other", 500)]),
    "gender_concept_id": ("Frequency", [(8532, 600), (8507, 400)]),
    "person_id": ("Frequency", [("1", 12)]),
    "LastName": ("Frequency", [("Jones", 12)]),
    "birth_year": ("Frequency", [(1921, 12)]),
    "admitted": ("Frequency", [("2020-01-01", 12)]),
    "contact": ("Frequency", [("a@b.example", 12)]),
    "history": ("Word count", [("stroke", 12)]),
    "code": ("Frequency", [("x", 12)]),
    "score": ("Frequency", [(number, 6) for number in range(MOST + 1)]),
}
TYPES = {"admitted": "date"}


def values(fields: Fields) -> list[list[object]]:
    """The sheet of a table: two columns for each field, as long as the longest list."""
    rows: list[list[object]] = [[cell for name, (kind, _) in fields.items() for cell in (name, kind)]]
    for place in range(max(len(listed) for _, listed in fields.values())):
        pairs = (listed[place] if place < len(listed) else ("", "") for _, listed in fields.values())
        rows.append([cell for pair in pairs for cell in pair])
    return rows


REPORT: Sheets = {
    "Field Overview": [
        HEADS,
        *(
            field("stay", name, TYPES.get(name, "varchar"), 0.204, "<= 900" if name == "code" else 4)
            for name in STAY
        ),
        ("",),
        field(f"0_{LONG}", "unit", "varchar", 1),
    ],
    "Table Overview": [("Table", "Description", "N rows"), ("stay", "", 5000)],
    "stay": values(STAY),
    f"0_{LONG}"[:31]: values({"unit": ("Frequency", [("mg/dL", 77)])}),
    "_": [("Key", "Value"), ("Version", "1.0.0"), ("Scan finished at", "2026-05-04T10:11:12.5")],
}


@pytest.fixture(scope="module")
def items(tmp_path_factory: pytest.TempPathFactory) -> list[Measured]:
    return list(read([workbook(tmp_path_factory.mktemp("scan") / "ScanReport.xlsx", REPORT)]))


def variables(items: Sequence[Measured]) -> dict[str, Variable]:
    return {one.name: one for one in of(Variable, items)}


def test_a_report_tells_when_and_by_what_the_data_were_scanned(items: list[Measured]) -> None:
    found = told(items)

    assert (found.producer, found.version, found.generated) == ("White Rabbit", "1.0.0", date(2026, 5, 4))


def test_each_field_is_a_variable_with_its_type_and_emptiness(items: list[Measured]) -> None:
    found = variables(items)

    assert set(found) == {*STAY, "unit"}
    assert found["ward"] == Variable(
        "stay", "ward", "About ward", "varchar", 0.204, 4, {"A": 300, "B": 250, "rare": 2}, 1000
    )
    assert found["gender_concept_id"].values == {"8532": 600, "8507": 400}
    assert found["drug_name"].values == {"aspirin": 900}
    assert (found["unit"].table, found["unit"].values) == (f"0_{LONG}", {"mg/dL": 77})


def test_values_that_may_tell_of_persons_are_left_out_and_told(items: list[Measured]) -> None:
    telling = set(STAY) - {"ward", "gender_concept_id", "drug_name"}

    assert {name for name, one in variables(items).items() if not one.values} == telling
    assert left_out(items) == {f"values of stay.{name}": 1 for name in telling}
    assert "Jones" not in repr(items)


def test_rare_values_do_not_pass_the_guard(items: list[Measured]) -> None:
    guarded = guard(items, Rule())

    ward = next(one for one in guarded.variables if one.name == "ward")
    assert (ward.values["A"], ward.empty) == (Count.between(296, 300), 0.2)
    assert "rare" not in repr(guarded)


def test_a_report_of_an_older_version_is_read(tmp_path: Path) -> None:
    sheets: Sheets = {
        "Overview": [("Table", "Field", "Type", "N rows"), ("stay", "ward", "INT", 9)],
        "stay": values({"ward": ("Frequency", [(1, 9)])}),
    }

    found = list(read([workbook(tmp_path / "old.xlsx", sheets)]))

    assert of(Variable, found) == [Variable("stay", "ward", type="INT", values={"1": 9})]


@pytest.mark.parametrize(
    ("sheets", "message"),
    [
        ({"Sheet1": [("identifier", "title")]}, "no scan report of White Rabbit"),
        ({**REPORT, "stay": values({"ward": ("Frequency", [("A", "often")])})}, "Row 2 of the sheet “stay”"),
    ],
)
def test_a_workbook_that_is_no_sound_report_is_refused(tmp_path: Path, sheets: Sheets, message: str) -> None:
    with pytest.raises(Invalid, match=message):
        list(read([workbook(tmp_path / "other.xlsx", sheets)]))


cells = (
    some.none()
    | some.integers(-2, 10**13)
    | some.floats(allow_nan=False)
    | some.text("a\t<= .%é", max_size=6)
)
lines = some.lists(some.lists(cells, min_size=4, max_size=4), max_size=4)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(overview=lines, listed=lines)
def test_whatever_stands_in_a_sheet_nothing_worse_than_a_refusal_comes(
    tmp_path: Path, overview: list[list[object]], listed: list[list[object]]
) -> None:
    heads = ("Table", "Field", "Fraction empty", "N unique values")
    sheets: Sheets = {
        "Field Overview": [heads, ("t", "f", 0, 1), *overview],
        "t": [("f", "Frequency", "g", "Word count"), *listed],
    }
    try:
        list(read([workbook(tmp_path / "any.xlsx", sheets)]))
    except CatalogueError as error:
        assert str(error).endswith(".")
