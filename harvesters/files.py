"""RDF files and folders of the operator's own; the large ones are read as a stream."""

import os
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Final

from catalogue.errors import Invalid, Refused, Unreadable
from catalogue.rdf import SUFFIXES, Document
from catalogue.records import Harvested, Rejected
from harvesters.once import Once
from harvesters.payload import HEAD_BYTES, KEPT_BYTES, NO_RECORDS, described, document, format_of
from harvesters.unpack import unpacked_file

MAX_UNPACKED: Final = 8 << 30
_STREAMED: Final = 16 << 20


def read(
    paths: Iterable[Path],
    format: str = "",
    scratch: Path | None = None,
    max_unpacked: int = MAX_UNPACKED,
) -> Iterator[Harvested]:
    """The records of files, and of the RDF files in folders and sub-folders, in stable order.

    A file that cannot be used comes as Rejected and the next one follows; nothing is raised. In a
    folder, files whose suffix is none of RDF are passed over. No subject comes twice. Gzip files are
    unpacked one at a time into `scratch`, by default the system's folder for temporary files.
    """
    once = Once()
    for path in paths:
        problems: list[OSError] = []
        for file in _files(path, problems):
            for item in _items(file, format, scratch, max_unpacked):
                admitted = once.admit(item)
                if admitted is not None:
                    yield admitted
        for problem in problems:
            yield Rejected(str(problem.filename), "", f"It cannot be read: {problem.strerror}.")


def _files(path: Path, problems: list[OSError]) -> Iterator[Path]:
    """A file itself, or the RDF files of a folder; folders that cannot be listed go to `problems`."""
    if not path.is_dir():
        yield path
        return
    for folder, folders, names in os.walk(path, onerror=problems.append):
        folders.sort()
        for name in sorted(names):
            suffix = name.lower().removesuffix(".gz").rpartition(".")[2]
            file = Path(folder, name)
            if suffix in SUFFIXES and (file.is_file() or not file.exists()):
                yield file


def _items(path: Path, format: str, scratch: Path | None, max_unpacked: int) -> Iterator[Harvested]:
    try:
        empty = True
        with unpacked_file(path, max_unpacked, scratch) as plain:
            content = _document(path, plain, format)
            for item in described(content):
                empty = False
                yield item
        if empty:
            yield Rejected(str(path), "", NO_RECORDS)
    except (Invalid, Refused) as error:
        line = error.line if isinstance(error, Unreadable) else None
        yield Rejected(str(path), f"line {line}" if line else "", str(error), _head(path))
    except OSError as error:
        yield Rejected(str(path), "", f"It cannot be read: {error.strerror or error}.")


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
