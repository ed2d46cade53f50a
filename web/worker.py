"""A worker: threads that do what is queued, and the upkeep that mends what dead workers left."""

import logging
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final, Self, TypeVar

from catalogue.apart import Stopping
from catalogue.errors import CatalogueError, Conflict, Interrupted, Unavailable
from catalogue.jobs import DONE, FAILED, TRIES, Job, Jobs
from catalogue.leases import Hold

log = logging.getLogger(__name__)

TICK_S: Final = 15.0
"""How often the upkeep is done; also how soon a job is tried again that had to be put back."""

IDLE_S: Final = 0.5
"""How long a thread that has nothing to do waits before it asks again."""

LOOK_S: Final = 2.0
"""How often it is looked whether a job was cancelled while it is going on."""

STOPPED: Final = "Its worker was told to stop. What had come is kept, and it goes on from there."


@dataclass(frozen=True, slots=True)
class Outcome:
    """How a task went, for the list of jobs."""

    message: str
    is_well: bool = True


T = TypeVar("T")

Task = Callable[[str, Stopping], Outcome]
"""Does something with the argument of a job, and ends soon with Interrupted once it is to stop."""


class Worker:
    """Works as a context manager does: from entering until leaving, which ends or gives back every job.

    `stopping` is set when it ends; `is_broken` tells that it was a fault of ours that ended it.
    """

    def __init__(
        self,
        jobs: Jobs,
        tasks: Mapping[str, Task],
        upkeep: Sequence[Callable[[], object]],
        *,
        threads: int = 1,
        tick_s: float = TICK_S,
        look_s: float = LOOK_S,
    ) -> None:
        self.stopping = threading.Event()
        self.is_broken = False
        self._jobs = jobs
        self._tasks = tasks
        self._upkeep = upkeep
        self._tick_s = tick_s
        self._look_s = look_s
        loops = [self._keep_up, *[self._work] * threads]
        self._threads = [threading.Thread(target=self._run, args=(loop,)) for loop in loops]

    def __enter__(self) -> Self:
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.stopping.set()
        for thread in self._threads:
            thread.join()

    def _keep_up(self) -> None:
        while not self.stopping.is_set():
            for step in self._upkeep:
                try:
                    _unharmed("a step of the upkeep", step)
                except CatalogueError as error:
                    log.warning("upkeep: %s", error.whole)
            self.stopping.wait(self._tick_s)

    def _run(self, loop: Callable[[], None]) -> None:
        """A fault of ours in one thread stops the whole worker, so that whoever started it notices."""
        is_over = False
        try:
            loop()
            is_over = True
        finally:
            if not is_over:
                self.is_broken = True
                log.critical("the worker has stopped; nothing is harvested before it is started again")
            self.stopping.set()

    def _work(self) -> None:
        while not self.stopping.is_set():
            try:
                with self._jobs.taken() as taken:
                    if taken:
                        self._do(*taken)
            except CatalogueError as error:
                log.warning("%s", error.whole)
                self.stopping.wait(self._tick_s)
            else:
                if not taken:
                    self.stopping.wait(IDLE_S)

    def _do(self, job: Job, hold: Hold) -> None:
        log.info("job %s begins: %s %s", job.id, job.task, job.argument)
        stopping = _Stopping(self.stopping, self._jobs, job.id, self._look_s)
        try:
            outcome = _unharmed(f"job {job.id}", lambda: self._tasks[job.task](job.argument, stopping))
        except Interrupted:
            self._jobs.give_back(job, hold, STOPPED, tries=job.tries - 1)
        except Conflict as error:
            self._jobs.give_back(job, hold, error.whole, tries=job.tries - 1)
        except Unavailable as error:
            self._try_again(job, hold, error)
        except CatalogueError as error:
            self._jobs.finish(job, hold, FAILED, error.whole)
        else:
            self._jobs.finish(job, hold, DONE if outcome.is_well else FAILED, outcome.message)

    def _try_again(self, job: Job, hold: Hold, error: Unavailable) -> None:
        """Give back what met an engine that does not answer, but not for ever."""
        if job.tries < TRIES:
            self._jobs.give_back(job, hold, error.whole, tries=job.tries)
        else:
            self._jobs.finish(job, hold, FAILED, error.whole)


def _unharmed(what: str, work: Callable[[], T]) -> T | Outcome:
    """What comes of a job or of a step of the upkeep: a fault of ours in one never stops the others.

    Raises what is foreseen: CatalogueError.
    """
    try:
        return work()
    except CatalogueError:
        raise
    except Exception as error:
        log.exception("%s failed unexpectedly; please report this", what)
        message = f"It failed unexpectedly ({type(error).__name__}: {error}). Please report this."
        return Outcome(message, is_well=False)


class _Stopping:
    """Whether a job is to end: its worker was told to stop, or the job was cancelled."""

    def __init__(self, event: threading.Event, jobs: Jobs, id: int, look_s: float) -> None:
        self._event = event
        self._jobs = jobs
        self._id = id
        self._look_s = look_s
        self._cancelled = False
        self._looked = time.monotonic()

    def __call__(self) -> bool:
        if self._event.is_set() or self._cancelled:
            return True
        if time.monotonic() - self._looked >= self._look_s:
            self._looked = time.monotonic()
            self._cancelled = self._jobs.job(self._id).cancelled
        return self._cancelled
