"""A chart as a page shows it: heading, sentence, drawing, table, and where to take it away from."""

from dataclasses import dataclass

from markupsafe import Markup

from catalogue.errors import Unavailable
from web.charts.chart import Chart, Say
from web.charts.drawings import Drawings
from web.charts.tables import Sheet, sheet


@dataclass(frozen=True, slots=True)
class Download:
    """A way to take a chart away: `CSV`, `JSON`, `SVG` or `PNG`, and its address."""

    form: str
    href: str


@dataclass(frozen=True, slots=True)
class Figure:
    """Everything that `chart_figure.html` needs; `drawings` is empty while nothing can be drawn."""

    name: str
    title: str
    reading: str
    drawings: tuple[Markup, ...]
    sheet: Sheet
    is_broad: bool
    downloads: tuple[Download, ...]


def figure(chart: Chart, drawings: Drawings, say: Say, downloads: tuple[Download, ...] = ()) -> Figure:
    """A chart for a page; where drawing fails, its sentence and its table still stand."""
    try:
        drawn = tuple(Markup(svg) for svg in drawings.drawn(chart))
    except Unavailable:
        drawn = ()
    return Figure(
        chart.name, chart.title, chart.reading, drawn, sheet(chart.table, say), chart.broad, downloads
    )
