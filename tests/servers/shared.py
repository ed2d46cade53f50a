"""The shared servers: started once for all test processes, found by the state files they leave."""

import json
import shutil
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, dataclass
from pathlib import Path

from tests.servers import fetching, instance, processes
from tests.servers.kinds import SERVERS
from tests.servers.places import free_port, state
from tests.servers.server import FailedToStart, Running, Server, Site


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of starting one: it runs, or it was skipped, or it failed, and why."""

    name: str
    running: Running | None = None
    seconds: float = 0
    skipped: str = ""
    failed: str = ""


@dataclass(frozen=True, slots=True)
class _Note:
    """A state file; the start time tells the process from a later one with the same pid."""

    running: Running
    port: int
    started_at: str


def running(name: str) -> Running | None:
    """The shared server of that name when it is started and answers."""
    server, note = SERVERS[name], _noted(name)
    if not note or not _alive(note):
        return None
    site = Site(fetching.home(server), _folder(name), note.port)
    return note.running if server.answers(site) else None


def why_not(name: str) -> str:
    """Why there is no such shared server, as a test's reason to skip; "" when there is one."""
    if running(name):
        return ""
    reason = fetching.fetched(SERVERS[name]).why_not
    return reason or f"{name} is not running: python -m tests.servers start {name}"


def start(names: Sequence[str], tell: Callable[[Outcome], None]) -> list[Outcome]:
    """Fetch and start them side by side on empty folders, telling each outcome as it comes."""
    fetched = {result.name: result for result in fetching.fetch([SERVERS[name] for name in names])}

    def begin(name: str) -> Outcome:
        why = fetched[name].why_not
        outcome = Outcome(name, skipped=why) if why else _start(SERVERS[name])
        tell(outcome)
        return outcome

    with ThreadPoolExecutor(len(names) or 1) as pool:
        return list(pool.map(begin, names))


def stop(name: str) -> bool:
    """End it by its pid; whether there was one to end."""
    note = _noted(name)
    if found := note is not None and _alive(note):
        processes.end(note.running.pid)
    _file(name).unlink(missing_ok=True)
    return found


def _start(server: Server) -> Outcome:
    if there := running(server.name):
        return Outcome(server.name, running=there)
    stop(server.name)
    began = time.monotonic()
    shutil.rmtree(_folder(server.name), ignore_errors=True)
    site = Site(fetching.home(server), _folder(server.name), free_port())
    try:
        process = instance.begin(server, site)
        here = instance.await_ready(server, site, process)
    except FailedToStart as failure:
        return Outcome(server.name, failed=str(failure))
    _write(_Note(here, site.port, processes.started_at(here.pid)))
    return Outcome(server.name, running=here, seconds=time.monotonic() - began)


def _alive(note: _Note) -> bool:
    return bool(note.started_at) and processes.started_at(note.running.pid) == note.started_at


def _noted(name: str) -> _Note | None:
    try:
        told = json.loads(_file(name).read_text())
        return _Note(Running(**told["running"]), told["port"], told["started_at"])
    except (OSError, ValueError, KeyError, TypeError):
        return None


def _write(note: _Note) -> None:
    """In one step, for tests may be looking."""
    file = _file(note.running.name)
    new = file.with_suffix(".new")
    new.write_text(json.dumps(asdict(note), indent=1))
    new.replace(file)


def _file(name: str) -> Path:
    return state() / f"{name}.json"


def _folder(name: str) -> Path:
    return state() / name
