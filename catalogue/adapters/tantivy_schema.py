"""The fields of the tantivy index and the document that a search document becomes.

Facets are one JSON field, so that a new facet in the field table needs no new schema.
"""

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
from catalogue.search import RANGES, Row, SearchDocument

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

_PLACE_LETTERS: Final = 12
_PLACES: Final = {letter: code for code, letter in enumerate("\x00 ")} | {
    letter: code for code, letter in enumerate("abcdefghijklmnopqrstuvwxyz", 3)
}
_DIGIT, _OTHER = 2, 29
_PLACE_CODES: Final = 32
LAST_LETTER: Final = _PLACE_CODES - 1


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
    row = source.row
    document = Document()
    document.add_text(ID, row.id)
    document.add_bytes(ROW, row_to_json(row))
    document.add_text(STANDING, COPY if row.copy_of else LEAD)
    document.add_json(
        FACET,
        {name: [VALUE_MARK + value for value in {*given}] for name, given in source.facets.items()},
    )
    _add_texts(document, source)
    _add_titles(document, row)
    _add_spans(document, source)
    _add_sort_keys(document, source)
    return document


def _add_texts(document: Document, source: SearchDocument) -> None:
    languages = set()
    for words, boost in source.texts:
        prefix = level(boost)
        document.add_text(f"{prefix}_{PLAIN}", unaccented(words.text))
        if language := stemmed_language(words.language):
            languages.add(language)
            document.add_text(f"{prefix}_{language}", composed(words.text))
    for language in languages:
        document.add_text(LANGUAGE, language)


def _add_titles(document: Document, row: Row) -> None:
    for title in row.title:
        document.add_text(TITLE, unaccented(title.text))
        document.add_text(EXACT_TITLE, folded(title.text))
        document.add_integer(TITLE_START, place(folded(title.text)))
    for keyword in row.keywords:
        for term in completions(keyword):
            document.add_text(COMPLETION, term)


def _add_spans(document: Document, source: SearchDocument) -> None:
    for name in silences(source.numbers):
        document.add_text(SILENT, name)
    for name, (low, high) in spans(source).items():
        document.add_integer(f"{name}_low", low)
        document.add_integer(f"{name}_high", high)


def _add_sort_keys(document: Document, source: SearchDocument) -> None:
    keys = sort_keys(source)
    document.add_text(BY_TITLE, keys.title)
    document.add_integer(TITLE_PLACE, place(keys.title))
    document.add_integer(BY_NEWEST, keys.newest)
    document.add_integer(BY_PERSONS, keys.persons)


def place(text: str, fill: int = 0) -> int:
    """A number, never smaller for a folded text that comes later, from its first twelve letters.

    With `fill` at `LAST_LETTER` it is the place after all texts that begin so.
    """
    codes = []
    for letter in text[:_PLACE_LETTERS]:
        if letter not in _PLACES:
            codes.append(_DIGIT if letter < "a" else _OTHER)
            break
        codes.append(_PLACES[letter])
    number = 0
    for code in codes + [fill] * (_PLACE_LETTERS - len(codes)):
        number = number * _PLACE_CODES + code
    return number
