"""Which source adds most to the chosen ones, in words: each gain, and what cannot be known."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Final

from catalogue.profiles.adding import Added, Chosen, Gain, Outcome
from catalogue.profiles.feasibility import ConceptSet
from web import format as form
from web.charts.chart import Say
from web.charts.labels import DOMAIN_LABELS
from web.export import line
from web.feasibility import Adding, Asked, Inquiry, Surveyed
from web.feasibility_views import bounds_words, set_words
from web.i18n import mark
from web.links import Links

MOST_LINES: Final = 20
"""So many sources the page lists; the table has all."""

ORDERS: Final[Mapping[Gain, str]] = {
    Gain.OUTCOMES: mark("What none of the chosen has"),
    Gain.COUNTRY: mark("New countries"),
    Gain.FOLLOW_UP: mark("Longer follow-up"),
    Gain.PERSONS: mark("More persons"),
}
_BYTE_ORDER_MARK: Final = "\ufeff"
_COLUMNS: Final = (
    *("rank", "dataset", "title", "url", "outcomes", "possible_outcomes", "countries"),
    *("median_follow_up_months", "longer_by_months", "at_least", "at_most", "why", "not_provided"),
)

Place = Callable[[str], str]
"""A country by its code in words."""


@dataclass(frozen=True, slots=True)
class ChosenLine:
    """A chosen source; `removed` is the page without it."""

    title: str
    language: str
    href: str
    removed: str


@dataclass(frozen=True, slots=True)
class AddedLine:
    """What one further source adds; `added` is the page with it among the chosen."""

    title: str
    language: str
    href: str
    gains: tuple[str, ...]
    unknown: tuple[str, ...]
    added: str


@dataclass(frozen=True, slots=True)
class Order:
    """A kind of gain that may come first."""

    label: str
    href: str
    is_current: bool


@dataclass(frozen=True, slots=True)
class AddingView:
    """The section of the page; `more` counts the sources that only the table lists."""

    chosen: tuple[ChosenLine, ...]
    notes: tuple[str, ...]
    orders: tuple[Order, ...]
    lines: tuple[AddedLine, ...]
    more: int


def view(found: Surveyed, links: Links, place: Place, say: Say) -> AddingView | None:
    """The section laid out; None where nothing is chosen."""
    asked, adding = found.inquiry, found.adding
    if adding is None:
        return None
    orders = (
        Order(say(label), _page(replace(asked, first=gain), links), gain is asked.first)
        for gain, label in ORDERS.items()
    )
    return AddingView(
        tuple(_chosen(one, asked, links) for one in adding.chosen),
        tuple(notes(adding.together, say)),
        tuple(orders),
        tuple(_line(one, added, asked, links, place, say) for one, added in adding.added[:MOST_LINES]),
        max(0, len(adding.added) - MOST_LINES),
    )


def gains(added: Added, place: Place, say: Say) -> Iterator[str]:
    """What a source adds, the same kinds in the same order."""
    if added.is_empty:
        yield say(mark("Adds nothing: nobody in it meets all criteria"))
        return
    if added.outcomes:
        words = say(mark("Has {outcomes}, of which no chosen source has data"))
        yield words.format(outcomes=_outcomes(added.outcomes, say))
    if added.possible:
        words = say(mark("May have {outcomes}, of which no chosen source has data"))
        yield words.format(outcomes=_outcomes(added.possible, say))
    if added.countries:
        words = say(mark("Has data from {countries}, where no chosen source is known to have any"))
        yield words.format(countries=", ".join(map(place, added.countries)))
    if added.follow_up is not None and added.longer is not None and added.longer > 0:
        words = say(mark("Half of its persons were followed for {months} months or more, {longer} longer"))
        yield words.format(months=_figure(added.follow_up), longer=_figure(added.longer))
    if added.persons is not None:
        words = say(mark("Persons who meet all criteria, and may be in chosen sources too: {persons}"))
        yield words.format(persons=bounds_words(added.persons, say))


def unknown(added: Added, say: Say) -> Iterator[str]:
    """On what a source does not provide enough to tell whether it adds anything."""
    yield from (outcome_words(one, say) for one in added.untold)
    if not added.is_placed:
        yield say(mark("country"))
    if added.follow_up is None:
        yield say(mark("length of follow-up"))
    if added.persons is None:
        yield say(mark("persons"))


def notes(chosen: Chosen, say: Say) -> Iterator[str]:
    """What the chosen sources lack, and what they leave open, so that a gain may be none."""
    if chosen.lacking:
        words = say(mark("None of the chosen sources has data on: {outcomes}."))
        yield words.format(outcomes=_outcomes(chosen.lacking, say))
    if chosen.follow_up is None:
        yield say(mark("No chosen source tells its follow-up, so none can be told to be longer."))
    if chosen.placeless:
        yield say(mark("A chosen source does not tell its country, which a further one may share."))


def csv_of(adding: Adding, base: str, place: Place, say: Say) -> Iterator[str]:
    """One line for each source that is not chosen, the one that adds most first."""
    yield _BYTE_ORDER_MARK + line(_COLUMNS)
    for rank, (one, added) in enumerate(adding.added, 1):
        persons = added.persons
        lists = (
            (outcome_words(o, say) for o in added.outcomes),
            (outcome_words(o, say) for o in added.possible),
            map(place, added.countries),
        )
        yield line(
            (
                *(rank, one.record, one.title, f"{base}/dataset/{one.record}"),
                *map("; ".join, lists),
                *(months(added.follow_up), months(added.longer)),
                *((persons.low, persons.high) if persons else (None, None)),
                *("; ".join(gains(added, place, say)), "; ".join(unknown(added, say))),
            )
        )


def outcome_words(one: Outcome, say: Say) -> str:
    """A set of concepts or a domain."""
    return set_words(one, say) if isinstance(one, ConceptSet) else say(DOMAIN_LABELS[one])


def months(days: float | None) -> float | None:
    """Days as months of 30 days."""
    return None if days is None else round(days / 30, 1)


def _line(one: Asked, added: Added, asked: Inquiry, links: Links, place: Place, say: Say) -> AddedLine:
    wider = replace(asked, chosen=(*asked.chosen, one.record))
    told, lacks = tuple(gains(added, place, say)), tuple(unknown(added, say))
    return AddedLine(one.title, one.language, links.record(one.record), told, lacks, _page(wider, links))


def _chosen(one: Asked, asked: Inquiry, links: Links) -> ChosenLine:
    fewer = tuple(record for record in asked.chosen if record != one.record)
    removed = _page(replace(asked, chosen=fewer), links)
    return ChosenLine(one.title, one.language, links.record(one.record), removed)


def _page(asked: Inquiry, links: Links) -> str:
    return f"{links.feasibility(query=asked.address)}#adding"


def _outcomes(some: Iterable[Outcome], say: Say) -> str:
    return ", ".join(outcome_words(one, say) for one in some)


def _figure(days: float) -> str:
    return form.number(round(days / 30, 1))
