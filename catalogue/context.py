"""The JSON-LD of the catalogue: one versioned context made from the field tables, and documents in its words.

Names stand for a property only where its values have the type that the table gives them; all else
is written with a prefix and its type spelt out, so that reading gives back the same statements.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from typing import Final, TypeAlias

import orjson
from pyoxigraph import BlankNode, Literal, NamedNode, Triple

from catalogue.fields import TABLES, Field, Kind
from catalogue.mapping import Node, Term, index
from catalogue.rdf import Format, serialise
from ontologies.namespaces import DCAT, FOAF, PREFIXES, RDF, XSD

CONTEXT_PATH: Final = "/context/v1.jsonld"
"""Where the context is served, below the base address of the catalogue."""

MAX_DEPTH: Final = 20
"""Descriptions are nested no deeper; what lies below stands beside them."""

MOST_STATEMENTS: Final = 100_000
"""More are written without the context: making them readable would take longer than a reader waits."""

_REVERSED: Final = (FOAF.primaryTopic, DCAT.dataset, DCAT.service, DCAT.catalog)
"""Statements about a record by others, which are shown in its own description."""

_ENVELOPE: Final[Mapping[str, "_Json"]] = {
    "catalogueRecord": {"@reverse": "foaf:primaryTopic", "@type": "@id"},
    "inCatalogue": {"@reverse": "dcat:dataset", "@type": "@id"},
    "dataset": {"@id": "dcat:dataset", "@type": "@id"},
    "service": {"@id": "dcat:service", "@type": "@id"},
    "catalogue": {"@id": "dcat:catalog", "@type": "@id"},
    "record": {"@id": "dcat:record", "@type": "@id"},
    "derivedFrom": {"@id": "prov:wasDerivedFrom", "@type": "@id"},
    "sha256": {"@id": "schema:sha256"},
}
_WHOLE: Final = re.compile(r"0|[1-9][0-9]{0,14}")

_Json: TypeAlias = "str | int | float | bool | list[_Json] | dict[str, _Json]"


@cache
def context() -> Mapping[str, _Json]:
    """The terms of version 1: the prefixes, the catalogue's own words, one term for each field name."""
    terms: dict[str, _Json] = {"@version": 1.1, **PREFIXES, **_ENVELOPE}
    for table in TABLES.values():
        for field in table:
            terms[field.name] = _term(field)
    return terms


@cache
def context_document() -> bytes:
    """The context as it is served; the same bytes each time."""
    return orjson.dumps({"@context": context()}, option=orjson.OPT_INDENT_2)


def compact(triples: Iterable[Triple], roots: Sequence[NamedNode], context_url: str) -> bytes:
    """The descriptions of `roots` in the words of the context, which is named by its address.

    Each root holds the nodes that describe it, and the catalogue record that speaks of it.
    """
    return _written(list(triples), roots, context_url)


def compact_with_context(triples: Iterable[Triple], roots: Sequence[NamedNode]) -> bytes:
    """The same with the context inside, for readers that fetch none."""
    return _written(list(triples), roots, dict(context()))


def _term(field: Field) -> "dict[str, _Json]":
    iri: dict[str, _Json] = {"@id": _short(field.path.value)}
    match field.kind:
        case Kind.TEXT:
            return iri | {"@container": "@language"}
        case Kind.INTEGER:
            return iri | {"@type": "xsd:nonNegativeInteger"}
        case Kind.BOOLEAN:
            return iri | {"@type": "xsd:boolean"}
        case Kind.LINK | Kind.CONCEPT | Kind.NODE:
            return iri | {"@type": "@id"}
        case Kind.DATE | Kind.LITERAL:
            return iri | ({"@type": f"xsd:{field.datatype}"} if field.datatype else {})


def _short(iri: str) -> str:
    fits = ((prefix, space) for prefix, space in PREFIXES.items() if iri.startswith(space))
    prefix, space = max(fits, key=lambda fit: len(fit[1]))
    return f"{prefix}:{iri.removeprefix(space)}"


def _written(triples: list[Triple], roots: Sequence[NamedNode], context_used: _Json) -> bytes:
    from pyld import jsonld  # in functions alone: it is slow to import

    if len(triples) > MOST_STATEMENTS or any(map(_beyond_json, triples)):
        return serialise(triples, Format.JSON_LD)
    options = {
        "documentLoader": own_contexts_only,
        "skipExpansion": True,
        "compactToRelative": False,
        "base": "",
    }
    try:
        found = jsonld.compact(_Forest(triples, roots).trees(), context_used, options)
    except jsonld.JsonLdError:  # an IRI whose scheme is one of the prefixes cannot be shortened
        return serialise(triples, Format.JSON_LD)
    return orjson.dumps(_ordered(found), option=orjson.OPT_INDENT_2)


def _beyond_json(triple: Triple) -> bool:
    """Whether it says what JSON-LD 1.1 cannot: a statement about a statement, or a base direction."""
    value = triple.object
    if isinstance(value, Literal):
        return value.direction is not None
    return isinstance(value, Triple)


def own_contexts_only(url: str, options: object = None) -> Mapping[str, object]:
    """The document loader of pyld, which would otherwise go to the network."""
    from pyld import jsonld

    if not url.endswith(CONTEXT_PATH):
        raise jsonld.JsonLdError(f"The context {url} is not ours.", "jsonld.LoadDocumentError")
    return {
        "contentType": "application/ld+json",
        "contextUrl": None,
        "documentUrl": url,
        "document": {"@context": context()},
    }


@cache
def _places() -> Mapping[str, int]:
    first = ("@context", "@id", "@type", "@graph")
    names = (*first, *(field.name for table in TABLES.values() for field in table))
    return {name: place for place, name in enumerate(dict.fromkeys(names))}


def _ordered(value: _Json) -> _Json:
    """The keys in the order of the field tables, the rest behind them."""
    if isinstance(value, list):
        return [_ordered(item) for item in value]
    if not isinstance(value, dict):
        return value
    places = _places()
    keys = sorted(value, key=lambda key: (places.get(key, len(places)), key))
    return {key: value[key] if key == "@context" else _ordered(value[key]) for key in keys}


class _Forest:
    """Expanded JSON-LD with each node inside the first that points at it; roots stay apart."""

    def __init__(self, triples: list[Triple], roots: Sequence[NamedNode]) -> None:
        self._graph = index(triples)
        self._roots = {root: None for root in roots if root in self._graph}
        self._pointed: dict[Term | Triple, int] = {}
        self._about: dict[Node, dict[NamedNode, list[Node]]] = {}
        self._done: set[Node] = set()
        for triple in triples:
            if triple.object in self._roots and self._is_turned(triple.subject, triple.predicate):
                by = self._about.setdefault(triple.object, {})  # type: ignore[arg-type]
                by.setdefault(triple.predicate, []).append(triple.subject)  # type: ignore[arg-type]
            self._pointed[triple.object] = self._pointed.get(triple.object, 0) + 1

    def trees(self) -> list[_Json]:
        """The roots first, then what nothing points at, then what was left over."""
        loose = [node for node in self._graph if node not in self._pointed and not self._turns(node)]
        found = []
        for node in (*self._roots, *loose, *self._graph):
            if node not in self._done:
                found.append(self._tree(node, 0))
        return found

    def _is_turned(self, subject: object, predicate: NamedNode) -> bool:
        return predicate in _REVERSED and subject not in self._roots

    def _turns(self, node: Node) -> bool:
        return any(
            predicate in _REVERSED and not self._roots.keys().isdisjoint(values)
            for predicate, values in self._graph[node].items()
        )

    def _tree(self, node: Node, depth: int) -> _Json:
        self._done.add(node)
        tree: dict[str, _Json] = {}
        if isinstance(node, NamedNode) or depth == 0 or self._pointed.get(node, 0) > 1:
            tree["@id"] = _id(node)
        for predicate, values in self._graph[node].items():
            turned = self._is_turned(node, predicate)
            kept = [v for v in values if not (turned and v in self._roots)]
            if predicate == RDF.type and all(isinstance(v, NamedNode) for v in kept):
                tree["@type"] = [v.value for v in kept]
            elif kept:
                tree[predicate.value] = [self._value(value, depth) for value in kept]
        if about := self._about.get(node):
            tree["@reverse"] = {
                predicate.value: [self._value(subject, depth) for subject in subjects]
                for predicate, subjects in about.items()
            }
        return tree

    def _value(self, value: Term, depth: int) -> _Json:
        if isinstance(value, Literal):
            return _literal(value)
        told = value in self._done or value in self._roots or value not in self._graph
        if told or depth >= MAX_DEPTH:
            return {"@id": _id(value)}
        return self._tree(value, depth + 1)


def _id(node: Node) -> str:
    return f"_:{node.value}" if isinstance(node, BlankNode) else node.value


def _literal(value: Literal) -> _Json:
    if value.language:
        return {"@value": value.value, "@language": value.language}
    if value.datatype == XSD.string:
        return {"@value": value.value}
    return {"@value": _native(value), "@type": value.datatype.value}


def _native(value: Literal) -> str | int | bool:
    """A number or truth value of JSON where that gives back the very same letters."""
    if value.datatype == XSD.nonNegativeInteger and _WHOLE.fullmatch(value.value):
        return int(value.value)
    if value.datatype == XSD.boolean and value.value in ("true", "false"):
        return value.value == "true"
    return value.value
