"""Profiles of six producers with counts that the rule of their source hides, each told in two ways.

The ways differ in nothing but hidden counts: two of them change places, so that no total differs. What is
public must not differ at all then. The names and numbers in `MARKS` are hidden whichever way it is told.
"""

import json
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Final

from catalogue.profiles.release import Rule
from tests.harvest.tables import workbook
from tests.profiles.profile_files import CONCEPTS, DISTRIBUTIONS, RESULTS, Row, result, spread, written
from tests.profiles.test_white_rabbit import HEADS, Fields, field, values

RULE: Final = Rule(100, 5)
PAIR: Final = (73, 67)
NAME: Final = "zebrafishmonger"
SMALLEST, LARGEST = 0.48151623, 97318.25
MARKS: Final = (NAME, str(SMALLEST), str(LARGEST))

UNITS: Final[Fields] = {"unit": ("Frequency", [("mg/dL", 4_000)])}

Way = tuple[int, int]
"""The pair, or the pair the other way round."""

_PERSONS: Final = 10_000
_SEXES: Final = {"female": 8532, "male": 8507}
_RARE, _RARE_TOO, _COMMON, _LAB, _RARE_LAB = 443454, 381316, 316139, 3000963, 3004501
_IDS: Final = {
    "persons": 1,
    "personsBySex": 2,
    "personsByYearOfBirth": 3,
    "personsByAge": 101,
    "personsByAgeAndSex": 102,
    "personsByFollowUp": 108,
    "personsObservedInMonth": 117,
    "personsByVisit": 200,
    "recordsByVisit": 201,
    "personsByConceptAndMonth": 402,
    "recordsWithValue": 1819,
}
_OF_DOMAINS: Final = {
    ("personsByConcept", "condition"): 400,
    ("recordsByConcept", "condition"): 401,
    ("recordsInMonth", "condition"): 420,
    ("personsByConcept", "measurement"): 1800,
    ("recordsByConcept", "measurement"): 1801,
}


def counts(way: Way) -> dict[tuple[str, ...], int]:
    """Counts by analysis and strata."""
    a, b = way
    found: Counter[tuple[str, ...]] = Counter({("persons",): _PERSONS})
    ages = {30: a, 31: b} | dict.fromkeys(range(32, 70), 259)
    ages[69] += _PERSONS - sum(ages.values())
    for age, number in ages.items():
        women = number if age < 32 else number // 2
        for sex, some in (("female", women), ("male", number - women)):
            found["personsBySex", sex] += some
            found["personsByAge", str(age)] += some
            found["personsByYearOfBirth", str(2020 - age)] += some
            if some:
                found["personsByAgeAndSex", str(age), sex] += some
    found |= Counter(
        {
            ("personsByFollowUp", "0"): a,
            ("personsByFollowUp", "1"): b,
            ("personsByFollowUp", "12"): _PERSONS - a - b,
            ("personsObservedInMonth", "202001"): a,
            ("personsObservedInMonth", "202002"): b,
            ("personsObservedInMonth", "202003"): 9_000,
            ("personsByVisit", "9201"): 4_000,
            ("personsByVisit", "9202"): a,
            ("personsByVisit", "9203"): b,
            ("recordsByVisit", "9201"): 8_000,
            ("recordsByVisit", "9202"): a,
            ("recordsByVisit", "9203"): b,
            ("recordsInMonth", "condition", "202001"): a,
            ("recordsInMonth", "condition", "202002"): b,
            ("recordsInMonth", "condition", "202003"): 9_000,
            ("personsByConceptAndMonth", str(_COMMON), "202001"): a,
            ("personsByConceptAndMonth", str(_COMMON), "202002"): b,
            ("personsByConceptAndMonth", str(_COMMON), "202003"): 2_900,
            ("recordsWithValue", str(_LAB)): 5_000,
            ("recordsWithValue", str(_RARE_LAB)): a,
        }
    )
    for domain, concept, persons, records in (
        ("condition", _COMMON, 3_000, 9_000),
        ("condition", _RARE, a, a),
        ("condition", _RARE_TOO, b, b),
        ("measurement", _LAB, 2_000, 5_000),
        ("measurement", _RARE_LAB, a, a),
    ):
        found["personsByConcept", domain, str(concept)] = persons
        found["recordsByConcept", domain, str(concept)] = records
    return found


def achilles(folder: Path, way: Way) -> list[Path]:
    rows = [result(0, "Registry", "1.7.2", "2026-11-22", _PERSONS), *_results(way)]
    concepts = [(_COMMON, 9_000, 9_000 + sum(way), 3_000, 3_100)]
    concepts += [(_RARE, way[0], way[0], way[0], way[0]), (_RARE_TOO, way[1], way[1], way[1], way[1])]
    return [
        written(folder / "results.csv", RESULTS, rows),
        written(folder / "results_dist.csv", DISTRIBUTIONS, _spreads(way)),
        written(folder / "concepts.csv", CONCEPTS, concepts),
    ]


def catalogue_export(folder: Path, way: Way) -> list[Path]:
    none = ("NA",) * 9
    about = (0, "Registry", "2.1", "20261122", _PERSONS)
    release = (5000, "Registry", "2026-10-01", "2026-11-01", "5.4", "v5.0 31-AUG-26", _PERSONS)
    rows = [result(*about), *_results(way, {1, 2, 3, 101, 102, 108, 117, 200, 400, 401}), result(*release)]
    return [written(folder / "catalogue_results.csv", DISTRIBUTIONS, [(*row, *none) for row in rows])]


def plain(folder: Path, way: Way) -> list[Path]:
    rows = [(at[0], *at[1:], *("",) * (3 - len(at)), number) for at, number in counts(way).items()]
    rows += [("personsByDomains", domains, "", number) for domains, number in _domains(way).items()]
    return [written(folder / "counts.csv", ("analysis", "stratum_1", "stratum_2", "count"), rows)]


def ares(folder: Path, way: Way) -> list[Path]:
    """With the results of the Data Quality Dashboard, which tell of how many rows fail a check."""
    found = counts(way)
    ages = [
        {"CONCEPT_ID": _SEXES[at[2]], "CONCEPT_NAME": at[2].upper(), "AGE": int(at[1]), "COUNT_VALUE": number}
        for at, number in found.items()
        if at[0] == "personsByAgeAndSex"
    ]
    sexes = [
        {"CONCEPT_ID": id, "CONCEPT_NAME": sex.upper(), "COUNT_VALUE": found["personsBySex", sex]}
        for sex, id in _SEXES.items()
    ]
    summary = [
        {"ATTRIBUTE_NAME": "Source name", "ATTRIBUTE_VALUE": "Registry"},
        {"ATTRIBUTE_NAME": "Number of persons", "ATTRIBUTE_VALUE": str(_PERSONS)},
    ]
    failing = {"category": "Plausibility", "subcategory": "Temporal", "failed": 1, "passed": 0}
    reports: Mapping[str, object] = {
        "person.json": {"SUMMARY": summary, "GENDER_DATA": sexes, "AGE_GENDER_DATA": ages},
        "dq-result.json": {
            "startTimestamp": ["2026-04-02 02:00:00"],
            "CheckResults": [{**failing, "numViolatedRows": way[0], "notesValue": NAME}],
            "Metadata": [{"dqdVersion": "2.6.3"}],
        },
    }
    heads = ("CONCEPT_ID", "CONCEPT_NAME", "NUM_PERSONS", "PERCENT_PERSONS", "RECORDS_PER_PERSON")
    about = ("CDM_SOURCE_NAME", "SOURCE_DESCRIPTION", "CDM_RELEASE_DATE", "CDM_VERSION", "VOCABULARY_VERSION")
    rare = [
        (id, "Rare", some, some / _PERSONS, "1.0") for id, some in zip((_RARE, _RARE_TOO), way, strict=True)
    ]
    release = folder / "20260331"
    release.mkdir()
    for name, report in reports.items():
        (release / name).write_text(json.dumps(report), "utf-8")
    written(release / "cdmsource.csv", about, [("Registry", "of strokes", "2026-03-31", "v5.4", "v5.0")])
    common = (_COMMON, "Common", 3_000, 0.3, "3.0")
    written(release / "domain-summary-condition_occurrence.csv", heads, [common, *rare])
    return [release]


def white_rabbit(folder: Path, way: Way, others: Fields = UNITS) -> list[Path]:
    ward = [("North", 4_000), ("South", 3_000), (NAME, way[0]), (f"{NAME}s", way[1])]
    sheets: Mapping[str, Sequence[Sequence[object]]] = {
        "Field Overview": [HEADS, field("stay", "ward", "varchar"), field("stay", "unit", "varchar")],
        "Table Overview": [("Table", "Description", "N rows"), ("stay", "", 5_000)],
        "stay": values({"ward": ("Frequency", ward), **others}),
        "_": [("Key", "Value"), ("Version", "1.0.0"), ("Scan finished at", "2026-05-04T10:11:12.5")],
    }
    return [workbook(folder / "ScanReport.xlsx", sheets)]


KINDS: Final[Mapping[str, Callable[[Path, Way], list[Path]]]] = {
    "achilles": achilles,
    "export": catalogue_export,
    "plain": plain,
    "ares": ares,
    "rabbit": white_rabbit,
}
"""Who writes the files of a profile, by the name of the dataset that it is of."""


def _results(way: Way, ids: set[int] | None = None) -> Iterator[Row]:
    """Rows as Achilles writes them; those of some ids alone."""
    for (analysis, *strata), number in counts(way).items():
        id = _IDS.get(analysis) or _OF_DOMAINS[analysis, strata.pop(0)]
        places: list[object] = [_SEXES.get(stratum, stratum) for stratum in strata]
        if id == 102:
            places.reverse()
        if ids is None or id in ids:
            yield result(id, *places, number)


def _spreads(way: Way) -> Iterator[Row]:
    """Minimum, maximum, mean, deviation, median and percentiles; of few values, and of many."""
    hidden = (SMALLEST, LARGEST, 50.5, 9.5, 50, 30, 40, 60, 70)
    yield spread(105, _PERSONS, values=(SMALLEST, LARGEST, 900, 90, 800, 300, 500, 1_100, 1_500))
    yield spread(1815, _LAB, 8713, 5_000, values=(SMALLEST, LARGEST, 90, 9, 80, 30, 50, 110, 150))
    yield spread(1815, _RARE_LAB, 8713, way[0], values=hidden)
    yield spread(406, _RARE, 8507, way[0], values=hidden)


def _domains(way: Way) -> dict[str, int]:
    return {"condition": 3_100, "measurement": 2_000, "condition+drug": way[0], "drug+measurement": way[1]}
