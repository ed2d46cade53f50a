"""The table of a chart for pages, as CSV and as JSON: every count with its state and its bounds."""

import csv
import io
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final, Protocol

import orjson

from catalogue.profiles.counts import Count, State
from web import export
from web import format as form
from web.charts.amounts import plain, words
from web.charts.chart import Amount, Cell, Column, Say, Table
from web.i18n import mark

SHOWN: Final = 600
"""How many rows a page shows of a table, which is fifty years of months; its files have all."""


class Tabled(Protocol):
    """What has a table: a chart, a heat map, a map."""

    @property
    def name(self) -> str:
        """A stable name."""
        ...

    @property
    def title(self) -> str:
        """What it is about."""
        ...

    @property
    def reading(self) -> str:
        """One sentence that reads it."""
        ...

    @property
    def table(self) -> Table:
        """All that it shows."""
        ...


@dataclass(frozen=True, slots=True)
class Heading:
    """A column of a table on a page."""

    label: str
    is_number: bool


@dataclass(frozen=True, slots=True)
class Written:
    """A cell of a table on a page; `look` is `hidden`, `absent` or ""."""

    text: str
    look: str
    is_number: bool


@dataclass(frozen=True, slots=True)
class Sheet:
    """A table on a page; `left` says how many rows more its files have."""

    headings: tuple[Heading, ...]
    rows: tuple[tuple[Written, ...], ...]
    left: int


def sheet(table: Table, say: Say) -> Sheet:
    """A table in the reader's words."""
    rows = tuple(tuple(_written(cell, say) for cell in row) for row in table.rows[:SHOWN])
    headings = tuple(
        Heading(_heading(column), any(row[place].is_number for row in rows))
        for place, column in enumerate(table.columns)
    )
    return Sheet(headings, rows, len(table.rows) - len(rows))


def csv_of(chart: Tabled) -> str:
    """The table as CSV: a count is three columns, its state, its low and its high."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    counted = _counted(chart.table)
    writer.writerow(
        [
            name
            for column, wide in zip(chart.table.columns, counted, strict=True)
            for name in _names(column, wide)
        ]
    )
    for row in chart.table.rows:
        writer.writerow(
            [field for cell, wide in zip(row, counted, strict=True) for field in _fields(cell, wide)]
        )
    return out.getvalue()


def json_of(chart: Tabled) -> bytes:
    """The chart as JSON: its title, the sentence that reads it, its columns and its rows."""
    columns = [{"name": c.name, "label": c.label, "unit": c.unit} for c in chart.table.columns]
    rows = [
        {column.name: _value(cell) for column, cell in zip(chart.table.columns, row, strict=True)}
        for row in chart.table.rows
    ]
    body = {
        "name": chart.name,
        "title": chart.title,
        "reading": chart.reading,
        "columns": columns,
        "rows": rows,
    }
    return orjson.dumps(body)


def _heading(column: Column) -> str:
    return f"{column.label} ({column.unit})" if column.unit else column.label


def _written(cell: Cell, say: Say) -> Written:
    match cell:
        case Count(state=state) | Amount(state=state):
            look = {State.SUPPRESSED: "hidden", State.ABSENT: "absent"}.get(state, "")
            return Written(words(cell, say), look, True)
        case None:
            return Written(say(mark("– not provided")), "absent", False)
        case int():
            return Written(form.number(cell), "", True)
        case float():
            return Written(plain(cell), "", True)
    return Written(cell, "", False)


def _counted(table: Table) -> tuple[bool, ...]:
    """Which columns hold counts and amounts."""
    return tuple(
        any(isinstance(row[place], Count | Amount) for row in table.rows)
        for place in range(len(table.columns))
    )


def _names(column: Column, counted: bool) -> tuple[str, ...]:
    if not counted:
        return (column.name,)
    return f"{column.name}_state", f"{column.name}_low", f"{column.name}_high"


def _fields(cell: Cell, counted: bool) -> Iterator[str]:
    if isinstance(cell, Count | Amount):
        yield from (cell.state, *(export.cell(_short(bound)) for bound in (cell.low, cell.high)))
    elif counted:
        yield from (State.ABSENT, "", "")
    else:
        yield export.cell(cell)


def _short(number: float | None) -> float | None:
    """Six digits of what is computed, every digit of what is counted."""
    return number if number is None or isinstance(number, int) else float(f"{number:.6g}")


def _value(cell: Cell) -> object:
    if isinstance(cell, Count | Amount):
        low, high = _short(cell.low), _short(cell.high)
        return {"state": str(cell.state), "low": low, "high": high}
    return cell
