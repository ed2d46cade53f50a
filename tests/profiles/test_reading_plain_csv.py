"""Counts written by hand are taken in by the names of our analyses, and every mistake is told."""

from datetime import date
from pathlib import Path

import pytest

from catalogue.errors import Invalid
from catalogue.profiles.analyses import ANALYSES, Kind
from catalogue.profiles.measured import Measured, Told
from harvesters.profiles import read
from harvesters.profiles.plain_csv import EXAMPLE, template
from tests.profiles.profile_files import counts, left_out, told

GUIDE = Path(__file__).parents[2] / "docs" / "profiles" / "formats.md"


def plain(folder: Path, *rows: str) -> list[Measured]:
    path = folder / "counts.csv"
    path.write_text("\n".join(["analysis,stratum_1,stratum_2,count", *rows]))
    return list(read([path]))


def test_the_example_is_read_as_it_says(tmp_path: Path) -> None:
    path = tmp_path / "example.csv"
    path.write_text(EXAMPLE)

    items = list(read([path]))

    assert told(items) == Told("CSV", "", "Registry of bladder cancer", date(2026, 2, 1), date(2026, 1, 15))
    assert counts(items) == {
        ("persons",): (1840, 1840),
        ("personsBySex", "female"): (420, 420),
        ("personsBySex", "male"): (1420, 1420),
        ("personsByYearOfBirth", "1950"): (61, 70),
        ("recordsInMonth", "procedure", "202511"): (35, 35),
        ("personsByDomains", "condition+drug"): (1210, 1210),
    }


def test_the_example_stands_in_the_guide() -> None:
    assert EXAMPLE in GUIDE.read_text(encoding="utf-8")


def test_every_analysis_of_counts_stands_in_the_guide() -> None:
    text = GUIDE.read_text(encoding="utf-8")

    assert [
        name for name, row in ANALYSES.items() if row.kind is Kind.COUNT and f"| `{name}` |" not in text
    ] == []


def test_the_template_can_be_given_before_all_of_it_is_filled_in(tmp_path: Path) -> None:
    path = tmp_path / "template.csv"
    path.write_text(template().replace("persons,,,", "persons,,,12"))

    items = list(read([path]))

    assert counts(items) == {("persons",): (12, 12)}
    assert left_out(items) == {"rows without a count": template().count("\n") - 8}


def test_domains_are_told_in_one_order(tmp_path: Path) -> None:
    assert counts(plain(tmp_path, "personsByDomains,drug + condition,,9")) == {
        ("personsByDomains", "condition+drug"): (9, 9)
    }


@pytest.mark.parametrize(
    ("row", "fault"),
    [
        ("patients,,,12", "no analysis"),
        ("ageAtDeath,female,,12", "no analysis"),
        ("persons,all,,12", "no strata"),
        ("personsBySex,8532,,12", "no sex"),
        ("recordsInMonth,condition,202413,12", "no month"),
        ("recordsInMonth,conditions,202412,12", "no domain"),
        ("personsByDomains,drug+drug,,12", "no domains"),
        ("persons,,,a few", "no number"),
        ("persons,,,-1", "no number"),
        ("persons,,,20..10", "wrong order"),
        ("about,title,Registry,", "nothing to tell"),
        ("about,released,soon,", "no date"),
    ],
)
def test_a_row_that_is_wrong_is_invalid_and_its_line_is_told(tmp_path: Path, row: str, fault: str) -> None:
    with pytest.raises(Invalid, match=rf"Line 2 of counts\.csv .*{fault}"):
        plain(tmp_path, row)


def test_the_same_cell_or_key_twice_is_invalid(tmp_path: Path) -> None:
    with pytest.raises(Invalid, match="another row"):
        plain(tmp_path, "persons,,,9", "persons,,,9")
    with pytest.raises(Invalid, match="told twice"):
        plain(tmp_path, "about,source_name,One,", "about,source_name,Other,")


def test_it_does_not_go_with_results_of_achilles(tmp_path: Path) -> None:
    (tmp_path / "results.csv").write_text(
        "analysis_id,stratum_1,stratum_2,stratum_3,stratum_4,stratum_5,count_value\n1,,,,,,9\n"
    )

    with pytest.raises(Invalid, match="by Achilles and by CSV"):
        plain(tmp_path)
        list(read([tmp_path]))
