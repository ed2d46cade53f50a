"""The charts of a profile to take away: the numbers as CSV and JSON, the drawing as SVG and PNG."""

from collections.abc import Callable, Mapping
from typing import Final
from urllib.parse import urlencode

from markupsafe import Markup

from catalogue.errors import Invalid, NotFound
from catalogue.profiles.releases import Release
from web import profile_charts
from web.charts.chart import Chart
from web.charts.drawings import Drawings, widths
from web.charts.figures import Download, Figure, swift_figure
from web.charts.tables import Tabled, csv_of, json_of
from web.i18n import mark
from web.links import Links
from web.profile_views import Asked
from web.state import State

TABLES: Final[Mapping[str, tuple[str, Callable[[Tabled], str | bytes]]]] = {
    "csv": ("text/csv", lambda table: "\ufeff" + csv_of(table)),
    "json": ("application/json", json_of),
}
"""The forms of a table: its media type, and what writes it."""

PICTURES: Final[Mapping[str, str]] = {"svg": "image/svg+xml", "png": "image/png"}
"""The forms of a drawing, and their media types."""

FORMS: Final = (*TABLES, *PICTURES)

NOT_PROVIDED: Final = mark("– not provided by this release")

THEMES: Final = ("light", "dark")
"""In the order of their numbers."""


def drawn(here: State, release: Release, chart: Chart) -> Figure:
    """A chart of a release for a page, with the ways to take it away."""
    links = here.renderer.links
    ways = downloads(links, release.record, release.id, chart.name)

    def address(width: int, theme: int) -> str:
        query = urlencode({"release": release.id, "width": width, "theme": THEMES[theme]})
        return links.profile(release.record, f"/{chart.name}.svg", query)

    return swift_figure(chart, here.drawings, here.renderer.translate, ways, address)


def written(here: State, found: Asked, part: str) -> Markup:
    """The charts of a part of a release as they stand in the page; remembered once all of them are drawn."""
    names = profile_charts.names(here.catalogue, found.guarded)
    others = tuple((one.id, one.imported) for one in found.releases)
    key = part, found.release.id, others, tuple(names.items())
    if (markup := here.written.find(key)) is not None:
        return markup
    charts = profile_charts.charts(here, found, part)
    figures = [drawn(here, found.release, chart) for chart in charts]
    markup = here.renderer.part("chart_figure", "charts", figures, here.renderer.translate(NOT_PROVIDED))
    if all(one.drawings for one in figures):
        here.written.keep(key, markup)
    return markup


def downloads(links: Links, record: str, release: int, name: str) -> tuple[Download, ...]:
    """Where a chart of a release can be taken away."""
    return tuple(
        Download(suffix.upper(), links.profile(record, f"/{name}.{suffix}", f"release={release}"))
        for suffix in FORMS
    )


def table_file(table: Tabled, suffix: str) -> tuple[str | bytes, str]:
    """A table in a form, with the media type; raises NotFound for a form that tables have not."""
    if suffix not in TABLES:
        raise NotFound(f"A table has no form “{suffix:.20}”. It has: {', '.join(TABLES)}.")
    media_type, write = TABLES[suffix]
    return write(table), media_type


def picture(
    chart: Chart, drawings: Drawings, suffix: str, theme: int, width: str = ""
) -> tuple[str | bytes, str]:
    """A drawing in a form, with the media type; `theme` is 0 for light, 1 for dark.

    An SVG is as it stands in a page where a width is given; raises Invalid for one that it has not.
    """
    if suffix == "png":
        return drawings.png(chart, theme), PICTURES[suffix]
    if not width:
        return drawings.svg(chart, theme), PICTURES[suffix]
    if width not in (known := {str(one): one for one in widths(chart)}):
        raise Invalid(f"There cannot be width={width:.40}: this chart is drawn in {', '.join(known)}.")
    return drawings.pictured(chart, known[width], theme), PICTURES[suffix]
