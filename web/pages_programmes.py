"""The pages of the programmes: all of them, one with its matrix, and the evidence for one source."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from fastapi import APIRouter, Request, Response

from catalogue.catalogue import Catalogue
from catalogue.errors import CatalogueError
from catalogue.profiles import coverage_members
from catalogue.rdf import serialise
from catalogue.search import SearchQuery
from ontologies.namespaces import PREFIXES
from web import format as form
from web import grades, pages_home, programme_evidence, programme_files, programme_views, text
from web.links import Links
from web.negotiation import DATA
from web.pages_home import Card
from web.problems import SANDBOXED, problem, problem_of
from web.programme_coverage import Found, Programmes, sifting
from web.state import state

router = APIRouter(include_in_schema=False)

_READ: Final = ["GET", "HEAD"]
_CSV: Final = "csv"


@dataclass(frozen=True, slots=True)
class ProgrammeCard:
    """A programme among all: its sources, and how many outcomes its page sets them against."""

    card: Card
    outcomes: int


@router.api_route("/programmes", methods=_READ)
def programmes(request: Request) -> Response:
    """The research programmes with their sources."""
    here = state(request)
    links = here.renderer.links
    cards = tuple(_cards(here.catalogue, here.programmes, links))
    return here.renderer.page(request, "programmes", cards=cards, others=_others(request))


@router.api_route("/programmes/{key}", methods=_READ)
def programme(request: Request, key: str) -> Response:
    """One programme with the coverage of its outcomes."""
    here = state(request)
    found = _found(request, key)
    words, links = here.catalogue.vocabularies, here.renderer.links
    return here.renderer.page(
        request,
        "programme",
        view=programme_views.programme(found.matrix.programme, words),
        matrix=programme_views.matrix(found, links, words),
        filters=programme_views.filters(found, words),
        meanings=grades.meanings(),
        here=links.programme(key),
        forms=DATA,
    )


@router.api_route("/programmes/{key}/sources/{id}", methods=_READ)
def source(request: Request, key: str, id: str) -> Response:
    """All evidence for the outcomes of one source."""
    here = state(request)
    found = here.programmes.named(key)
    matrix = here.programmes.of_one(here.catalogue, found, id)
    row = matrix.lines[0].row
    title, language = programme_views.title(row)
    return here.renderer.page(
        request,
        "programme_source",
        programme=found.name,
        here=here.renderer.links.programme(key),
        record=here.renderer.links.record(id),
        title=title,
        language=language,
        outcomes=programme_evidence.source(matrix, here.renderer.translate),
        author=found.mapped.author,
        dated=form.day(found.mapped.dated),
    )


@router.api_route("/programmes/{key}/coverage.{suffix}", methods=_READ)
def file(request: Request, key: str, suffix: str) -> Response:
    """The matrix as a file: a table or a form of RDF."""
    here = state(request)
    rdf = next((one for one in DATA if one.suffix == suffix), None)
    if rdf is None and suffix != _CSV:
        known = ", ".join((_CSV, *(one.suffix for one in DATA)))
        return problem(request, 404, f"The coverage has no form “{suffix[:100]}”. It has: {known}.")
    try:
        matrix = _found(request, key).matrix
    except CatalogueError as error:
        return problem_of(request, error)
    named = {**SANDBOXED, "Content-Disposition": f'attachment; filename="{key}-coverage.{suffix}"'}
    if rdf is None or rdf.format is None:
        return Response(programme_files.table(matrix), 200, named, "text/csv")
    triples = programme_files.cube(matrix, here.catalogue.base)
    return Response(serialise(triples, rdf.format, PREFIXES), 200, named, rdf.media_type)


def _found(request: Request, key: str) -> Found:
    here = state(request)
    found = here.programmes.named(key)
    asked = sifting(request.query_params.multi_items(), found)
    return here.programmes.found(here.catalogue, found, asked)


def _cards(catalogue: Catalogue, known: Programmes, links: Links) -> Iterator[ProgrammeCard]:
    for one in known.known.values():
        count = coverage_members.number(catalogue, one)
        about = text.first_sentence(one.description)
        card = Card(one.name, about, count, form.number(count), links.programme(one.key))
        yield ProgrammeCard(card, len(one.outcomes))


def _others(request: Request) -> tuple[Card, ...]:
    """The programmes that sources name and that have no file."""
    here = state(request)
    words = here.catalogue.vocabularies
    known = {one.home for one in here.programmes.known.values()}
    result = here.catalogue.search(SearchQuery(size=1))
    cards = pages_home.programmes(result, words, here.renderer.links)
    concepts = words.concepts("programme")
    return tuple(card for one, card in zip(concepts, cards, strict=True) if one.iri not in known)
