"""The programmes of an installation, and what a request asks of the matrix of one."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Final

from catalogue.catalogue import Catalogue
from catalogue.errors import Invalid, NotFound
from catalogue.profiles import coverage_members
from catalogue.profiles.coverage import coverage
from catalogue.profiles.coverage_counts import ProfileCounts
from catalogue.profiles.coverage_matrix import Grade, Matrix, Sifting
from catalogue.profiles.coverage_members import Descriptions
from catalogue.search import Row
from ontologies.programmes import Programme

FILTERS: Final = ("country", "healthCategory")
"""The facets that the sources of a programme can be narrowed by."""


@dataclass(frozen=True, slots=True)
class Found:
    """The matrix as it was asked for; `rows` are all sources, `read` those that stand in the whole matrix."""

    rows: tuple[Row, ...]
    read: int
    sifting: Sifting
    matrix: Matrix

    @property
    def left_out(self) -> int:
        """How many sources are too many to be looked at."""
        return len(self.rows) - self.read


@dataclass(frozen=True, slots=True)
class Programmes:
    """The programmes by key, with the counts that their coverage follows from."""

    known: Mapping[str, Programme]
    counts: ProfileCounts
    descriptions: Descriptions = field(default_factory=Descriptions)

    def named(self, key: str) -> Programme:
        """A programme; raises NotFound."""
        if (found := self.known.get(key)) is None:
            raise NotFound(f"There is no programme “{key:.100}”. There are: {', '.join(self.known)}.")
        return found

    def found(self, catalogue: Catalogue, programme: Programme, sifting: Sifting) -> Found:
        """The matrix of a programme, computed anew."""
        rows = sorted(coverage_members.rows(catalogue, programme), key=lambda row: row.id)
        sources = self.descriptions.said(catalogue, programme, rows)
        whole = coverage(programme, sources, self.counts.now())
        read = min(len(rows), coverage_members.MOST)
        return Found(tuple(rows), read, sifting, whole.sifted(sifting))

    def of_one(self, catalogue: Catalogue, programme: Programme, id: str) -> Matrix:
        """The matrix of one source alone; raises NotFound where it is none of the programme."""
        rows = [row for row in coverage_members.rows(catalogue, programme) if row.id == id]
        found = coverage(programme, self.descriptions.said(catalogue, programme, rows), self.counts.now())
        if not found.lines:
            raise NotFound(f"The programme {programme.name} has no source “{id:.100}”.")
        return found


def sifting(pairs: Iterable[tuple[str, str]], programme: Programme) -> Sifting:
    """What the parameters of an address ask for; those that are not known are passed over.

    Raises Invalid for a grade or an outcome that there is not.
    """
    given: dict[str, list[str]] = {}
    for name, value in pairs:
        if stripped := value.strip():
            given.setdefault(name, []).append(stripped)
    grade, outcome = given.get("grade", [""])[-1], given.get("outcome", [""])[-1]
    keys = [one.key for one in programme.outcomes]
    _require(not grade or grade in [*Grade], "grade", grade, [*Grade])
    _require(not outcome or outcome in keys, "outcome", outcome, keys)
    filters: dict[str, tuple[str, ...]] = {
        name: tuple(dict.fromkeys(given[name])) for name in FILTERS if name in given
    }
    return Sifting(filters, Grade(grade) if grade else Grade.UNKNOWN, outcome)


def pairs(sifting: Sifting) -> list[tuple[str, str]]:
    """The parameters of an address that ask for it, in the same order for equal ones."""
    found = [(name, value) for name in FILTERS for value in sorted(sifting.filters.get(name, ()))]
    if sifting.grade is not Grade.UNKNOWN:
        found.append(("grade", sifting.grade))
    if sifting.outcome:
        found.append(("outcome", sifting.outcome))
    return found


def _require(holds: bool, name: str, value: str, allowed: Iterable[str]) -> None:
    if not holds:
        raise Invalid(f"There cannot be {name}={value:.100}: it must be one of {', '.join(allowed)}.")
