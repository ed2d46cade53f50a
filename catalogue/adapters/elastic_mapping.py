"""The mapping of the cluster's index and the document that a search document becomes.

Words arrive as `analysis` made them, so the cluster only parts them at spaces: the stemmers of
Lucene and of the embedded index differ (in Dutch for a fifth of all words), and the same question
must find the same records on every engine.
"""

from collections.abc import Iterator, Mapping
from typing import Final

from catalogue.adapters.analysis import PLAIN, STEMMED, folded, stemmed, stemmed_language
from catalogue.adapters.keys import completions, level, silences, sort_keys, spans
from catalogue.adapters.rows import row_to_json
from catalogue.query_url import FACET_NAMES
from catalogue.search import RANGES, SearchDocument

ID, ROW, FACET, SILENT, COPY = "id", "row", "facet", "silent", "copy"
TITLE, EXACT_TITLE, COMPLETION = "title", "exact_title", "completion"
BY_NEWEST, BY_PERSONS, BY_TITLE = "by_newest", "by_persons", "by_title"
LEVELS: Final = ("high", "low")

_LONGEST_VALUE: Final = 8_000
"""Values of more letters are in the row alone and cannot be narrowed by; Lucene ends at 32,766 bytes."""

_WORDS: Final = {"type": "text", "analyzer": "whitespace"}
_KEYWORD: Final = {"type": "keyword", "ignore_above": _LONGEST_VALUE}
_UNCOUNTED: Final = {**_KEYWORD, "doc_values": False}


def settings(shards: int) -> dict[str, object]:
    """The settings of a new index: one copy of each shard where there is a second node for it."""
    return {
        "number_of_shards": shards,
        "auto_expand_replicas": "0-1",
    }


def mapping(fingerprint: str) -> dict[str, object]:
    """Every field that a document has; anything else is refused."""
    return {
        "dynamic": "strict",
        "_meta": {"product": "fairfinder", "fingerprint": fingerprint},
        "_source": {"includes": [ROW]},
        "properties": dict(_properties()),
    }


def document(source: SearchDocument) -> dict[str, object]:
    """The fields of one record."""
    row, keys = source.row, sort_keys(source)
    titles = [folded(title.text) for title in row.title]
    found: dict[str, object] = {
        ID: row.id,
        ROW: row_to_json(row).decode(),
        FACET: {name: sorted({*given}) for name, given in source.facets.items()},
        SILENT: silences(source.numbers),
        COPY: bool(row.copy_of),
        TITLE: titles,
        EXACT_TITLE: titles,
        COMPLETION: sorted({term for keyword in row.keywords for term in completions(keyword)}),
        BY_NEWEST: keys.newest,
        BY_PERSONS: keys.persons,
        BY_TITLE: keys.title,
    }
    for name, (low, high) in spans(source).items():
        found[f"{name}_low"], found[f"{name}_high"] = low, high
    return found | _texts(source)


def _texts(source: SearchDocument) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for words, boost in source.texts:
        prefix = level(boost)
        found.setdefault(f"{prefix}_{PLAIN}", []).append(folded(words.text))
        if language := stemmed_language(words.language):
            found.setdefault(f"{prefix}_{language}", []).append(stemmed(language, words.text))
    return found


def _properties() -> Iterator[tuple[str, Mapping[str, object]]]:
    yield ID, {"type": "keyword"}
    yield ROW, {"type": "keyword", "index": False, "doc_values": False}
    yield FACET, {"dynamic": "strict", "properties": {name: _counted() for name in FACET_NAMES}}
    yield SILENT, {"type": "keyword"}
    yield COPY, {"type": "boolean"}
    yield TITLE, {**_WORDS, "index_options": "docs"}
    yield EXACT_TITLE, _UNCOUNTED
    yield COMPLETION, _KEYWORD
    for prefix in LEVELS:
        yield f"{prefix}_{PLAIN}", _WORDS
        for language in STEMMED:
            yield f"{prefix}_{language}", {**_WORDS, "index_options": "freqs"}
    for name in RANGES:
        yield f"{name}_low", {"type": "long"}
        yield f"{name}_high", {"type": "long"}
    yield BY_TITLE, {"type": "keyword"}
    yield BY_NEWEST, {"type": "long"}
    yield BY_PERSONS, {"type": "long"}


def _counted() -> Mapping[str, object]:
    """Counted in every search, so what counting needs is made ready when the index is refreshed."""
    return {**_KEYWORD, "eager_global_ordinals": True}
