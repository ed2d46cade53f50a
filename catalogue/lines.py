"""Statements that are written down already, and become triples where somebody looks at them as such."""

from collections.abc import Collection, Iterator
from dataclasses import dataclass

from pyoxigraph import RdfFormat, Triple, parse


@dataclass(frozen=True, slots=True)
class Lines(Collection[Triple]):
    """Statements as N-Triples, each once and in a line of its own, as a serialiser would write it."""

    text: str

    def __iter__(self) -> Iterator[Triple]:
        return (quad.triple for quad in parse(self.text, format=RdfFormat.N_TRIPLES))

    def __len__(self) -> int:
        return self.text.count("\n")

    def __contains__(self, triple: object) -> bool:
        return any(triple == one for one in self)
