"""Fetching programs into the cache once, and remembering what came and what could not be had."""

import hashlib
import json
import os
import shutil
import subprocess
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from tests.servers.places import cache
from tests.servers.server import NotToBeHad, Server


@dataclass(frozen=True, slots=True)
class Fetched:
    """A program in the cache, or why there is none."""

    name: str
    version: str = ""
    why_not: str = ""


def fetch(servers: Sequence[Server]) -> list[Fetched]:
    """Bring them all, several at a time; quick for what is already there."""
    with ThreadPoolExecutor(3) as pool:
        return list(pool.map(_fetch, servers))


def fetched(server: Server) -> Fetched:
    """What the cache holds of it now; fetches nothing."""
    advice = f"{server.name} was not fetched: python -m tests.servers fetch {server.name}"
    return _noted(server) or Fetched(server.name, why_not=advice)


def home(server: Server) -> Path:
    return cache() / server.name


def run(
    command: Sequence[str],
    folder: Path | None = None,
    environment: Mapping[str, str] | None = None,
    seconds: float = 900,
) -> str:
    """Run a tool to its end and return what it printed; NotToBeHad with its complaint when it failed."""
    try:
        done = subprocess.run(
            command,
            cwd=folder,
            env={**os.environ, **(environment or {})},
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=seconds,
            check=False,
        )
    except (OSError, subprocess.TimeoutExpired) as failure:
        raise NotToBeHad(f"{command[0]} could not be run: {failure}") from failure
    if done.returncode:
        raise NotToBeHad(f"{Path(command[0]).name} failed: {_complaint(done.stdout + done.stderr)}")
    return done.stdout


def _fetch(server: Server) -> Fetched:
    noted = _noted(server)
    if noted and noted.version:
        return noted
    shutil.rmtree(home(server), ignore_errors=True)
    home(server).mkdir(parents=True)
    try:
        result = Fetched(server.name, version=server.fetch(home(server)))
    except NotToBeHad as reason:
        result = Fetched(server.name, why_not=f"{server.name} is not to be had here: {reason}")
    note = {"recipe": _digest(server), "version": result.version, "why_not": result.why_not}
    _note(server).write_text(json.dumps(note, indent=1))
    return result


def _noted(server: Server) -> Fetched | None:
    """What an earlier fetch by the same recipe noted."""
    try:
        note = json.loads(_note(server).read_text())
    except (OSError, ValueError):
        return None
    if note["recipe"] != _digest(server):
        return None
    return Fetched(server.name, note["version"], note["why_not"])


def _note(server: Server) -> Path:
    return home(server) / "fetched.json"


def _digest(server: Server) -> str:
    return hashlib.sha256(server.recipe().encode()).hexdigest()


def _complaint(output: str) -> str:
    """The first line that names an error, else the last line."""
    lines = [line.strip() for line in output.splitlines() if line.strip()]
    errors = [line for line in lines if line.startswith(("[ERROR]", "ERROR", "E:", "error"))]
    return (errors or lines[-1:] or ["it said nothing"])[0][:300]
