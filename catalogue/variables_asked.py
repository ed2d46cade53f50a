"""What can be asked of variables, the one URL form of it, and what the answer is made of."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Final
from urllib.parse import urlencode

from catalogue.errors import Invalid
from catalogue.search import FacetCount
from catalogue.variables import Variable

FACETS: Final = ("dataset", "source", "type", "unit", "concept")
"""What variables can be narrowed by, in the order of the page; `dataset` is the id of a record."""

SIZE: Final = 25
MOST_SIZE: Final = 100
MOST_ROWS: Final = 5_000
"""So many variables can be reached by paging, and stand in a file."""

MOST_COMPARED: Final = 200
"""So many variables are laid side by side."""

_LONGEST: Final = 200
_MOST_NAMES: Final = 10
_LONGEST_NAME: Final = 500
_SILENT: Final = frozenset({"type", "unit", "concept"})
NONE: Final = "none"
"""Stands for variables that do not tell their type, unit or concept."""


@dataclass(frozen=True, slots=True)
class VariableQuery:
    """One search for variables. Of several values of a facet one must hold; all facets must hold."""

    text: str = ""
    filters: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    page: int = 1
    size: int = SIZE


@dataclass(frozen=True, slots=True)
class Found:
    """A variable with the record that has it; `at` is its place among the variables of that record."""

    record: str
    title: str
    source: str
    at: int
    variable: Variable


@dataclass(frozen=True, slots=True)
class Alike:
    """Variables that can be compared: what they share, how many there are and in how many datasets.

    `example` is one of them.
    """

    alike: str
    datasets: int
    variables: int
    example: Variable


@dataclass(frozen=True, slots=True)
class Answer:
    """The variables of a page; `close` says that nothing matched as written and close spellings are shown."""

    query: VariableQuery
    total: int
    datasets: int
    rows: tuple[Found, ...]
    facets: Mapping[str, tuple[FacetCount, ...]]
    close: bool = False


@dataclass(frozen=True, slots=True)
class AlikeAnswer:
    """A page of what can be compared; `total` is how many such things there are on all pages."""

    query: VariableQuery
    total: int
    rows: tuple[Alike, ...]
    close: bool = False


def parse(pairs: Iterable[tuple[str, str]], most: int = MOST_SIZE) -> VariableQuery:
    """The search that the decoded parameters of a URL ask for; raises Invalid for one that cannot be.

    Empty and unknown parameters are passed over, and the last of a repeated single one counts.
    """
    given: dict[str, list[str]] = {}
    for name, value in pairs:
        if stripped := printable(value):
            given.setdefault(name, []).append(stripped)
    text = given.get("q", [""])[-1]
    if len(text) > _LONGEST:
        raise Invalid(f"The words have {len(text):,} letters; the most is {_LONGEST}.")
    filters: dict[str, tuple[str, ...]] = {
        name: tuple(sorted({*given[name]})) for name in FACETS if name in given
    }
    size = _number(given, "size", SIZE, most)
    return VariableQuery(text, filters, _number(given, "page", 1, max(1, MOST_ROWS // size)), size)


def format(query: VariableQuery) -> str:
    """The canonical query string: what is not the default, in the same order for equal searches."""
    return urlencode([*pairs_of(query)], errors="replace")


def pairs_of(query: VariableQuery) -> Iterator[tuple[str, str]]:
    """The parameters of a search that are not the default."""
    if query.text:
        yield "q", query.text
    for name in FACETS:
        yield from ((name, value) for value in query.filters.get(name, ()))
    if query.page != 1:
        yield "page", str(query.page)
    if query.size != SIZE:
        yield "size", str(query.size)


def names_of(given: Iterable[str]) -> tuple[str, ...]:
    """The names or concepts by which variables are to be compared; raises Invalid."""
    names = dict.fromkeys(filter(None, map(printable, given)))
    if not 1 <= len(names) <= _MOST_NAMES or any(len(name) > _LONGEST_NAME for name in names):
        raise Invalid(
            f"Variables are compared by “variable=” with a name or the address of a concept, given 1 to "
            f"{_MOST_NAMES} times with at most {_LONGEST_NAME} letters each. Look for one at /variables."
        )
    return tuple(names)


def toggled(query: VariableQuery, facet: str, value: str) -> VariableQuery:
    """The first page with a value of a facet added, or taken away where it was selected."""
    selected = {*query.filters.get(facet, ())} ^ {value}
    others = {name: values for name, values in query.filters.items() if name != facet}
    chosen = {facet: tuple(sorted(selected))} if selected else {}
    return replace(query, filters=others | chosen, page=1)


def printable(text: str) -> str:
    """A text that somebody typed, without what cannot be printed."""
    return "".join(sign if sign.isprintable() else " " for sign in text).strip()


def stored(facet: str, value: str) -> str:
    """A value of a facet as it is kept: `none` stands for what is not told."""
    return "" if value == NONE and facet in _SILENT else value


def shown(facet: str, value: str) -> str:
    """The opposite of `stored`."""
    return NONE if not value and facet in _SILENT else value


def _number(given: Mapping[str, list[str]], name: str, default: int, most: int) -> int:
    text = given.get(name, [str(default)])[-1]
    if not (text.isascii() and text.isdigit() and len(text) <= 9 and 1 <= int(text) <= most):
        raise Invalid(
            f"The search cannot have {name}={text:.100}: it must be a whole number from 1 to {most}."
        )
    return int(text)
