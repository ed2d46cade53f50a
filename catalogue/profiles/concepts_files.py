"""Reads the files of a vocabulary: those of Athena, and the same tables separated by commas.

Files of Athena are separated by tabs and know no quotes; a table that has no tab in its first line is
CSV. Columns are found by their names in any case. A first line that is repeated further down is passed
over, and an id may be written as 9201.0.
"""

import csv
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final, TextIO

from catalogue.errors import Invalid
from catalogue.profiles.concepts_own import Concept

CONCEPTS: Final = "CONCEPT.csv"
SYNONYMS: Final = "CONCEPT_SYNONYM.csv"
ANCESTORS: Final = "CONCEPT_ANCESTOR.csv"
VERSIONS: Final = "VOCABULARY.csv"

LONGEST: Final = 32_768
"""The longest line that is read, in characters; names have 255, synonyms 1,000."""

MOST: Final = 300_000_000
"""The most rows of a file."""

HIGHEST: Final = 2**31 - 1
"""The highest id of a concept: they are integers in every table of OMOP."""

_COLUMNS: Final = {
    CONCEPTS: (
        "concept_id",
        "concept_name",
        "domain_id",
        "vocabulary_id",
        "concept_class_id",
        "standard_concept",
        "concept_code",
    ),
    SYNONYMS: ("concept_id", "concept_synonym_name"),
    ANCESTORS: ("ancestor_concept_id", "descendant_concept_id", "min_levels_of_separation"),
    VERSIONS: ("vocabulary_id", "vocabulary_version"),
}
_INVALID: Final = "invalid_reason"
_NOTHING: Final = frozenset({"", "NA", "NULL", "\\N"})


@dataclass(frozen=True, slots=True)
class Pair:
    """A concept and one above it, with the least number of steps between them."""

    ancestor: int
    descendant: int
    levels: int


def concepts(folder: Path) -> Iterator[Concept]:
    """The concepts of a folder; raises Invalid where a row cannot be used, as all functions here do."""
    for place, row in _rows(_file(folder, CONCEPTS), CONCEPTS, _INVALID):
        id, name, domain, vocabulary, kind, standard, code, invalid = row
        yield Concept(
            _id(id, place), name, domain, vocabulary, kind, _nothing(standard), code, _nothing(invalid)
        )


def synonyms(folder: Path) -> Iterator[tuple[int, str]]:
    """The synonyms of concepts, none where there is no such file."""
    file = _found(folder, SYNONYMS)
    if file is not None:
        for place, (id, name) in _rows(file, SYNONYMS):
            if name not in _NOTHING:
                yield _id(id, place), name


def pairs(folder: Path) -> Iterator[Pair]:
    """Which concept is above which, none where there is no such file; no concept is above itself."""
    file = _found(folder, ANCESTORS)
    if file is not None:
        for place, (above, below, levels) in _rows(file, ANCESTORS):
            pair = Pair(_id(above, place), _id(below, place), _whole(levels, place))
            if pair.ancestor != pair.descendant:
                yield pair


def versions(folder: Path) -> dict[str, str]:
    """The versions of the vocabularies, by their names; empty where there is no such file."""
    file = _found(folder, VERSIONS)
    if file is None:
        return {}
    return {name: _nothing(version) for _, (name, version) in _rows(file, VERSIONS)}


def _file(folder: Path, name: str) -> Path:
    file = _found(folder, name)
    if file is None:
        raise Invalid(
            f"There is no {name} in {folder}. Unpack the file that Athena made and name the folder it is in."
        )
    return file


def _found(folder: Path, name: str) -> Path | None:
    return next((file for file in sorted(folder.iterdir()) if file.name.lower() == name.lower()), None)


@dataclass(slots=True)
class _Place:
    """Where reading has come to; lines count from 1."""

    file: str
    line: int = 1

    def fault(self, said: str) -> Invalid:
        return Invalid(f"{self.file}, line {self.line:,}: {said}")


def _rows(file: Path, table: str, optional: str = "") -> Iterator[tuple[_Place, Sequence[str]]]:
    """The rows of a file, each with the columns of its table, and then the optional one, "" without it."""
    place = _Place(file.name)
    with _opened(file) as lines:
        bounded = _lines(lines, place)
        header = next(bounded, "")
        is_tabbed = "\t" in header
        names = next(_split([header], is_tabbed), [])
        width, wanted = len(names), _wanted([name.strip().lower() for name in names], table, optional, place)
        for row in _split(bounded, is_tabbed):
            if row == names or not row:
                continue
            if len(row) != width:
                raise place.fault(f"{len(row)} columns stand here, and {width} in the first line.")
            if place.line > MOST:
                raise place.fault(f"The file is too long: {MOST:,} rows are the most.")
            yield place, [row[at].strip() if at >= 0 else "" for at in wanted]


@contextmanager
def _opened(file: Path) -> Iterator[TextIO]:
    try:
        with file.open(encoding="utf-8-sig", newline="") as lines:
            yield lines
    except UnicodeDecodeError as error:
        raise Invalid(f"{file.name} is not written in UTF-8.") from error
    except OSError as error:
        raise Invalid(f"{file.name} could not be read: {error.strerror}.") from error


def _lines(lines: TextIO, place: _Place) -> Iterator[str]:
    place.line = 0
    while line := lines.readline(LONGEST + 1):
        place.line += 1
        if len(line) > LONGEST:
            raise place.fault(f"The line is longer than {LONGEST:,} characters.")
        yield line


def _split(lines: Iterator[str] | list[str], is_tabbed: bool) -> Iterator[list[str]]:
    if is_tabbed:
        return (line.rstrip("\r\n").split("\t") for line in lines)
    return csv.reader(lines)


def _wanted(names: list[str], table: str, optional: str, place: _Place) -> list[int]:
    missing = [name for name in _COLUMNS[table] if name not in names]
    if missing:
        raise place.fault(f"{', '.join(missing)} should stand in the first line; it does not.")
    at = [names.index(name) for name in _COLUMNS[table]]
    return [*at, names.index(optional) if optional in names else -1] if optional else at


def _id(text: str, place: _Place) -> int:
    id = _whole(text, place)
    if id > HIGHEST:
        raise place.fault(f"{id} is too high for the id of a concept; {HIGHEST} is the highest.")
    return id


def _whole(text: str, place: _Place) -> int:
    digits = text.removesuffix(".0")
    if not (digits.isascii() and digits.isdigit() and len(digits) < 20):
        raise place.fault(f"“{text[:40]}” should be a whole number.")
    return int(digits)


def _nothing(text: str) -> str:
    return "" if text in _NOTHING else text
