"""Datasets from a table, one in each row, with their variables from a second one; and the empty template.

The columns are those of `sheet_columns`. Rows whose first cell begins with "# " are remarks.
"""

import csv
import io
import logging
import unicodedata
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final
from urllib.parse import quote

from pyoxigraph import NamedNode

from catalogue.drafting import Given, drafted, is_iri
from catalogue.errors import Invalid, Unreadable
from catalogue.records import Harvested, Incomplete, Record, Rejected
from harvesters import sheet_template
from harvesters.iris import doi
from harvesters.sheet_cells import ERRORS, Cell, words
from harvesters.sheet_columns import DATASETS, IDENTIFIER, TITLE, VARIABLES, Column, Headed, headed, nearest
from harvesters.sheet_files import MAX_ROWS, SUFFIXES, Row, Table, Tables, main_of, opened
from harvesters.sheet_values import Variables, filled
from ontologies.vocabularies import Vocabularies

log = logging.getLogger(__name__)

write_template = sheet_template.write

_REMARK: Final = "# "
_LOOKED_AT: Final = 20
_KEPT: Final = 1 << 16
_NAMES: Final = ("http://", "https://", "urn:")
_IN_NAME: Final = "/:@._~-"


@dataclass(frozen=True, slots=True)
class Drafting:
    """What records are made with; `base` is the address that identifiers follow, "" for none."""

    vocabularies: Callable[[], Vocabularies]
    base: str = ""


def is_sheet(path: Path) -> bool:
    """Whether a file is a table by its name."""
    return path.suffix.lower() in SUFFIXES


def read_sheet(path: Path, drafting: Drafting) -> Iterator[Harvested]:
    """The datasets of a file; a row that cannot be used comes as Rejected with its number.

    Raises Unreadable, Refused and OSError for a file that cannot be used or read to its end.
    """
    main = main_of(path)
    if main is not None:
        if not main.is_file():
            raise Unreadable(f"It has the variables of {main.name}, which does not stand beside it.")
        return
    with opened(path, _known) as tables:
        yield from _Sheet(path, drafting, tables).items()


def subject(identifier: str, file: Path, base: str = "") -> str:
    """The IRI of a dataset: its identifier where that is one, with DOIs in one form; else made of it."""
    plain = unicodedata.normalize("NFC", identifier.strip())
    if found := doi(plain):
        return found
    if plain.lower().startswith(_NAMES) and is_iri(plain):
        return plain
    if base:
        return f"{base}{quote(plain, safe=_IN_NAME)}"
    name = unicodedata.normalize("NFC", file.stem)
    return f"urn:x-fairfinder:{quote(name, safe='')}:{quote(plain, safe='')}"


@dataclass(slots=True)
class _Sheet:
    """One file while it is read; `rows` are the numbers of the rows by the subjects they describe."""

    path: Path
    drafting: Drafting
    tables: Tables
    rows: dict[str, int] = field(default_factory=dict)

    def items(self) -> Iterator[Harvested]:
        variables = self._variables()
        table = self.tables.datasets
        for row, cells in _filled_rows(table, DATASETS, (IDENTIFIER, TITLE)):
            if row.number > MAX_ROWS:
                yield Incomplete(f"{table.name} has more than {MAX_ROWS:,} rows. The rest was not read.")
                return
            yield self._item(row, cells, variables)
        for identifier, number in variables.left():
            iri = self._subject(identifier)
            if iri not in self.rows:
                what = f"Row {number} has a variable of the dataset “{identifier[:200]}”"
                place = f"{iri} (row {number})"
                yield Rejected(str(self.path), place, f"{what}, which {table.name} lacks.")

    def _variables(self) -> Variables:
        found = Variables()
        table = self.tables.variables
        if table is not None:
            for row, cells in _filled_rows(table, VARIABLES, ("dataset", "name")):
                if row.fault or row.number > MAX_ROWS:
                    limit = f"It has more than {MAX_ROWS:,} rows."
                    raise Unreadable(f"Row {row.number} of {table.name}: {row.fault or limit}")
                found.add(row.number, cells)
        return found

    def _item(self, row: Row, cells: Mapping[Headed, Cell], variables: Variables) -> Record | Rejected:
        where = f"Row {row.number} of {self.tables.datasets.name}"
        if row.fault:
            return self._rejected(row, "", f"{where}: {row.fault}")
        named = (words(cell) for one, cell in cells.items() if one.column.heading == IDENTIFIER)
        identifier = next(named, "")
        if not identifier:
            return self._rejected(row, "", f"{where} has no identifier.")
        iri = self._subject(identifier)
        first = self.rows.setdefault(iri, row.number)
        if first != row.number:
            return self._rejected(row, iri, f"{where} has the identifier of row {first} again, which counts.")
        values = filled(cells, self.drafting.vocabularies())
        if not values.get(TITLE):
            return self._rejected(row, iri, f"{where} has no title.")
        return self._record(row, iri, {**values, **variables.of(identifier, values[TITLE])})

    def _record(self, row: Row, iri: str, values: Mapping[str, Given]) -> Record | Rejected:
        try:
            triples = drafted(self.drafting.vocabularies(), "dataset", iri, values)
        except Invalid as error:
            return self._rejected(row, iri, f"Row {row.number} of {self.tables.datasets.name}: {error}")
        return Record(NamedNode(iri), "dataset", triples, str(self.path))

    def _subject(self, identifier: str) -> str:
        return subject(identifier, self.path, self.drafting.base)

    def _rejected(self, row: Row, iri: str, reason: str) -> Rejected:
        place = f"{iri} (row {row.number})" if iri else f"row {row.number}"
        return Rejected(str(self.path), place, reason, _raw(row.cells))


def _filled_rows(
    table: Table, columns: tuple[Column, ...], needed: tuple[str, ...]
) -> Iterator[tuple[Row, Mapping[Headed, Cell]]]:
    """The rows below the headings that say something, their cells by column."""
    layout: tuple[Headed | None, ...] = ()
    looked_at = 0
    for row in table.rows:
        if not row.fault and _is_silent(row.cells):
            continue
        if layout:
            overfull = table.exact and any(words(cell) for cell in row.cells[len(layout) :])
            yield (_overfull(row, len(layout)) if overfull else row), _by_column(layout, row.cells)
            continue
        found = tuple(headed(words(cell), columns) for cell in row.cells)
        if {one.column.heading for one in found if one} >= {*needed}:
            layout = _told(table.name, row.cells, found, columns)
        looked_at += 1
        if not layout and looked_at >= _LOOKED_AT:
            break
    if not layout:
        asked = "” and “".join(needed)
        raise Unreadable(f"{table.name} has no row of headings with “{asked}”. The template shows them.")


def _told(
    name: str, cells: Sequence[Cell], found: tuple[Headed | None, ...], columns: tuple[Column, ...]
) -> tuple[Headed | None, ...]:
    """The columns that are read; those that are not are told."""
    layout: list[Headed | None] = []
    for cell, one in zip(cells, found, strict=True):
        again = one is not None and one in layout and not one.column.several
        heading = words(cell)[:200]
        if again:
            log.warning("%s: the column “%s” stands there twice; the second is not read", name, heading)
        elif one is None and heading:
            meant = nearest(heading, columns)
            hint = f"; did you mean “{meant}”?" if meant else ""
            log.warning("%s: the column “%s” is not known and not read%s", name, heading, hint)
        layout.append(None if again else one)
    return tuple(layout)


def _by_column(layout: Sequence[Headed | None], cells: Sequence[Cell]) -> Mapping[Headed, Cell]:
    """The cells that are filled by their columns; those of one column, which takes several, in one."""
    found: dict[Headed, Cell] = {}
    for one, cell in zip(layout, cells, strict=False):
        if one is not None and cell is not None and cell != "":
            found[one] = f"{words(found[one])};{words(cell)}" if one in found else cell
    return found


def _is_silent(cells: Sequence[Cell]) -> bool:
    """Whether a row is empty or a remark."""
    first = next((cell for cell in cells if cell is not None and str(cell).strip()), None)
    return first is None or (isinstance(first, str) and first.lstrip().startswith(_REMARK))


def _overfull(row: Row, width: int) -> Row:
    fault = (
        f"It has {len(row.cells)} cells below {width} headings. A text with the sign that separates cells "
        "must stand in quotation marks."
    )
    return Row(row.number, row.cells, fault)


def _known(cells: Sequence[str]) -> int:
    """How many cells of a row are headings of one of the tables."""
    return max(sum(headed(cell, columns) is not None for cell in cells) for columns in (DATASETS, VARIABLES))


def _raw(cells: Sequence[Cell]) -> bytes:
    """A row as a line of CSV, for the person who mends it."""
    out = io.StringIO()
    csv.writer(out).writerow([str(cell) if str(cell) in ERRORS else words(cell) for cell in cells])
    return out.getvalue().encode("utf-8", "replace")[:_KEPT]
