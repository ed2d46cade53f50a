"""What can be asked of the index and what it answers: one query value behind list, counts and exports."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, fields
from operator import attrgetter
from typing import Final, Protocol, TypeAlias

from catalogue.profiles.counts import Count
from catalogue.variables import Variable

SORTS: Final = ("relevance", "newest", "title", "persons")
"""`relevance` without words means `newest`."""

RANGES: Final[Mapping[str, tuple[str, str]]] = {
    "persons": ("persons", "persons"),
    "records": ("records", "records"),
    "age": ("age_low", "age_high"),
    "years": ("year_low", "year_high"),
}
"""Each range and the numbers of a document whose span must overlap it (low, high)."""

MAX_SIZE: Final = 100
MAX_OFFSET: Final = 10_000
MOST_ROWS: Final = 50_000


@dataclass(frozen=True, slots=True)
class Range:
    """Bounds, both inclusive, None for open; `silent` lets in the records that do not say."""

    low: int | None = None
    high: int | None = None
    silent: bool = False


@dataclass(frozen=True, slots=True)
class Holding:
    """What the data must hold: at least `minimum` persons with each concept, or any below it.

    `concepts` are OMOP ids. `possibly` lets in those of which their bounds do not rule it out.
    """

    concepts: tuple[int, ...] = ()
    minimum: int = 1
    possibly: bool = False


@dataclass(frozen=True, slots=True)
class SearchQuery:
    """One search. `filters` maps a facet to the values of which one must hold; all facets must hold.

    Of several descriptions of one dataset the leading one is found and counted, with `copies` all are.
    `among` are the ids of the only records that may be found, None for all; no URL has it, for the
    catalogue finds out which those are (`catalogue/restriction.py`), and no index looks at `holds`, nor at
    `variables`: of each, the words or the linked concept of one, a record must have a variable.
    """

    text: str = ""
    filters: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    ranges: Mapping[str, Range] = field(default_factory=dict)
    sort: str = "relevance"
    page: int = 1
    size: int = 20
    copies: bool = False
    holds: Holding = Holding()
    among: frozenset[str] | None = None
    variables: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Words:
    """Words in a language; "" where the publisher gave none."""

    text: str
    language: str = ""

    def __reduce__(self) -> tuple[type["Words"], tuple[str, str]]:
        """Pickled as its fields alone, for there are very many."""
        return Words, (self.text, self.language)


@dataclass(frozen=True, slots=True)
class Row:
    """All that a result row and an export line show of one record; None and () mean not provided."""

    id: str
    iri: str
    kind: str
    title: tuple[Words, ...]
    description: tuple[Words, ...] = ()
    publisher: str = ""
    source: str = ""
    keywords: tuple[str, ...] = ()
    codes: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """Facet values by facet name, such as {"country": ("FRA",), "accessRights": ("RESTRICTED",)}."""
    persons: int | None = None
    records: int | None = None
    age_low: int | None = None
    age_high: int | None = None
    year_low: int | None = None
    year_high: int | None = None
    modified: str = ""
    variables: int = 0
    contact: bool = False
    quality_label: bool = False
    profile: str = "dcat-ap"
    missing: int = 0
    """How many mandatory fields of that profile are missing."""
    copy_of: str = ""
    """The id of the leading description of the same dataset, "" for that one itself and for single ones."""
    others: int = 0
    """How many other descriptions of the same dataset there are, where this is the leading one."""

    def __reduce__(self) -> tuple[type["Row"], tuple[object, ...]]:
        """Pickled as its fields alone, for there are very many."""
        return Row, _fields_of_row(self)


_fields_of_row: Final[Callable[[Row], tuple[object, ...]]] = attrgetter(*(one.name for one in fields(Row)))


@dataclass(frozen=True, slots=True)
class SearchDocument:
    """What the index holds of one record.

    `texts` are (words, boost) pairs in the language of the words; `facets` the values to filter and
    count by; `numbers` the spans of `RANGES` and `modified` as a day number. `identities` are the keys
    by which the record may be known elsewhere, `variables` what it describes of its variables; both are
    for the ledger, no index holds them.
    """

    row: Row
    texts: tuple[tuple[Words, float], ...]
    facets: Mapping[str, tuple[str, ...]]
    numbers: Mapping[str, int]
    identities: tuple[str, ...] = ()
    variables: tuple[Variable, ...] = ()

    def __reduce__(self) -> tuple[type["SearchDocument"], tuple[object, ...]]:
        """Pickled as its fields alone, for there are very many."""
        fields = (self.row, self.texts, self.facets, self.numbers, self.identities, self.variables)
        return SearchDocument, fields


@dataclass(frozen=True, slots=True)
class FacetCount:
    """A value of a facet and how many records it would give, its own facet's selection left aside."""

    value: str
    count: int
    selected: bool = False


@dataclass(frozen=True, slots=True)
class Hit:
    """One result. The marked texts are plain text with the matches between U+E000 and U+E001.

    `marked_others` are the keywords and the publisher where they matched; `elsewhere` says that
    nothing of the row did: the words stand in the rest of the description or in its codes.
    """

    row: Row
    marked_title: str = ""
    marked_extract: str = ""
    marked_others: tuple[str, ...] = ()
    elsewhere: bool = False


MARK_START: Final = "\ue000"
MARK_END: Final = "\ue001"


@dataclass(frozen=True, slots=True)
class Evidence:
    """The persons with a concept or any below it, and the record whose profile tells."""

    persons: Count
    record: str


Held: TypeAlias = Mapping[int, Mapping[str, Evidence]]
"""Who holds a concept, by concept and record."""


@dataclass(frozen=True, slots=True)
class SearchResult:
    """The answer to one query.

    `facets` has every facet of the field table and `source`, most frequent value first, selected ones
    always present. `silent` counts for each range the records that do not say and would otherwise be
    let in. `persons` is the sum of what the `declaring` records among them state; overlaps are not
    removed. `close` is true when nothing matched as written and close spellings are shown. `hidden`
    counts the copies that match and are left out. `held` is who holds the concepts that are asked for,
    whether found or not; the catalogue tells that, no index.
    """

    query: SearchQuery
    total: int
    hits: tuple[Hit, ...]
    facets: Mapping[str, tuple[FacetCount, ...]]
    silent: Mapping[str, int]
    persons: int = 0
    declaring: int = 0
    close: bool = False
    hidden: int = 0
    held: Held = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Suggestion:
    """A completion of what is being typed: the title of a record, or a keyword when `id` is empty."""

    text: str
    id: str = ""


class SearchIndex(Protocol):
    """A projection of the store that can be rebuilt at any time; writes are durable and seen on return."""

    def put(self, documents: Iterable[SearchDocument], without: Iterable[str] = ()) -> None:
        """Add documents, each in place of the one with the same id, and take out those of the ids `without`.

        Ids that are not there are passed over.
        """

    def search(self, query: SearchQuery) -> SearchResult:
        """Answer a query; raises Invalid for a facet, range or sort that does not exist."""

    def rows(self, query: SearchQuery) -> Iterator[Row]:
        """The rows of all pages of a query in its order, `MOST_ROWS` at most, as of one moment.

        Raises Invalid as `search` does, before the first row.
        """

    def suggest(self, prefix: str, limit: int = 8) -> tuple[Suggestion, ...]:
        """Completions of the last words typed, best first."""

    def rebuild(self, documents: Iterable[SearchDocument]) -> int:
        """Build a new index beside the live one and swap it in; the live one stays when that fails.

        Returns the number of documents.
        """

    def fingerprint(self) -> str:
        """The fingerprint of the fields the live index was built from, "" for a new index."""

    def close(self) -> None:
        """Let go of the index."""
