"""Completions of what is being typed, from the titles and the keywords of the records."""

from collections.abc import Iterator

from tantivy import Query

from catalogue.adapters.suggestions import SPARE, beginning, completed
from catalogue.adapters.tantivy_query import leading, title_query
from catalogue.adapters.tantivy_schema import COMPLETION
from catalogue.adapters.tantivy_snapshot import Snapshot
from catalogue.search import Suggestion


def completions(snapshot: Snapshot, prefix: str, limit: int) -> tuple[Suggestion, ...]:
    """Titles with the words typed, the last perhaps unfinished, then keywords; no text twice."""
    words = beginning(prefix)
    if not words or limit < 1:
        return ()
    titles = leading(snapshot.schema, [title_query(snapshot.schema, words)])
    found = snapshot.searcher.search(titles, limit * SPARE, count=False)
    rows = (snapshot.row(address) for _, address in found.hits)
    return completed(rows, _terms(snapshot, " ".join(words), limit), words, limit)


def _terms(snapshot: Snapshot, start: str, limit: int) -> Iterator[str]:
    """The terms of the keywords that some record still has: the engine remembers those removed."""
    for term, _ in snapshot.searcher.terms_with_prefix(COMPLETION, start, limit=limit * SPARE):
        holds = Query.term_query(snapshot.schema, COMPLETION, term, "basic")
        if snapshot.count(leading(snapshot.schema, [holds])):
            yield term
