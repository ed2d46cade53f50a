"""The fields of the tantivy index and the document that a search document becomes.

Facets are one JSON field, so that a new facet in the field table needs no new schema.
"""

from functools import lru_cache
from typing import Final
from zlib import crc32

from tantivy import Document, Schema, SchemaBuilder

from catalogue.adapters.tantivy_rows import LARGEST, row_to_json
from catalogue.adapters.tantivy_text import (
    PLAIN,
    STEMMED,
    composed,
    folded,
    stemmed_language,
    unaccented,
)
from catalogue.search import RANGES, Row, SearchDocument, Words

ID, ROW, FACET, SILENT, LANGUAGE = "id", "row", "facet", "silent", "language"
TITLE, EXACT_TITLE, COMPLETION = "title", "exact_title", "completion"
BY_NEWEST, BY_PERSONS, BY_TITLE = "by_newest", "by_persons", "by_title"
"""Fields in ascending order, numbers but for the title; the id in each key makes the order total."""

TITLE_PLACE, TITLE_START = "title_place", "title_start"
"""`place` of the key in `by_title`, and of each title: the engine is slow with many unlike texts."""

HIGH_BOOST: Final = 2.0
"""Texts of this boost and above go into the field `high_...`, all others into `low_...`."""

VALUE_MARK: Final = "="
"""Stands before each facet value: the engine reads a bare text that looks like a date as one."""

COMPLETION_PARTS: Final = "\x1f"
"""Parts the folded beginning from the keyword itself in the field of completions."""

_COMPLETED_WORDS: Final = 6
_CACHED_KEYWORDS: Final = 1 << 14
_TITLE_KEY: Final = 80
_LAST: Final = "\U0010ffff"
_SORT_BOUND: Final = 2**29
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
    for name in (LANGUAGE, EXACT_TITLE, COMPLETION):
        schema.add_text_field(name, tokenizer_name="raw", index_option="basic")
    schema.add_text_field(TITLE, tokenizer_name=PLAIN, index_option="basic")
    for level in ("high", "low"):
        schema.add_text_field(f"{level}_{PLAIN}", tokenizer_name=PLAIN)
        for language in STEMMED:
            schema.add_text_field(f"{level}_{language}", tokenizer_name=language, index_option="freq")
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
    document.add_json(
        FACET,
        {name: [VALUE_MARK + value for value in {*given}] for name, given in source.facets.items()},
    )
    _add_texts(document, source)
    _add_titles(document, row)
    _add_spans(document, source)
    _add_sort_keys(document, source)
    return document


def in_reading_order(texts: tuple[Words, ...]) -> tuple[Words, ...]:
    """The texts with English first, else as the publisher ordered them."""
    return tuple(sorted(texts, key=lambda words: stemmed_language(words.language) != "en"))


def _add_texts(document: Document, source: SearchDocument) -> None:
    languages = set()
    for words, boost in source.texts:
        level = "high" if boost >= HIGH_BOOST else "low"
        document.add_text(f"{level}_{PLAIN}", unaccented(words.text))
        if language := stemmed_language(words.language):
            languages.add(language)
            document.add_text(f"{level}_{language}", composed(words.text))
    for language in languages:
        document.add_text(LANGUAGE, language)


def _add_titles(document: Document, row: Row) -> None:
    for title in row.title:
        document.add_text(TITLE, unaccented(title.text))
        document.add_text(EXACT_TITLE, folded(title.text))
        document.add_integer(TITLE_START, place(folded(title.text)))
    for keyword in row.keywords:
        for term in _completions(keyword):
            document.add_text(COMPLETION, term)


@lru_cache(_CACHED_KEYWORDS)
def _completions(keyword: str) -> tuple[str, ...]:
    """The terms under which a keyword is found by the beginning of any of its first words."""
    words = folded(keyword).split(" ")
    starts = range(min(len(words), _COMPLETED_WORDS))
    return tuple(f"{' '.join(words[n:])}{COMPLETION_PARTS}{keyword}" for n in starts)


def _add_spans(document: Document, source: SearchDocument) -> None:
    """Both ends of each range: one end alone is a point, none at all meets every bound."""
    for name, (low_name, high_name) in RANGES.items():
        low, high = source.numbers.get(low_name), source.numbers.get(high_name)
        if low is None and high is None:
            document.add_text(SILENT, name)
            low, high = -LARGEST, LARGEST
        low, high = high if low is None else low, low if high is None else high
        document.add_integer(f"{name}_low", _bounded(low))
        document.add_integer(f"{name}_high", _bounded(high))


def _bounded(number: int | None) -> int:
    return max(-LARGEST, min(LARGEST, number or 0))


def _add_sort_keys(document: Document, source: SearchDocument) -> None:
    record = source.row.id
    titles = in_reading_order(source.row.title)
    title = folded(titles[0].text)[:_TITLE_KEY] if titles else ""
    key = f"{title or _LAST}\x00{record}"
    document.add_text(BY_TITLE, key)
    document.add_integer(TITLE_PLACE, place(key))
    document.add_integer(BY_NEWEST, _descending(source.numbers.get("modified"), record))
    document.add_integer(BY_PERSONS, _descending(source.numbers.get("persons"), record))


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


def _descending(number: int | None, record: str) -> int:
    """A key that puts the larger number first, None last, and parts equals by a sum of the id."""
    bounded = -_SORT_BOUND if number is None else max(1 - _SORT_BOUND, min(_SORT_BOUND, number))
    return (_SORT_BOUND - bounded) << 32 | crc32(record.encode())
