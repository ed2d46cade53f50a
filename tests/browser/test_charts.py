"""Charts in a real browser: they follow the theme, fit their place, and are there for everybody."""

from __future__ import annotations

from collections.abc import Iterator
from importlib.resources import files
from typing import TYPE_CHECKING, Final

import pytest

from catalogue.profiles.counts import Count
from catalogue.settings import Settings
from tests.browser.looking import COLOURS, RUN, TAGS, UNFOLD
from tests.site.charting import invented, say, whole
from web.charts.comparing import Source
from web.charts.drawings import Drawings
from web.charts.europe import persons_by_country
from web.charts.figures import Download, figure
from web.charts.heat import domain_heat
from web.charts.painter import Painter
from web.headers import CONTENT_POLICY
from web.rendering import Renderer

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page, Route

pytestmark = pytest.mark.browser

PAGE: Final = """
{% from "chart_figure.html" import figure, heat, tiles %}
<!doctype html>
<html lang="en" data-theme="{{ theme }}">
<head><meta charset="utf-8"><title>Charts</title><meta name="viewport" content="width=device-width">
<link rel="icon" href="data:,">
<link rel="stylesheet" href="/app.css"><link rel="stylesheet" href="/charts.css"></head>
<body><main class="wide"><h1>A profile</h1><h2>All its charts</h2>
<div class="charts">{% for f in figures %}{{ figure(f) }}{% endfor %}{{ tiles(map) }}</div>
{{ heat(heat_map) }}</main></body></html>
"""
ADDRESS: Final = "http://charts.test/"
CUT_OFF: Final = """() => [...document.querySelectorAll('.chart svg')]
  .filter(svg => svg.checkVisibility())
  .flatMap(svg => {
    const frame = svg.getBoundingClientRect();
    const isCut = box => box.left < frame.left - 2 || box.right > frame.right + 2;
    const cut = [...svg.querySelectorAll('text')].filter(text => isCut(text.getBoundingClientRect()));
    return cut.map(text => svg.getAttribute('aria-label').slice(0, 30) + ': ' + text.textContent);
  })"""
KINDS: Final = ("population-pyramid", "visit-types", "concepts-per-person", "data-quality", "compare-sex")
FORMS: Final = ("CSV", "JSON", "SVG", "PNG")


@pytest.fixture(scope="module")
def pages(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """A page with every chart and one with each kind of drawing, in light and in dark."""
    painter = Painter()
    drawings = Drawings(tmp_path_factory.mktemp("charts"), painter)
    downloads = tuple(Download(form, f"/chart.{form.lower()}") for form in FORMS)
    releases = [Source(f"Source {number}", invented(number, 400)) for number in range(3)]
    countries = {"FRA": Count.exact(4200), "MLT": Count.hidden(5), "DEU": Count.between(96, 100)}
    environment = Renderer(Settings(base_url=ADDRESS)).environment
    figures = [figure(chart, drawings, say, downloads) for chart in whole()]
    values = {
        "map": persons_by_country(countries, say),
        "heat_map": domain_heat(releases, say),
    }
    painter.close()
    one_a_kind = [figure for figure in figures if figure.name in KINDS]
    template = environment.from_string(PAGE)
    return {
        name + theme: template.render(theme=theme, figures=shown, **values)
        for theme in ("light", "dark")
        for name, shown in (("", figures), ("kinds-", one_a_kind))
    }


@pytest.fixture
def page(browser: Browser, pages: dict[str, str]) -> Iterator[Page]:
    """A window that finds the pages by their names, under the policy of all our pages."""
    static = files("web") / "static"
    bodies = {name: (static / name).read_text("utf-8") for name in ("app.css", "charts.css")} | pages

    def answer(route: Route) -> None:
        name = route.request.url.removeprefix(ADDRESS)
        kind = "text/css" if name.endswith(".css") else "text/html; charset=utf-8"
        route.fulfill(
            body=bodies[name], content_type=kind, headers={"Content-Security-Policy": CONTENT_POLICY}
        )

    context = browser.new_context(reduced_motion="reduce")
    context.set_default_timeout(10_000)
    context.route(f"{ADDRESS}*", answer)
    yield context.new_page()
    context.close()


@pytest.mark.parametrize(("theme", "rules"), [("light", TAGS), ("dark", COLOURS)])
def test_axe_finds_nothing_and_nothing_is_cut_off(page: Page, axe: str, theme: str, rules: list[str]) -> None:
    page.goto(f"{ADDRESS}kinds-{theme}")
    page.evaluate(axe)
    page.evaluate(UNFOLD)

    for width in (1100, 360):
        page.set_viewport_size({"width": width, "height": 800})
        found = page.evaluate(RUN, rules)["violations"]

        assert not [(f["id"], n["target"], n["failureSummary"]) for f in found for n in f["nodes"]]
        assert page.evaluate("document.documentElement.scrollWidth") == width


def test_one_drawing_has_the_colours_of_either_theme(page: Page) -> None:
    bar = "#chart-year-of-birth path[fill='var(--accent)']"

    colours = []
    for theme in ("light", "dark"):
        page.goto(ADDRESS + theme)
        colours.append(page.locator(bar).first.evaluate("path => getComputedStyle(path).fill"))

    assert colours == ["rgb(11, 110, 117)", "rgb(95, 199, 205)"]


def test_a_broad_chart_has_one_drawing_for_each_width(page: Page) -> None:
    page.goto(ADDRESS + "light")
    figure = page.locator("#chart-persons-by-month")

    shown = []
    for width in (1100, 360):
        page.set_viewport_size({"width": width, "height": 800})
        shown.append([part.is_visible() for part in figure.locator("> div").all()])

    assert shown == [[False, True], [True, False]]


def test_drawings_keep_to_the_policy_of_our_pages(page: Page) -> None:
    told: list[str] = []
    asked: list[str] = []
    page.on("console", lambda message: told.append(message.text))
    page.on("request", lambda request: asked.append(request.url))

    page.goto(ADDRESS + "light")

    assert not told
    assert {url.removeprefix(ADDRESS) for url in asked} == {"light", "app.css", "charts.css"}


def test_text_in_a_drawing_stays_within_it(page: Page) -> None:
    """No label is cut off at an edge, in the font of this browser."""
    page.goto(ADDRESS + "light")

    assert not page.evaluate(CUT_OFF)
