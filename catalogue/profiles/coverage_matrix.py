"""The matrix of a programme as values: sources by outcomes, a grade in each cell, the evidence behind it."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum

from catalogue.profiles.counts import Count
from catalogue.search import Row
from ontologies.programmes import Programme


class Grade(StrEnum):
    """How surely a source holds an outcome, from nothing known to values in its data."""

    UNKNOWN = "unknown"
    DECLARED = "declared"
    MAPPED = "mapped"
    COUNTED = "counted"
    VALUED = "valued"

    @property
    def rank(self) -> int:
        """Its place in the order, 0 for unknown."""
        return list(Grade).index(self)


@dataclass(frozen=True, slots=True)
class Passage:
    """Words of a description; `field` is the label of the field that they stand in."""

    field: str
    text: str


@dataclass(frozen=True, slots=True)
class Described:
    """A variable as its source describes it; `links` are the addresses that say what it means."""

    table: str
    name: str
    words: tuple[str, ...]
    links: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Member:
    """A source of a programme, with all that it says of itself."""

    row: Row
    passages: tuple[Passage, ...]
    variables: tuple[Described, ...]


@dataclass(frozen=True, slots=True)
class Evidence:
    """One reason for a grade.

    `words` are those that were found, or the name of a concept; `place` is the field or the variable, and
    `extract` the text around. `code` is that of a vocabulary, `concept` the id of an OMOP concept, counted
    with all below it where `descendants` says so. `values` are measurements that have a value.
    """

    grade: Grade
    words: str
    place: str = ""
    extract: str = ""
    code: str = ""
    concept: int | None = None
    descendants: bool = False
    persons: Count | None = None
    records: Count | None = None
    values: Count | None = None


@dataclass(frozen=True, slots=True)
class Said:
    """A source with what its description says of each outcome of a programme, in their order."""

    row: Row
    evidence: tuple[tuple[Evidence, ...], ...]


@dataclass(frozen=True, slots=True)
class Cell:
    """One source and one outcome; the best evidence comes first and gives the grade.

    `less` is what was counted and does not show that there is any, such as a count of zero.
    """

    outcome: str
    evidence: tuple[Evidence, ...] = ()
    less: tuple[Evidence, ...] = ()

    @property
    def grade(self) -> Grade:
        """The highest of its evidence."""
        return self.evidence[0].grade if self.evidence else Grade.UNKNOWN


@dataclass(frozen=True, slots=True)
class Line:
    """One source with a cell for each outcome, in their order."""

    row: Row
    cells: tuple[Cell, ...]

    def tally(self) -> Mapping[Grade, int]:
        """How many outcomes it has at each grade."""
        return Counter(cell.grade for cell in self.cells)

    def cell(self, outcome: str) -> Cell:
        """The cell of an outcome; KeyError for one that there is not."""
        return {cell.outcome: cell for cell in self.cells}[outcome]


@dataclass(frozen=True, slots=True)
class Sifting:
    """What is looked at: sources with these values of facets and with this grade at least.

    The grade is that of `outcome`, or of any one where there is none.
    """

    filters: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    grade: Grade = Grade.UNKNOWN
    outcome: str = ""

    def lets_in(self, line: Line) -> bool:
        """Whether a source is looked at."""
        cells = (line.cell(self.outcome),) if self.outcome else line.cells
        best = max((cell.grade.rank for cell in cells), default=0)
        return best >= self.grade.rank and all(
            set(values) & set(line.row.codes.get(name, ())) for name, values in self.filters.items()
        )


@dataclass(frozen=True, slots=True)
class Matrix:
    """Sources by outcomes; those with most evidence come first."""

    programme: Programme
    lines: tuple[Line, ...]

    def sifted(self, sifting: Sifting) -> "Matrix":
        """The lines that are let in."""
        return replace(self, lines=tuple(line for line in self.lines if sifting.lets_in(line)))

    def tally(self, outcome: str) -> Mapping[Grade, int]:
        """How many sources have an outcome at each grade."""
        return Counter(line.cell(outcome).grade for line in self.lines)


def with_evidence(tally: Mapping[Grade, int]) -> int:
    """How many of a tally have evidence of any kind."""
    return sum(number for grade, number in tally.items() if grade is not Grade.UNKNOWN)
