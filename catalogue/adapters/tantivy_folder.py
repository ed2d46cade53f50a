"""The folder of an index on disk: generations beside each other and a pointer to the live one.

A generation is written in full before the pointer is swapped to it, so that a crash at any moment
leaves a live index; what it leaves behind is swept when the folder is next opened.
"""

import json
import logging
import os
import re
import shutil
import uuid
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from tantivy import Index

log = logging.getLogger(__name__)

_POINTER: Final = "current"
_COMMITTED: Final = "meta.json"
"""The file that the engine replaces with every commit."""

_PREFIX: Final = "generation-"
_NAME: Final = re.compile(f"{_PREFIX}[0-9a-f]+")
_PROBE_MEMORY: Final = 15_000_000


@dataclass(frozen=True, slots=True)
class Generation:
    """One complete index on disk and the fingerprint of the fields that it was built from."""

    path: Path
    fingerprint: str


@dataclass(frozen=True, slots=True)
class Folder:
    """The generations in one folder."""

    path: Path

    def stamp(self, generation: Generation | None) -> tuple[int, ...]:
        """Changes with every commit to the generation and with every swap."""
        files = [self.path / _POINTER]
        if generation:
            files.append(generation.path / _COMMITTED)
        return tuple(number for file in files for number in _file_stamp(file))

    def live(self) -> Generation | None:
        """The live generation, None when there is none or it cannot be read."""
        try:
            pointer = json.loads((self.path / _POINTER).read_text("utf-8"))
            name, fingerprint = pointer["generation"], pointer["fingerprint"]
            if not (_NAME.fullmatch(name) and isinstance(fingerprint, str)):
                raise ValueError(name)
            return Generation(self.path / name, fingerprint)
        except FileNotFoundError:
            return None
        except (ValueError, KeyError, TypeError):
            log.warning("the pointer of the index in %s cannot be read", self.path)
            return None

    def new(self, fingerprint: str) -> Generation:
        """An empty place for a generation."""
        path = self.path / f"{_PREFIX}{uuid.uuid4().hex}"
        path.mkdir(parents=True)
        return Generation(path, fingerprint)

    def make_live(self, generation: Generation) -> None:
        """Swap the pointer; it and the new files are on disk on return."""
        content = {"generation": generation.path.name, "fingerprint": generation.fingerprint}
        written = generation.path / _POINTER
        with written.open("w", encoding="utf-8") as file:
            json.dump(content, file)
            file.flush()
            os.fsync(file.fileno())
        written.replace(self.path / _POINTER)
        _sync(self.path)

    def discard(self, generation: Generation) -> None:
        """Delete a generation; readers that have it open keep what they read."""
        shutil.rmtree(generation.path, ignore_errors=True)

    def sweep(self) -> None:
        """Delete the generations that are neither live nor being written."""
        live = self.live()
        for path in self.path.glob(f"{_PREFIX}*"):
            left = Generation(path, "")
            if (live is None or path != live.path) and not _being_written(path):
                log.info("sweeping %s, left by an interrupted rebuild", path)
                self.discard(left)


def _being_written(path: Path) -> bool:
    """Whether a process holds the writer of the index in a folder."""
    try:
        Index.open(str(path)).writer(_PROBE_MEMORY, 1)
    except ValueError as error:
        return is_locked(error)
    return False


def is_locked(error: ValueError) -> bool:
    """Whether the engine refused because somebody else writes."""
    return "LockBusy" in str(error) or "lockfile" in str(error).lower()


def _file_stamp(file: Path) -> tuple[int, ...]:
    try:
        found = file.stat()
    except OSError:
        return (0, 0)
    return (found.st_ino, found.st_mtime_ns)


def _sync(path: Path) -> None:
    if os.name != "posix":
        return
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
