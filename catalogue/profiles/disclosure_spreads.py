"""How values are spread over large groups, without what is extreme: a quantile of few is somebody's."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Final

from catalogue.profiles.analyses import ANALYSES, DOMAINS
from catalogue.profiles.disclosure_ages import TOP
from catalogue.profiles.disclosure_cells import Cells, Numbers
from catalogue.profiles.disclosure_domains import persons_of
from catalogue.profiles.measured import Spread
from catalogue.profiles.release import Strata

OF_MEDIAN: Final = 2
OF_QUARTERS: Final = 4
OF_TENTHS: Final = 10
"""How many times the threshold as many values there must be, so that as many lie beyond what is told."""

DIGITS: Final = 3
"""Significant digits of means and deviations: written out in full, a mean tells of how many values it is."""


@dataclass(frozen=True, slots=True)
class Spreads:
    """The spreads that may be told; how many are not as they have few values, or nobody knows how many.

    `trimmed` counts those that are told without their outer quantiles, `aged` those with great ages.
    """

    kept: tuple[Spread, ...]
    few: int
    unknown: int
    trimmed: int
    aged: int


def guard_spreads(spreads: Iterable[Spread], numbers: Numbers) -> Spreads:
    """Leave out spreads of small groups, and what is extreme of all others."""
    kept: dict[tuple[str, Strata], Spread] = {}
    few = unknown = trimmed = aged = 0
    threshold = numbers.rule.threshold
    for spread in spreads:
        least = _least(spread, numbers)
        if least is None:
            unknown += 1
        elif least < OF_MEDIAN * threshold:
            few += 1
        else:
            guarded = _guarded(spread, least // threshold)
            trimmed += guarded.p10 is None and spread.p10 is not None
            aged += _is_age(spread) and (spread.p90 or 0) > TOP
            key = (spread.analysis, spread.strata)
            kept[key] = min(kept.get(key, guarded), guarded, key=repr)
    return Spreads(tuple(kept[key] for key in sorted(kept)), few, unknown, trimmed, aged)


def rounded(value: float | None) -> float | None:
    """A mean or a deviation as it may be told."""
    return None if value is None else float(f"{value:.{DIGITS}g}")


def _guarded(spread: Spread, times: int) -> Spread:
    tenths, quarters = times >= OF_TENTHS, times >= OF_QUARTERS
    top = float(TOP) if _is_age(spread) else None
    return Spread(
        spread.analysis,
        spread.strata,
        count=None,
        minimum=None,
        p10=_at_most(spread.p10 if tenths else None, top),
        p25=_at_most(spread.p25 if quarters else None, top),
        median=_at_most(spread.median, top),
        p75=_at_most(spread.p75 if quarters else None, top),
        p90=_at_most(spread.p90 if tenths else None, top),
        maximum=None,
        mean=_at_most(rounded(spread.mean), top),
        deviation=rounded(spread.deviation),
    )


def _is_age(spread: Spread) -> bool:
    return ANALYSES[spread.analysis].unit == "years"


def _at_most(value: float | None, top: float | None) -> float | None:
    return value if value is None or top is None else min(value, top)


def _least(spread: Spread, numbers: Numbers) -> int | None:
    """The fewest values or persons that a spread is of; 0 where that is hidden, None where nobody knows."""
    known = [] if spread.count is None else [spread.count]
    for cells, members in _counts(spread, numbers):
        for cell in members:
            if cell not in cells.low:
                continue
            if not cells.is_open(cell):
                return 0
            known.append(cells.low[cell])
    if spread.analysis == "conceptsPerPerson" and not known:
        cells, members = persons_of(numbers, spread.strata[0])
        known = [max((cells.low[cell] for cell in members), default=0)] if members else []
    return min(known, default=None)


def _counts(spread: Spread, numbers: Numbers) -> Iterator[tuple[Cells, list[Strata]]]:
    """The cells that count whom or what a spread is of, or more."""
    match spread.analysis:
        case "ageAtFirstObservation" | "lengthOfObservation":
            yield numbers["persons"], [()]
        case "ageAtFirstObservationBySex" | "lengthOfObservationBySex" | "ageAtDeath":
            yield numbers["personsBySex"], [spread.strata]
        case "conceptsPerPerson":
            yield numbers["personsByDomains"], [spread.strata]
        case "ageAtFirstOccurrence" | "measurementValues":
            concept = spread.strata[0]
            cells: list[Strata] = [(domain, concept) for domain in DOMAINS]
            yield numbers["personsByConcept"], cells
            yield numbers["personsByVisit"], [(concept,)]
            if spread.analysis == "measurementValues":
                yield numbers["recordsByConcept"], cells
                yield numbers["recordsWithValue"], [(concept,)]
