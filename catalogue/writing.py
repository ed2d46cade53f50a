"""Puts the records of one run away batch by batch, while the next one is read.

A batch is noted as intended and stored by one thread, indexed and settled by another: the second is busy
with the batch before, for the store takes three quarters of the time.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor, wait
from dataclasses import replace
from datetime import datetime
from typing import Final, Self

from pyoxigraph import NamedNode, Triple

from catalogue import curation, provenance
from catalogue.documents import Parts, stored
from catalogue.envelope import Envelope, record_iri
from catalogue.joining import put
from catalogue.leases import Hold
from catalogue.ledger import GONE, Entry
from catalogue.projection import SEARCHED
from catalogue.projector import Candidate, Projector
from catalogue.records import Rejected
from catalogue.recovery import entry_of
from catalogue.search import SearchDocument

_BEHIND: Final = 2
"""The last batch and the checkpoint behind it, which need not be done when another batch comes."""


class Writer:
    """Writes for one run of the source that is held, as a context manager; two batches are under way at most.

    What went wrong with a batch is raised when a later one is put, or by `settled`; those behind it may be
    stored by then, and are not indexed.
    """

    def __init__(self, parts: Parts, hold: Hold, run: int) -> None:
        self._parts = parts
        self._hold = hold
        self._run = run
        self._projector = Projector(parts, hold.source)
        self._storing = ThreadPoolExecutor(1, "store")
        self._indexing = ThreadPoolExecutor(1, "index")
        self._stored: Future[None] | None = None
        self._steps: list[Future[None]] = []

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._projector.close()
        self._storing.shutdown()
        self._indexing.shutdown()

    def put(
        self, fresh: Sequence[Candidate], known: Mapping[str, Entry]
    ) -> tuple[list[Entry], list[Rejected]]:
        """Prepare a batch and have it put away; the records that are, and those that could not be read.

        `known` is what the ledger knows of them.
        """
        graphs: dict[NamedNode, bytes] = {}
        documents: list[SearchDocument] = []
        entries: list[Entry] = []
        rejected: list[Rejected] = []
        now = self._parts.now()
        replaced = self._replaced(fresh, known)
        back = self._coming_back(fresh, known)
        for candidate, projected in zip(fresh, self._projector.projected(fresh), strict=True):
            id, item = candidate.id, candidate.item
            if isinstance(projected, str):
                rejected.append(item.rejected(projected))
                continue
            envelope = self._envelope(candidate, known.get(id), now)
            if before := replaced.get(id):
                envelope = _with_history(envelope, item.record().triples, *before)
            graphs[envelope.record] = item.text + envelope.text()
            if id in back:
                graphs[curation.local_iri(self._parts.base, id)] = back[id]
            documents.append(projected)
            entries.append(entry_of(envelope, id, projected, known.get(id)))
        if entries:
            leaving = [entry.id for entry in entries if _is_searched_no_longer(entry, known.get(entry.id))]
            self._put_away(graphs, documents, entries, leaving, [one.id for one in entries if one.id in back])
        return entries, rejected

    def then(self, step: Callable[[], None]) -> None:
        """Have something done when all that was put until now is put away, and only if it was."""
        before = self._steps[-1] if self._steps else None

        def done() -> None:
            if before is not None:
                before.result()
            step()

        self._steps.append(self._indexing.submit(done))

    def settled(self) -> None:
        """Wait until all is put away; what went wrong with it is raised here."""
        steps, self._steps, self._stored = self._steps, [], None
        wait(steps)
        for step in steps:
            step.result()

    def _replaced(
        self, fresh: Sequence[Candidate], known: Mapping[str, Entry]
    ) -> dict[str, tuple[Envelope, list[Triple]]]:
        """The versions that are about to be replaced, of those records that the store holds."""
        ids = [one.id for one in fresh if (entry := known.get(one.id)) and entry.state != GONE]
        if ids:
            self.settled()
        return {id: (envelope, own) for id, envelope, own in stored(self._parts, ids)}

    def _coming_back(self, fresh: Sequence[Candidate], known: Mapping[str, Entry]) -> dict[str, bytes]:
        """The local values of those of the records that were withdrawn."""
        ids = [one.id for one in fresh if (entry := known.get(one.id)) and entry.state == GONE]
        return curation.waiting(self._parts, ids) if ids else {}

    def _put_away(
        self,
        graphs: Mapping[NamedNode, bytes],
        documents: list[SearchDocument],
        entries: list[Entry],
        leaving: list[str],
        back: list[str],
    ) -> None:
        """Have one batch stored, indexed and settled when there is room for it."""
        self._make_room()
        ids = [entry.id for entry in entries]
        stored = self._stored = self._storing.submit(self._store, graphs, ids)

        def index() -> None:
            stored.result()
            with self._parts.ledger.doubting(self._hold, ids):
                put(self._parts, self._hold, documents, leaving)
                self._parts.ledger.settle(self._hold, entries)
                curation.came_back(self._parts, back)

        self.then(index)

    def _make_room(self) -> None:
        """Wait until the last batch is stored and the one before it settled; raises what went wrong."""
        before, self._steps = self._steps[:-_BEHIND], self._steps[-_BEHIND:]
        if self._stored is not None:
            before.append(self._stored)
        wait(before)
        if any(one.done() and one.exception() for one in (*before, *self._steps)):
            self._steps = [*before, *self._steps]
            self.settled()

    def _store(self, graphs: Mapping[NamedNode, bytes], ids: list[str]) -> None:
        ledger = self._parts.ledger
        with self._parts.writing:
            ledger.intend(self._hold, ids)
            with ledger.doubting(self._hold, ids):
                self._hold.confirm()
                self._parts.store.replace(graphs)

    def _envelope(self, candidate: Candidate, entry: Entry | None, now: datetime) -> Envelope:
        item = candidate.item
        return Envelope(
            record_iri(self._parts.base, candidate.id),
            NamedNode(item.subject),
            item.kind,
            self._hold.source,
            item.origin,
            entry.issued if entry else now,
            now,
            item.digest,
            tuple(NamedNode(iri) for iri in item.member_of),
            self._run,
        )


def _with_history(
    envelope: Envelope, now: Iterable[Triple], before: Envelope, own: Iterable[Triple]
) -> Envelope:
    """The envelope with what brought the properties that are as they were."""
    brought = provenance.Brought(before.run, before.modified)
    history = provenance.kept(envelope.subject, own, now, brought, before.history)
    return replace(envelope, history=history)


def _is_searched_no_longer(entry: Entry, before: Entry | None) -> bool:
    """Whether a record that was searched is now of a kind that is not."""
    return before is not None and before.kind in SEARCHED and entry.kind not in SEARCHED
