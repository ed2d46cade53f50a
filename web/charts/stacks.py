"""Wholes below each other, parted into shares: what is surely in a part, and hatched what may be in any."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from catalogue.profiles.counts import State
from web.charts.chart import SERIES, Key, Say, Spec, Told, colour
from web.charts.labels import short
from web.i18n import mark

PITCH: Final = 40
"""From one whole to the next in pixels."""

SHOWN: Final = 12
"""How many wholes are drawn at most; the table has all."""

_TEXT: Final = 13
_TOP: Final = 18
_BOTTOM: Final = 33
_LEAST_NAMED: Final = 9.0
"""From how many percent on a part has its number in it."""

_LEAST_OPEN: Final = 0.25
"""Up to so many percent that are open are the work of rounding, and nothing to be seen."""


@dataclass(frozen=True, slots=True)
class Stack:
    """What a whole is about, and its parts as shares in percent, in their order."""

    label: str
    parts: tuple[Told, ...]


def stacks(rows: Sequence[Stack], unit: str) -> Spec:
    """The wholes on one scale from 0 to 100 percent, the parts of each side by side."""
    shown = rows[:SHOWN]
    height = max(1, len(shown)) * PITCH
    parts: dict[str, list[Spec]] = {}
    for number, row in enumerate(shown):
        for look, start, end in _pieces(row.parts):
            parts.setdefault(look, []).append(_piece(number, start, end))
    layers = [
        _scale(unit),
        _labels(shown, height),
        *(_drawn(look, found, height) for look, found in parts.items()),
        _shares([one for look, found in parts.items() if look in SERIES for one in found], height),
    ]
    return {"height": height, "layer": layers}


def stack_keys(names: Sequence[str], rows: Sequence[Stack], say: Say) -> tuple[Key, ...]:
    """Which colour each part has, and what the other looks mean that occur."""
    found = [Key("solid", name, SERIES[place]) for place, name in enumerate(names)]
    looks = {look for row in rows[:SHOWN] for look, *_ends in _pieces(row.parts)}
    if "open" in looks:
        found.append(Key("hidden", say(mark("In no part for sure: hidden, rounded or not provided"))))
    if "absent" in looks:
        found.append(Key("absent", say(mark("Not provided; it may be any number"))))
    if len(rows) > SHOWN:
        found.append(Key("note", say(mark("{n} more are in the table")).format(n=len(rows) - SHOWN)))
    return tuple(found)


def _pieces(parts: Sequence[Told]) -> Iterator[tuple[str, float, float]]:
    """The least that each part has, and then what is left of the whole."""
    if all(part.state is State.ABSENT for part in parts):
        yield "absent", 0.0, 100.0
        return
    start = 0.0
    for place, part in enumerate(parts):
        end = min(100.0, start + (part.low or 0.0))
        if end > start:
            yield SERIES[place], start, end
        start = end
    if 100.0 - start > _LEAST_OPEN:
        yield "open", start, 100.0


def _piece(number: int, start: float, end: float) -> Spec:
    top = number * PITCH
    place: Spec = {"x": start, "x2": end, "y": top + _TOP, "y2": top + _BOTTOM}
    share = f"{end - start:.0f} %" if end - start >= _LEAST_NAMED else ""
    return {**place, "at": (start + end) / 2, "middle": top + (_TOP + _BOTTOM) / 2, "share": share}


def _drawn(look: str, pieces: Sequence[Spec], height: int) -> Spec:
    x: Spec = {"x": {"field": "x", "type": "quantitative"}, "x2": {"field": "x2"}}
    y: Spec = {"y": _pixel("y", height), "y2": {"field": "y2"}}
    if look == "absent":
        y = {"y": _pixel("middle", height)}
    return {"data": {"values": [*pieces]}, "mark": _look(look), "encoding": {**x, **y}}


def _look(look: str) -> Spec:
    edge: Spec = {"stroke": colour("paper"), "strokeWidth": 1}
    match look:
        case "absent":
            return {"type": "rule", "stroke": colour("quiet"), "strokeWidth": 1.5, "strokeDash": [3, 2]}
        case "open":
            return {"type": "rect", "fill": "url(#hatch)", "stroke": colour("quiet"), "strokeWidth": 0.75}
    return {"type": "rect", "fill": colour(look), **edge}


def _shares(pieces: Sequence[Spec], height: int) -> Spec:
    """The number of each part that is wide enough."""
    return {
        "data": {"values": [one for one in pieces if one["share"]]},
        "mark": {"type": "text", "baseline": "middle", "fill": colour("paper"), "fontWeight": 600},
        "encoding": {
            "x": {"field": "at", "type": "quantitative"},
            "y": _pixel("middle", height),
            "text": {"field": "share", "type": "nominal"},
        },
    }


def _labels(rows: Sequence[Stack], height: int) -> Spec:
    lines = [{"y": number * PITCH + _TEXT, "label": short(row.label)} for number, row in enumerate(rows)]
    return {
        "data": {"values": lines},
        "mark": {"type": "text", "align": "left", "baseline": "alphabetic", "fill": colour("ink")},
        "encoding": {
            "x": {"value": 0},
            "y": _pixel("y", height),
            "text": {"field": "label", "type": "nominal"},
        },
    }


def _scale(unit: str) -> Spec:
    x: Spec = {
        "field": "x",
        "type": "quantitative",
        "scale": {"domain": [0, 100], "nice": False},
        "axis": {"title": unit, "tickCount": 5, "labelFlush": True},
    }
    return {"data": {"values": []}, "mark": "rule", "encoding": {"x": x}}


def _pixel(field: str, height: int) -> Spec:
    """A scale on which a number is that many pixels from the top."""
    scale: Spec = {"domain": [height, 0], "nice": False, "zero": False}
    return {"field": field, "type": "quantitative", "scale": scale, "axis": None}
