"""The facets of a search for variables in words, and in what variables that are compared differ."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from catalogue.search import FacetCount
from catalogue.variables import kind_of
from catalogue.variables_asked import FACETS, NONE, Found, VariableQuery, pairs_of, toggled
from web import format as form
from web.charts.chart import Say
from web.i18n import mark
from web.links import Links
from web.pages_search import FacetView, Option
from web.variable_views import short

FIRST_SHOWN: Final = 6
LABELS: Final = {
    "dataset": mark("Dataset"),
    "source": mark("Source"),
    "type": mark("Type"),
    "unit": mark("Unit"),
    "concept": mark("Linked concept"),
}
_TYPES: Final = {
    "number": mark("number"),
    "text": mark("text"),
    "date": mark("date or time"),
    "yes-no": mark("yes or no"),
}
_SILENT: Final = mark("not provided")
_CODES: Final = 8
_OPEN: Final = ("dataset", "type")

Titles = Mapping[str, str]
"""The titles of records by their ids."""


@dataclass(frozen=True, slots=True)
class Chosen:
    """A selection in force, and the way to be without it."""

    label: str
    value: str
    href: str


@dataclass(frozen=True, slots=True)
class Difference:
    """A property of variables that are compared: each value with how many variables have it."""

    label: str
    values: tuple[tuple[str, str], ...]

    @property
    def same(self) -> bool:
        """Whether all have the same."""
        return len(self.values) == 1


def facets(found: Mapping[str, Sequence[FacetCount]], titles: Titles, say: Say) -> tuple[FacetView, ...]:
    """The facets that have values, in the order of the page."""
    return tuple(_facet(name, found[name], titles, say) for name in FACETS if found[name])


def _facet(name: str, found: Sequence[FacetCount], titles: Titles, say: Say) -> FacetView:
    options = tuple(
        Option(one.value, worded(name, one.value, titles, say), form.number(one.count), one.selected)
        for one in found
    )
    number = sum(one.selected for one in found)
    shown, more = options[:FIRST_SHOWN], options[FIRST_SHOWN:]
    return FacetView(name, LABELS[name], shown, more, bool(number) or name in _OPEN, number)


def chosen(query: VariableQuery, titles: Titles, links: Links, say: Say) -> tuple[Chosen, ...]:
    """The selections in force."""
    return tuple(
        Chosen(
            LABELS[name],
            worded(name, value, titles, say),
            links.variables(pairs_of(toggled(query, name, value))),
        )
        for name in FACETS
        for value in query.filters.get(name, ())
    )


def worded(facet: str, value: str, titles: Titles, say: Say) -> str:
    """A value of a facet in words."""
    if facet in ("dataset", "source"):
        return titles.get(value, value)
    if value == NONE:
        return say(_SILENT)
    if facet == "type":
        return say(_TYPES[value]) if value in _TYPES else value
    return short(value) if facet == "concept" else value


def differences(found: Sequence[Found], say: Say) -> tuple[Difference, ...]:
    """In what variables agree, and in what they differ."""
    told = [one.variable for one in found]
    kinds = [kind_of(one.datatype) or NONE for one in told]
    codes = [", ".join(code.code for code in one.values[:_CODES]) or NONE for one in told]
    return (
        _difference("type", LABELS["type"], kinds, say),
        _difference("unit", LABELS["unit"], [one.unit or NONE for one in told], say),
        _difference("codes", mark("Coded values"), codes, say),
    )


def _difference(facet: str, label: str, values: Sequence[str], say: Say) -> Difference:
    numbers = sorted(Counter(values).items(), key=lambda one: (-one[1], one[0]))
    return Difference(
        label, tuple((worded(facet, value, {}, say), form.number(number)) for value, number in numbers)
    )
