"""The page of the network, and its files: all of it, and each of its charts and tables."""

from dataclasses import replace
from typing import Final
from urllib.parse import urlencode

from fastapi import APIRouter, Request, Response

from catalogue.errors import CatalogueError, Invalid, NotFound
from catalogue.search import SearchQuery
from web import network_charts, network_files, network_views, pages_search, profile_exports
from web.asking import asked
from web.charts.chart import Chart
from web.charts.figures import Figure, swift_figure
from web.charts.tables import Tabled
from web.network import Overview, overview
from web.problems import SANDBOXED, problem_of
from web.state import state

router = APIRouter(include_in_schema=False)

_READ: Final = ["GET", "HEAD"]
_COLOURS: Final = {"": 0, **{name: number for number, name in enumerate(profile_exports.THEMES)}}


@router.api_route("/network", methods=_READ)
def network(request: Request) -> Response:
    """What all sources hold together, or those that a search finds."""
    here = state(request)
    links, say, words = here.renderer.links, here.renderer.translate, here.catalogue.vocabularies
    query = asked(request)
    found = overview(here.catalogue, query)
    charts = network_charts.network_charts(found, say)
    narrowing = replace(links, results="/network")
    return here.renderer.page(
        request,
        "network",
        view=network_views.view(found, words, links, say),
        search=pages_search.view(here.catalogue, query, narrowing, here.now().date()),
        figures={chart.name: _figure(request, found, chart) for chart in charts if len(chart.table.rows) > 1},
        told_once={chart.name: chart for chart in charts if len(chart.table.rows) == 1},
        heats=tuple(network_views.heats(found, links, say)),
        counted={one.name: one for one in network_views.counted(found, words, links, say)},
        kept=network_views.kept(query),
        here=narrowing.search(SearchQuery()),
        every=links.search(found.query),
        table=links.network(found.query, ".csv"),
        values=links.network(found.query, ".json"),
        program=f"{links.root}/api/v1{links.network(found.query).removeprefix(links.root)}",
    )


@router.api_route("/network.csv", methods=_READ)
def as_csv(request: Request) -> Response:
    """A line for each source with a profile."""
    here = state(request)
    try:
        found = overview(here.catalogue, asked(request))
    except CatalogueError as error:
        return problem_of(request, error)
    words, say = here.catalogue.vocabularies, here.renderer.translate
    table = network_files.sources(found, here.catalogue.base, words, say)
    return _file("network.csv", *profile_exports.table_file(table, "csv"))


@router.api_route("/network/{name}.{suffix}", methods=_READ)
def file(request: Request, name: str, suffix: str) -> Response:
    """A chart or a table of the network as a file."""
    here = state(request)
    try:
        shown = _exhibit(request, name)
        if suffix in profile_exports.PICTURES and isinstance(shown, Chart):
            width = request.query_params.get("width", "")
            body, media_type = profile_exports.picture(shown, here.drawings, suffix, _colours(request), width)
        else:
            body, media_type = profile_exports.table_file(shown, suffix)
    except CatalogueError as error:
        return problem_of(request, error)
    return _file(f"network-{name}.{suffix}", body, media_type)


def _exhibit(request: Request, name: str) -> Tabled:
    """A chart or a table by its name; raises NotFound."""
    here = state(request)
    found = overview(here.catalogue, asked(request))
    shown = network_files.exhibits(found, here.catalogue.vocabularies, here.renderer.translate)
    if name not in shown:
        raise NotFound(f"The network has no chart or table “{name:.100}”. It has: {', '.join(shown)}.")
    return shown[name]


def _figure(request: Request, found: Overview, chart: Chart) -> Figure:
    here = state(request)
    ways = network_views.ways(found.query, chart.name, profile_exports.FORMS, here.renderer.links)

    def address(width: int, theme: int) -> str:
        way = here.renderer.links.network(found.query, f"/{chart.name}.svg")
        query = urlencode({"width": width, "colours": profile_exports.THEMES[theme]})
        return f"{way}{'&' if '?' in way else '?'}{query}"

    return swift_figure(chart, here.drawings, here.renderer.translate, ways, address)


def _colours(request: Request) -> int:
    """The colours of a drawing by the parameter `colours`; `theme` is a facet of the search."""
    text = request.query_params.get("colours", "")
    if text not in _COLOURS:
        raise Invalid(f"There cannot be colours={text:.40}: they must be light or dark.")
    return _COLOURS[text]


def _file(name: str, body: str | bytes, media_type: str) -> Response:
    named = {**SANDBOXED, "Content-Disposition": f'attachment; filename="{name}"'}
    return Response(body, 200, named, media_type)
