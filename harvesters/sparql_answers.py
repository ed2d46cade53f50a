"""What a SPARQL endpoint answered, and whether that is all of it."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import Final

import orjson
from pyoxigraph import BlankNode, Literal, NamedNode, Quad, Triple

from catalogue.errors import Unreadable
from catalogue.records import KINDS
from harvesters.http import Fetched
from harvesters.sparql_queries import ASIDE, DEPTH, MEMBERSHIPS
from ontologies.namespaces import RDF

JSON: Final = "application/sparql-results+json"
_ASIDE: Final = frozenset(ASIDE)
_MEMBERSHIPS: Final = frozenset(MEMBERSHIPS)
_TYPE: Final = RDF.type

_Node = NamedNode | BlankNode | Triple


def iris(fetched: Fetched, variable: str) -> list[str]:
    """The IRIs that a variable was bound to, in order; raises Unreadable."""
    found: list[str] = []
    for row in _rows(fetched):
        term = row.get(variable)
        if isinstance(term, dict) and term.get("type") == "uri" and isinstance(term.get("value"), str):
            found.append(term["value"])
    return list(dict.fromkeys(found))


def number(fetched: Fetched, variable: str) -> int:
    """The whole number in the only row; raises Unreadable."""
    rows = _rows(fetched)
    term = rows[0].get(variable) if len(rows) == 1 else None
    value = term.get("value") if isinstance(term, dict) else None
    if not isinstance(value, str) or not (value.isascii() and value.isdigit()) or len(value) > 15:
        raise Unreadable(f"{fetched.url} was asked for a number and answered with none.")
    return int(value)


def solutions(statements: Iterable[Quad], subjects: Sequence[NamedNode]) -> int:
    """How many solutions of the query for a description make up these statements.

    Fewer than the endpoint counts means that it held some back.
    """
    own: dict[_Node, list[Quad]] = {}
    asked = {*subjects}
    members = 0
    for quad in statements:
        if quad.object in asked and quad.predicate in _MEMBERSHIPS:
            members += 1
        else:
            own.setdefault(quad.subject, []).append(quad)
    described = {node for node, said in own.items() if not _is_record(said)}
    further = {
        node: [
            quad.object
            for quad in said
            if quad.predicate not in _ASIDE
            and not isinstance(quad.object, Literal)
            and quad.object in described
        ]
        for node, said in own.items()
    }
    return members + sum(_paths(own, further, subject) for subject in subjects)


def _is_record(said: Iterable[Quad]) -> bool:
    return any(quad.predicate == _TYPE and quad.object in KINDS for quad in said)


def _paths(own: Mapping[_Node, list[Quad]], further: Mapping[_Node, list[_Node]], subject: NamedNode) -> int:
    """The statements of a record and of each node, once for each way that leads there."""
    found = len(own.get(subject, ()))
    ways: Counter[_Node] = Counter([subject])
    for _ in range(DEPTH):
        here, ways = ways, Counter()
        for node, number in here.items():
            for there in further.get(node, ()):
                ways[there] += number
        found += sum(number * len(own[node]) for node, number in ways.items())
    return found


def _rows(fetched: Fetched) -> list[Mapping[str, object]]:
    try:
        answer = orjson.loads(fetched.content)
        rows = answer["results"]["bindings"]
    except (ValueError, TypeError, LookupError) as error:
        what = "a web page" if fetched.content.lstrip()[:1] == b"<" else "something else"
        raise Unreadable(
            f"{fetched.url} answered a query with {what} instead of results in JSON. Check that it is "
            "the address of a SPARQL endpoint."
        ) from error
    if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
        raise Unreadable(f"{fetched.url} answered a query with JSON that holds no results.")
    return rows
