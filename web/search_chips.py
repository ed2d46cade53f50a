"""The filters in force on the search page, and ways out where nothing was found."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Final

from catalogue.catalogue import Catalogue
from catalogue.fields import FACETS, Kind
from catalogue.profiles.concepts import Concept
from catalogue.query_url import FACET_NAMES, cleared, toggled, toggled_concept, toggled_variable
from catalogue.search import SearchQuery
from ontologies.vocabularies import Vocabularies
from web import format as form
from web.i18n import LOCALE, mark
from web.links import Links

RANGE_LABELS: Final = {
    "persons": mark("People"),
    "records": mark("Records"),
    "age": mark("Age in years"),
    "years": mark("Years covered"),
}
_SOURCE_LABEL: Final = mark("Harvested from")
_HELD_LABEL: Final = mark("Holds persons with")
_VARIABLE_LABEL: Final = mark("Has the variable")
_FACETS_BY_NAME: Final = {field.name: field for field in FACETS}
_MOST_WAYS: Final = 8


@dataclass(frozen=True, slots=True)
class Chip:
    """A filter in force: `label` is for translation, the rest is data; the link takes the filter away.

    `least` is how many persons at least, "" where one is enough; `possibly` lets in what may be as many.
    """

    label: str
    value: str
    low: str
    high: str
    silent: bool
    href: str
    least: str = ""
    possibly: bool = False


@dataclass(frozen=True, slots=True)
class Way:
    """A way out of an empty result: without this chip there would be `count` records."""

    chip: Chip
    count: int
    count_text: str


def chips(
    query: SearchQuery, concepts: Mapping[int, Concept], links: Links, words: Vocabularies
) -> list[Chip]:
    """The filters in force in the order of the page; `concepts` are those that have a name."""
    return [
        *_of_text(query, links),
        *_of_facets(query, links, words),
        *_of_ranges(query, links),
        *_of_concepts(query, concepts, links),
        *_of_variables(query, links),
    ]


def ways(catalogue: Catalogue, query: SearchQuery, found: list[Chip], links: Links) -> Iterator[Way]:
    """Which single filter to drop, and what that would give; most first."""
    smaller = {links.search(q): q for q in _each_without_one(query)}
    counts = (
        (chip, catalogue.search(replace(smaller[chip.href], size=1)).total)
        for chip in found[:_MOST_WAYS]
        if chip.href in smaller
    )
    given = [Way(chip, count, form.number(count)) for chip, count in counts]
    yield from sorted((way for way in given if way.count), key=lambda way: -way.count)


def facet_name(name: str) -> str:
    """What to call a facet, for translation."""
    return _SOURCE_LABEL if name == "source" else _FACETS_BY_NAME[name].label


def facet_label(words: Vocabularies, name: str, value: str) -> str:
    """What to call a value of a facet."""
    field = _FACETS_BY_NAME.get(name)
    if field is None or field.kind is not Kind.CONCEPT:
        return value
    return words.label(field.vocabulary, value, LOCALE)


def _of_text(query: SearchQuery, links: Links) -> Iterator[Chip]:
    if query.text:
        bare = replace(query, text="", page=1)
        yield Chip(mark("Words"), f"“{query.text}”", "", "", False, links.search(bare))


def _of_facets(query: SearchQuery, links: Links, words: Vocabularies) -> Iterator[Chip]:
    for name in FACET_NAMES:
        for value in query.filters.get(name, ()):
            rest = links.search(toggled(query, name, value))
            yield Chip(facet_name(name), facet_label(words, name, value), "", "", False, rest)


def _of_ranges(query: SearchQuery, links: Links) -> Iterator[Chip]:
    for name, bounds in query.ranges.items():
        grouped = name in ("persons", "records")
        low, high = (
            "" if n is None else form.number(n) if grouped else str(n) for n in (bounds.low, bounds.high)
        )
        rest = links.search(cleared(query, name))
        yield Chip(RANGE_LABELS[name], "", low, high, bounds.silent, rest)


def _of_concepts(query: SearchQuery, concepts: Mapping[int, Concept], links: Links) -> Iterator[Chip]:
    holds = query.holds
    least = form.number(holds.minimum) if holds.minimum > 1 else ""
    for id in holds.concepts:
        name = concepts[id].name if id in concepts else str(id)
        rest = links.search(toggled_concept(query, id))
        yield Chip(_HELD_LABEL, name, "", "", False, rest, least, holds.possibly)


def _of_variables(query: SearchQuery, links: Links) -> Iterator[Chip]:
    for name in query.variables:
        rest = links.search(toggled_variable(query, name))
        yield Chip(_VARIABLE_LABEL, name, "", "", False, rest)


def _each_without_one(query: SearchQuery) -> Iterator[SearchQuery]:
    if query.text:
        yield replace(query, text="", page=1)
    for name, values in query.filters.items():
        for value in values:
            yield toggled(query, name, value)
    for name in query.ranges:
        yield cleared(query, name)
    for concept in query.holds.concepts:
        yield toggled_concept(query, concept)
    for name in query.variables:
        yield toggled_variable(query, name)
