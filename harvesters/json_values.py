"""Readers of JSON from outside: each takes anything at all and gives what was asked for, or nothing."""

import re
from collections.abc import Iterable, Mapping
from typing import Final
from urllib.parse import quote

import orjson

from catalogue.drafting import Given, is_iri
from catalogue.errors import Unreadable

_NOTHING: Final[Mapping[str, object]] = {}
_WORDS_OF: Final = ("name", "display_name", "title", "label", "value", "uri", "url")
_CONTROL: Final = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ufffe\uffff]")
_WEB: Final = re.compile(r"https?://[^/?#\s]", re.I)
_UNFIT: Final = re.compile(r"[\s<>\"{}|\\^`]")
_THOUSANDS: Final = re.compile(r"\d{1,3}([, ]\d{3})+")
_DOI: Final = re.compile(r"(?:https?://(?:dx\.)?doi\.org/|doi:\s*)?(10\.\d{4,9}/\S+)", re.I)
_MIDNIGHT: Final = re.compile(r"(\d{4}-\d\d-\d\d)T00:00:00(?:\.0+)?(?:Z|\+00:00)?")


def decoded(content: bytes, url: str) -> object:
    """The value that bytes of JSON hold; raises Unreadable that tells what they are instead."""
    try:
        found: object = orjson.loads(content)
    except orjson.JSONDecodeError as error:
        what = "a web page (HTML)" if content.lstrip()[:1] == b"<" else "no JSON"
        raise Unreadable(
            f"{url} answered with {what}. Check the address, and whether it needs an account."
        ) from error
    return found


def fields(value: object) -> Mapping[str, object]:
    """An object's members; none for anything else."""
    return value if isinstance(value, dict) else _NOTHING


def at(value: object, *path: str) -> object:
    """What stands at the end of a path through objects; None where it breaks off."""
    for name in path:
        value = fields(value).get(name)
    return value


def many(value: object) -> list[object]:
    """The members of a list, or the value itself as the only one."""
    if isinstance(value, list):
        return value
    return [] if value is None or value == "" else [value]


def text(value: object) -> str:
    """Words or a number as words, without blanks around them or control characters; "" for all else."""
    if isinstance(value, str):
        return (value if value.isprintable() else _CONTROL.sub("", value)).strip()
    return str(value) if isinstance(value, int | float) and not isinstance(value, bool) else ""


def word(value: object) -> str:
    """Words, or the words that an object is called by."""
    if isinstance(value, dict):
        return next((found for name in _WORDS_OF if (found := text(value.get(name)))), "")
    return text(value)


def words(value: object) -> list[str]:
    """Each of the words or names in a list, once."""
    return list(dict.fromkeys(found for one in many(value) if (found := word(one))))


def spoken(value: object) -> Given:
    """Words by language where an object gives them so, else words; None when there are none."""
    if not isinstance(value, dict) or any(name in value for name in _WORDS_OF):
        return words(value) or None
    by_language = {language.replace("_", "-"): words(said) for language, said in value.items()}
    return {language: said for language, said in by_language.items() if said} or None


def web(value: object) -> str:
    """An address of the web as an IRI, with what may not stand in one written with %; "" for all else."""
    found = text(value)
    if not _WEB.match(found):
        return ""
    found = _UNFIT.sub(lambda unfit: quote(unfit[0], safe=""), found)
    return found if is_iri(found) else ""


def webs(value: object) -> list[str]:
    """Each of the addresses of the web in a list, once."""
    return list(dict.fromkeys(filter(None, map(web, words(value)))))


def number(value: object) -> str:
    """A count as digits, however its thousands are parted; other words as they are."""
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    found = text(value)
    return re.sub(r"\D", "", found) if _THOUSANDS.fullmatch(found) else found


def doi(value: object) -> str:
    """The address of a DOI in any of its spellings; "" for what is none."""
    found = _DOI.fullmatch(text(value))
    address = f"https://doi.org/{found[1].lower()}" if found else ""
    return address if is_iri(address) else ""


def day(value: object) -> str:
    """A date; a moment at midnight is meant as one. Other words as they are."""
    found = text(value)
    whole = _MIDNIGHT.fullmatch(found)
    return whole[1] if whole else found


def first(found: Iterable[str]) -> str:
    """The first that is not empty, or ""."""
    return next(filter(None, found), "")
