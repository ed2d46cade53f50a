"""One answer from one snapshot of the index: hits, facets and what the ranges leave out."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import cast

from tantivy import DocAddress, FieldType, Order, Query
from tantivy import SearchResult as EngineResult

from catalogue.adapters.marks import Marker
from catalogue.adapters.tantivy_facets import add_persons, count_facets, count_silent
from catalogue.adapters.tantivy_query import (
    Conditions,
    asked,
    close_query,
    every,
    narrowing,
    text_query,
)
from catalogue.adapters.tantivy_schema import BY_NEWEST, BY_PERSONS, BY_TITLE, TITLE_PLACE
from catalogue.adapters.tantivy_snapshot import Snapshot
from catalogue.adapters.typed import Typed, read
from catalogue.query_url import FACET_NAMES
from catalogue.search import MOST_ROWS, Row, SearchQuery, SearchResult


def answer(snapshot: Snapshot, query: SearchQuery) -> SearchResult:
    """The answer to a query that has been checked."""
    conditions, page, total = _found(snapshot, query)
    persons, declaring = add_persons(snapshot, conditions)
    marker = Marker(conditions.typed, conditions.close)
    return SearchResult(
        query=query,
        total=total,
        hits=tuple(marker.hit(snapshot.row(address)) for address in page),
        facets=count_facets(snapshot, conditions, FACET_NAMES, query.filters),
        silent=count_silent(snapshot, conditions),
        persons=persons,
        declaring=declaring,
        close=conditions.close,
        hidden=0 if conditions.copies else snapshot.count(conditions.left_out()),
    )


def rows(snapshot: Snapshot, query: SearchQuery) -> Iterator[Row]:
    """The rows of all pages of a query that has been checked."""
    _, page, _ = _found(snapshot, replace(query, page=1, size=MOST_ROWS))
    return (snapshot.row(address) for address in page)


def _found(snapshot: Snapshot, query: SearchQuery) -> tuple[Conditions, Sequence[DocAddress], int]:
    """The page of a query and the number of all its matches; with close spellings where there are none."""
    conditions = _conditions(snapshot, read(query.text), query)
    page, total = _page(snapshot, conditions, query)
    if not total and (near := _near(snapshot, conditions.typed, conditions)):
        conditions = near
        page, total = _page(snapshot, conditions, query)
    return conditions, page, total


def _conditions(snapshot: Snapshot, typed: Typed, query: SearchQuery) -> Conditions:
    return Conditions(
        snapshot.schema,
        typed,
        text_query(snapshot.schema, typed, snapshot.languages) if typed else None,
        narrowing(snapshot.schema, query),
        asked(query),
        copies=query.copies or not snapshot.copies,
    )


def _near(snapshot: Snapshot, typed: Typed, conditions: Conditions) -> Conditions | None:
    """The same conditions with close spellings; None where the text matches something as written.

    The text decides alone: filters that leave nothing of its matches do not change the words.
    """
    if not (conditions.text and typed.wanted) or snapshot.count(conditions.text):
        return None
    text = close_query(snapshot.schema, typed, snapshot.languages)
    return replace(conditions, text=text, close=True) if snapshot.count(text) else None


def _page(snapshot: Snapshot, conditions: Conditions, query: SearchQuery) -> tuple[Sequence[DocAddress], int]:
    """The places of the hits of one page, and how many there are on all pages.

    Equals in relevance keep the order of the index.
    """
    offset = (query.page - 1) * query.size
    everything = conditions.without()
    if query.sort == "title":
        return _by_title(snapshot, everything, query.size, offset), snapshot.count(everything)
    if query.sort == "persons":
        return _ordered(snapshot, everything, BY_PERSONS, query.size, offset)
    if query.sort == "newest" or not conditions.typed.wanted:
        return _ordered(snapshot, everything, BY_NEWEST, query.size, offset)
    return _counted(snapshot.searcher.search(everything, query.size, offset=offset))


def _ordered(
    snapshot: Snapshot, query: Query, field: str, size: int, offset: int
) -> tuple[Sequence[DocAddress], int]:
    search = snapshot.searcher.search
    return _counted(search(query, size, order_by_field=field, offset=offset, order=Order.Asc))


def _counted(result: EngineResult) -> tuple[Sequence[DocAddress], int]:
    return [address for _, address in result.hits], cast(int, result.count)  # type: ignore[attr-defined]


def _by_title(snapshot: Snapshot, query: Query, size: int, offset: int) -> Sequence[DocAddress]:
    """As `_ordered`; most of the offset is skipped by number, which the engine does quickly."""
    if offset:
        found = snapshot.searcher.search(
            query, 1, count=False, order_by_field=TITLE_PLACE, offset=offset, order=Order.Asc
        )
        if not found.hits:
            return []
        place = found.hits[0][0]
        offset -= snapshot.count(every([query, _placed(snapshot, high=place - 1)]))
        query = every([query, _placed(snapshot, low=place)])
    return _ordered(snapshot, query, BY_TITLE, size, offset)[0]


def _placed(snapshot: Snapshot, low: int | None = None, high: int | None = None) -> Query:
    return Query.range_query(snapshot.schema, TITLE_PLACE, FieldType.Integer, low, high)
