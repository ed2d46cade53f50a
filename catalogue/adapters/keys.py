"""What every index keeps of a record beside its words: spans, keys to sort by, completions.

Both engines are given the same values, so that they narrow, count and sort alike.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Final
from zlib import crc32

from catalogue.adapters.analysis import folded, stemmed_language
from catalogue.adapters.rows import LARGEST
from catalogue.search import RANGES, SearchDocument, Words

COMPLETION_PARTS: Final = "\x1f"
"""Parts the folded beginning from the keyword itself in a term of completion."""

_HIGH_BOOST: Final = 2.0
"""Texts of this boost and above are of the level `high`, all others of the level `low`."""

_COMPLETED_WORDS: Final = 6
_CACHED_KEYWORDS: Final = 1 << 14
_TITLE_KEY: Final = 80
_LAST: Final = "\U0010ffff"
_SORT_BOUND: Final = 2**29


@dataclass(frozen=True, slots=True)
class SortKeys:
    """Keys in ascending order; the id in each makes the order total."""

    newest: int
    persons: int
    title: str


def in_reading_order(texts: tuple[Words, ...]) -> tuple[Words, ...]:
    """The texts with English first, else as the publisher ordered them."""
    return tuple(sorted(texts, key=lambda words: stemmed_language(words.language) != "en"))


def level(boost: float) -> str:
    """The level of the fields that a text of this boost goes into."""
    return "high" if boost >= _HIGH_BOOST else "low"


@lru_cache(_CACHED_KEYWORDS)
def completions(keyword: str) -> tuple[str, ...]:
    """The terms under which a keyword is found by the beginning of any of its first words."""
    words = folded(keyword).split(" ")
    starts = range(min(len(words), _COMPLETED_WORDS))
    return tuple(f"{' '.join(words[n:])}{COMPLETION_PARTS}{keyword}" for n in starts)


def spans(source: SearchDocument) -> dict[str, tuple[int, int]]:
    """Both ends of each range: one end alone is a point, none at all meets every bound."""
    found = {}
    for name, (low_name, high_name) in RANGES.items():
        low, high = source.numbers.get(low_name), source.numbers.get(high_name)
        if low is None and high is None:
            low, high = -LARGEST, LARGEST
        low, high = high if low is None else low, low if high is None else high
        found[name] = bounded(low), bounded(high)
    return found


def silences(numbers: Mapping[str, int]) -> tuple[str, ...]:
    """The ranges of which a document says neither end."""
    return tuple(name for name, ends in RANGES.items() if not any(end in numbers for end in ends))


def sort_keys(source: SearchDocument) -> SortKeys:
    """The keys of a document."""
    record = source.row.id
    titles = in_reading_order(source.row.title)
    title = folded(titles[0].text)[:_TITLE_KEY] if titles else ""
    return SortKeys(
        newest=_descending(source.numbers.get("modified"), record),
        persons=_descending(source.numbers.get("persons"), record),
        title=f"{title or _LAST}\x00{record}",
    )


def bounded(number: int | None) -> int:
    """The number within what the engines can hold."""
    return max(-LARGEST, min(LARGEST, number or 0))


def _descending(number: int | None, record: str) -> int:
    """A key that puts the larger number first, None last, and parts equals by a sum of the id."""
    kept = -_SORT_BOUND if number is None else max(1 - _SORT_BOUND, min(_SORT_BOUND, number))
    return (_SORT_BOUND - kept) << 32 | crc32(record.encode())
