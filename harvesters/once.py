"""Each subject once a run: the first description stands, and one that differs from it is told."""

from collections.abc import Iterable

from pyoxigraph import BlankNode, NamedNode, Triple

from catalogue.records import Harvested, Record


class Once:
    """Remembers what a run has yielded.

    The first description wins because it is on its way into the store when the second comes. A
    catalogue says something else on each page of its feed, so its differences are not told.
    """

    def __init__(self) -> None:
        self._seen: dict[NamedNode, int] = {}

    def __len__(self) -> int:
        return len(self._seen)

    def admit(self, item: Harvested) -> Harvested | None:
        """What is new, as it is; None for a repetition, Rejected for one that differs from the first."""
        if not isinstance(item, Record):
            return item
        mark = _mark(item.triples)
        first = self._seen.get(item.subject)
        if first is None:
            self._seen[item.subject] = mark
            return item
        if first == mark or item.kind == "catalogue":
            return None
        return item.rejected(
            "It is described again in the same run, but not alike. The first description is kept."
        )


def _mark(triples: Iterable[Triple]) -> int:
    """Equal for equal statements; those with blank nodes, whose labels change, are left out."""
    plain = [t for t in triples if type(t.subject) is not BlankNode and type(t.object) is not BlankNode]
    return hash(frozenset(plain))
