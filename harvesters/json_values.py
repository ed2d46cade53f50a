"""Readers of JSON from outside: each takes anything at all and gives what was asked for, or nothing."""

import re
from collections.abc import Mapping
from typing import Final, TypeAlias

import orjson

from catalogue.drafting import Given
from catalogue.errors import Unreadable
from harvesters import iris
from harvesters.http import Fetched
from harvesters.payload import HEAD_BYTES

Node: TypeAlias = Mapping[str, object]
"""A JSON object of which nothing is known."""

SMALLEST_COUNT: Final = 10
"""A count of people or of their records below this is treated as not provided."""

_NOTHING: Final[Node] = {}
_WORDS_OF: Final = ("name", "display_name", "title", "label", "value", "uri", "url")
_BOM: Final = b"\xef\xbb\xbf"
_CONTROL: Final = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ufffe\uffff]")
_THOUSANDS: Final = re.compile(r"\d{1,3}([, ]\d{3})+")
_MIDNIGHT: Final = re.compile(r"(\d{4}-\d\d-\d\d)T00:00:00(?:\.0+)?(?:Z|\+00:00)?")
_CHECK: Final = "Check the address, and whether it needs an account."


def decoded(content: bytes, url: str, should_be: str = _CHECK) -> object:
    """The value that bytes of JSON hold; raises Unreadable that tells what they are instead."""
    try:
        found: object = orjson.loads(content.removeprefix(_BOM))
    except orjson.JSONDecodeError as error:
        raise Unreadable(f"{url} answered with {_what(content, error)}. {should_be}") from error
    return found


def document(fetched: Fetched, should_be: str) -> Node:
    """The JSON object that was fetched; raises Unreadable for a web page, XML or anything else."""
    found = decoded(fetched.content, fetched.url, should_be)
    if not isinstance(found, dict):
        raise Unreadable(f"{fetched.url} holds no JSON object. {should_be}")
    return found


def node(value: object) -> Node:
    """An object, or an empty one; of a list the first."""
    if isinstance(value, list | tuple):
        value = value[0] if value else None
    return value if isinstance(value, dict) else _NOTHING


def nodes(value: object) -> list[Node]:
    """The objects in a list, or the one that stands where a list should be."""
    return [one for one in many(value) if isinstance(one, dict)]


def at(value: object, *path: str) -> object:
    """What stands at the end of a path through objects; None where it breaks off."""
    for name in path:
        value = node(value).get(name)
    return value


def many(value: object) -> list[object]:
    """The members of a list, or the value itself as the only one."""
    if isinstance(value, list):
        return value
    if isinstance(value, tuple):
        return [*value]
    return [] if value is None or value == "" else [value]


def text(value: object) -> str:
    """Words without blanks around them and control characters, or a number as words; "" for all else."""
    if isinstance(value, str):
        return (value if value.isprintable() else _CONTROL.sub("", value)).strip()
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() else str(value)
    return str(value) if isinstance(value, int) and not isinstance(value, bool) else ""


def texts(value: object) -> list[str]:
    """The words in a list, each once."""
    several = [found for one in many(value) if (found := text(one))]
    return list(dict.fromkeys(several)) if len(several) > 1 else several


def first(*values: object) -> str:
    """The first of these that is words."""
    return next(filter(None, map(text, values)), "")


def word(value: object) -> str:
    """Words, or the words that an object is called by."""
    if isinstance(value, dict):
        return next((found for name in _WORDS_OF if (found := text(value.get(name)))), "")
    return text(value)


def words(value: object) -> list[str]:
    """Each of the words or names in a list, once."""
    if isinstance(value, str):
        return [found] if (found := text(value)) else []
    several = [found for one in many(value) if (found := word(one))]
    return list(dict.fromkeys(several)) if len(several) > 1 else several


def spoken(value: object) -> Given:
    """Words by language where an object gives them so, else words; None when there are none."""
    if not isinstance(value, dict) or any(name in value for name in _WORDS_OF):
        return words(value) or None
    by_language = {language.replace("_", "-"): words(said) for language, said in value.items()}
    return {language: said for language, said in by_language.items() if said} or None


def web(value: object) -> str:
    """An address of the web as an IRI, with what may not stand in one written with %; "" for all else."""
    return iris.address(text(value)) if value else ""


def webs(value: object) -> list[str]:
    """Each of the addresses of the web in a list, once."""
    return list(dict.fromkeys(filter(None, map(web, words(value)))))


def doi(value: object) -> str:
    """The address of a DOI in any of its spellings; "" for what is none."""
    return iris.doi(text(value))


def number(value: object) -> str:
    """A count as digits, however its thousands are parted; other words as they are."""
    found = text(value)
    return re.sub(r"\D", "", found) if _THOUSANDS.fullmatch(found) else found


def whole(value: object) -> int | None:
    """A whole number from zero to a million millions."""
    if isinstance(value, str) and re.fullmatch(r"[0-9]{1,12}", value):
        return int(value)
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    return int(value) if 0 <= value < 10**12 and float(value).is_integer() else None


def count(value: object, smallest: int = SMALLEST_COUNT) -> int | None:
    """A count that is large enough to be told."""
    found = whole(value)
    return found if found is not None and found >= smallest else None


def day(value: object) -> str:
    """A date; a moment at midnight is meant as one. Other words as they are."""
    found = text(value)
    midnight = _MIDNIGHT.fullmatch(found)
    return midnight[1] if midnight else found


def shortened(words: str, length: int) -> str:
    """The words, cut where they are longer than so many letters."""
    return words if len(words) <= length else f"{words[: length - 1].rstrip()}…"


def _what(content: bytes, error: orjson.JSONDecodeError) -> str:
    """What stands in the place of JSON."""
    head = content[:HEAD_BYTES].lstrip(_BOM + b" \t\r\n")
    if not head.startswith(b"<"):
        return f"what is no JSON ({error})"
    return "a web page (HTML)" if re.match(rb"<(!doctype\s+)?html", head, re.I) else "XML"
