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
"""Letters of a line that are taken at a time; no row of a profile comes near."""

MAX_COLUMNS: Final = 100
_HEAD: Final = 4096
_BUFFER: Final = 1 << 20
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

    def rows(self) -> "Rows":
        """Every row after the headings."""
        return Rows(self)


class Rows:
    """The rows of a table, each with as many cells as there are headings; raises Invalid."""

    def __init__(self, table: Table) -> None:
        self._table = table
        self._reader = csv.reader(())

    def __iter__(self) -> Iterator[list[str]]:
        table = self._table
        width = len(table.columns)
        with _text(table.path) as stream:
            lines = iter(partial(stream.readline, MAX_LINE), "")
            self._reader = csv.reader(lines, delimiter=table.separator)
            try:
                for row in islice(filter(None, self._reader), 1, None):
                    yield row if len(row) == width else self._fitted(row, width)
            except csv.Error as error:
                raise self.invalid(f"its quotation marks are not in pairs ({error}).") from error

    def invalid(self, fault: str) -> Invalid:
        """The error for the row that was read last."""
        name = self._table.name
        return Invalid(
            f"Line {self._reader.line_num:,} of {name} cannot be used: {fault} Nothing was taken in."
        )

    def _fitted(self, row: list[str], width: int) -> list[str]:
        """A row without empty cells that stand beyond the headings."""
        if len(row) > width and not any(row[width:]):
            return row[:width]
        raise self.invalid(f"it has {len(row)} cells, and there are {width} headings. Export the file again.")


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
        if b"\0" in stream.read(_HEAD):
            raise Invalid(f"{name} is no text in UTF-8. Save it as CSV in UTF-8.")
    with _text(path) as text:
        first = next(filter(str.strip, iter(partial(text.readline, MAX_LINE), "")), "")
    separator = max(_SEPARATORS, key=first.count)
    columns = tuple(heading.strip(' "\r\n').lower().replace(" ", "_") for heading in first.split(separator))
    if len(columns) > MAX_COLUMNS:
        raise Invalid(f"{name} has more than {MAX_COLUMNS} columns, which no profile has.")
    if found := sorted(_OF_ONE_PERSON.intersection(columns)):
        raise Invalid(
            f"{name} has the column {found[0]}, so it seems to hold a row for each person or event. Only "
            "counts are taken in: give the results of Achilles or CatalogueExport, or counts of your own."
        )
    return Table(name, path, separator, columns)


def _text(path: Path) -> TextIO:
    return path.open(encoding="utf-8-sig", errors="replace", newline="", buffering=_BUFFER)


def _too_large(path: Path) -> Refused:
    return Refused(f"{path.name} is unpacked larger than {MAX_BYTES >> 20} MB, so it was not read.")
