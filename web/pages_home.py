"""The home page and the programmes as values: true numbers, cards, the tile map, what is new."""

import logging
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Final

from catalogue.catalogue import Catalogue
from catalogue.errors import Unavailable
from catalogue.runs import COMPLETE
from catalogue.search import SearchQuery, SearchResult
from ontologies.vocabularies import Vocabularies
from web import format as form
from web import text
from web.evidence import Axes, axes
from web.i18n import LOCALE
from web.links import Links
from web.pages_rows import ResultRow, row
from web.tiles import TILES, shade

log = logging.getLogger(__name__)

_NEWEST: Final = 5


@dataclass(frozen=True, slots=True)
class Numbers:
    """What the catalogue holds; `persons` is the sum of what sources declare."""

    sources: str
    countries: str
    persons: str
    declaring: str
    last_harvest: str
    harvests_known: bool


@dataclass(frozen=True, slots=True)
class Card:
    """A way into the search: a programme or a category with its number of sources."""

    name: str
    about: str
    count: int
    count_text: str
    href: str


@dataclass(frozen=True, slots=True)
class Tile:
    """A country on the map; `shade` goes from 0 for none to 4."""

    code: str
    sign: str
    name: str
    column: int
    row: int
    count: int
    count_text: str
    shade: int
    href: str


@dataclass(frozen=True, slots=True)
class HomeView:
    """All that the home page shows."""

    numbers: Numbers
    programmes: tuple[Card, ...]
    categories: tuple[Card, ...]
    tiles: tuple[Tile, ...]
    countries: tuple[Tile, ...]
    newest: tuple[ResultRow, ...]
    axes: Axes


def view(catalogue: Catalogue, pages: Mapping[str, str], links: Links, last_year: int) -> HomeView:
    """Everything on the home page comes from one search for the newest records.

    `pages` has the keys of the programmes that have a page, by their IRIs.
    """
    result = catalogue.search(SearchQuery(sort="newest", size=_NEWEST))
    words = catalogue.vocabularies
    countries = tuple(_countries(result, words, links))
    scales = axes(last_year)
    return HomeView(
        numbers=_numbers(catalogue, result),
        programmes=tuple(_programmes(result, pages, words, links)),
        categories=tuple(_categories(result, words, links)),
        tiles=tuple(tile for tile in countries if tile.column),
        countries=tuple(sorted((t for t in countries if t.count), key=lambda t: -t.count)),
        newest=tuple(row(hit, scales, links, words) for hit in result.hits),
        axes=scales,
    )


def programmes(result: SearchResult, words: Vocabularies, links: Links) -> Iterator[Card]:
    """Every programme of the vocabulary with its number of sources, in the vocabulary's order."""
    counts = {count.value: count.count for count in result.facets.get("programme", ())}
    for concept in words.concepts("programme"):
        count = counts.get(concept.code, 0)
        about = concept.definitions.get(LOCALE, "")
        href = links.facet("programme", concept.code)
        yield Card(concept.label(LOCALE), about, count, form.number(count), href)


def _programmes(
    result: SearchResult, pages: Mapping[str, str], words: Vocabularies, links: Links
) -> Iterator[Card]:
    """Those that sources name, in brief; a programme leads to its page where it has one."""
    cards = programmes(result, words, links)
    for concept, card in zip(words.concepts("programme"), cards, strict=True):
        if card.count:
            href = links.programme(pages[concept.iri]) if concept.iri in pages else card.href
            yield replace(card, about=text.first_sentence(card.about), href=href)


def _numbers(catalogue: Catalogue, result: SearchResult) -> Numbers:
    try:
        runs = [run.ended for run in catalogue.ledger.runs.newest(limit=50) if run.state == COMPLETE]
        known = True
    except Unavailable as error:
        log.warning("the home page goes without the last harvest: %s", error.whole)
        runs, known = [], False
    ended = next((moment for moment in runs if moment), None)
    return Numbers(
        sources=form.number(result.total),
        countries=form.number(len(result.facets.get("country", ()))),
        persons=form.rounded(result.persons),
        declaring=form.number(result.declaring),
        last_harvest=form.day(ended) if ended else "",
        harvests_known=known,
    )


def _categories(result: SearchResult, words: Vocabularies, links: Links) -> Iterator[Card]:
    for count in result.facets.get("healthCategory", ()):
        label = words.label("health-category", count.value, LOCALE)
        href = links.facet("healthCategory", count.value)
        yield Card(label, "", count.count, form.number(count.count), href)


def _countries(result: SearchResult, words: Vocabularies, links: Links) -> Iterator[Tile]:
    counts = {c.value: c.count for c in result.facets.get("country", ())}
    for code in dict.fromkeys((*TILES, *counts)):
        sign, column, place = TILES.get(code, ("", 0, 0))
        count = counts.get(code, 0)
        name = words.label("country", code, LOCALE)
        href = links.facet("country", code) if count else ""
        yield Tile(code, sign, name, column, place, count, form.number(count), shade(count), href)
