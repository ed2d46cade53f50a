"""Sorts more lines than fit into memory, by way of files; tables are filled in the order of their keys.

A table that is filled in any other order has nearly each of its pages written for nearly each row.
"""

from collections.abc import Iterator
from contextlib import ExitStack
from heapq import merge
from pathlib import Path
from tempfile import TemporaryFile
from types import TracebackType
from typing import IO, Final, Self

AT_ONCE: Final = 500_000
"""How many lines are in memory at most."""


class Sorting:
    """Takes lines in any order and gives them back in the order of their bytes, each once.

    A line must hold no line break. The files that it needs are gone when the context ends.
    """

    def __init__(self, folder: Path, at_once: int = AT_ONCE) -> None:
        self._folder = folder
        self._at_once = at_once
        self._lines: list[bytes] = []
        self._files = ExitStack()
        self._parts: list[IO[bytes]] = []

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, type: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._files.close()

    def add(self, line: bytes) -> None:
        """Take a line."""
        self._lines.append(line + b"\n")
        if len(self._lines) >= self._at_once:
            self._put_away()

    def sorted(self) -> Iterator[bytes]:
        """All lines that were taken, to be asked for once."""
        self._lines.sort()
        for part in self._parts:
            part.seek(0)
        before = b""
        for line in merge(*self._parts, self._lines) if self._parts else self._lines:
            if line != before:
                yield line[:-1]
                before = line

    def _put_away(self) -> None:
        self._lines.sort()
        part = self._files.enter_context(TemporaryFile(dir=self._folder))  # noqa: SIM115
        part.writelines(self._lines)
        self._parts.append(part)
        self._lines = []
