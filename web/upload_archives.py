"""Zip archives that were sent, unpacked within bounds and never outside of their folder."""

import struct
import zipfile
import zlib
from collections.abc import Iterator
from pathlib import Path, PurePosixPath
from typing import Final

from catalogue.errors import Invalid, TooLarge

UNPACKED_BYTES: Final = 2 << 30
"""What the files of an archive may come to together."""

MOST_FILES: Final = 20_000
"""A folder of Ares has a file for each concept."""

DIRECTORY_BYTES: Final = 4 << 20
"""How large the list of what is in an archive may be: it is read as a whole before anything is counted."""

_DEEPEST: Final = 8
_LONGEST: Final = 200
_PIECE: Final = 1 << 20
_MAGIC: Final = b"PK\x03\x04"
_END: Final = b"PK\x05\x06"
_LARGE_END: Final = b"PK\x06\x07"
_LONGEST_END: Final = 22 + 65_535
_WORKBOOK: Final = "[Content_Types].xml"
_LINK: Final = 0o120000
_LEFT_OUT: Final = "__MACOSX"
_DAMAGE: Final = (
    *(zipfile.BadZipFile, zlib.error, NotImplementedError, EOFError, struct.error, UnicodeError),
    *(FileExistsError, NotADirectoryError, IsADirectoryError),
)


def unpacked(file: Path, folder: Path, limit: int = UNPACKED_BYTES) -> Path:
    """The file itself, or what an archive holds, unpacked to `folder`: its only file or folder, or all.

    A workbook is no archive here, although it is a zip. Raises TooLarge past `limit` bytes or `MOST_FILES`,
    Invalid for an archive that is damaged or encrypted or has names that lead elsewhere.
    """
    with file.open("rb") as stream:
        if stream.read(len(_MAGIC)) != _MAGIC:
            return file
    try:
        _check_directory(file)
        with zipfile.ZipFile(file) as archive:
            if _WORKBOOK in archive.namelist():
                return file.rename(file.with_suffix(".xlsx"))
            folder.mkdir()
            _unpack(archive, folder, limit)
    except _DAMAGE as error:
        raise Invalid(f"{file.name} is no sound zip archive ({error}). Pack the files again.") from error
    return _only(folder)


def _check_directory(file: Path) -> None:
    """Hold the list of contents to its bounds, as the end of the archive tells its size."""
    size = file.stat().st_size
    with file.open("rb") as stream:
        stream.seek(max(0, size - _LONGEST_END))
        end = stream.read()
    at = end.rfind(_END)
    if at < 0:
        raise zipfile.BadZipFile("its end is missing")
    number, directory = struct.unpack_from("<HI", end, at + 10)
    is_larger = end[max(0, at - 20) : at].startswith(_LARGE_END)
    if is_larger or number > MOST_FILES or directory > DIRECTORY_BYTES:
        raise _too_many(file.name)


def _unpack(archive: zipfile.ZipFile, folder: Path, limit: int) -> None:
    left = limit
    members = list(_files(archive))
    if len(members) > MOST_FILES:
        raise _too_many(folder.name)
    for member, place in members:
        target = folder.joinpath(*place.parts)
        target.parent.mkdir(parents=True, exist_ok=True)
        with archive.open(member) as packed, target.open("xb") as plain:
            while piece := packed.read(_PIECE):
                left -= len(piece)
                if left < 0:
                    raise TooLarge(
                        f"The archive holds more than {limit >> 20} MB when it is unpacked, so nothing of it "
                        "was taken in. Send the files of the profile alone."
                    )
                plain.write(piece)


def _files(archive: zipfile.ZipFile) -> Iterator[tuple[zipfile.ZipInfo, PurePosixPath]]:
    """The members that are files, and where each belongs below the folder."""
    for member in archive.infolist():
        place = PurePosixPath(member.filename)
        if member.is_dir() or _LEFT_OUT in place.parts[:1]:
            continue
        leads_away = place.is_absolute() or ".." in place.parts or "\\" in member.filename
        is_link = (member.external_attr >> 16) & 0o170000 == _LINK
        if leads_away or is_link or ":" in member.filename or not place.parts:
            raise Invalid(
                f"“{member.filename[:_LONGEST]}” in the archive leads out of its folder, so nothing of it "
                "was taken in. Pack the files by their own names."
            )
        if len(place.parts) > _DEEPEST or len(member.filename) > _LONGEST:
            raise Invalid(
                f"“{member.filename[:_LONGEST]}” in the archive has too long a name, or lies too deep. "
                "Pack the folder of the files alone."
            )
        if member.flag_bits & 1:
            raise Invalid("The archive is protected by a password. Pack the files without one.")
        yield member, place


def _only(place: Path) -> Path:
    """A file, or a folder of several: what lies alone in a folder stands for it."""
    inside = list(place.iterdir()) if place.is_dir() else []
    return _only(inside[0]) if len(inside) == 1 else place


def _too_many(name: str) -> TooLarge:
    return TooLarge(f"{name} holds more than {MOST_FILES:,} files, so nothing of it was taken in.")
