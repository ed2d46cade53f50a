"""JSON as bytes, however deep it is nested: what could not be used, for whoever mends it."""

import hashlib
from typing import Final

import orjson

from harvesters.payload import KEPT_BYTES

_DEEPEST: Final = 200
"""So many levels are kept; what is nested far deeper can be read but not be written."""


def kept(value: object) -> bytes:
    """The value as JSON, as much of it as is kept."""
    return orjson.dumps(_cut(value, _DEEPEST), option=orjson.OPT_INDENT_2)[:KEPT_BYTES]


def digest(value: object) -> bytes:
    """The SHA-256 of the value, by which a page is known again."""
    return hashlib.sha256(orjson.dumps(_cut(value, _DEEPEST))).digest()


def _cut(value: object, levels: int) -> object:
    if isinstance(value, dict):
        return {name: _cut(one, levels - 1) for name, one in value.items()} if levels else "…"
    if isinstance(value, list):
        return [_cut(one, levels - 1) for one in value] if levels else "…"
    return value
