"""Result rows as bytes and back, derived from the fields of `Row`."""

from collections.abc import Callable, Mapping
from dataclasses import fields
from typing import Final, get_args, get_origin, get_type_hints

import orjson

from catalogue.search import Row, Words

LARGEST: Final = 2**62
"""Numbers beyond this are kept as this; the engine and JSON know 64 bits."""


def row_to_json(row: Row) -> bytes:
    """The row as JSON, smallest form."""
    try:
        return orjson.dumps(row, default=_as_dict)
    except orjson.JSONEncodeError:
        return orjson.dumps(_bounded(row), default=_as_dict)


def row_from_json(content: bytes) -> Row:
    """The row that `row_to_json` was given."""
    stored = orjson.loads(content)
    for name, read in _READERS.items():
        stored[name] = read(stored[name])
    return Row(**stored)


def _as_dict(value: object) -> object:
    if isinstance(value, Mapping):
        return dict(value)
    raise TypeError(f"{type(value).__name__} has no place in a row")


def _bounded(row: Row) -> dict[str, object]:
    """The fields of a row with the numbers that JSON cannot hold brought within bounds."""
    stored: dict[str, object] = {f.name: getattr(row, f.name) for f in fields(row)}
    numbers = {name: number for name, number in stored.items() if isinstance(number, int)}
    return stored | {
        name: max(-LARGEST, min(LARGEST, number)) for name, number in numbers.items() if abs(number) > LARGEST
    }


def _read_words(stored: list[Mapping[str, str]]) -> tuple[Words, ...]:
    return tuple([Words(**words) for words in stored])


def _read_codes(stored: Mapping[str, list[str]]) -> Mapping[str, tuple[str, ...]]:
    return {name: tuple(values) for name, values in stored.items()}


def _readers() -> dict[str, Callable[..., object]]:
    """What turns the JSON of each field back into its type; the fields left out are JSON's own."""
    readers: dict[str, Callable[..., object]] = {}
    for name, hint in get_type_hints(Row).items():
        if get_origin(hint) is tuple:
            readers[name] = _read_words if get_args(hint)[0] is Words else tuple
        elif get_origin(hint) is Mapping:
            readers[name] = _read_codes
    return readers


_READERS: Final = _readers()
