"""Small tables of datasets for the tests, and what became of them."""

import io
import zipfile
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

from openpyxl import Workbook
from pyoxigraph import Literal, NamedNode

from catalogue.fields import TABLE_OF_KIND
from catalogue.mapping import Entity, index, read
from catalogue.records import Harvested, Incomplete, Record
from harvesters.files import Reading, read_file
from harvesters.sheets import Drafting
from tests.harvest.asking import vocabularies


def items(path: Path, base: str = "") -> list[Harvested]:
    return list(read_file(path, Reading(drafting=Drafting(vocabularies, base))))


def csv_of(*lines: str) -> str:
    return "\r\n".join(lines) + "\r\n"


def workbook(path: Path, sheets: Mapping[str, Iterable[Sequence[object]]]) -> Path:
    book = Workbook()
    book.remove(book.active)
    for title, rows in sheets.items():
        sheet = book.create_sheet(title)
        for row in rows:
            sheet.append(list(row))
    book.save(path)
    return path


def repacked(path: Path, changed: Mapping[str, bytes]) -> Path:
    """The workbook with other bytes in some of its parts."""
    with zipfile.ZipFile(path) as old:
        parts = {name: old.read(name) for name in old.namelist()}
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as new:
        for name, content in {**parts, **changed}.items():
            new.writestr(name, content)
    path.write_bytes(packed.getvalue())
    return path


def records(found: Iterable[Harvested]) -> list[Record]:
    return [item for item in found if isinstance(item, Record)]


def incomplete(found: Iterable[Harvested]) -> list[str]:
    return [item.reason for item in found if isinstance(item, Incomplete)]


def entity(record: Record) -> Entity:
    return read(index(record.triples), record.subject, TABLE_OF_KIND[record.kind])


def told(record: Record, *path: str) -> list[str]:
    """What the fields along a path say: words with their language, and the last part of IRIs of concepts."""
    nodes = [entity(record)]
    for name in path[:-1]:
        nodes = [value for node in nodes for value in node.values.get(name, ()) if isinstance(value, Entity)]
    return [_plain(term) for node in nodes for term in node.terms(path[-1])]


def _plain(term: object) -> str:
    if isinstance(term, Literal):
        return f"{term.value}@{term.language}" if term.language else term.value
    assert isinstance(term, NamedNode), term
    return term.value
