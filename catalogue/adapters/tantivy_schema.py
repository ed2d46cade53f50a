"""The fields of the tantivy index and the document that a search document becomes.

Facets are one JSON field, so that a new facet in the field table needs no new schema.
"""

from functools import lru_cache
from typing import Final

from tantivy import Document, Schema, SchemaBuilder

from catalogue.adapters.analysis import (
    PLAIN,
    STEMMED,
    composed,
    folded,
    stemmed_language,
    unaccented,
)
from catalogue.adapters.keys import completions, level, silences, sort_keys, spans
from catalogue.adapters.rows import row_to_json
from catalogue.search import RANGES, SearchDocument

ID, ROW, FACET, SILENT, LANGUAGE = "id", "row", "facet", "silent", "language"
STANDING, LEAD, COPY = "standing", "lead", "copy"
"""Whether a document is the leading or only description of a dataset, or another one of it."""

TITLE, EXACT_TITLE, COMPLETION = "title", "exact_title", "completion"
BY_NEWEST, BY_PERSONS, BY_TITLE = "by_newest", "by_persons", "by_title"
"""Fields in ascending order, numbers but for the title; the id in each key makes the order total."""

TITLE_PLACE, TITLE_START = "title_place", "title_start"
"""`place` of the key in `by_title`, and of each title: the engine is slow with many unlike texts."""

VALUE_MARK: Final = "="
"""Stands before each facet value: the engine reads a bare text that looks like a date as one."""

_CACHED: Final = 1 << 10
_PLACE_LETTERS: Final = 12
_LETTERS: Final = "\x00 abcdefghijklmnopqrstuvwxyz"
_PLACES: Final = str.maketrans(_LETTERS, "013456789abcdefghijklmnopqrs")
_DIGIT, _OTHER = "2", "t"
FIRST_LETTER, LAST_LETTER = "0", "v"
"""The places of letters in their order, as digits to the base 32."""


def build_schema() -> Schema:
    """The schema of every generation of the index."""
    schema = SchemaBuilder().add_text_field(ID, tokenizer_name="raw")
    schema.add_bytes_field(ROW, stored=True)
    schema.add_json_field(FACET, fast=True, tokenizer_name="raw", index_option="basic")
    schema.add_text_field(SILENT, fast=True, tokenizer_name="raw", index_option="basic")
    for name in (LANGUAGE, STANDING, EXACT_TITLE, COMPLETION):
        schema.add_text_field(name, tokenizer_name="raw", index_option="basic")
    schema.add_text_field(TITLE, tokenizer_name=PLAIN, index_option="basic")
    for prefix in ("high", "low"):
        schema.add_text_field(f"{prefix}_{PLAIN}", tokenizer_name=PLAIN)
        for language in STEMMED:
            schema.add_text_field(f"{prefix}_{language}", tokenizer_name=language, index_option="freq")
    for name in RANGES:
        schema.add_integer_field(f"{name}_low", fast=True)
        schema.add_integer_field(f"{name}_high", fast=True)
    schema.add_text_field(BY_TITLE, fast=True, tokenizer_name="raw", index_option="basic")
    for name in (BY_NEWEST, BY_PERSONS, TITLE_PLACE, TITLE_START):
        schema.add_integer_field(name, fast=True)
    return schema.build()


def build_document(source: SearchDocument) -> Document:
    """The fields of one record."""
    row, keys = source.row, sort_keys(source)
    titles = [folded(title.text) for title in row.title]
    found: dict[str, object] = {
        ID: row.id,
        ROW: row_to_json(row),
        STANDING: COPY if row.copy_of else LEAD,
        FACET: {name: [VALUE_MARK + value for value in {*given}] for name, given in source.facets.items()},
        TITLE: [unaccented(title.text) for title in row.title],
        EXACT_TITLE: titles,
        TITLE_START: [place(title) for title in titles],
        COMPLETION: [term for keyword in row.keywords for term in completions(keyword)],
        SILENT: [*silences(source.numbers)],
        BY_TITLE: keys.title,
        TITLE_PLACE: place(keys.title),
        BY_NEWEST: keys.newest,
        BY_PERSONS: keys.persons,
    }
    for name, (low, high) in spans(source).items():
        found[f"{name}_low"], found[f"{name}_high"] = low, high
    return Document.from_dict(found | _texts(source))


def _texts(source: SearchDocument) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    languages = set()
    for words, boost in source.texts:
        whole, stemmed, language = _fields_of_words(boost, words.language)
        found.setdefault(whole, []).append(unaccented(words.text))
        if language:
            languages.add(language)
            found.setdefault(stemmed, []).append(composed(words.text))
    return found | {LANGUAGE: [*languages]}


@lru_cache(_CACHED)
def _fields_of_words(boost: float, tag: str) -> tuple[str, str, str]:
    """The fields of whole and of stemmed words, and the language of these, "" for one without a stemmer."""
    prefix, language = level(boost), stemmed_language(tag)
    return f"{prefix}_{PLAIN}", f"{prefix}_{language}", language


def place(text: str, fill: str = FIRST_LETTER) -> int:
    """A number, never smaller for a folded text that comes later, from its first twelve letters.

    With `fill` at `LAST_LETTER` it is the place after all texts that begin so.
    """
    start = text[:_PLACE_LETTERS]
    rest = start.lstrip(_LETTERS)
    places = start.removesuffix(rest).translate(_PLACES)
    if rest:
        places += _DIGIT if rest < "a" else _OTHER
    return int(places.ljust(_PLACE_LETTERS, fill), base=32)
