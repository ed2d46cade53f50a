"""Typed words, filters and ranges as queries of Elasticsearch and OpenSearch; pure functions."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from catalogue.adapters import weights
from catalogue.adapters.analysis import PLAIN, STEMMED, plain, stem
from catalogue.adapters.elastic_mapping import COPY, EXACT_TITLE, FACET, ID, LEVELS, SILENT, TITLE
from catalogue.adapters.keys import bounded
from catalogue.adapters.typed import SHORTEST_PREFIX, Term, Typed, distance
from catalogue.search import Range, SearchQuery

Clause = Mapping[str, object]

EVERYTHING: Final[Clause] = {"match_all": {}}
AMONG: Final = "among"
"""What `narrowing` calls the condition that is never left aside: the records that may be found."""

_COPIES: Final[Clause] = {"term": {COPY: True}}
LEADING: Final[Clause] = {"term": {COPY: False}}
"""The leading or only description of each dataset."""

_EXPANSIONS: Final = 1_000
"""How many close spellings of a word are looked up; the default of 50 would leave some out."""


@dataclass(frozen=True, slots=True)
class Conditions:
    """The parts of a search, each a query; `without` leaves one filter or range aside.

    `copies` lets in all descriptions of a dataset, and not the leading one alone.
    """

    typed: Typed
    text: Clause
    narrowing: Mapping[str, Clause]
    copies: bool = True
    close: bool = False

    def without(self, name: str = "") -> list[Clause]:
        """All filters and ranges but the one called `name`, and that on copies."""
        clauses = [clause for key, clause in self.narrowing.items() if key != name]
        return clauses if self.copies else [*clauses, LEADING]

    def left_out(self) -> list[Clause]:
        """What the copies match that would be found besides."""
        return [*self.narrowing.values(), _COPIES]


def narrowing(query: SearchQuery) -> dict[str, Clause]:
    """A query for each filter and range that asks for something, by name."""
    filters = {name: one_of(name, values) for name, values in query.filters.items() if values}
    ranges = {
        name: _overlap(name, bounds)
        for name, bounds in query.ranges.items()
        if bounds.low is not None or bounds.high is not None
    }
    among = {} if query.among is None else {AMONG: {"terms": {ID: sorted(query.among)}}}
    return filters | ranges | among


def one_of(facet: str, values: Sequence[str]) -> Clause:
    """The records with one of these values of a facet."""
    return {"terms": {f"{FACET}.{facet}": list(values)}}


def silent(name: str) -> Clause:
    """The records that say nothing about a range."""
    return {"term": {SILENT: name}}


def every(clauses: Sequence[Clause]) -> Clause:
    """What all of these match, everything when there are none; nothing is scored."""
    return {"bool": {"filter": list(clauses)}} if clauses else EVERYTHING


def text_query(typed: Typed, *, close: bool = False) -> Clause:
    """Every wanted term in any of the fields, none of the excluded ones; exact titles rise.

    `close` lets in words of nearly the same spelling.
    """
    if not typed:
        return EVERYTHING
    wanted = [_best([*_ways(term), *(_close(term) if close else ())]) for term in typed.wanted]
    exact = {"term": {EXACT_TITLE: {"value": typed.title}}}
    return {
        "bool": {
            "must": wanted or [EVERYTHING],
            "must_not": [_best(_ways(term)) for term in typed.excluded],
            "should": [{"constant_score": {"filter": exact, "boost": weights.EXACT_TITLE}}],
        }
    }


def title_query(words: Sequence[str]) -> Clause:
    """Titles with all these folded words, the last perhaps unfinished; those that begin so first."""
    *whole, last = words
    begins = {"prefix": {EXACT_TITLE: {"value": " ".join(words)}}}
    return {
        "bool": {
            "must": [*({"term": {TITLE: word}} for word in whole), {"prefix": {TITLE: last}}],
            "should": [{"constant_score": {"filter": begins, "boost": weights.TITLE_START}}],
        }
    }


def _ways(term: Term) -> Iterator[Clause]:
    """All the ways in which a term is found as it is written."""
    if term.phrase:
        for level, boost in weights.PLAIN.items():
            yield {"match_phrase": {f"{level}_{PLAIN}": {"query": " ".join(term.plain), "boost": boost}}}
        return
    word, folded = term.words[0], plain(term.words[0])
    for language in STEMMED:
        for level, boost in weights.STEM.items():
            yield {"term": {f"{level}_{language}": {"value": stem(language, word), "boost": boost}}}
    for level, boost in weights.PLAIN.items():
        yield {"term": {f"{level}_{PLAIN}": {"value": folded, "boost": boost}}}
    if term.open and len(folded) >= SHORTEST_PREFIX:
        for level, boost in weights.PREFIX.items():
            yield {"prefix": {f"{level}_{PLAIN}": {"value": folded, "boost": boost}}}


def _close(term: Term) -> Iterator[Clause]:
    if allowed := distance(term):
        for level in LEVELS:
            asked = {
                "value": term.plain[0],
                "fuzziness": allowed,
                "max_expansions": _EXPANSIONS,
                "boost": weights.CLOSE[level],
            }
            yield {"fuzzy": {f"{level}_{PLAIN}": asked}}


def _best(ways: Iterator[Clause] | Sequence[Clause]) -> Clause:
    return {"dis_max": {"queries": list(ways), "tie_breaker": weights.OTHER_FIELDS}}


def _overlap(name: str, bounds: Range) -> Clause:
    """The records whose span meets the bounds; that of the silent ones meets all."""
    meets: list[Clause] = []
    if bounds.low is not None:
        meets.append({"range": {f"{name}_high": {"gte": bounded(bounds.low)}}})
    if bounds.high is not None:
        meets.append({"range": {f"{name}_low": {"lte": bounded(bounds.high)}}})
    return {"bool": {"filter": meets, "must_not": [] if bounds.silent else [silent(name)]}}
