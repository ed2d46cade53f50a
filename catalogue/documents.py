"""From what the store keeps of records to what the index holds of them, a batch at a time."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import AbstractContextManager
from datetime import datetime
from typing import Final, Protocol

from pyoxigraph import NamedNode, Triple

from catalogue import curation
from catalogue.batches import batches
from catalogue.demands import profile_of
from catalogue.envelope import Envelope, opened, record_iri, record_of
from catalogue.fields import TABLE_OF_KIND, Profile
from catalogue.ledger import Ledger
from catalogue.mapping import Statement, read
from catalogue.mapping import index as indexed
from catalogue.projection import SEARCHED, project
from catalogue.search import SearchDocument, SearchIndex
from catalogue.store import TripleStore
from ontologies.vocabularies import Vocabularies

READ: Final = 500
"""How many graphs are read from the store at a time."""


class Parts(Protocol):
    """What writing needs of the catalogue; `writing` is held for each batch that goes to the store."""

    base: str
    store: TripleStore
    index: SearchIndex
    ledger: Ledger
    vocabularies: Vocabularies
    now: Callable[[], datetime]
    writing: AbstractContextManager[object]


class Projecting:
    """Makes the documents of a batch of records.

    `profiles` are those that operators chose for sources, `local` the local values of the records.
    """

    def __init__(
        self,
        vocabularies: Vocabularies,
        profiles: Mapping[str, Profile],
        local: Mapping[str, Iterable[Triple]],
    ) -> None:
        self._vocabularies = vocabularies
        self._profiles = profiles
        self._local = local

    def document(
        self, id: str, kind: str, source: str, subject: NamedNode, own: Iterable[Statement]
    ) -> SearchDocument:
        """What the index holds of a record, from its statements in hand."""
        graph = indexed(curation.overlaid(subject, own, self._local.get(id, ())))
        entity = read(graph, subject, TABLE_OF_KIND[kind])
        profile = profile_of(entity, graph, self._vocabularies, self._profiles.get(source))
        return project(id, kind, source, entity, graph, self._vocabularies, profile)


def projecting(parts: Parts, ids: Iterable[str]) -> Projecting:
    """For these records of the catalogue."""
    return Projecting(parts.vocabularies, profiles(parts), curation.local(parts, ids))


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
    here = projecting(parts, ids)
    return [
        here.document(id, envelope.kind, envelope.source, envelope.subject, own)
        for id, envelope, own in stored(parts, ids)
    ]


def searched(documents: Iterable[SearchDocument]) -> Iterator[SearchDocument]:
    """Those of the documents that the index holds."""
    return (document for document in documents if document.row.kind in SEARCHED)
