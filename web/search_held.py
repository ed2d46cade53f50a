"""What the data hold, on the search page: concepts to look up and to tick, and why a source was found."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Final
from urllib.parse import urlencode

from fastapi import Request

from catalogue.catalogue import Catalogue
from catalogue.errors import Invalid
from catalogue.profiles.concepts import Concept
from catalogue.query_url import with_possibly
from catalogue.restriction import held, holding
from catalogue.search import Held, Holding, SearchQuery
from web import format as form
from web.charts.chart import Say
from web.concept_views import Named, named
from web.links import Links
from web.pages_search import SearchView
from web.telling import Telling, telling

LONGEST: Final = 200
_MOST_FOUND: Final = 10
"""How many concepts are shown that words find; of each it is counted who holds it."""


@dataclass(frozen=True, slots=True)
class HeldOption:
    """A concept to tick, with how many data sources there would be."""

    concept: Named
    value: str
    count: str
    selected: bool


@dataclass(frozen=True, slots=True)
class HeldLine:
    """Why a source was found: its persons with a concept or any below it, and the way to their profile."""

    label: str
    persons: Telling
    href: str


@dataclass(frozen=True, slots=True)
class HeldView:
    """The facet as it is filled in. `look` are the words for a concept, `why` the reasons by record.

    `more` is how many data sources possibly hold as many, where they are not let in, "" for none.
    """

    look: str
    options: tuple[HeldOption, ...]
    found: tuple[HeldOption, ...]
    minimum: str
    possibly: bool
    open: bool
    chosen: int
    why: Mapping[str, tuple[HeldLine, ...]]
    more: str
    more_href: str


def words(request: Request) -> str:
    """The words that a concept is looked up by; raises Invalid for too many."""
    look = " ".join(request.query_params.get("look", "").split())
    if len(look) > LONGEST:
        raise Invalid(f"The words for a concept have {len(look):,} letters; the most is {LONGEST}.")
    return look


def held_view(catalogue: Catalogue, view: SearchView, look: str, links: Links, say: Say) -> HeldView:
    """The facet beside the results of a search."""
    query = view.query
    holds = query.holds
    concepts = _concepts(catalogue, holds.concepts)
    more = _more(catalogue, view)
    found = catalogue.concepts.find(look, limit=_MOST_FOUND) if look else ()
    return HeldView(
        look=look,
        options=tuple(
            HeldOption(named(one, links, say), str(one.id), view.total_text, True) for one in concepts
        ),
        found=tuple(
            _options(catalogue, query, [one for one in found if one.id not in holds.concepts], links, say)
        ),
        minimum=str(holds.minimum) if holds.minimum > 1 else "",
        possibly=holds.possibly,
        open=bool(look) or holds != Holding(),
        chosen=len(holds.concepts),
        why={row.id: tuple(_lines(row.id, concepts, view.held, links, say)) for row in view.rows}
        if concepts
        else {},
        more=form.number(more) if more else "",
        more_href=links.search(with_possibly(query)),
    )


def _concepts(catalogue: Catalogue, ids: tuple[int, ...]) -> list[Concept]:
    names = catalogue.concepts.named(ids) if ids else {}
    return [names.get(id, Concept(id, "")) for id in ids]


def _more(catalogue: Catalogue, view: SearchView) -> int:
    """How many more there are with those that possibly hold as many."""
    holds = view.query.holds
    if not holds.concepts or holds.possibly:
        return 0
    more = holding(view.held, replace(holds, possibly=True)) - holding(view.held, holds)
    return _total(catalogue, view.query, more) if more else 0


def _total(catalogue: Catalogue, query: SearchQuery, among: frozenset[str]) -> int:
    """How many of these records are found, whatever their data hold."""
    return catalogue.search(replace(query, holds=Holding(), among=among, page=1, size=1)).total


def _options(
    catalogue: Catalogue, query: SearchQuery, found: list[Concept], links: Links, say: Say
) -> Iterator[HeldOption]:
    """The concepts that were found, each with how many results there would be with it."""
    if not found:
        return
    told = held(catalogue, [one.id for one in found])
    holders = {one.id: holding(told, replace(query.holds, concepts=(one.id,))) for one in found}
    any_holder = frozenset[str]().union(*holders.values())
    rows = catalogue.rows(replace(query, page=1, among=any_holder)) if any_holder else ()
    ids = {row.id for row in rows}
    for one in found:
        count = form.number(len(holders[one.id] & ids))
        yield HeldOption(named(one, links, say), str(one.id), count, False)


def _lines(id: str, concepts: list[Concept], told: Held, links: Links, say: Say) -> Iterator[HeldLine]:
    for concept in concepts:
        if evidence := told[concept.id].get(id):
            way = links.profile(evidence.record, "/concepts", urlencode({"q": concept.id}))
            yield HeldLine(named(concept, links, say).label, telling(evidence.persons, say), way)
