"""Typed words, filters and ranges as tantivy queries; pure functions of a schema."""

from collections.abc import Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from tantivy import FieldType, Occur, Query, Schema

from catalogue.adapters import weights
from catalogue.adapters.analysis import PLAIN, plain, stem
from catalogue.adapters.keys import bounded
from catalogue.adapters.tantivy_schema import (
    COPY,
    EXACT_TITLE,
    FACET,
    ID,
    LAST_LETTER,
    LEAD,
    SILENT,
    STANDING,
    TITLE,
    TITLE_START,
    VALUE_MARK,
    place,
)
from catalogue.adapters.typed import SHORTEST_PREFIX, Term, Typed, distance
from catalogue.search import Range, SearchQuery

_AMONG: Final = "among"


@dataclass(frozen=True, slots=True)
class Conditions:
    """The parts of a search, each a query; `without` leaves one filter or range aside.

    `asked` holds the values behind `narrowing`, which with the words are the key of the search. `copies`
    lets in all descriptions of a dataset, and not the leading one alone.
    """

    schema: Schema

    typed: Typed
    text: Query | None
    narrowing: Mapping[str, Query]
    asked: Mapping[str, Hashable]
    copies: bool = True
    close: bool = False

    def without(self, name: str = "") -> Query:
        """All parts but the filter or range called `name`."""
        parts = self._parts(name)
        return every(parts) if self.copies else leading(self.schema, parts)

    def left_out(self) -> Query:
        """The copies that would be found besides."""
        return every([*self._parts(), _standing(self.schema, COPY)])

    def _parts(self, name: str = "") -> list[Query]:
        parts = [query for key, query in self.narrowing.items() if key != name]
        return [*parts, self.text] if self.text else parts

    def key_without(self, name: str = "") -> Hashable:
        """Equal for searches of which `without` matches the same."""
        narrowed = ((key, self.asked[key]) for key in sorted(self.narrowing) if key != name)
        return (self.typed, self.close, self.copies, *narrowed)


def narrowing(schema: Schema, query: SearchQuery) -> dict[str, Query]:
    """A query for each filter and range that asks for something, by name; none adds to a score.

    The records that may be found are a filter besides.
    """
    filters = {
        name: Query.const_score_query(one_of(schema, name, values), 0.0)
        for name, values in query.filters.items()
        if values
    }
    ranges = {
        name: Query.const_score_query(_overlap(schema, name, bounds), 0.0)
        for name, bounds in query.ranges.items()
        if bounds.low is not None or bounds.high is not None
    }
    return filters | ranges | _among(schema, query.among)


def asked(query: SearchQuery) -> dict[str, Hashable]:
    """The values behind `narrowing`, by the same names."""
    return {**query.filters, **query.ranges, _AMONG: query.among}


def silent(schema: Schema, name: str) -> Query:
    """The records that say nothing about a range."""
    return Query.term_query(schema, SILENT, name, "basic")


def text_query(schema: Schema, typed: Typed, languages: Iterable[str]) -> Query:
    """Every wanted term in any of the fields, none of the excluded ones; exact titles rise."""
    fields = tuple(languages)
    return _combined(schema, typed, [_term(schema, term, fields) for term in typed.wanted], fields)


def close_query(schema: Schema, typed: Typed, languages: Iterable[str]) -> Query:
    """As `text_query`, with words of nearly the same spelling let in."""
    fields = tuple(languages)
    wanted = [
        Query.disjunction_max_query([_term(schema, term, fields), *_close(schema, term)])
        for term in typed.wanted
    ]
    return _combined(schema, typed, wanted, fields)


def title_query(schema: Schema, words: Sequence[str]) -> Query:
    """Titles with all these folded words, the last perhaps unfinished; those that begin so first."""
    *whole, last = words
    parts = [(Occur.Must, Query.term_query(schema, TITLE, word, "basic")) for word in whole]
    parts.append((Occur.Must, _prefix(schema, TITLE, last)))
    start = " ".join(words)
    begins = Query.range_query(
        schema, TITLE_START, FieldType.Integer, place(start), place(start, LAST_LETTER)
    )
    parts.append((Occur.Should, Query.const_score_query(begins, weights.TITLE_START)))
    return Query.boolean_query(parts)


def one_of(schema: Schema, facet: str, values: Sequence[str]) -> Query:
    """The records with one of these values of a facet."""
    field = f"{FACET}.{facet}"
    return Query.term_set_query(schema, field, [VALUE_MARK + value for value in values])


def every(queries: Sequence[Query]) -> Query:
    """What all of these match, everything when there are none."""
    if not queries:
        return Query.all_query()
    if len(queries) == 1:
        return queries[0]
    return Query.boolean_query([(Occur.Must, query) for query in queries])


def leading(schema: Schema, queries: Sequence[Query]) -> Query:
    """What all of these match but for copies; the engine is quicker to leave few out than to ask all."""
    if not queries:
        return Query.const_score_query(_standing(schema, LEAD), 0.0)
    parts = [(Occur.Must, query) for query in queries]
    return Query.boolean_query([*parts, (Occur.MustNot, _standing(schema, COPY))])


def _standing(schema: Schema, value: str) -> Query:
    return Query.term_query(schema, STANDING, value, "basic")


def _combined(schema: Schema, typed: Typed, wanted: Sequence[Query], languages: Sequence[str]) -> Query:
    parts = [(Occur.Must, query) for query in wanted or [Query.all_query()]]
    parts += [(Occur.MustNot, _term(schema, term, languages)) for term in typed.excluded]
    exact = Query.const_score_query(
        Query.term_query(schema, EXACT_TITLE, typed.title, "basic"), weights.EXACT_TITLE
    )
    return Query.boolean_query([*parts, (Occur.Should, exact)])


def _term(schema: Schema, term: Term, languages: Sequence[str]) -> Query:
    if term.phrase:
        return _phrase(schema, term)
    word = term.words[0]
    found = [
        _boosted(Query.term_query(schema, f"{level}_{language}", stem(language, word), "freq"), by)
        for language in languages
        for level, by in weights.STEM.items()
    ]
    found += [
        _boosted(Query.term_query(schema, f"{level}_{PLAIN}", plain(word), "freq"), by)
        for level, by in weights.PLAIN.items()
    ]
    if term.open and len(plain(word)) >= SHORTEST_PREFIX:
        found += [
            _prefix(schema, f"{level}_{PLAIN}", plain(word), by) for level, by in weights.PREFIX.items()
        ]
    return Query.disjunction_max_query(found, weights.OTHER_FIELDS)


def _phrase(schema: Schema, term: Term) -> Query:
    words = list[str | tuple[int, str]](term.plain)
    found = []
    for level, by in weights.PLAIN.items():
        field = f"{level}_{PLAIN}"
        exact = (
            Query.phrase_query(schema, field, words)
            if len(words) > 1
            else Query.term_query(schema, field, words[0], "freq")
        )
        found.append(_boosted(exact, by))
    return Query.disjunction_max_query(found, weights.OTHER_FIELDS)


def _close(schema: Schema, term: Term) -> list[Query]:
    if not (allowed := distance(term)):
        return []
    return [
        _boosted(Query.fuzzy_term_query(schema, f"{level}_{PLAIN}", term.plain[0], allowed), by)
        for level, by in weights.CLOSE.items()
    ]


def _prefix(schema: Schema, field: str, beginning: str, score: float = 1.0) -> Query:
    query = Query.fuzzy_term_query(schema, field, beginning, distance=0, prefix=True)
    return Query.const_score_query(query, score)


def _among(schema: Schema, ids: frozenset[str] | None) -> dict[str, Query]:
    if ids is None:
        return {}
    return {_AMONG: Query.const_score_query(Query.term_set_query(schema, ID, sorted(ids)), 0.0)}


def _boosted(query: Query, by: float) -> Query:
    return Query.boost_query(query, by)


def _overlap(schema: Schema, name: str, bounds: Range) -> Query:
    """The records whose span meets the bounds; that of the silent ones meets all."""
    parts = []
    if bounds.low is not None:
        parts.append((Occur.Must, _between(schema, f"{name}_high", bounds.low, None)))
    if bounds.high is not None:
        parts.append((Occur.Must, _between(schema, f"{name}_low", None, bounds.high)))
    if not bounds.silent:
        parts.append((Occur.MustNot, silent(schema, name)))
    return Query.boolean_query(parts)


def _between(schema: Schema, field: str, low: int | None, high: int | None) -> Query:
    return Query.range_query(schema, field, FieldType.Integer, _bounded(low), _bounded(high))


def _bounded(number: int | None) -> int | None:
    return None if number is None else bounded(number)
