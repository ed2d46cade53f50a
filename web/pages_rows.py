"""A result row as a value: the words with the matches marked, and the evidence strip."""

from dataclasses import dataclass
from typing import Final

from markupsafe import Markup

from catalogue.search import MARK_START, Hit, Row
from ontologies.vocabularies import Vocabularies
from web import text
from web.evidence import WHO_MAY_USE, Access, Axes, Strip, Tick, strip
from web.i18n import LOCALE, mark
from web.links import Links
from web.pages_also import ANCHOR

_SHORT: Final = 14
_PLACES: Final = 4
_OTHERS: Final = 4


@dataclass(frozen=True, slots=True)
class ResultRow:
    """One result: its words with the matches marked, and its evidence.

    `alike` counts the other descriptions of the same dataset; where another one counts for this,
    `lead_href` leads there.
    """

    id: str
    href: str
    title: Markup
    title_language: str
    publisher: str
    places: tuple[str, ...]
    more_places: int
    extract: Markup
    extract_language: str
    others: tuple[Markup, ...]
    elsewhere: bool
    keywords: tuple[str, ...]
    missing: int
    alike: int
    alike_href: str
    lead_href: str
    strip: Strip


def row(hit: Hit, scales: Axes, links: Links, words: Vocabularies) -> ResultRow:
    """A result row; without marked texts the title and description of the row itself."""
    found = hit.row
    title = text.choose(found.title, LOCALE)
    about = text.choose(found.description, LOCALE)
    places = found.codes.get("country", ())
    shown = MARK_START in hit.marked_title + hit.marked_extract
    extract = hit.marked_extract or text.shorten(text.plain(about.text), 240)
    return ResultRow(
        id=found.id,
        href=links.record(found.id),
        title=text.marked(hit.marked_title or title.text or found.iri),
        title_language=_language(hit.marked_title, title.language, found),
        publisher=found.publisher,
        places=tuple(words.label("country", code, LOCALE) for code in places[:_PLACES]),
        more_places=max(0, len(places) - _PLACES),
        extract=text.marked(text.plain(extract)),
        extract_language=text.language_of(hit.marked_extract, found.description)
        if hit.marked_extract
        else about.language,
        others=() if shown else tuple(text.marked(other) for other in hit.marked_others[:_OTHERS]),
        elsewhere=hit.elsewhere,
        keywords=found.keywords[:5],
        missing=found.missing,
        alike=found.others,
        alike_href=f"{links.record(found.id)}#{ANCHOR}",
        lead_href=links.record(found.copy_of) if found.copy_of else "",
        strip=strip(found, scales, _ticks(found, words), access(found, words)),
    )


def access(found: Row, words: Vocabularies) -> Access | None:
    """Who may use the source, None when it does not say."""
    codes = found.codes.get("accessRights", ())
    if not codes:
        return None
    concept = words.concept("access-right", codes[0])
    code = concept.code if concept else ""
    return Access(code, WHO_MAY_USE.get(code, ""), words.label("access-right", codes[0], LOCALE))


def _language(marked_title: str, fallback: str, found: Row) -> str:
    return text.language_of(marked_title, found.title) if marked_title else fallback


def _ticks(found: Row, words: Vocabularies) -> tuple[Tick, ...]:
    return (
        Tick(mark("Variables"), found.variables > 0),
        _named(mark("Data standard"), found, words, "standard", "standard"),
        _named(mark("Coding"), found, words, "codingSystem", "coding-system"),
        Tick(mark("Quality label"), found.quality_label),
    )


def _named(label: str, found: Row, words: Vocabularies, facet: str, vocabulary: str) -> Tick:
    codes = found.codes.get(facet, ())
    names = tuple(words.label(vocabulary, code, LOCALE) for code in codes)
    short = next((n if len(n) <= _SHORT else c for n, c in zip(names, codes, strict=True)), "")
    return Tick(label, bool(names), names, short)
