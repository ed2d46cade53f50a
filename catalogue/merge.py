"""Several descriptions as one graph, in which each can still be found as it was.

Descriptions often share a thing with an IRI, such as a publisher, whose parts are blank nodes. Put
together as they are, the thing would have its parts once for each description. So a blank node
that hangs on one thing alone gets a label from what it hangs on and what it says: alike parts of
the same thing become one, and parts that occur twice in one description stay two.
"""

import hashlib
from collections import Counter
from collections.abc import Iterable, Iterator

from pyoxigraph import BlankNode, Triple

from catalogue.mapping import Graph, Node, Term, index

_DEPTH = 50
"""Parts of parts deeper than this keep their labels."""


def merged(descriptions: Iterable[Iterable[Triple]]) -> Iterator[Triple]:
    """The statements of all descriptions, each once; their blank nodes must be distinct."""
    seen: set[str] = set()
    for description in descriptions:
        triples = list(description)
        names = _Names(triples).labels()
        for triple in triples:
            if isinstance(triple.subject, BlankNode) or isinstance(triple.object, BlankNode):
                triple = Triple(
                    names.get(triple.subject, triple.subject),
                    triple.predicate,
                    names.get(triple.object, triple.object),
                )
            line = str(triple)
            if line not in seen:
                seen.add(line)
                yield triple


class _Names:
    def __init__(self, triples: list[Triple]) -> None:
        self._graph: Graph = index(triples)
        self._parents = Counter(t.object for t in triples if isinstance(t.object, BlankNode))
        self._said: dict[Term, str] = {}
        self._found: dict[object, BlankNode] = {}

    def labels(self) -> dict[object, BlankNode]:
        """The new label of each blank node that is a part of one thing with an IRI."""
        for node in self._graph:
            if not isinstance(node, BlankNode):
                self._name_parts(node, str(node), 0)
        return self._found

    def _name_parts(self, whole: Node, name: str, depth: int) -> None:
        alike: Counter[str] = Counter()
        for predicate, values in self._graph.get(whole, {}).items():
            for part in values:
                if not self._is_part(part) or depth >= _DEPTH:
                    continue
                key = f"{name} {predicate} {self._content(part, depth)}"
                alike[key] += 1
                label = hashlib.sha256(f"{key} {alike[key]}".encode()).hexdigest()[:24]
                self._found[part] = BlankNode(f"b{label}")
                self._name_parts(part, label, depth + 1)  # type: ignore[arg-type]

    def _is_part(self, term: Term) -> bool:
        return isinstance(term, BlankNode) and self._parents[term] == 1

    def _content(self, part: Term, depth: int) -> str:
        """What a part says, whatever it is called."""
        if part not in self._said:
            lines = sorted(
                f"{predicate} {self._value(value, depth)}"
                for predicate, values in self._graph.get(part, {}).items()  # type: ignore[arg-type]
                for value in values
            )
            self._said[part] = hashlib.sha256("\n".join(lines).encode()).hexdigest()
        return self._said[part]

    def _value(self, value: Term, depth: int) -> str:
        whole = self._is_part(value) and depth < _DEPTH
        return self._content(value, depth + 1) if whole else str(value)
