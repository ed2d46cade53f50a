"""A harvest in a process of its own: fetching, parsing and comparing beside storing and indexing.

It takes the second core, and a document that brings its reader down leaves the catalogue standing.
Records come over as text in canonical form, which is ten times as quick as handing over their terms.
"""

import gc
from collections.abc import Callable, Iterator
from multiprocessing import get_context
from multiprocessing.connection import Connection
from typing import Final, ParamSpec

from catalogue.canonical import canonical_text
from catalogue.errors import CatalogueError, Invalid, Unavailable
from catalogue.records import Canonical, Declared, Harvested, Record, Rejected

SELDOM: Final = 1_000_000
"""How many objects are made between two searches for cycles during a harvest.

The search looks at every object of a batch many times over, and what a harvest makes has no cycles
and goes by itself: the search would take a quarter of the time.
"""

_PARCEL: Final = 200
"""How many items go over at a time."""

_PATIENCE_S: Final = 5.0
"""How long a reader that is no longer wanted may take to end."""

Arguments = ParamSpec("Arguments")


def apart(
    harvest: Callable[Arguments, Iterator[Harvested]], *args: Arguments.args, **kwargs: Arguments.kwargs
) -> Iterator[Harvested]:
    """What a harvest yields, its records in canonical form; the function and its arguments are pickled.

    Raises what the harvest raises, and Unavailable when its process ends without a word.
    """
    context = get_context("spawn")
    here, there = context.Pipe(duplex=False)
    reader = context.Process(target=_read, args=(there, harvest, args, kwargs), daemon=True)
    reader.start()
    there.close()
    try:
        yield from _received(here)
    finally:
        here.close()
        reader.terminate()
        reader.join(_PATIENCE_S)


def _received(here: Connection) -> Iterator[Harvested]:
    while True:
        try:
            parcel = here.recv()
        except EOFError as error:
            raise Unavailable(
                "The process that read the source ended before its time, perhaps for want of memory. "
                "What it had read is kept."
            ) from error
        if parcel is None:
            return
        if isinstance(parcel, CatalogueError):
            raise parcel
        yield from parcel


def _read(
    there: Connection,
    harvest: Callable[..., Iterator[Harvested]],
    args: tuple[object, ...],
    kwargs: dict[str, object],
) -> None:
    gc.set_threshold(SELDOM)
    parcel: list[Harvested] = []
    try:
        for item in harvest(*args, **kwargs):
            parcel.append(_canonical(item) if isinstance(item, Record) else item)
            if len(parcel) == _PARCEL:
                there.send(parcel)
                parcel = []
        there.send(parcel)
        there.send(None)
    except CatalogueError as error:
        there.send(parcel)
        there.send(error)


def _canonical(record: Record) -> Canonical | Rejected | Declared:
    try:
        text, digest = canonical_text(record.triples)
    except Invalid as error:
        return record.rejected(str(error))
    subject, members = record.subject.value, tuple(node.value for node in record.member_of)
    return Canonical(subject, record.kind, record.origin, members, digest, text)
