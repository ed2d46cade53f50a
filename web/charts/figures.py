"""A chart as a page shows it: heading, sentence, drawing, table, and where to take it away from."""

from collections.abc import Callable
from dataclasses import dataclass

from markupsafe import Markup

from catalogue.errors import Unavailable
from web.charts.chart import Chart, Say
from web.charts.drawings import Drawings, widths
from web.charts.tables import Sheet, sheet


@dataclass(frozen=True, slots=True)
class Download:
    """A way to take a chart away: `CSV`, `JSON`, `SVG` or `PNG`, and its address."""

    form: str
    href: str


@dataclass(frozen=True, slots=True)
class Picture:
    """A drawing that is yet to be made, when a browser fetches it: its addresses by theme, and its width."""

    light: str
    dark: str
    width: int


@dataclass(frozen=True, slots=True)
class Figure:
    """Everything that `chart_figure.html` needs; `drawings` is empty while nothing can be drawn.

    Where `pictures` are there, they stand in the place of the drawings.
    """

    name: str
    title: str
    reading: str
    drawings: tuple[Markup, ...]
    sheet: Sheet
    is_broad: bool
    downloads: tuple[Download, ...]
    pictures: tuple[Picture, ...] = ()


Address = Callable[[int, int], str]
"""Where a drawing is fetched: by its width, and its theme, 0 for light and 1 for dark."""


def figure(chart: Chart, drawings: Drawings, say: Say, downloads: tuple[Download, ...] = ()) -> Figure:
    """A chart for a page; where drawing fails, its sentence and its table still stand."""
    try:
        drawn = tuple(Markup(svg) for svg in drawings.drawn(chart))
    except Unavailable:
        drawn = ()
    return _figure(chart, drawn, say, downloads)


def swift_figure(
    chart: Chart, drawings: Drawings, say: Say, downloads: tuple[Download, ...], address: Address
) -> Figure:
    """A chart for a page that waits for no drawing: one that is not made yet is left to the browser."""
    drawn = tuple(Markup(svg) for svg in drawings.kept(chart))
    awaited = () if drawn else tuple(Picture(address(w, 0), address(w, 1), w) for w in widths(chart))
    return _figure(chart, drawn, say, downloads, awaited)


def _figure(
    chart: Chart,
    drawn: tuple[Markup, ...],
    say: Say,
    downloads: tuple[Download, ...],
    pictures: tuple[Picture, ...] = (),
) -> Figure:
    told = sheet(chart.table, say)
    return Figure(chart.name, chart.title, chart.reading, drawn, told, chart.broad, downloads, pictures)
