"""The pages for people: each handler reads the request, builds a view model and renders it."""

import logging
from typing import Annotated

from fastapi import APIRouter, Depends, Request, Response

from catalogue.catalogue import Catalogue
from catalogue.errors import Unavailable
from catalogue.link_walk import addresses
from web import (
    pages_about,
    pages_also,
    pages_home,
    pages_record,
    pages_search,
    pages_sources,
    pages_variables,
    profile_views,
    search_held,
    search_variables,
    theme,
)
from web.asking import asked
from web.state import state
from web.values import Reader

log = logging.getLogger(__name__)

router = APIRouter(include_in_schema=False)

_READ = ["GET", "HEAD"]


@router.api_route("/", methods=_READ)
def home(request: Request) -> Response:
    """What this is, how much it holds, and the ways in."""
    here = state(request)
    try:
        pages = {one.home: one.key for one in here.programmes.known.values()}
        view = pages_home.view(here.catalogue, pages, here.renderer.links, here.now().year)
    except Unavailable as error:
        log.warning("the home page goes without numbers: %s", error.whole)
        return here.renderer.page(request, "home_closed", reason=str(error))
    return here.renderer.page(request, "home", view=view)


@router.api_route("/datasets", methods=_READ)
def datasets(request: Request) -> Response:
    """The search with facets and results."""
    here = state(request)
    query, look = asked(request), search_held.words(request)
    links, say = here.renderer.links, here.renderer.translate
    view = pages_search.view(here.catalogue, query, links, here.now().date())
    held = search_held.held_view(here.catalogue, view, look, links, say)
    variables = search_variables.variables_view(here.catalogue, view, links)
    return here.renderer.page(request, "search", view=view, held=held, variables=variables)


@router.api_route("/sources", methods=_READ)
def sources(request: Request) -> Response:
    """Where the descriptions come from."""
    here = state(request)
    found = pages_sources.overview(here.catalogue, here.renderer.links)
    return here.renderer.page(request, "sources", sources=found)


@router.api_route("/sources/{name}", methods=_READ)
def source(request: Request, name: str) -> Response:
    """One harvest source with its runs."""
    here = state(request)
    view = pages_sources.page(here.catalogue, name, here.renderer.links)
    return here.renderer.page(request, "source", view=view)


@router.api_route("/about", methods=_READ)
def about(request: Request) -> Response:
    """What this is, how data get here, and under which terms."""
    here = state(request)
    return here.renderer.page(request, "about", versions=pages_about.versions())


@router.post("/theme")
def choose_theme(request: Request, fields: Annotated[dict[str, str], Depends(theme.form)]) -> Response:
    """Keep the reader's choice of light or dark."""
    here = state(request)
    secure = here.settings.base_url.startswith("https:")
    links = here.renderer.links
    return theme.choose(fields.get("theme", ""), fields.get("back", ""), links.root, secure)


def record_page(request: Request, catalogue: Catalogue, id: str) -> Response:
    """The page of one record; raises NotFound and Gone."""
    record = catalogue.record(id)
    here = state(request)
    checked = catalogue.ledger.links.known(addresses(record.graph))
    links, translate = here.renderer.links, here.renderer.translate
    reader = Reader(record.graph, catalogue.vocabularies, links, translate, checked)
    view = pages_record.view(record, reader)
    also = pages_also.view(catalogue.ledger.clusters, id, links)
    brief = profile_views.brief(catalogue, links, id, translate)
    dictionary = pages_variables.brief(here, id)
    return here.renderer.page(request, "record", view=view, also=also, profile=brief, dictionary=dictionary)
