"""Draws in a process of its own that ends when nothing is asked of it for a while.

The engine holds up every thread of its process while it draws, and keeps a hundred megabytes; none of
that is to happen where pages are served.
"""

import logging
from contextlib import suppress
from multiprocessing import get_context
from multiprocessing.connection import Connection
from multiprocessing.context import SpawnProcess
from threading import Lock
from typing import Final

from catalogue.errors import Unavailable
from web.charts.chart import Spec

IDLE_S: Final = 60.0
"""After how long without work the process ends."""

DEADLINE_S: Final = 30.0
"""How long one drawing may take, with the start of the process."""

_PATIENCE_S: Final = 5.0

log = logging.getLogger(__name__)


class Painter:
    """Draws one thing at a time, whoever asks."""

    def __init__(self, idle_s: float = IDLE_S) -> None:
        self._idle = idle_s
        self._lock = Lock()
        self._pipe: Connection | None = None
        self._process: SpawnProcess | None = None

    def svg(self, spec: Spec) -> str:
        """What the engine makes of a Vega-Lite specification; raises Unavailable when it cannot."""
        return str(self._asked(("svg", spec)))

    def png(self, svg: str) -> bytes:
        """An SVG as pixels, two for each of its own; raises Unavailable when that cannot be."""
        found = self._asked(("png", svg))
        return found if isinstance(found, bytes) else b""

    def close(self) -> None:
        """End the process, if there is one."""
        with self._lock:
            self._end()

    def _asked(self, question: tuple[str, object]) -> object:
        with self._lock:
            for is_last in (False, True):
                try:
                    return self._answer(question)
                except (EOFError, OSError) as error:  # it ended for want of work, or was ended
                    self._end()
                    if is_last:
                        raise Unavailable("The process that draws charts ended before its time.") from error
        raise AssertionError("one of two attempts returns or raises")

    def _answer(self, question: tuple[str, object]) -> object:
        pipe = self._started()
        pipe.send(question)
        if not pipe.poll(DEADLINE_S):
            self._end()
            raise Unavailable(
                f"A chart was not drawn within {DEADLINE_S:g} seconds. Its table has all it shows."
            )
        is_drawn, found = pipe.recv()
        if not is_drawn:
            log.error("a chart could not be drawn: %s", found)
            raise Unavailable("A chart could not be drawn. Its table has all it shows.")
        return found

    def _started(self) -> Connection:
        if self._pipe is None:
            context = get_context("spawn")
            self._pipe, there = context.Pipe()
            self._process = context.Process(target=_serve, args=(there, self._idle), daemon=True)
            self._process.start()
            there.close()
        return self._pipe

    def _end(self) -> None:
        if self._pipe is not None:
            self._pipe.close()
        if self._process is not None:
            self._process.terminate()
            self._process.join(_PATIENCE_S)
        self._pipe = self._process = None


def _serve(pipe: Connection, idle_s: float) -> None:
    """Draw what is asked until nothing is asked any more, or the other end is gone."""
    import vl_convert  # here alone: the engine is large

    with suppress(EOFError, OSError):
        while pipe.poll(idle_s):
            kind, given = pipe.recv()
            try:
                if kind == "png":
                    pipe.send((True, vl_convert.svg_to_png(given, scale=2)))
                else:
                    pipe.send((True, vl_convert.vegalite_to_svg(given, allowed_base_urls=[])))
            except ValueError as error:
                pipe.send((False, str(error)))
