"""From a specification to one SVG for both themes: what the engine draws is sifted, named and finished.

Nothing but shapes and text comes through: no script, no style, no reference to anywhere else.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Final

from lxml import etree

from web.charts.chart import Chart, Key, Spec, colour
from web.charts.shortening import shorten

NARROW: Final = 340
WIDE: Final = 760
"""The widths of drawings in pixels: for a column or a telephone, and for a whole page."""

PALETTE: Final[Mapping[str, tuple[str, str]]] = {
    "ink": ("#16212b", "#e8eef2"),
    "quiet": ("#51616d", "#a9b7c1"),
    "paper": ("#fbfaf7", "#12181d"),
    "line": ("#d9dfe2", "#2d3942"),
    "edge": ("#7b8a94", "#71828e"),
    "accent": ("#0b6e75", "#5fc7cd"),
    "bad": ("#a4262c", "#ff8f8a"),
    "shade-2": ("#a3d0d2", "#23545c"),
    "series-1": ("#004f86", "#4a9fe0"),
    "series-2": ("#c24a00", "#ff8f55"),
    "series-3": ("#007a55", "#3cc295"),
    "series-4": ("#a0478a", "#e08fc6"),
    "series-5": ("#8a6a00", "#e3b341"),
    "series-6": ("#2779b0", "#b4def7"),
}
"""The colours of the style sheets that drawings use, light and dark, for files that stand alone."""

_SVG: Final = "http://www.w3.org/2000/svg"
_TAGS: Final = {"g", "path", "rect", "line", "text", "tspan", "circle", "defs", "pattern", "clipPath", "svg"}
_ATTRIBUTES: Final = frozenset(
    "class d x y x1 y1 x2 y2 dx dy r cx cy width height viewBox transform fill fill-opacity stroke "
    "stroke-width stroke-opacity stroke-dasharray stroke-linecap stroke-linejoin stroke-miterlimit opacity "
    "text-anchor font-size font-weight clip-path id".split()
)
_VARIABLE: Final = re.compile(r"var\(--([a-z0-9-]+)\)")
_REFERENCE: Final = re.compile(r"url\(#([A-Za-z0-9_-]+)\)")
_FONT: Final = 12
_LINE: Final = 18
_SAMPLE: Final = 26
_SIGN: Final = 6.2
"""How wide a sign is about, in pixels at our size of text."""

CONFIG: Final[Spec] = {
    "background": None,
    "aria": False,
    "font": "sans-serif",
    "padding": {"left": 2, "right": 8, "top": 4, "bottom": 4},
    "view": {"stroke": None},
    "axis": {
        "labelColor": colour("quiet"),
        "labelFontSize": _FONT,
        "labelFontWeight": 400,
        "titleColor": colour("quiet"),
        "titleFontSize": _FONT,
        "titleFontWeight": 400,
        "titlePadding": 6,
        "gridColor": colour("line"),
        "domainColor": colour("edge"),
        "tickColor": colour("edge"),
        "tickSize": 4,
    },
    "title": {
        "color": colour("quiet"),
        "fontSize": _FONT,
        "fontWeight": 400,
        "anchor": "start",
        "frame": "bounds",
        "offset": 8,
    },
    "text": {"fontSize": _FONT},
}
"""How all charts look; colours follow the page."""


def specified(chart: Chart, width: int) -> Spec:
    """The whole specification for a drawing of a width."""
    spec: Spec = {
        "$schema": "https://vega.github.io/schema/vega-lite/v6.json",
        "config": CONFIG,
        "width": width,
        "autosize": {"type": "fit-x", "contains": "padding"},
        **chart.spec,
    }
    return spec


def finished(svg: str, chart: Chart, width: int, name: str) -> str:
    """The SVG of the engine made fit for a page; `name` is unlike that of any other drawing there."""
    root = etree.fromstring(svg.encode(), etree.XMLParser(resolve_entities=False, no_network=True))
    _sift(root)
    shorten(root)
    top, across = float(root.get("height", "0")), max(float(root.get("width", "0")), width)
    keys = [*_keys(chart.keys, int(across))]
    height = top + len(keys) * _LINE + (8 if keys else 0)
    for element in root.iter():
        _apart(element, name)
    root.insert(0, _patterns(name))
    for number, (key, line) in enumerate(keys):
        root.extend(_key(key, line, top + 8 + number * _LINE, name))
    root.set("viewBox", f"0 0 {across:g} {height:g}")
    root.set("width", f"{across:g}")
    root.set("height", f"{height:g}")
    root.set("role", "img")
    root.set("aria-label", f"{chart.title}. {chart.reading}")
    etree.cleanup_namespaces(root)
    return str(etree.tostring(root, encoding="unicode"))


def literal(svg: str, theme: int = 0) -> str:
    """The SVG with the colours of a theme, 0 light and 1 dark."""
    return _VARIABLE.sub(lambda found: PALETTE[found.group(1)][theme], svg)


def pictured(svg: str, theme: int) -> str:
    """The drawing of a page as an image that it fetches: as it is, in the colours of a theme."""
    return literal(svg, theme).replace("<svg ", '<svg font-family="sans-serif" ', 1)


def alone(svg: str, chart: Chart, theme: int = 0) -> str:
    """The drawing as a file of its own: its paper, its title and the sentence above it, literal colours."""
    root = etree.fromstring(svg.encode())
    across, height = float(root.get("width", "0")), float(root.get("height", "0"))
    lines = [(line, 15, 600) for line in _wrapped(chart.title, int(across / _SIGN / 1.3))]
    lines += [(line, _FONT, 400) for line in _wrapped(chart.reading, int((across - 8) / _SIGN))]
    head = len(lines) * _LINE + 20
    group = etree.Element(f"{{{_SVG}}}g", {"transform": f"translate(8,{head})"})
    group.extend([*root])
    for number, (line, size, weight) in enumerate(lines):
        look = {"font-size": f"{size}px", "font-weight": str(weight), "fill": colour("ink")}
        text = etree.SubElement(
            root, f"{{{_SVG}}}text", {"x": "10", "y": f"{(number + 1) * _LINE + 4}", **look}
        )
        text.text = line
    root.append(group)
    paper = etree.Element(f"{{{_SVG}}}rect", {"width": "100%", "height": "100%", "fill": colour("paper")})
    root.insert(0, paper)
    across, height = across + 16, height + head + 8
    root.set("viewBox", f"0 0 {across:g} {height:g}")
    root.set("width", f"{across:g}")
    root.set("height", f"{height:g}")
    root.set("font-family", "sans-serif")
    return literal(str(etree.tostring(root, encoding="unicode")), theme)


def _sift(root: etree._Element) -> None:
    for element in [*root.iter()]:
        if not isinstance(element.tag, str) or etree.QName(element).localname not in _TAGS:
            parent = element.getparent()
            if parent is not None:
                parent.remove(element)
            continue
        for attribute in [*element.attrib]:
            if attribute not in _ATTRIBUTES:
                del element.attrib[attribute]
        if element.get("fill") == "white" and element.getparent() is root:
            root.remove(element)


def _apart(element: etree._Element, name: str) -> None:
    """Names within a drawing begin with its own, so that two drawings may stand in one page."""
    for attribute, value in element.attrib.items():
        if attribute == "id":
            element.set("id", f"{name}-{value}")
        elif "url(" in value:
            element.set(attribute, _REFERENCE.sub(rf"url(#{name}-\1)", value))
    element.attrib.pop("class", None)


def _patterns(name: str) -> etree._Element:
    """The hatching of what is hidden, and the dots of what failed."""
    defs = etree.Element(f"{{{_SVG}}}defs")
    for look, token, shape in (("hatch", "quiet", "M0 0V6"), ("failed", "bad", "M0 0V4")):
        size = shape.rpartition("V")[2]
        turn = "rotate(45)" if look == "hatch" else "rotate(-45)"
        pattern = etree.SubElement(
            defs,
            f"{{{_SVG}}}pattern",
            {"id": f"{name}-{look}", "width": size, "height": size, "patternTransform": turn},
        )
        pattern.set("patternUnits", "userSpaceOnUse")
        etree.SubElement(pattern, f"{{{_SVG}}}rect", {"width": size, "height": size, "fill": colour("paper")})
        stroke = {"stroke": colour(token), "stroke-width": "3" if look == "hatch" else "2"}
        etree.SubElement(pattern, f"{{{_SVG}}}path", {"d": shape, **stroke})
    return defs


def _keys(keys: Sequence[Key], width: int) -> Iterator[tuple[Key | None, str]]:
    """The lines below the drawing; only the first of a key that needs several has its sample."""
    for key in keys:
        indent = 0 if key.look == "note" else _SAMPLE
        shown: Key | None = key
        for line in _wrapped(key.words, int((width - indent - 8) / _SIGN)):
            yield (shown if shown and shown.look != "note" else None, line if indent == 0 else f"\t{line}")
            shown = None


def _wrapped(words: str, longest: int) -> Iterator[str]:
    line = ""
    for word in words.split():
        if line and len(line) + 1 + len(word) > longest:
            yield line
            line = word[:longest]
        else:
            line = f"{line} {word}" if line else word[:longest]
    yield line


def _key(key: Key | None, line: str, top: float, name: str) -> Iterator[etree._Element]:
    if key is not None:
        yield from _sample(key, top, name)
    look = {"x": str(_SAMPLE if line.startswith("\t") else 2), "y": f"{top + 13:g}"}
    text = etree.Element(f"{{{_SVG}}}text", {**look, "font-size": f"{_FONT}px", "fill": colour("quiet")})
    text.text = line.strip()
    yield text


def _sample(key: Key, top: float, name: str) -> Iterator[etree._Element]:
    box = {"x": "2", "y": f"{top + 3:g}", "width": "18", "height": "11"}
    line = {"d": f"M2 {top + 9:g}h18", "fill": "none", "stroke-width": "2"}
    match key.look:
        case "hidden":
            yield _shape("rect", box, {"fill": f"url(#{name}-hatch)", "stroke": colour("quiet")})
        case "failed":
            yield _shape("rect", box, {"fill": f"url(#{name}-failed)", "stroke": colour("bad")})
        case "interval":
            yield _shape("rect", box, {"fill": colour(key.colour), "fill-opacity": "0.4"})
        case "solid":
            yield _shape("rect", box, {"fill": colour(key.colour)})
        case "absent":
            yield _shape("path", line, {"stroke": colour("quiet"), "stroke-dasharray": "3 2"})
        case _:
            yield _shape("path", line, {"stroke": colour(key.colour), "stroke-dasharray": key.dash or "none"})


def _shape(tag: str, place: Mapping[str, str], look: Mapping[str, str]) -> etree._Element:
    return etree.Element(f"{{{_SVG}}}{tag}", {**place, **look})
