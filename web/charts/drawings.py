"""Drawings kept by their content: each is made once, when it is first wanted, and found again."""

import hashlib
import os
from collections.abc import Iterator
from contextlib import suppress
from functools import cache
from importlib.metadata import version
from pathlib import Path
from typing import Final, Protocol

import orjson

from web.charts.chart import Chart, Spec
from web.charts.drawing import NARROW, WIDE, alone, finished, pictured, specified

EDITION: Final = 1
"""Goes up when `drawing` finishes what the engine made in another way, so that all is drawn anew."""

MOST: Final = 20_000
"""How many drawings are kept; the ones not looked at for the longest time go first."""

_LEFT: Final = 0.8
"""The share of them that is left when they have become too many."""


class Engine(Protocol):
    """What draws."""

    def svg(self, spec: Spec) -> str:
        """An SVG of a Vega-Lite specification."""
        ...

    def png(self, svg: str) -> bytes:
        """An SVG as pixels."""
        ...


class Drawings:
    """Drawings in a folder, made by an engine; several processes may share the folder."""

    def __init__(self, folder: Path, engine: Engine, most: int = MOST) -> None:
        self._folder = folder
        self._engine = engine
        self._most = most

    def drawn(self, chart: Chart) -> tuple[str, ...]:
        """The SVG of a chart for a page: the narrow one, and the wide one of a broad chart."""
        return tuple(self._kept(chart, width) for width in widths(chart))

    def kept(self, chart: Chart) -> tuple[str, ...]:
        """The same where all of it is drawn already, else nothing; quick in any case."""
        found = [self._found(self._path(_name(specified(chart, width), chart))) for width in widths(chart)]
        told = tuple(svg for svg in found if svg is not None)
        return told if len(told) == len(found) else ()

    def pictured(self, chart: Chart, width: int, theme: int) -> str:
        """One drawing of a page as an image, in the colours of a theme: 0 light, 1 dark."""
        return pictured(self._kept(chart, width), theme)

    def svg(self, chart: Chart, theme: int = 0) -> str:
        """The chart as a file of its own, with its title, in the colours of a theme: 0 light, 1 dark."""
        return alone(self._kept(chart, widths(chart)[-1]), chart, theme)

    def png(self, chart: Chart, theme: int = 0) -> bytes:
        """The same as pixels."""
        return self._engine.png(self.svg(chart, theme))

    def _kept(self, chart: Chart, width: int) -> str:
        spec = specified(chart, width)
        name = _name(spec, chart)
        path = self._path(name)
        if (found := self._found(path)) is not None:
            return found
        drawing = finished(self._engine.svg(spec), chart, width, f"c{name[:10]}")
        self._keep(path, drawing)
        return drawing

    def _path(self, name: str) -> Path:
        return self._folder / name[:2] / f"{name}.svg"

    def _found(self, path: Path) -> str | None:
        with suppress(FileNotFoundError):
            found = path.read_text("utf-8")
            os.utime(path)
            return found
        return None

    def _keep(self, path: Path, drawing: str) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        beside = path.with_suffix(f".{os.getpid()}")
        beside.write_text(drawing, "utf-8")
        beside.replace(path)
        if path.stem.endswith("0"):  # looked after at one drawing in sixteen
            self._tidy()

    def _tidy(self) -> None:
        kept = sorted(_dated(self._folder))
        for _when, path in kept[: len(kept) - int(self._most * _LEFT)] if len(kept) > self._most else ():
            path.unlink(missing_ok=True)


def widths(chart: Chart) -> tuple[int, ...]:
    """In which widths a chart is drawn."""
    return (NARROW, WIDE) if chart.broad else (NARROW,)


def _name(spec: Spec, chart: Chart) -> str:
    keys = [[key.look, key.words, key.colour, key.dash] for key in chart.keys]
    told = [EDITION, _engine(), spec, chart.title, chart.reading, keys]
    return hashlib.sha256(orjson.dumps(told, option=orjson.OPT_SORT_KEYS)).hexdigest()


@cache
def _engine() -> str:
    return version("vl-convert-python")


def _dated(folder: Path) -> Iterator[tuple[float, Path]]:
    for path in folder.glob("*/*.svg"):
        with suppress(FileNotFoundError):
            yield path.stat().st_mtime, path
