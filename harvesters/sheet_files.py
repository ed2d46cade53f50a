"""The tables in CSV and XLSX files, row by row and within bounds; formulas are never worked out."""

import csv
import io
import lzma
import re
import warnings
import zipfile
import zlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import islice
from os.path import realpath
from pathlib import Path
from typing import Final

from catalogue.errors import Invalid, Refused, Unreadable
from harvesters.payload import as_utf8
from harvesters.sheet_cells import Cell

DELIMITED: Final = (".csv", ".tsv")
WORKBOOKS: Final = (".xlsx", ".xlsm")
SUFFIXES: Final = (*DELIMITED, *WORKBOOKS)
BESIDE: Final = ".variables"
"""Before its suffix, the mark of a CSV file that has the variables of the file of the same name."""

MAX_ROWS: Final = 100_000
MAX_COLUMNS: Final = 500
MAX_CELL: Final = 100_000
MAX_BYTES: Final = 64 << 20
MAX_UNPACKED: Final = 128 << 20
MAX_PART: Final = 16 << 20
MAX_PARTS: Final = 2_000
MAX_ROW_CELLS: Final = 20_000
"""Excel itself has 16,384 columns; a row is taken into memory as a whole before it can be counted."""

_SHEETS: Final = ("datasets", "dataset")
_VARIABLES: Final = ("variables", "variable")
_LARGE_PARTS: Final = re.compile(r"xl/(worksheets/[^/]+|sharedStrings)\.xml", re.I)
_UNREAD_PARTS: Final = re.compile(r".*\.(png|jpe?g|gif|emf|wmf|svg|bin|vml)", re.I)
_ROW_END: Final = re.compile(rb"</(?:\w+:)?row\s*>")
_CELL: Final = re.compile(rb"<(?:\w+:)?c[\s/>]")
_DOCTYPE: Final = re.compile(rb"<!\s*(DOCTYPE|ENTITY)", re.I)
_SEPARATORS: Final = ",;\t|"
_SEPARATOR_LINE: Final = re.compile(r"\"?sep=(.)\"?[ \t]*(\r\n|\r|\n|$)", re.I)
_LOOKED_AT: Final = 20
_AT_ONCE: Final = 100
_OLD_WORKBOOK: Final = b"\xd0\xcf\x11\xe0"
_DAMAGE: Final = (
    zipfile.BadZipFile,
    zlib.error,
    lzma.LZMAError,
    SyntaxError,
    ArithmeticError,
    AttributeError,
    EOFError,
    LookupError,
    RuntimeError,
    TypeError,
    ValueError,
)
"""What the reader of workbooks raises at a damaged one."""

_Known = Callable[[Sequence[str]], int]
"""How many of these words are headings."""

_Read = Callable[..., Iterator[Sequence[Cell]]]
"""Reads the rows of a sheet within bounds."""


@dataclass(frozen=True, slots=True)
class Row:
    """A row by its number in the file, from 1 on; `fault` says why it cannot be used."""

    number: int
    cells: Sequence[Cell]
    fault: str = ""


@dataclass(frozen=True, slots=True)
class Table:
    """The rows of one table, and what to call it; `exact` says that no cell stands beyond the headings."""

    name: str
    rows: Iterator[Row]
    exact: bool


@dataclass(frozen=True, slots=True)
class Tables:
    """The table of datasets of a file, and that of their variables where there is one."""

    datasets: Table
    variables: Table | None = None


@contextmanager
def opened(path: Path, known: _Known) -> Iterator[Tables]:
    """The tables of a file; `known` tells headings from other words, to find what separates cells.

    Raises Unreadable, Refused and OSError, also while rows are read.
    """
    if path.suffix.lower() in WORKBOOKS:
        with sheets(path) as found:
            yield _chosen(path.name, found)
        return
    beside = beside_of(path)
    if beside.is_symlink() and Path(realpath(beside)).parent != Path(realpath(path.parent)):
        raise Refused(f"{beside.name} is a link that leads out of its folder, so it was not followed.")
    is_there = beside.is_file() or (beside.is_symlink() and not beside.exists())
    variables = _delimited(beside, known) if is_there else None
    yield Tables(_delimited(path, known), variables)


@contextmanager
def sheets(path: Path, max_columns: int = MAX_COLUMNS) -> Iterator[Mapping[str, Table]]:
    """The sheets of a workbook by their titles, in their order; raises like `opened`."""
    from openpyxl import load_workbook  # here alone: it is slow to import
    from openpyxl.utils.exceptions import InvalidFileException

    with path.open("rb") as stream:
        _inspect(path.name, stream)
        stream.seek(0)
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")
                book = load_workbook(stream, read_only=True, data_only=True, keep_links=False)
        except (*_DAMAGE, InvalidFileException) as error:
            raise _damaged(path.name, error) from error
        try:
            titles = {str(sheet.title): sheet.iter_rows for sheet in book.worksheets}
            yield {title: _sheet(path.name, title, read, max_columns) for title, read in titles.items()}
        finally:
            book.close()


def beside_of(path: Path) -> Path:
    """Where the variables of the datasets of a CSV file stand."""
    return path.with_name(f"{path.stem}{BESIDE}{path.suffix}")


def main_of(path: Path) -> Path | None:
    """The CSV file that a file of variables belongs to; None for any other file."""
    if path.suffix.lower() not in DELIMITED or not path.stem.lower().endswith(BESIDE):
        return None
    return path.with_name(path.stem[: -len(BESIDE)] + path.suffix)


def _delimited(path: Path, known: _Known) -> Table:
    with path.open("rb") as stream:
        content = stream.read(MAX_BYTES + 1)
    if len(content) > MAX_BYTES:
        raise Refused(f"{path.name} is larger than {MAX_BYTES >> 20} MB, which no list of datasets is.")
    if content.startswith(b"PK\x03\x04"):
        raise Unreadable(f"{path.name} is a workbook of Excel by its content: end its name with .xlsx.")
    if b"\0" in (plain := as_utf8(content)):
        raise Unreadable(f"{path.name} is no text: it holds bytes that no table has.")
    return Table(path.name, _records(path.name, plain.decode(errors="replace"), known), exact=True)


def _records(name: str, text: str, known: _Known) -> Iterator[Row]:
    """The rows as a spreadsheet numbers them: one that has line breaks in quotes counts once."""
    stated = _SEPARATOR_LINE.match(text)
    separator = stated[1] if stated else _separator(text, known)
    rest = text[stated.end() :] if stated else text
    reader = csv.reader(io.StringIO(rest, newline=""), delimiter=separator, strict=True)
    number = 1 if stated else 0
    while True:
        number += 1
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            fault = f"It cannot be taken apart into cells ({error}): look at its quotation marks."
            yield Row(number, (), fault)
            continue
        yield _bounded(name, number, cells)


def _separator(text: str, known: _Known) -> str:
    """What parts the cells: with it the first rows have the most headings."""
    start = text[:MAX_CELL]

    def found(separator: str) -> int:
        rows = csv.reader(io.StringIO(start, newline=""), delimiter=separator)
        try:
            return max(map(known, islice(rows, _LOOKED_AT)), default=0)
        except csv.Error:
            return 0

    return max(_SEPARATORS, key=found)


def _chosen(name: str, found: Mapping[str, Table]) -> Tables:
    """The sheets that have datasets and variables."""
    by_name = {title.strip().casefold(): title for title in found}
    variables = next((by_name[one] for one in _VARIABLES if one in by_name), None)
    others = (title for title in found if title != variables)
    datasets = next((by_name[one] for one in _SHEETS if one in by_name), None) or next(others, None)
    if datasets is None:
        raise Unreadable(f"{name} has no sheet with datasets.")
    return Tables(found[datasets], found[variables] if variables else None)


def _sheet(name: str, title: str, read: _Read, max_columns: int) -> Table:
    called = f"the sheet “{title}” of {name}"
    return Table(called, _sheet_rows(called, read, max_columns), exact=False)


def _sheet_rows(name: str, read: _Read, max_columns: int) -> Iterator[Row]:
    """The rows of a sheet; a claim of the file about its own size is not believed."""
    source = read(min_row=1, min_col=1, max_row=MAX_ROWS + 2, max_col=max_columns + 1, values_only=True)
    number = 0
    while True:
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")
                some = list(islice(source, _AT_ONCE))
        except _DAMAGE as error:
            raise _damaged(name, error) from error
        if not some:
            return
        for cells in some:
            number += 1
            yield _bounded(name, number, cells, max_columns)


def _bounded(name: str, number: int, cells: Sequence[Cell], max_columns: int = MAX_COLUMNS) -> Row:
    if len(cells) > max_columns and any(cell not in (None, "") for cell in cells[max_columns:]):
        raise Refused(f"{name} has more than {max_columns:,} columns, so it was not read.")
    if any(isinstance(cell, str) and len(cell) > MAX_CELL for cell in cells):
        return Row(number, (), f"It has a cell of more than {MAX_CELL:,} letters.")
    return Row(number, cells[:max_columns])


def _inspect(name: str, stream: io.BufferedReader) -> None:
    """Hold a workbook to its bounds before anything of it is unpacked for good."""
    if stream.peek(4).startswith(_OLD_WORKBOOK):
        raise Unreadable(
            f"{name} is protected by a password, or a workbook of the older format (.xls). Save it as "
            ".xlsx without a password."
        )
    try:
        with zipfile.ZipFile(stream) as packed:
            _weigh(name, packed.infolist())
            for part in packed.infolist():
                if part.filename.lower().endswith((".xml", ".rels")):
                    _look_through(name, packed, part)
    except (OSError, Invalid, Refused):
        raise
    except _DAMAGE as error:
        raise _damaged(name, error) from error


def _weigh(name: str, parts: Sequence[zipfile.ZipInfo]) -> None:
    """The sizes that a zip declares are those up to which it is unpacked, so they can be trusted."""
    total = sum(part.file_size for part in parts)
    heavy = [
        part
        for part in parts
        if part.file_size > MAX_PART
        and not _LARGE_PARTS.fullmatch(part.filename)
        and not _UNREAD_PARTS.fullmatch(part.filename)
    ]
    if total > MAX_UNPACKED or heavy or len(parts) > MAX_PARTS:
        raise Refused(
            f"{name} would be larger than {MAX_UNPACKED >> 20} MB when it is unpacked, or has a part that "
            "no list of datasets has, so it was not read."
        )


def _look_through(name: str, packed: zipfile.ZipFile, part: zipfile.ZipInfo) -> None:
    """Refuse XML with a document type or a boundless row; the search goes over the borders of the pieces."""
    before = b""
    in_row = 0
    with packed.open(part) as plain:
        for piece in iter(lambda: plain.read(1 << 16), b""):
            if b"\0" in piece:
                raise Refused(f"{name} has XML in another encoding than UTF-8, so it was not read.")
            if _DOCTYPE.search(before + piece):
                raise Refused(f"{name} has XML with a DOCTYPE, which is not read.")
            for number, stretch in enumerate(_ROW_END.split(piece)):
                in_row = len(_CELL.findall(stretch)) + (0 if number else in_row)
                if in_row > MAX_ROW_CELLS:
                    raise Refused(f"{name} has a row of more than {MAX_ROW_CELLS:,} cells.")
            before = piece[-16:]


def _damaged(name: str, error: Exception) -> Unreadable:
    said = str(error) or type(error).__name__
    return Unreadable(f"{name} is no workbook that can be read (.xlsx): {said[:300]}")
