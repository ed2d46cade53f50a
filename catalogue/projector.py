"""Makes what the index holds of the records of a batch; of large ones in a process of its own.

Checking and projecting take as long as storing: beside it, not before it, they cost a harvest nothing
where there is a core for them. The process starts with the first large batch of a run.
"""

import gc
import logging
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from multiprocessing import get_context
from multiprocessing.connection import Connection
from typing import Final

from pyoxigraph import NamedNode, RdfFormat, Triple, parse

from catalogue import curation
from catalogue.apart import PATIENCE_S, SELDOM
from catalogue.batches import batches
from catalogue.documents import Parts, Projecting, profiles, projecting
from catalogue.errors import Unavailable
from catalogue.fields import Profile
from catalogue.records import Canonical
from catalogue.search import SearchDocument
from ontologies.vocabularies import load

log = logging.getLogger(__name__)

MANY: Final = 500
"""From so many records in a batch on it is worth starting a process, which takes a second."""

_PARCEL: Final = 200
"""How many records go over at a time."""


@dataclass(frozen=True, slots=True)
class Candidate:
    """A record of the batch at hand."""

    id: str
    item: Canonical

    def __reduce__(self) -> tuple[type["Candidate"], tuple[str, Canonical]]:
        """Pickled as its fields alone, for there are very many."""
        return Candidate, (self.id, self.item)


Projected = SearchDocument | str
"""What the index holds of a record, or why the record could not be read."""

_Parcel = tuple[Sequence[Candidate], Mapping[str, Sequence[Triple]]]


class Projector:
    """Projects for one run of a source; to be closed."""

    def __init__(self, parts: Parts, source: str) -> None:
        self._parts = parts
        self._source = source
        self._profiles = profiles(parts)
        self._pipe: Connection | None = None

    def close(self) -> None:
        """End the process, if there is one."""
        if self._pipe is not None:
            self._pipe.close()
            self._process.terminate()
            self._process.join(PATIENCE_S)

    def projected(self, candidates: Sequence[Candidate]) -> Iterator[Projected]:
        """What becomes of each of the records, in their order.

        What was done with one parcel is handed out while the next is under way. Raises Unavailable
        when the process ends without a word.
        """
        if len(candidates) < MANY:
            here = projecting(self._parts, [one.id for one in candidates])
            yield from _each(here, self._source, candidates)
            return
        done: Sequence[Projected] = ()
        for some in batches(candidates, _PARCEL):
            pipe = self._started()
            try:
                pipe.send((some, curation.local(self._parts, [one.id for one in some])))
                yield from done
                done = pipe.recv()
            except (EOFError, OSError) as error:
                raise Unavailable(
                    "The process that prepares records for the search ended before its time, perhaps for "
                    "want of memory. What was stored is kept."
                ) from error
        yield from done

    def _started(self) -> Connection:
        if self._pipe is None:
            context = get_context("spawn")
            self._pipe, there = context.Pipe()
            given = (there, self._profiles, self._source)
            self._process = context.Process(target=_serve, args=given, daemon=True)
            self._process.start()
            there.close()
        return self._pipe


def _serve(pipe: Connection, profiles: Mapping[str, Profile], source: str) -> None:
    """Project one parcel after the other until the other end is gone."""
    gc.set_threshold(SELDOM)
    vocabularies = load()
    while True:
        try:
            parcel: _Parcel = pipe.recv()
        except EOFError:
            return
        candidates, local = parcel
        pipe.send([*_each(Projecting(vocabularies, profiles, local), source, candidates)])


def _each(here: Projecting, source: str, candidates: Sequence[Candidate]) -> Iterator[Projected]:
    for candidate in candidates:
        item = candidate.item
        projected: Projected
        try:
            own = parse(item.text, format=RdfFormat.N_TRIPLES, lenient=True)  # checked when it came in
            projected = here.document(candidate.id, item.kind, source, NamedNode(item.subject), own)
        except Exception as error:  # one record must never stop a run
            log.exception("record %s could not be read", candidate.id)
            projected = f"It could not be read ({type(error).__name__}: {error}). Please report this."
        yield projected
