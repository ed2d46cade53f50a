"""The port to the triple store: one named graph a record."""

from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Protocol, TypeAlias

from pyoxigraph import NamedNode, Triple

Statements: TypeAlias = Iterable[Triple] | bytes
"""What a graph is to hold: triples, or N-Triples with a statement in each line and nothing else."""


class TripleStore(Protocol):
    """Holds named graphs; what is written is durable when the call returns.

    Each graph is old or new as a whole at every moment, for readers and after a crash alike. A call
    that raises Invalid has written nothing; after Unavailable each of its graphs is old or new, and
    the same call once more completes it. No two processes may write one graph at the same time.
    """

    def read(self, names: Iterable[NamedNode]) -> dict[NamedNode, list[Triple]]:
        """The triples of each of these graphs, under each name; none for a graph that is not there.

        Blank nodes of two graphs are never the same. All come at once: ask for a bounded number.
        """

    def replace(self, graphs: Mapping[NamedNode, Statements]) -> None:
        """Make each graph hold exactly these statements."""

    def remove(self, names: Iterable[NamedNode]) -> None:
        """Remove whole graphs; names that are not there are passed over."""

    def graphs(self) -> Iterator[NamedNode]:
        """The names of all graphs, in no particular order."""

    def snapshot(self, folder: Path) -> None:
        """Write a copy that the embedded store opens into a folder that must not exist yet.

        Readers and writers go on beside it. A store on a server copies graph by graph: each is
        whole, and all are of one moment only while nobody writes.
        """

    def close(self) -> None:
        """Let go of the store; it cannot be used afterwards."""
