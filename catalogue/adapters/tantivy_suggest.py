"""Completions of what is being typed, from the titles and the keywords of the records."""

from typing import Final

from tantivy import Query

from catalogue.adapters.analysis import folded
from catalogue.adapters.keys import COMPLETION_PARTS, in_reading_order
from catalogue.adapters.tantivy_query import title_query
from catalogue.adapters.tantivy_schema import COMPLETION
from catalogue.adapters.tantivy_snapshot import Snapshot
from catalogue.adapters.typed import LONGEST_TEXT, MOST_WORDS
from catalogue.search import Row, Suggestion

_KEYWORD_SHARE: Final = 4
"""One in so many places is kept for keywords where there are any."""

_SPARE: Final = 4


def completions(snapshot: Snapshot, prefix: str, limit: int) -> tuple[Suggestion, ...]:
    """Titles with the words typed, the last perhaps unfinished, then keywords; no text twice."""
    text = prefix[:LONGEST_TEXT].encode("utf-8", "replace").decode("utf-8")
    words = folded(text).split()[:MOST_WORDS]
    if not words or limit < 1:
        return ()
    keywords = _keywords(snapshot, " ".join(words), limit)
    room = limit - min(len(keywords), limit // _KEYWORD_SHARE)
    titles = _titles(snapshot, words, limit)[:room]
    known = {folded(title.text) for title in titles}
    keywords = [keyword for keyword in keywords if folded(keyword.text) not in known]
    return (*titles, *keywords)[:limit]


def _titles(snapshot: Snapshot, words: list[str], limit: int) -> list[Suggestion]:
    found = snapshot.searcher.search(title_query(snapshot.schema, words), limit * _SPARE, count=False)
    suggestions: dict[str, Suggestion] = {}
    for _, address in found.hits:
        row = snapshot.row(address)
        title = _fitting_title(row, words)
        suggestions.setdefault(folded(title), Suggestion(title, row.id))
    beginning = " ".join(words)
    best = sorted(suggestions.items(), key=lambda pair: (not pair[0].startswith(beginning), len(pair[0])))
    return [suggestion for _, suggestion in best]


def _fitting_title(row: Row, words: list[str]) -> str:
    """The title in which the words were found, the English one if several are possible."""
    *whole, last = words
    for title in in_reading_order(row.title):
        present = folded(title.text).split()
        if {*whole} <= {*present} and any(word.startswith(last) for word in present):
            return title.text
    return row.title[0].text


def _keywords(snapshot: Snapshot, beginning: str, limit: int) -> list[Suggestion]:
    """The keywords in which a word begins so, most frequent first."""
    found: dict[str, Suggestion] = {}
    for term, _ in snapshot.searcher.terms_with_prefix(COMPLETION, beginning, limit=limit * _SPARE):
        keyword = term.partition(COMPLETION_PARTS)[2]
        if len(found) < limit and folded(keyword) not in found and _used(snapshot, term):
            found[folded(keyword)] = Suggestion(keyword)
    return list(found.values())


def _used(snapshot: Snapshot, term: str) -> bool:
    """Whether a record still has the keyword: the engine's term list remembers those removed."""
    return snapshot.count(Query.term_query(snapshot.schema, COMPLETION, term, "basic")) > 0
