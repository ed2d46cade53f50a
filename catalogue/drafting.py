"""From plain values by field name to triples, for what does not come as RDF: the field table says how.

A value that is not what its field asks for is kept as the words it came in, for the check to tell.
"""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime
from functools import cache
from typing import Final, TypeAlias

from pyoxigraph import BlankNode, Literal, NamedNode, Triple

from catalogue.errors import Invalid
from catalogue.fields import CLASSES, TABLE_OF_KIND, TABLES, Field, Kind
from ontologies.namespaces import DCAT, RDF, XSD
from ontologies.vocabularies import Vocabularies

Given: TypeAlias = str | int | float | bool | date | Mapping[str, "Given"] | Sequence["Given"] | None
"""What a field can be given: one value or several; words by language; a node by its own field names.

A node may carry its IRI under "@id". None, "" and what is empty count as not given.
"""

IRI: Final = "@id"

_IRI: Final = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:[^\x00-\x20<>\"{}|\\^`]+")
_DATE: Final = re.compile(r"-?\d{4}-\d\d-\d\d")
_MONTH: Final = re.compile(r"\d{4}-\d\d")
_YEAR: Final = re.compile(r"\d{4}")
_TIME: Final = re.compile(r"-?\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)?")
_LANGUAGE: Final = re.compile(r"[A-Za-z]{1,8}(-[A-Za-z0-9]{1,8})*")
_EMAIL: Final = re.compile(r"[^\s@<>:/]+@[^\s@<>/]+\.[^\s@<>/]+")
_MAILED: Final = frozenset({"hasEmail", "mbox"})
_DIALLED: Final = frozenset({"hasTelephone"})

_CALLED: Final[Mapping[str, str]] = {
    "Agent": "name",
    "Kind": "fn",
    "ContactPoint": "email",
    "LicenseDocument": "label",
    "RightsStatement": "label",
    "ProvenanceStatement": "label",
    "Activity": "label",
    "Location": "prefLabel",
    "Identifier": "notation",
    "Purpose": "description",
    "LegalBasis": "description",
    "Distribution": "accessURL",
    "TableGroup": "title",
    "Table": "title",
    "Column": "columnName",
    "Relationship": "relation",
    "QualityCertificate": "oaBody",
    "Attribution": "agent",
    "TemporalEntity": "description",
    "Instant": "inXSDDate",
}
"""The field that a bare word stands for, where a node is expected."""


def drafted(
    vocabularies: Vocabularies, kind: str, subject: str, values: Mapping[str, Given]
) -> tuple[Triple, ...]:
    """The triples of one record of a kind, each once, the record's own first.

    Raises Invalid when the subject is no IRI, KeyError for a field that the table does not have.
    """
    if not is_iri(subject):
        raise Invalid(f"“{subject[:500]}” is not an IRI, so it cannot name a record.")
    draft = _Draft(vocabularies)
    node = NamedNode(subject)
    series = [Triple(node, RDF.type, DCAT.DatasetSeries)] if kind == "series" else []
    own = draft.described(node, TABLE_OF_KIND[kind], values)
    return tuple(dict.fromkeys([*series, *own]))


def is_iri(text: str) -> bool:
    """Whether a text can stand as an absolute IRI."""
    return bool(_IRI.fullmatch(text))


class _Draft:
    """One record in the making; its blank nodes are numbered in the order in which they come."""

    def __init__(self, vocabularies: Vocabularies) -> None:
        self._vocabularies = vocabularies
        self._blank = 0

    def described(
        self, node: NamedNode | BlankNode, table: str, values: Mapping[str, Given]
    ) -> Iterator[Triple]:
        yield Triple(node, RDF.type, CLASSES[table])
        fields = _fields(table)
        for name, given in values.items():
            if name != IRI and given not in (None, ""):
                yield from self._field(node, fields[name], given)

    def _field(self, node: NamedNode | BlankNode, field: Field, given: Given) -> Iterator[Triple]:
        if field.kind is Kind.TEXT:
            for words in _texts(given):
                yield Triple(node, field.path, words)
        elif field.kind is Kind.NODE:
            for one in _many(given):
                yield from self._node(node, field, one)
        else:
            for one in _many(given):
                if one not in (None, ""):
                    yield Triple(node, field.path, self._term(field, one))

    def _node(self, node: NamedNode | BlankNode, field: Field, given: Given) -> Iterator[Triple]:
        values = given if isinstance(given, Mapping) else _called(field.node, str(given or "").strip())
        name = values.get(IRI)
        if not any(value not in (None, "", [], {}) for value in values.values()):
            return
        there: NamedNode | BlankNode
        if isinstance(name, str) and is_iri(name):
            there = NamedNode(name)
        else:
            self._blank += 1
            there = BlankNode(f"n{self._blank}")
        yield Triple(node, field.path, there)
        if len(values) > 1 or IRI not in values:
            yield from self.described(there, field.node, values)

    def _term(self, field: Field, given: Given) -> NamedNode | Literal:
        text = _text(given)
        match field.kind:
            case Kind.LINK:
                return _link(field, text)
            case Kind.CONCEPT:
                return self._concept(field, text)
            case Kind.DATE:
                return _date(text)
            case Kind.INTEGER if text.isascii() and text.isdigit():
                return Literal(text, datatype=XSD.nonNegativeInteger)
            case Kind.BOOLEAN if text.lower() in ("true", "false"):
                return Literal(text.lower(), datatype=XSD.boolean)
            case Kind.LITERAL if field.datatype:
                return Literal(text, datatype=XSD.term(field.datatype))
        return Literal(text)

    def _concept(self, field: Field, text: str) -> NamedNode | Literal:
        if is_iri(text) and text.startswith(("http:", "https:", "urn:")):
            return NamedNode(text)
        concept = self._vocabularies.concept(field.vocabulary, text)
        return NamedNode(concept.iri) if concept else Literal(text)


def _text(given: Given) -> str:
    if isinstance(given, bool):
        return "true" if given else "false"
    if isinstance(given, datetime | date):
        return given.isoformat()
    if isinstance(given, float) and given.is_integer():
        return str(int(given))
    return str(given).strip()


def _texts(given: Given) -> Iterator[Literal]:
    """Words by language, or in none."""
    spoken = given if isinstance(given, Mapping) else {"": given}
    for language, words in spoken.items():
        for one in _many(words):
            text = _text(one) if one is not None else ""
            if text:
                known = language and _LANGUAGE.fullmatch(language)
                yield Literal(text, language=language) if known else Literal(text)


def _link(field: Field, text: str) -> NamedNode | Literal:
    if field.name in _MAILED and _EMAIL.fullmatch(text):
        return NamedNode(f"mailto:{text}")
    if field.name in _DIALLED and not is_iri(text) and (digits := re.sub(r"[^0-9+]", "", text)):
        return NamedNode(f"tel:{digits}")
    return NamedNode(text) if is_iri(text) else Literal(text)


def _date(text: str) -> Literal:
    for shape, datatype in (
        (_TIME, XSD.dateTime),
        (_DATE, XSD.date),
        (_MONTH, XSD.gYearMonth),
        (_YEAR, XSD.gYear),
    ):
        if shape.fullmatch(text):
            return Literal(text, datatype=datatype)
    return Literal(text)


def _called(table: str, text: str) -> Mapping[str, Given]:
    """What a bare text says of a node of this table."""
    if table == "PeriodOfTime":
        start, _, end = text.partition("/")
        return {"startDate": start.strip(" ."), "endDate": end.strip(" .")}
    if table != "Distribution" and is_iri(text) and text.startswith(("http:", "https:", "urn:")):
        return {IRI: text}
    if table == "Kind" and _EMAIL.fullmatch(text.removeprefix("mailto:")):
        return {"hasEmail": text.removeprefix("mailto:")}
    return {_CALLED[table]: text} if text else {}


def _many(given: Given) -> Iterable[Given]:
    if isinstance(given, Sequence) and not isinstance(given, str):
        return given
    return [given]


@cache
def _fields(table: str) -> Mapping[str, Field]:
    return {field.name: field for field in TABLES[table]}
