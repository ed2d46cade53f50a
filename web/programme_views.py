"""A programme and the coverage of its outcomes as values for the pages."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import groupby
from typing import Final
from urllib.parse import urlencode

from catalogue.fields import FACETS
from catalogue.profiles.coverage_matrix import Grade, Line, Matrix, with_evidence
from catalogue.search import Row
from ontologies.outcome_domains import DOMAINS
from ontologies.programmes import Outcome, Programme
from ontologies.vocabularies import Vocabularies
from web import format as form
from web.grades import MEANINGS, GradeView, view
from web.i18n import LOCALE, mark
from web.links import Links, outward
from web.programme_coverage import FILTERS, Found, pairs
from web.text import choose, shorten

_FACETS: Final = {field.name: field for field in FACETS}
_TITLE: Final = 90


@dataclass(frozen=True, slots=True)
class CellView:
    """A cell; `href` leads to the evidence, "" where there is none."""

    grade: GradeView
    href: str


@dataclass(frozen=True, slots=True)
class RowView:
    """A source with its cells; `covered` is how many outcomes have evidence."""

    title: str
    language: str
    href: str
    places: str
    cells: tuple[CellView, ...]
    covered: int


@dataclass(frozen=True, slots=True)
class ColumnView:
    """An outcome; `covered` is how many sources have evidence for it."""

    key: str
    label: str
    group: str
    domain: str
    seen: bool
    href: str
    covered: int


@dataclass(frozen=True, slots=True)
class SumView:
    """How often a grade occurs: in all of the matrix, and in each column."""

    grade: GradeView
    numbers: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class OptionView:
    """A value that the sources can be narrowed by."""

    value: str
    label: str
    count: int
    selected: bool


@dataclass(frozen=True, slots=True)
class MatrixView:
    """The matrix with its headings: groups with how many columns they span, columns, rows.

    `filled` of `cells` have evidence; `shown` of `total` sources are let in, `left_out` were not looked at.
    """

    groups: tuple[tuple[str, int], ...]
    columns: tuple[ColumnView, ...]
    rows: tuple[RowView, ...]
    shown: int
    total: int
    left_out: int
    filled: int
    cells: int
    sums: tuple[SumView, ...]

    @property
    def tiles(self) -> tuple[GradeView, ...]:
        """How often the grades above words occur."""
        return tuple(one.grade for one in self.sums if one.grade.rank > Grade.DECLARED.rank)


@dataclass(frozen=True, slots=True)
class SetView:
    """An outcome set with where it is published; `outcomes` is how many of it are in the matrix."""

    name: str
    title: str
    href: str
    year: int
    read: str
    ours: bool
    outcomes: int


@dataclass(frozen=True, slots=True)
class MappedView:
    """An outcome with what stands for it."""

    label: str
    domain: str
    set: str
    seen: bool
    words: str
    concepts: tuple[tuple[int, str, bool], ...]
    codes: tuple[str, ...]
    death: bool


@dataclass(frozen=True, slots=True)
class ProgrammeView:
    """A programme as its page shows it; `rules` say in words which sources are in it."""

    key: str
    name: str
    full_name: str
    description: str
    home: str
    rules: tuple[tuple[tuple[str, str], ...], ...]
    listed: int
    sets: tuple[SetView, ...]
    author: str
    dated: str
    note: str
    outcomes: tuple[MappedView, ...]


@dataclass(frozen=True, slots=True)
class FiltersView:
    """The choices above the matrix; each is (name, label, options), `query` asks for what is chosen."""

    facets: tuple[tuple[str, str, tuple[OptionView, ...]], ...]
    grades: tuple[OptionView, ...]
    outcomes: tuple[OptionView, ...]
    query: str
    is_set: bool


def programme(one: Programme, words: Vocabularies) -> ProgrammeView:
    """The programme itself, without its sources."""
    rules = tuple(
        (
            *(
                (_facet(name), ", ".join(_label(name, v, words) for v in given))
                for name, given in m.filters.items()
            ),
            *([(mark("Words"), m.text)] if m.text else []),
        )
        for m in one.members
    )
    return ProgrammeView(
        *(one.key, one.name, one.full_name, one.description, outward(one.home), rules, len(one.identifiers)),
        tuple(
            SetView(
                *(s.name, s.title, outward(s.address), s.year, s.read, s.ours),
                sum(outcome.set == s.key for outcome in one.outcomes),
            )
            for s in one.sets
        ),
        *(one.mapped.author, form.day(one.mapped.dated), one.mapped.note),
        tuple(_mapped(outcome, one) for outcome in one.outcomes),
    )


def matrix(found: Found, links: Links, words: Vocabularies) -> MatrixView:
    """The matrix with its totals."""
    one = found.matrix
    lines = one.lines
    columns = tuple(_column(outcome, one, links) for outcome in one.programme.outcomes)
    spans = groupby(columns, key=lambda column: column.group)
    grades = [cell.grade for line in lines for cell in line.cells]
    tally = {grade: grades.count(grade) for grade in Grade}
    return MatrixView(
        groups=tuple((group, len([*some])) for group, some in spans),
        columns=columns,
        rows=tuple(_row(line, one.programme, links, words) for line in lines),
        shown=len(lines),
        total=len(found.rows),
        left_out=found.left_out,
        filled=with_evidence(tally),
        cells=len(grades),
        sums=tuple(
            SumView(view(grade, tally[grade]), tuple(one.tally(c.key).get(grade, 0) for c in columns))
            for grade in MEANINGS
        ),
    )


def filters(found: Found, words: Vocabularies) -> FiltersView:
    """The choices, with how many sources of the whole programme have each value."""
    chosen = found.sifting
    outcomes = found.matrix.programme.outcomes
    return FiltersView(
        facets=tuple((name, _facet(name), tuple(_options(name, found, words))) for name in FILTERS),
        grades=tuple(
            OptionView(grade, view(grade).label, 0, grade is chosen.grade) for grade in Grade if grade.rank
        ),
        outcomes=tuple(OptionView(o.key, o.label, 0, o.key == chosen.outcome) for o in outcomes),
        query=urlencode(pairs(chosen)),
        is_set=bool(pairs(chosen)),
    )


def title(row: Row) -> tuple[str, str]:
    """The title of a source and its language."""
    found = choose(row.title, LOCALE)
    return found.text or row.iri, found.language


def _column(outcome: Outcome, one: Matrix, links: Links) -> ColumnView:
    query = urlencode({"grade": Grade.DECLARED, "outcome": outcome.key})
    return ColumnView(
        *(outcome.key, outcome.label, outcome.group, DOMAINS[outcome.domain], outcome.seen),
        f"{links.programme(one.programme.key)}?{query}",
        with_evidence(one.tally(outcome.key)),
    )


def _row(line: Line, one: Programme, links: Links, words: Vocabularies) -> RowView:
    name, language = title(line.row)
    here = links.programme(one.key, line.row.id)
    places = (words.label("country", code, LOCALE) for code in line.row.codes.get("country", ()))
    return RowView(
        *(shorten(name, _TITLE), language, here, ", ".join(places)),
        tuple(
            CellView(view(cell.grade), f"{here}#{cell.outcome}" if cell.evidence or cell.less else "")
            for cell in line.cells
        ),
        with_evidence(line.tally()),
    )


def _options(name: str, found: Found, words: Vocabularies) -> Iterator[OptionView]:
    chosen = found.sifting.filters.get(name, ())
    values = [value for row in found.rows for value in row.codes.get(name, ())]
    known = sorted({*values, *chosen}, key=lambda value: _label(name, value, words))
    for value in known:
        yield OptionView(value, _label(name, value, words), values.count(value), value in chosen)


def _facet(name: str) -> str:
    return _FACETS[name].label if name in _FACETS else mark("Harvested from")


def _label(name: str, value: str, words: Vocabularies) -> str:
    field = _FACETS.get(name)
    return words.label(field.vocabulary, value, LOCALE) if field and field.vocabulary else value


def _mapped(outcome: Outcome, one: Programme) -> MappedView:
    sets = {known.key: known.name for known in one.sets}
    return MappedView(
        *(outcome.label, DOMAINS[outcome.domain], sets[outcome.set], outcome.seen, ", ".join(outcome.words)),
        tuple((concept.id, concept.name, concept.descendants) for concept in outcome.concepts),
        outcome.codes,
        outcome.death,
    )
