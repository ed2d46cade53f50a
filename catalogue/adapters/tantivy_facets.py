"""Facet counts of an answer, each with its own selection left aside."""

from collections.abc import Mapping, Sequence
from typing import Final, TypedDict, cast

from catalogue.adapters.counts import SHOWN, shown
from catalogue.adapters.tantivy_query import Conditions, every, one_of, silent
from catalogue.adapters.tantivy_schema import FACET, SILENT, VALUE_MARK
from catalogue.adapters.tantivy_snapshot import Snapshot
from catalogue.search import RANGES, FacetCount

_SPARE: Final = 4 * SHOWN
_ALL: Final = 60_000
_PERSONS: Final = "persons_low"
"""Where both ends of the number of persons stand; below zero for records that do not state it."""

_STATED: Final[dict[str, object]] = {
    _PERSONS: {
        "range": {"field": _PERSONS, "ranges": [{"to": 0}, {"from": 0}]},
        "aggs": {"sum": {"sum": {"field": _PERSONS}}},
    }
}


class _Bucket(TypedDict):
    key: str
    doc_count: int


class _Sum(TypedDict):
    value: float | None


class _Span(TypedDict):
    doc_count: int
    sum: _Sum


class _Stated(TypedDict):
    buckets: list[_Span]


class _Buckets(TypedDict):
    buckets: list[_Bucket]


def count_facets(
    snapshot: Snapshot,
    conditions: Conditions,
    names: Sequence[str],
    selected: Mapping[str, tuple[str, ...]],
) -> dict[str, tuple[FacetCount, ...]]:
    """The counts of the facets in `names`, most frequent value first, selected ones always there."""
    narrowed = [name for name in names if name in conditions.narrowing]
    fields = {name: f"{FACET}.{name}" for name in names}
    free = {name: field for name, field in fields.items() if name not in narrowed}
    # The silent records are counted in the same pass, for `count_silent` to find.
    found = _most_frequent(snapshot, conditions, "", free | {SILENT: SILENT})
    for name in narrowed:
        found |= _most_frequent(snapshot, conditions, name, {name: fields[name]})
        for value in selected[name]:
            if value not in found[name]:
                one = one_of(snapshot.schema, name, (value,))
                rare = snapshot.count(every([conditions.without(name), one]))
                found[name] = {**found[name], value: rare}
    return {name: shown(found[name], selected.get(name, ())) for name in names}


def count_silent(snapshot: Snapshot, conditions: Conditions) -> dict[str, int]:
    """For each range the records that do not say, under all other conditions."""
    free = _most_frequent(snapshot, conditions, "", {SILENT: SILENT})[SILENT]
    return {
        name: snapshot.count(every([conditions.without(name), silent(snapshot.schema, name)]))
        if name in conditions.narrowing
        else free.get(name, 0)
        for name in RANGES
    }


def add_persons(snapshot: Snapshot, conditions: Conditions) -> tuple[int, int]:
    """The persons that the matching records state, added up, and how many records state them."""
    key = conditions.key_without()
    if (key, _PERSONS) not in snapshot.counted:
        _aggregate(snapshot, conditions, "", {}, 0)
    found = snapshot.counted[key, _PERSONS]
    return found["sum"], found["count"]


def _most_frequent(
    snapshot: Snapshot, conditions: Conditions, aside: str, fields: Mapping[str, str]
) -> dict[str, Mapping[str, int]]:
    """The counts by value for each field, enough of them for the first places to be certain."""
    key = conditions.key_without(aside)
    known = {name: snapshot.counted[key, name] for name in fields if (key, name) in snapshot.counted}
    wanted = {name: field for name, field in fields.items() if name not in known}
    if not wanted:
        return known
    found = _aggregate(snapshot, conditions, aside, wanted, _SPARE)
    unsure = {name: field for name, field in wanted.items() if _cut_among_equals(found[name])}
    if unsure:
        found |= _aggregate(snapshot, conditions, aside, unsure, _ALL)
    for name, buckets in found.items():
        known[name] = {b["key"].removeprefix(VALUE_MARK): b["doc_count"] for b in buckets}
        snapshot.remember(key, name, known[name])
    return known


def _aggregate(
    snapshot: Snapshot, conditions: Conditions, aside: str, fields: Mapping[str, str], size: int
) -> dict[str, list[_Bucket]]:
    """The counts in one pass, which also adds up the persons where no condition is left aside."""
    terms: dict[str, object] = {
        name: {"terms": {"field": field, "size": size, "segment_size": _ALL}}
        for name, field in fields.items()
    }
    whole = not aside
    answer = snapshot.searcher.aggregate(conditions.without(aside), terms | (_STATED if whole else {}))
    if whole:
        stated = cast(_Stated, answer[_PERSONS])["buckets"][1:]
        total = sum(int(span["sum"]["value"] or 0) for span in stated)
        sums = {"sum": total, "count": sum(span["doc_count"] for span in stated)}
        snapshot.remember(conditions.key_without(), _PERSONS, sums)
    return {name: cast(_Buckets, answer[name])["buckets"] for name in fields}


def _cut_among_equals(buckets: Sequence[_Bucket]) -> bool:
    """Whether values left out may be as frequent as the last one shown."""
    return len(buckets) == _SPARE and buckets[SHOWN - 1]["doc_count"] == buckets[-1]["doc_count"]
