"""The one URL form of a search: read, written and changed; pages, exports and the API share it.

`q`, each facet by its name (repeated for several values), `<range>_min`, `<range>_max`,
`<range>_unknown=1`, `holds` (OMOP id, repeated where all must be held), `holds_min` (persons),
`holds_possibly=1`, `copies=1`, `sort`, `page` and `size`. Everything else in a URL is left to others.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from typing import Final
from urllib.parse import urlencode

from catalogue.errors import Invalid
from catalogue.fields import FACETS
from catalogue.search import MAX_OFFSET, MAX_SIZE, RANGES, SORTS, Holding, Range, SearchQuery

FACET_NAMES: Final = (*(field.name for field in FACETS), "source")
"""What results can be narrowed by, in the order of the page."""

MOST_DIGITS: Final = 15
"""Numbers in a URL have no more digits than this."""

MOST_HELD: Final = 10
"""How many concepts a search may ask for at once."""

HOLDS: Final = "holds"
VARIABLE: Final = "variable"
MOST_VARIABLES: Final = 8
"""So many variables a search can ask for."""

_LONGEST_VARIABLE: Final = 300

_PLAIN: Final = SearchQuery()


def parse_query(pairs: Iterable[tuple[str, str]]) -> SearchQuery:
    """The search that the decoded parameters of a URL ask for.

    Empty and unknown parameters are passed over and the last of a repeated single one counts;
    raises Invalid for one that cannot be.
    """
    given: dict[str, list[str]] = {}
    for name, value in pairs:
        if stripped := value.strip():
            given.setdefault(name, []).append(stripped)
    single = {name: values[-1] for name, values in given.items()}
    ranges = {name: _range(single, name) for name in RANGES}
    return checked(
        SearchQuery(
            text=single.get("q", ""),
            filters={name: _tidy(given[name]) for name in FACET_NAMES if name in given},
            ranges={name: bounds for name, bounds in ranges.items() if bounds != Range()},
            sort=single.get("sort", _PLAIN.sort),
            page=_number_or(single, "page", _PLAIN.page),
            size=_number_or(single, "size", _PLAIN.size),
            copies=_flag(single, "copies"),
            holds=_holding(given, single),
            variables=_tidy(given.get(VARIABLE, ())),
        )
    )


def format_query(query: SearchQuery) -> str:
    """The canonical query string: what is not the default, in the same order for equal searches."""
    return urlencode([*_pairs(query)], errors="replace")


def checked(query: SearchQuery) -> SearchQuery:
    """The same query; raises Invalid, with what is allowed, when it cannot be answered."""
    for name in query.filters:
        _require(name in FACET_NAMES, "facet", name, f"one of {', '.join(FACET_NAMES)}")
    for name, bounds in query.ranges.items():
        _require(name in RANGES, "range", name, f"one of {', '.join(RANGES)}")
        if bounds.low is not None and bounds.high is not None:
            limit = f"at most {name}_max, which is {bounds.high}"
            _require(bounds.low <= bounds.high, f"{name}_min", bounds.low, limit)
    most = f"given at most {MOST_HELD} times"
    _require(len(query.holds.concepts) <= MOST_HELD, HOLDS, len(query.holds.concepts), most)
    _require(query.holds.minimum >= 1, "holds_min", query.holds.minimum, "at least 1")
    asked = query.variables
    _require(len(asked) <= MOST_VARIABLES, VARIABLE, len(asked), f"given at most {MOST_VARIABLES} times")
    for name in asked:
        _require(len(name) <= _LONGEST_VARIABLE, VARIABLE, name, f"at most {_LONGEST_VARIABLE} letters")
    _require(query.sort in SORTS, "sort", query.sort, f"one of {', '.join(SORTS)}")
    _require(1 <= query.size <= MAX_SIZE, "size", query.size, f"a number from 1 to {MAX_SIZE}")
    last = MAX_OFFSET // query.size
    allowed = f"a number from 1 to {last} for pages of {query.size}"
    _require(1 <= query.page <= last, "page", query.page, allowed)
    return query


def toggled(query: SearchQuery, facet: str, value: str) -> SearchQuery:
    """The first page with a value of a facet added, or taken away where it was selected."""
    selected = set(query.filters.get(facet, ())) ^ {value}
    others = {name: values for name, values in query.filters.items() if name != facet}
    return replace(query, filters=others | ({facet: _tidy(selected)} if selected else {}), page=1)


def toggled_concept(query: SearchQuery, concept: int) -> SearchQuery:
    """The first page with a concept that must be held, or without it where that was asked for."""
    concepts = tuple(sorted({*query.holds.concepts} ^ {concept}))
    return replace(query, holds=replace(query.holds, concepts=concepts) if concepts else Holding(), page=1)


def toggled_variable(query: SearchQuery, name: str) -> SearchQuery:
    """The first page with a variable that there must be, or without it where that was asked for."""
    return replace(query, variables=_tidy({*query.variables} ^ {name}), page=1)


def with_possibly(query: SearchQuery) -> SearchQuery:
    """The first page with the data that possibly hold enough, besides those that surely do."""
    return replace(query, holds=replace(query.holds, possibly=True), page=1)


def cleared(query: SearchQuery, *names: str) -> SearchQuery:
    """The first page without the facets and ranges named, without all of them when none is.

    What must be held counts as one of them, called `HOLDS`, and so do variables, called `VARIABLE`.
    """
    gone = names or (*query.filters, *query.ranges, HOLDS, VARIABLE)
    return replace(
        query,
        holds=Holding() if HOLDS in gone else query.holds,
        variables=() if VARIABLE in gone else query.variables,
        filters={name: values for name, values in query.filters.items() if name not in gone},
        ranges={name: bounds for name, bounds in query.ranges.items() if name not in gone},
        page=1,
    )


def sorted_by(query: SearchQuery, sort: str) -> SearchQuery:
    """The first page in another order."""
    return replace(query, sort=sort, page=1)


def with_copies(query: SearchQuery, copies: bool) -> SearchQuery:
    """The first page with all descriptions of a dataset, or with one of each."""
    return replace(query, copies=copies, page=1)


def at_page(query: SearchQuery, page: int) -> SearchQuery:
    """Another page of the same search."""
    return replace(query, page=page)


def _pairs(query: SearchQuery) -> Iterator[tuple[str, str]]:
    if query.text:
        yield "q", query.text
    for name in FACET_NAMES:
        for value in _tidy(query.filters.get(name, ())):
            yield name, value
    for name in RANGES:
        bounds = query.ranges.get(name, Range())
        if bounds.low is not None:
            yield f"{name}_min", str(bounds.low)
        if bounds.high is not None:
            yield f"{name}_max", str(bounds.high)
        if bounds.silent:
            yield f"{name}_unknown", "1"
    yield from _held_pairs(query.holds)
    for name in query.variables:
        yield VARIABLE, name
    if query.copies:
        yield "copies", "1"
    for name in ("sort", "page", "size"):
        if (value := getattr(query, name)) != getattr(_PLAIN, name):
            yield name, str(value)


def _tidy(values: Iterable[str]) -> tuple[str, ...]:
    return tuple(sorted({*values}))


def _range(given: Mapping[str, str], name: str) -> Range:
    return Range(
        low=_number(given, f"{name}_min"),
        high=_number(given, f"{name}_max"),
        silent=_flag(given, f"{name}_unknown"),
    )


def _holding(given: Mapping[str, list[str]], single: Mapping[str, str]) -> Holding:
    concepts = {_whole(HOLDS, text) for text in given.get(HOLDS, ())}
    return Holding(
        tuple(sorted(concepts)),
        _number_or(single, "holds_min", Holding().minimum),
        _flag(single, "holds_possibly"),
    )


def _held_pairs(holds: Holding) -> Iterator[tuple[str, str]]:
    yield from ((HOLDS, str(concept)) for concept in sorted({*holds.concepts}))
    if holds.minimum != Holding().minimum:
        yield "holds_min", str(holds.minimum)
    if holds.possibly:
        yield "holds_possibly", "1"


def _flag(given: Mapping[str, str], name: str) -> bool:
    said = given.get(name)
    _require(said in (None, "1"), name, said, "1, or nothing")
    return said is not None


def _number(given: Mapping[str, str], name: str) -> int | None:
    return None if (text := given.get(name)) is None else _whole(name, text)


def _whole(name: str, text: str) -> int:
    usable = text.isascii() and text.isdigit() and len(text) <= MOST_DIGITS
    _require(usable, name, text, f"a whole number of at most {MOST_DIGITS} digits, without a sign")
    return int(text)


def _number_or(given: Mapping[str, str], name: str, default: int) -> int:
    number = _number(given, name)
    return default if number is None else number


def _require(holds: bool, name: str, value: object, allowed: str) -> None:
    if not holds:
        raise Invalid(f"The search cannot have {name}={value!s:.100}: it must be {allowed}.")
