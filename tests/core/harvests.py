"""What the tests of ingest share: small records, a clock set by hand, engines that fail on purpose."""

from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path

from pyoxigraph import Literal, NamedNode, Triple

from catalogue.adapters.index_tantivy import TantivyIndex
from catalogue.adapters.store_oxigraph import OxigraphStore
from catalogue.bootstrap import fingerprint, open_catalogue
from catalogue.catalogue import Catalogue
from catalogue.ledger import Ledger
from catalogue.records import Harvested, Record, record_id
from catalogue.runs import Run
from catalogue.search import SearchDocument, SearchQuery
from catalogue.settings import Settings
from catalogue.store import Statements
from ontologies.namespaces import DCAT, DCT, RDF

SOURCE = "north"
ORIGIN = "https://feed.example/dcat"


class Clock:
    """A time that stands still until it is moved."""

    def __init__(self) -> None:
        self.moment = datetime(2026, 3, 1, 12, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.moment

    def move(self, **delta: float) -> None:
        """Let time go by, in the units of timedelta."""
        self.moment += timedelta(**delta)


def record(name: str, title: str = "", origin: str = ORIGIN) -> Record:
    """A small dataset."""
    subject = NamedNode(f"https://publisher.example/{name}")
    triples = (
        Triple(subject, RDF.type, DCAT.Dataset),
        Triple(subject, DCT.term("title"), Literal(title or f"Register {name}", language="en")),
        Triple(subject, DCAT.distribution, NamedNode(f"https://publisher.example/{name}/file")),
    )
    return Record(subject, "dataset", triples, origin)


def records(names: Iterable[object]) -> list[Harvested]:
    """Several small datasets."""
    return [record(str(name)) for name in names]


def id_of(name: str, source: str = SOURCE) -> str:
    """The id under which a small dataset is kept."""
    return record_id(source, f"https://publisher.example/{name}")


def then(items: Iterable[Harvested], error: Exception) -> Iterator[Harvested]:
    """A harvest that fails behind these items."""
    yield from items
    raise error


def total(catalogue: Catalogue, text: str = "") -> int:
    """How many records a search finds, every description of a dataset counted."""
    return catalogue.search(SearchQuery(text, copies=True)).total


def in_memory(clock: Clock) -> Catalogue:
    """An empty catalogue in memory that goes by this clock."""
    return open_catalogue(Settings(), in_memory=True, now=clock)


def on_disk(folder: Path, clock: Clock) -> Catalogue:
    """The catalogue in a folder."""
    return open_catalogue(Settings(data_dir=folder), now=clock)


class Crash(BaseException):
    """Stands for the sudden end of the process."""


class FailingStore(OxigraphStore):
    """A store that fails on the calls named, which count from 1, or behind each removal."""

    failing: frozenset[int] = frozenset()
    failing_removals = False
    error: BaseException = Crash()
    calls = 0

    def replace(self, graphs: Mapping[NamedNode, Statements]) -> None:
        self.calls += 1
        if self.calls in self.failing:
            raise self.error
        super().replace(graphs)

    def remove(self, names: Iterable[NamedNode]) -> None:
        super().remove(names)
        if self.failing_removals:
            raise self.error


class FailingIndex(TantivyIndex):
    """An index that fails on the calls named; they count from 1."""

    failing: frozenset[int] = frozenset()
    error: BaseException = Crash()
    calls = 0

    def put(self, documents: Iterable[SearchDocument], without: Iterable[str] = ()) -> None:
        self.calls += 1
        if self.calls in self.failing:
            raise self.error
        super().put(documents, without)


def frail(folder: Path | None, clock: Clock) -> tuple[Catalogue, FailingStore, FailingIndex]:
    """A catalogue on engines that can be told to fail."""
    whole = on_disk(folder, clock) if folder else in_memory(clock)
    base, vocabularies = whole.base, whole.vocabularies
    whole.close()
    store = FailingStore(folder / "store" if folder else None)
    index = FailingIndex(folder / "index" if folder else None, fingerprint())
    ledger = Ledger(f"sqlite:///{folder / 'ledger.sqlite'}" if folder else None, now=clock)
    return Catalogue(base, store, index, ledger, vocabularies, clock), store, index


def counts(run: Run) -> tuple[int, int, int, int]:
    """New, changed, unchanged and rejected."""
    return run.new, run.changed, run.unchanged, run.rejected
