"""The language of the pages: English from the sources themselves, other languages by gettext catalogues."""

from collections.abc import Iterable, Iterator
from gettext import NullTranslations
from typing import IO, Final

from catalogue import fields, findings
from catalogue.sources import DELETIONS

LOCALE: Final = "en"

Message = tuple[int, str, str, list[str]]


def translations(locale: str) -> NullTranslations:
    """The translations of a locale; English needs none."""
    return NullTranslations()


def mark(text: str) -> str:
    """Mark a text of a view model for extraction; the template translates it."""
    return text


def extract_labels(
    source: IO[bytes], keywords: Iterable[str], comments: Iterable[str], options: dict[str, str]
) -> Iterator[Message]:
    """Babel's extraction method for what the catalogue says: labels, helps, sections, sentences."""
    texts = dict.fromkeys(
        text
        for table in fields.TABLES.values()
        for field in table
        for text in (field.section, field.label, field.help)
        if text
    )
    for text in (*texts, *findings.TEMPLATES, *DELETIONS.values()):
        yield 1, "gettext", text, []


def extract_marked(
    source: IO[bytes], keywords: Iterable[str], comments: list[str], options: dict[str, str]
) -> Iterator[Message]:
    """Babel's extraction method for Python files: the texts in `mark(...)`."""
    from babel.messages.extract import extract_python  # here alone: a running program has no use for it

    for line, _function, message, notes in extract_python(source, {"mark": None}, comments, {}):
        yield line, "gettext", str(message), list(notes or ())
