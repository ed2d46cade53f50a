"""The pages of concepts: those of all sources, one with who holds it, and those of one dataset."""

from dataclasses import dataclass
from functools import partial
from typing import Final
from urllib.parse import urlencode

from fastapi import APIRouter, Request, Response

from catalogue.errors import Invalid, NotFound
from catalogue.profiles.analyses import DOMAINS
from catalogue.profiles.concepts_browse import SIZE
from catalogue.profiles.counts import Count
from web import concept_files, concept_views, pages_record, profile_exports, text
from web import format as form
from web.charts.figures import figure
from web.charts.tables import Tabled
from web.concept_views import BY_PERSONS, SORTS, Held, Kin
from web.i18n import LOCALE
from web.paging import Paging, paging, whole
from web.profile_views import Described
from web.state import State, state
from web.table_answers import table_answer

router = APIRouter(include_in_schema=False)

MOST_ROWS: Final = 5_000
"""So many concepts a file has at most."""

_READ: Final = ["GET", "HEAD"]
_LONGEST: Final = 200
_BELOW: Final = 200
_FORMS: Final = tuple(profile_exports.TABLES)


@dataclass(frozen=True, slots=True)
class Asked:
    """What a list of concepts is asked for; pages count from 1."""

    text: str
    domain: str
    page: int

    @property
    def parameters(self) -> dict[str, str]:
        """The same as parameters of an address, without the page."""
        return {name: value for name, value in (("q", self.text), ("domain", self.domain)) if value}

    @property
    def query(self) -> str:
        """The same as the query of an address, without the page; "" for all."""
        return urlencode(self.parameters)


@router.api_route("/concepts", methods=_READ)
def concepts(request: Request) -> Response:
    """The concepts of all sources that words find."""
    here, asked = state(request), _asked(request)
    links, say = here.renderer.links, here.renderer.translate
    browser = here.catalogue.concept_browser
    found = browser.network(asked.text, asked.domain, asked.page)
    pages = _pages(links.concepts(), asked, found.total)
    if pages.number != asked.page:
        found = browser.network(asked.text, asked.domain, pages.number)
    return here.renderer.page(
        request,
        "concepts",
        asked=asked,
        here=links.concepts(),
        choices=concept_views.choices(asked.domain, say),
        rows=concept_views.network_rows(found.rows, links, say),
        pages=pages,
        files=[(one.upper(), links.concepts(f".{one}", asked.query)) for one in _FORMS],
        cut=_cut(found.total),
    )


@router.api_route("/concepts.{suffix}", methods=_READ)
def concepts_file(request: Request, suffix: str) -> Response:
    """The concepts of all sources that words find, as a table."""
    here = state(request)

    def listing() -> Tabled:
        asked = _asked(request)
        browser = here.catalogue.concept_browser
        found = browser.network(asked.text, asked.domain, 1, MOST_ROWS)
        return concept_files.of_network(found.rows, found.total, here.renderer.translate)

    return table_answer(request, suffix, listing)


@router.api_route("/concept/{name}.{suffix}", methods=_READ)
def concept_file(request: Request, name: str, suffix: str) -> Response:
    """Who holds a concept, as a table."""
    here = state(request)

    def listing() -> Tabled:
        held = _held(here, name, _sort(request))
        return concept_files.of_concept(held.concept, held.holders, here.renderer.translate)

    return table_answer(request, suffix, listing)


@router.api_route("/concept/{name}", methods=_READ)
def concept(request: Request, name: str) -> Response:
    """One concept: what it is called, what is above and below it, and who holds it."""
    here, sort = state(request), _sort(request)
    links, say = here.renderer.links, here.renderer.translate
    held = _held(here, name, sort)
    known, id = here.catalogue.concepts, held.concept.id
    below = known.children(id, _BELOW + 1)
    kin = Kin(known.synonyms(id), known.ancestors(id), below[:_BELOW], len(below) > _BELOW)
    drawn = concept_files.chart(held.concept, held.holders, say)
    kept = {} if sort == BY_PERSONS else {"sort": sort}
    return here.renderer.page(
        request,
        "concept",
        view=concept_views.view(held.concept, kin, held.holders, links, say),
        figure=figure(drawn, here.drawings, say) if drawn else None,
        here=links.concept(id),
        sort=sort,
        files=[(one.upper(), links.concept(id, f".{one}", urlencode(kept))) for one in _FORMS],
    )


@router.api_route("/dataset/{id}/profile/concepts", methods=_READ)
def of_dataset(request: Request, id: str) -> Response:
    """The concepts of a dataset that words find."""
    here, asked = state(request), _asked(request)
    links, say = here.renderer.links, here.renderer.translate
    record = here.catalogue.record(id)
    dataset = Described(id, pages_record.title_of(record), links.record(id))
    persons = _persons(here, id)
    if persons is None:
        return here.renderer.page(request, "profile_absent", 404, dataset=dataset)
    browser, path = here.catalogue.concept_browser, links.profile(id, "/concepts")
    found = browser.in_dataset(id, asked.text, asked.domain, asked.page)
    pages = _pages(path, asked, found.total)
    if pages.number != asked.page:
        found = browser.in_dataset(id, asked.text, asked.domain, pages.number)
    return here.renderer.page(
        request,
        "concepts_dataset",
        dataset=dataset,
        asked=asked,
        here=path,
        profile=links.profile(id),
        everywhere=links.concepts(query=asked.query),
        choices=concept_views.choices(asked.domain, say),
        rows=concept_views.dataset_rows(id, found.rows, persons, links, say),
        pages=pages,
        files=[(one.upper(), links.profile(id, f"/concepts.{one}", asked.query)) for one in _FORMS],
        cut=_cut(found.total),
    )


@router.api_route("/dataset/{id}/profile/concepts.{suffix}", methods=_READ)
def dataset_file(request: Request, id: str, suffix: str) -> Response:
    """The concepts of a dataset that words find, as a table."""
    here = state(request)

    def listing() -> Tabled:
        here.catalogue.ledger.present(id)
        asked = _asked(request)
        persons = _persons(here, id)
        if persons is None:
            raise NotFound(f"The record {id} has no profile.")
        browser = here.catalogue.concept_browser
        found = browser.in_dataset(id, asked.text, asked.domain, 1, MOST_ROWS)
        return concept_files.of_dataset(found.rows, found.total, persons, here.renderer.translate)

    return table_answer(request, suffix, listing)


def _asked(request: Request) -> Asked:
    """What the address asks for; raises Invalid."""
    given = request.query_params
    text = "".join(sign if sign.isprintable() else " " for sign in given.get("q", "")).strip()
    if len(text) > _LONGEST:
        raise Invalid(f"The words have {len(text):,} letters; the most is {_LONGEST}.")
    domain = given.get("domain", "").strip()
    if domain and domain not in DOMAINS:
        raise Invalid(f"There cannot be domain={domain:.100}: it must be one of {', '.join(DOMAINS)}.")
    return Asked(text, domain, max(1, whole(given.get("page", ""), 1)))


def _pages(path: str, asked: Asked, total: int) -> Paging:
    return paging(path, {**asked.parameters, "page": str(asked.page)}, "page", SIZE, total)


def _cut(total: int) -> str:
    """How many concepts the files have where they do not have all, else ""."""
    return form.number(MOST_ROWS) if total > MOST_ROWS else ""


def _sort(request: Request) -> str:
    sort = request.query_params.get("sort", "").strip() or BY_PERSONS
    if sort not in SORTS:
        raise Invalid(f"There cannot be sort={sort:.100}: it must be one of {', '.join(SORTS)}.")
    return sort


def _held(here: State, name: str, sort: str) -> Held:
    """A concept and who holds it, with titles in our language."""
    return concept_views.held(here.catalogue, name, sort, partial(text.choose, language=LOCALE))


def _persons(here: State, record: str) -> Count | None:
    """The persons of the release that a record shows; None where it has none."""
    releases = here.catalogue.releases
    release = releases.current(record)
    return releases.charted(release.id, ("persons",)).count("persons") if release else None
