"""A seal on each graph in a store whose readers may see one half of an old graph and one of a new.

The seal is a statement in the graph with the digest of all others as they were given, so that a reader
knows whether what it got is whole, also over several answers.
"""

from collections.abc import Iterable
from typing import Final

from pyoxigraph import Literal, NamedNode, Triple

from catalogue.adapters.exact_literals import NOTE, restored
from catalogue.adapters.long_terms import joined
from catalogue.canonical import canonical
from catalogue.errors import Invalid

SEAL: Final = NamedNode(NOTE + "/seal")
"""No note is called so, because no IRI begins with a slash."""


def seal(name: NamedNode, triples: Iterable[Triple]) -> Triple:
    """What a reader of the graph will look for; raises Invalid as `canonical` does."""
    return Triple(name, SEAL, Literal(canonical(triples)[1]))


def unsealed(name: NamedNode, triples: list[Triple]) -> list[Triple] | None:
    """The statements as they were given; None when they are not exactly those of the seal."""
    if not triples:
        return []
    try:
        inside = restored(joined(triple for triple in triples if triple.predicate != SEAL))
        expected = seal(name, inside)
    except Invalid:
        return None
    return inside if [triple for triple in triples if triple.predicate == SEAL] == [expected] else None
