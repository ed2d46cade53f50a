"""The runs of a source as drawings: a small strip of states, and a chart of what came and how long it took.

Only geometry is made here; the templates draw it, and say the same in words and tables.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from catalogue.runs import Run
from web import format as form
from web import times
from web.conditions import RUN_LABELS

SHOWN: Final = 20
"""How many runs a strip shows."""

STRIP: Final = 24
"""The height of a strip in pixels; its bars are 5 wide and 2 apart."""

PLOT: Final = 144
"""The height of the chart of records in pixels."""

BELOW: Final = 40
"""The height of the chart of durations in pixels."""

_PITCH: Final = 7
_LEAST: Final = 12
"""For how many runs the chart has room at least; the newest stands at its end."""

_HEIGHTS: Final = {"complete": STRIP, "partial": 14, "failed": 7, "interrupted": 14, "running": STRIP}
_NICE: Final = (1, 2, 5, 10)


@dataclass(frozen=True, slots=True)
class Bar:
    """One run of a strip."""

    x: int
    y: int
    height: int
    state: str
    label: str
    when: str


@dataclass(frozen=True, slots=True)
class Piece:
    """A part of a column: what came, what could not be used, or what was missing."""

    look: str
    y: float
    height: float


@dataclass(frozen=True, slots=True)
class Column:
    """One run of the chart, with its numbers as words for its title."""

    x: str
    width: str
    middle: str
    pieces: tuple[Piece, ...]
    state: str
    when: str
    records: str
    rejected: str
    missing: str
    duration: str
    whole: bool
    time_y: float
    time_height: float


@dataclass(frozen=True, slots=True)
class Chart:
    """The runs from the oldest to the newest; `most` and `longest` are what the axes end with.

    `first` and `last` are when the runs at the two ends of the chart began, "" where none stands there.
    """

    columns: tuple[Column, ...]
    most: str
    half: str
    longest: str
    first: str
    last: str


def strip(runs: Sequence[Run]) -> tuple[Bar, ...]:
    """The newest runs, which are given newest first, from left to right."""
    return tuple(_bar(run, number) for number, run in enumerate(reversed(runs[:SHOWN])))


def chart(runs: Sequence[Run]) -> Chart | None:
    """What came with each of the runs, which are given newest first; None for too few to compare."""
    shown = [run for run in reversed(runs) if run.ended]
    if len(shown) < 2:
        return None
    most = _nice(max(map(_height, shown)))
    longest = max(map(seconds, shown)) or 1.0
    empty = max(0, _LEAST - len(shown))
    pitch = 100 / (empty + len(shown))
    columns = tuple(_column(run, number, pitch, most, longest) for number, run in enumerate(shown, empty))
    half = "" if most % 2 else form.number(most // 2)
    first, last = (times.brief(run.started) for run in (shown[0], shown[-1]))
    return Chart(columns, form.number(most), half, times.lasting(longest), "" if empty else first, last)


def came(run: Run) -> int:
    """How many usable records a run had before it."""
    return run.new + run.changed + run.unchanged


def seconds(run: Run) -> float:
    """How long a run that is over took."""
    return max(0.0, (run.ended - run.started).total_seconds()) if run.ended else 0.0


def _bar(run: Run, number: int) -> Bar:
    height = _HEIGHTS.get(run.state, STRIP)
    label = RUN_LABELS.get(run.state, run.state)
    return Bar(number * _PITCH, STRIP - height, height, run.state, label, form.moment(run.started))


def _height(run: Run) -> int:
    return came(run) + run.rejected + run.missing


def _column(run: Run, number: int, pitch: float, most: int, longest: float) -> Column:
    pieces, top = [], float(PLOT)
    for look, amount in (("came", came(run)), ("rejected", run.rejected), ("missing", run.missing)):
        if amount:
            height = max(2.0, amount / most * PLOT)
            top -= height
            pieces.append(Piece(look, round(top, 1), round(height, 1)))
    tall = max(1.0, seconds(run) / longest * BELOW)
    width = pitch * (0.72 if run.whole else 0.36)
    start = number * pitch + (pitch - width) / 2
    return Column(
        f"{start:.2f}%",
        f"{width:.2f}%",
        f"{number * pitch + pitch / 2:.2f}%",
        tuple(pieces),
        run.state,
        form.moment(run.started),
        form.number(came(run)),
        form.number(run.rejected),
        form.number(run.missing),
        times.lasting(seconds(run)),
        run.whole,
        round(BELOW - tall, 1),
        round(tall, 1),
    )


def _nice(value: int) -> int:
    """The least of 1, 2, 5, 10, 20, 50, ... that is not below the value."""
    power = 1
    while True:
        for step in _NICE:
            if step * power >= value:
                return step * power
        power *= 10
