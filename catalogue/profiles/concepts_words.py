"""The words by which concepts are found, the same for their names and for what is asked."""

import re
from typing import Final
from unicodedata import combining, normalize

LONGEST: Final = 60
"""Of a longer word, only so many characters count."""

MOST: Final = 8
"""How many words of a question count."""

_WORD: Final = re.compile(r"\w+")


def folded(text: str) -> str:
    """A text without case and accents, and with single blanks."""
    if text.isascii():
        return " ".join(text.lower().split())
    plain = "".join(sign for sign in normalize("NFKD", text.casefold()) if not combining(sign))
    return " ".join(plain.split())


def words(text: str) -> list[str]:
    """The words of a text, each once, in their order."""
    return list(dict.fromkeys(word[:LONGEST] for word in _WORD.findall(folded(text))))


def code_word(code: str) -> str:
    """A code as one word."""
    return folded(code).replace(" ", "")[:LONGEST]
