"""Words as the index sees them: folded, tokenised and stemmed by language.

Documents, typed words and highlights all pass through here, so that they agree.
"""

import re
import unicodedata
from collections.abc import Mapping
from functools import lru_cache
from typing import Final

from tantivy import Filter, Index, TextAnalyzer, TextAnalyzerBuilder, Tokenizer

STEMMED: Final[Mapping[str, str]] = {
    "ar": "arabic",
    "da": "danish",
    "de": "german",
    "el": "greek",
    "en": "english",
    "es": "spanish",
    "fi": "finnish",
    "fr": "french",
    "hu": "hungarian",
    "it": "italian",
    "nl": "dutch",
    "no": "norwegian",
    "pt": "portuguese",
    "ro": "romanian",
    "ru": "russian",
    "sv": "swedish",
    "ta": "tamil",
    "tr": "turkish",
}
"""The languages with a stemmer; the words of all others are searched as they are written."""

PLAIN: Final = "plain"
"""The analyzer that folds case and accents and leaves the words whole."""

WORD: Final = re.compile(r"[^\W_](?:[^\W_]|[\u0300-\u036f])*")

_SAME_STEMMER: Final = {"nb": "no", "nn": "no"}
_ACCENTS: Final = re.compile("[\u0300-\u036f]+")
_LONGEST_TOKEN: Final = 255
_CACHED_WORDS: Final = 1 << 16


def stemmed_language(tag: str) -> str:
    """The key of `STEMMED` for a language tag such as en-GB, "" where there is no stemmer."""
    language = tag.partition("-")[0].lower()
    language = _SAME_STEMMER.get(language, language)
    return language if language in STEMMED else ""


def composed(text: str) -> str:
    """The text with each accented letter as one character, as the stemmers expect it."""
    return text if text.isascii() else unicodedata.normalize("NFC", text)


def unaccented(text: str) -> str:
    """The text without accents in any script; letters that only look accented stay (ø, ß, ł)."""
    if text.isascii():
        return text
    return unicodedata.normalize("NFC", _ACCENTS.sub("", unicodedata.normalize("NFD", text)))


def register(index: Index) -> None:
    """Make the analyzers known to an index; tantivy forgets them at every close."""
    index.register_tokenizer(PLAIN, _analyzer(""))
    for language in STEMMED:
        index.register_tokenizer(language, _analyzer(language))


@lru_cache(_CACHED_WORDS)
def plain(word: str) -> str:
    """One word folded as in the fields of whole words."""
    return "".join(_analyzer("").analyze(unaccented(word))) or word.lower()


@lru_cache(_CACHED_WORDS)
def stem(language: str, word: str) -> str:
    """One word as in the field of a language of `STEMMED`."""
    return "".join(_analyzer(language).analyze(composed(word))) or plain(word)


def words(text: str) -> tuple[str, ...]:
    """The words of a text in their order, accents and case kept."""
    return tuple(_splitter().analyze(composed(text)))


def folded(text: str) -> str:
    """The folded words of a text with single spaces between them: equal for equal titles."""
    return " ".join(_analyzer("").analyze(unaccented(text)))


def stemmed(language: str, text: str) -> str:
    """The words of a text as in the field of a language of `STEMMED`, with single spaces between them."""
    return " ".join(_analyzer(language).analyze(composed(text)))


@lru_cache
def _analyzer(language: str) -> TextAnalyzer:
    builder = (
        TextAnalyzerBuilder(Tokenizer.simple())
        .filter(Filter.remove_long(_LONGEST_TOKEN))
        .filter(Filter.lowercase())
    )
    if language:
        builder = builder.filter(Filter.stemmer(STEMMED[language]))
    return builder.filter(Filter.ascii_fold()).build()


@lru_cache
def _splitter() -> TextAnalyzer:
    return TextAnalyzerBuilder(Tokenizer.simple()).build()
