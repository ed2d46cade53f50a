"""What a file is follows from its headings, however it is delimited, packed or called."""

import gzip
from pathlib import Path

import pytest

from catalogue.errors import Invalid, Refused
from harvesters.profiles import read, tables
from tests.profiles.profile_files import (
    RESULTS,
    SOURCE,
    VALUES,
    counts,
    left_out,
    result,
    spread,
    spreads,
    written,
)

ROWS = [result(*SOURCE), result(4, 8527, 9), result(400, 7, 12)]
EXPECTED = {("personsByConcept", "condition", "7"): (12, 12)}


@pytest.mark.parametrize("separator", [",", ";", "\t"])
@pytest.mark.parametrize("null", ["NA", "NULL", "", "null"])
def test_cells_are_parted_and_left_empty_in_any_usual_way(tmp_path: Path, separator: str, null: str) -> None:
    rows = [[null if cell == "NA" else cell for cell in row] for row in ROWS]
    path = written(tmp_path / "file.bin", [name.upper() for name in RESULTS], rows, separator)

    assert counts(read([path])) == EXPECTED


def test_quotation_marks_a_byte_order_mark_and_line_ends_of_windows_are_no_matter(tmp_path: Path) -> None:
    lines = [",".join(f'"{cell}"' for cell in row) for row in (RESULTS, *ROWS)]
    path = tmp_path / "r.csv"
    path.write_bytes(b"\xef\xbb\xbf" + "\r\n".join(lines).encode())

    assert counts(read([path])) == EXPECTED


def test_gzip_is_unpacked(tmp_path: Path) -> None:
    plain = written(tmp_path / "r.csv", RESULTS, ROWS)
    packed = tmp_path / "packed"
    packed.write_bytes(gzip.compress(plain.read_bytes()))

    assert counts(read([packed])) == EXPECTED


def test_columns_may_stand_in_another_order(tmp_path: Path) -> None:
    path = written(tmp_path / "r.csv", RESULTS[::-1], [row[::-1] for row in ROWS])

    assert counts(read([path])) == EXPECTED


def test_headings_among_the_rows_are_passed_over_and_told(tmp_path: Path) -> None:
    items = list(read([written(tmp_path / "r.csv", RESULTS, [*ROWS, RESULTS])]))

    assert counts(items) == EXPECTED
    assert 1 in left_out(items).values()


def test_a_decimal_comma_is_read_where_cells_are_parted_by_semicolons(tmp_path: Path) -> None:
    columns = (*RESULTS, *VALUES, "p10_value", "p25_value", "p75_value", "p90_value")
    row = spread(103, 40, values=("1,5", 9, "5,25", 2, 5, 2, 3, 7, 8))

    found = spreads(read([written(tmp_path / "r.csv", columns, [row], ";")]))

    assert found[("ageAtFirstObservation",)].minimum == 1.5


@pytest.mark.parametrize("heading", ["person_id", "PATIENT_ID", "Subject ID"])
def test_a_file_with_a_row_for_each_person_is_invalid(tmp_path: Path, heading: str) -> None:
    path = written(tmp_path / "r.csv", [heading, "sex"], [(1, "f")])

    with pytest.raises(Invalid, match="a row for each person"):
        list(read([path]))


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"\n\n",
        b"a,b,c\n1,2,3\n",
        b"PK\x03\x04\x00\x00",
        b"{}",
        b"\xff\xfea\x00",
        b"analysis,analysis,count",
    ],
)
def test_a_file_that_is_nothing_known_is_invalid(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "other.csv"
    path.write_bytes(content)

    with pytest.raises(Invalid, match=r"other\.csv"):
        list(read([path]))


def test_a_row_with_too_few_cells_is_invalid_and_its_line_is_told(tmp_path: Path) -> None:
    path = written(tmp_path / "r.csv", RESULTS, [*ROWS, ("401", "7", "12")])

    with pytest.raises(Invalid, match=r"Line 5 of r\.csv .* 3 cells"):
        list(read([path]))


def test_empty_cells_beyond_the_headings_are_no_matter(tmp_path: Path) -> None:
    path = written(tmp_path / "r.csv", RESULTS, [(*row, "", "") for row in ROWS])

    assert counts(read([path])) == EXPECTED


def test_a_line_without_end_is_not_taken_into_memory(tmp_path: Path) -> None:
    path = tmp_path / "r.csv"
    path.write_text(",".join(RESULTS) + "\n" + "1" * (3 * tables.MAX_LINE))

    with pytest.raises(Invalid, match="cells"):
        list(read([path]))


def test_what_is_larger_unpacked_than_a_file_may_be_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "large.csv"
    with path.open("wb") as stream:
        stream.truncate(tables.MAX_BYTES + 1)

    with pytest.raises(Refused, match=r"large\.csv"):
        list(read([path]))


def test_a_file_that_is_not_there_or_given_twice_is_invalid(tmp_path: Path) -> None:
    path = written(tmp_path / "r.csv", RESULTS, ROWS)

    with pytest.raises(Invalid, match="cannot be read"):
        list(read([tmp_path / "none.csv"]))
    with pytest.raises(Invalid, match="given twice"):
        list(read([path, tmp_path]))


def test_a_folder_without_profiles_is_invalid(tmp_path: Path) -> None:
    with pytest.raises(Invalid, match="no file of a profile"):
        list(read([tmp_path]))


def test_an_unknown_table_in_a_folder_is_invalid(tmp_path: Path) -> None:
    written(tmp_path / "r.csv", RESULTS, ROWS)
    written(tmp_path / "cohort.csv", ["a", "b"], [(1, 2)])

    with pytest.raises(Invalid, match=r"cohort\.csv"):
        list(read([tmp_path]))
