"""A worker: threads that do what is queued, and the upkeep that mends what dead workers left."""

import logging
import multiprocessing
import threading
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final, Self

from catalogue.errors import CatalogueError, Conflict, Unavailable
from catalogue.jobs import DONE, FAILED, TRIES, Job, Jobs
from catalogue.leases import Hold
from catalogue.records import Harvested

log = logging.getLogger(__name__)

TICK_S: Final = 15.0
"""How often the upkeep is done; also how soon a job is tried again that had to be put back."""

IDLE_S: Final = 0.5
"""How long a thread that has nothing to do waits before it asks again."""

GRACE_S: Final = 5.0
"""How long a harvest may go on reading when the worker is told to stop."""

STOPPED: Final = "Its worker was told to stop. What had come is kept."


@dataclass(frozen=True, slots=True)
class Outcome:
    """How a task went, for the list of jobs."""

    message: str
    is_well: bool = True


Task = Callable[[str, threading.Event], Outcome]
"""Does something with the argument of a job, and ends soon with Unavailable once the event is set."""


class Worker:
    """Works as a context manager does: from entering until leaving, which ends or gives back every job."""

    def __init__(
        self,
        jobs: Jobs,
        tasks: Mapping[str, Task],
        upkeep: Sequence[Callable[[], object]],
        *,
        threads: int = 1,
        tick_s: float = TICK_S,
    ) -> None:
        self.stopping = threading.Event()
        self._jobs = jobs
        self._tasks = tasks
        self._upkeep = upkeep
        self._tick_s = tick_s
        loops = [self._keep_up, *[self._work] * threads]
        self._threads = [threading.Thread(target=self._run, args=(loop,)) for loop in loops]

    def __enter__(self) -> Self:
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.stopping.set()
        for thread in self._threads:
            thread.join(GRACE_S)
        for reader in multiprocessing.active_children():
            reader.terminate()  # its harvest waits for a server; the job is given back
        for thread in self._threads:
            thread.join()

    def _keep_up(self) -> None:
        while not self.stopping.is_set():
            for step in self._upkeep:
                try:
                    step()
                except CatalogueError as error:
                    log.warning("upkeep: %s", error.whole)
            self.stopping.wait(self._tick_s)

    def _run(self, loop: Callable[[], None]) -> None:
        """A fault of ours in one thread stops the whole worker, so that whoever started it notices."""
        try:
            loop()
        finally:
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
        try:
            outcome = self._tasks[job.task](job.argument, self.stopping)
        except Conflict as error:
            self._jobs.give_back(job, hold, error.whole, tries=job.tries - 1)
        except Unavailable as error:
            self._try_again(job, hold, error)
        except CatalogueError as error:
            self._jobs.finish(job, hold, FAILED, error.whole)
        except Exception as error:  # one job must never stop a worker
            log.exception("job %s failed", job.id)
            message = f"It failed unexpectedly ({type(error).__name__}: {error}). Please report this."
            self._jobs.finish(job, hold, FAILED, message)
        else:
            self._jobs.finish(job, hold, DONE if outcome.is_well else FAILED, outcome.message)

    def _try_again(self, job: Job, hold: Hold, error: Unavailable) -> None:
        """Give back what was interrupted or met an engine that does not answer, the latter not for ever."""
        if self.stopping.is_set():
            self._jobs.give_back(job, hold, STOPPED, tries=job.tries - 1)
        elif job.tries < TRIES:
            self._jobs.give_back(job, hold, error.whole, tries=job.tries)
        else:
            self._jobs.finish(job, hold, FAILED, error.whole)


def until(stopping: threading.Event, items: Iterable[Harvested]) -> Iterator[Harvested]:
    """What a harvest yields; ends with Unavailable once the event is set."""
    try:
        for item in items:
            if stopping.is_set():
                raise Unavailable(STOPPED)
            yield item
    except Unavailable as error:
        raise (Unavailable(STOPPED) if stopping.is_set() else error) from error.__cause__
