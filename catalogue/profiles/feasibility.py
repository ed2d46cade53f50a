"""How many persons of a source suit a study: honest bounds from aggregates, and what limits them.

Counts of single criteria do not tell how many persons meet all of them. At most the smallest do, and at
least what remains when all that miss one are different persons (Fréchet, 1935): never a product of
shares. Where one analysis counts several criteria together, as for age and sex, or for all the domains
that a person has records in, they are one criterion with no loss.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache
from typing import Final, Protocol

from catalogue.profiles.counts import Count, State

Strata = tuple[str, ...]

_SPANS: Final = 64
_STRATA: Final = 4_096
"""So many spans, and strata of each, are remembered."""


@dataclass(frozen=True, slots=True)
class ConceptSet:
    """Persons with any of these concepts, OMOP ids, by default with all below them."""

    concepts: tuple[int, ...]
    name: str = ""
    descendants: bool = True


@dataclass(frozen=True, slots=True)
class Question:
    """What a study needs of its persons; all of it must hold, and what is empty or None is not asked.

    Each of the `required` domains must have records of the person, `desired` ones are only reported.
    `ages` are in years at first observation, `years` those in one of which a person must be observed,
    `follow_up` is the length of the first observation in months of 30 days, `visits` are OMOP ids of
    which one must occur. `minimum` is how many persons there must be.
    """

    concept_sets: tuple[ConceptSet, ...] = ()
    required: tuple[str, ...] = ()
    desired: tuple[str, ...] = ()
    ages: tuple[int | None, int | None] = (None, None)
    sex: str = ""
    years: tuple[int | None, int | None] = (None, None)
    follow_up: int | None = None
    visits: tuple[int, ...] = ()
    minimum: int = 1


class Verdict(StrEnum):
    """Whether a source has enough persons; UNKNOWN where nothing was provided that tells."""

    SURELY = "surely"
    POSSIBLY = "possibly"
    NO = "no"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Bounds:
    """At least and at most so many persons, both inclusive; no upper bound where `high` is None."""

    low: int
    high: int | None


@dataclass(frozen=True, slots=True)
class Factor:
    """One criterion in one source; `bounds` is None where nothing was provided on it, which is not zero."""

    kind: str
    label: str
    bounds: Bounds | None


@dataclass(frozen=True, slots=True)
class Answer:
    """What one source has. `limiting` are the factors with the lowest upper bound, where they limit at all.

    `bounds` is None when not even the number of persons was provided. `missing` says of which criteria
    nothing was provided: `bounds` tell of the others, with nothing sure to remain.
    """

    persons: Count
    bounds: Bounds | None
    verdict: Verdict
    factors: tuple[Factor, ...] = ()
    limiting: tuple[Factor, ...] = ()
    missing: tuple[Factor, ...] = ()
    desired: tuple[tuple[str, Bounds | None], ...] = ()


class Evidence(Protocol):
    """What one source provides."""

    def cells(self, analysis: str) -> Mapping[Strata, Count]:
        """The cells of an analysis by their strata; none where it was not provided."""

    def having(self, asked: ConceptSet) -> Count:
        """The persons with any of the concepts."""

    def in_domain(self, domain: str) -> Count:
        """The persons with records in a domain, as far as counts of its concepts tell."""


def answered(question: Question, evidence: Evidence) -> Answer:
    """What a source has for the question."""
    persons = evidence.cells("persons").get((), Count.absent())
    everybody = _bounds(persons)
    factors = tuple(_factors(question, evidence, everybody))
    desired = tuple((domain, _domains((domain,), evidence, everybody)) for domain in question.desired)
    told = [factor.bounds for factor in factors if factor.bounds is not None]
    missing = tuple(factor for factor in factors if factor.bounds is None)
    bounds = _together(told, everybody, sure=not missing)
    limiting = tuple(f for f in factors if f.bounds and bounds and f.bounds.high == bounds.high is not None)
    return Answer(persons, bounds, _verdict(bounds, missing, question), factors, limiting, missing, desired)


def _factors(question: Question, evidence: Evidence, everybody: Bounds | None) -> Iterable[Factor]:
    for asked in question.concept_sets:
        name = asked.name or ", ".join(map(str, asked.concepts))
        yield Factor("concepts", name, _within(_bounds(evidence.having(asked)), everybody))
    if question.required:
        yield Factor(
            "domains", ", ".join(question.required), _domains(question.required, evidence, everybody)
        )
    if question.sex or question.ages != (None, None):
        yield Factor("age and sex", *_age_and_sex(question, evidence, everybody))
    if question.years != (None, None):
        months = _span(question.years, _year)
        found = _of_any(evidence.cells("personsObservedInMonth"), months, everybody)
        yield Factor("years", _words(question.years, ""), found)
    if question.follow_up is not None:
        long = _span((question.follow_up, None), int)
        found = _of_one(evidence.cells("personsByFollowUp"), long, everybody)
        yield Factor("follow-up", f"{question.follow_up} months", found)
    if question.visits:
        visits = {str(visit) for visit in question.visits}
        cells = evidence.cells("personsByVisit")
        found = _of_any(cells, lambda strata: strata[0] in visits, everybody, expected=len(visits))
        yield Factor("visits", ", ".join(sorted(visits)), found)


def _age_and_sex(
    question: Question, evidence: Evidence, everybody: Bounds | None
) -> tuple[str, Bounds | None]:
    """Both from the analysis that counts them together, each from its own where only one is asked."""
    label = " ".join(filter(None, (question.sex, _words(question.ages, " years"))))
    if question.ages == (None, None):
        cells = evidence.cells("personsBySex")
        return label, _of_one(cells, _of_sex(question.sex, question.ages, 0), everybody)
    if not question.sex:
        return label, _of_one(evidence.cells("personsByAge"), _span(question.ages, int), everybody)
    cells = evidence.cells("personsByAgeAndSex")
    return label, _of_one(cells, _of_sex(question.sex, question.ages, 1), everybody)


def _domains(domains: Sequence[str], evidence: Evidence, everybody: Bounds | None) -> Bounds | None:
    """Persons with records in all of the domains: counted together where they are, else each by its concepts.

    A cell of that analysis counts the persons with at least its domains.
    """
    together = evidence.cells("personsByDomains")
    if together:
        return _at_least_all({*domains}, together, everybody)
    found = [_within(_bounds(evidence.in_domain(domain)), everybody) for domain in domains]
    told = [one for one in found if one is not None]
    return _together(told, everybody) if len(told) == len(found) else None


def _at_least_all(wanted: set[str], cells: Mapping[Strata, Count], everybody: Bounds | None) -> Bounds | None:
    """No fewer than have more domains than these, no more than have fewer of them."""
    low, high = 0, everybody.high if everybody else None
    for strata, count in cells.items():
        domains, bounds = {*filter(None, strata[0].split("+"))}, _bounds(count) or _NOTHING
        if domains >= wanted:
            low = max(low, bounds.low)
        if domains <= wanted and bounds.high is not None:
            high = bounds.high if high is None else min(high, bounds.high)
    return Bounds(low, high)


# Bounds of unions and of what is disjoint

_Wanted = Callable[[Strata], bool | None]
"""Whether a cell is wanted; None where some of its persons may be."""

_NOTHING: Final = Bounds(0, 0)


def _of_one(cells: Mapping[Strata, Count], wanted: _Wanted, everybody: Bounds | None) -> Bounds | None:
    """Persons in the cells that are wanted, of whom each is in one cell at most.

    A node may have left cells out, so that the persons who are nowhere may be in any of them.
    """
    if not cells:
        return None
    low = outside = 0
    for strata, count in cells.items():
        if is_wanted := wanted(strata):
            low += count.low or 0
        elif is_wanted is False:
            outside += count.low or 0
    if everybody is None or everybody.high is None:
        return Bounds(low, None)
    return Bounds(low, max(low, everybody.high - outside))


def _of_any(
    cells: Mapping[Strata, Count], wanted: _Wanted, everybody: Bounds | None, expected: int | None = None
) -> Bounds | None:
    """Persons in any of the cells that are wanted, of whom each may be in several.

    There are at most as many as in all of the cells together where all that are `expected` are there:
    a node may have left one out.
    """
    if not cells:
        return None
    within = [count for strata, count in cells.items() if wanted(strata)]
    low = max((count.low or 0 for count in within), default=0)
    if len(within) != expected:
        return _within(Bounds(low, None), everybody)
    told = [_bounds(count) or _NOTHING for count in within]
    highs = [one.high for one in told if one.high is not None]
    return _within(Bounds(low, sum(highs) if len(highs) == expected else None), everybody)


def _together(bounds: Sequence[Bounds], everybody: Bounds | None, *, sure: bool = True) -> Bounds | None:
    """Persons who are in all of these; none is sure to be where a criterion is left out."""
    if everybody is None and not bounds:
        return None
    highs = [one.high for one in (*bounds, *filter(None, (everybody,))) if one.high is not None]
    high = min(highs) if highs else None
    if not sure:
        return Bounds(0, high)
    if not bounds:
        return everybody
    if len(bounds) == 1:
        return Bounds(bounds[0].low, high)
    if everybody is None or everybody.high is None:
        return Bounds(0, high)
    return Bounds(max(0, sum(one.low for one in bounds) - (len(bounds) - 1) * everybody.high), high)


def _within(bounds: Bounds | None, everybody: Bounds | None) -> Bounds | None:
    """The bounds, no higher than everybody."""
    if bounds is None or everybody is None or everybody.high is None:
        return bounds
    return Bounds(bounds.low, everybody.high if bounds.high is None else min(bounds.high, everybody.high))


def _bounds(count: Count) -> Bounds | None:
    return None if count.state is State.ABSENT else Bounds(count.low or 0, count.high)


def _verdict(bounds: Bounds | None, missing: tuple[Factor, ...], question: Question) -> Verdict:
    if bounds is None:
        return Verdict.UNKNOWN
    if bounds.high is not None and bounds.high < question.minimum:
        return Verdict.NO
    if missing:
        return Verdict.UNKNOWN
    return Verdict.SURELY if bounds.low >= question.minimum else Verdict.POSSIBLY


@lru_cache(_SPANS)
def _span(span: tuple[int | None, int | None], value: Callable[[str], int]) -> _Wanted:
    """Whether the first stratum lies within the bounds, both inclusive; one such as `90+` has no end.

    Sources have much the same strata, so each is looked into once and then remembered.
    """
    low, high = span

    @lru_cache(_STRATA)
    def wanted(strata: Strata) -> bool | None:
        text = strata[0]
        at, is_open = value(text.removesuffix("+")), text.endswith("+")
        if high is not None and (at > high or is_open):
            return None if at <= high else False
        if low is not None and at < low:
            return None if is_open else False
        return True

    return wanted


@lru_cache(_SPANS)
def _of_sex(sex: str, ages: tuple[int | None, int | None], place: int) -> _Wanted:
    """Whether the stratum at a place is this sex, and the first one lies within the ages if any are asked."""
    old_enough = _span(ages, int) if ages != (None, None) else None

    @lru_cache(_STRATA)
    def wanted(strata: Strata) -> bool | None:
        return strata[place] == sex and (old_enough is None or old_enough(strata))

    return wanted


def _year(month: str) -> int:
    return int(month[:4])


def _words(span: tuple[int | None, int | None], unit: str) -> str:
    low, high = span
    if low is None and high is None:
        return ""
    if low is None or high is None:
        return f"{low}{unit} or more" if high is None else f"{high}{unit} or less"
    return f"{low}{unit}" if low == high else f"{low} to {high}{unit}"
