"""What counts as a well-formed value."""

from datetime import date, datetime
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pyoxigraph import Literal

from catalogue.fields import DATASET, DISTRIBUTION, field
from catalogue.findings import TEMPLATES
from catalogue.ranges import fault, rule_for
from ontologies.namespaces import XSD


def right(name: str, text: str, datatype: str, table: str = "Dataset") -> bool:
    row = field(table, name)
    return rule_for(row, addresses=False)(Literal(text, datatype=XSD.term(datatype)))


@given(st.dates())
def test_every_day_of_the_calendar_is_a_date(day: date) -> None:
    assert right("issued", day.isoformat(), "date")


@given(st.datetimes())
def test_every_moment_is_a_date(moment: datetime) -> None:
    assert right("issued", moment.isoformat(), "dateTime")


@given(st.integers(min_value=0))
def test_every_whole_number_from_zero_is_a_count(number: int) -> None:
    assert right("records", str(number), "nonNegativeInteger")


@given(st.integers(max_value=-1))
def test_no_number_below_zero_is_a_count(number: int) -> None:
    assert not right("records", str(number), "nonNegativeInteger")


@given(st.decimals(allow_nan=False, allow_infinity=False))
def test_every_plain_number_is_a_decimal(number: Decimal) -> None:
    assert right("spatialResolution", f"{number:f}", "decimal")


@pytest.mark.parametrize(
    ("text", "datatype"),
    [
        *(("2024", "gYear"), ("2024-02", "gYearMonth"), ("-0044-03-15", "date")),
        *(("2024-02-29Z", "date"), ("2024-02-29T24:00:00", "dateTime")),
    ],
)
def test_a_date_may_be_a_year_a_month_or_have_a_zone(text: str, datatype: str) -> None:
    assert right("issued", text, datatype)


@pytest.mark.parametrize(
    ("text", "datatype"),
    [
        *(("2023-02-29", "date"), ("2024-13", "gYearMonth"), ("24", "gYear"), ("2024-1-1", "date")),
        *(("2024-01-01", "dateTime"), ("2024-01-01T25:00:00", "dateTime"), ("2024-01-01", "string")),
        *(
            (" 2024-01-01", "date"),
            ("2024-01-01\n", "date"),
            ("٢٠٢٤", "gYear"),
            ("", "date"),
            ("9" * 5000, "gYear"),
        ),
    ],
)
def test_what_no_calendar_has_is_no_date(text: str, datatype: str) -> None:
    assert not right("issued", text, datatype)


@pytest.mark.parametrize("text", ["P1M", "P1Y2M3DT4H5M6.7S", "PT0S", "-P1D"])
def test_a_length_of_time_is_a_duration(text: str) -> None:
    assert right("temporalResolution", text, "duration")


@pytest.mark.parametrize("text", ["P", "PT", "1M", "P1DT", "P1S", "monthly"])
def test_a_duration_without_an_amount_is_none(text: str) -> None:
    assert not right("temporalResolution", text, "duration")


@pytest.mark.parametrize(("text", "fits"), [("true", True), ("0", True), ("True", False), ("yes", False)])
def test_true_and_false_are_spelt_as_xsd_spells_them(text: str, fits: bool) -> None:
    assert right("structured", text, "boolean") is fits


def test_every_sentence_about_a_wrong_value_is_listed_for_translators() -> None:
    assert {fault(row) for row in (*DATASET, *DISTRIBUTION)} <= set(TEMPLATES)
