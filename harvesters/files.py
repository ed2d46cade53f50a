"""Files and folders of the operator's own: RDF, of which the large ones are read as a stream, and tables."""

import os
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Final

from catalogue.errors import Invalid, Refused, Unreadable
from catalogue.rdf import SUFFIXES, Document
from catalogue.records import Harvested, Incomplete, Rejected
from harvesters.once import Once
from harvesters.payload import HEAD_BYTES, KEPT_BYTES, NO_RECORDS, described, document, format_of
from harvesters.sheets import Drafting, is_sheet, read_sheet
from harvesters.unpack import unpacked_file
from ontologies.vocabularies import load

MAX_UNPACKED: Final = 8 << 30
_STREAMED: Final = 16 << 20
_OUTSIDE: Final = "It is a link that leads out of the folder or in a circle, so it was not followed."


@dataclass(frozen=True, slots=True)
class Reading:
    """How files are read: the RDF format where they do not tell, where gzip is unpacked and how far."""

    format: str = ""
    scratch: Path | None = None
    max_unpacked: int = MAX_UNPACKED
    drafting: Drafting = field(default_factory=lambda: Drafting(cache(load)))


def read(
    paths: Iterable[Path],
    format: str = "",
    scratch: Path | None = None,
    max_unpacked: int = MAX_UNPACKED,
) -> Iterator[Harvested]:
    """The records of files, and of the RDF files and tables in folders and sub-folders, in stable order.

    A file that cannot be used comes as Rejected and the next one follows; nothing is raised. In a
    folder, files of other suffixes and hidden ones are passed over. No subject comes twice. Gzip files are
    unpacked one at a time into `scratch`, by default the system's folder for temporary files.
    """
    once = Once()
    reading = Reading(format, scratch, max_unpacked)
    for path in paths:
        for file in files(path):
            for item in read_file(file, reading) if isinstance(file, Path) else (file,):
                admitted = None if isinstance(item, Incomplete) else once.admit(item)
                if admitted is not None:
                    yield admitted


def files(path: Path) -> Iterator[Path | Rejected]:
    """A file itself, or the files of a folder that can be read, in the order of `order`.

    What cannot be listed comes as Rejected, and so does a link that leads out of the folder.
    """
    if not path.is_dir():
        yield path
        return
    problems: list[OSError] = []
    home = path.resolve()
    for folder, folders, names in os.walk(path, onerror=problems.append):
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        for name in sorted(names):
            file = Path(folder, name)
            if _is_meant(name) and (file.is_file() or not file.exists()):
                yield file if _is_within(file, home) else Rejected(str(file), "", _OUTSIDE)
    for problem in problems:
        yield Rejected(str(problem.filename), "", f"It cannot be read: {problem.strerror}.")


def order(file: Path, home: Path) -> list[tuple[bool, str]]:
    """Sorts files as `files` lists them: those of a folder before those of its sub-folders."""
    *folders, name = file.relative_to(home).parts
    return [*((True, folder) for folder in folders), (False, name)]


def read_file(path: Path, reading: Reading) -> Iterator[Harvested]:
    """The records of one file; that it cannot be read to its end comes as Rejected and Incomplete."""
    try:
        yield from read_sheet(path, reading.drafting) if is_sheet(path) else _described(path, reading)
    except (Invalid, Refused) as error:
        line = error.line if isinstance(error, Unreadable) else None
        yield Rejected(str(path), f"line {line}" if line else "", str(error), _head(path))
        yield Incomplete(f"{path} could not be used: {error}")
    except OSError as error:
        reason = f"It cannot be read: {error.strerror or error}."
        yield Rejected(str(path), "", reason)
        yield Incomplete(f"{path}: {reason}")


def _is_within(file: Path, home: Path) -> bool:
    """Whether a file lies in a folder and leads there; one that leads to itself leads nowhere."""
    try:
        return file.resolve().is_relative_to(home)
    except (OSError, RuntimeError):
        return False


def _is_meant(name: str) -> bool:
    """Whether a file of a folder is to be read; those that programs leave beside an open one are not."""
    if name.startswith((".", "~$")):
        return False
    return name.lower().removesuffix(".gz").rpartition(".")[2] in SUFFIXES or is_sheet(Path(name))


def _described(path: Path, reading: Reading) -> Iterator[Harvested]:
    empty = True
    with unpacked_file(path, reading.max_unpacked, reading.scratch) as plain:
        for item in described(_document(path, plain, reading.format)):
            empty = False
            yield item
    if empty:
        raise Unreadable(NO_RECORDS)


def _document(path: Path, plain: Path, format: str) -> Document:
    origin, base = str(path), path.absolute().as_uri()
    if plain.stat().st_size <= _STREAMED:
        return document(origin, plain.read_bytes(), "", format, base)
    return Document(origin, plain, format_of(origin, _start(plain, HEAD_BYTES), "", format), base)


def _head(path: Path) -> bytes:
    try:
        return _start(path, KEPT_BYTES)
    except OSError:
        return b""


def _start(path: Path, length: int) -> bytes:
    with path.open("rb") as stream:
        return stream.read(length)
