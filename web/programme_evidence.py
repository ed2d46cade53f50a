"""What was found of each outcome of a programme in one source, as values for its page."""

from collections.abc import Iterable
from dataclasses import dataclass

from catalogue.profiles.counts import Count
from catalogue.profiles.coverage_matrix import Evidence, Matrix
from web import format as form
from web.grades import GradeView, view
from web.i18n import mark


@dataclass(frozen=True, slots=True)
class CountView:
    """A count in its state; `low` and `high` are "" where nothing is told."""

    state: str
    low: str
    high: str


@dataclass(frozen=True, slots=True)
class EvidenceView:
    """One reason; counts that do not apply are None."""

    grade: GradeView
    words: str
    place: str
    before: str
    hit: str
    after: str
    code: str
    concept: int | None
    descendants: bool
    counts: tuple[tuple[str, CountView], ...]


@dataclass(frozen=True, slots=True)
class OutcomeView:
    """An outcome of one source with all that was found."""

    key: str
    label: str
    group: str
    grade: GradeView
    evidence: tuple[EvidenceView, ...]
    less: tuple[EvidenceView, ...]


def source(one: Matrix) -> tuple[OutcomeView, ...]:
    """All outcomes of the one source in a matrix, with their evidence."""
    line = one.lines[0]
    return tuple(
        OutcomeView(
            *(outcome.key, outcome.label, outcome.group, view(cell.grade)),
            tuple(map(_evidence, cell.evidence)),
            tuple(map(_evidence, cell.less)),
        )
        for outcome, cell in zip(one.programme.outcomes, line.cells, strict=True)
    )


def _evidence(one: Evidence) -> EvidenceView:
    before, hit, after = one.extract.partition(" ".join(one.words.split())) if one.extract else ("", "", "")
    told: Iterable[tuple[str, Count | None]] = (
        (mark("Persons"), one.persons),
        (mark("Records"), one.records),
        (mark("Measurements with a value"), one.values),
    )
    return EvidenceView(
        *(view(one.grade), one.words, one.place, before, hit, after, one.code, one.concept, one.descendants),
        tuple((name, _count(count)) for name, count in told if count),
    )


def _count(count: Count) -> CountView:
    low, high = (form.number(bound) if bound is not None else "" for bound in (count.low, count.high))
    return CountView(count.state.value, low, high)
