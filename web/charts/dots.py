"""Shares of several sources category by category: each source a letter on a line of its own."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from catalogue.profiles.counts import State
from web.charts.amounts import middle
from web.charts.chart import SERIES, Key, Spec, Told, colour
from web.charts.lines import letter, looks

_HEAD: Final = 20
_LINE: Final = 16
_FOOT: Final = 8


@dataclass(frozen=True, slots=True)
class Group:
    """A category, and what each source tells of it, in the order of the sources."""

    label: str
    told: tuple[Told, ...]


def dots(groups: Sequence[Group], unit: str) -> Spec:
    """The groups below each other, on one scale from 0 to 100 percent."""
    pitch = _HEAD + _LINE * max((len(group.told) for group in groups), default=1) + _FOOT
    height = pitch * max(1, len(groups))
    rows = [row for place, group in enumerate(groups) for row in _rows(group, place * pitch)]
    heads = [{"y": place * pitch + 10, "label": group.label} for place, group in enumerate(groups)]
    x: Spec = {
        "field": "x",
        "type": "quantitative",
        "scale": {"domain": [0, 100], "nice": False},
        "axis": {"title": unit, "tickCount": 5, "labelFlush": True},
    }
    layers = [
        {
            "data": {"values": heads},
            "mark": {"type": "text", "align": "left", "fill": colour("ink"), "fontWeight": 600},
            "encoding": {
                "x": {"value": 0},
                "y": _pixel(height),
                "text": {"field": "label", "type": "nominal"},
            },
        },
        _ranges([row for row in rows if row["kind"] != "absent"], x, height),
        _hidden([row for row in rows if row["kind"] == "hidden"], x, height),
        _letters([row for row in rows if row["kind"] != "absent"], x, height),
        _absent([row for row in rows if row["kind"] == "absent"], height),
    ]
    return {"height": height, "layer": layers}


def source_keys(names: Sequence[str]) -> tuple[Key, ...]:
    """Which source each letter stands for."""
    return tuple(
        Key("solid", f"{letter(number)}: {name}", SERIES[number % len(SERIES)])
        for number, name in enumerate(names)
    )


def _rows(group: Group, top: int) -> Iterator[Spec]:
    for number, told in enumerate(group.told):
        low = told.low or 0.0
        kinds = {State.SUPPRESSED: "hidden", State.ABSENT: "absent"}
        yield {
            "x": low,
            "x2": 100.0 if told.high is None else told.high,
            "middle": max(0.0, middle(told)),
            "y": top + _HEAD + number * _LINE + _LINE / 2,
            "series": number,
            "letter": letter(number),
            "kind": kinds.get(told.state, "told"),
        }


def _ranges(rows: Sequence[Spec], x: Spec, height: int) -> Spec:
    return {
        "data": {"values": [*rows]},
        "mark": {"type": "rule", "strokeWidth": 3, "strokeOpacity": 0.6, "yOffset": 6},
        "encoding": {"x": x, "x2": {"field": "x2"}, "y": _pixel(height), "stroke": looks()},
    }


def _hidden(rows: Sequence[Spec], x: Spec, height: int) -> Spec:
    return {
        "data": {"values": [*rows]},
        "mark": {"type": "point", "shape": "square", "size": 90, "fill": "url(#hatch)", "xOffset": 14},
        "encoding": {"x": {**x, "field": "middle"}, "y": _pixel(height), "stroke": looks()},
    }


def _letters(rows: Sequence[Spec], x: Spec, height: int) -> Spec:
    return {
        "data": {"values": [*rows]},
        "mark": {"type": "text", "fontWeight": 600, "baseline": "middle"},
        "encoding": {
            "x": {**x, "field": "middle"},
            "y": _pixel(height),
            "text": {"field": "letter", "type": "nominal"},
            "fill": looks(),
        },
    }


def _absent(rows: Sequence[Spec], height: int) -> Spec:
    """The letter with a dash in the place where the line begins."""
    return {
        "data": {"values": [{**row, "letter": f"{row['letter']} –"} for row in rows]},
        "mark": {"type": "text", "align": "left", "baseline": "middle", "fill": colour("quiet")},
        "encoding": {"x": {"value": 2}, "y": _pixel(height), "text": {"field": "letter", "type": "nominal"}},
    }


def _pixel(height: int) -> Spec:
    scale: Spec = {"domain": [height, 0], "nice": False, "zero": False}
    return {"field": "y", "type": "quantitative", "scale": scale, "axis": None}
