"""The page that answers how many persons suit a study, and its files."""

from typing import Final

from fastapi import APIRouter, Request, Response

from catalogue.errors import CatalogueError, Invalid
from catalogue.profiles.feasibility import Verdict
from catalogue.profiles.question_url import format_question, pairs, parse_question
from web import feasibility_files, feasibility_form, feasibility_views, pages_search
from web.asking import asked
from web.feasibility import Asked, Surveyed, surveyed
from web.problems import SANDBOXED, problem_of
from web.state import state

router = APIRouter(include_in_schema=False)

_READ: Final = ["GET", "HEAD"]
_ENOUGH: Final = (Verdict.SURELY, Verdict.POSSIBLY)


@router.api_route("/feasibility", methods=_READ)
def feasibility(request: Request) -> Response:
    """The question as a form, and what each source has for it."""
    here = state(request)
    links, say, catalogue = here.renderer.links, here.renderer.translate, here.catalogue
    query = asked(request)
    found = surveyed(catalogue, parse_question(request.query_params.multi_items()), query)
    concepts = catalogue.concepts
    told = feasibility_form.address(found.question, query)
    search = pages_search.view(catalogue, query, links, here.now().date())
    return here.renderer.page(
        request,
        "feasibility",
        form=feasibility_form.view(found.question, query, _words(request), concepts, links, say),
        facets=(*search.facets, *search.more_facets),
        answer=feasibility_views.view(
            found, feasibility_form.visit_names(found.question, concepts), links, say
        ),
        is_asked=bool(format_question(found.question)),
        asked=(*pairs(found.question), *_narrowing(request)),
        here=links.feasibility(),
        letter=links.feasibility(".txt"),
        table=links.feasibility(".csv", told),
        program=f"{links.root}/api/v1/feasibility" + (f"?{told}" if told else ""),
        search=links.search(query),
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


@router.api_route("/feasibility.txt", methods=_READ)
def as_letter(request: Request) -> Response:
    """A letter to the custodians of the sources in `with`; of all that may have enough where none is."""
    here = state(request)
    try:
        found = _found(request)
        chosen = _chosen(request, found)
        names = feasibility_form.visit_names(found.question, here.catalogue.concepts)
        told = feasibility_files.letter(here.catalogue, found, chosen, names, here.renderer.translate)
    except CatalogueError as error:
        return problem_of(request, error)
    return _file(told, "txt", "text/plain")


def _found(request: Request) -> Surveyed:
    question = parse_question(request.query_params.multi_items())
    return surveyed(state(request).catalogue, question, asked(request))


def _chosen(request: Request, found: Surveyed) -> list[Asked]:
    wanted = {*filter(None, request.query_params.getlist("with"))}
    known = {one.record for one in found.sources}
    if strange := sorted(wanted - known):
        raise Invalid(f"There cannot be with={strange[0]:.40}: the question found no such source.")
    if wanted:
        return [one for one in found.sources if one.record in wanted]
    return [one for one in found.sources if one.answer.verdict in _ENOUGH]


def _narrowing(request: Request) -> tuple[tuple[str, str], ...]:
    """What narrows the search, as the form that writes to custodians carries it along."""
    query = asked(request)
    facets = ((name, value) for name, values in query.filters.items() for value in values)
    text = (("q", query.text),) if query.text else ()
    return (*text, *facets, *feasibility_form.kept(query))


def _words(request: Request) -> str:
    words = request.query_params.get("look", "").strip()
    if len(words) > feasibility_form.LONGEST_WORDS:
        most = feasibility_form.LONGEST_WORDS
        raise Invalid(f"The words for a concept have {len(words):,} letters; the most is {most}.")
    return words


def _file(body: str, suffix: str, media_type: str) -> Response:
    named = {**SANDBOXED, "Content-Disposition": f'attachment; filename="feasibility.{suffix}"'}
    return Response(body, 200, named, f"{media_type}; charset=utf-8")
