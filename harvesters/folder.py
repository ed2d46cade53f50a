"""A folder of files on this machine, or one file."""

from collections.abc import Iterator
from pathlib import Path
from typing import Final

from catalogue.records import Harvested
from harvesters.files import read
from harvesters.kind import Asked, Kind
from harvesters.payload import FORMAT_HELP


def harvest(asked: Asked) -> Iterator[Harvested]:
    """The records of the files, in stable order."""
    yield from read([Path(asked.url)], asked.option("format"))


KIND: Final = Kind(
    "folder",
    "RDF files in a folder on this machine.",
    "The path of the folder, or of one file.",
    harvest,
    {"format": FORMAT_HELP},
    is_local=True,
)
