"""By what the same files of a profile are known again, whatever they are called."""

import hashlib
from collections.abc import Sequence
from pathlib import Path
from typing import Final

_PIECE: Final = 1 << 20


def digest(paths: Sequence[Path]) -> str:
    """A digest of the content of files and folders, whatever they are called and in which order."""
    files = {file for path in paths for file in ([path] if path.is_file() else path.rglob("*"))}
    each = sorted(_digest(file) for file in files if file.is_file())
    return hashlib.sha256("".join(each).encode()).hexdigest()


def _digest(file: Path) -> str:
    found = hashlib.sha256()
    with file.open("rb") as content:
        while piece := content.read(_PIECE):
            found.update(piece)
    return found.hexdigest()
