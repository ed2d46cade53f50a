"""Named things below each other: a label and its number on a line, and a bar, box or span beneath."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from catalogue.profiles.counts import State
from catalogue.profiles.measured import Spread
from web.charts.amounts import most, plain
from web.charts.chart import Spec, Told, colour
from web.charts.labels import short
from web.charts.slots import Place

PITCH: Final = 36
"""From one row to the next in pixels."""

SHOWN: Final = 12
"""How many rows are drawn at most; the table has all."""

_TEXT: Final = 12
_TOP: Final = 18
_BOTTOM: Final = 28
_SIGNS: Final = 46
"""How many signs a label and its number may have together."""

_LEAST: Final = 0.025
"""The least share of the width that something hidden takes."""


@dataclass(frozen=True, slots=True)
class Row:
    """What a row is about, its number in words, and what is drawn; `rest` is what failed beside it."""

    label: str
    figure: str
    told: Told
    rest: float = 0.0


@dataclass(frozen=True, slots=True)
class Box:
    """What a box is about, its numbers in words, and how the values are spread."""

    label: str
    figure: str
    spread: Spread


@dataclass(frozen=True, slots=True)
class Piece:
    """A part of a span, and how it is told."""

    start: Place
    end: Place
    state: State


@dataclass(frozen=True, slots=True)
class Span:
    """What a span of time is about, its ends in words, and its parts."""

    label: str
    figure: str
    pieces: tuple[Piece, ...]


def bars(rows: Sequence[Row], unit: str, top: float | None = None) -> Spec:
    """Bars from zero, each below its label and number."""
    shown = rows[:SHOWN]
    highest = top or most([row.told for row in shown]) or 1
    parts: dict[str, list[Spec]] = {}
    for number, row in enumerate(shown):
        for look, start, end in _parts(row, highest):
            parts.setdefault(look, []).append({"x": start, "x2": end, "row": number})
    height = max(1, len(shown)) * PITCH
    layers = [
        _scale([0, highest], unit),
        *_words([(row.label, row.figure) for row in shown], height),
        *(_drawn(look, found, {"type": "quantitative"}, height) for look, found in parts.items()),
    ]
    return {"height": height, "layer": layers}


def boxes(rows: Sequence[Box], unit: str) -> Spec:
    """A box for the middle half with a line at the median, and a whisker from p10 to p90."""
    shown = rows[:SHOWN]
    ends = [end for row in shown for end in _ends(row.spread)]
    low, high = (min(ends), max(ends)) if ends else (0.0, 1.0)
    least = 0.0 if 0 <= low <= high / 2 else low
    parts: dict[str, list[Spec]] = {"whisker": [], "box": [], "median": []}
    for number, row in enumerate(shown):
        for look, start, end in _box(row.spread):
            parts[look].append({"x": start, "x2": end, "row": number})
    height = max(1, len(shown)) * PITCH
    layers = [
        _scale([least, high if high > least else least + 1], unit),
        *_words([(row.label, row.figure) for row in shown], height),
        *(_drawn(look, found, {"type": "quantitative"}, height) for look, found in parts.items()),
    ]
    return {"height": height, "layer": layers}


def spans(rows: Sequence[Span], x: Spec) -> Spec:
    """Pieces of time on each row: solid where there are records, hatched where hidden, dashed else."""
    parts: dict[str, list[Spec]] = {"absent": [], "hidden": [], "solid": []}
    looks = {State.ABSENT: "absent", State.SUPPRESSED: "hidden"}
    for number, row in enumerate(rows):
        for piece in row.pieces:
            found: Spec = {"x": piece.start, "x2": piece.end, "row": number}
            parts[looks.get(piece.state, "solid")].append(found)
    height = max(1, len(rows)) * PITCH
    layers = [
        *_words([(row.label, row.figure) for row in rows], height),
        *(_drawn(look, found, x, height) for look, found in parts.items()),
    ]
    return {"height": height, "layer": layers}


def figure(spread: Spread) -> str:
    """The median, and the quarter points around it."""
    if spread.median is None:
        return "–"
    if spread.p25 is None or spread.p75 is None:
        return plain(spread.median)
    return f"{plain(spread.median)} ({plain(spread.p25)}–{plain(spread.p75)})"


def _parts(row: Row, highest: float) -> Iterator[tuple[str, float, float]]:
    low, high = row.told.low or 0, row.told.high or 0
    match row.told.state:
        case State.ABSENT:
            yield "absent", 0, highest
        case State.SUPPRESSED:
            yield "hidden", 0, min(highest, max(high, highest * _LEAST))
        case _:
            yield "solid", 0, low
            if high > low:
                yield "interval", low, high
    if row.rest:
        yield "failed", high, high + row.rest


def _box(spread: Spread) -> Iterator[tuple[str, float, float]]:
    if spread.p10 is not None and spread.p90 is not None:
        yield "whisker", spread.p10, spread.p90
    if spread.p25 is not None and spread.p75 is not None:
        yield "box", spread.p25, spread.p75
    if spread.median is not None:
        yield "median", spread.median, spread.median


def _ends(spread: Spread) -> Iterator[float]:
    for end in (spread.p10, spread.p25, spread.median, spread.p75, spread.p90):
        if end is not None:
            yield end


def _words(lines: Sequence[tuple[str, str]], height: int) -> Iterator[Spec]:
    rows = [
        {"y": number * PITCH + _TEXT, "label": short(label, max(12, _SIGNS - len(words))), "words": words}
        for number, (label, words) in enumerate(lines)
    ]
    for field, align, place in (("label", "left", 0), ("words", "right", "width")):
        yield {
            "data": {"values": rows},
            "mark": {"type": "text", "align": align, "baseline": "alphabetic", "fill": colour("ink")},
            "encoding": {
                "x": {"value": place},
                "y": _pixel("y", height),
                "text": {"field": field, "type": "nominal"},
            },
        }


def _drawn(look: str, parts: Sequence[Spec], x: Spec, height: int) -> Spec:
    rows = [{**part, **_edges(look, part["row"])} for part in parts]
    is_line = look in ("absent", "whisker")
    y: Spec = (
        {"y": _pixel("middle", height)} if is_line else {"y": _pixel("y", height), "y2": {"field": "y2"}}
    )
    place: Spec = {"x": {"field": "x", **x}, "x2": {"field": "x2"}}
    if look == "median":
        place = {"x": {"field": "x", **x}}
    return {"data": {"values": rows}, "mark": _look(look), "encoding": {**place, **y}}


def _edges(look: str, row: object) -> Spec:
    top = int(str(row)) * PITCH
    more = 2 if look == "median" else 0
    return {"y": top + _TOP - more, "y2": top + _BOTTOM + more, "middle": top + (_TOP + _BOTTOM) / 2}


def _look(look: str) -> Spec:
    match look:
        case "solid":
            return {"type": "rect", "fill": colour("accent")}
        case "interval":
            return {"type": "rect", "fill": colour("accent"), "fillOpacity": 0.4}
        case "hidden":
            return {"type": "rect", "fill": "url(#hatch)", "stroke": colour("quiet"), "strokeWidth": 0.75}
        case "failed":
            return {"type": "rect", "fill": "url(#failed)", "stroke": colour("bad"), "strokeWidth": 0.75}
        case "box":
            return {"type": "rect", "fill": colour("shade-2"), "stroke": colour("edge"), "strokeWidth": 0.75}
        case "median":
            return {"type": "rule", "stroke": colour("ink"), "strokeWidth": 2.5}
        case "whisker":
            return {"type": "rule", "stroke": colour("edge"), "strokeWidth": 1.5}
    return {"type": "rule", "stroke": colour("quiet"), "strokeWidth": 1.5, "strokeDash": [3, 2]}


def _pixel(field: str, height: int) -> Spec:
    """A scale on which a number is that many pixels from the top."""
    scale: Spec = {"domain": [height, 0], "nice": False, "zero": False}
    return {"field": field, "type": "quantitative", "scale": scale, "axis": None}


def _scale(domain: Sequence[float], unit: str) -> Spec:
    axis: Spec = {
        "title": unit,
        "tickCount": 5,
        "labelFlush": True,
        "format": ",~f" if domain[-1] < 1e6 else ".3~s",
    }
    x: Spec = {
        "field": "x",
        "type": "quantitative",
        "scale": {"domain": [*domain], "nice": False},
        "axis": axis,
    }
    return {"data": {"values": []}, "mark": "rule", "encoding": {"x": x}}
