"""What the files of a profile are, by their headings and content; their names are not believed."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final, Protocol

from catalogue.errors import Invalid
from catalogue.profiles.measured import Dropped, Measured
from harvesters.profiles import ares, concept_counts, dqd, guarded_csv, plain_csv, tables, white_rabbit
from harvesters.profiles.survey import DISTRIBUTION, RESULTS
from harvesters.profiles.tables import Table

_HEAD: Final = 4096
_PROFILE_SUFFIXES: Final = frozenset({".csv", ".tsv", ".txt", ".gz", ".json", ".xlsx", ".zip"})
_LIST_OF_ANALYSES: Final = frozenset({"analysis_id", "analysis_name"})
_SHOWN: Final = 8

_NO_COUNTS: Final = "It lists analyses and has no counts."
_NO_PROFILE: Final = "It lies in the folder and is no file of a profile."


class Reader(Protocol):
    """A module that reads files of another kind than tables of results."""

    def recognises(self, path: Path, head: bytes, /) -> bool:
        """Whether a file by its first bytes, or a folder, is of this kind."""

    def read(self, path: Path, /) -> Iterator[Measured]:
        """What it tells; raises CatalogueError."""


OTHERS: Final[Mapping[str, Reader]] = {
    ares.PRODUCER: ares,
    dqd.PRODUCER: dqd,
    white_rabbit.PRODUCER: white_rabbit,
}
"""Readers of other kinds by the name of their producer."""


@dataclass(slots=True)
class Files:
    """The files of a release by what they are."""

    results: list[Table] = field(default_factory=list)
    concepts: list[Table] = field(default_factory=list)
    plain: list[Table] = field(default_factory=list)
    guarded: list[Table] = field(default_factory=list)
    others: list[tuple[str, Path]] = field(default_factory=list)
    passed_over: list[Dropped] = field(default_factory=list)


def sorted_out(paths: Sequence[Path], unpacked: ExitStack) -> Files:
    """The files and those in the folders, by what they are; what is unpacked goes with `unpacked`.

    Raises Invalid where one is nothing that is known, is there twice or cannot be opened.
    """
    files = Files()
    seen: set[Path] = set()
    for path in paths:
        for file in _members(path, files):
            if (place := file.resolve()) in seen:
                raise Invalid(f"{file.name} is given twice. Give each file once.")
            seen.add(place)
            try:
                _sort(file, files, unpacked)
            except OSError as error:
                raise Invalid(f"{file.name} cannot be read: {error.strerror or error}.") from error
    if not seen:
        raise Invalid("There is no file of a profile. Give the files that Achilles wrote, or their folder.")
    return files


def _members(path: Path, files: Files) -> Iterator[Path]:
    """The path itself, or the files in a folder that may be of a profile."""
    if not path.is_dir() or _other(path, b""):
        yield path
        return
    if releases := ares.releases(path):
        raise Invalid(
            f"{path.name} holds {len(releases)} releases as Ares shows them, and these are taken in one at a "
            f"time. Give the folder of one, such as {releases[-1].name}."
        )
    for member in sorted(path.iterdir()):
        if member.name.startswith("."):
            continue
        if member.is_file() and member.suffix.lower() in _PROFILE_SUFFIXES:
            yield member
        else:
            files.passed_over.append(Dropped(member.name, 0, _NO_PROFILE))


def _sort(path: Path, files: Files, unpacked: ExitStack) -> None:
    head = b""
    if not path.is_dir():
        with path.open("rb") as stream:
            head = stream.read(_HEAD)
    if name := _other(path, head):
        files.others.append((name, path))
        return
    table = unpacked.enter_context(tables.opened(path))
    columns = frozenset(table.columns) if len(set(table.columns)) == len(table.columns) else frozenset()
    if columns in (RESULTS, RESULTS.union(DISTRIBUTION)):
        files.results.append(table)
    elif columns in (concept_counts.COLUMNS, concept_counts.WITH_PERSONS):
        files.concepts.append(table)
    elif columns == plain_csv.COLUMNS:
        files.plain.append(table)
    elif guarded_csv.kind_of(columns):
        files.guarded.append(table)
    elif columns >= _LIST_OF_ANALYSES:
        files.passed_over.append(Dropped(table.name, 0, _NO_COUNTS))
    else:
        raise _unknown(table)


def _other(path: Path, head: bytes) -> str:
    return next((name for name, reader in OTHERS.items() if reader.recognises(path, head)), "")


def _unknown(table: Table) -> Invalid:
    found = ", ".join(column[:30] for column in table.columns[:_SHOWN]) or "none"
    return Invalid(
        f"{table.name} is no file of a profile that is known here: its headings are {found}. Give the "
        "results of Achilles or CatalogueExport with the headings of their export, or a file with the "
        f"headings {', '.join(plain_csv.HEADINGS)}, and leave out other files."
    )
