"""Counts along an axis of ages, years or months, drawn as a surface of steps with all four states.

One path a run of cells: a history of a hundred years is no larger than one of ten.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby, pairwise
from typing import Final, TypeAlias

from catalogue.profiles.counts import Count, State
from web.charts.amounts import most
from web.charts.chart import Spec, Told, colour

HEIGHT: Final = 168
"""How high a drawing is in pixels."""

STUB: Final = 9
"""How high something hidden is at least in pixels, so that it is seen."""

_FEW: Final = 8
"""Up to how many slots each has a tick of its own."""

Place: TypeAlias = float | str


@dataclass(frozen=True, slots=True)
class Slot:
    """A cell from one place of the axis to another; places in time are texts of ISO 8601."""

    start: Place
    end: Place
    told: Told


def months(counts: Mapping[int, Told]) -> list[Slot]:
    """A slot for each month from the first to the last; those without a count are absent."""
    if not counts:
        return []
    first, last = (_ordinal(month) for month in (min(counts), max(counts)))
    absent = Count.absent()
    moments = [_moment(n) for n in range(first, last + 2)]
    return [
        Slot(start, end, counts.get(_month(n), absent))
        for n, (start, end) in enumerate(pairwise(moments), first)
    ]


def numbers(counts: Mapping[int, Told]) -> list[Slot]:
    """A slot for each number from the first to the last; those without a count are absent."""
    if not counts:
        return []
    absent = Count.absent()
    return [Slot(n, n + 1, counts.get(n, absent)) for n in range(min(counts), max(counts) + 1)]


def surface(slots: Sequence[Slot], x: Spec, unit: str, top: float | None = None) -> Spec:
    """The drawing of the slots; `x` is what `axis_of` makes, `unit` what the other axis counts."""
    told = [slot.told for slot in slots]
    open_ended = not top and all(one.high is None for one in told)
    highest = top or most([one for one in told if one.state != State.SUPPRESSED]) or most(told) or 1
    axis: Spec = {"tickCount": 4, "title": None, "format": _format(highest), "labels": not open_ended}
    if all(isinstance(one, Count) for one in told):
        axis["tickMinStep"] = 1
    y: Spec = {
        "type": "quantitative",
        "scale": {"domain": [0, highest], "nice": top is None, "clamp": True},
        "axis": axis,
    }
    layers = [
        *_steps(slots, x, y),
        *_hidden(slots, x, y, highest * STUB / HEIGHT),
        *_absent(slots, x),
    ]
    return {"height": HEIGHT, "title": unit, "layer": layers or [_empty(x, y)]}


def axis_of(slots: Sequence[Slot], title: str) -> Spec:
    """The horizontal axis that the slots stand on."""
    if slots and isinstance(slots[0].start, str):
        return _time(slots, title)
    ends = [slots[0].start, slots[-1].end] if slots else [0, 1]
    ticks: Spec = {"values": [slot.start for slot in slots]} if len(slots) < _FEW else {"tickCount": 6}
    return {
        "type": "quantitative",
        "scale": {"domain": ends, "nice": False},
        "axis": {"title": title, "format": "d", "grid": False, **ticks},
    }


def runs(slots: Sequence[Slot]) -> Iterator[tuple[State, list[Slot]]]:
    """Neighbours that are told alike; exact numbers and intervals belong together."""
    for state, some in groupby(slots, key=lambda slot: _kind(slot.told.state)):
        yield state, list(some)


def _time(slots: Sequence[Slot], title: str) -> Spec:
    few = len(slots) <= 30
    ticks: object = {"interval": "month", "step": max(1, len(slots) // 5)} if few else 6
    label = "%b %Y" if few else "%Y"
    return {
        "type": "temporal",
        "scale": {"type": "utc", "domain": [slots[0].start, slots[-1].end], "nice": False},
        "axis": {
            "title": title or None,
            "format": label,
            "tickCount": ticks,
            "grid": False,
            "labelOverlap": True,
            "labelSeparation": 8,
        },
    }


def _steps(slots: Sequence[Slot], x: Spec, y: Spec) -> Iterator[Spec]:
    told = [some for state, some in runs(slots) if state == State.EXACT]
    if not told:
        return
    rows = [row for number, some in enumerate(told) for row in _corners(some, number)]
    place = {"field": "x", **x}
    solid: Spec = {"type": "area", "interpolate": "step-after", "fill": colour("accent"), "clip": True}
    yield {
        "data": {"values": rows},
        "mark": solid,
        "encoding": {"x": place, "y": {"field": "low", **y}, "y2": {"datum": 0}, "detail": {"field": "run"}},
    }
    if any(row["low"] != row["high"] for row in rows):
        yield {
            "data": {"values": rows},
            "mark": {**solid, "fillOpacity": 0.4},
            "encoding": {
                "x": place,
                "y": {"field": "high", **y},
                "y2": {"field": "low"},
                "detail": {"field": "run"},
            },
        }


def _corners(some: Sequence[Slot], run: int) -> Iterator[Spec]:
    """The points at which a run goes up or down, and its end."""
    before: tuple[float, float] | None = None
    for slot in some:
        now = slot.told.low or 0, slot.told.high or 0
        if now != before:
            yield {"x": slot.start, "low": now[0], "high": now[1], "run": run}
        before = now
    if before is not None:
        yield {"x": some[-1].end, "low": before[0], "high": before[1], "run": run}


def _hidden(slots: Sequence[Slot], x: Spec, y: Spec, least: float) -> Iterator[Spec]:
    rows = [
        {"x": some[0].start, "x2": some[-1].end, "high": max(least, most([slot.told for slot in some]))}
        for state, some in runs(slots)
        if state == State.SUPPRESSED
    ]
    if rows:
        yield {
            "data": {"values": rows},
            "mark": {
                "type": "rect",
                "fill": "url(#hatch)",
                "stroke": colour("quiet"),
                "strokeWidth": 0.75,
                "clip": True,
            },
            "encoding": {
                "x": {"field": "x", **x},
                "x2": {"field": "x2"},
                "y": {"field": "high", **y},
                "y2": {"datum": 0},
            },
        }


def _absent(slots: Sequence[Slot], x: Spec) -> Iterator[Spec]:
    """A dash at the foot of what was not provided, which stands above where zero would be."""
    rows = [{"x": some[0].start, "x2": some[-1].end} for state, some in runs(slots) if state == State.ABSENT]
    if rows:
        yield {
            "data": {"values": rows},
            "mark": {"type": "rule", "stroke": colour("quiet"), "strokeWidth": 1.5, "strokeDash": [3, 2]},
            "encoding": {
                "x": {"field": "x", **x},
                "x2": {"field": "x2"},
                "y": {"value": HEIGHT - STUB / 2},
            },
        }


def _empty(x: Spec, y: Spec) -> Spec:
    return {
        "data": {"values": []},
        "mark": "rule",
        "encoding": {"x": {"field": "x", **x}, "y": {"field": "y", **y}},
    }


def _kind(state: State) -> State:
    return State.EXACT if state == State.INTERVAL else state


def _format(highest: float) -> str:
    return ",~g" if highest < 10 else ",d" if highest < 1_000_000 else ".3~s"


def _ordinal(month: int) -> int:
    return month // 100 * 12 + month % 100 - 1


def _month(ordinal: int) -> int:
    return ordinal // 12 * 100 + ordinal % 12 + 1


def _moment(ordinal: int) -> str:
    return f"{ordinal // 12:04}-{ordinal % 12 + 1:02}-01T00:00:00Z"
