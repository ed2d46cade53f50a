"""A scan report of White Rabbit on the tables that a register keeps: fields, and which values are common."""

import io
import re
import zipfile
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from openpyxl import Workbook

from web.demo.population import Concept, Person, year_of
from web.demo.profile_csv import About

_VERSION: Final = "1.0.0"
_TABLES: Final[Mapping[str, str]] = {
    "visit": "contact",
    "condition": "diagnosis",
    "drug": "medication",
    "procedure": "treatment",
    "measurement": "laboratory",
    "observation": "questionnaire",
}
_FIELDS: Final = (
    *("Table", "Field", "Description", "Type", "Max length", "N rows", "N rows checked"),
    *("Fraction empty", "N unique values", "Fraction unique"),
)
_UNITS: Final[Mapping[int, str]] = {8713: "g/dL", 8840: "mg/dL", 8842: "ng/mL"}
_LISTED: Final = 40
_LEAST: Final = 5
"""Rarer values are not listed, as White Rabbit leaves them out by default."""

_EMPTY: Final[Mapping[str, float]] = {"result": 0.04, "unit": 0.07, "date": 0.01}
_ZIPPED: Final = (1980, 1, 1, 0, 0, 0)
_STAMP: Final = re.compile(rb"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ")


@dataclass(slots=True)
class _Field:
    """A field, and how often each of its values occurs."""

    name: str
    label: str
    type: str
    values: Counter[str] = field(default_factory=Counter)


def scan(persons: Sequence[Person], about: About) -> bytes:
    """The workbook, the same at every call."""
    tables = {"patient": _patients(persons), **_events(persons)}
    book = Workbook()
    overview = book.active
    overview.title = "Field Overview"
    overview.append(_FIELDS)
    for name, fields in tables.items():
        for row in _described(name, fields):
            overview.append(row)
        overview.append([""])
    for name, fields in tables.items():
        sheet = book.create_sheet(name)
        for row in _listed(fields):
            sheet.append(row)
    facts = book.create_sheet("_")
    told = {"Key": "Value", "Version": _VERSION, "Scan finished at": f"{about.generated}T03:14:15.926"}
    for pair in told.items():
        facts.append(pair)
    return _settled(book)


def _patients(persons: Iterable[Person]) -> list[_Field]:
    fields = [
        _Field("patient_id", "Pseudonym of the patient", "integer"),
        _Field("sex", "Sex in the national register", "varchar"),
        _Field("birth_year", "Year of birth", "integer"),
        _Field("included", "Day on which the patient was included", "date"),
        _Field("deceased", "Whether the patient has died", "boolean"),
    ]
    for number, person in enumerate(persons):
        values = (number, person.sex, person.born, person.periods[0][0], "yes" if person.died else "no")
        for one, value in zip(fields, values, strict=True):
            one.values[str(value)] += person.weight
    return fields


def _events(persons: Iterable[Person]) -> dict[str, list[_Field]]:
    tables: dict[str, list[_Field]] = {}
    for number, person in enumerate(persons):
        for concept, held in person.held.items():
            table = _TABLES[concept.domain]
            fields = tables.setdefault(table, _fields(table, concept))
            each = person.weight * held.times
            for place, day in enumerate(held.days):
                result = held.values[place] if held.values else ""
                values = (number, concept.name, year_of(day), result, _UNITS.get(concept.unit, ""))
                for one, value in zip(fields, values, strict=False):
                    one.values[str(value)] += each
    return dict(sorted(tables.items()))


def _fields(table: str, concept: Concept) -> list[_Field]:
    fields = [
        _Field("patient_id", "Pseudonym of the patient", "integer"),
        _Field("item", f"Which {table}", "varchar"),
        _Field("year", f"Year of the {table}", "integer"),
    ]
    if concept.domain == "measurement":
        fields += [_Field("result", "Result", "numeric"), _Field("unit", "Unit of the result", "varchar")]
    return fields


def _described(table: str, fields: Iterable[_Field]) -> Iterable[Sequence[object]]:
    for one in fields:
        rows, distinct = one.values.total(), len(one.values)
        longest = max(map(len, one.values))
        empty = _EMPTY.get(one.name, 0.0)
        yield (
            table,
            one.name,
            one.label,
            one.type,
            longest,
            rows,
            rows,
            empty,
            distinct,
            round(distinct / rows, 3),
        )


def _listed(fields: Sequence[_Field]) -> Iterable[Sequence[object]]:
    """The sheet of a table: for each field its values and how often they occur, the commonest first."""
    yield [cell for one in fields for cell in (one.name, "Frequency")]
    columns = [list(_common(one)) for one in fields]
    for place in range(max(map(len, columns))):
        pairs = (column[place] if place < len(column) else ("", "") for column in columns)
        yield [cell for pair in pairs for cell in pair]


def _common(one: _Field) -> Iterable[tuple[object, object]]:
    common = [(value, number) for value, number in one.values.most_common(_LISTED) if number >= _LEAST]
    yield from common
    if len(common) < len(one.values):
        yield "List truncated...", ""


def _settled(book: Workbook) -> bytes:
    """The bytes of a workbook without the moment at which it is written."""
    written, settled = io.BytesIO(), io.BytesIO()
    book.save(written)
    with zipfile.ZipFile(written) as old, zipfile.ZipFile(settled, "w", zipfile.ZIP_DEFLATED) as new:
        for part in old.namelist():
            content = old.read(part)
            if part == "docProps/core.xml":
                content = _STAMP.sub(b"1980-01-01T00:00:00Z", content)
            new.writestr(zipfile.ZipInfo(part, _ZIPPED), content, zipfile.ZIP_DEFLATED)
    return settled.getvalue()
