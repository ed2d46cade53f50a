"""One search as one request to the cluster, and its answer as a `SearchResult`.

The request has two parts: the page, and all counts. The words are the query and the filters stand
behind it, so that each facet is counted with its own selection left aside. The cluster remembers
counts until the index changes, which it would not where hits are asked for too.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Final, TypedDict, cast

from catalogue.adapters.counts import SHOWN, shown
from catalogue.adapters.elastic_mapping import BY_NEWEST, BY_PERSONS, BY_TITLE, FACET, ID, ROW, SILENT
from catalogue.adapters.elastic_query import AMONG, EVERYTHING, Clause, Conditions, every, one_of, silent
from catalogue.adapters.marks import Marker
from catalogue.adapters.rows import row_from_json
from catalogue.query_url import FACET_NAMES
from catalogue.search import RANGES, FacetCount, Row, SearchQuery, SearchResult

CERTAIN: Final = 10_000
"""Values that each shard counts for a facet of which `SHOWN` are given, so that the sums are certain."""

_PERSONS: Final = "persons_low"
"""Where both ends of the number of persons stand; below zero for records that do not state it."""

_ALL, _ANY, _LEFT_OUT, _PREFIX = "all", "any", "left out", "facet:"


class Found(TypedDict):
    """One hit as the cluster gives it."""

    _source: dict[str, str]
    sort: list[object]


class Bucket(TypedDict):
    """A counted value."""

    key: str
    doc_count: int


class Terms(TypedDict):
    """Counted values; `doc_count_error_upper_bound` is above 0 where a count may be wrong."""

    buckets: list[Bucket]
    doc_count_error_upper_bound: int


class _Hits(TypedDict):
    hits: list[Found]


class Answer(TypedDict):
    """What the cluster answers to a part of a search."""

    hits: _Hits
    aggregations: dict[str, dict[str, object]]


def hits(conditions: Conditions, query: SearchQuery) -> dict[str, object]:
    """The part of the request that asks for one page."""
    return page(conditions, query) | {"from": (query.page - 1) * query.size, "size": query.size}


def counts(conditions: Conditions, query: SearchQuery, certain: int = CERTAIN) -> dict[str, object]:
    """The part that asks for the total and all counts."""
    aggregations = _counts(conditions, query, certain)
    return {"query": conditions.text, "size": 0, "track_total_hits": False, "aggs": aggregations}


def page(conditions: Conditions, query: SearchQuery) -> dict[str, object]:
    """What is asked for and in which order, without the place of the page and without counts."""
    return {
        "query": conditions.text,
        "post_filter": every(conditions.without()),
        "sort": _order(conditions, query),
        "_source": [ROW],
        "track_total_hits": False,
    }


def first(conditions: Conditions) -> dict[str, object]:
    """The request for any one record that has the words."""
    return {
        "query": conditions.text,
        "size": 1,
        "_source": False,
        "track_total_hits": False,
        "terminate_after": 1,
    }


def total(counted: Answer) -> int:
    """How many records match everything that is asked for."""
    return cast(int, counted["aggregations"][_ALL]["doc_count"])


def result(conditions: Conditions, query: SearchQuery, found: Answer, counts: Answer) -> SearchResult:
    """Both parts of the answer in our own words."""
    counted = counts["aggregations"]
    whole = counted[_ALL]
    stated = cast(dict[str, object], whole[_PERSONS])
    persons = cast(dict[str, float], stated["sum"])["value"]
    marker = Marker(conditions.typed, conditions.close)
    return SearchResult(
        query=query,
        total=total(counts),
        hits=tuple(marker.hit(row(hit)) for hit in found["hits"]["hits"]),
        facets={name: _facet(counted, name, query.filters.get(name, ())) for name in FACET_NAMES},
        silent={name: _silent(counted, name) for name in RANGES},
        persons=int(persons or 0),
        declaring=cast(int, stated["doc_count"]),
        close=conditions.close,
        hidden=cast(int, counted[_LEFT_OUT]["doc_count"]) if _LEFT_OUT in counted else 0,
    )


def matches_as_written(counted: Answer) -> bool:
    """Whether the words alone, without filters and ranges, match anything."""
    return bool(counted["aggregations"][_ANY]["doc_count"])


def is_certain(counted: Answer) -> bool:
    """Whether every count is exact; it may not be where many shards have many different values."""
    groups = counted["aggregations"].values()
    terms = (part for group in groups for part in group.values() if isinstance(part, dict))
    return not any(part.get("doc_count_error_upper_bound") for part in terms)


def row(found: Found) -> Row:
    """The row of a hit."""
    return row_from_json(found["_source"][ROW].encode())


def _order(conditions: Conditions, query: SearchQuery) -> Sequence[Mapping[str, str]]:
    if query.sort == "title":
        return [{BY_TITLE: "asc"}, {ID: "asc"}]
    if query.sort == "persons":
        return [{BY_PERSONS: "asc"}, {ID: "asc"}]
    newest = [{BY_NEWEST: "asc"}, {ID: "asc"}]
    if query.sort == "newest" or not conditions.typed.wanted:
        return newest
    return [{"_score": "desc"}, *newest]


def _counts(conditions: Conditions, query: SearchQuery, certain: int) -> dict[str, object]:
    free = [name for name in FACET_NAMES if name not in conditions.narrowing]
    stated = {"range": {_PERSONS: {"gte": 0}}}
    whole = {_PREFIX + name: _terms(f"{FACET}.{name}", certain) for name in free} | {
        SILENT: _terms(SILENT, certain),
        _PERSONS: {"filter": stated, "aggs": {"sum": {"sum": {"field": _PERSONS}}}},
    }
    asked: dict[str, object] = {
        _ANY: {"filter": EVERYTHING},
        _ALL: {"filter": every(conditions.without()), "aggs": whole},
    }
    if not conditions.copies:
        asked[_LEFT_OUT] = {"filter": every(conditions.left_out())}
    for name in (key for key in conditions.narrowing if key != AMONG):
        parts = _aside(name, query, certain)
        asked[_PREFIX + name] = {"filter": every(conditions.without(name)), "aggs": dict(parts)}
    return asked


def _aside(name: str, query: SearchQuery, certain: int) -> Iterator[tuple[str, Clause]]:
    """What is counted with one filter or range left aside."""
    if name in RANGES:
        yield SILENT, {"filter": silent(name)}
        return
    yield _PREFIX + name, _terms(f"{FACET}.{name}", certain)
    for place, value in enumerate(query.filters[name]):
        yield str(place), {"filter": one_of(name, (value,))}


def _terms(field: str, certain: int) -> Mapping[str, object]:
    order = [{"_count": "desc"}, {"_key": "asc"}]
    return {"terms": {"field": field, "size": SHOWN, "shard_size": certain, "order": order}}


def _facet(
    counted: Mapping[str, Mapping[str, object]], name: str, selected: tuple[str, ...]
) -> tuple[FacetCount, ...]:
    key = _PREFIX + name
    group = counted.get(key) or counted[_ALL]
    counts = {bucket["key"]: bucket["doc_count"] for bucket in cast(Terms, group[key])["buckets"]}
    if key in counted:
        for place, value in enumerate(selected):
            counts[value] = cast(Bucket, group[str(place)])["doc_count"]
    return shown(counts, selected)


def _silent(counted: Mapping[str, Mapping[str, object]], name: str) -> int:
    if aside := counted.get(_PREFIX + name):
        return cast(Bucket, aside[SILENT])["doc_count"]
    buckets = cast(Terms, counted[_ALL][SILENT])["buckets"]
    return next((bucket["doc_count"] for bucket in buckets if bucket["key"] == name), 0)
