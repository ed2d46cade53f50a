"""Reading a SPARQL store: whole graphs and their names, also where answers are halves or cut off."""

import sys
from collections import defaultdict
from collections.abc import Iterable, Iterator
from typing import Final, TypeAlias

from pyoxigraph import BlankNode, Literal, NamedNode, QuerySolution, Triple

from catalogue.adapters.exact_literals import restored
from catalogue.adapters.sparql_access import Address
from catalogue.adapters.sparql_dialects import Dialect
from catalogue.adapters.sparql_http import CutOff, Wire, broken
from catalogue.adapters.sparql_seals import SEAL, unsealed
from catalogue.errors import Unavailable

STAGED: Final = "urn:fairfinder:staged:"
"""Graphs are called so before they get their own names, in a store that needs that."""

ANSWER_BYTES: Final = 256 << 20
"""The largest answer that is taken for some graphs, or for a page of names."""

READINGS: Final = 20
"""So often is a graph read that is written again and again meanwhile."""

_Graphs: TypeAlias = dict[NamedNode, list[Triple]]
_OwnNodes: TypeAlias = defaultdict[tuple[object, object], BlankNode]


class Reader:
    """Asks one store, in its dialect."""

    def __init__(self, wire: Wire, to: Address, dialect: Dialect) -> None:
        self._wire = wire
        self._to = to
        self._dialect = dialect

    def graphs(self, names: list[NamedNode]) -> _Graphs:
        """The graphs of these names as they were given to the store."""
        if self._dialect.isolated:
            return {name: restored(triples) for name, triples in self._found(names).items()}
        return self._whole(names)

    def names(self) -> Iterator[NamedNode]:
        """All names as they come; in a store that is not isolated, of all graphs with a seal."""
        pages = [self._names()] if self._dialect.isolated else self._pages_of_names()
        for name in (name for page in pages for name in page):
            if name is None:
                raise broken(self._to, "a graph has no name")
            if isinstance(name, NamedNode) and not name.value.startswith(STAGED):
                yield name

    def _names(self) -> Iterator[object]:
        for (name,) in self._wire.rows(self._to, "SELECT ?g { GRAPH ?g {} }", sys.maxsize):
            yield name

    def _pages_of_names(self) -> Iterator[list[object]]:
        """In the order of the names, each page after the last name of the one before."""
        size, last = self._dialect.names_at_once, ""
        while True:
            query = (
                f"SELECT DISTINCT ?g {{ GRAPH ?g {{ ?s {SEAL} ?o }} FILTER(STR(?g) > {Literal(last)}) }} "
                f"ORDER BY STR(?g) LIMIT {size}"
            )
            page = [name for (name,) in self._wire.rows(self._to, query, ANSWER_BYTES)]
            yield page
            if len(page) < size:
                return
            last = str(page[-1])[1:-1]

    def _whole(self, names: list[NamedNode]) -> _Graphs:
        """What has a broken seal is read again, for it may have been written meanwhile."""
        whole: _Graphs = {}
        rest = names
        for _ in range(READINGS):
            for name, triples in self._found_in_parts(rest).items():
                if (graph := unsealed(name, triples)) is not None:
                    whole[name] = graph
            rest = [name for name in names if name not in whole]
            if not rest:
                return whole
        raise Unavailable(
            "A record cannot be read, because others write it again and again.",
            f"At {self._to.shown} the graph {rest[0]} is not as the catalogue sealed it. Two processes wrote "
            "it at the same time, or another program did. Write it again.",
        )

    def _found_in_parts(self, names: list[NamedNode]) -> _Graphs:
        try:
            return self._found(names)
        except CutOff as cut:
            if len(names) == 1:
                return self._found_in_pages(names[0], max(cut.rows - 1, 1))
        half = len(names) // 2
        return self._found_in_parts(names[:half]) | self._found_in_parts(names[half:])

    def _found_in_pages(self, name: NamedNode, rows: int) -> _Graphs:
        """The order is the store's own; the seal tells whether it was the same for all pages."""
        found: _Graphs = {name: []}
        own: _OwnNodes = defaultdict(BlankNode)
        for start in range(0, sys.maxsize, rows):
            self._add([name], f" LIMIT {rows} OFFSET {start}", found, own)
            if len(found[name]) < start + rows:
                break
        return found

    def _found(self, names: list[NamedNode]) -> _Graphs:
        """What one answer says of these graphs."""
        found: _Graphs = {name: [] for name in names}
        self._add(names, "", found, defaultdict(BlankNode))
        return found

    def _add(self, names: list[NamedNode], part: str, found: _Graphs, own: _OwnNodes) -> None:
        """Ask for graphs, and add the answer to them."""
        listed = " ".join(map(str, names))
        query = f"SELECT ?g ?s ?p ?o {{ VALUES ?g {{ {listed} }} GRAPH ?g {{ ?s ?p ?o }} }}{part}"
        try:
            _sort(self._wire.rows(self._to, query, ANSWER_BYTES, self._dialect.node_prefix), found, own)
        except (KeyError, TypeError) as error:
            raise broken(self._to, "it is another query's") from error


def _sort(rows: Iterable[QuerySolution], graphs: _Graphs, own: _OwnNodes) -> None:
    """Put the triples into their graphs, with blank nodes of their own."""
    for name, subject, predicate, value in rows:
        if isinstance(subject, BlankNode):
            subject = own[name, subject]
        if isinstance(value, BlankNode):
            value = own[name, value]
        graphs[name].append(Triple(subject, predicate, value))
