"""Starting, watching and ending a server's processes by pid.

A server's processes are found by parentage, not by process group: PostgreSQL gives every backend its own.
"""

import os
import signal
import subprocess
import time
from collections.abc import Callable
from pathlib import Path

from tests.servers.server import Launch


def spawn(launch: Launch, folder: Path, log: Path) -> subprocess.Popen[bytes]:
    """Run it detached from this terminal and session, writing to the log."""
    with log.open("ab") as out:
        return subprocess.Popen(
            launch.command,
            cwd=folder,
            env={**os.environ, **launch.environment},
            stdin=subprocess.DEVNULL,
            stdout=out,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )


def started_at(pid: int) -> str:
    """The kernel's start time of the process, "" when it is gone or a zombie; a pid alone may be reused."""
    fields = _stat(pid)
    return "" if not fields or fields[0] in "ZX" else fields[19]


def family(pid: int) -> list[int]:
    """The process and all that descend from it, parents first."""
    if pid <= 1:
        raise ValueError(f"{pid} is no process of ours")
    children: dict[int, list[int]] = {}
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit() and (fields := _stat(int(entry.name))):
            children.setdefault(int(fields[1]), []).append(int(entry.name))
    found = [pid]
    for parent in found:
        found.extend(children.get(parent, []))
    return found


def tell(pid: int, what: signal.Signals) -> list[int]:
    """Send the signal to the whole family and return whom it went to."""
    told = family(pid)
    for one in told:
        _send(one, what)
    return told


def kill(pid: int, within: float = 10) -> None:
    """SIGKILL the family at once and wait until all of it is dead."""
    _send(pid, signal.SIGSTOP)  # it forks no more while its children are looked up
    doomed = tell(pid, signal.SIGKILL)
    until(lambda: not any(map(_alive, doomed)), within)


def end(pid: int, patience: float = 20) -> None:
    """TERM to the first process; KILL to the family when that did not do."""
    _send(pid, signal.SIGTERM)
    if not until(lambda: not _alive(pid), patience):
        kill(pid)


def until(holds: Callable[[], bool], seconds: float) -> bool:
    """Wait until it holds, at most that long; whether it does."""
    deadline = time.monotonic() + seconds
    while not (held := holds()) and time.monotonic() < deadline:
        time.sleep(0.05)
    return held


def _alive(pid: int) -> bool:
    return bool(started_at(pid))


def _send(pid: int, what: signal.Signals) -> None:
    try:
        os.kill(pid, what)
    except ProcessLookupError:
        return


def _stat(pid: int) -> list[str]:
    """The fields of /proc/PID/stat from the state on: state, parent, ...; [] when it is gone."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return []
