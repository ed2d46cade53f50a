"""Small search documents and the same answers worked out the slow and certain way."""

import random
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Final

from catalogue.query_url import FACET_NAMES
from catalogue.search import (
    RANGES,
    Range,
    Row,
    SearchDocument,
    SearchIndex,
    SearchQuery,
    Words,
)

VALUES: Final = tuple(f"value {n}" for n in range(5))


def document(
    record: str,
    *titles: str | Words,
    description: Sequence[Words] = (),
    keywords: Sequence[str] = (),
    facets: Mapping[str, tuple[str, ...]] | None = None,
    copy_of: str = "",
    **numbers: int,
) -> SearchDocument:
    """A record with English titles unless they are given with a language."""
    title = tuple(Words(text, "en") if isinstance(text, str) else text for text in titles)
    return SearchDocument(
        Row(
            id=record,
            iri=f"https://example.org/{record}",
            kind="dataset",
            title=title,
            description=tuple(description),
            keywords=tuple(keywords),
            codes=dict(facets or {}),
            persons=numbers.get("persons"),
            copy_of=copy_of,
        ),
        texts=(
            *((words, 4.0) for words in title),
            *((words, 1.0) for words in description),
            *((Words(keyword), 2.0) for keyword in keywords),
        ),
        facets=dict(facets or {}),
        numbers=numbers,
    )


def ids(index: SearchIndex, query: SearchQuery | str) -> list[str]:
    """The records on a page, in their order."""
    asked = SearchQuery(query) if isinstance(query, str) else query
    return [hit.row.id for hit in index.search(asked).hits]


def random_documents(seed: int, number: int) -> list[SearchDocument]:
    """Documents with few values and words, so that every condition meets some of them."""
    chance = random.Random(seed)
    return [_random_document(chance, f"r{n:03d}") for n in range(number)]


def _random_document(chance: random.Random, record: str) -> SearchDocument:
    facets = {
        name: tuple(chance.sample(VALUES, chance.randint(1, 3)))
        for name in FACET_NAMES
        if chance.random() < 0.7
    }
    numbers = {
        name: chance.randint(0, 20)
        for name in ("modified", *(end for ends in RANGES.values() for end in ends))
        if chance.random() < 0.6
    }
    title = " ".join(chance.sample(("alpha", "bravo", "charlie", "delta"), 2))
    copy_of = "r000" if chance.random() < 0.2 else ""
    return replace(document(record, title, facets=facets, copy_of=copy_of), numbers=numbers)


def matches(source: SearchDocument, query: SearchQuery, aside: str = "") -> bool:
    """Whether a document meets all conditions of a query but the one left aside."""
    if source.row.copy_of and not query.copies:
        return False
    if query.among is not None and source.row.id not in query.among:
        return False
    words = {word for title in source.row.title for word in title.text.split()}
    return (
        {*query.text.split()} <= words
        and all(
            {*values} & {*source.facets.get(name, ())}
            for name, values in query.filters.items()
            if values and name != aside
        )
        and all(meets(source, name, bounds) for name, bounds in query.ranges.items() if name != aside)
    )


def meets(source: SearchDocument, name: str, bounds: Range) -> bool:
    """Whether the span of a document overlaps the bounds, or is silent and let in."""
    if bounds.low is None and bounds.high is None:
        return True
    if says_nothing(source, name):
        return bounds.silent
    ends = [source.numbers[end] for end in RANGES[name] if end in source.numbers]
    low, high = ends[0], ends[-1]
    return (bounds.low is None or high >= bounds.low) and (bounds.high is None or low <= bounds.high)


def says_nothing(source: SearchDocument, name: str) -> bool:
    """Whether a document has neither number of a range."""
    return not any(end in source.numbers for end in RANGES[name])


def counted(documents: Iterable[SearchDocument], query: SearchQuery, facet: str) -> dict[str, int]:
    """The count of each value of a facet, its own selection left aside."""
    values = Counter(
        value
        for source in documents
        if matches(source, query, facet)
        for value in {*source.facets.get(facet, ())}
    )
    return {**dict.fromkeys(query.filters.get(facet, ()), 0), **values}
