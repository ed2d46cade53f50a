"""The page that answers how many persons suit a study, and its files."""

from collections.abc import Callable
from dataclasses import replace
from typing import Final
from urllib.parse import parse_qsl

from fastapi import APIRouter, Request, Response

from catalogue.errors import CatalogueError, Invalid
from catalogue.profiles.question_url import format_question
from web import adding_views, feasibility_files, feasibility_form, feasibility_views, pages_search
from web.feasibility import Surveyed, inquiry, surveyed
from web.i18n import LOCALE
from web.problems import SANDBOXED, problem_of
from web.state import state

router = APIRouter(include_in_schema=False)

_READ: Final = ["GET", "HEAD"]


@router.api_route("/feasibility", methods=_READ)
def feasibility(request: Request) -> Response:
    """The question as a form, what each source has for it, and what others add to the chosen."""
    here = state(request)
    links, say, catalogue = here.renderer.links, here.renderer.translate, here.catalogue
    found = _found(request)
    asked = found.inquiry
    concepts = catalogue.concepts
    search = pages_search.view(catalogue, asked.query, links, here.now().date())
    names = feasibility_form.visit_names(found.question, concepts)
    answer = feasibility_views.view(found, names, links, say)
    shown = {line.id for line in answer.lines}
    return here.renderer.page(
        request,
        "feasibility",
        form=feasibility_form.view(asked, _words(request), concepts, links, say),
        facets=(*search.facets, *search.more_facets),
        answer=answer,
        adding=adding_views.view(found, links, _places(request), say),
        is_asked=bool(format_question(found.question)),
        asked=parse_qsl(replace(asked, chosen=()).address),
        chosen=asked.chosen,
        elsewhere=[one for one in asked.chosen if one not in shown],
        here=links.feasibility(),
        letter=links.feasibility(".txt"),
        table=links.feasibility(".csv", asked.address),
        adding_table=links.feasibility("/adding.csv", asked.address),
        program=f"{links.root}/api/v1/feasibility" + (f"?{asked.address}" if asked.address else ""),
        search=links.search(asked.query),
    )


@router.api_route("/feasibility.csv", methods=_READ)
def as_csv(request: Request) -> Response:
    """The answer as a table for spreadsheets."""
    here = state(request)
    try:
        found = _found(request)
    except CatalogueError as error:
        return problem_of(request, error)
    names = feasibility_form.visit_names(found.question, here.catalogue.concepts)
    lines = feasibility_files.csv_of(found, names, here.catalogue.base, here.renderer.translate)
    return _file("".join(lines), "csv", "text/csv")


@router.api_route("/feasibility/adding.csv", methods=_READ)
def adding_as_csv(request: Request) -> Response:
    """What the other sources add to the chosen, as a table for spreadsheets."""
    here = state(request)
    try:
        adding = _found(request).adding
        if adding is None:
            raise Invalid("No source is chosen. Name those that you have with chosen=.")
    except CatalogueError as error:
        return problem_of(request, error)
    lines = adding_views.csv_of(adding, here.catalogue.base, _places(request), here.renderer.translate)
    return _file("".join(lines), "csv", "text/csv")


@router.api_route("/feasibility.txt", methods=_READ)
def as_letter(request: Request) -> Response:
    """A letter to the custodians of the chosen sources; of all that may have enough where none is."""
    here = state(request)
    try:
        found = _found(request)
        names = feasibility_form.visit_names(found.question, here.catalogue.concepts)
        told = feasibility_files.letter(here.catalogue, found, names, here.renderer.translate)
    except CatalogueError as error:
        return problem_of(request, error)
    return _file(told, "txt", "text/plain")


def _found(request: Request) -> Surveyed:
    return surveyed(state(request).catalogue, inquiry(request.query_params.multi_items()))


def _places(request: Request) -> Callable[[str], str]:
    words = state(request).catalogue.vocabularies
    return lambda code: words.label("country", code, LOCALE)


def _words(request: Request) -> str:
    words = request.query_params.get("look", "").strip()
    if len(words) > feasibility_form.LONGEST_WORDS:
        most = feasibility_form.LONGEST_WORDS
        raise Invalid(f"The words for a concept have {len(words):,} letters; the most is {most}.")
    return words


def _file(body: str, suffix: str, media_type: str) -> Response:
    named = {**SANDBOXED, "Content-Disposition": f'attachment; filename="feasibility.{suffix}"'}
    return Response(body, 200, named, f"{media_type}; charset=utf-8")
