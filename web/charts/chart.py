"""What a chart is made of: a title, one sentence that reads it, a Vega-Lite specification, and its table."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final, TypeAlias

from catalogue.profiles.counts import Count, State

Say = Callable[[str], str]
"""Translates one of our texts."""

Names = Mapping[str, str]
"""The names of concepts by their ids, as far as they are known."""

Spec: TypeAlias = dict[str, object]
"""A part of a Vega-Lite specification."""


@dataclass(frozen=True, slots=True)
class Amount:
    """A number computed from counts, such as a share in percent, between the bounds that they allow.

    A hidden one has no high where the counts leave it open.
    """

    state: State
    low: float | None = None
    high: float | None = None


Told: TypeAlias = Count | Amount
Cell: TypeAlias = Count | Amount | str | int | float | None


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a table; `name` is its key in CSV and JSON, `unit` what its numbers are in."""

    name: str
    label: str
    unit: str = ""


@dataclass(frozen=True, slots=True)
class Table:
    """Everything that a chart shows, row by row; the first column says what a row is about.

    A text is as it was given, a None was not provided.
    """

    columns: tuple[Column, ...]
    rows: tuple[tuple[Cell, ...], ...]


@dataclass(frozen=True, slots=True)
class Key:
    """A line below a drawing that says what a look means.

    `look` is `hidden`, `absent`, `interval`, `solid`, `failed`, `line` or `note`; the latter has no sample.
    """

    look: str
    words: str
    colour: str = "accent"
    dash: str = ""


@dataclass(frozen=True, slots=True)
class Chart:
    """One idea. `name` is stable and fit for an address; `broad` asks for the whole width of a page.

    `reading` says in one sentence what is seen, in numbers that may be told; it is the text for those
    who do not see the drawing.
    """

    name: str
    title: str
    reading: str
    spec: Spec
    table: Table
    keys: tuple[Key, ...] = ()
    broad: bool = False


SERIES: Final = ("series-1", "series-2", "series-3", "series-4", "series-5", "series-6")
"""The colours of series in their order, by the names of their tokens."""

DASHES: Final[tuple[tuple[int, ...], ...]] = (
    (),
    (8, 3),
    (2, 2),
    (8, 3, 2, 3),
    (14, 3),
    (5, 5),
    (14, 3, 2, 3, 2, 3),
    (1, 4),
)
"""How the lines of up to eight series are dashed: each in its own way, so that grey tells them apart."""


def colour(token: str) -> str:
    """A colour that follows the theme of the page that a drawing stands in."""
    return f"var(--{token})"
