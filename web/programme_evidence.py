"""What was found of each outcome of a programme in one source, as values for its page."""

from collections.abc import Iterable
from dataclasses import dataclass

from catalogue.profiles.counts import Count
from catalogue.profiles.coverage_matrix import Evidence, Matrix
from web.charts.chart import Say
from web.grades import GradeView, view
from web.i18n import mark
from web.telling import Telling, telling


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
    counts: tuple[tuple[str, Telling], ...]


@dataclass(frozen=True, slots=True)
class OutcomeView:
    """An outcome of one source with all that was found."""

    key: str
    label: str
    group: str
    grade: GradeView
    evidence: tuple[EvidenceView, ...]
    less: tuple[EvidenceView, ...]


def source(one: Matrix, say: Say) -> tuple[OutcomeView, ...]:
    """All outcomes of the one source in a matrix, with their evidence."""
    line = one.lines[0]
    return tuple(
        OutcomeView(
            *(outcome.key, outcome.label, outcome.group, view(cell.grade)),
            tuple(_evidence(found, say) for found in cell.evidence),
            tuple(_evidence(found, say) for found in cell.less),
        )
        for outcome, cell in zip(one.programme.outcomes, line.cells, strict=True)
    )


def _evidence(one: Evidence, say: Say) -> EvidenceView:
    before, hit, after = one.extract.partition(" ".join(one.words.split())) if one.extract else ("", "", "")
    told: Iterable[tuple[str, Count | None]] = (
        (mark("Persons"), one.persons),
        (mark("Records"), one.records),
        (mark("Measurements with a value"), one.values),
    )
    return EvidenceView(
        *(view(one.grade), one.words, one.place, before, hit, after, one.code, one.concept, one.descendants),
        tuple((name, telling(count, say)) for name, count in told if count),
    )
