"""A harvest in a process of its own: fetching, parsing and comparing beside storing and indexing.

It takes the second core, and a document that brings its reader down leaves the catalogue standing.
Records come over as text in canonical form, which is ten times as quick as handing over their terms.
"""

import gc
import logging
import signal
import sys
import time
from collections import deque
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from datetime import UTC, datetime
from multiprocessing import get_context
from multiprocessing.connection import Connection
from typing import Final, ParamSpec, TypeVar

from catalogue.errors import CatalogueError, Interrupted, Invalid, Unavailable
from catalogue.records import Canonical, Harvested, Record, Rejected, Said

SELDOM: Final = 1_000_000
"""How many objects are made between two searches for cycles during a harvest.

The search looks at every object of a batch many times over, and what a harvest makes has no cycles
and goes by itself: the search would take a quarter of the time.
"""

_PARCEL: Final = 200
"""How many items go over at a time."""

_AHEAD: Final = 25
"""How many parcels may wait to be taken: about as many items as are stored at a time."""

PATIENCE_S: Final = 5.0
"""How long a reader that is no longer wanted may take to end."""

_LOOK_S: Final = 0.5
"""How often it is looked whether the harvest is to stop, while nothing comes."""

_LATE_S: Final = 2.0
"""How long an item waits at most for others to go over with."""

_LOGGED: Final = "harvesters"
"""Whose log lines become lines of the log of the run."""

Arguments = ParamSpec("Arguments")
Item = TypeVar("Item")
Stopping = Callable[[], bool]
"""Whether what is going on is to end soon."""


def never() -> bool:
    """For what nobody stops."""
    return False


def apart(
    stopping: Stopping,
    harvest: Callable[Arguments, Iterator[Item]],
    *args: Arguments.args,
    **kwargs: Arguments.kwargs,
) -> Iterator[Item | Harvested]:
    """What a harvest yields, its records in canonical form; function, arguments and items are pickled.

    What it logs comes as `Said`. Raises what the harvest raises, Interrupted once it is to stop, and
    Unavailable when its process ends without a word.
    """
    context = get_context("spawn")
    here, there = context.Pipe()  # a pair of sockets, which takes half the time of a pipe
    reader = context.Process(target=_read, args=(there, harvest, args, kwargs), daemon=True)
    reader.start()
    there.close()
    try:
        yield from _received(here, stopping)
    finally:
        here.close()
        reader.terminate()
        reader.join(PATIENCE_S)


def overheard(items: Iterator[Item]) -> Iterator[Item | Said]:
    """What a harvest in this process yields, and what it logs as `Said`; for one at a time."""
    lines = _Lines()
    with lines.listening():
        for item in items:
            yield from lines.taken()
            yield item
        yield from lines.taken()


@contextmanager
def collecting_seldom() -> Iterator[None]:
    """Hold back Python's search for cycles for the time of a run, or as long as another run does."""
    before = gc.get_threshold()
    if before[0] == SELDOM:
        yield
        return
    gc.set_threshold(SELDOM, *before[1:])
    try:
        yield
    finally:
        gc.set_threshold(*before)


def _received(here: Connection, stopping: Stopping) -> Iterator[Harvested]:
    while True:
        while not stopping() and not here.poll(_LOOK_S):
            pass
        if stopping():
            raise Interrupted("The harvest was told to stop. What had come is kept.")
        try:
            parcel = here.recv()
        except (EOFError, OSError) as error:  # the latter in the middle of a parcel
            raise Unavailable(
                "The process that read the source ended before its time, perhaps for want of memory. "
                "What it had read is kept."
            ) from error
        if parcel is None:
            return
        if isinstance(parcel, CatalogueError):
            raise parcel
        yield from parcel


def _read(
    there: Connection,
    harvest: Callable[..., Iterator[object]],
    args: tuple[object, ...],
    kwargs: dict[str, object],
) -> None:
    gc.set_threshold(SELDOM)
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))  # so that what was fetched is not left on disk
    sender = _Sender(there)
    parcel: list[object] = []
    sent = time.monotonic()
    end: CatalogueError | None = None
    try:
        for item in overheard(harvest(*args, **kwargs)):
            parcel.append(_written(item) if isinstance(item, Record) else item)
            if len(parcel) >= _PARCEL or time.monotonic() - sent >= _LATE_S:
                sender.send(parcel)
                parcel, sent = [], time.monotonic()
    except CatalogueError as error:
        end = error
    sender.send(parcel)
    sender.send(end)
    sender.settled()


class _Sender:
    """Sends while the next parcel is made, so that a receiver who stores meanwhile holds nothing up."""

    def __init__(self, there: Connection) -> None:
        self._there = there
        self._thread = ThreadPoolExecutor(1, "sender")
        self._under_way: deque[Future[None]] = deque()

    def send(self, parcel: list[object] | CatalogueError | None) -> None:
        """Send this when its turn comes; waits while too much is waiting.

        Raises OSError as soon as it is known that nobody receives any longer.
        """
        self._under_way.append(self._thread.submit(self._there.send, parcel))
        while len(self._under_way) > _AHEAD or self._under_way[0].done():
            self._under_way.popleft().result()
            if not self._under_way:
                return

    def settled(self) -> None:
        """Wait until all is sent."""
        while self._under_way:
            self._under_way.popleft().result()


class _Lines(logging.Handler):
    """Keeps the lines that harvesters log until they are taken."""

    def __init__(self) -> None:
        super().__init__(logging.INFO)
        self._lines: list[Said] = []

    def emit(self, record: logging.LogRecord) -> None:
        at = datetime.fromtimestamp(record.created, UTC)
        self._lines.append(Said(record.levelno, record.getMessage(), at))
        root = logging.getLogger()
        if root.handlers and record.levelno >= root.level:
            root.handle(record)

    def taken(self) -> list[Said]:
        lines, self._lines = self._lines, []
        return lines

    @contextmanager
    def listening(self) -> Iterator[None]:
        logger = logging.getLogger(_LOGGED)
        before = logger.level, logger.propagate
        logger.addHandler(self)
        logger.setLevel(logging.INFO)
        logger.propagate = False  # what the operator's log is to have goes there from here
        try:
            yield
        finally:
            logger.removeHandler(self)
            logger.setLevel(before[0])
            logger.propagate = before[1]


def _written(record: Record) -> Canonical | Rejected:
    try:
        return record.canonical()
    except Invalid as error:
        return record.rejected(str(error))
