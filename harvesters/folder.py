"""A folder of files on this machine, or one file: RDF, and tables with a dataset in each row."""

import logging
import os
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Final

from catalogue.drafting import is_iri
from catalogue.errors import Invalid, Unavailable
from catalogue.records import Harvested, Incomplete, Reached, Record, Rejected
from harvesters.files import Reading, files, order, read_file
from harvesters.kind import Asked, Kind
from harvesters.once import Once
from harvesters.payload import FORMAT_HELP
from harvesters.sheets import Drafting

log = logging.getLogger(__name__)


def harvest(asked: Asked) -> Iterator[Harvested]:
    """The records of the files in stable order, each file a page; no subject comes twice.

    Raises Unavailable for what does not exist or cannot be listed. Files that cannot be used, and a
    folder without a single record, make the run incomplete.
    """
    home = home_of(asked.url)
    drafting = Drafting(lambda: asked.vocabularies, _base(asked.option("base")))
    reading = Reading(asked.option("format"), drafting=drafting)
    yield from _Folder(home, reading, asked.cursor).items()


class _Folder:
    def __init__(self, home: Path, reading: Reading, cursor: str) -> None:
        self._home = home
        self._reading = reading
        self._cursor = cursor
        self._once = Once()
        self._whole = True

    def items(self) -> Iterator[Harvested]:
        for file in files(self._home):
            if isinstance(file, Rejected):
                self._whole = False
                yield self._public(file)
                yield self._public(Incomplete(f"{file.origin} was not read: {file.reason}"))
            elif self._is_ahead(file):
                yield from self._file(file)
                if self._whole:
                    yield Reached(str(file))
        if self._whole and not self._once and not self._cursor:
            yield Incomplete(
                f"{self._home.name} holds no file with a record that can be read. If that is meant, "
                "delete the source."
            )

    def _is_ahead(self, file: Path) -> bool:
        """Whether a file comes after the one that an interrupted run had reached."""
        if not self._cursor or file == self._home:
            return True
        reached = Path(self._cursor)
        if not reached.is_relative_to(self._home):
            return True
        return order(file, self._home) > order(reached, self._home)

    def _file(self, file: Path) -> Iterator[Harvested]:
        number = 0
        for item in read_file(file, self._reading):
            if isinstance(item, Incomplete):
                self._whole = False
            admitted = self._once.admit(item)
            if admitted is not None:
                number += isinstance(admitted, Record)
                yield self._public(admitted)
        log.info("%s: %s records", self._told(str(file)), number)

    def _public(self, item: Harvested) -> Harvested:
        """The item, its file named from the folder on: where that lies is nobody's business."""
        match item:
            case Record() | Rejected():
                return replace(item, origin=self._told(item.origin))
            case Incomplete(reason):
                return Incomplete(self._told(reason))
        return item

    def _told(self, words: str) -> str:
        """The words with files named from the folder on, and as text whatever bytes their names are of."""
        named = words.replace(str(self._home), self._home.name)
        return named if named.isascii() else named.encode("utf-8", "replace").decode()


def home_of(url: str) -> Path:
    """The folder or file; one that is not there may be a share that is not mounted, so this raises."""
    if not url.strip():
        raise Invalid("The path of the folder is empty. Give the full path, such as /srv/metadata.")
    home = Path(url.strip())
    try:
        if home.is_dir():
            os.scandir(home).close()
        elif not home.is_file():
            raise Unavailable(
                f"“{home.name}” does not exist, or is neither a folder nor a file. Is it mounted, and is "
                "the path right? Nothing was read."
            )
    except OSError as error:
        raise Unavailable(f"“{home.name}” cannot be read: {error.strerror}. Nothing was read.") from error
    return home


def _base(given: str) -> str:
    if given and not (given.startswith(("http://", "https://", "urn:")) and is_iri(given)):
        raise Invalid(
            f"The option base cannot be “{given[:200]}”: it must be an address such as "
            "https://registry.example/dataset/."
        )
    return given


KIND: Final = Kind(
    "folder",
    "Files in a folder on this machine: RDF, and tables of datasets (CSV, XLSX).",
    "The path of the folder, or of one file.",
    harvest,
    {
        "format": FORMAT_HELP,
        "base": "Address that the identifiers in tables are put behind to make the IRIs of their datasets.",
    },
    is_local=True,
)
