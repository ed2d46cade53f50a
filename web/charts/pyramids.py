"""Two groups by age, back to back."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from catalogue.profiles.counts import State
from web.charts.amounts import most
from web.charts.chart import Spec, Told, colour

HEIGHT: Final = 230
_LEAST: Final = 0.03
"""The least share of a half that something hidden takes."""

_ABOVE: Final = 0.1
"""How much room is kept for the names above the oldest."""

_GAP: Final = 0.12
"""How much of a bar's height is left free."""


@dataclass(frozen=True, slots=True)
class Sides:
    """An age from `start` to before `end`, and what is counted of either group."""

    start: int
    end: int
    left: Told
    right: Told


def drawn_pyramid(sides: Sequence[Sides], left: str, right: str, unit: str) -> Spec:
    """The two groups back to back, each under its name; ages go upward."""
    told = [one for side in sides for one in (side.left, side.right)]
    highest = most([one for one in told if one.state != State.SUPPRESSED]) or most(told) or 1
    parts: dict[str, list[Spec]] = {}
    for side in sides:
        for one, sign in ((side.left, -1), (side.right, 1)):
            for look, start, end in _parts(one, highest):
                parts.setdefault(look, []).append(_part(side, sign * start, sign * end))
    layers = [_frame(sides, highest), *(_drawn(look, rows) for look, rows in parts.items())]
    return {"height": HEIGHT, "title": unit, "layer": [*layers, *_names(left, right)]}


def _frame(sides: Sequence[Sides], highest: float) -> Spec:
    x: Spec = {
        "field": "x",
        "type": "quantitative",
        "scale": {"domain": [-highest, highest], "nice": True},
        "axis": {
            "title": None,
            "tickCount": 5,
            "labelExpr": "format(abs(datum.value), ',~f')",
            "labelFlush": True,
        },
    }
    last = sides[-1].end
    y: Spec = {
        "field": "y",
        "type": "quantitative",
        "scale": {
            "domain": [sides[0].start, last + (last - sides[0].start) * _ABOVE],
            "nice": False,
            "zero": False,
        },
        "axis": {"title": None, "format": "d", "tickMinStep": 10, "grid": False},
    }
    line: Spec = {"type": "rule", "stroke": colour("edge")}
    return {"data": {"values": []}, "mark": line, "encoding": {"x": x, "y": y}}


def _parts(told: Told, highest: float) -> Iterator[tuple[str, float, float]]:
    low, high = told.low or 0, told.high or 0
    match told.state:
        case State.ABSENT:
            yield "absent", 0.01 * highest, _LEAST * highest
        case State.SUPPRESSED:
            yield "hidden", 0, max(high, highest * _LEAST)
        case _:
            yield "solid", 0, low
            if high > low:
                yield "interval", low, high


def _part(side: Sides, start: float, end: float) -> Spec:
    room = (side.end - side.start) * _GAP / 2
    middle = (side.start + side.end) / 2
    return {"x": start, "x2": end, "y": side.start + room, "y2": side.end - room, "middle": middle}


def _drawn(look: str, rows: Sequence[Spec]) -> Spec:
    marks: dict[str, Spec] = {
        "solid": {"type": "rect", "fill": colour("accent")},
        "interval": {"type": "rect", "fill": colour("accent"), "fillOpacity": 0.4},
        "hidden": {"type": "rect", "fill": "url(#hatch)", "stroke": colour("quiet"), "strokeWidth": 0.75},
        "absent": {"type": "rule", "stroke": colour("quiet"), "strokeWidth": 1.5},
    }
    x: Spec = {"x": {"field": "x", "type": "quantitative"}, "x2": {"field": "x2"}}
    y: Spec = {"y": {"field": "y", "type": "quantitative"}, "y2": {"field": "y2"}}
    if look == "absent":
        y = {"y": {"field": "middle", "type": "quantitative"}}
    return {"data": {"values": [*rows]}, "mark": {**marks[look], "clip": True}, "encoding": {**x, **y}}


def _names(left: str, right: str) -> Iterator[Spec]:
    for text, place, align in ((left, 4, "left"), (right, "width", "right")):
        look: Spec = {"type": "text", "text": text, "align": align, "baseline": "top", "fontWeight": 600}
        yield {
            "data": {"values": [{}]},
            "mark": {**look, "fill": colour("ink")},
            "encoding": {"x": {"value": place}, "y": {"value": 2}},
        }
