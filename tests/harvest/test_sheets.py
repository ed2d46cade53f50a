"""Tables of datasets as CSV: whatever program wrote them, each row becomes what it says or is told."""

import logging
from datetime import date, datetime, time, timedelta
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from catalogue.drafting import drafted
from catalogue.fields import Kind
from catalogue.records import Record, Rejected
from harvesters.sheet_cells import Cell, answer, day, number, words
from harvesters.sheet_columns import DATASETS, VARIABLES, Column, headed, nearest
from harvesters.sheet_values import filled
from harvesters.sheets import subject
from tests.harvest.asking import vocabularies
from tests.harvest.feeds import rejected
from tests.harvest.tables import csv_of, incomplete, items, records, told

WHOLE = (
    csv_of(
        "identifier;title;title@fr;keyword;publisher;publisher e-mail;contact e-mail;country;access rights;"
        "persons;from;to;coding system;access URL;format;licence;legal basis",
        "memory;Memory clinics;Cliniques de la mémoire;dementia; memory;Institute;a@b.example;c@d.example;"
        "France; DEU;RESTRICTED;1 234 567;2008;31.12.2024;ICD-10;ATC;https://a.example/;CSV;CC_BY_4_0;A6-1-e",
    )
    .replace("dementia; memory", '"dementia; memory"')
    .replace("France; DEU", '"France; DEU"')
)
WHOLE = WHOLE.replace("ICD-10;ATC", '"ICD-10;ATC"')


def table(folder: Path, *lines: str, name: str = "registers.csv") -> Path:
    path = folder / name
    path.write_text(csv_of(*lines), "utf-8", newline="")
    return path


@pytest.mark.parametrize("column", [*DATASETS, *VARIABLES], ids=lambda column: column.heading)
def test_every_heading_leads_to_a_field_of_the_table(column: Column) -> None:
    assert column.fields
    assert all(field.kind is Kind.NODE for field in column.fields[:-1])
    assert not column.several or any(field.many for field in column.fields)
    assert column.field.kind is not Kind.NODE or len(column.path) == 1 or column.coded


@pytest.mark.parametrize("columns", [DATASETS, VARIABLES])
def test_no_two_columns_are_called_alike(columns: tuple[Column, ...]) -> None:
    for column in columns:
        found = headed(column.heading, columns)
        assert found is not None
        assert found.column is column
    folded = [name.casefold() for column in columns for name in (column.heading, *column.also)]
    assert len(folded) == len(set(folded))


def test_every_example_is_understood(tmp_path: Path) -> None:
    for column in DATASETS:
        vocabulary = column.coded or column.field.vocabulary
        for code in column.example.split(";") if vocabulary and column.example else ():
            assert vocabularies().concept(vocabulary, code.strip()), (column.heading, code)


def test_a_row_says_what_its_columns_say(tmp_path: Path) -> None:
    path = tmp_path / "registers.csv"
    path.write_text(WHOLE, "utf-8", newline="")

    [record] = records(items(path))

    assert record.subject.value == "urn:x-fairfinder:registers:memory"
    assert record.origin == str(path)
    assert told(record, "title") == ["Memory clinics", "Cliniques de la mémoire@fr"]
    assert told(record, "keyword") == ["dementia", "memory"]
    assert told(record, "publisher", "name") == ["Institute"]
    assert told(record, "publisher", "agentContact", "email") == ["a@b.example"]
    assert told(record, "contactPoint", "hasEmail") == ["mailto:c@d.example"]
    assert [one.rpartition("/")[2] for one in told(record, "country")] == ["FRA", "DEU"]
    assert [one.rpartition("/")[2] for one in told(record, "accessRights")] == ["RESTRICTED"]
    assert told(record, "persons") == ["1234567"]
    assert told(record, "temporal", "startDate") == ["2008"]
    assert told(record, "temporal", "endDate") == ["2024-12-31"]
    assert len(told(record, "codingSystem")) == 2
    assert told(record, "distribution", "accessURL") == ["https://a.example/"]
    assert [one.rpartition("/")[2] for one in told(record, "distribution", "format")] == ["CSV"]
    assert "http://publications.europa.eu/resource/authority/licence/CC_BY_4_0" in str(record.triples)
    assert "A6-1-e" in str(record.triples)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "windows-1252", "utf-16", "utf-16-le-bom"])
def test_letters_arrive_whole_in_every_encoding_that_spreadsheets_write(
    tmp_path: Path, encoding: str
) -> None:
    text = csv_of("identifier,title", "a,Zürich – café")
    content = b"\xff\xfe" + text.encode("utf-16-le") if encoding.endswith("bom") else text.encode(encoding)
    (tmp_path / "a.csv").write_bytes(content)

    assert told(records(items(tmp_path / "a.csv"))[0], "title") == ["Zürich – café"]


@pytest.mark.parametrize("separator", [",", ";", "\t", "|"])
@pytest.mark.parametrize("first", ["", "sep={}\r\n"])
def test_the_separator_is_found(tmp_path: Path, separator: str, first: str) -> None:
    lines = ("identifier,title,description", 'a,"One, two; three",Text')
    cells = csv_of(*lines).replace("One, two", "One# two").replace(",", separator).replace("#", ",")
    (tmp_path / "a.csv").write_text(first.format(separator) + cells, "utf-8", newline="")

    assert told(records(items(tmp_path / "a.csv"))[0], "title") == ["One, two; three"]


def test_line_breaks_in_quotes_stay_in_their_cell_and_count_as_one_row(tmp_path: Path) -> None:
    path = table(tmp_path, "identifier,title,description", 'a,One,"First\r\nsecond"', "b,,x")

    found = items(path)

    assert told(records(found)[0], "description") == ["First\nsecond"]
    assert rejected(found)[0].reason == "Row 3 of registers.csv has no title."


def test_empty_rows_and_remarks_are_passed_over_and_counted(tmp_path: Path) -> None:
    path = table(tmp_path, "List of our registers", "", "identifier,title", ",", "# a remark,x", "   ,", "b,")

    assert [item.reason for item in rejected(items(path))] == ["Row 7 of registers.csv has no title."]


def test_a_row_without_a_title_still_counts_as_seen(tmp_path: Path) -> None:
    [problem] = rejected(items(table(tmp_path, "identifier,title", "a,", "b,B")))

    assert problem.place == "urn:x-fairfinder:registers:a (row 2)"
    assert problem.raw == b"a,\r\n"


def test_a_row_without_an_identifier_is_told_with_its_number(tmp_path: Path) -> None:
    [problem] = rejected(items(table(tmp_path, "identifier,title", ",Lost", "b,B")))

    assert problem.reason == "Row 2 of registers.csv has no identifier."
    assert ":" not in problem.place


def test_the_second_of_two_rows_with_one_identifier_is_told(tmp_path: Path) -> None:
    found = items(table(tmp_path, "identifier,title", "a,First", "b,B", "a,Second"))

    assert [told(record, "title") for record in records(found)] == [["First"], ["B"]]
    assert "row 2 again" in rejected(found)[0].reason
    assert "Row 4" in rejected(found)[0].reason


def test_a_row_under_the_identifier_of_one_without_a_title_is_told(tmp_path: Path) -> None:
    found = items(table(tmp_path, "identifier,title", "a,", "a,Second"))

    assert records(found) == []
    assert "no title" in rejected(found)[0].reason
    assert "row 2 again" in rejected(found)[1].reason


@pytest.mark.parametrize("above", [19, 20])
def test_headings_that_stand_too_far_below_are_told(tmp_path: Path, above: int) -> None:
    found = items(table(tmp_path, *["About us"] * above, "identifier,title", "a,A"))

    assert (len(records(found)), len(incomplete(found))) == ((1, 0) if above < 20 else (0, 1))


def test_unknown_headings_are_told_once_with_the_nearest(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    path = table(tmp_path, "identifier,title,acess rights,zzz,titel@fr", "a,A,PUBLIC,1,x", "b,B,PUBLIC,2,y")

    with caplog.at_level(logging.WARNING):
        found = items(path)

    assert len(records(found)) == 2
    assert [record.getMessage() for record in caplog.records] == [
        "registers.csv: the column “acess rights” is not known and not read; did you mean “access rights”?",
        "registers.csv: the column “zzz” is not known and not read",
        "registers.csv: the column “titel@fr” is not known and not read; did you mean “title@fr”?",
    ]


def test_headings_are_known_in_any_case_and_spelling() -> None:
    for heading in ("Access URL", "accessURL", "access_url", " ACCESS-URL ", "Access url:"):
        found = headed(heading, DATASETS)
        assert found is not None
        assert found.column.heading == "access URL"
    assert headed("persons@fr", DATASETS) is None
    assert headed("title@not a language", DATASETS) is None
    assert nearest("persns", DATASETS) == "persons"


def test_a_column_that_stands_there_twice_is_read_once_or_joined(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    path = table(tmp_path, "identifier,title,title,keyword,keyword", "a,One,Two,x,y")

    with caplog.at_level(logging.WARNING):
        [record] = records(items(path))

    assert told(record, "title") == ["One"]
    assert told(record, "keyword") == ["x", "y"]
    assert "stands there twice" in caplog.text


def test_more_cells_than_headings_are_told_because_a_separator_may_stand_in_a_text(tmp_path: Path) -> None:
    found = items(table(tmp_path, "identifier,title", "a,One, two", "b,B,,"))

    assert "quotation marks" in rejected(found)[0].reason
    assert [told(record, "title") for record in records(found)] == [["B"]]


def test_a_quotation_mark_that_is_never_closed_makes_what_it_swallows_known(tmp_path: Path) -> None:
    found = items(table(tmp_path, "identifier,title", "a,A", 'b,"B', "c,C"))

    assert len(records(found)) == 1
    assert "quotation marks" in rejected(found)[0].reason
    assert rejected(found)[0].place == "row 3"


def test_text_behind_a_closing_quotation_mark_costs_its_own_row_alone(tmp_path: Path) -> None:
    found = items(table(tmp_path, "identifier,title", 'a,"A"x', "c,C"))

    assert [told(record, "title") for record in records(found)] == [["C"]]
    assert len(rejected(found)) == 1


@pytest.mark.parametrize("text", ["=1+1", "+49 30", "-x", "@me", '=HYPERLINK("http://a")'])
def test_cells_that_look_like_formulas_are_only_text(tmp_path: Path, text: str) -> None:
    quoted = text.replace('"', '""')
    [record] = records(items(table(tmp_path, "identifier,title", f'a,"{quoted}"')))

    assert told(record, "title") == [text]


def test_errors_of_formulas_count_as_nothing(tmp_path: Path) -> None:
    found = items(table(tmp_path, "identifier,title,persons", "#N/A,A,1", "b,#REF!,1", "c,C,#DIV/0!"))

    assert len(rejected(found)) == 2
    assert told(records(found)[0], "persons") == []


@pytest.mark.parametrize(
    ("spelling", "meant"),
    [
        ("1234", 1234),
        ("1 234", 1234),
        ("1\u00a0234\u202f567", 1234567),
        ("1,234", 1234),
        ("1.234.567", 1234567),
        ("1'234", 1234),
        ("1234.0", 1234),
        ("1,234.00", 1234),
        ("0", 0),
        ("1,23", "1,23"),
        ("1.234,567", "1.234,567"),
        ("about 500", "about 500"),
        ("-5", "-5"),
        ("0.125", "0.125"),
        ("0,125", "0,125"),
        ("", ""),
    ],
)
def test_numbers_are_read_in_every_usual_spelling(spelling: str, meant: int | str) -> None:
    assert number(spelling) == meant


@pytest.mark.parametrize(
    ("spelling", "meant"),
    [
        ("2024", "2024"),
        ("2024-05", "2024-05"),
        ("2024-05-01", "2024-05-01"),
        ("1.5.2024", "2024-05-01"),
        ("2024/5/1", "2024-05-01"),
        ("31/12/2024", "2024-12-31"),
        ("12/31/2024", "2024-12-31"),
        ("5/5/2024", "2024-05-05"),
        ("1/5/2024", "1/5/2024"),
        ("30.2.2024", "30.2.2024"),
        ("99/99/2024", "99/99/2024"),
        ("spring 2024", "spring 2024"),
    ],
)
def test_dates_are_read_where_they_can_be_read_in_one_way(spelling: str, meant: str) -> None:
    assert day(spelling) == meant


@pytest.mark.parametrize(
    ("cell", "meant"),
    [
        (7.0, "7"),
        (1.5, "1.5"),
        (True, "true"),
        (datetime(2024, 5, 1), "2024-05-01"),
        (datetime(2024, 5, 1, 12, 30), "2024-05-01T12:30:00"),
        (date(2024, 5, 1), "2024-05-01"),
        (time(9, 30), "09:30:00"),
        (timedelta(hours=1), "1:00:00"),
        (" a\x00b\x1f\ud800\ufeff ", "ab"),
        ("a\r\nb\rc", "a\nb\nc"),
        (None, ""),
    ],
)
def test_cells_become_clean_text(cell: Cell, meant: str) -> None:
    assert words(cell) == meant


def test_yes_and_no_are_understood() -> None:
    assert [answer(text) for text in ("Yes", "no", "TRUE", "0", "maybe")] == [
        True,
        False,
        True,
        False,
        "maybe",
    ]


@pytest.mark.parametrize(
    ("identifier", "iri"),
    [
        ("https://a.example/d/1", "https://a.example/d/1"),
        ("urn:uuid:6e8bc430-9c3a-11d9-9669-0800200c9a66", "urn:uuid:6e8bc430-9c3a-11d9-9669-0800200c9a66"),
        ("10.5555/ABC", "https://doi.org/10.5555/abc"),
        ("doi:10.5555/abc", "https://doi.org/10.5555/abc"),
        ("DOI: 10.5555/abc", "https://doi.org/10.5555/abc"),
        ("http://dx.doi.org/10.5555/abc", "https://doi.org/10.5555/abc"),
        ("https://doi.org/10.5555/a%28b%29", "https://doi.org/10.5555/a(b)"),
        ("http://a.example/with space", "urn:x-fairfinder:my%20list:http%3A%2F%2Fa.example%2Fwith%20space"),
        ("Nr. 5/ä", "urn:x-fairfinder:my%20list:Nr.%205%2F%C3%A4"),
        ("Nr. 5/a\u0308", "urn:x-fairfinder:my%20list:Nr.%205%2F%C3%A4"),
    ],
)
def test_an_identifier_names_its_dataset_the_same_in_every_spelling(identifier: str, iri: str) -> None:
    assert subject(identifier, Path("/srv/my list.csv")) == iri


def test_an_identifier_stands_behind_the_address_that_was_given(tmp_path: Path) -> None:
    path = table(tmp_path, "identifier,title", "a/1 x,A")

    [record] = records(items(path, "https://registry.example/dataset/"))

    assert record.subject.value == "https://registry.example/dataset/a/1%20x"
    assert told(record, "identifier") == ["a/1 x"]


def test_variables_stand_beside_and_come_with_their_dataset(tmp_path: Path) -> None:
    table(
        tmp_path,
        "dataset,table,name,label,label@fr,type,unit,description,concept",
        "a,Visits,bmi,Body mass index,Indice,decimal,kg/m²,Measured.,http://loinc.org/rdf/39156-5",
        "a,Visits,sex,,,string,,,",
        "a,Deaths,cause,,,string,,,",
        "b,,x,,,,mmol/L,,",
        name="registers.variables.csv",
    )
    path = table(tmp_path, "identifier,title,title@fr", "a,Alpha,Alphe", "b,Beta,", "c,Gamma,")

    one, two, three = records(items(path))

    column = ("variables", "table", "column")
    assert told(one, "variables", "title") == ["Alpha", "Alphe@fr"]
    assert told(one, "variables", "table", "title") == ["Visits", "Deaths"]
    assert sorted(told(one, *column, "columnName")) == ["bmi", "cause", "sex"]
    assert told(one, *column, "columnTitle") == ["Body mass index", "Indice@fr"]
    assert told(one, *column, "description") == ["Measured."]
    assert told(one, *column, "unit") == ["kg/m²"]
    assert told(one, *column, "propertyUrl") == ["http://loinc.org/rdf/39156-5"]
    assert told(two, *column, "unit") == ["mmol/L"]
    assert told(two, "variables", "table", "title") == ["Beta"]
    assert told(three, "variables", "title") == []
    assert items(tmp_path / "registers.variables.csv") == []


def test_variables_of_no_dataset_are_told(tmp_path: Path) -> None:
    table(tmp_path, "dataset,name", "a,x", "other,y", "other,z", name="registers.variables.csv")

    found = items(table(tmp_path, "identifier,title", "a,A"))

    [problem] = rejected(found)
    assert "Row 3" in problem.reason
    assert "“other”" in problem.reason


def test_variables_of_a_row_that_cannot_be_used_are_not_told_again(tmp_path: Path) -> None:
    table(tmp_path, "dataset,name", "a,x", name="registers.variables.csv")

    [problem] = rejected(items(table(tmp_path, "identifier,title", "a,", "b,B")))

    assert "no title" in problem.reason


def test_variables_behind_a_link_that_leads_out_of_the_folder_are_not_read(tmp_path: Path) -> None:
    (tmp_path / "home").mkdir()
    secret = table(tmp_path, "dataset,name", "a,secret", name="secret.csv")
    (tmp_path / "home" / "registers.variables.csv").symlink_to(secret)

    found = items(table(tmp_path / "home", "identifier,title", "a,A"))

    assert records(found) == []
    assert "out of its folder" in rejected(found)[0].reason


def test_variables_that_cannot_be_read_leave_their_datasets_as_they_were(tmp_path: Path) -> None:
    table(tmp_path, "dataset,name", 'a,"x', name="registers.variables.csv")

    found = items(table(tmp_path, "identifier,title", "a,A"))

    assert records(found) == []
    assert len(rejected(found)) == len(incomplete(found)) == 1


def test_variables_behind_a_link_to_nothing_leave_their_datasets_as_they_were(tmp_path: Path) -> None:
    for there in ("absent.csv", "registers.variables.csv"):
        link = tmp_path / "registers.variables.csv"
        link.unlink(missing_ok=True)
        link.symlink_to(tmp_path / there)

        found = items(table(tmp_path, "identifier,title", "a,A"))

        assert records(found) == []
        assert len(incomplete(found)) == 1


def test_variables_without_their_datasets_are_told(tmp_path: Path) -> None:
    path = table(tmp_path, "dataset,name", "a,x", name="registers.variables.csv")

    assert "registers.csv" in rejected(items(path))[0].reason


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"", "no row of headings"),
        (b"a,b\n1,2\n", "no row of headings"),
        (b"identifier,name\n1,2\n", "no row of headings"),
        (b"PK\x03\x04zip", "end its name with .xlsx"),
        (b"\x89PNG\x00\x01", "no text"),
        (b"identifier,title\n" + b",".join([b"x"] * 600), "more than 500 columns"),
    ],
)
def test_what_is_no_table_of_datasets_is_told_and_makes_the_run_incomplete(
    tmp_path: Path, content: bytes, reason: str
) -> None:
    (tmp_path / "a.csv").write_bytes(content)

    found = items(tmp_path / "a.csv")

    assert reason in rejected(found)[0].reason
    assert len(incomplete(found)) == 1
    assert records(found) == []


def test_a_cell_beyond_all_measure_costs_its_own_row(tmp_path: Path) -> None:
    found = items(
        table(tmp_path, "identifier,title", f"a,{'x' * 110_000}", f"b,{'x' * 140_000}", "c,C"),
    )

    assert len(rejected(found)) == 2
    assert [told(record, "title") for record in records(found)] == [["C"]]


def test_rows_beyond_the_limit_are_not_read_and_the_run_is_incomplete(tmp_path: Path) -> None:
    lines = ["identifier,title", *("# " for _ in range(99_998)), "a,A", "b,B", "c,C"]

    found = items(table(tmp_path, *lines))

    assert [told(record, "title") for record in records(found)] == [["A"]]
    assert "100,000 rows" in incomplete(found)[0]


_CELLS: st.SearchStrategy[Cell] = (
    st.none()
    | st.text()
    | st.integers()
    | st.floats()
    | st.booleans()
    | st.datetimes()
    | st.dates()
    | st.times()
    | st.timedeltas()
    | st.sampled_from(
        ["http://", "mailto:", "10.1/x", ";;", "doi:", "https://a.example/{x}", "#N/A", "\ud800"]
    )
)


@settings(max_examples=60, deadline=None)
@given(st.lists(_CELLS, min_size=len(DATASETS), max_size=len(DATASETS)))
def test_any_value_in_any_column_makes_a_record_or_is_told(cells: list[Cell]) -> None:
    by_column = {headed(c.heading, DATASETS): cell for c, cell in zip(DATASETS, cells, strict=True)}

    values = filled({one: cell for one, cell in by_column.items() if one}, vocabularies())

    assert drafted(vocabularies(), "dataset", "https://a.example/1", values)


@settings(max_examples=60, deadline=None)
@given(st.binary(max_size=300), st.sampled_from([b"", b"identifier,title\n", b"identifier;title\n\xff"]))
def test_any_bytes_are_read_or_told(
    tmp_path_factory: pytest.TempPathFactory, tail: bytes, head: bytes
) -> None:
    path = tmp_path_factory.mktemp("any") / "a.csv"
    path.write_bytes(head + tail)

    assert all(isinstance(item, Record | Rejected) or incomplete([item]) for item in items(path))


def test_the_documentation_names_every_column() -> None:
    text = (Path(__file__).parents[2] / "docs" / "sources" / "folder.md").read_text("utf-8")
    first, second = text.split("## Variables")

    assert [column.heading for column in DATASETS if f"| `{column.heading}` |" not in first] == []
    assert [column.heading for column in VARIABLES if f"| `{column.heading}` |" not in second] == []
