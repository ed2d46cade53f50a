"""What a person typed, read as words, phrases and exclusions; anything else is passed over."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from catalogue.adapters.analysis import folded, plain, words

LONGEST_TEXT: Final = 400
MOST_WORDS: Final = 20
SHORTEST_PREFIX: Final = 3
"""A last word of fewer letters stands for itself alone."""

_PART: Final = re.compile(r'(?P<minus>(?<!\S)-)?(?:"(?P<phrase>[^"]*)"|(?P<chunk>[^\s"]+))')
_APOSTROPHES: Final = re.compile("['’`´ʼ]")


@dataclass(frozen=True, slots=True)
class Term:
    """A word, or the words of a phrase, as typed; `open` is true for a word that may go on."""

    words: tuple[str, ...]
    excluded: bool = False
    phrase: bool = False
    open: bool = False

    @property
    def plain(self) -> tuple[str, ...]:
        """The words folded."""
        return tuple(plain(word) for word in self.words)


@dataclass(frozen=True, slots=True)
class Typed:
    """The terms of a query text in their order, each once; `title` is the text as a folded title."""

    wanted: tuple[Term, ...] = ()
    excluded: tuple[Term, ...] = ()
    title: str = ""

    def __bool__(self) -> bool:
        return bool(self.wanted or self.excluded)


def read(text: str) -> Typed:
    """Read the first 400 characters and 20 words: "quoted phrases", -exclusions and plain words."""
    text = text[:LONGEST_TEXT].encode("utf-8", "replace").decode("utf-8")
    terms = list(dict.fromkeys(_first_words(_terms(text))))
    if terms and terms[-1] == Term(terms[-1].words):
        terms[-1] = Term(terms[-1].words, open=True)
    return Typed(
        wanted=tuple(term for term in terms if not term.excluded),
        excluded=tuple(term for term in terms if term.excluded),
        title=folded(text),
    )


def distance(term: Term) -> int:
    """How many letters of a word may differ in a close spelling: numbers and short words none."""
    word = term.plain[0]
    if term.phrase or any(letter.isdigit() for letter in word) or len(word) < 4:
        return 0
    return 1 if len(word) < 8 else 2


def _terms(text: str) -> Iterator[Term]:
    for part in _PART.finditer(text):
        excluded = part["minus"] is not None
        found = words(part["phrase"]) if part["phrase"] is not None else _pieces(part["chunk"])
        if part["phrase"] is not None or excluded:
            if found:
                yield Term(found, excluded, phrase=len(found) > 1 or not excluded)
        else:
            yield from (Term((word,)) for word in found)


def _pieces(chunk: str) -> tuple[str, ...]:
    """The words of a run of characters; Alzheimer's and l'hôpital lose their single letter."""
    found = words(chunk)
    if not _APOSTROPHES.search(chunk):
        return found
    return tuple(word for word in found if len(word) > 1) or found


def _first_words(terms: Iterator[Term]) -> Iterator[Term]:
    left = MOST_WORDS
    for term in terms:
        left -= len(term.words)
        if left < 0:
            return
        yield term
