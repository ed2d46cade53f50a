"""A SPARQL endpoint over a small graph, which answers queries for real.

For a demonstration on loopback alone: it neither limits queries nor keeps them from asking other servers.
"""

import re
from importlib.resources import files
from typing import Final

from pyoxigraph import (
    QueryBoolean,
    QueryResultsFormat,
    QueryTriples,
    RdfFormat,
    Store,
    serialize,
)

from web.demo.playing import Answering, Heard, Part, Served

_PATH: Final = "/sparql"
_SERVICE: Final = re.compile(r"\bservice\s*(?:silent\s*)?[<?]", re.I)
_JSON: Final = "application/sparql-results+json"


def endpoint(store: Store) -> Answering:
    """The endpoint of a store; it takes a query from the address or from a form."""

    def answering(heard: Heard) -> Served | None:
        if heard.path != _PATH:
            return None
        query = heard.query.get("query", "")
        if not query or _SERVICE.search(query):
            return _said(heard, "text/plain", b"Send a query, without SERVICE.\n", 400)
        try:
            return _said(heard, *_result(store, query))
        except SyntaxError as error:
            return _said(heard, "text/plain", f"{error}\n".encode(), 400)

    return answering


def _result(store: Store, query: str) -> tuple[str, bytes]:
    found = store.query(query)
    if isinstance(found, QueryTriples):
        return "application/n-triples", serialize(found, format=RdfFormat.N_TRIPLES) or b""
    if isinstance(found, QueryBoolean):
        return _JSON, f'{{"head": {{}}, "boolean": {"true" if found else "false"}}}'.encode()
    return _JSON, found.serialize(format=QueryResultsFormat.JSON) or b""


def _said(heard: Heard, content_type: str, content: bytes, status: int = 200) -> Served:
    return Served(heard.target, content_type, content, status)


def _answering(address: str) -> Answering:
    store = Store()
    graph = files("web.demo").joinpath("sources", "sparql", "tejolis.ttl").read_bytes()
    store.load(graph, format=RdfFormat.TURTLE, base_iri="https://tejolis.example/")
    return endpoint(store)


NODE: Final = Part("tejolis", "sparql", _PATH, _answering, {"batch": "3"})
