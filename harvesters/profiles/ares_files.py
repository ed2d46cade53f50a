"""Files of an Ares folder as rows of text, whether they are JSON or CSV.

R writes numbers as text, values as lists of one, tables as lists of columns or of rows, and one row as
an object: all of these are read alike.
"""

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Final, TypeAlias

import orjson

from catalogue.errors import Invalid, Refused
from harvesters.json_values import Node, node
from harvesters.profiles import tables
from harvesters.profiles.cells import label

LARGEST: Final = 64 << 20
"""Bytes of a JSON file that is read; one of a concept has some 100 kB, others less than 1 MB."""

_BOM: Final = b"\xef\xbb\xbf"

Row: TypeAlias = Mapping[str, str]
"""The cells of a row by the names of their columns in lower case."""


def document(path: Path) -> Node:
    """The object in a JSON file by upper-case names; raises Refused where it is too large, and Invalid."""
    if path.stat().st_size > LARGEST:
        raise Refused(f"{path.name} has more than {LARGEST >> 20} MB, which no file of Ares has.")
    try:
        found: object = orjson.loads(path.read_bytes().removeprefix(_BOM))
    except orjson.JSONDecodeError as error:
        raise Invalid(f"{path.name} is no sound JSON: {error}. Export the folder again.") from error
    return {name.upper(): value for name, value in node(found).items()}


def rows(value: object) -> Iterator[Row]:
    """The rows of a table in JSON; of anything else none."""
    if isinstance(value, dict):
        value = _transposed(value)
    for row in value if isinstance(value, list) else ():
        if isinstance(row, dict):
            yield {name.lower(): text(cell) for name, cell in row.items()}


def table_rows(path: Path) -> Iterator[Row]:
    """The rows of a CSV file; raises Invalid with the line of one that cannot be read."""
    with tables.opened(path) as table:
        for row in table.rows():
            yield dict(zip(table.columns, row, strict=True))


def text(value: object) -> str:
    """A value as text, also from a list of one; "" for what is none."""
    if isinstance(value, list) and len(value) == 1:
        value = value[0]
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        return ""
    return label(str(value))


def _transposed(columns: Node) -> list[dict[str, object]]:
    """The rows of a table that is written as columns, or as its only row."""
    if columns and all(isinstance(column, list) for column in columns.values()):
        lists = [column for column in columns.values() if isinstance(column, list)]
        if len({len(column) for column in lists}) == 1:
            return [dict(zip(columns, row, strict=True)) for row in zip(*lists, strict=True)]
    return [dict(columns)]
