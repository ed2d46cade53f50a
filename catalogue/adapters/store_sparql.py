"""The triple store on a server: anything that speaks SPARQL 1.1 queries, updates and graph stores."""

import re
import shutil
from collections.abc import Iterable, Iterator, Mapping
from contextlib import closing, suppress
from dataclasses import dataclass
from pathlib import Path
from threading import Lock
from typing import Final
from uuid import uuid4

from pyoxigraph import NamedNode, Triple

from catalogue.adapters.exact_literals import in_any_engine, lines_of, parsed, statements
from catalogue.adapters.long_terms import parted
from catalogue.adapters.sparql_access import Access, Endpoints, address
from catalogue.adapters.sparql_dialects import Dialect, dialect
from catalogue.adapters.sparql_http import Wire
from catalogue.adapters.sparql_reader import STAGED, Reader
from catalogue.adapters.sparql_seals import seal
from catalogue.adapters.store_oxigraph import OxigraphStore
from catalogue.batches import batches
from catalogue.errors import Conflict, Invalid, Unavailable
from catalogue.store import Statements

__all__ = ["Access", "Endpoints", "SparqlStore"]

NAMES: Final = 100
"""So many graphs are asked for in one query."""

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

    def update_from(self, staged: NamedNode) -> bytes:
        """The graph's replacement by what another holds, in one operation; the other is dropped."""
        return (
            f"DELETE {{ GRAPH {self.name} {{ ?a ?b ?c }} }} INSERT {{ GRAPH {self.name} {{ ?s ?p ?o }} }} "
            f"WHERE {{ {{ GRAPH {self.name} {{ ?a ?b ?c }} }} UNION {{ GRAPH {staged} {{ ?s ?p ?o }} }} }};\n"
            f"DROP SILENT GRAPH {staged}"
        ).encode()


class SparqlStore:
    """A `TripleStore` over HTTP; many processes may use one.

    An update is one transaction, so each graph is old or new as a whole, whatever breaks. One call
    of `replace` may take several requests of about `request_bytes`. The writers of a process take
    turns, because two updates of one graph at the same time mix in some stores. Which dialect the
    store speaks is asked before the first other request.
    """

    def __init__(
        self,
        endpoints: Endpoints,
        access: Access = Access(),
        timeout_s: float = 30,
        request_bytes: int = 4 << 20,
    ) -> None:
        self._wire = Wire(access, timeout_s)
        self._query = address(endpoints.query, access)
        self._update = address(endpoints.update, access)
        self._graphs = address(endpoints.graphs, access)
        self._request_bytes = request_bytes
        self._turn = Lock()
        self._known: Dialect | None = None
        self._stages: list[str] = []

    def read(self, names: Iterable[NamedNode]) -> dict[NamedNode, list[Triple]]:
        wanted = list(dict.fromkeys(map(_sound, names)))
        found: dict[NamedNode, list[Triple]] = {}
        for some in batches(wanted, NAMES):
            found |= self._reader().graphs(some)
        return found

    def replace(self, graphs: Mapping[NamedNode, Statements]) -> None:
        """Many graphs in each update; one that is too large for that goes by itself, as N-Triples."""
        dialect = self._dialect()
        writings = [
            _writing(_sound(name), graph, number, dialect)
            for number, (name, graph) in enumerate(graphs.items())
        ]
        alone: list[_Writing] = []
        together: list[_Writing] = []
        for writing in writings:
            (alone if dialect.isolated and self._goes_alone(writing) else together).append(writing)
        stage = self._stage()
        done = 0
        try:
            for count, request in self._requests(self._updates(together, stage)):
                self._send_update(request)
                done += count
            for writing in alone:
                self._put(writing)
                done += 1
        except Unavailable as error:
            raise Unavailable(
                str(error),
                f"{error.detail} Of {len(graphs):,} graphs {done:,} were written before; each of the others "
                "is old or new as a whole, and writing them again completes it.",
            ) from error
        self._stages.append(stage)

    def remove(self, names: Iterable[NamedNode]) -> None:
        drops = (_Writing(_sound(name), b"").update() for name in names)
        for _, request in self._requests(drops):
            self._send_update(request)

    def graphs(self) -> Iterator[NamedNode]:
        """Streamed, so that the first come at once; closing the iterator ends the request.

        Virtuoso has graphs of its own too; there it is those that a catalogue wrote.
        """
        yield from self._reader().names()

    def snapshot(self, folder: Path) -> None:
        """Written in the form of the embedded store; each graph is whole, and as of when it was read."""
        if folder.exists():
            raise Conflict(f"{folder} exists already; name a folder that does not.")
        try:
            with closing(OxigraphStore(folder)) as copy:
                for some in batches(self.graphs(), NAMES):
                    copy.replace(self.read(some))
        except BaseException:
            shutil.rmtree(folder, ignore_errors=True)
            raise

    def close(self) -> None:
        self._wire.close()

    def _dialect(self) -> Dialect:
        if self._known is None:
            self._known = dialect(self._wire, self._query)
        return self._known

    def _reader(self) -> Reader:
        return Reader(self._wire, self._query, self._dialect())

    def _stage(self) -> str:
        """The beginning of names that no other writing uses meanwhile."""
        with suppress(IndexError):
            return self._stages.pop()
        return f"{STAGED}{uuid4()}/"

    def _updates(self, writings: Iterable[_Writing], stage: str) -> Iterator[bytes]:
        """The update for each graph; where its text cannot stand in one, it is sent before.

        A name below the stage is used again only when all went well, for what failed may still go on.
        """
        for number, writing in enumerate(writings):
            if self._dialect().isolated or not writing.text:
                yield writing.update()
            else:
                staged = NamedNode(f"{stage}{number}")
                self._put(_Writing(staged, writing.text))
                yield writing.update_from(staged)

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
        limit = min(self._request_bytes, self._dialect().update_bytes)
        some: list[bytes] = []
        size = 0
        for update in updates:
            if some and size + len(update) > limit:
                yield len(some), _JOINT.join(some)
                some, size = [], 0
            some.append(update)
            size += len(update) + len(_JOINT)
        if some:
            yield len(some), _JOINT.join(some)


def _sound(name: NamedNode) -> NamedNode:
    """The name, once it is sure that it is an IRI and nothing beside; a lenient parser lets more pass."""
    with suppress(ValueError):
        return NamedNode(name.value)
    raise Invalid(f"A graph cannot be called {name}. Nothing was written.")


def _writing(name: NamedNode, graph: Statements, scope: int, dialect: Dialect) -> _Writing:
    """The graph as it is sent, when a strict parser finds all of it sound; raises Invalid."""
    given = graph if isinstance(graph, bytes) else list(graph)
    lines = statements(given, scope, in_any_engine).splitlines(keepends=True)
    if dialect.longest:
        lines = parted(lines, dialect.longest)
    parsed(lines)
    if lines and not dialect.isolated:
        triples = parsed(given.splitlines(keepends=True)) if isinstance(given, bytes) else given
        lines += lines_of([seal(name, triples)])
    return _Writing(name, b"".join(lines))
