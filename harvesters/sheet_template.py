"""The empty template for tables of datasets, with what each column is for and one example."""

import csv
import io
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Final

from catalogue.errors import Conflict, Invalid, Unavailable
from catalogue.fields import Kind
from harvesters.sheet_columns import DATASETS, VARIABLES, Column, names
from harvesters.sheet_files import DELIMITED, main_of
from ontologies.vocabularies import Vocabularies, load

if TYPE_CHECKING:
    from openpyxl.worksheet.worksheet import Worksheet

_MOST_CODES: Final = 60
_WIDTH: Final = 28
_NOTE: Final = "Rows that begin with “# ” are remarks and are not read."


def write(path: Path) -> None:
    """Write the template as CSV or XLSX into a new file; NAME.variables.csv gets that of the variables.

    Raises Invalid for another suffix, Conflict for a file that exists, Unavailable where nothing can be
    written.
    """
    suffix = path.suffix.lower()
    if suffix in DELIMITED:
        content = _delimited(VARIABLES if main_of(path) else DATASETS, "\t" if suffix == ".tsv" else ",")
    elif suffix == ".xlsx":
        content = _workbook()
    else:
        raise Invalid(f"A template cannot be written as {path.name}: end its name with .csv or .xlsx.")
    try:
        with path.open("xb") as stream:
            stream.write(content)
    except FileExistsError as error:
        raise Conflict(f"{path} exists already and was left as it is. Choose another name.") from error
    except OSError as error:
        raise Unavailable(f"{path} cannot be written: {error.strerror}.") from error


def help_of(column: Column, vocabularies: Vocabularies) -> str:
    """What to fill in, from the field table."""
    return " ".join(_sentences(column, vocabularies))


def _sentences(column: Column, vocabularies: Vocabularies) -> Iterator[str]:
    yield ": ".join(field.label for field in column.fields) + "."
    if column.field.help:
        yield column.field.help
    if column.several:
        yield "Several are separated by “;”."
    match column.field.kind:
        case Kind.TEXT:
            yield f"In a certain language: {column.heading}@fr."
        case Kind.DATE:
            yield "A date (2024-12-31) or a year (2024)."
        case Kind.BOOLEAN:
            yield "yes or no."
    vocabulary = column.coded or column.field.vocabulary
    if vocabulary:
        codes = [concept.code for concept in vocabularies.concepts(vocabulary)]
        shown = ", ".join(codes[:_MOST_CODES])
        yield f"A code or name: {shown}{' and others' if len(codes) > _MOST_CODES else ''}."


def _remark(texts: Iterable[str]) -> list[str]:
    """A row that is not read."""
    first, *rest = texts
    return [f"# {first}", *rest]


def _example(columns: Sequence[Column]) -> list[str]:
    first, *rest = columns
    return [f"# example: {first.example}", *(column.example for column in rest)]


def _delimited(columns: Sequence[Column], separator: str) -> bytes:
    vocabularies = load()
    out = io.StringIO(newline="")
    writer = csv.writer(out, delimiter=separator)
    writer.writerow(names(columns))
    writer.writerow(_remark(help_of(column, vocabularies) for column in columns))
    writer.writerow(_example(columns))
    writer.writerow([f"# {_NOTE}"])
    return out.getvalue().encode("utf-8-sig")


def _workbook() -> bytes:
    from openpyxl import Workbook  # in functions alone: it is slow to import

    book = Workbook()
    datasets = book.active
    datasets.title = "datasets"
    variables = book.create_sheet("variables")
    for sheet, columns in ((datasets, DATASETS), (variables, VARIABLES)):
        sheet.append(names(columns))
        sheet.append(_example(columns))
        _dress(sheet)
    told = book.create_sheet("help")
    told.append(["sheet", "column", "what to fill in", "example"])
    vocabularies = load()
    for sheet, columns in ((datasets, DATASETS), (variables, VARIABLES)):
        for column in columns:
            told.append([sheet.title, column.heading, help_of(column, vocabularies), column.example])
    told.append(["", "", _NOTE])
    _dress(told)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def _dress(sheet: "Worksheet") -> None:
    """Headings in bold that stay in sight, cells that are text whatever is typed into them as an example."""
    from openpyxl.styles import Alignment, Font

    sheet.freeze_panes = "A2"
    for row in sheet.iter_rows():
        for cell in row:
            if cell.value is not None:
                cell.data_type = "s"
            cell.alignment = Alignment(wrap_text=True, vertical="top")
    for cell in sheet[1]:
        cell.font = Font(bold=True)
        sheet.column_dimensions[cell.column_letter].width = _WIDTH
