"""Spares readers the wait for a cluster that hangs: one asks now and then, the others are told at once.

Without it a cluster that hangs would hold every thread of the pages, those that need no search too.
"""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Final

from catalogue.adapters.elastic_clients import Silent

PAUSE_S: Final = 2.0
"""How long after a question without an answer the next one is asked."""


class Patience:
    """What is known of whether the cluster answers; shared by all threads of a process."""

    def __init__(self, clock: Callable[[], float], timeout_s: float) -> None:
        self._clock = clock
        self._timeout_s = timeout_s
        self._changing = threading.Lock()
        self._silence: Silent | None = None
        self._next = 0.0

    @contextmanager
    def asking(self) -> Iterator[None]:
        """Ask inside; raises what the last question met when it is too soon for another."""
        self._enter()
        try:
            yield
        except Silent as silence:
            with self._changing:
                self._silence, self._next = silence, self._clock() + PAUSE_S
            raise
        with self._changing:
            self._silence = None

    def _enter(self) -> None:
        with self._changing:
            if self._silence is None:
                return
            now = self._clock()
            if now < self._next:
                raise Silent(str(self._silence), self._silence.detail)
            self._next = now + self._timeout_s + PAUSE_S  # this one asks, for all
