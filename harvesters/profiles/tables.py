"""Delimited text files of profiles, row by row and within bounds."""

import csv
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from functools import partial
from itertools import islice
from pathlib import Path
from typing import Final, TextIO

from catalogue.errors import Invalid, Refused
from harvesters.unpack import unpacked_file

MAX_BYTES: Final = 1 << 30
"""A file may be as large as this when it is unpacked: some 20 million rows."""

MAX_LINE: Final = 1 << 16
MAX_COLUMNS: Final = 100
_HEAD: Final = 4096
_SEPARATORS: Final = ",;\t"

_OF_ONE_PERSON: Final = frozenset(
    {
        "birth_datetime",
        "condition_occurrence_id",
        "date_of_birth",
        "drug_exposure_id",
        "measurement_id",
        "medical_record_number",
        "mrn",
        "nhs_number",
        "observation_id",
        "patient_id",
        "patientid",
        "person_id",
        "person_source_value",
        "personid",
        "procedure_occurrence_id",
        "ssn",
        "subject_id",
        "visit_occurrence_id",
    }
)


@dataclass(frozen=True, slots=True)
class Table:
    """A delimited text file: `name` is what to call it, `path` where it lies unpacked.

    `columns` are the headings in lower case, with "_" for spaces.
    """

    name: str
    path: Path
    separator: str
    columns: tuple[str, ...]

    def rows(self) -> Iterator[tuple[int, list[str]]]:
        """Every row after the headings by the number of its line, with as many cells as there are headings.

        Raises Invalid.
        """
        width = len(self.columns)
        with _text(self.path) as stream:
            cells = _cells(self.name, _lines(self.name, stream), self.separator)
            for line, row in islice(cells, 1, None):
                yield line, row if len(row) == width else _fitted(self.name, line, row, width)

    def invalid(self, line: int, fault: str) -> Invalid:
        """The error for a row that cannot be used."""
        return Invalid(f"Line {line:,} of {self.name} cannot be used: {fault} Nothing was taken in.")


@contextmanager
def opened(path: Path) -> Iterator[Table]:
    """A table, unpacked where it is gzip.

    Raises Invalid where it is no text or has a row for each person, Refused where it is too large, OSError.
    """
    with ExitStack() as unpacked:
        try:
            plain = unpacked.enter_context(unpacked_file(path, MAX_BYTES))
        except Refused as error:
            raise _too_large(path) from error
        if plain.stat().st_size > MAX_BYTES:
            raise _too_large(path)
        yield _table(path.name, plain)


def _table(name: str, path: Path) -> Table:
    with path.open("rb") as stream:
        head = stream.read(_HEAD)
    if b"\0" in head:
        raise Invalid(f"{name} is no text in UTF-8. Save it as CSV in UTF-8.")
    with _text(path) as text:
        first = next(_lines(name, text), "")
    separator = max(_SEPARATORS, key=first.count)
    _, headings = next(_cells(name, iter([first]), separator), (0, []))
    columns = tuple(heading.strip().lower().replace(" ", "_") for heading in headings)
    if len(columns) > MAX_COLUMNS:
        raise Invalid(f"{name} has more than {MAX_COLUMNS} columns, which no profile has.")
    if found := sorted(_OF_ONE_PERSON.intersection(columns)):
        raise Invalid(
            f"{name} has the column {found[0]}, so it seems to hold a row for each person or event. Only "
            "counts are taken in: give the results of Achilles or CatalogueExport, or counts of your own."
        )
    return Table(name, path, separator, columns)


def _text(path: Path) -> TextIO:
    return path.open(encoding="utf-8-sig", errors="replace", newline="")


def _lines(name: str, stream: TextIO) -> Iterator[str]:
    for line in iter(partial(stream.readline, MAX_LINE), ""):
        if len(line) == MAX_LINE:
            raise Invalid(f"{name} has a line of {MAX_LINE:,} letters or more, which no profile has.")
        yield line


def _cells(name: str, lines: Iterator[str], separator: str) -> Iterator[tuple[int, list[str]]]:
    """The rows that hold anything, by the number of their last line."""
    reader = csv.reader(lines, delimiter=separator)
    try:
        for row in reader:
            if row:
                yield reader.line_num, row
    except csv.Error as error:
        raise Invalid(
            f"Line {reader.line_num:,} of {name} cannot be taken apart into cells ({error}): look at its "
            "quotation marks. Nothing was taken in."
        ) from error


def _fitted(name: str, line: int, row: list[str], width: int) -> list[str]:
    """A row without empty cells that stand beyond the headings."""
    if len(row) > width and not any(row[width:]):
        return row[:width]
    raise Invalid(
        f"Line {line:,} of {name} has {len(row)} cells and the headings are {width}. "
        "Nothing was taken in: export the file again."
    )


def _too_large(path: Path) -> Refused:
    return Refused(
        f"{path.name} is larger than {MAX_BYTES >> 20} MB when it is unpacked, so it was not read."
    )
