"""The answer to a feasibility question as a value: the question in words, and what each source has."""

import math
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from catalogue.profiles.concepts import Concept
from catalogue.profiles.counts import Count
from catalogue.profiles.feasibility import Answer, Bounds, ConceptSet, Question, Verdict
from web import format as form
from web.charts.chart import Say
from web.charts.labels import DOMAIN_LABELS, SEX_LABELS
from web.feasibility import Asked, Surveyed
from web.i18n import mark
from web.links import Links
from web.paging import Paging, paging
from web.telling import Telling, telling

VERDICTS: Final[Mapping[Verdict, str]] = {
    Verdict.SURELY: mark("Surely enough"),
    Verdict.POSSIBLY: mark("Possibly enough"),
    Verdict.UNKNOWN: mark("Cannot be told"),
    Verdict.NO: mark("Not enough"),
}
NOT_PROVIDED: Final = mark("– not provided")
SIZE: Final = 25
"""So many sources a page has."""

Names = Mapping[int, Concept]


@dataclass(frozen=True, slots=True)
class Criterion:
    """One criterion in the reader's words."""

    label: str
    words: str


@dataclass(frozen=True, slots=True)
class Part:
    """How many persons of a source meet one criterion; `is_told` is False where nothing was provided."""

    criterion: Criterion
    persons: str
    is_told: bool
    is_limiting: bool


@dataclass(frozen=True, slots=True)
class Tick:
    """A desired domain; `look` is `yes` where records are sure, `half` where possible, `no` elsewhere."""

    label: str
    persons: str
    look: str


@dataclass(frozen=True, slots=True)
class Bar:
    """Bounds on the shared axis, in percent of it."""

    start: str
    width: str


@dataclass(frozen=True, slots=True)
class Mark:
    """A power of ten on the shared axis."""

    at: str
    text: str


@dataclass(frozen=True, slots=True)
class Line:
    """What one source has. `persons` are those of the whole source, `most` is the last number in `bounds`."""

    id: str
    title: str
    language: str
    href: str
    profile: str
    verdict: str
    verdict_words: str
    bounds: str
    most: int
    bar: Bar | None
    persons: Telling
    parts: tuple[Part, ...]
    desired: tuple[Tick, ...]

    @property
    def limiting(self) -> tuple[str, ...]:
        """The criteria that fewest meet."""
        return tuple(part.criterion.words for part in self.parts if part.is_limiting)

    @property
    def missing(self) -> tuple[str, ...]:
        """The criteria on which nothing was provided."""
        return tuple(part.criterion.words for part in self.parts if not part.is_told)


@dataclass(frozen=True, slots=True)
class AnswerView:
    """The answer, with how many sources there are of each verdict; `lines` are those of one page.

    `needed` is the number that `minimum` writes.
    """

    minimum: str
    needed: int
    counts: Mapping[str, int]
    criteria: tuple[Criterion, ...]
    marks: tuple[Mark, ...]
    least: str
    lines: tuple[Line, ...]
    pages: Paging
    without: int
    without_text: str


def view(found: Surveyed, names: Names, links: Links, say: Say) -> AnswerView:
    """The page of the answer that the query asks for; `names` are those of the types of visit.

    The order, the counts and the axis are those of all sources, so that pages can be compared.
    """
    question = found.question
    pages = paging(
        links.feasibility(), {"page": str(found.inquiry.query.page)}, "page", SIZE, len(found.sources)
    )
    shown = found.sources[pages.offset : pages.offset + SIZE]
    told = tuple(criteria(question, names, say))
    top = _top(found)
    return AnswerView(
        minimum=form.number(question.minimum),
        needed=question.minimum,
        counts={one.value: sum(s.answer.verdict is one for s in found.sources) for one in Verdict},
        criteria=told,
        marks=tuple(Mark(f"{100 * n / top:.4g}%", form.rounded(10**n)) for n in _powers(top)),
        least=f"{_at(question.minimum, top):.2f}%",
        lines=tuple(_line(one, told, top, links, say) for one in shown),
        pages=pages,
        without=found.without,
        without_text=form.number(found.without),
    )


def criteria(question: Question, names: Names, say: Say) -> Iterator[Criterion]:
    """The criteria in words, in the order of the factors of an answer."""
    for one in question.concept_sets:
        yield Criterion(say(mark("Has")), set_words(one, say))
    if question.required:
        yield Criterion(
            say(mark("Has records of")), _listed(say(DOMAIN_LABELS[d]) for d in question.required)
        )
    if question.sex or question.ages != (None, None):
        sex = say(SEX_LABELS[question.sex]) if question.sex else ""
        ages = _span(question.ages, say(mark("{span} years at first observation")), say)
        yield Criterion(say(mark("Age and sex")), _listed(filter(None, (sex, ages))))
    if question.years != (None, None):
        yield Criterion(say(mark("Observed in")), _span(question.years, "{span}", say))
    if question.follow_up is not None:
        many = mark("{months} months or more")
        words = say(mark("{months} month or more") if question.follow_up == 1 else many)
        words = words.format(months=form.number(question.follow_up))
        yield Criterion(say(mark("Followed up for")), words)
    if question.visits:
        visits = (names[v].name if v in names else str(v) for v in question.visits)
        yield Criterion(say(mark("Visit of any type of")), _listed(visits))


def set_words(one: ConceptSet, say: Say) -> str:
    """A set of concepts by its name, and whether those below count."""
    name = one.name or ", ".join(map(str, one.concepts))
    return name if one.descendants else say(mark("{name}, without what is below")).format(name=name)


def bounds_words(bounds: Bounds | None, say: Say) -> str:
    """1,996–2,000; 1,996 or more where there is no upper bound; – not provided."""
    if bounds is None:
        return say(NOT_PROVIDED)
    if bounds.high is None:
        return say(mark("{low} or more")).format(low=form.number(bounds.low))
    return telling(Count.between(bounds.low, bounds.high), say).text


def _line(asked: Asked, told: tuple[Criterion, ...], top: int, links: Links, say: Say) -> Line:
    answer = asked.answer
    return Line(
        id=asked.record,
        title=asked.title,
        language=asked.language,
        href=links.record(asked.record),
        profile=links.profile(asked.record),
        verdict=answer.verdict.value,
        verdict_words=say(VERDICTS[answer.verdict]),
        bounds=bounds_words(answer.bounds, say),
        most=_most(answer.bounds),
        bar=_bar(answer.bounds, top) if answer.bounds else None,
        persons=telling(answer.persons, say),
        parts=tuple(_parts(answer, told, say)),
        desired=tuple(
            Tick(say(DOMAIN_LABELS[domain]), bounds_words(bounds, say), _look(bounds))
            for domain, bounds in answer.desired
        ),
    )


def _most(bounds: Bounds | None) -> int:
    if bounds is None:
        return 0
    return bounds.low if bounds.high is None else bounds.high


def _parts(answer: Answer, told: tuple[Criterion, ...], say: Say) -> Iterator[Part]:
    for criterion, factor in zip(told, answer.factors, strict=True):
        words = bounds_words(factor.bounds, say)
        yield Part(criterion, words, factor.bounds is not None, factor in answer.limiting)


def _look(bounds: Bounds | None) -> str:
    if bounds is None or bounds.high == 0:
        return "no"
    return "yes" if bounds.low else "half"


def _top(found: Surveyed) -> int:
    """The power of ten at the end of the axis."""
    bounds = [one.answer.bounds for one in found.sources if one.answer.bounds]
    most = max((one.high or one.low for one in bounds), default=1)
    return max(1, math.ceil(math.log10(max(most, found.question.minimum, 1))))


def _powers(top: int) -> range:
    """At most four marks after the first."""
    return range(0, top + 1, max(1, -(-top // 4)))


def _at(persons: int, top: int) -> float:
    """Where a number stands on the axis, which is logarithmic and begins at one person."""
    return 100 * math.log10(max(1, persons)) / top


def _bar(bounds: Bounds, top: int) -> Bar | None:
    if bounds.high == 0:
        return None
    start = _at(bounds.low, top)
    end = 100.0 if bounds.high is None else _at(bounds.high, top)
    start = min(start, 99)
    return Bar(f"{start:.2f}%", f"{max(1.0, end - start):.2f}%")


def _span(span: tuple[int | None, int | None], pattern: str, say: Say) -> str:
    low, high = span
    if low is None and high is None:
        return ""
    if high is None:
        words = say(mark("{low} or more")).format(low=low)
    elif low is None:
        words = say(mark("{high} or less")).format(high=high)
    else:
        words = str(low) if low == high else f"{low}–{high}"
    return pattern.format(span=words)


def _listed(words: Iterable[str]) -> str:
    return ", ".join(words)
