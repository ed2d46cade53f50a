"""A dictionary column by column: what its variables are counted, narrowed and put in order by.

Thousands are counted at once without being read one by one.
"""

from array import array
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

import orjson

from catalogue.variables import Variable, key_of, kind_of

COUNTED: Final = ("type", "unit", "concept")
"""The columns that are facets."""


@dataclass(frozen=True, slots=True)
class Column:
    """The values that occur with how many variables have each, and for each variable which it has."""

    values: tuple[str, ...]
    numbers: tuple[int, ...]
    which: "array[int]"

    def at(self, place: int) -> str:
        """The value of the variable in a place."""
        return self.values[self.which[place]]


@dataclass(frozen=True, slots=True)
class Columns:
    """The columns of one dictionary; `ordered` has the places of its variables by their keys."""

    keys: tuple[str, ...]
    ordered: "array[int]"
    sections: Column
    counted: tuple[Column, Column, Column]
    """In the order of `COUNTED`."""

    def alike(self, place: int) -> str:
        """What the variable in a place is alike by."""
        return self.counted[-1].at(place) or self.keys[place]


def columns_text(variables: Sequence[Variable]) -> str:
    """The columns of a dictionary as JSON."""
    keys = [key_of(one.name or one.label) for one in variables]
    told = {
        "keys": keys,
        "ordered": sorted(range(len(keys)), key=lambda place: keys[place]),
        "section": _coded(one.table for one in variables),
        "type": _coded(kind_of(one.datatype) for one in variables),
        "unit": _coded(one.unit for one in variables),
        "concept": _coded(one.concept for one in variables),
    }
    return orjson.dumps(told).decode()


def columns_of(text: str) -> Columns:
    """The columns that their JSON tells."""
    told = orjson.loads(text)
    kinds, units, concepts = (_column(*told[name]) for name in COUNTED)
    return Columns(
        tuple(told["keys"]),
        array("I", told["ordered"]),
        _column(*told["section"]),
        (kinds, units, concepts),
    )


def _coded(values: Iterable[str]) -> tuple[list[str], list[int]]:
    """The values that occur in the order in which they come, and the place among them of each."""
    places: dict[str, int] = {}
    which = [places.setdefault(value, len(places)) for value in values]
    return [*places], which


def _column(values: Sequence[str], which: Sequence[int]) -> Column:
    numbers = Counter(which)
    return Column(tuple(values), tuple(numbers[at] for at in range(len(values))), array("I", which))
