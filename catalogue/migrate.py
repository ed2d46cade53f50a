"""A whole catalogue copied from its engines to others: graph by graph, then the ledger, then a new index.

Each graph is read back from where it was put and compared. A copy that was broken off is taken up
again by the next one, which passes over all that is there already; until it has finished, nobody
else opens it.
"""

import uuid
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import ExitStack
from dataclasses import dataclass, replace
from typing import Final

from pyoxigraph import NamedNode, Triple

from catalogue.batches import batches
from catalogue.canonical import canonical
from catalogue.catalogue import Catalogue
from catalogue.errors import Conflict, Unavailable
from catalogue.projection import SEARCHED
from catalogue.store import TripleStore

MIGRATING: Final = "migrating"
"""The fact in a ledger that the copy into it is not whole; its value is the identity of the origin."""

BATCH: Final = 500
"""How many graphs are read, written and compared at a time."""

_IDENTITY: Final = "identity"
_LARGE: Final = "/profile/"


@dataclass(frozen=True, slots=True)
class Copied:
    """How far a copy has come: graphs compared and written, others removed, records in the new index."""

    graphs: int = 0
    written: int = 0
    removed: int = 0
    indexed: int = 0


Progress = Callable[[Copied], None]


def migrate(origin: Catalogue, target: Catalogue, progress: Progress = lambda copied: None) -> Copied:
    """Make the target equal to the origin, which stays as it is; writing is held back in both.

    Raises Conflict when the target holds another catalogue or a source is being written, and
    Unavailable when an engine fails or does not give back what it was given.
    """
    with ExitStack() as pauses:
        pauses.enter_context(origin.paused())
        pauses.enter_context(target.paused())
        again = _claim(origin, target)
        copied = Copied()
        for copied in _copy(origin.store, target.store):
            progress(copied)
        if again:
            copied = replace(copied, removed=_remove_others(origin.store, target.store))
        _require_equal("graphs", _number(origin.store), _number(target.store))
        origin.ledger.copy_to(target.ledger)
        theirs = target.ledger.counts()
        for table, number in origin.ledger.counts().items():
            _require_equal(table, number, theirs[table] - (table == "facts"))
    copied = replace(copied, indexed=target.reindex())
    _require_equal("records in the index", origin.ledger.count(kinds=SEARCHED), copied.indexed)
    target.ledger.forget(MIGRATING)
    return copied


def _claim(origin: Catalogue, target: Catalogue) -> bool:
    """Mark the target as a copy of the origin; says whether an earlier try had begun."""
    if origin.base != target.base:
        raise Conflict(
            f"The catalogue is of the address {origin.base} and is to go where the address is {target.base}. "
            "The IRIs in it begin with the first."
        )
    identity = origin.ledger.fact(_IDENTITY, uuid.uuid4().hex)
    begun = target.ledger.known(MIGRATING)
    if begun not in (None, identity):
        raise Conflict("Another catalogue was being copied to there. Finish that first, or empty the target.")
    if begun is None:
        if target.ledger.count() or next(target.store.graphs(), None) is not None:
            raise Conflict(
                "There is a catalogue already where this one is to be copied to. Empty its store and its "
                "ledger first, or choose others."
            )
        target.ledger.fact(MIGRATING, identity)
    return begun is not None


def _copy(origin: TripleStore, target: TripleStore) -> Iterator[Copied]:
    """Put what is not there yet or differs, batch by batch."""
    copied = Copied()
    for names in _several(origin):
        wanted, there = origin.read(names), target.read(names)
        differing = {name: wanted[name] for name in names if _sum(wanted[name]) != _sum(there[name])}
        if differing:
            target.replace(differing)
            _compare(differing, target.read(differing))
        copied = replace(copied, graphs=copied.graphs + len(names), written=copied.written + len(differing))
        yield copied


def _several(store: TripleStore) -> Iterator[list[NamedNode]]:
    """All graphs, as many at a time as fit in memory: those of profiles are large, and come one by one."""
    yield from batches((name for name in store.graphs() if _LARGE not in name.value), BATCH)
    yield from ([name] for name in store.graphs() if _LARGE in name.value)


def _compare(wanted: Mapping[NamedNode, list[Triple]], kept: Mapping[NamedNode, list[Triple]]) -> None:
    for name, graph in wanted.items():
        if _sum(graph) != _sum(kept[name]):
            raise Unavailable(
                "The new store does not keep what it is given.", f"{name} came back with other statements."
            )


def _remove_others(origin: TripleStore, target: TripleStore) -> int:
    """Remove what an earlier try had put and the origin has no longer; says how many graphs."""
    removed = 0
    for names in _several(target):
        gone = [name for name, graph in origin.read(names).items() if not graph]
        target.remove(gone)
        removed += len(gone)
    return removed


def _require_equal(what: str, wanted: int, kept: int) -> None:
    if wanted != kept:
        raise Unavailable(
            "The copy is not whole.", f"{kept:,} of {wanted:,} {what} are there. Run the migration again."
        )


def _number(store: TripleStore) -> int:
    return sum(1 for _ in store.graphs())


def _sum(graph: Iterable[Triple]) -> str:
    return canonical(graph)[1]
