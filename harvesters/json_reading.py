"""Readers of untrusted JSON: whatever stands there, each gives a value of its own type or nothing."""

import re
from collections.abc import Mapping
from typing import Final, TypeAlias
from urllib.parse import quote

import orjson
from pyoxigraph import NamedNode

from catalogue.errors import Unreadable
from harvesters.http import Fetched
from harvesters.payload import HEAD_BYTES

Node: TypeAlias = Mapping[str, object]
"""A JSON object of which nothing is known."""

SMALLEST_COUNT: Final = 10
"""A count of people or of their records below this is treated as not provided."""

_NOTHING: Final[Node] = {}
_CONTROL: Final = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ufffe\uffff]")
_WEB: Final = re.compile(r"(https?://[^/?#\s]+)(.*)", re.I | re.S)
_UNFIT: Final = re.compile(r"%(?![0-9A-Fa-f]{2})|[^\w!#$%&'()*+,./:;=?@~-]")


def document(fetched: Fetched, should_be: str) -> Node:
    """The JSON object that was fetched; raises Unreadable for a web page, XML or anything else."""
    head = fetched.content[:HEAD_BYTES].lstrip(b"\xef\xbb\xbf \t\r\n")
    if head.startswith(b"<"):
        what = "a web page" if re.match(rb"<(!doctype\s+)?html", head, re.I) else "XML"
        raise Unreadable(f"{fetched.url} answered with {what}. {should_be}")
    try:
        found = orjson.loads(fetched.content.removeprefix(b"\xef\xbb\xbf"))
    except orjson.JSONDecodeError as error:
        raise Unreadable(f"{fetched.url} is not valid JSON: {error}. {should_be}") from error
    if not isinstance(found, dict):
        raise Unreadable(f"{fetched.url} holds no JSON object. {should_be}")
    return found


def text(value: object) -> str:
    """Words without blanks around them and without control characters; a number as it is written."""
    if isinstance(value, str):
        found = value.strip()
        return _CONTROL.sub("", found) if _CONTROL.search(found) else found
    if isinstance(value, int | float) and not isinstance(value, bool):
        return str(int(value)) if float(value).is_integer() else str(value)
    return ""


def first(*values: object) -> str:
    """The first of these that is words."""
    return next(filter(None, map(text, values)), "")


def many(value: object) -> list[object]:
    """The values of a list, or the one that stands where a list should be."""
    if isinstance(value, list):
        return value
    return [] if value is None else [value]


def texts(value: object) -> list[str]:
    """The words in a list, each once."""
    return list(dict.fromkeys(filter(None, map(text, many(value)))))


def node(value: object) -> Node:
    """An object, or an empty one; of a list the first."""
    if isinstance(value, list):
        value = value[0] if value else None
    return value if isinstance(value, dict) else _NOTHING


def nodes(value: object) -> list[Node]:
    """The objects in a list."""
    return [one for one in many(value) if isinstance(one, dict)]


def whole(value: object) -> int | None:
    """A whole number from zero to a million millions."""
    if isinstance(value, str) and re.fullmatch(r"[0-9]{1,12}", value):
        return int(value)
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    return int(value) if 0 <= value < 10**12 and float(value).is_integer() else None


def count(value: object) -> int | None:
    """A count that is large enough to be told."""
    found = whole(value)
    return found if found is not None and found >= SMALLEST_COUNT else None


def link(value: object) -> str:
    """An address of the web that can be kept, with what is not allowed in one written with %."""
    found = _WEB.match(text(value))
    if not found:
        return ""
    for rest in (found[2], _UNFIT.sub(lambda unfit: quote(unfit[0], safe=""), found[2])):
        try:
            return NamedNode(found[1] + rest).value
        except ValueError:
            continue
    return ""


def shortened(words: str, length: int) -> str:
    """The words, cut where they are longer than so many letters."""
    return words if len(words) <= length else f"{words[: length - 1].rstrip()}…"
