"""The way of a record into the catalogue: digest, check, store, index, ledger; batch by batch.

A batch is noted as intended, then stored, then indexed, then settled. A crash anywhere leaves the
intention, and `recover` brings the index and the ledger up to what the store holds. All of it happens
under the lease of the source: a run that lost it stops.
"""

import gc
import logging
from collections.abc import Callable, Iterable, Iterator, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final, Protocol

from pyoxigraph import NamedNode, Triple

from catalogue import sweep
from catalogue.apart import SELDOM
from catalogue.batches import batches
from catalogue.canonical import canonical
from catalogue.check import check
from catalogue.envelope import Envelope, opened, record_iri, record_of
from catalogue.errors import CatalogueError, Conflict, Invalid, NotFound, Unavailable
from catalogue.fields import TABLE_OF_KIND
from catalogue.leases import Hold
from catalogue.ledger import GONE, PRESENT, Entry
from catalogue.mapping import index as indexed
from catalogue.mapping import read
from catalogue.projection import SEARCHED, project
from catalogue.records import Canonical, Declared, Harvested, Record, Rejected, record_id
from catalogue.runs import COMPLETE, FAILED, PARTIAL, Quarantined, Run
from catalogue.search import SearchDocument
from ontologies.vocabularies import Vocabularies

log = logging.getLogger(__name__)

BATCH: Final = 4_000
READ: Final = 500
"""How many graphs are read from the store at a time."""

RAW_BYTES: Final = 1 << 20
"""The most that is kept of the raw bytes of one thing that could not be used."""

COMPLETENESS: Final = 0.98
"""The share of a declared total that must be seen for a run to count as complete."""

Progress = Callable[[Run], None]


class Parts(sweep.Parts, Protocol):
    """What ingest needs of the catalogue."""

    vocabularies: Vocabularies


@dataclass(frozen=True, slots=True)
class _Candidate:
    """A record of the batch at hand in canonical form."""

    id: str
    digest: str
    item: Record | Canonical

    def record(self) -> Record:
        """The record, its statements read only now where they came as text."""
        return self.item if isinstance(self.item, Record) else self.item.record()


def ingest(
    parts: Parts,
    hold: Hold,
    items: Iterable[Harvested],
    *,
    whole: bool = True,
    progress: Progress = lambda run: None,
) -> Run:
    """Take in what a harvest of the source that is held yields, and return the finished run.

    `whole` says that the items are all that the source has, so that what is absent may be swept.
    An error raised by `items` ends the run as partial, or as failed when nothing had come; what was
    taken in until then stays. Raises Conflict when the source is held no longer.
    """
    return _Ingest(parts, hold, progress).run(items, whole)


class _Ingest:
    def __init__(self, parts: Parts, hold: Hold, progress: Progress) -> None:
        self.parts = parts
        self.hold = hold
        self.source = hold.source
        self.progress = progress
        self.tally = parts.ledger.runs.start(hold.source, parts.now())
        self.seen: set[str] = set()
        self.unknown = 0
        self.declared = 0
        self.batch: dict[str, _Candidate] = {}
        self.rejected: list[Quarantined] = []
        self.writer = ThreadPoolExecutor(1, "ingest")
        self.writing: Future[None] | None = None

    def run(self, items: Iterable[Harvested], whole: bool) -> Run:
        with self.writer, _collecting_seldom():
            state, message = self._take_all(items)
        if state == COMPLETE and len(self.seen) < COMPLETENESS * self.declared:
            state = PARTIAL
            message = f"The source declares {self.declared:,} records; {len(self.seen):,} came."
        if state == COMPLETE and whole and not self.unknown:
            self.tally, message = sweep.sweep(self.parts, self.hold, self.tally, self.seen)
        self.tally = replace(self.tally, state=state, message=message, ended=self.parts.now())
        self.parts.ledger.runs.end(self.hold, self.tally)
        log.info("run %s of %s ended %s", self.tally.id, self.source, state)
        return self.tally

    def _take_all(self, items: Iterable[Harvested]) -> tuple[str, str]:
        """Take in everything; the state that the run ends in, and why."""
        state, message = COMPLETE, ""
        try:
            for item in items:
                self._take(item)
        except (Invalid, Unavailable, NotFound) as error:
            state, message = (PARTIAL if self.seen or self.batch else FAILED), self._told(error)
        except CatalogueError as error:
            state, message = FAILED, self._told(error)
        try:
            self._flush()
            self._settled()
        except CatalogueError as error:
            state, message = FAILED, self._told(error)
        return state, message

    def _told(self, error: CatalogueError) -> str:
        """What the page of the run says of an error; the rest is for the log."""
        if error.whole != str(error):
            log.warning("run %s of %s: %s", self.tally.id, self.source, error.whole)
        return str(error)

    def _settled(self) -> None:
        """Wait until the batch before is put away; what went wrong with it is raised here."""
        writing, self.writing = self.writing, None
        if writing is not None:
            writing.result()

    def _take(self, item: Harvested) -> None:
        match item:
            case Declared():
                self.declared = max(self.declared, item.total)
            case Rejected():
                self._reject(item)
            case Record():
                self._candidate(item)
            case Canonical():
                self._canonical_candidate(item)
            case _:
                pass
        if len(self.batch) >= BATCH or len(self.rejected) >= BATCH:
            self._flush()

    def _reject(self, item: Rejected) -> None:
        """Keep what could not be used; the record it would have been is not absent for that."""
        subject = item.place.partition(" (")[0]
        if ":" in subject:
            self.seen.add(record_id(self.source, subject))
        else:
            self.unknown += 1
        self.tally = replace(self.tally, rejected=self.tally.rejected + 1)
        raw = item.raw[:RAW_BYTES]
        self.rejected.append(Quarantined(self.tally.id, item.origin, item.place, item.reason, raw))

    def _candidate(self, record: Record) -> None:
        id = record_id(self.source, record.subject.value)
        if id in self.seen:
            return
        try:
            iri = record_iri(self.parts.base, id)  # nobody but us speaks of our own records
            triples, digest = canonical(t for t in record.triples if t.subject != iri)
        except Invalid as error:
            self._reject(record.rejected(str(error)))
            return
        self.seen.add(id)
        self.batch[id] = _Candidate(id, digest, replace(record, triples=triples))

    def _canonical_candidate(self, item: Canonical) -> None:
        id = record_id(self.source, item.subject)
        if id in self.seen:
            return
        if record_iri(self.parts.base, id).value.encode() in item.text:
            self._candidate(item.record())
            return
        self.seen.add(id)
        self.batch[id] = _Candidate(id, item.digest, item)

    def _flush(self) -> None:
        batch, self.batch = self.batch, {}
        known = self.parts.ledger.entries(batch)
        fresh: list[_Candidate] = []
        same: list[str] = []
        for candidate in batch.values():
            entry = known.get(candidate.id)
            if entry and entry.digest == candidate.digest and entry.state != GONE:
                same.append(candidate.id)
            else:
                fresh.append(candidate)
        if same:
            self.parts.ledger.touch(self.hold, same, self.tally.id)
        new, changed = self._write(fresh, known)
        self.parts.ledger.runs.reject(self.hold, self.rejected)
        self.rejected = []
        self.tally = replace(
            self.tally,
            new=self.tally.new + new,
            changed=self.tally.changed + changed,
            unchanged=self.tally.unchanged + len(same),
        )
        self.progress(self.tally)

    def _write(self, fresh: list[_Candidate], known: dict[str, Entry]) -> tuple[int, int]:
        """Prepare a batch and hand it to the writer; says how many records are new and how many changed."""
        now = self.parts.now()
        graphs: dict[NamedNode, list[Triple]] = {}
        documents: list[SearchDocument] = []
        entries: list[Entry] = []
        for candidate in fresh:
            record = candidate.record()
            envelope = self._envelope(candidate, record, known.get(candidate.id), now)
            try:
                document = projected(self.parts, candidate.id, envelope, record.triples)
            except Exception as error:  # one record must never stop a run
                log.exception("record %s could not be read", candidate.id)
                self._reject(record.rejected(_unexpected(error)))
                continue
            graphs[envelope.record] = [*record.triples, *envelope.triples()]
            documents.append(document)
            entries.append(_entry(envelope, candidate.id, document, self.tally.id))
        if entries:
            self._settled()
            leaving = [entry.id for entry in entries if _is_searched_no_longer(entry, known.get(entry.id))]
            self.writing = self.writer.submit(self._put_away, graphs, documents, entries, leaving)
        changed = sum(entry.id in known for entry in entries)
        return len(entries) - changed, changed

    def _put_away(
        self,
        graphs: Mapping[NamedNode, list[Triple]],
        documents: list[SearchDocument],
        entries: list[Entry],
        leaving: list[str],
    ) -> None:
        """Store, index and settle one batch, while the next one is read."""
        ids = [entry.id for entry in entries]
        with self.parts.writing:
            self.parts.ledger.intend(self.hold, ids)
            try:
                self.hold.confirm()
                self.parts.store.replace(graphs)
                self.hold.confirm()
                self.parts.index.put(searched(documents), without=leaving)
                self.parts.ledger.settle(self.hold, entries)
            except Conflict:
                self.parts.ledger.doubt(self.hold, ids)
                raise

    def _envelope(
        self, candidate: _Candidate, record: Record, entry: Entry | None, now: datetime
    ) -> Envelope:
        return Envelope(
            record_iri(self.parts.base, candidate.id),
            record.subject,
            record.kind,
            self.source,
            record.origin,
            entry.issued if entry else now,
            now,
            candidate.digest,
            record.member_of,
        )


@contextmanager
def _collecting_seldom() -> Iterator[None]:
    """Hold back Python's search for cycles for the time of a run, or as long as another run does."""
    before = gc.get_threshold()
    if before[0] == SELDOM:
        yield
        return
    gc.set_threshold(SELDOM, *before[1:])
    try:
        yield
    finally:
        gc.set_threshold(*before)


def projected(parts: Parts, id: str, envelope: Envelope, triples: Iterable[Triple]) -> SearchDocument:
    """What the index holds of a record, from its statements in hand."""
    graph = indexed(triples)
    entity = read(graph, envelope.subject, TABLE_OF_KIND[envelope.kind])
    report = check(entity, graph, parts.vocabularies)
    return project(id, envelope.kind, envelope.source, entity, graph, report, parts.vocabularies)


def searched(documents: Iterable[SearchDocument]) -> Iterator[SearchDocument]:
    """Those of the documents that the index holds."""
    return (document for document in documents if document.row.kind in SEARCHED)


def recover(parts: Parts, hold: Hold) -> int:
    """Finish what earlier holders of a source left between the engines; says how many records that were.

    Index and ledger are brought up to what the store holds. For a holder that has no run yet.
    """
    parts.ledger.runs.close_open(hold, parts.now())
    intended = parts.ledger.adopt(hold)
    documents: list[SearchDocument] = []
    entries: list[Entry] = []
    for id, envelope, own in stored(parts, intended):
        document = projected(parts, id, envelope, own)
        documents.append(document)
        entries.append(_entry(envelope, id, document, 0))
    if intended:
        leaving = [document.row.id for document in documents if document.row.kind not in SEARCHED]
        with parts.writing:
            parts.index.put(searched(documents), without=leaving)
            parts.ledger.settle(hold, entries)
        log.warning("recovered %s records of %s that were being written", len(entries), hold.source)
    return len(entries)


def stored(parts: Parts, ids: Iterable[str]) -> Iterator[tuple[str, Envelope, list[Triple]]]:
    """The envelope and the publisher's statements of those of the records that the store holds."""
    for some in batches(ids, READ):
        graphs = parts.store.read(record_iri(parts.base, id) for id in some)
        for iri, graph in graphs.items():
            envelope, own = opened(iri, graph)
            if envelope is not None:
                yield record_of(parts.base, iri), envelope, own


def _is_searched_no_longer(entry: Entry, before: Entry | None) -> bool:
    """Whether a record that was searched is now of a kind that is not."""
    return before is not None and before.kind in SEARCHED and entry.kind not in SEARCHED


def _entry(envelope: Envelope, id: str, document: SearchDocument, run: int) -> Entry:
    title = next((words.text for words in document.row.title), "")
    return Entry(
        id,
        envelope.source,
        envelope.subject.value,
        envelope.kind,
        title,
        envelope.digest,
        PRESENT,
        envelope.issued,
        envelope.modified,
        run,
    )


def _unexpected(error: Exception) -> str:
    return f"It could not be read ({type(error).__name__}: {error}). Please report this."
