"""What a profile proposes for the description of its dataset, and where both disagree.

All follows from what the guard lets be told, so a proposal gives away nothing more. A count is proposed
as its upper bound, as the guard rounds up.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from catalogue.drafting import Given
from catalogue.mapping import Entity
from catalogue.profiles.counts import Count, State
from catalogue.profiles.release import Guarded

TYPICAL: Final = (0.1, 0.9)
"""Typical are the ages between which eight of ten persons are when their observation begins."""

SLACK: Final = 0.05
"""Publishers give round numbers: only what is further away than this share disagrees."""

AGES: Final = 5
"""Ages that are no more than so many years apart agree."""

_OLDEST: Final = 150
"""Nobody is older; who tells no last age leaves it open up to here."""

YEARS: Final = 1
"""Years of coverage that are no further apart agree."""

WIDEST: Final = 0.1
"""A number of which the bounds are further apart than this share of it is not proposed."""

_SYSTEMS: Final[Mapping[str, str]] = {
    "SNOMED": "SNOMED-CT",
    "LOINC": "LOINC",
    "RxNorm": "RXNORM",
    "ATC": "ATC",
    "ICD10": "ICD-10",
    "ICD10CM": "ICD-10-NAT",
    "ICD10GM": "ICD-10-NAT",
    "ICD9CM": "ICD-9-CM",
    "ICDO3": "ICD-O",
    "HGNC": "HGNC",
    "UCUM": "UCUM",
}
"""Vocabularies of OMOP by the codes of coding systems in HealthDCAT-AP."""

_AGE: Final = re.compile(r"[0-9]{1,3}")
_MONTH: Final = re.compile(r"([12][0-9]{3})(0[1-9]|1[0-2])")
_YEAR: Final = re.compile(r"[12][0-9]{3}")


@dataclass(frozen=True, slots=True)
class Proposal:
    """A value for a field of the dataset; `words` shows it, `reason` says what it follows from."""

    field: str
    value: Given
    words: str
    reason: str


@dataclass(frozen=True, slots=True)
class Disagreement:
    """A field of which the description says one thing and the data another."""

    field: str
    declared: str
    measured: str


def proposals(
    guarded: Guarded, vocabularies: Iterable[str] = (), records: Count | None = None
) -> tuple[Proposal, ...]:
    """What can be proposed; `vocabularies` are those of OMOP that the concepts of the release are of.

    `records` are those of all domains, for who has them without the counts by concept.
    """
    made = (
        _persons(guarded),
        _records(records or records_of(guarded)),
        *_ages(guarded),
        _period(guarded),
        _systems(vocabularies),
    )
    return tuple(proposal for proposal in made if proposal is not None)


def disagreements(entity: Entity, guarded: Guarded, records: Count | None = None) -> tuple[Disagreement, ...]:
    """The fields of a dataset that say what its profile contradicts, each with both values.

    `records` are those of all domains, for who has them without the counts by concept.
    """
    return (
        *_of_numbers(entity, guarded, records or records_of(guarded)),
        *_of_ages(entity, guarded),
        *_of_period(entity, guarded),
    )


def records_of(guarded: Guarded) -> Count:
    """How many records there are of all domains; absent where nothing tells an upper bound."""
    counts = guarded.cells.get("recordsByConcept", {}).values()
    if not counts or any(count.high is None for count in counts):
        return Count.absent()
    low, high = (sum(getattr(count, end) or 0 for count in counts) for end in ("low", "high"))
    return Count.between(low, high)


def ages_of(guarded: Guarded) -> tuple[int, int] | None:
    """The typical ages at the beginning of observation; None where nothing tells of ages."""
    ages: dict[int, int] = {}
    for (age,), count in guarded.cells.get("personsByAge", {}).items():
        if found := _AGE.match(age):
            ages[int(found[0])] = count.high or count.low or 0
    whole = sum(ages.values())
    if whole:
        return _reached(ages, TYPICAL[0] * whole), _reached(ages, TYPICAL[1] * whole)
    for spread in guarded.spreads:
        if spread.analysis == "ageAtFirstObservation" and spread.p10 is not None and spread.p90 is not None:
            return round(spread.p10), round(spread.p90)
    return None


def months_of(guarded: Guarded) -> tuple[str, str] | None:
    """The first and the last month with persons, as yyyy-mm; hidden counts are too few to go by."""
    for analysis in ("personsObservedInMonth", "recordsInMonth"):
        cells = guarded.cells.get(analysis, {})
        told = {strata[-1] for strata, count in cells.items() if _is_told(count)}
        months = sorted(f"{found[1]}-{found[2]}" for month in told if (found := _MONTH.fullmatch(month)))
        if months:
            return months[0], months[-1]
    return None


def _persons(guarded: Guarded) -> Proposal | None:
    count = guarded.count("persons")
    if not _is_told(count) or count.high is None:
        return None
    return Proposal("persons", count.high, f"{count.high:,}", "Persons in the profile.")


def _records(count: Count) -> Proposal | None:
    if not count.high or count.high - (count.low or 0) > WIDEST * count.high:
        return None
    return Proposal("records", count.high, f"{count.high:,}", "Records of all domains, added up.")


def _ages(guarded: Guarded) -> Iterator[Proposal]:
    found = ages_of(guarded)
    if found is not None:
        reason = "Eight of ten persons are between these ages when their observation begins."
        for field, age in zip(("minAge", "maxAge"), found, strict=True):
            yield Proposal(field, age, str(age), reason)


def _period(guarded: Guarded) -> Proposal | None:
    found = months_of(guarded)
    if found is None:
        return None
    first, last = found
    value = {"startDate": first, "endDate": last}
    return Proposal(
        "temporal", value, f"{first} to {last}", "First and last month that persons are observed in."
    )


def _systems(vocabularies: Iterable[str]) -> Proposal | None:
    found = sorted({_SYSTEMS[name] for name in vocabularies if name in _SYSTEMS})
    if not found:
        return None
    return Proposal("codingSystem", found, ", ".join(found), "The concepts of the profile are of these.")


def _of_numbers(entity: Entity, guarded: Guarded, records: Count) -> Iterator[Disagreement]:
    for field, count in (("persons", guarded.count("persons")), ("records", records)):
        declared = _whole(entity, field)
        if declared is None or not _is_told(count) or count.low is None or count.high is None:
            continue
        if not count.low * (1 - SLACK) <= declared <= count.high * (1 + SLACK):
            yield Disagreement(field, f"{declared:,}", _words(count))


def _of_ages(entity: Entity, guarded: Guarded) -> Iterator[Disagreement]:
    """Publishers tell of most persons or of all: a bound agrees from the typical age to the outermost."""
    typical = ages_of(guarded)
    if typical is None:
        return
    youngest, oldest = _outermost(guarded)
    for field, age, outermost in (("minAge", typical[0], youngest), ("maxAge", typical[1], oldest)):
        declared = _whole(entity, field)
        low, high = sorted((age, outermost))
        if declared is not None and not low - AGES <= declared <= high + AGES:
            measured = f"{low} or more" if high == _OLDEST else f"{low} to {high}"
            yield Disagreement(field, str(declared), measured)


def _outermost(guarded: Guarded) -> tuple[int, int]:
    """The ages that none is younger and none is older than, as far as the profile tells."""
    ages = [age for (age,) in guarded.cells.get("personsByAge", {})]
    numbers = [int(found[0]) for age in ages if (found := _AGE.match(age))]
    if not numbers:
        return 0, _OLDEST
    return min(numbers), _OLDEST if any(age.endswith("+") for age in ages) else max(numbers)


def _of_period(entity: Entity, guarded: Guarded) -> Iterator[Disagreement]:
    """Coverage that is declared in whole years or more finely, by the year; an open end agrees."""
    found = months_of(guarded)
    periods = entity.entities("temporal")
    if found is None or not periods:
        return
    starts = [year for one in periods if (year := _year(one.text("startDate"))) is not None]
    ends = [year for one in periods if (year := _year(one.text("endDate"))) is not None]
    first, last = (int(month[:4]) for month in found)
    is_off = starts and abs(min(starts) - first) > YEARS, ends and abs(max(ends) - last) > YEARS
    if any(is_off):
        declared = f"{min(starts, default='')} to {max(ends, default='')}"
        yield Disagreement("temporal", declared.strip(), f"{first} to {last}")


def _reached(ages: Mapping[int, int], share: float) -> int:
    """The first age up to which there are so many persons."""
    persons = 0
    for age in sorted(ages):
        persons += ages[age]
        if persons >= share:
            break
    return age


def _is_told(count: Count) -> bool:
    """Whether a count is told, and is not none."""
    return count.state in (State.EXACT, State.INTERVAL) and bool(count.high)


def _words(count: Count) -> str:
    return f"{count.low:,}" if count.low == count.high else f"{count.low:,} to {count.high:,}"


def _whole(entity: Entity, field: str) -> int | None:
    text = entity.text(field)
    return int(text) if text.isascii() and text.isdecimal() else None


def _year(text: str) -> int | None:
    found = _YEAR.match(text)
    return int(found[0]) if found else None
