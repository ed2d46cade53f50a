"""Completions of what is being typed, made of the titles and keywords that an engine finds."""

from collections.abc import Iterable
from typing import Final

from catalogue.adapters.analysis import folded
from catalogue.adapters.keys import COMPLETION_PARTS, in_reading_order
from catalogue.adapters.typed import LONGEST_TEXT, MOST_WORDS
from catalogue.search import Row, Suggestion

SPARE: Final = 4
"""So many times more is asked of an engine than is shown, because texts may be equal."""

_KEYWORD_SHARE: Final = 4
"""One in so many places is kept for keywords where there are any."""


def beginning(prefix: str) -> list[str]:
    """The folded words that are typed, the last one perhaps unfinished."""
    text = prefix[:LONGEST_TEXT].encode("utf-8", "replace").decode("utf-8")
    return folded(text).split()[:MOST_WORDS]


def completed(
    rows: Iterable[Row], terms: Iterable[str], words: list[str], limit: int
) -> tuple[Suggestion, ...]:
    """Titles of the rows, then the keywords of the terms, best first; no text twice."""
    keywords = _keywords(terms, limit)
    room = limit - min(len(keywords), limit // _KEYWORD_SHARE)
    titles = _titles(rows, words)[:room]
    known = {folded(title.text) for title in titles}
    keywords = [keyword for keyword in keywords if folded(keyword.text) not in known]
    return (*titles, *keywords)[:limit]


def _titles(rows: Iterable[Row], words: list[str]) -> list[Suggestion]:
    suggestions: dict[str, Suggestion] = {}
    for row in rows:
        title = _fitting_title(row, words)
        suggestions.setdefault(folded(title), Suggestion(title, row.id))
    start = " ".join(words)
    best = sorted(suggestions.items(), key=lambda pair: (not pair[0].startswith(start), len(pair[0])))
    return [suggestion for _, suggestion in best]


def _fitting_title(row: Row, words: list[str]) -> str:
    """The title in which the words were found, the English one if several are possible."""
    *whole, last = words
    for title in in_reading_order(row.title):
        present = folded(title.text).split()
        if {*whole} <= {*present} and any(word.startswith(last) for word in present):
            return title.text
    return row.title[0].text


def _keywords(terms: Iterable[str], limit: int) -> list[Suggestion]:
    """The keywords in which a word begins so, in the order of their terms."""
    found: dict[str, Suggestion] = {}
    for term in terms:
        keyword = term.partition(COMPLETION_PARTS)[2]
        if len(found) < limit:
            found.setdefault(folded(keyword), Suggestion(keyword))
    return list(found.values())
