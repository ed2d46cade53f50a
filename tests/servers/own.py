"""A private instance of a server for tests that hurt it."""

import signal
import subprocess
from collections.abc import Mapping
from pathlib import Path
from types import TracebackType
from typing import Self

from tests.servers import fetching, instance, processes
from tests.servers.kinds import SERVERS
from tests.servers.places import free_port
from tests.servers.server import NotToBeHad, Running, Site


class Own:
    """A server of one's own, started on entering and killed on leaving; its folder stays.

    `settings` are the server's own settings by name; only OpenSearch and Elasticsearch take any.
    Raises NotToBeHad when the server was not fetched: Own never fetches.
    """

    def __init__(self, name: str, folder: Path, settings: Mapping[str, str] | None = None) -> None:
        self._server = SERVERS[name]
        fetched = fetching.fetched(self._server)
        if fetched.why_not:
            raise NotToBeHad(fetched.why_not)
        self._site = Site(fetching.home(self._server), folder, free_port(), settings or {})
        self._process: subprocess.Popen[bytes] | None = None
        self._running = instance.told(self._server, self._site, 0)

    @property
    def running(self) -> Running:
        """How to reach it: the same over kills and starts but for the pid, which is 0 while it is dead."""
        return self._running

    def start(self) -> Running:
        """Start it on its port and whatever its folder holds; wait until it answers, as it may already."""
        if self._process and self._process.poll() is None:
            return self._running
        self._process = instance.begin(self._server, self._site)
        self._running = instance.await_ready(self._server, self._site, self._process)
        return self._running

    def kill(self) -> None:
        """SIGKILL it and all its children, paused or not, and wait until they are dead."""
        if self._process is None:
            return
        processes.kill(self._process.pid)
        self._process.wait()
        self._process = None
        self._running = instance.told(self._server, self._site, 0)

    def pause(self) -> None:
        """Stop it in its tracks: connections stay open, nothing answers."""
        processes.tell(self._pid(), signal.SIGSTOP)

    def resume(self) -> None:
        processes.tell(self._pid(), signal.SIGCONT)

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.kill()

    def _pid(self) -> int:
        if self._process is None:
            raise ProcessLookupError(f"{self._server.name} is not running")
        return self._process.pid
