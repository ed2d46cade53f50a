"""The pages that set datasets side by side, the way to choose them, and the files of a comparison."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Final

from fastapi import APIRouter, Request, Response

from catalogue.comparing import AT_A_GLANCE, LEAST, MOST, Side
from catalogue.comparing import MEASURED as ANALYSES
from catalogue.errors import CatalogueError, Invalid, NotFound
from catalogue.fields import TABLES
from catalogue.link_walk import addresses
from web import (
    compare,
    compare_choosing,
    compare_files,
    compare_measures,
    compare_rows,
    compare_views,
    profile_exports,
)
from web.charts.chart import Chart
from web.charts.figures import Download, Figure, figure
from web.compare import ALL, CONCEPTS, DESCRIPTION, MEASURED, Compared
from web.problems import SANDBOXED, problem, problem_of
from web.state import State, state
from web.values import Reader

router = APIRouter(include_in_schema=False)

_READ: Final = ["GET", "HEAD"]
_THEMES: Final = {"": 0, "light": 0, "dark": 1}
_LONGEST: Final = 500


@router.api_route("/compare", methods=_READ)
def datasets(request: Request) -> Response:
    """The datasets side by side; the way to choose more, or fewer, where they are not two to eight."""
    here, asked = state(request), compare.asked(request)
    chooses = "look" in request.query_params and "beside" not in request.query_params
    if chooses or not LEAST <= len(asked.ids) <= MOST:
        return _choosing(request, asked)
    links, say = here.renderer.links, here.renderer.translate
    found = compare.compared(
        here.catalogue, asked, ANALYSES if asked.part in (MEASURED, ALL) else AT_A_GLANCE
    )
    fields = TABLES["Dataset"] if asked.part in (DESCRIPTION, ALL) else compare_rows.AT_A_GLANCE
    words = here.catalogue.vocabularies
    sections = compare_rows.sections(found.sides, readers(here, found.sides), words, fields)
    lines = compare.lines(here.catalogue, found) if asked.part in (CONCEPTS, ALL) else ()
    view = compare_views.view(
        found, sections, lines, _figures(here, found), here.catalogue.concepts, links, say
    )
    return here.renderer.page(
        request,
        "compare",
        view=view,
        asked=asked,
        here=links.compare(),
        more=links.compare(query=f"{asked.query}&look="),
        program=f"{links.root}/api/v1/compare?{replace(asked, part=DESCRIPTION).query}",
    )


@router.api_route("/compare.csv", methods=_READ)
def as_csv(request: Request) -> Response:
    """All of a comparison as a table for spreadsheets."""
    here = state(request)
    say = here.renderer.translate
    try:
        found = compare.compared(here.catalogue, compare.asked(request))
        sections = compare_rows.sections(found.sides, readers(here, found.sides), here.catalogue.vocabularies)
        lines = compare.lines(here.catalogue, found)
    except CatalogueError as error:
        return problem_of(request, error)
    groups, charts = compare_measures.groups(found.sides, say), charts_of(here, found)
    told = compare_files.csv_of(found, sections, groups, charts, lines, say)
    named = {**SANDBOXED, "Content-Disposition": 'attachment; filename="compare.csv"'}
    return Response("".join(told), 200, named, "text/csv; charset=utf-8")


@router.api_route("/compare/{name}.{suffix}", methods=_READ)
def chart(request: Request, name: str, suffix: str) -> Response:
    """A chart of a comparison as a file: its table or its drawing."""
    here = state(request)
    if suffix not in profile_exports.FORMS:
        known = ", ".join(profile_exports.FORMS)
        return problem(request, 404, f"A chart has no form “{suffix[:100]}”. It has: {known}.")
    try:
        found = compare.compared(here.catalogue, compare.asked(request))
        one = _named(charts_of(here, found), name)
        if suffix in profile_exports.TABLES:
            body, media_type = profile_exports.table_file(one, suffix)
        else:
            body, media_type = profile_exports.picture(one, here.drawings, suffix, _theme(request))
    except CatalogueError as error:
        return problem_of(request, error)
    named = {**SANDBOXED, "Content-Disposition": f'attachment; filename="{name}.{suffix}"'}
    return Response(body, 200, named, media_type)


def readers(here: State, sides: Sequence[Side]) -> tuple[Reader | None, ...]:
    """Who puts the values of each dataset into words; None for one that is not there to be described."""
    graphs = [side.record.graph for side in sides if side.record]
    checked = here.catalogue.ledger.links.known({url for graph in graphs for url in addresses(graph)})
    words, links, say = here.catalogue.vocabularies, here.renderer.links, here.renderer.translate
    return tuple(
        Reader(side.record.graph, words, links, say, checked) if side.record else None for side in sides
    )


def charts_of(here: State, found: Compared) -> tuple[Chart, ...]:
    """The charts of a comparison; none where no dataset has a profile."""
    names = [name.text for name in found.names]
    return compare_measures.charts(found.sides, names, here.renderer.translate) if found.profiled else ()


def _choosing(request: Request, asked: compare.Asked) -> Response:
    here = state(request)
    look = request.query_params.get("look", "").strip()
    if len(look) > _LONGEST:
        raise Invalid(f"The words have {len(look):,} letters; the most is {_LONGEST}.")
    view = compare_choosing.view(here.catalogue, asked, look, here.renderer.links, here.renderer.translate)
    return here.renderer.page(request, "compare_choosing", 422 if len(asked.ids) > MOST else 200, view=view)


def _figures(here: State, found: Compared) -> tuple[Figure, ...]:
    if found.asked.part not in (MEASURED, ALL):
        return ()
    say, links, query = here.renderer.translate, here.renderer.links, found.asked.query
    return tuple(
        figure(
            one,
            here.drawings,
            say,
            tuple(
                Download(form.upper(), links.compare(f"/{one.name}.{form}", query))
                for form in profile_exports.FORMS
            ),
        )
        for one in charts_of(here, found)
    )


def _named(charts: Sequence[Chart], name: str) -> Chart:
    found = next((one for one in charts if one.name == name), None)
    if found is None:
        there = ", ".join(one.name for one in charts) or "none, for no dataset of it has a profile"
        raise NotFound(f"This comparison has no chart “{name:.100}”. It has: {there}.")
    return found


def _theme(request: Request) -> int:
    text = request.query_params.get("theme", "")
    if text not in _THEMES:
        raise Invalid(f"There cannot be theme={text:.40}: it must be light or dark.")
    return _THEMES[text]
