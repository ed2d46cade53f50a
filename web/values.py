"""The values of a record's fields as a reader sees them: one form for each kind, labels in place of IRIs."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import ClassVar, Final, TypeAlias

from markupsafe import Markup
from pyoxigraph import BlankNode, Literal, NamedNode

from catalogue import mapping
from catalogue.fields import TABLES, Field, Kind
from catalogue.links import Checked
from catalogue.mapping import Entity, Graph
from ontologies.namespaces import PREFIXES
from ontologies.vocabularies import Vocabularies
from web import format as form
from web import text
from web.i18n import LOCALE, mark
from web.links import Links, outward

_RICH: Final = ("description", "populationCoverage", "versionNotes")
_VOCABULARIES: Final = {"LegalBasis": "legal-basis", "LicenseDocument": "licence"}
"""Where a thing is often named by a code instead of being described."""
_YES_NO: Final = {"true": mark("Yes"), "1": mark("Yes"), "false": mark("No"), "0": mark("No")}


@dataclass(frozen=True, slots=True)
class TextValue:
    """Words of the publisher; `rich` is their safe HTML where the field may hold any.

    `language_name` is "" in the reader's own language.
    """

    form: ClassVar[str] = "text"
    text: str
    language: str
    language_name: str
    rich: Markup | None = None
    href: str = ""


@dataclass(frozen=True, slots=True)
class PlainValue:
    """A figure, date or code, ready to print."""

    form: ClassVar[str] = "plain"
    text: str


@dataclass(frozen=True, slots=True)
class MessageValue:
    """Words of ours, to be translated."""

    form: ClassVar[str] = "message"
    text: str


@dataclass(frozen=True, slots=True)
class Stand:
    """How an address stood when it was last asked, as `catalogue.links` has it, and since which day."""

    state: str
    since: str


@dataclass(frozen=True, slots=True)
class LinkValue:
    """An address; without `href` it is not safe to follow and is shown as text."""

    form: ClassVar[str] = "link"
    text: str
    href: str
    stand: Stand | None = None


@dataclass(frozen=True, slots=True)
class ConceptValue:
    """A concept by its label; `href` leads to the records that share it; `known` to our vocabularies."""

    form: ClassVar[str] = "concept"
    label: str
    code: str
    href: str
    iri: str
    known: bool


@dataclass(frozen=True, slots=True)
class PeriodValue:
    """A time from `low` to `high`, "" for an open end."""

    form: ClassVar[str] = "period"
    low: str
    high: str


@dataclass(frozen=True, slots=True)
class GroupValue:
    """A thing with fields of its own; `look` is "card" for contacts, agents and distributions."""

    form: ClassVar[str] = "group"
    look: str
    title: str
    language: str
    items: tuple["Item", ...]


@dataclass(frozen=True, slots=True)
class TableValue:
    """A table of a data dictionary, with how many variables it has."""

    form: ClassVar[str] = "table"
    caption: str
    count: str


Shown: TypeAlias = (
    TextValue | PlainValue | MessageValue | LinkValue | ConceptValue | PeriodValue | GroupValue | TableValue
)


@dataclass(frozen=True, slots=True)
class Item:
    """One field: its values in the reader's language, those in others, or the gap where it is expected."""

    name: str
    label: str
    values: tuple[Shown, ...]
    others: tuple[Shown, ...] = ()
    gap: bool = False
    mandatory: bool = False


@dataclass(frozen=True, slots=True)
class Reader:
    """What is needed to put values into words; `checked` has the addresses that were asked."""

    graph: Graph
    vocabularies: Vocabularies
    links: Links
    translate: Callable[[str], str]
    checked: Mapping[str, Checked] = field(default_factory=dict)

    def stand(self, address: str) -> Stand | None:
        """How an address stands; None where it was never asked."""
        found = self.checked.get(address)
        return Stand(found.state, form.day(found.since)) if found else None


def items(reader: Reader, entity: Entity) -> tuple[Item, ...]:
    """The fields of a nested thing that are provided."""
    return tuple(item(reader, field, entity) for field in TABLES[entity.table] if entity.all(field.name))


def item(reader: Reader, field: Field, entity: Entity) -> Item:
    """A field that is provided: in a steady order, with the reader's language before the others."""
    shown = tuple(sorted(dict.fromkeys(_values(reader, field, entity)), key=_order))
    if field.facet and field.kind is Kind.TEXT:
        shown = tuple({v.text: v for v in shown if isinstance(v, TextValue)}.values())
    elif any(isinstance(value, TextValue) for value in shown):
        near, far = _by_language(shown)
        return Item(field.name, field.label, near, far)
    return Item(field.name, field.label, shown)


def _order(value: Shown) -> str:
    """What to sort by: a graph has no order of its own."""
    match value:
        case ConceptValue(label=words) | GroupValue(title=words) | TableValue(caption=words):
            return words.casefold()
        case PeriodValue():
            return value.low
    return value.text.casefold()


def short(iri: str) -> str:
    """An IRI by its well-known prefix, such as dct:title."""
    for prefix, namespace in PREFIXES.items():
        if iri.startswith(namespace) and len(iri) > len(namespace):
            return f"{prefix}:{iri[len(namespace) :]}"
    return iri


def _by_language(shown: tuple[Shown, ...]) -> tuple[tuple[Shown, ...], tuple[Shown, ...]]:
    """Part the values: those in the reader's language, in none or not in words, and the other texts."""
    tags = [v.language.partition("-")[0] if isinstance(v, TextValue) else "" for v in shown]
    wanted = LOCALE if LOCALE in tags else "" if "" in tags else tags[0]
    near = tuple(v for v, tag in zip(shown, tags, strict=True) if tag in (wanted, ""))
    return near, tuple(value for value in shown if value not in near)


def _values(reader: Reader, field: Field, entity: Entity) -> Iterator[Shown]:
    for value in entity.all(field.name):
        if isinstance(value, Entity):
            yield from _nested(reader, value)
        elif field.kind is Kind.CONCEPT:
            yield _concept(reader, field, value)
        elif isinstance(value, Literal):
            yield _literal(reader, field, value)
        elif isinstance(value, NamedNode):
            yield _link(reader, value, _VOCABULARIES.get(field.node, ""))
        else:
            yield _unnamed(reader, value)


def _literal(reader: Reader, field: Field, value: Literal) -> Shown:
    match field.kind:
        case Kind.TEXT:
            return _words(reader, field, value)
        case Kind.INTEGER:
            return PlainValue(_integer(field, value))
        case Kind.BOOLEAN if value.value in _YES_NO:
            return MessageValue(_YES_NO[value.value])
        case Kind.DATE:
            return PlainValue(form.lexical_date(value.value))
        case Kind.LINK:
            return LinkValue(value.value, outward(value.value), reader.stand(value.value))
    if field.name == "email" and "@" in value.value:
        return LinkValue(value.value, outward(f"mailto:{value.value.removeprefix('mailto:')}"))
    if field.datatype == "duration":
        return PlainValue(form.duration(value.value))
    return PlainValue(value.value)


def _words(reader: Reader, field: Field, value: Literal) -> TextValue:
    tag = value.language or ""
    foreign = tag and tag.partition("-")[0] != LOCALE
    name = form.language_name(tag) if foreign else ""
    safe = text.rich(value.value) if field.name in _RICH else None
    href = reader.links.facet(field.name, value.value) if field.facet else ""
    return TextValue(value.value, tag, name, safe, href)


def _integer(field: Field, value: Literal) -> str:
    found = mapping.integer(value)
    if found is None:
        return value.value
    return form.size(found) if field.name == "byteSize" else form.number(found)


def _link(reader: Reader, value: NamedNode, vocabulary: str) -> LinkValue:
    known = reader.vocabularies.concept(vocabulary, value.value) if vocabulary else None
    own = known.label(LOCALE) if known else mapping.label(reader.graph, value, LOCALE)
    bare = value.value.removeprefix("mailto:").removeprefix("tel:")
    return LinkValue(own or bare, outward(value.value), reader.stand(value.value))


def _unnamed(reader: Reader, value: BlankNode) -> Shown:
    """A thing where words or an address were expected: what it says of itself in words."""
    own = mapping.label(reader.graph, value, LOCALE)
    terms = (t for terms in reader.graph.get(value, {}).values() for t in terms)
    said = " · ".join(sorted(t.value for t in terms if isinstance(t, Literal)))
    return PlainValue(own or said) if own or said else MessageValue(mark("without a name or description"))


def _concept(reader: Reader, field: Field, value: NamedNode | BlankNode | Literal) -> ConceptValue:
    words = reader.vocabularies
    listed = field.vocabulary in words.names()
    known = words.concept(field.vocabulary, value.value) if listed else None
    if known:
        href = reader.links.facet(field.name, known.code) if field.facet else ""
        return ConceptValue(known.label(LOCALE), known.code, href, known.iri, True)
    own = "" if isinstance(value, Literal) else mapping.label(reader.graph, value, LOCALE)
    iri = value.value if isinstance(value, NamedNode) else ""
    said = "" if isinstance(value, BlankNode) else value.value
    label = own or (words.label(field.vocabulary, said, LOCALE) if listed else said)
    return ConceptValue(label, "", outward(iri), iri, not listed)


def _nested(reader: Reader, entity: Entity) -> Iterator[Shown]:
    match entity.table:
        case "PeriodOfTime":
            yield _period(entity)
        case "TableGroup":
            for table in entity.entities("table"):
                yield TableValue(table.text("title"), form.number(len(table.all("column"))))
        case "Instant" | "ProvenanceStatement" | "Purpose":
            for field in items(reader, entity):
                yield from (*field.values, *field.others)
        case _:
            yield _group(reader, entity)


def years(entity: Entity) -> PeriodValue:
    """A period in years alone."""
    period = _raw_period(entity)
    return PeriodValue(*(str(mapping.year(Literal(end)) or "") for end in period))


def _period(entity: Entity) -> PeriodValue:
    return PeriodValue(*(form.lexical_date(end) if end else "" for end in _raw_period(entity)))


def _raw_period(entity: Entity) -> tuple[str, str]:
    return _end(entity, "startDate", "beginning"), _end(entity, "endDate", "end")


def _end(entity: Entity, name: str, instant: str) -> str:
    nested = (e.text("inXSDDate") or e.text("inXSDDateTime") for e in entity.entities(instant))
    return entity.text(name) or next(nested, "")


_CARDS: Final = ("Kind", "ContactPoint", "Agent", "Distribution")
_TITLES: Final = ("title", "fn", "name", "organizationName", "label")


def _group(reader: Reader, entity: Entity) -> GroupValue:
    titled = next((name for name in _TITLES if entity.terms(name)), "")
    literals = [t for t in entity.terms(titled) if isinstance(t, Literal)] if titled else []
    best = next((t for t in literals if (t.language or "").startswith(LOCALE)), None)
    title = best or next(iter(literals), None)
    rest = tuple(i for i in items(reader, entity) if i.name != titled or title is None)
    return GroupValue(
        "card" if entity.table in _CARDS else "plain",
        title.value if title else "",
        (title.language or "") if title else "",
        rest,
    )
