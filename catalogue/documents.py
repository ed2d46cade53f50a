"""From what the store keeps of records to what the index holds of them, a batch at a time."""

from collections.abc import Callable, Iterable, Iterator
from contextlib import AbstractContextManager
from datetime import datetime
from typing import Final, Protocol

from pyoxigraph import Triple

from catalogue import curation
from catalogue.batches import batches
from catalogue.check import check
from catalogue.envelope import Envelope, opened, record_iri, record_of
from catalogue.fields import TABLE_OF_KIND, Profile
from catalogue.ledger import Ledger
from catalogue.mapping import index as indexed
from catalogue.mapping import read
from catalogue.projection import SEARCHED, project
from catalogue.search import SearchDocument, SearchIndex
from catalogue.store import TripleStore
from ontologies.vocabularies import Vocabularies

READ: Final = 500
"""How many graphs are read from the store at a time."""


class Parts(Protocol):
    """What writing needs of the catalogue; `writing` is held for each batch that goes to the engines."""

    base: str
    store: TripleStore
    index: SearchIndex
    ledger: Ledger
    vocabularies: Vocabularies
    now: Callable[[], datetime]
    writing: AbstractContextManager[object]


class Projecting:
    """Makes the documents of a batch of records; what the catalogue itself adds to them is read once."""

    def __init__(self, parts: Parts, ids: Iterable[str]) -> None:
        self._vocabularies = parts.vocabularies
        self._local = curation.local(parts, ids)
        self._profiles = profiles(parts)

    def document(self, id: str, envelope: Envelope, own: Iterable[Triple]) -> SearchDocument:
        """What the index holds of a record, from its statements in hand."""
        graph = indexed(curation.overlaid(envelope.subject, own, self._local.get(id, ())))
        entity = read(graph, envelope.subject, TABLE_OF_KIND[envelope.kind])
        report = check(entity, graph, self._vocabularies, self._profiles.get(envelope.source))
        return project(id, envelope.kind, envelope.source, entity, graph, report, self._vocabularies)


def profiles(parts: Parts) -> dict[str, Profile]:
    """The profiles of the sources whose operators chose one."""
    return {name: Profile(chosen) for name, chosen in parts.ledger.sources.profiles().items()}


def stored(parts: Parts, ids: Iterable[str]) -> Iterator[tuple[str, Envelope, list[Triple]]]:
    """The envelope and the publisher's statements of those of the records that the store holds."""
    for some in batches(ids, READ):
        graphs = parts.store.read(record_iri(parts.base, id) for id in some)
        for iri, graph in graphs.items():
            envelope, own = opened(iri, graph)
            if envelope is not None:
                yield record_of(parts.base, iri), envelope, own


def projected(parts: Parts, ids: Iterable[str]) -> list[SearchDocument]:
    """What the index holds of those of the records that the store holds; for a batch."""
    ids = (*ids,)
    projecting = Projecting(parts, ids)
    return [projecting.document(*found) for found in stored(parts, ids)]


def searched(documents: Iterable[SearchDocument]) -> Iterator[SearchDocument]:
    """Those of the documents that the index holds."""
    return (document for document in documents if document.row.kind in SEARCHED)
