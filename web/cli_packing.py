"""Packs the files of a profile as a node sends them: an archive of each file or folder, guarded or not."""

import shutil
import zipfile
from collections.abc import Iterator, Sequence
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

import httpx

from catalogue.profiles.release import Rule
from harvesters.profiles import guarded_csv
from web.cli_intake import guarded_of

_UNCHANGED: Final = (1980, 1, 1, 0, 0, 0)
"""The time of all files in an archive, so that the same files make the same archive."""


def packed(paths: Sequence[Path], rule: Rule | None, day: date | None) -> tuple[bytes, str]:
    """The body of the request and its media type; guarded here where a rule is given. Raises Invalid."""
    with TemporaryDirectory(prefix="fairfinder-") as scratch:
        if rule is not None:
            folder = Path(scratch) / "guarded"
            folder.mkdir()
            guarded_csv.write(guarded_of(paths, rule, day), folder)
            paths = [folder]
        archives = [_archive(path, Path(scratch) / f"{number}.zip") for number, path in enumerate(paths)]
        if len(archives) == 1:
            return archives[0].read_bytes(), "application/zip"
        files = [("files", (archive.name, archive.read_bytes())) for archive in archives]
        form = httpx.Request("POST", "http://form.invalid/", files=files)
        return form.read(), form.headers["content-type"]


def _archive(path: Path, archive: Path) -> Path:
    with zipfile.ZipFile(archive, "w") as packing:
        for file, name in _members(path):
            member = zipfile.ZipInfo(name, _UNCHANGED)
            member.compress_type = zipfile.ZIP_DEFLATED
            with file.open("rb") as plain, packing.open(member, "w") as written:
                shutil.copyfileobj(plain, written)
    return archive


def _members(path: Path) -> Iterator[tuple[Path, str]]:
    if path.is_file():
        yield path, path.name
        return
    for file in sorted(path.rglob("*")):
        place = file.relative_to(path)
        if file.is_file() and not any(part.startswith(".") for part in place.parts):
            yield file, place.as_posix()
