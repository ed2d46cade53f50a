"""The analyses that a profile holds, by names of our own: ids of producers mean different things.

A row says what is counted (`persons`, `records`), by which strata, and how its cells add up, which is
what the disclosure guard goes by.
"""

from dataclasses import dataclass
from enum import StrEnum
from typing import Final

DOMAINS: Final = (
    "visit",
    "condition",
    "drug",
    "procedure",
    "measurement",
    "observation",
    "device",
    "death",
    "note",
)
"""The stratum `domain` is one of these; for cohorts of Beacon and counts of FHIR it is `other`."""

SEXES: Final = ("female", "male", "other")
"""The stratum `sex`; concepts 8532, 8507, and all others together."""


class Kind(StrEnum):
    """A number for each cell, or how numbers are spread over each cell."""

    COUNT = "count"
    SPREAD = "spread"


@dataclass(frozen=True, slots=True)
class Analysis:
    """One analysis. `unit` says what is counted; of a spread, what its values are in.

    `whole` names the analysis with one stratum fewer of which the cells are parts, "" where there is
    none; `margin` is the place of the stratum that is summed over. `disjoint` says that a person or
    record is in one cell at most, so that cells add up to the whole exactly; otherwise each cell is at
    most the whole.
    """

    name: str
    label: str
    kind: Kind
    unit: str
    strata: tuple[str, ...] = ()
    whole: str = ""
    margin: int = 0
    disjoint: bool = False


def _count(
    name: str, label: str, unit: str, *strata: str, whole: str = "", margin: int = 0, disjoint: bool = False
) -> Analysis:
    return Analysis(name, label, Kind.COUNT, unit, strata, whole, margin, disjoint)


def _spread(name: str, label: str, unit: str, *strata: str) -> Analysis:
    return Analysis(name, label, Kind.SPREAD, unit, strata)


_ROWS: Final = (
    _count("persons", "Persons", "persons"),
    _count("personsBySex", "Persons by sex", "persons", "sex", whole="persons", disjoint=True),
    _count("personsByYearOfBirth", "Persons by year of birth", "persons", "year", whole="persons", disjoint=True),
    _count("personsByAge", "Persons by age at first observation", "persons", "age", whole="persons", disjoint=True),
    _count("personsByAgeAndSex", "Persons by age at first observation and sex", "persons", "age", "sex", whole="personsByAge", margin=1, disjoint=True),
    _count("personsByFollowUp", "Persons by length of first observation", "persons", "months", whole="persons", disjoint=True),
    _count("personsByPeriods", "Persons by number of observation periods", "persons", "periods", whole="persons", disjoint=True),
    _count("personsObservedInYear", "Persons observed throughout a year", "persons", "year", whole="persons"),
    _count("personsObservedInMonth", "Persons observed in a month", "persons", "month", whole="persons"),
    _count("personsByStart", "Persons by month in which observation begins", "persons", "month", whole="persons"),
    _count("personsByEnd", "Persons by month in which observation ends", "persons", "month", whole="persons"),
    _count("personsByVisit", "Persons by type of visit", "persons", "concept", whole="persons"),
    _count("recordsByVisit", "Records by type of visit", "records", "concept"),
    _count("recordsInMonth", "Records by domain and month", "records", "domain", "month"),
    _count("recordsByType", "Records by domain and where they come from", "records", "domain", "concept"),
    _count("personsByDomains", "Persons with records in each of several domains", "persons", "domains", whole="persons"),
    _count("personsByConcept", "Persons by concept", "persons", "domain", "concept", whole="persons"),
    _count("recordsByConcept", "Records by concept", "records", "domain", "concept"),
    _count("personsWithDescendants", "Persons by concept with its descendants", "persons", "concept", whole="persons"),
    _count("recordsWithDescendants", "Records by concept with its descendants", "records", "concept"),
    _count("personsByConceptAndMonth", "Persons by concept and month", "persons", "concept", "month"),
    _count("recordsWithValue", "Measurements with a value by concept", "records", "concept"),
    _spread("ageAtFirstObservation", "Age at first observation", "years"),
    _spread("ageAtFirstObservationBySex", "Age at first observation by sex", "years", "sex"),
    _spread("lengthOfObservation", "Length of first observation", "days"),
    _spread("lengthOfObservationBySex", "Length of first observation by sex", "days", "sex"),
    _spread("conceptsPerPerson", "Distinct concepts per person", "concepts", "domain"),
    _spread("ageAtFirstOccurrence", "Age at first occurrence", "years", "concept", "sex"),
    _spread("measurementValues", "Values of measurements", "value", "concept", "unit"),
    _spread("ageAtDeath", "Age at death by sex", "years", "sex"),
)  # fmt: skip

ANALYSES: Final = {row.name: row for row in _ROWS}
"""Every analysis by its name. Months are yyyymm, `months` counts 30 days each, concepts are OMOP ids.

`domains` lists domains joined by "+", in the order of `DOMAINS`; who has records in others too counts as well,
so that cells overlap.
"""
