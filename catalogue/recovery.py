"""After a crash: what was being written is brought up, in index and ledger, to what the store holds.

A record that the ledger knows and the store holds no more was being withdrawn, and is.
"""

import logging
from dataclasses import replace

from catalogue.curation import local_iri
from catalogue.documents import Parts, projecting, stored
from catalogue.envelope import Envelope
from catalogue.joining import forget, put
from catalogue.leases import Hold
from catalogue.ledger import GONE, PRESENT, Entry
from catalogue.projection import SEARCHED
from catalogue.search import SearchDocument

log = logging.getLogger(__name__)


def recover(parts: Parts, hold: Hold) -> int:
    """Finish what earlier holders of a source left between the engines; says how many records that were.

    For a holder that has no run yet.
    """
    parts.ledger.runs.interrupt(hold, parts.now())
    intended = parts.ledger.adopt(hold)
    known = parts.ledger.entries(intended)
    here = projecting(parts, intended)
    documents: list[SearchDocument] = []
    entries: list[Entry] = []
    lost = {id: entry for id, entry in known.items() if entry.state != GONE}
    for id, envelope, own in stored(parts, intended):
        document = here.document(id, envelope.kind, envelope.source, envelope.subject, own)
        documents.append(document)
        before = lost.pop(id, None)
        if before is None or before.digest != envelope.digest:
            entries.append(entry_of(envelope, id, document, known.get(id)))
    if intended:
        leaving = [document.row.id for document in documents if document.row.kind not in SEARCHED]
        with parts.writing:
            put(parts, hold, documents, (*leaving, *lost))
            parts.store.remove([local_iri(parts.base, id) for id in lost])
            forget(parts, hold, lost)
            gone = [entry.tombstone(parts.now()) for entry in lost.values()]
            parts.ledger.settle(hold, (*entries, *gone), also=intended)
        log.warning("recovered %s records of %s that were being written", len(documents), hold.source)
    return len(documents) + len(lost)


def entry_of(envelope: Envelope, id: str, document: SearchDocument, before: Entry | None) -> Entry:
    """What the ledger is to know of a record that was just written; `before` is what it knew."""
    title = next((words.text for words in document.row.title), "")
    entry = Entry(
        id,
        envelope.source,
        envelope.subject.value,
        envelope.kind,
        title,
        envelope.digest,
        PRESENT,
        envelope.issued,
        envelope.modified,
        envelope.run,
        first=before.first if before else envelope.run,
        written=envelope.run,
    )
    return replace(entry, seen=max(entry.seen, before.seen)) if before else entry
