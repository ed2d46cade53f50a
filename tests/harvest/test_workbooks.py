"""Tables of datasets as XLSX: values as Excel holds them, and workbooks that want to do harm."""

import zipfile
from datetime import date, datetime
from pathlib import Path

import pytest
from openpyxl import load_workbook

from catalogue.errors import Conflict, Invalid, Unavailable
from harvesters import sheet_files
from harvesters.sheet_columns import DATASETS, VARIABLES
from harvesters.sheets import write_template
from tests.harvest.feeds import rejected
from tests.harvest.tables import incomplete, items, records, repacked, told, workbook

HEADINGS = ("identifier", "title", "persons", "issued", "structured", "from", "version")
SHEET = "xl/worksheets/sheet1.xml"
START = (
    b'<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>'
    b'<row r="1"><c t="inlineStr" r="A1"><is><t>identifier</t></is></c>'
    b'<c t="inlineStr" r="B1"><is><t>title</t></is></c></row>'
)
END = b"</sheetData></worksheet>"


def simple(folder: Path) -> Path:
    return workbook(folder / "a.xlsx", {"Sheet": [("identifier", "title"), ("a", "A")]})


def test_cells_come_as_excel_holds_them(tmp_path: Path) -> None:
    row = (7, "Registry", 41200.0, datetime(2019, 5, 1), True, 2008, 1.5)
    path = workbook(tmp_path / "list.xlsx", {"Registers": [HEADINGS, row]})

    [record] = records(items(path))

    assert record.subject.value == "urn:x-fairfinder:list:7"
    assert told(record, "persons") == ["41200"]
    assert told(record, "issued") == ["2019-05-01"]
    assert told(record, "structured") == ["true"]
    assert told(record, "temporal", "startDate") == ["2008"]
    assert told(record, "version") == ["1.5"]


def test_a_number_with_decimals_is_none_with_thousands(tmp_path: Path) -> None:
    path = workbook(
        tmp_path / "list.xlsx", {"Registers": [("identifier", "title", "min age"), ("a", "A", 1.234)]}
    )

    [record] = records(items(path))

    assert told(record, "minAge") == ["1.234"]


def test_the_sheets_are_found_by_their_names(tmp_path: Path) -> None:
    path = workbook(
        tmp_path / "list.xlsx",
        {
            "Read me": [("Ask the office",)],
            "Variables": [("dataset", "name", "type"), ("a", "bmi", "decimal"), ("z", "x", "")],
            "Datasets": [("identifier", "title"), ("a", "A")],
        },
    )

    found = items(path)

    [record] = records(found)
    assert told(record, "variables", "table", "column", "columnName") == ["bmi"]
    assert "Row 3" in rejected(found)[0].reason


def test_rows_are_told_by_their_number_and_sheet(tmp_path: Path) -> None:
    rows = [("My list",), (), HEADINGS, ("a", None), (None, "B")]
    path = workbook(tmp_path / "list.xlsx", {"One": rows})

    assert [item.reason for item in rejected(items(path))] == [
        "Row 4 of the sheet “One” of list.xlsx has no title.",
        "Row 5 of the sheet “One” of list.xlsx has no identifier.",
    ]


def test_only_the_results_of_formulas_are_read(tmp_path: Path) -> None:
    rows = [("identifier", "title", "persons"), ("a", "A", "=1+1"), ("b", "=HYPERLINK(1)", 5)]
    path = workbook(tmp_path / "list.xlsx", {"One": rows})

    found = items(path)

    assert told(records(found)[0], "persons") == []
    assert rejected(found)[0].place == "urn:x-fairfinder:list:b (row 3)"


def test_the_result_that_excel_kept_of_a_formula_is_read(tmp_path: Path) -> None:
    row = b'<row r="2"><c t="str" r="A2"><f>1+1</f><v>a</v></c><c t="str" r="B2"><f>2</f><v>A</v></c></row>'

    path = repacked(simple(tmp_path), {SHEET: START + row + END})

    assert told(records(items(path))[0], "title") == ["A"]


def test_notes_beside_the_table_are_no_fault(tmp_path: Path) -> None:
    rows = [("identifier", "title"), ("a", "A", None, "ask Mia")]

    assert len(records(items(workbook(tmp_path / "list.xlsx", {"One": rows})))) == 1


def test_a_workbook_of_the_old_format_or_with_a_password_is_told(tmp_path: Path) -> None:
    (tmp_path / "a.xlsx").write_bytes(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(500))

    found = items(tmp_path / "a.xlsx")

    assert "password" in rejected(found)[0].reason
    assert len(incomplete(found)) == 1


@pytest.mark.parametrize("content", [b"", b"PK\x03\x04", b"identifier,title\na,A\n", bytes(100)])
def test_what_is_no_workbook_is_told(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "a.xlsx").write_bytes(content)

    found = items(tmp_path / "a.xlsx")

    assert "no workbook" in rejected(found)[0].reason
    assert len(incomplete(found)) == 1


def test_a_workbook_that_is_cut_or_damaged_anywhere_is_told(tmp_path: Path) -> None:
    whole = simple(tmp_path).read_bytes()
    path = tmp_path / "b.xlsx"

    for place in range(0, len(whole), 97):
        for content in (whole[:place], whole[:place] + b"\xff\x00\xff" + whole[place + 3 :]):
            path.write_bytes(content)
            found = items(path)
            assert len(records(found)) == 1 or len(incomplete(found)) == 1


def test_a_workbook_that_is_packed_in_another_way_and_damaged_is_told(tmp_path: Path) -> None:
    path = tmp_path / "b.xlsx"
    for packing in (zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA):
        with zipfile.ZipFile(simple(tmp_path)) as old, zipfile.ZipFile(path, "w", packing) as new:
            for name in old.namelist():
                new.writestr(name, old.read(name))
        content = path.read_bytes()
        start = content.index(b"xl/workbook.xml") + 40
        path.write_bytes(content[:start] + b"\xff" * 60 + content[start + 60 :])

        assert len(incomplete(items(path))) == 1


@pytest.mark.parametrize("part", ["xl/workbook.xml", "xl/styles.xml", SHEET, "[Content_Types].xml"])
@pytest.mark.parametrize("content", [b"", b"<x/>", b"<broken", b"\xff\xfe<\x00"])
def test_a_part_that_is_not_what_it_should_be_is_told(tmp_path: Path, part: str, content: bytes) -> None:
    found = items(repacked(simple(tmp_path), {part: content}))

    assert len(records(found)) == 1 or len(incomplete(found)) == 1


def test_a_workbook_with_a_document_type_is_refused(tmp_path: Path) -> None:
    for entity in (b"<!DOCTYPE x [<!ENTITY a 'b'>]>", b"<!doctype x SYSTEM 'http://127.0.0.1:1/x'>"):
        found = items(repacked(simple(tmp_path), {SHEET: b" " * 65_533 + entity + START + END}))

        assert "DOCTYPE" in rejected(found)[0].reason
        assert records(found) == []


def test_a_zip_bomb_is_refused_before_it_is_unpacked(tmp_path: Path) -> None:
    found = items(repacked(simple(tmp_path), {SHEET: bytes(sheet_files.MAX_UNPACKED + 1)}))

    assert (tmp_path / "a.xlsx").stat().st_size < 1_000_000
    assert "when it is unpacked" in rejected(found)[0].reason
    assert len(incomplete(found)) == 1


def test_a_part_that_no_table_needs_is_held_to_a_lesser_size(tmp_path: Path) -> None:
    found = items(repacked(simple(tmp_path), {"xl/styles.xml": bytes(sheet_files.MAX_PART + 1)}))

    assert "when it is unpacked" in rejected(found)[0].reason


def test_a_zip_that_lies_about_a_size_yields_no_more_than_it_declares(tmp_path: Path) -> None:
    content = START + b"<!--" + b"x" * 5_000_000 + b"-->" + END
    path = repacked(simple(tmp_path), {SHEET: content})
    size = len(content).to_bytes(4, "little")

    path.write_bytes(path.read_bytes().replace(size, (100).to_bytes(4, "little")))

    assert len(incomplete(items(path))) == 1


def test_more_parts_than_a_workbook_has_are_refused(tmp_path: Path) -> None:
    path = simple(tmp_path)
    with zipfile.ZipFile(path, "a") as packed:
        for number in range(sheet_files.MAX_PARTS):
            packed.writestr(f"x{number}", b"")

    assert "was not read" in rejected(items(path))[0].reason


def test_a_row_of_millions_of_cells_is_refused(tmp_path: Path) -> None:
    found = items(repacked(simple(tmp_path), {SHEET: START + b"<row>" + b"<c/>" * 200_000 + b"</row>" + END}))

    assert "20,000 cells" in rejected(found)[0].reason


def test_a_row_or_column_far_away_is_not_walked_to(tmp_path: Path) -> None:
    far = (
        b'<row r="2"><c t="inlineStr" r="A2"><is><t>a</t></is></c>'
        b'<c t="inlineStr" r="B2"><is><t>A</t></is></c></row>'
        b'<row r="2000000000"><c r="ZZZZZ2000000000"><v>1</v></c></row>'
    )

    found = items(repacked(simple(tmp_path), {SHEET: START + far + END}))

    assert len(records(found)) <= 1
    assert incomplete(found)


def test_an_encrypted_part_is_told(tmp_path: Path) -> None:
    content = bytearray(simple(tmp_path).read_bytes())
    for mark, flags in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        place = content.find(mark)
        while place >= 0:
            content[place + flags] |= 1
            place = content.find(mark, place + 4)
    (tmp_path / "a.xlsx").write_bytes(bytes(content))

    assert "no workbook" in rejected(items(tmp_path / "a.xlsx"))[0].reason


@pytest.mark.parametrize("name", ["template.xlsx", "template.csv", "template.tsv", "template.variables.csv"])
def test_the_template_can_be_read_and_holds_no_dataset(tmp_path: Path, name: str) -> None:
    write_template(tmp_path / "template.csv" if "variables" in name else tmp_path / name)
    if "variables" in name:
        write_template(tmp_path / name)

    assert items(tmp_path / name.replace(".variables", "")) == []


def test_the_template_shows_every_column_with_its_help_and_an_example(tmp_path: Path) -> None:
    write_template(tmp_path / "template.xlsx")

    book = load_workbook(tmp_path / "template.xlsx")

    for sheet, columns in (("datasets", DATASETS), ("variables", VARIABLES)):
        headings, example = list(book[sheet].iter_rows(values_only=True))
        assert list(headings) == [column.heading for column in columns]
        assert str(example[0]).startswith("# example: ")
    told = {str(row[1]): str(row[2]) for row in book["help"].iter_rows(min_row=2, values_only=True)}
    assert "How many different people" in told["persons"]
    assert "RESTRICTED" in told["access rights"]
    assert all(told[column.heading] for column in DATASETS)


def test_the_example_of_the_template_is_a_good_row(tmp_path: Path) -> None:
    write_template(tmp_path / "template.xlsx")
    book = load_workbook(tmp_path / "template.xlsx")
    for sheet in ("datasets", "variables"):
        book[sheet]["A2"] = "heart-2024"
    book.save(tmp_path / "filled.xlsx")

    found = items(tmp_path / "filled.xlsx")

    [record] = records(found)
    assert rejected(found) == []
    assert told(record, "persons") == ["41200"]
    assert told(record, "variables", "table", "column", "columnName") == ["nt_probnp"]


def test_a_template_is_written_over_nothing(tmp_path: Path) -> None:
    (tmp_path / "mine.csv").write_text("mine")

    with pytest.raises(Conflict, match="exists already"):
        write_template(tmp_path / "mine.csv")
    with pytest.raises(Invalid, match=r"\.xlsx"):
        write_template(tmp_path / "mine.ods")
    with pytest.raises(Unavailable, match="cannot be written"):
        write_template(tmp_path / "absent" / "mine.csv")

    assert (tmp_path / "mine.csv").read_text() == "mine"


def test_a_workbook_with_dates_out_of_all_range_is_read(tmp_path: Path) -> None:
    path = workbook(tmp_path / "list.xlsx", {"One": [HEADINGS, ("a", "A", None, date(2024, 1, 1))]})
    with zipfile.ZipFile(path) as packed:
        sheet = packed.read(SHEET)
    old = sheet[sheet.index(b'r="D2"') :]
    number = old[old.index(b"<v>") : old.index(b"</v>")]

    found = items(repacked(path, {SHEET: sheet.replace(number, b"<v>99999999")}))

    assert len(records(found)) == 1


def test_many_rows_are_read_in_little_time(tmp_path: Path) -> None:
    rows = [("identifier", "title", "keyword", "persons")]
    rows += [(f"r{number}", f"Registry {number}", "a; b", str(number)) for number in range(2_000)]

    assert len(records(items(workbook(tmp_path / "list.xlsx", {"One": rows})))) == 2_000
