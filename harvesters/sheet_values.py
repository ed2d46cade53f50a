"""From the cells of a row to the values of fields, and from the rows of variables to their tables."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Final

from catalogue.drafting import Given
from catalogue.fields import Kind
from harvesters.sheet_cells import Cell, value, values, words
from harvesters.sheet_columns import DATASET, TABLE, Column, Headed
from ontologies.vocabularies import Vocabularies

_Path = tuple[str, ...]
_COLUMN_DEPTH: Final = 3
"""Where the path of a variable's column goes on below the variable itself."""


def filled(cells: Mapping[Headed, Cell], vocabularies: Vocabularies) -> dict[str, Given]:
    """The values of a row by field name, nested as the paths of its columns are."""
    found: dict[_Path, Given] = {}
    spoken: dict[_Path, dict[str, Given]] = {}
    for one, cell in cells.items():
        given = _given(one.column, cell, vocabularies)
        if given in ("", []):
            continue
        if one.column.field.kind is Kind.TEXT:
            spoken.setdefault(one.column.path, {})[one.language] = given
        else:
            found[one.column.path] = given
    return nested({**found, **spoken})


def nested(flat: Mapping[_Path, Given]) -> dict[str, Given]:
    """Values by path as values of values."""
    names = dict.fromkeys(path[0] for path in flat)
    return {name: _within(name, flat) for name in names}


def _within(name: str, flat: Mapping[_Path, Given]) -> Given:
    below = {path[1:]: given for path, given in flat.items() if path[0] == name}
    return below[()] if () in below else nested(below)


def _given(column: Column, cell: Cell, vocabularies: Vocabularies) -> Given:
    field = column.field
    if not column.several:
        return _decoded(column, value(field, cell), vocabularies)
    return [_decoded(column, one, vocabularies) for one in values(field, cell)]


def _decoded(column: Column, given: Given, vocabularies: Vocabularies) -> Given:
    """The IRI of a concept in place of its code or name, where the field is a thing of its own."""
    if not column.coded or not isinstance(given, str):
        return given
    concept = vocabularies.concept(column.coded, given) if given else None
    return concept.iri if concept else given


@dataclass(slots=True)
class _Described:
    """The variables of one dataset: the number of the first row, and the columns of each table."""

    number: int
    tables: dict[str, list[Given]] = field(default_factory=dict)
    used: bool = False


class Variables:
    """The variables of a file by the identifiers of their datasets."""

    def __init__(self) -> None:
        self._datasets: dict[str, _Described] = {}

    def add(self, number: int, cells: Mapping[Headed, Cell]) -> None:
        """Take in a row; one that names no dataset or says nothing of a variable says nothing."""
        plain = {one.column.heading: words(cell) for one, cell in cells.items() if not one.language}
        identifier = plain.get(DATASET, "")
        column = _column(cells)
        if identifier and column:
            described = self._datasets.setdefault(identifier, _Described(number))
            described.tables.setdefault(plain.get(TABLE, ""), []).append(column)

    def of(self, identifier: str, title: Given) -> Mapping[str, Given]:
        """The field with all variables of a dataset; nothing where it has none."""
        described = self._datasets.get(identifier)
        if described is None:
            return {}
        described.used = True
        tables: list[Given] = [
            {"title": name or title, "column": columns} for name, columns in described.tables.items()
        ]
        return {"variables": {"title": title, "table": tables}}

    def left(self) -> Iterator[tuple[str, int]]:
        """The datasets that nobody asked for, each with the number of its first row."""
        return ((name, one.number) for name, one in self._datasets.items() if not one.used)


def _column(cells: Mapping[Headed, Cell]) -> dict[str, Given]:
    """The fields of one variable."""
    found: dict[_Path, Given] = {}
    for one, cell in cells.items():
        path = one.column.path[_COLUMN_DEPTH:]
        text = words(cell)
        if not path or not text:
            continue
        spoken = one.column.field.kind is Kind.TEXT
        found[path] = {**_spoken(found.get(path)), one.language: text} if spoken else text
    return nested(found)


def _spoken(given: Given) -> Mapping[str, Given]:
    return given if isinstance(given, Mapping) else {}
