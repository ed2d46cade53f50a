"""Several series in one drawing: lines with the band of what they may be, named at their ends.

What is hidden is a hatched square at its highest, and breaks the line as what is not provided does.
"""

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import groupby
from typing import Final

from catalogue.profiles.counts import State
from web.charts.amounts import middle, most
from web.charts.chart import DASHES, SERIES, Key, Spec, Told, colour
from web.charts.slots import Place

HEIGHT: Final = 220
_SHORT: Final = 14
"""Names of so many signs stand beside the lines; longer ones are lettered, and told below."""

_SIGN: Final = 6.6
_APART: Final = 14
"""How far the names of lines are apart at least, in pixels."""

_SINGLE: Final = 24
"""Up to how many points of a series each has a dot."""


@dataclass(frozen=True, slots=True)
class Point:
    """What is told of a place of the axis."""

    at: Place
    told: Told


@dataclass(frozen=True, slots=True)
class Series:
    """The points of one source or category, from left to right."""

    name: str
    points: tuple[Point, ...]


def lines(series: Sequence[Series], x: Spec, unit: str, top: float | None = None) -> Spec:
    """The series in one drawing, at most eight."""
    told = [point.told for one in series for point in one.points]
    highest = top or _nice(most(told))
    y: Spec = {
        "type": "quantitative",
        "scale": {"domain": [0, highest], "nice": False, "clamp": True},
        "axis": {"title": None, "tickCount": 4, "format": ",~f" if highest < 1_000_000 else ".3~s"},
    }
    rows = [row for number, one in enumerate(series) for row in _rows(one, number)]
    layers = [
        _band([row for row in rows if row["kind"] == "told"], x, y),
        _line([row for row in rows if row["kind"] == "told"], x, y),
        _dots([row for row in rows if row["dot"]], x, y),
        _hidden([row for row in rows if row["kind"] == "hidden"], x, y),
        _names(series, highest, y),
    ]
    right = 10 + _SIGN * max((len(label) for label in labels(series)), default=0)
    padding: Spec = {"left": 2, "top": 4, "bottom": 4, "right": right}
    return {"height": HEIGHT, "title": unit, "padding": padding, "layer": layers}


def labels(series: Sequence[Series]) -> list[str]:
    """What stands at the ends of the lines: the names, or letters where a name is long."""
    if all(len(one.name) <= _SHORT for one in series):
        return [one.name for one in series]
    return [letter(number) for number in range(len(series))]


def letter(number: int) -> str:
    """The letter of a series."""
    return chr(ord("A") + number)


def name_keys(series: Sequence[Series]) -> tuple[Key, ...]:
    """A line below the drawing for each series that is lettered."""
    return tuple(
        Key("line", f"{label}: {one.name}", SERIES[number % len(SERIES)], " ".join(map(str, DASHES[number])))
        for number, (label, one) in enumerate(zip(labels(series), series, strict=True))
        if label != one.name
    )


def dated(day: date) -> str:
    """A day as a place on an axis of time."""
    return f"{day.isoformat()}T00:00:00Z"


def time_axis(days: Sequence[date]) -> Spec:
    """The axis of releases, which are few."""
    ends = [dated(min(days)), dated(max(days))]
    axis: Spec = {"title": None, "format": "%b %Y", "tickCount": 4, "grid": False, "labelOverlap": True}
    return {"type": "temporal", "scale": {"type": "utc", "domain": ends, "nice": False}, "axis": axis}


def number_axis(first: float, last: float, title: str) -> Spec:
    """An axis of ages or years."""
    axis: Spec = {"title": title, "format": "d", "tickCount": 6, "grid": False}
    return {
        "type": "quantitative",
        "scale": {"domain": [first, last], "nice": False, "zero": False},
        "axis": axis,
    }


def looks() -> Spec:
    """The colour of each series by its number."""
    numbers = [*range(len(DASHES))]
    colours = [colour(SERIES[number % len(SERIES)]) for number in numbers]
    return {
        "field": "series",
        "type": "nominal",
        "legend": None,
        "scale": {"domain": numbers, "range": colours},
    }


def _rows(one: Series, number: int) -> Iterator[Spec]:
    for run, (kind, some) in enumerate(groupby(one.points, key=lambda point: _kind(point.told))):
        points = list(some)
        for point in points:
            low = point.told.low or 0
            yield {
                "x": point.at,
                "low": low,
                "high": low if point.told.high is None else point.told.high,
                "middle": middle(point.told),
                "series": number,
                "run": f"{number}-{run}",
                "kind": kind,
                "dot": kind == "told" and (len(points) == 1 or len(one.points) <= _SINGLE),
            }


def _kind(told: Told) -> str:
    return {State.SUPPRESSED: "hidden", State.ABSENT: "absent"}.get(told.state, "told")


def _band(rows: Sequence[Spec], x: Spec, y: Spec) -> Spec:
    encoding: Spec = {"x": {"field": "x", **x}, "y": {"field": "low", **y}, "y2": {"field": "high"}}
    return {
        "data": {"values": [*rows]},
        "mark": {"type": "area", "fillOpacity": 0.2, "clip": True},
        "encoding": {**encoding, "fill": looks(), "detail": {"field": "run"}},
    }


def _line(rows: Sequence[Spec], x: Spec, y: Spec) -> Spec:
    dashes: Spec = {"domain": [*range(len(DASHES))], "range": [[*dash] or [1, 0] for dash in DASHES]}
    dash: Spec = {"field": "series", "type": "nominal", "legend": None, "scale": dashes}
    encoding: Spec = {"x": {"field": "x", **x}, "y": {"field": "middle", **y}, "stroke": looks()}
    return {
        "data": {"values": [*rows]},
        "mark": {"type": "line", "strokeWidth": 2, "clip": True},
        "encoding": {**encoding, "strokeDash": dash, "detail": {"field": "run"}},
    }


def _dots(rows: Sequence[Spec], x: Spec, y: Spec) -> Spec:
    encoding: Spec = {"x": {"field": "x", **x}, "y": {"field": "middle", **y}, "fill": looks()}
    return {
        "data": {"values": [*rows]},
        "mark": {"type": "point", "shape": "circle", "size": 28, "strokeWidth": 0},
        "encoding": encoding,
    }


def _hidden(rows: Sequence[Spec], x: Spec, y: Spec) -> Spec:
    encoding: Spec = {"x": {"field": "x", **x}, "y": {"field": "high", **y}, "stroke": looks()}
    return {
        "data": {"values": [*rows]},
        "mark": {"type": "point", "shape": "square", "size": 70, "fill": "url(#hatch)", "strokeWidth": 1.5},
        "encoding": encoding,
    }


def _names(series: Sequence[Series], highest: float, y: Spec) -> Spec:
    """The names right of the last points, moved apart where they would meet."""
    ends = []
    for number, (label, one) in enumerate(zip(labels(series), series, strict=True)):
        last = next((p.told for p in reversed(one.points) if p.told.low is not None), None)
        if last is not None:
            height = HEIGHT * (1 - min(1.0, middle(last) / highest))
            ends.append((height, label, number))
    rows = [
        {"y": (1 - place / HEIGHT) * highest, "label": label, "series": number}
        for place, label, number in _moved(sorted(ends))
    ]
    return {
        "data": {"values": rows},
        "mark": {"type": "text", "align": "left", "baseline": "middle", "dx": 6, "fontWeight": 600},
        "encoding": {
            "x": {"value": "width"},
            "y": {"field": "y", **y},
            "text": {"field": "label", "type": "nominal"},
            "fill": looks(),
        },
    }


def _moved(ends: Sequence[tuple[float, str, int]]) -> list[tuple[float, str, int]]:
    moved: list[tuple[float, str, int]] = []
    for y, label, number in ends:
        moved.append((max(y, moved[-1][0] + _APART) if moved else y, label, number))
    over = max(0.0, moved[-1][0] - HEIGHT) if moved else 0.0
    return [(y - over, label, number) for y, label, number in moved]


def _nice(value: float) -> float:
    """The least round number that is not below the value, 1 for nothing."""
    if value <= 0:
        return 1.0
    power = 10.0 ** math.floor(math.log10(value))
    return next(step * power for step in (1, 1.5, 2, 3, 4, 5, 6, 8, 10) if step * power >= value)
