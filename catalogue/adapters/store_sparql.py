"""The triple store on a server: anything that speaks SPARQL 1.1 queries, updates and graph stores."""

import re
import shutil
import sys
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from contextlib import closing, suppress
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from threading import Lock
from typing import Final

from pyoxigraph import BlankNode, NamedNode, QuerySolution, Triple

from catalogue.adapters.exact_literals import in_any_engine, parsed, restored, statements
from catalogue.adapters.sparql_http import Access, Endpoints, Wire, broken
from catalogue.adapters.store_oxigraph import OxigraphStore
from catalogue.errors import Conflict, Invalid, Unavailable

__all__ = ["Access", "Endpoints", "SparqlStore"]

NAMES: Final = 100
"""So many graphs are asked for in one query."""

ANSWER_BYTES: Final = 256 << 20
"""The largest answer that is taken for them."""

_UPDATE: Final = {"Content-Type": "application/sparql-update; charset=utf-8"}
_GRAPH: Final = {"Content-Type": "application/n-triples"}
_JOINT: Final = b";\n"
_DOTS: Final = re.compile(rb"<[^<>\"]*/\.{1,2}[/?#>]")
"""IRIs that Jena's SPARQL parser shortens, /a/../b to /b (RFC 3986, 5.2.4); in N-Triples it does not."""


@dataclass(frozen=True, slots=True)
class _Writing:
    """What one graph becomes."""

    name: NamedNode
    text: bytes

    def update(self) -> bytes:
        """The graph's replacement in SPARQL; its statements stand there as they do in N-Triples."""
        drop = f"DROP SILENT GRAPH {self.name}".encode()
        if not self.text:
            return drop
        return b"%s;\nINSERT DATA { GRAPH %s {\n%s} }" % (drop, str(self.name).encode(), self.text)


class SparqlStore:
    """A `TripleStore` over HTTP; many processes may use one.

    A request is one transaction, so each graph is old or new as a whole, whatever breaks. One call
    of `replace` may take several requests of about `request_bytes`. The writers of a process take
    turns, because Oxigraph's server mixes two updates of one graph at the same time.
    """

    def __init__(
        self,
        endpoints: Endpoints,
        access: Access = Access(),
        timeout_s: float = 30,
        request_bytes: int = 4 << 20,
    ) -> None:
        self._wire = Wire(access, timeout_s)
        self._query = self._wire.address(endpoints.query)
        self._update = self._wire.address(endpoints.update)
        self._graphs = self._wire.address(endpoints.graphs)
        self._request_bytes = request_bytes
        self._turn = Lock()

    def read(self, names: Iterable[NamedNode]) -> dict[NamedNode, list[Triple]]:
        found: dict[NamedNode, list[Triple]] = {_sound(name): [] for name in names}
        for some in _batches(found, NAMES):
            query = f"SELECT ?g ?s ?p ?o {{ VALUES ?g {{ {_listed(some)} }} GRAPH ?g {{ ?s ?p ?o }} }}"
            try:
                _sort(self._wire.rows(self._query, query, ANSWER_BYTES), found)
            except (KeyError, TypeError) as error:
                raise broken(self._query, "it is another query's") from error
        return {name: restored(triples) for name, triples in found.items()}

    def replace(self, graphs: Mapping[NamedNode, Iterable[Triple]]) -> None:
        """Many graphs in each update; one that is too large for that goes by itself, as N-Triples."""
        together: list[_Writing] = []
        alone: list[_Writing] = []
        for number, (name, triples) in enumerate(graphs.items()):
            writing = _Writing(_sound(name), _checked(triples, number))
            (alone if self._goes_alone(writing) else together).append(writing)
        done = 0
        try:
            for count, request in self._requests(writing.update() for writing in together):
                self._send_update(request)
                done += count
            for writing in alone:
                self._put(writing)
                done += 1
        except Unavailable as error:
            raise Unavailable(
                f"{error} Of {len(graphs):,} graphs {done:,} were written before; each of the others is "
                "old or new as a whole, and writing them again completes it."
            ) from error

    def remove(self, names: Iterable[NamedNode]) -> None:
        drops = (_Writing(_sound(name), b"").update() for name in names)
        for _, request in self._requests(drops):
            self._send_update(request)

    def graphs(self) -> Iterator[NamedNode]:
        """Streamed in one answer, so that the first come at once; closing the iterator ends the request."""
        for (name,) in self._wire.rows(self._query, "SELECT ?g { GRAPH ?g {} }", sys.maxsize):
            if name is None:
                raise broken(self._query, "a graph has no name")
            if isinstance(name, NamedNode):
                yield name

    def snapshot(self, folder: Path) -> None:
        """Written in the form of the embedded store; each graph is whole, and as of when it was read."""
        if folder.exists():
            raise Conflict(f"{folder} exists already; name a folder that does not.")
        try:
            with closing(OxigraphStore(folder)) as copy:
                for some in _batches(self.graphs(), NAMES):
                    copy.replace(self.read(some))
        except BaseException:
            shutil.rmtree(folder, ignore_errors=True)
            raise

    def close(self) -> None:
        self._wire.close()

    def _send_update(self, request: bytes) -> None:
        with self._turn:
            self._wire.send("POST", self._update, request, _UPDATE)

    def _put(self, writing: _Writing) -> None:
        with self._turn:
            self._wire.send("PUT", self._graphs.of_graph(writing.name.value), writing.text, _GRAPH)

    def _goes_alone(self, writing: _Writing) -> bool:
        if len(writing.text) > self._request_bytes:
            return True
        return b"/." in writing.text and bool(_DOTS.search(writing.text))

    def _requests(self, updates: Iterable[bytes]) -> Iterator[tuple[int, bytes]]:
        """Updates joined up to the size of a request, with their number."""
        some: list[bytes] = []
        size = 0
        for update in updates:
            if some and size + len(update) > self._request_bytes:
                yield len(some), _JOINT.join(some)
                some, size = [], 0
            some.append(update)
            size += len(update) + len(_JOINT)
        if some:
            yield len(some), _JOINT.join(some)


def _sort(rows: Iterable[QuerySolution], graphs: dict[NamedNode, list[Triple]]) -> None:
    """Put the triples into their graphs, with blank nodes of their own."""
    own: defaultdict[tuple[object, object], BlankNode] = defaultdict(BlankNode)
    for name, subject, predicate, value in rows:
        if isinstance(subject, BlankNode):
            subject = own[name, subject]
        if isinstance(value, BlankNode):
            value = own[name, value]
        graphs[name].append(Triple(subject, predicate, value))


def _listed(names: Iterable[NamedNode]) -> str:
    return " ".join(map(str, names))


def _batches(names: Iterable[NamedNode], size: int) -> Iterator[list[NamedNode]]:
    rest = iter(names)
    while some := list(islice(rest, size)):
        yield some


def _sound(name: NamedNode) -> NamedNode:
    """The name, once it is sure that it is an IRI and nothing beside; a lenient parser lets more pass."""
    with suppress(ValueError):
        return NamedNode(name.value)
    raise Invalid(f"A graph cannot be called {name}. Nothing was written.")


def _checked(triples: Iterable[Triple], scope: int) -> bytes:
    """The graph as it is sent, when a strict parser finds all of it sound; raises Invalid."""
    lines = statements(triples, scope, in_any_engine)
    parsed(lines)
    return b"".join(lines)
