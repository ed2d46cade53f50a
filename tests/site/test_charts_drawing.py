"""What the engine draws: for both themes, safe in a page, kept by content, and made apart."""

import re
from collections.abc import Iterator
from importlib.resources import files
from pathlib import Path
from typing import Final

import pytest
from lxml import etree

from catalogue.errors import Unavailable
from catalogue.profiles.counts import Count
from catalogue.settings import Settings
from tests.site.charting import NAMES, invented, release, say, told, whole
from tests.site.test_contrast import contrast
from web.charts.chart import Chart, Spec
from web.charts.concepts import measurement_values
from web.charts.drawing import PALETTE, specified
from web.charts.drawings import Drawings, widths
from web.charts.figures import Download, figure
from web.charts.painter import Painter
from web.charts.persons import persons_by_month, pyramid
from web.charts.records import provenance_types
from web.rendering import Renderer

TOKEN: Final = re.compile(r"--([a-z0-9-]+): light-dark\((#[0-9a-f]{6}), (#[0-9a-f]{6})\);")
SERIES: Final = tuple(name for name in PALETTE if name.startswith("series-"))
HOSTILE: Final = '</text><script>alert(1)</script><image href="https://evil.example/x"/> ]]> &amp; "quoted"'


class Broken:
    """An engine that cannot draw."""

    def svg(self, spec: Spec) -> str:
        raise Unavailable("No drawing today.")

    def png(self, svg: str) -> bytes:
        raise Unavailable("No drawing today.")


class Counting:
    """An engine that counts what it draws."""

    def __init__(self, painter: Painter) -> None:
        self.painter = painter
        self.drawn = 0

    def svg(self, spec: Spec) -> str:
        self.drawn += 1
        return self.painter.svg(spec)

    def png(self, svg: str) -> bytes:
        return self.painter.png(svg)


@pytest.fixture(scope="module")
def painter() -> Iterator[Painter]:
    """The engine, in a process of its own."""
    painter = Painter()
    yield painter
    painter.close()


@pytest.fixture(scope="module")
def drawings(painter: Painter, tmp_path_factory: pytest.TempPathFactory) -> Drawings:
    """Drawings that are kept for all tests here."""
    return Drawings(tmp_path_factory.mktemp("charts"), painter)


def a_pyramid() -> Chart:
    """A chart with hidden cells."""
    chart = pyramid(invented(3, 400), say)
    assert chart is not None
    return chart


def parsed(svg: str) -> etree._Element:
    """The root of a drawing."""
    return etree.fromstring(svg.encode())


def local(element: etree._Element) -> str:
    """The name of an element without its namespace."""
    return etree.QName(element).localname


def test_every_chart_is_drawn_with_nothing_but_shapes_and_text(drawings: Drawings) -> None:
    for chart in whole():
        for svg, width in zip(drawings.drawn(chart), widths(chart), strict=True):
            root = parsed(svg)
            assert {local(element) for element in root.iter()} <= {
                *("svg", "g", "defs", "pattern", "clipPath", "rect", "path", "line", "text")
            }, chart.name
            assert not re.findall(r"https?:(?!//www\.w3\.org/2000/svg)|style=|class=|\son\w+=", svg)
            assert float(root.get("width", "0")) == pytest.approx(width, abs=1), chart.name
            assert root.get("aria-label") == f"{chart.title}. {chart.reading}"
            assert not re.search("NaN|Infinity|undefined", svg), chart.name


def test_colours_follow_the_theme_of_the_page_and_are_literal_in_a_file(drawings: Drawings) -> None:
    chart = a_pyramid()

    inline, light, dark = drawings.drawn(chart)[0], drawings.svg(chart), drawings.svg(chart, 1)

    assert "var(--accent)" in inline
    assert not re.findall(r'="#[0-9a-f]{3,6}"', inline)
    assert "var(" not in light + dark
    assert PALETTE["accent"][0] in light
    assert PALETTE["accent"][1] in dark


def test_a_file_says_its_title_and_its_sentence(drawings: Drawings) -> None:
    chart = a_pyramid()

    text = " ".join(
        element.text or "" for element in parsed(drawings.svg(chart)).iter() if local(element) == "text"
    )

    assert chart.title in text
    assert chart.reading in text


def test_a_file_of_pixels_is_a_png(drawings: Drawings) -> None:
    assert drawings.png(a_pyramid()).startswith(b"\x89PNG")


def test_hidden_cells_are_hatched_and_explained_in_the_drawing(drawings: Drawings) -> None:
    chart = provenance_types(release({"recordsByType": {("drug", "1"): told(3)}}), "drug", NAMES, say)

    assert chart is not None
    svg = drawings.drawn(chart)[0]
    assert len(re.findall(r'fill="url\(#c[0-9a-f]{10}-hatch\)"', svg)) == 2
    assert "hidden (1–5)" in svg
    assert "Hidden to protect persons; it is not zero" in svg


def test_names_within_drawings_do_not_meet_in_one_page(drawings: Drawings) -> None:
    found = [re.findall(r'\sid="([^"]+)"', svg) for chart in whole() for svg in drawings.drawn(chart)]

    names = [name for one in found for name in one]
    assert len(names) == len(set(names))


def test_words_from_elsewhere_stay_words(drawings: Drawings) -> None:
    cells = {("drug", "7"): told(90)}
    chart = provenance_types(release({"recordsByType": cells}), "drug", {"7": HOSTILE}, say)

    assert chart is not None
    for svg in (*drawings.drawn(chart), drawings.svg(chart)):
        assert {local(element) for element in parsed(svg).iter()} <= {
            *("svg", "g", "defs", "pattern", "rect", "path", "line", "text")
        }


def test_a_hundred_years_of_months_are_drawn_small(drawings: Drawings) -> None:
    cells = {
        (str((1912 + n // 12) * 100 + n % 12 + 1),): Count.between(n * 977 % 5000, n * 977 % 5000 + 4)
        for n in range(1300)
    }

    chart = persons_by_month(release({"personsObservedInMonth": cells}), say)

    assert chart is not None
    assert all(len(svg) < 60_000 for svg in drawings.drawn(chart))


def test_a_chart_is_drawn_once_and_kept_for_others(painter: Painter, tmp_path: Path) -> None:
    engine = Counting(painter)
    chart = a_pyramid()
    first = Drawings(tmp_path, engine).drawn(chart)

    again = Drawings(tmp_path, engine).drawn(a_pyramid())

    assert again == first
    assert engine.drawn == 1


def test_no_more_drawings_are_kept_than_may_be(tmp_path: Path) -> None:
    class Plain:
        def svg(self, spec: Spec) -> str:
            return '<svg xmlns="http://www.w3.org/2000/svg" width="340" height="9"/>'

        def png(self, svg: str) -> bytes:
            return b""

    drawings = Drawings(tmp_path, Plain(), most=40)
    chart = a_pyramid()

    for number in range(200):
        drawings.drawn(Chart(str(number), str(number), "", chart.spec, chart.table))

    assert len(list(tmp_path.glob("*/*.svg"))) < 140
    assert not [path for path in tmp_path.glob("*/*") if path.suffix != ".svg"]


def test_a_process_that_ended_for_want_of_work_is_started_again() -> None:
    painter = Painter(idle_s=0.0)
    chart = a_pyramid()

    drawn = [painter.svg(specified(chart, 340)) for _time in range(3)]

    painter.close()
    assert all(svg.startswith("<svg") for svg in drawn)


def test_a_specification_that_cannot_be_drawn_is_told_and_the_next_one_is_drawn(painter: Painter) -> None:
    with pytest.raises(Unavailable, match="Its table has all it shows"):
        painter.svg({"mark": "no such mark"})

    assert painter.svg(specified(a_pyramid(), 340)).startswith("<svg")


def test_a_page_shows_a_chart_with_its_table_and_its_files(drawings: Drawings, settings: Settings) -> None:
    chart = measurement_values(invented(1, 400), "3004249", "8840", NAMES, say)
    assert chart is not None

    page = rendered(settings, figure=figure(chart, drawings, say, (Download("CSV", "/x.csv"),)))

    assert page.count("<svg") == 1
    assert "<details" in page
    assert '<a href="/x.csv" download>' in page
    assert "<b>seated" not in page


def test_where_nothing_can_be_drawn_the_sentence_and_the_table_stand(
    settings: Settings, tmp_path: Path
) -> None:
    chart = a_pyramid()

    page = rendered(settings, figure=figure(chart, Drawings(tmp_path, Broken()), say))

    assert "<svg" not in page
    assert chart.reading in page
    assert "40–44" in page


def rendered(settings: Settings, **values: object) -> str:
    """What the macro makes of a figure."""
    environment = Renderer(settings).environment
    source = '{% from "chart_figure.html" import figure as drawn %}{{ drawn(figure) }}'
    return environment.from_string(source).render(**values)


def test_the_colours_of_files_are_those_of_the_style_sheets() -> None:
    static = files("web") / "static"
    sheets = "".join((static / name).read_text("utf-8") for name in ("app.css", "charts.css"))
    tokens = {name: (light, dark) for name, light, dark in TOKEN.findall(sheets)}

    assert {name: tokens.get(name) for name in PALETTE} == dict(PALETTE)


@pytest.mark.parametrize("theme", [0, 1], ids=["light", "dark"])
def test_series_can_be_read_on_paper(theme: int) -> None:
    paper = PALETTE["paper"][theme]

    weak = {name: contrast(PALETTE[name][theme], paper) for name in (*SERIES, "quiet", "ink", "bad")}

    assert not {name: ratio for name, ratio in weak.items() if ratio < 4.5}


def test_the_style_sheet_of_charts_stays_small() -> None:
    assert len((files("web") / "static" / "charts.css").read_bytes()) < 4_000
