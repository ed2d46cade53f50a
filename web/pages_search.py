"""The search page as a value: facets, chips, rows with evidence, paging and help, made of one result."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from typing import Final

from catalogue.catalogue import Catalogue
from catalogue.query_url import FACET_NAMES, at_page, sorted_by, with_copies
from catalogue.search import (
    MAX_OFFSET,
    RANGES,
    SORTS,
    FacetCount,
    Held,
    Range,
    SearchQuery,
    SearchResult,
)
from ontologies.vocabularies import Vocabularies
from web import format as form
from web.evidence import Axes, axes
from web.i18n import mark
from web.links import Links
from web.pages_rows import ResultRow, row
from web.search_chips import RANGE_LABELS, Chip, Way, chips, facet_label, facet_name, ways

FIRST_SHOWN: Final = 6
MAIN_FACETS: Final = FACET_NAMES[:5]
"""The facets that stand open, above the ranges."""
_OTHER_FACETS: Final = FACET_NAMES[5:]

SORT_LABELS: Final = {
    "relevance": mark("Best match"),
    "newest": mark("Newest"),
    "title": mark("Title"),
    "persons": mark("Most people"),
}
_PLAIN: Final = SearchQuery()


@dataclass(frozen=True, slots=True)
class Option:
    """One value of a facet with the number of records it would give."""

    value: str
    label: str
    count: str
    selected: bool


@dataclass(frozen=True, slots=True)
class FacetView:
    """A facet: the values shown at once and those behind "more"."""

    name: str
    label: str
    options: tuple[Option, ...]
    more: tuple[Option, ...]
    open: bool
    chosen: int


@dataclass(frozen=True, slots=True)
class RangeView:
    """A range with its bounds as typed and the number of records that do not say."""

    name: str
    label: str
    low: str
    high: str
    silent: bool
    unsaid: str
    open: bool


@dataclass(frozen=True, slots=True)
class Choice:
    """A link among alternatives, one of which is in force."""

    label: str
    href: str
    current: bool


@dataclass(frozen=True, slots=True)
class Download:
    """The same query in another form."""

    label: str
    href: str


@dataclass(frozen=True, slots=True)
class SearchView:
    """All that the search page shows.

    `every` leads to all descriptions where copies are hidden, `once` back to one of each dataset. `held`
    is for `search_held`.
    """

    query: SearchQuery
    total: int
    total_text: str
    persons: str
    declaring: int
    declaring_text: str
    first: int
    last: int
    close: bool
    axes: Axes
    rows: tuple[ResultRow, ...]
    facets: tuple[FacetView, ...]
    more_facets: tuple[FacetView, ...]
    ranges: tuple[RangeView, ...]
    chips: tuple[Chip, ...]
    clear: str
    sorts: tuple[Choice, ...]
    pages: tuple[Choice | None, ...]
    first_page: str
    previous: str
    following: str
    ways: tuple[Way, ...]
    spellings: tuple[Choice, ...]
    downloads: tuple[Download, ...]
    hidden: int
    hidden_text: str
    every: str
    once: str
    kept: tuple[tuple[str, str], ...]
    held: Held


def view(catalogue: Catalogue, query: SearchQuery, links: Links, today: date) -> SearchView:
    """Ask the catalogue and lay the answer out; an empty answer comes with ways out of it."""
    result = catalogue.search(query)
    words = catalogue.vocabularies
    scales = axes(today.year)
    concepts = catalogue.concepts.named(query.holds.concepts) if query.holds.concepts else {}
    found = chips(query, concepts, links, words)
    empty = result.total == 0
    start = (query.page - 1) * query.size
    return SearchView(
        query=query,
        total=result.total,
        total_text=form.number(result.total),
        persons=form.rounded(result.persons),
        declaring=result.declaring,
        declaring_text=form.number(result.declaring),
        first=start + 1,
        last=start + len(result.hits),
        close=result.close,
        axes=scales,
        rows=tuple(row(hit, scales, links, words) for hit in result.hits),
        facets=tuple(_facets(result, words, MAIN_FACETS)),
        more_facets=tuple(_facets(result, words, _OTHER_FACETS)),
        ranges=tuple(_ranges(result)),
        chips=tuple(found),
        clear=links.search(SearchQuery()),
        sorts=_sorts(query, links),
        pages=tuple(_pages(result, links)),
        first_page=links.search(at_page(query, 1)),
        previous=links.search(at_page(query, query.page - 1)) if query.page > 1 else "",
        following=_following(result, links),
        ways=tuple(ways(catalogue, query, found, links)) if empty else (),
        spellings=_spellings(catalogue, query, links) if empty else (),
        downloads=_downloads(query, links),
        hidden=result.hidden,
        hidden_text=form.number(result.hidden),
        every=links.search(with_copies(query, True)) if result.hidden else "",
        once=links.search(with_copies(query, False)) if query.copies else "",
        kept=tuple(_kept(query)),
        held=result.held,
    )


def _facets(result: SearchResult, words: Vocabularies, names: tuple[str, ...]) -> Iterator[FacetView]:
    for name in names:
        counts = result.facets.get(name, ())
        if not counts:
            continue
        options = [_option(count, name, words) for count in counts]
        shown = [o for i, o in enumerate(options) if i < FIRST_SHOWN or o.selected]
        more = [o for i, o in enumerate(options) if i >= FIRST_SHOWN and not o.selected]
        chosen = sum(option.selected for option in options)
        opened = name in MAIN_FACETS or chosen > 0
        yield FacetView(name, facet_name(name), tuple(shown), tuple(more), opened, chosen)


def _option(count: FacetCount, name: str, words: Vocabularies) -> Option:
    label = facet_label(words, name, count.value)
    return Option(count.value, label, form.number(count.count), count.selected)


def _ranges(result: SearchResult) -> Iterator[RangeView]:
    for name in RANGES:
        bounds = result.query.ranges.get(name)
        unsaid = form.number(result.silent.get(name, 0))
        low, high = _bound(bounds, lambda b: b.low), _bound(bounds, lambda b: b.high)
        silent = bounds is not None and bounds.silent
        yield RangeView(name, RANGE_LABELS[name], low, high, silent, unsaid, bounds is not None)


def _bound(bounds: Range | None, which: Callable[[Range], int | None]) -> str:
    value = which(bounds) if bounds else None
    return "" if value is None else str(value)


def _kept(query: SearchQuery) -> Iterator[tuple[str, str]]:
    """What the filter form carries along unseen."""
    if query.sort != _PLAIN.sort:
        yield "sort", query.sort
    if query.size != _PLAIN.size:
        yield "size", str(query.size)
    if query.copies:
        yield "copies", "1"


def _sorts(query: SearchQuery, links: Links) -> tuple[Choice, ...]:
    offered = SORTS if query.text else tuple(s for s in SORTS if s != "relevance")
    current = query.sort if query.sort in offered else "newest"
    return tuple(Choice(SORT_LABELS[s], links.search(sorted_by(query, s)), s == current) for s in offered)


def _last_page(result: SearchResult) -> int:
    reachable = min(result.total, MAX_OFFSET)
    return max(1, min(-(-reachable // result.query.size), MAX_OFFSET // result.query.size))


def _pages(result: SearchResult, links: Links) -> Iterator[Choice | None]:
    """The first, the last and the nearest pages, with None for each gap between them."""
    last, here = _last_page(result), result.query.page
    if last == 1:
        return
    shown = sorted({1, last, *range(max(1, here - 1), min(last, here + 1) + 1)})
    for before, page in zip([0, *shown], shown, strict=False):
        if page - before > 1:
            yield None
        href = links.search(at_page(result.query, page))
        yield Choice(form.number(page), href, page == here)


def _following(result: SearchResult, links: Links) -> str:
    if result.query.page >= _last_page(result):
        return ""
    return links.search(at_page(result.query, result.query.page + 1))


def _spellings(catalogue: Catalogue, query: SearchQuery, links: Links) -> tuple[Choice, ...]:
    if not query.text:
        return ()
    last_word = query.text.split()[-1]
    found = catalogue.suggest(last_word[: max(3, len(last_word) - 2)], 5)
    return tuple(
        Choice(s.text, links.record(s.id) if s.id else links.search(SearchQuery(s.text)), False)
        for s in found
    )


def _downloads(query: SearchQuery, links: Links) -> tuple[Download, ...]:
    bare = at_page(query, 1)
    return (
        Download(mark("CSV"), links.search(bare, ".csv")),
        Download(mark("JSON"), links.search(bare, ".json")),
        Download(mark("This search in the API"), links.api_search(query)),
    )
