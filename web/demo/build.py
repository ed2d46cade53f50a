"""From the demonstration texts in `sources/` to described resources: one file for each publishing node.

The keys of the files are the field names of the tables. Short forms: a bare string is English, a code
stands for its concept, a link that starts with "/" is on the node's own host, a key of
`organisations.toml` or `tables.toml` stands for what is written there.
"""

import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Final, TypeAlias

from pyoxigraph import BlankNode, Literal, NamedNode, Triple

from catalogue import mapping
from catalogue.fields import TABLE_OF_KIND, TABLES, Field, Kind
from catalogue.mapping import Entity, Value
from ontologies.namespaces import DCAT, RDF, XSD
from ontologies.vocabularies import Vocabularies

Toml: TypeAlias = str | int | float | bool | date | list["Toml"] | dict[str, "Toml"]
Section: TypeAlias = Mapping[str, Toml]

SOURCES: Final = Path(__file__).parent / "sources"
SHARED: Final = ("organisations", "tables")
_COLUMN: Final = ("columnName", "columnTitle", "columnDatatype", "description", "propertyUrl")
_PERIOD: Final = ("startDate", "endDate")
_CODED: Final[Mapping[str, str]] = {"LegalBasis": "legal-basis", "LicenseDocument": "licence"}
_DATES: Final[Mapping[int, NamedNode]] = {4: XSD.gYear, 7: XSD.gYearMonth}


@dataclass(frozen=True, slots=True)
class Described:
    """One resource as a node describes it; `flaws` names what is wrong with it on purpose."""

    kind: str
    entity: Entity
    flaws: tuple[str, ...] = ()

    def triples(self) -> tuple[Triple, ...]:
        """The whole description, every triple once, the resource itself first."""
        more = [Triple(self.entity.node, RDF.type, DCAT.DatasetSeries)]
        found = [*(more if self.kind == "series" else ()), *mapping.write(self.entity)]
        return tuple(dict.fromkeys(found))


@dataclass(frozen=True, slots=True)
class Publication:
    """What one node publishes: its catalogue, the resources in it and the shape of its feed.

    `broken` is a piece of Turtle that no parser can read, put among the resources.
    """

    name: str
    feed: str
    catalogue: Described
    resources: tuple[Described, ...]
    broken: str = ""


def publications(vocabularies: Vocabularies, folder: Path = SOURCES) -> tuple[Publication, ...]:
    """Everything the network publishes, in the order of the file names; the same at every call."""
    shared = {name: _load(folder / f"{name}.toml") for name in SHARED}
    files = sorted(path for path in folder.glob("*.toml") if path.stem not in SHARED)
    return tuple(_publication(path.stem, _load(path), shared, vocabularies) for path in files)


def _load(path: Path) -> dict[str, Toml]:
    with path.open("rb") as file:
        return tomllib.load(file)


def _publication(
    name: str, text: Section, shared: Mapping[str, Section], vocabularies: Vocabularies
) -> Publication:
    node = _section(text["node"])
    scribe = _Scribe(name, bool(node["blank"]), _section(text["defaults"]), shared, vocabularies)
    catalogue = scribe.described("catalogue", _section(text["catalogue"]))
    resources = tuple(
        scribe.described(kind, _section(one))
        for kind in ("series", "service", "dataset")
        for one in _many(text.get(kind, []))
    )
    return Publication(name, str(node["feed"]), catalogue, resources, str(node.get("broken", "")))


@dataclass(frozen=True, slots=True)
class _Scribe:
    """Writes the entities of one node; `blank` says whether the lesser nodes go without an IRI."""

    node: str
    blank: bool
    defaults: Section
    shared: Mapping[str, Section]
    vocabularies: Vocabularies

    def described(self, kind: str, text: Section) -> Described:
        table = TABLE_OF_KIND[kind]
        name = str(text.get("id", ""))
        home = f"https://{self.node}.example/{kind}{'/' if name else ''}{name}"
        subject = NamedNode(str(text.get("iri", home)))
        own: dict[str, Toml] = {"identifier": f"{self.node}:{name}"} if name else {}
        own |= {"landingPage": f"/about/{name}"} if name else {}
        entity = self._entity(table, own | dict(text), subject, name or kind)
        return Described(kind, entity, tuple(str(flaw) for flaw in _many(text.get("flaws", []))))

    def _entity(self, table: str, text: Section, node: NamedNode | BlankNode, place: str) -> Entity:
        given = {**_section(self.defaults.get(table, {})), **text}
        values = {
            field.name: tuple(self._values(field, given[field.name], place))
            for field in TABLES[table]
            if field.name in given
        }
        return Entity(node, table, {name: found for name, found in values.items() if found})

    def _values(self, field: Field, given: Toml, place: str) -> Iterator[Value]:
        if field.kind is Kind.TEXT:
            yield from _texts(given)
        elif field.kind is Kind.NODE:
            whole = field.node == "PeriodOfTime"
            for number, one in enumerate([given] if whole and given else _many(given), 1):
                yield self._node(field, one, f"{place}-{field.name}-{number}")
        else:
            yield from (self._term(field, one) for one in _many(given))

    def _term(self, field: Field, given: Toml) -> NamedNode | Literal:
        match field.kind:
            case Kind.LINK:
                return self._link(str(given))
            case Kind.CONCEPT:
                return self._concept(field.vocabulary, str(given))
            case Kind.DATE:
                return Literal(str(given), datatype=_DATES.get(len(str(given)), XSD.date))
            case Kind.INTEGER if isinstance(given, int):
                return Literal(str(given), datatype=XSD.nonNegativeInteger)
            case Kind.BOOLEAN:
                return Literal(bool(given))
        return Literal(str(given), datatype=XSD.term(field.datatype or "string"))

    def _link(self, given: str) -> NamedNode:
        return NamedNode(f"https://{self.node}.example{given}" if given[0] == "/" else given)

    def _concept(self, vocabulary: str, given: str) -> NamedNode:
        if "://" in given:
            return NamedNode(given)
        concept = self.vocabularies.concept(vocabulary, given)
        if concept is None:
            raise KeyError(f"{vocabulary} has no code {given}")
        return NamedNode(str(concept.iri))

    def _node(self, field: Field, given: Toml, place: str) -> Value:
        if isinstance(given, str) and field.node in _CODED:
            return self._concept(_CODED[field.node], given)
        if isinstance(given, str) and field.node == "Agent":
            return self._organisation(given, place)
        if isinstance(given, str) and field.node == "Table":
            given = self.shared["tables"][given]
        if isinstance(given, list):
            names = _COLUMN if field.node == "Column" else _PERIOD
            given = dict(zip(names, given, strict=False))
        return self._entity(field.node, _section(given), self._name(field.node, place), place)

    def _name(self, table: str, place: str) -> NamedNode | BlankNode:
        if self.blank and table != "Distribution":
            return BlankNode(place)
        return NamedNode(f"https://{self.node}.example/{table.lower()}/{place}")

    def _organisation(self, key: str, place: str) -> Value:
        """An organisation by its key; a name that stands after "=" is left as plain words."""
        if key.startswith("="):
            return Literal(key[1:])
        kind, host, *names = (str(part) for part in _many(self.shared["organisations"][key]))
        words: dict[str, Toml] = {}
        for name in names:
            language, _, words[language] = name.partition(": ")
        page = f"https://{host}/contact"
        contact: dict[str, Toml] = {"email": f"contact@{host}", "contactPage": page}
        text: dict[str, Toml] = {"name": words, "type": kind, "homepage": f"https://{host}/"}
        node = BlankNode(place) if self.blank else NamedNode(f"https://{host}/#organisation")
        lesser = f"{self.node}-{key}" if not self.blank else place
        return self._entity("Agent", text | {"agentContact": contact}, node, lesser)


def _texts(given: Toml) -> Iterator[Literal]:
    """Words by language; a bare string is English, the language "" none."""
    spoken = given if isinstance(given, dict) else {"en": given}
    for language, words in spoken.items():
        for one in _many(words):
            text = " ".join(str(one).split())
            yield Literal(text, language=language) if language else Literal(text)


def _many(given: Toml) -> list[Toml]:
    return given if isinstance(given, list) else [given]


def _section(given: Toml) -> dict[str, Toml]:
    if not isinstance(given, dict):
        raise TypeError(f"a table was expected, not {given!r}")
    return given
