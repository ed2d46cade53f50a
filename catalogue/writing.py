"""Puts the records of one run away batch by batch: store, keys, index, ledger, while the next one is read."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import replace
from datetime import datetime
from typing import Self

from pyoxigraph import NamedNode, Triple

from catalogue import curation, provenance
from catalogue.documents import Parts, stored
from catalogue.envelope import Envelope, record_iri
from catalogue.errors import Conflict
from catalogue.joining import put
from catalogue.leases import Hold
from catalogue.ledger import GONE, Entry
from catalogue.projection import SEARCHED
from catalogue.projector import Candidate, Projector
from catalogue.records import Rejected
from catalogue.recovery import entry_of
from catalogue.search import SearchDocument


class Writer:
    """Writes for one run of the source that is held, as a context manager; one batch is under way at most.

    What went wrong with a batch is raised when the next one is put, or by `settled`.
    """

    def __init__(self, parts: Parts, hold: Hold, run: int) -> None:
        self._parts = parts
        self._hold = hold
        self._run = run
        self._projector = Projector(parts, hold.source)
        self._thread = ThreadPoolExecutor(1, "ingest")
        self._under_way: Future[None] | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._projector.close()
        self._thread.shutdown()

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
            self.settled()
            leaving = [entry.id for entry in entries if _is_searched_no_longer(entry, known.get(entry.id))]
            batch = (graphs, documents, entries, leaving, [one.id for one in entries if one.id in back])
            self._under_way = self._thread.submit(self._put_away, *batch)
        return entries, rejected

    def then(self, step: Callable[[], None]) -> None:
        """Have something done when all that was put until now is put away, and only if it was."""
        before = self._under_way

        def done() -> None:
            if before is not None:
                before.result()
            step()

        self._under_way = self._thread.submit(done)

    def settled(self) -> None:
        """Wait until all is put away; what went wrong with it is raised here."""
        under_way, self._under_way = self._under_way, None
        if under_way is not None:
            under_way.result()

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
        """Store, index and settle one batch."""
        ids = [entry.id for entry in entries]
        with self._parts.writing:
            self._parts.ledger.intend(self._hold, ids)
            try:
                self._hold.confirm()
                self._parts.store.replace(graphs)
                put(self._parts, self._hold, documents, leaving)
                self._parts.ledger.settle(self._hold, entries)
                curation.came_back(self._parts, back)
            except Conflict:
                self._parts.ledger.doubt(self._hold, ids)
                raise

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
