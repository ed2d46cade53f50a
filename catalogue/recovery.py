"""After a crash: what was being written is brought up, in index and ledger, to what the store holds."""

import logging
from dataclasses import replace

from catalogue.documents import Parts, projecting, stored
from catalogue.envelope import Envelope
from catalogue.joining import put
from catalogue.leases import Hold
from catalogue.ledger import PRESENT, Entry
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
    for id, envelope, own in stored(parts, intended):
        document = here.document(id, envelope.kind, envelope.source, envelope.subject, own)
        documents.append(document)
        entries.append(entry_of(envelope, id, document, known.get(id)))
    if intended:
        leaving = [document.row.id for document in documents if document.row.kind not in SEARCHED]
        with parts.writing:
            put(parts, hold, documents, leaving)
            parts.ledger.settle(hold, entries)
        log.warning("recovered %s records of %s that were being written", len(entries), hold.source)
    return len(entries)


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
