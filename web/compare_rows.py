"""The descriptions of several datasets in rows: fields as on the page of a record, access apart from them."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Final

from catalogue.comparing import Side, is_alike
from catalogue.fields import ACCESS, TABLES, WHAT, Field
from catalogue.mapping import Entity
from ontologies.vocabularies import Vocabularies
from web import format as form
from web import pages_record, text
from web.i18n import mark
from web.values import (
    ConceptValue,
    GroupValue,
    Item,
    LinkValue,
    MessageValue,
    PeriodValue,
    PlainValue,
    Reader,
    Shown,
    TableValue,
    TextValue,
    item,
)

AT_A_GLANCE: Final = tuple(
    field
    for field in TABLES["Dataset"]
    if field.name in {"persons", "temporal", "country", "accessRights", "standard"}
)
"""The fields that stand above all parts."""

CONDITIONS: Final = ("availability", "license", "rights", "policy", "description")
"""The fields of a way to get data that say under which conditions, and at which cost."""

_APART: Final = frozenset({"hdab"})
"""Fields that are read with access, wherever the page of a record has them."""

_LEFT_OUT: Final = frozenset({"title"})
_DICTIONARY: Final = "variables"
_LONGEST: Final = 280


@dataclass(frozen=True, slots=True)
class Row:
    """A field of the datasets, in their order; None for one that is not there to be described."""

    name: str
    label: str
    help: str
    items: tuple[Item | None, ...]
    is_alike: bool
    field: Field | None = None


@dataclass(frozen=True, slots=True)
class Section:
    """Fields that are read together."""

    label: str
    rows: tuple[Row, ...]


def sections(
    sides: Sequence[Side],
    readers: Sequence[Reader | None],
    vocabularies: Vocabularies,
    fields: Iterable[Field] = TABLES["Dataset"],
) -> tuple[Section, ...]:
    """What any of the datasets provides or must provide of fields; those that are there have a reader."""
    by_section: dict[str, list[Row]] = {WHAT: []}
    for field in fields:
        section = ACCESS if field.name in _APART else field.section
        rows = by_section.setdefault(section, [])
        if field.name not in _LEFT_OUT and _is_told(field, sides):
            rows.append(_row(field, sides, readers, vocabularies))
    access = by_section.get(ACCESS, [])
    by_section[ACCESS] = [*access[:1], *_ways(sides, readers), *access[1:]]
    return tuple(Section(label, tuple(rows)) for label, rows in by_section.items() if rows)


def variables(entity: Entity) -> int:
    """How many variables a dataset describes."""
    tables = (table for group in entity.entities(_DICTIONARY) for table in group.entities("table"))
    return sum(len(table.all("column")) for table in tables)


def is_dictionary(field: Field) -> bool:
    """Whether a field holds the data dictionary, of which a comparison tells how long it is alone."""
    return field.name == _DICTIONARY


def conditions(entity: Entity) -> Iterator[tuple[Field, Entity]]:
    """The fields that say under which conditions the data can be had, each with the way that has it."""
    fields = {field.name: field for field in TABLES["Distribution"]}
    for place in entity.entities("distribution"):
        yield from ((fields[name], place) for name in CONDITIONS if place.all(name))


def words_of(value: Shown) -> str:
    """A value on one line."""
    match value:
        case ConceptValue(label=words):
            return words
        case PeriodValue(low=low, high=high):
            return " – ".join(filter(None, (low, high)))
        case GroupValue(title=title, items=items):
            inner = "; ".join(f"{one.label}: {told(one)}" for one in items)
            return " ".join(filter(None, (title, f"({inner})" if inner else "")))
        case TableValue(caption=caption, count=count):
            return f"{caption} ({count})"
        case TextValue() | PlainValue() | MessageValue() | LinkValue():
            return value.text


def told(shown: Item) -> str:
    """All values of a field on one line, in every language."""
    return "; ".join(words_of(value) for value in (*shown.values, *shown.others))


def _is_told(field: Field, sides: Sequence[Side]) -> bool:
    """Whether any dataset provides a field, or lacks one that it must have."""
    return any(
        side.record.entity.all(field.name) or field.required(side.record.report.profile) == "M"
        for side in sides
        if side.record
    )


def _row(
    field: Field, sides: Sequence[Side], readers: Sequence[Reader | None], vocabularies: Vocabularies
) -> Row:
    entities = [side.record.entity for side in sides if side.record]
    items = tuple(
        _item(field, side.record.entity, reader) if side.record and reader else None
        for side, reader in zip(sides, readers, strict=True)
    )
    return Row(field.name, field.label, field.help, items, is_alike(field, entities, vocabularies), field)


def _item(field: Field, entity: Entity, reader: Reader) -> Item:
    if not entity.all(field.name):
        return Item(field.name, field.label, (), gap=True)
    if is_dictionary(field):
        number = form.number(variables(entity))
        words = reader.translate(mark("{n} variables")).format(n=number)
        return Item(field.name, field.label, (PlainValue(words),))
    found = item(reader, field, entity)
    return replace(found, values=_brief(found.values), others=_brief(found.others))


def _brief(values: Sequence[Shown]) -> tuple[Shown, ...]:
    """Long texts cut to what can be read side by side."""
    return tuple(
        replace(value, text=text.shorten(text.plain(value.text), _LONGEST), rich=None)
        if isinstance(value, TextValue) and value.rich is not None
        else value
        for value in values
    )


def _ways(sides: Sequence[Side], readers: Sequence[Reader | None]) -> Iterator[Row]:
    """How to apply, and under which conditions and at which cost data can be had."""
    for name, label, help, find in (
        ("apply", mark("How to apply"), mark("Where to ask for access."), _doors),
        (
            "conditions",
            mark("Conditions and fees"),
            mark("What the ways to get the data say of licences, rights, terms and costs."),
            _conditions,
        ),
    ):
        items = tuple(
            _found(name, label, find(reader, side.record.entity)) if side.record and reader else None
            for side, reader in zip(sides, readers, strict=True)
        )
        known = {one.values for one in items if one is not None}
        yield Row(name, label, help, items, len(known) < 2)


def _found(name: str, label: str, values: Iterator[Shown]) -> Item:
    found = tuple(dict.fromkeys(values))
    return Item(name, label, found, gap=not found)


def _doors(reader: Reader, entity: Entity) -> Iterator[Shown]:
    for door in pages_record.doors(reader, entity):
        words = f"{reader.translate(door.label)}: {door.name or door.address}"
        yield LinkValue(words, door.href, door.stand)


def _conditions(reader: Reader, entity: Entity) -> Iterator[Shown]:
    """What ways to get the data state; of a statement without a name, its words alone."""
    for field, place in conditions(entity):
        for value in _brief(item(reader, field, place).values):
            if isinstance(value, GroupValue) and not value.title:
                yield from (inner for one in value.items for inner in one.values)
            else:
                yield value
