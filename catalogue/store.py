"""The port to the triple store: one named graph a record."""

from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Protocol

from pyoxigraph import NamedNode, Triple


class TripleStore(Protocol):
    """Holds named graphs; every write is all or nothing and durable when it returns."""

    def read(self, names: Iterable[NamedNode]) -> dict[NamedNode, list[Triple]]:
        """The triples of each of these graphs, under each name; none for a graph that is not there.

        Blank nodes of two graphs are never the same. All come at once: ask for a bounded number.
        """

    def replace(self, graphs: Mapping[NamedNode, Iterable[Triple]]) -> None:
        """Make each graph hold exactly these triples; a reader sees the old graph or the new one."""

    def remove(self, names: Iterable[NamedNode]) -> None:
        """Remove whole graphs; names that are not there are passed over."""

    def graphs(self) -> Iterator[NamedNode]:
        """The names of all graphs, in no particular order."""

    def snapshot(self, folder: Path) -> None:
        """Write a consistent copy into a folder that must not exist yet, beside readers and writers."""

    def close(self) -> None:
        """Let go of the store; it cannot be used afterwards."""
