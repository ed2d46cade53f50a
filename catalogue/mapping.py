"""From triples to the values of the field table and back: the graph is the truth, an Entity a view of it."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Final, TypeAlias

from pyoxigraph import BlankNode, Literal, NamedNode, Quad, Triple

from catalogue.fields import CLASSES, TABLES, Field
from ontologies.namespaces import DCT, FOAF, RDF, RDFS, SKOS, XSD

Node: TypeAlias = NamedNode | BlankNode
Term: TypeAlias = NamedNode | BlankNode | Literal
Properties: TypeAlias = Mapping[NamedNode, list[Term]]
Graph: TypeAlias = Mapping[Node, Properties]
Statement: TypeAlias = Triple | Quad

_DEPTH: Final = 6
_BUDGET: Final = 150_000
"""Properties and values read of one record; the largest without shared nodes has two thirds of it."""

_LABELS = (SKOS.prefLabel, RDFS.label, DCT.term("title"), FOAF.name)


@dataclass(frozen=True, slots=True)
class Entity:
    """A node of the graph seen through a table: field name to its values, absent fields left out.

    A value is a term as it stands, or an Entity for the nodes of a field of kind NODE.
    """

    node: Node
    table: str
    values: Mapping[str, tuple["Value", ...]]

    def all(self, name: str) -> tuple["Value", ...]:
        """The values of a field; () when it is not provided."""
        return self.values.get(name, ())

    def terms(self, name: str) -> tuple[Term, ...]:
        """The values of a field that are terms."""
        return tuple([v for v in self.all(name) if not isinstance(v, Entity)])

    def entities(self, name: str) -> tuple["Entity", ...]:
        """The values of a field that have fields of their own."""
        return tuple([v for v in self.all(name) if isinstance(v, Entity)])

    def text(self, name: str) -> str:
        """The first value as plain text; "" when there is none."""
        return next((v.value for v in self.terms(name)), "")


Value: TypeAlias = NamedNode | BlankNode | Literal | Entity


def index(statements: Iterable[Statement]) -> Graph:
    """The statements by subject and predicate, for reading many values out of one description."""
    graph: dict[Node, dict[NamedNode, list[Term]]] = {}
    for one in statements:  # none is about a statement: `canonical` refuses these
        graph.setdefault(one.subject, {}).setdefault(one.predicate, []).append(one.object)  # type: ignore[arg-type]
    return graph


def read(graph: Graph, node: Node, table: str) -> Entity:
    """See a node through a table. A node value without a description of its own stays a plain term.

    A node is seen anew at each mention, six levels down at most. So that shared nodes cannot grow
    without end, all further nodes stay plain terms once the budget is spent.
    """
    return _Reading(graph).entity(node, table, _DEPTH)


class _Reading:
    __slots__ = ("graph", "left")

    def __init__(self, graph: Graph) -> None:
        self.graph = graph
        self.left = _BUDGET

    def entity(self, node: Node, table: str, depth: int) -> Entity:
        fields = _by_path(table)
        values: dict[str, tuple[Value, ...]] = {}
        properties = self.graph.get(node, {})
        self.left -= len(properties)
        for path, found in properties.items():
            for field in fields.get(path, ()):
                self.left -= len(found)
                if field.node and depth > 0:
                    values[field.name] = tuple([self._nested(term, field.node, depth) for term in found])
                else:
                    values[field.name] = tuple(found)
        return Entity(node, table, values)

    def _nested(self, term: Term, table: str, depth: int) -> Value:
        if isinstance(term, Literal) or term not in self.graph or self.left <= 0:
            return term
        return self.entity(term, table, depth - 1)


@cache
def _by_path(table: str) -> Mapping[NamedNode, tuple[Field, ...]]:
    """The fields of a table by their property."""
    paths = dict.fromkeys(field.path for field in TABLES[table])
    return {path: tuple(f for f in TABLES[table] if f.path == path) for path in paths}


def write(entity: Entity) -> Iterator[Triple]:
    """The triples of an entity and of all entities in it, each node with the class of its table."""
    yield Triple(entity.node, RDF.type, CLASSES[entity.table])
    for field in TABLES[entity.table]:
        for value in entity.all(field.name):
            if isinstance(value, Entity):
                yield Triple(entity.node, field.path, value.node)
                yield from write(value)
            else:
                yield Triple(entity.node, field.path, value)


def label(graph: Graph, node: Node, language: str = "en") -> str:
    """The label that the description itself gives a node; "" when it gives none."""
    properties = graph.get(node, {})
    for predicate in _LABELS:
        words = [term for term in properties.get(predicate, ()) if isinstance(term, Literal)]
        if words:
            return next((w for w in words if w.language == language), words[0]).value
    return ""


def integer(term: Value) -> int | None:
    """The whole number that a literal states, whatever its datatype; None when it states none."""
    if not isinstance(term, Literal):
        return None
    text = term.value.strip()
    if text.isascii() and text.isdigit() and len(text) <= 15:
        return int(text)
    whole, _, rest = text.partition(".")
    if whole.isascii() and whole.isdigit() and len(whole) <= 15 and not rest.strip("0"):
        return int(whole)
    return None


def year(term: Value) -> int | None:
    """The year at the start of a date literal (2015, 2015-07, 2015-07-01T...); None when there is none."""
    if not isinstance(term, Literal):
        return None
    head = term.value.strip()[:4]
    rest = term.value.strip()[4:5]
    if len(head) == 4 and head.isascii() and head.isdigit() and rest in ("", "-", "/", "Z"):
        return int(head) if 1000 <= int(head) <= 2999 else None
    return None


def untyped(term: Literal) -> bool:
    """Whether a literal is plain text, with or without a language."""
    return term.language is not None or term.datatype == XSD.string
