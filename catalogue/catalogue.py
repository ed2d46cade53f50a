"""The catalogue as its users see it: search, single records, harvests taken in, and upkeep."""

import logging
import threading
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final

from pyoxigraph import Triple

from catalogue import curation, sweep
from catalogue.check import check
from catalogue.documents import profiles, projected, searched
from catalogue.drafting import Given
from catalogue.envelope import Envelope, opened, record_iri
from catalogue.errors import Conflict, NotFound
from catalogue.fields import TABLE_OF_KIND
from catalogue.findings import Report
from catalogue.ingest import Begin, Progress, ingest
from catalogue.joining import know, put, rejoin, standing
from catalogue.leases import Hold
from catalogue.ledger import Entry, Ledger
from catalogue.mapping import Entity, Graph, read
from catalogue.mapping import index as indexed
from catalogue.profiles import publishing
from catalogue.profiles.concepts import Concepts
from catalogue.profiles.concepts_browse import ConceptBrowser
from catalogue.profiles.concepts_counts import ConceptCounts
from catalogue.profiles.network import Network
from catalogue.profiles.rebuilding import rebuild
from catalogue.profiles.releases import Releases
from catalogue.profiles.survey import Survey
from catalogue.records import Harvested
from catalogue.recovery import recover
from catalogue.restriction import restricted
from catalogue.runs import Run
from catalogue.search import Row, SearchDocument, SearchIndex, SearchQuery, SearchResult, Suggestion
from catalogue.sources import Source
from catalogue.store import TripleStore
from catalogue.sweep import Probe
from catalogue.variables_renewing import tidy_variables
from catalogue.variables_search import VariableSearch
from ontologies.vocabularies import Vocabularies

log = logging.getLogger(__name__)

_PAGE: Final = 2_000
"""How many records of a source are in memory at a time while they are withdrawn, or let stay."""


@dataclass(frozen=True, slots=True)
class StoredRecord:
    """One record with all that its page shows.

    `triples` are the publisher's own statements, `local` ours; `graph` and `entity` show both, ours in
    place of theirs. `analytics` says which profile the catalogue has of it.
    """

    id: str
    entry: Entry
    envelope: Envelope
    triples: tuple[Triple, ...]
    graph: Graph
    entity: Entity
    report: Report
    local: tuple[Triple, ...] = ()
    analytics: tuple[Triple, ...] = ()

    def export(self) -> list[Triple]:
        """The publisher's statements, the catalogue record, and the way to the profile."""
        return [*self.triples, *self.envelope.triples(), *self.analytics]


class Catalogue:
    """All of one installation. Reading is safe from many threads; a source is written by one at a time.

    Who writes a source holds its lease in the ledger, over all threads and processes. `writing` is held
    besides while a batch goes to the store: a lock where the engines are in this process.
    """

    def __init__(
        self,
        base: str,
        store: TripleStore,
        index: SearchIndex,
        ledger: Ledger,
        vocabularies: Vocabularies,
        now: Callable[[], datetime],
        writing: AbstractContextManager[object] | None = None,
    ) -> None:
        self.base = base
        self.store = store
        self.index = index
        self.ledger = ledger
        self.vocabularies = vocabularies
        self.now = now
        self.writing = writing or threading.Lock()
        self.releases = Releases(ledger.database)
        self.concepts = Concepts(ledger.database)
        self.concept_counts = ConceptCounts(ledger.database)
        self.concept_browser = ConceptBrowser(ledger.database)
        self.survey = Survey(ledger.database, self.concept_counts)
        self.variables = VariableSearch(ledger.database)
        self.network = Network(ledger.database)

    def search(self, query: SearchQuery) -> SearchResult:
        """Answer a query; raises Invalid for what cannot be asked.

        The index alone is asked, but for what the data hold.
        """
        narrowed, held = restricted(self, query)
        return replace(self.index.search(narrowed), query=query, held=held)

    def rows(self, query: SearchQuery) -> Iterator[Row]:
        """All that a query finds, whatever its page and size, up to `MOST_ROWS`."""
        return self.index.rows(restricted(self, query)[0])

    def suggest(self, prefix: str, limit: int = 8) -> tuple[Suggestion, ...]:
        """Completions of what is being typed, best first."""
        return self.index.suggest(prefix, limit)

    def record(self, id: str) -> StoredRecord:
        """One record from its graph; raises NotFound, or Gone with the words of its tombstone."""
        entry = self.ledger.present(id)
        found = self.records([entry])
        if id not in found:
            raise NotFound(f"The store holds no record {id}.")
        return found[id]

    def records(self, entries: Iterable[Entry]) -> dict[str, StoredRecord]:
        """Records that are not withdrawn, read at once; those that the store does not hold are left out."""
        by_iri = {record_iri(self.base, entry.id): entry for entry in entries}
        ids = [entry.id for entry in by_iri.values()]
        local, analytics = curation.local(self, ids), publishing.analytics(self, ids)
        chosen, found = profiles(self), {}
        for iri, triples in self.store.read(by_iri).items():
            entry = by_iri[iri]
            envelope, own = opened(iri, triples)
            if envelope is None:
                continue
            ours = local.get(entry.id, [])
            graph = indexed(curation.overlaid(envelope.subject, own, ours))
            entity = read(graph, envelope.subject, TABLE_OF_KIND[envelope.kind])
            report = check(entity, graph, self.vocabularies, chosen.get(entry.source))
            told = tuple(analytics.get(entry.id, ()))
            found[entry.id] = StoredRecord(
                entry.id, entry, envelope, tuple(own), graph, entity, report, tuple(ours), told
            )
        return found

    def ids(self, after: str = "", limit: int = 100) -> tuple[str, ...]:
        """The ids of the records that are not gone, in a stable order."""
        return tuple(entry.id for entry in self.ledger.page(after, limit))

    def export(self, ids: Iterable[str]) -> Iterator[Triple]:
        """All statements of several records, each with its catalogue record and the way to its profile."""
        ids = (*ids,)
        for graph in self.store.read(record_iri(self.base, id) for id in ids).values():
            yield from graph
        for graph in publishing.analytics(self, ids).values():
            yield from graph

    def ingest(
        self,
        source: str,
        items: Iterable[Harvested],
        *,
        whole: bool = True,
        progress: Progress = lambda run: None,
    ) -> Run:
        """Take in these items as those of `source`; see `harvest`."""
        return self.harvest(source, lambda _: items, whole=whole, progress=progress)

    def harvest(
        self,
        source: str,
        begin: Begin,
        *,
        whole: bool = True,
        probe: Probe | None = None,
        progress: Progress = lambda run: None,
    ) -> Run:
        """Take in what a harvest of `source` yields; see `catalogue.ingest.ingest`.

        Raises Conflict while the source is written already, or all writing is held back.
        """
        self.recover()
        with self.ledger.leases.source(source) as hold:
            recover(self, hold)
            run = ingest(self, hold, begin, whole=whole, probe=probe, progress=progress)
            publishing.settle(self, hold)
            return run

    def approve(self, source: str, run: int, number: int) -> int:
        """Withdraw what runs up to this one held back; says how many records that were.

        Raises Conflict when they are no longer `number` records, as the person who approves was shown.
        """
        with self.ledger.leases.source(source) as hold:
            self._confirm(source, run, number)
            for some in self._held_back(source, run):
                sweep.withdraw(self, hold, some)
            rejoin(self, hold)
            publishing.settle(self, hold)
        return number

    def dismiss(self, source: str, run: int, number: int) -> int:
        """Let stay what runs up to this one held back; raises as `approve` does."""
        with self.ledger.leases.source(source) as hold:
            self._confirm(source, run, number)
            for some in self._held_back(source, run):
                self.ledger.stay(hold, [entry.id for entry in some])
        return number

    def _confirm(self, source: str, run: int, number: int) -> None:
        """Raise Conflict unless runs up to this one hold back as many records as were shown."""
        waiting = self.ledger.waiting(source, run).number
        if waiting != number:
            raise Conflict(
                f"{waiting:,} records of “{source}” wait to be withdrawn, not the {number:,} records that "
                "were shown: the source was harvested meanwhile. Look again."
            )

    def _held_back(self, source: str, run: int) -> Iterator[list[Entry]]:
        """What runs up to this one held back, some at a time: those are to wait no more before the next."""
        later = 0
        while some := self.ledger.leaving(source, _PAGE, later):
            going = [entry for entry in some if (entry.leaving or 0) <= run]
            later += len(some) - len(going)
            yield going

    def withdraw(self, id: str) -> None:
        """Take one record out by hand; it comes back when its source brings it in a changed version."""
        entry = self.ledger.entry(id)
        with self.ledger.leases.source(entry.source) as hold:
            sweep.withdraw(self, hold, [self.ledger.entry(id)])
            rejoin(self, hold)
            publishing.settle(self, hold)

    def curate(self, id: str, values: Mapping[str, Given]) -> None:
        """Let a record have these local values, which no harvest overwrites, and none besides.

        Raises Invalid for a field that it does not have.
        """
        entry = self.ledger.entry(id)
        with self.ledger.leases.source(entry.source) as hold:
            curation.curate(self, entry, values)
            documents = projected(self, [id])
            with self.writing:
                put(self, hold, documents)
            rejoin(self, hold)

    def forget_source(self, source: str, *, withdraw: bool) -> None:
        """Delete a source, and withdraw its records or let them stay as they are.

        In the latter case its name is kept without an address, so that they are not orphaned; a new
        source of that name takes them over.
        """
        kept = self.ledger.sources.named(source)
        with self.ledger.leases.source(source) as hold:
            self.ledger.runs.give_up(hold, self.now())
            if not withdraw:
                self.ledger.sources.change(Source(source, "files", "", kept.created))
                return
            after = ""
            while page := self.ledger.page(after, _PAGE, source=source):
                sweep.withdraw(self, hold, page)
                after = page[-1].id
            rejoin(self, hold)
            publishing.settle(self, hold)
            self.ledger.sources.remove(source)

    def recover(self) -> int:
        """Finish what crashes left half written, of all sources that nobody writes; says how many records."""
        recovered = 0
        for source in self.ledger.unfinished():
            try:
                with self.ledger.leases.source(source) as hold:
                    recovered += recover(self, hold)
            except Conflict as error:
                log.debug("not recovered: %s", error)
        publishing.recover(self)
        return recovered

    def reindex(self) -> int:
        """Build the index anew from the store, beside the live one, and swap; returns its size.

        The rows of profiles and of variables are made anew too. Raises Conflict while a source is written.
        """
        with self.ledger.leases.everything() as hold:
            number = self.index.rebuild(standing(self, searched(self._documents(hold))))
            rejoin(self, hold)
            rebuild(self, hold)
            tidy_variables(self, hold)
        return number

    @contextmanager
    def paused(self) -> Iterator[None]:
        """Hold back all writing as long as the context lasts; raises Conflict while a source is written."""
        with self.ledger.leases.everything():
            yield

    def _documents(self, hold: Hold) -> Iterator[SearchDocument]:
        """What the index is to hold; ends with Conflict when the lease is lost, before the index swaps."""
        after = ""
        while ids := self.ids(after, 1_000):
            hold.confirm()
            documents = projected(self, ids)
            know(self, hold, documents)
            yield from documents
            after = ids[-1]
        hold.confirm()

    def close(self) -> None:
        """Let go of all engines."""
        self.index.close()
        self.store.close()
        self.ledger.close()
