"""Scan reports of White Rabbit: which fields the tables of a source have, how empty they are, common values.

The numbers of a scan are of records, and only of those that were looked at.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from itertools import islice, pairwise
from pathlib import Path
from typing import Final

from catalogue.errors import Invalid, Refused
from catalogue.profiles.measured import Measured, Told, Variable
from harvesters.profiles.cells import count, day, label
from harvesters.profiles.passed_over import PassedOver
from harvesters.profiles.white_rabbit_values import Listed, why_left_out
from harvesters.sheet_cells import Cell, words
from harvesters.sheet_files import WORKBOOKS, Row, Table, sheets

PRODUCER: Final = "White Rabbit"

MAX_FIELDS: Final = 20_000
MAX_COLUMNS: Final = 4_000
"""Two columns for each field of a table."""

_OVERVIEWS: Final = ("field overview", "overview")
_ABOUT: Final = "_"
_SHEET_NAME: Final = 31
"""Letters of the name of a table that the name of its sheet has."""

_SHOWN: Final = 200
_ZIPPED: Final = b"PK\x03\x04"
_OLD: Final = b"\xd0\xcf\x11\xe0"

_FREQUENCY: Final = "frequency"
_WORDS: Final = "word count"


@dataclass(frozen=True, slots=True)
class _Field:
    """A row of the overview."""

    table: str
    name: str
    label: str
    type: str
    empty: float | None
    distinct: int | None
    unique: float | None
    rows: int | None


@dataclass(slots=True)
class _Columns:
    """The two columns of a field in the sheet of its table: values, and how often they occur."""

    at: int
    listed: Listed = field(default_factory=Listed)
    ended: bool = False


def recognises(path: Path, head: bytes) -> bool:
    """Whether a file is a workbook: of those only scan reports are profiles."""
    return path.suffix.lower() in WORKBOOKS and head.startswith((_ZIPPED, _OLD))


def read(path: Path) -> Iterator[Measured]:
    """What a report tells; raises Invalid for a workbook that is none, and Refused past a bound."""
    left = PassedOver()
    with sheets(path, MAX_COLUMNS) as found:
        by_name = {title.strip().casefold(): sheet for title, sheet in found.items()}
        yield _told(by_name)
        tables: dict[str, list[_Field]] = {}
        for one in _fields(path.name, by_name):
            tables.setdefault(one.table, []).append(one)
        for table, fields in tables.items():
            sheet = by_name.get(_sheet_of(table))
            lists = _lists(sheet) if sheet else {}
            for one in fields:
                yield _variable(one, lists.get(one.name.casefold(), Listed()), left)
    yield from left.told()


def _told(sheets: Mapping[str, Table]) -> Told:
    about: dict[str, str] = {}
    if _ABOUT in sheets:
        for row in islice(sheets[_ABOUT].rows, 100):
            key, value = ([*map(words, row.cells), "", ""])[:2]
            about[key.strip().casefold()] = value
    return Told(
        PRODUCER,
        label(about.get("version", ""))[:40],
        generated=day(about.get("scan finished at", "")) or day(about.get("scan started at", "")),
    )


def _fields(name: str, sheets: Mapping[str, Table]) -> Iterator[_Field]:
    overview = next((sheets[one] for one in _OVERVIEWS if one in sheets), None)
    rows = iter(overview.rows) if overview else iter(())
    heads = {words(cell).strip().casefold(): at for at, cell in enumerate(next(rows, Row(1, ())).cells)}
    if not {"table", "field"} <= heads.keys():
        raise Invalid(
            f"{name} is no scan report of White Rabbit: it has no sheet Field Overview with the columns "
            "Table and Field. Give the report as White Rabbit wrote it, or leave the workbook out."
        )
    number = 0
    for row in rows:
        cells = {head: row.cells[at] for head, at in heads.items() if at < len(row.cells)}
        if words(cells.get("table")) and words(cells.get("field")):
            number += 1
            yield _field(cells)
        if number > MAX_FIELDS:
            raise Refused(f"{name} has more than {MAX_FIELDS:,} fields, so it was not read.")


def _field(cells: Mapping[str, Cell]) -> _Field:
    def text(head: str) -> str:
        return label(words(cells.get(head)))[:_SHOWN]

    return _Field(
        text("table"),
        text("field"),
        text("description"),
        text("type"),
        _share(text("fraction empty")),
        _number(text("n unique values")),
        _share(text("fraction unique")),
        _number(text("n rows checked")),
    )


def _variable(one: _Field, listed: Listed, left: PassedOver) -> Variable:
    """A field with the values that may be of anybody; how many others it has can be a number of persons."""
    values: Mapping[str, int] = listed.values
    if values and (reason := why_left_out(one.name, one.type, one.distinct, one.unique, listed)):
        left.add(f"values of {one.table}.{one.name}", reason)
        values = {}
    return Variable(one.table, one.name, one.label, one.type, one.empty, one.distinct, values, one.rows)


def _lists(sheet: Table) -> dict[str, Listed]:
    """The values of each field of a table by its name in lower case; raises Invalid."""
    rows = iter(sheet.rows)
    heads = [words(cell).strip().casefold() for cell in next(rows, Row(1, ())).cells]
    columns = {
        name: _Columns(at, Listed(is_text=kind == _WORDS))
        for at, (name, kind) in enumerate(pairwise(heads))
        if kind in (_FREQUENCY, _WORDS) and at % 2 == 0
    }
    for row in rows:
        if row.fault:
            raise Invalid(f"Row {row.number:,} of {sheet.name} cannot be used: {row.fault}")
        waiting = [one for one in columns.values() if not one.ended]
        for one in waiting:
            _take(one, row, sheet.name)
        if not waiting:
            break
    return {name: one.listed for name, one in columns.items()}


def _take(one: _Columns, row: Row, name: str) -> None:
    """Add what a row says of a field; a list ends where no frequency is told, or when there are too many."""
    value, number = ([*row.cells[one.at : one.at + 2], None, None])[:2]
    text, times = label(words(value)), words(number).strip()
    if not times:
        one.ended = True
        return
    try:
        one.listed.add(text, count(times))
        one.ended = one.listed.many
    except ValueError as error:
        raise Invalid(
            f"Row {row.number:,} of {name} cannot be used: a frequency {error} Nothing was taken in."
        ) from error


def _sheet_of(table: str) -> str:
    return table[:_SHEET_NAME].replace("/", "_").strip().casefold()


def _share(text: str) -> float | None:
    """A share of 0 to 1, also where it is an upper bound; None for anything else."""
    try:
        number = float(text.removeprefix("<=").strip())
    except ValueError:
        return None
    return number if 0 <= number <= 1 else None


def _number(text: str) -> int | None:
    """A number of values, also where it is an upper bound."""
    try:
        return count(text.removeprefix("<="))
    except ValueError:
        return None
