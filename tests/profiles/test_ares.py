"""A folder that Achilles exports for Ares is read as one release, and tells what it cannot tell."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as some

from catalogue.catalogue import Catalogue
from catalogue.errors import CatalogueError, Invalid
from catalogue.profiles.disclosure import guard
from catalogue.profiles.measured import Measured, Quality
from catalogue.profiles.release import Rule
from catalogue.records import record_id
from harvesters.profile_listings import OF_ARES
from harvesters.profiles import ares, ares_tables, read
from tests.profiles.examples import SUBJECT, described
from tests.profiles.profile_files import counts, left_out, of, spreads, told
from web.cli_intake import take_in, take_in_each
from web.demo.profile_texts import profiles
from web.demo.profiles import files

QUANTILES = dict(
    zip(("MIN", "P10", "P25", "MEDIAN", "P75", "P90", "MAX"), (1, 2, 3, 5, 7, 8, 9), strict=True)
)

PERSON = {
    "SUMMARY": [
        {"ATTRIBUTE_NAME": "Source name", "ATTRIBUTE_VALUE": "Registry"},
        {"ATTRIBUTE_NAME": "Number of persons", "ATTRIBUTE_VALUE": "1200"},
    ],
    "GENDER_DATA": [{"CONCEPT_ID": 8507, "CONCEPT_NAME": "MALE", "COUNT_VALUE": 500}],
    "AGE_GENDER_DATA": [
        {"CONCEPT_ID": 8507, "CONCEPT_NAME": "MALE", "AGE": 0, "COUNT_VALUE": 10},
        {"CONCEPT_ID": 8551, "CONCEPT_NAME": "UNKNOWN", "AGE": 0, "COUNT_VALUE": 7},
        {"CONCEPT_ID": 0, "CONCEPT_NAME": "No matching concept", "AGE": 0, "COUNT_VALUE": 8},
    ],
    "BIRTH_YEAR_DATA": [{"YEAR": 1950, "COUNT_PERSON": 60}, {"YEAR": 1, "COUNT_PERSON": 6}],
    "RACE_DATA": [{"CONCEPT_ID": 8527, "CONCEPT_NAME": "White", "COUNT_VALUE": 77}],
}


def spread(category: str, times: float = 1) -> dict[str, object]:
    return {"CATEGORY": category} | {f"{name}_VALUE": value * times for name, value in QUANTILES.items()}


OBSERVATION = {
    "AGE_AT_FIRST_OBSERVATION": {"INTERVAL_INDEX": ["0", "1"], "COUNT_VALUE": [30, 40]},
    "OBSERVATION_LENGTH_HISTOGRAM": {"MIN": [0], "DATA": [{"INTERVAL_INDEX": 0, "COUNT_VALUE": 100}]},
    "OBSERVED_BY_YEAR_HISTOGRAM": {
        "MIN": [2019],
        "INTERVAL_SIZE": [1],
        "DATA": [{"INTERVAL_INDEX": 1, "COUNT_VALUE": 900, "PERCENT_VALUE": 0.75}],
    },
    "OBSERVED_BY_MONTH": [{"MONTH_YEAR": 202001, "COUNT_VALUE": 1111}],
    "PERSON_PERIODS_DATA": {"CONCEPT_ID": 1, "CONCEPT_NAME": "1", "COUNT_VALUE": 1200},
    "AGE_BY_GENDER": [spread("FEMALE"), spread("UNKNOWN"), spread("No matching concept")],
    "OBSERVATION_PERIOD_LENGTH_BY_GENDER": [spread("MALE", 1.0021)],
}
DEATH = {
    "PREVALENCE_BY_MONTH": [{"X_CALENDAR_MONTH": 202001, "Y_PREVALENCE_1000PP": 4.2}],
    "DEATH_BY_TYPE": [{"CONCEPT_ID": 32815, "CONCEPT_NAME": "Death certificate", "COUNT_VALUE": 90}],
    "AGE_AT_DEATH": [spread("MALE")],
}
SUMMARY = ("CONCEPT_ID", "CONCEPT_NAME", "NUM_PERSONS", "PERCENT_PERSONS", "RECORDS_PER_PERSON")
TABLES: Mapping[str, Sequence[Sequence[object]]] = {
    "cdmsource.csv": (
        ("CDM_SOURCE_NAME", "SOURCE_DESCRIPTION", "CDM_RELEASE_DATE", "CDM_VERSION", "VOCABULARY_VERSION"),
        ("Registry", "of strokes", "2026-03-31", "v5.4", "v5.0 27-FEB-26"),
    ),
    "domain-summary-condition_occurrence.csv": (
        SUMMARY,
        (381316, "Stroke", 400, " 0.3333", " 2.5"),
        (443454, "Stroke, blocked", 3, " 0.0025", " 1.0"),
        (0, "No matching concept", 11, " 0.0092", "NA"),
    ),
    "domain-summary-visit_occurrence.csv": (SUMMARY, (9201, "Inpatient", 800, "0.6667", "12.0")),
    "domain-summary-drug_era.csv": (SUMMARY, (1, "Era", 1, "0.1", "1.0")),
    "datadensity-total.csv": (
        ("domain", "date", "records"),
        ("Condition occurrence", "2020-01-01T00:00:00Z", 70),
        ("Person", "2020-02-01", 80),
        ("Drug era", "2020-02-01", 90),
    ),
    "datadensity-domains-per-person.csv": (
        ("DOMAIN_BITS", "PERCENT_VALUE", "COUNT_VALUE"),
        ("1100000", 0.5, 600),
    ),
    "datadensity-concepts-per-person.csv": (
        ("CATEGORY", *(f"{name}_VALUE" for name in QUANTILES)),
        ("Drug exposure", *QUANTILES.values()),
    ),
    "domain-drug-stratification.csv": (("CONCEPT_ID", "CONCEPT_NAME", "RECORD_COUNT"), (32817, "EHR", 5000)),
    "quality-completeness.csv": (("CDM_TABLE_NAME", "SOURCE_VALUE"), ("condition", "Mrs Jones has a stroke")),
}
CHECKS = {
    "startTimestamp": ["2026-04-02 02:00:00"],
    "CheckResults": [{"category": "Completeness", "failed": 0, "passed": 1}],
    "Metadata": [{"dqdVersion": "2.6.3"}],
}


def concept_report(part: str, *rows: dict[str, object]) -> dict[str, object]:
    return {"CONCEPT_ID": [1], "CONCEPT_NAME": ["one"], "PREVALENCE_BY_MONTH": [{"X": 1}], part: rows}


REPORTS = {
    "person.json": PERSON,
    "observationperiod.json": OBSERVATION,
    "death.json": DEATH,
    "dq-result.json": CHECKS,
    "dashboard.json": {"SUMMARY": PERSON["SUMMARY"]},
    "concepts/condition_occurrence/concept_381316.json": concept_report(
        "AGE_AT_FIRST_DIAGNOSIS", spread("MALE"), spread("FEMALE", 2)
    ),
    "concepts/condition_occurrence/concept_7.json": concept_report("AGE_AT_FIRST_DIAGNOSIS", spread("MALE")),
    "concepts/observation/concept_7.json": concept_report("AGE_AT_FIRST_OCCURRENCE", spread("MALE")),
    "concepts/measurement/concept_3000963.json": concept_report(
        "MEASUREMENT_VALUE_DISTRIBUTION", spread("gram per deciliter"), spread("furlong")
    ),
    "concepts/drug_era/concept_1.json": concept_report("AGE_AT_FIRST_EXPOSURE", spread("MALE")),
}


def written(
    folder: Path,
    reports: Mapping[str, object] = REPORTS,
    tables: Mapping[str, Sequence[Sequence[object]]] = TABLES,
) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    for name, report in reports.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(json.dumps(report))
    for name, rows in tables.items():
        lines = (",".join(f'"{cell}"' if "," in str(cell) else str(cell) for cell in row) for row in rows)
        (folder / name).write_text("\n".join(lines) + "\n")
    return folder


@pytest.fixture(scope="module")
def release(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return written(tmp_path_factory.mktemp("ares") / "20260331")


@pytest.fixture(scope="module")
def items(release: Path) -> list[Measured]:
    return list(read([release]))


def test_a_folder_tells_what_it_is_of(items: list[Measured]) -> None:
    found = told(items)

    assert (found.producer, found.source_name, found.released) == ("Ares", "Registry", date(2026, 3, 31))
    assert (found.cdm_version, found.vocabulary_version) == ("v5.4", "v5.0 27-FEB-26")
    assert found.generated == date(2026, 4, 2)
    assert of(Quality, items) == [Quality("Completeness", "", 1, 0)]


def test_counts_of_reports_and_tables_are_read(items: list[Measured]) -> None:
    assert counts(items) == {
        ("persons",): (1200, 1200),
        ("personsBySex", "male"): (500, 500),
        ("personsByAgeAndSex", "0", "male"): (10, 10),
        ("personsByAgeAndSex", "0", "other"): (15, 15),
        ("personsByYearOfBirth", "1950"): (60, 60),
        ("personsByAge", "0"): (30, 30),
        ("personsByAge", "1"): (40, 40),
        ("personsByFollowUp", "0"): (100, 100),
        ("personsObservedInYear", "2020"): (900, 900),
        ("personsByPeriods", "1"): (1200, 1200),
        ("personsByStart", "202002"): (80, 80),
        ("personsByVisit", "9201"): (800, 800),
        ("recordsByVisit", "9201"): (9560, 9640),
        ("personsByConcept", "condition", "381316"): (400, 400),
        ("recordsByConcept", "condition", "381316"): (980, 1020),
        ("personsByConcept", "condition", "443454"): (3, 3),
        ("recordsByConcept", "condition", "443454"): (3, 3),
        ("personsByConcept", "condition", "0"): (11, 11),
        ("personsByDomains", "condition+drug"): (600, 600),
        ("recordsInMonth", "condition", "202001"): (70, 70),
        ("recordsByType", "death", "32815"): (90, 90),
        ("recordsByType", "drug", "32817"): (5000, 5000),
    }


def test_lengths_of_observation_follow_from_shares_where_nothing_else_tells_of_them(tmp_path: Path) -> None:
    shares = [
        {"YEARS": years, "PERCENT_PEOPLE": share}
        for years, share in ((0, 1), (0.0821, 0.25), (1.2320, 0.0008))
    ]
    folder = written(
        tmp_path / "one", {"person.json": PERSON, "observationperiod.json": {"CUMULATIVE_DURATION": shares}}
    )

    lengths = {
        cell[1]: found for cell, found in counts(read([folder])).items() if cell[0] == "personsByFollowUp"
    }

    assert lengths == {"0": (900, 900), "1": (299, 299), "15": (1, 1)}


def test_distributions_are_read_where_they_are_of_one_sex_and_one_domain(items: list[Measured]) -> None:
    found = spreads(items)

    assert set(found) == {
        ("ageAtFirstObservationBySex", "female"),
        ("lengthOfObservationBySex", "male"),
        ("ageAtDeath", "male"),
        ("conceptsPerPerson", "drug"),
        ("ageAtFirstOccurrence", "381316", "male"),
        ("ageAtFirstOccurrence", "381316", "female"),
        ("measurementValues", "3000963", "8713"),
    }
    assert found["lengthOfObservationBySex", "male"].median == 1830
    assert all(one.count is None for one in found.values())


def test_what_is_left_out_is_told(items: list[Measured]) -> None:
    assert left_out(items) == {
        "RACE_DATA of person.json": 1,
        "BIRTH_YEAR_DATA of person.json": 1,
        "OBSERVED_BY_MONTH of observationperiod.json": 1,
        "AGE_BY_GENDER of observationperiod.json": 2,
        "PREVALENCE_BY_MONTH of death.json": 1,
        "RECORDS_PER_PERSON of domain-summary-condition_occurrence.csv": 1,
        "ages at first occurrence": 2,
        "concepts/drug_era": 0,
        "dashboard.json": 0,
        "datadensity-total.csv": 1,
        "domain-summary-drug_era.csv": 0,
        "quality-completeness.csv": 0,
        "reports of concepts": 4,
        "values of measurements": 1,
    }


def test_no_words_of_persons_and_no_small_count_pass_the_guard(items: list[Measured]) -> None:
    guarded = guard(items, Rule())

    assert "Jones" not in repr(items)
    assert guarded.count("personsByConcept", "condition", "443454").high == 5
    assert guarded.count("recordsByConcept", "condition", "381316").low == 976


@pytest.mark.parametrize(
    ("name", "wrong"),
    [
        ("person.json", {"GENDER_DATA": [{"CONCEPT_ID": 8507, "COUNT_VALUE": -5}]}),
        ("observationperiod.json", {"AGE_BY_GENDER": [{"CATEGORY": "MALE", "MIN_VALUE": "many"}]}),
    ],
)
def test_a_row_without_a_number_is_told_by_file_part_and_place(
    tmp_path: Path, name: str, wrong: object
) -> None:
    folder = written(tmp_path / "one", REPORTS | {name: wrong})

    with pytest.raises(Invalid, match=rf"Row 1 of \w+ of {name}"):
        list(read([folder]))


def test_the_releases_of_a_source_come_in_the_order_of_their_dates(tmp_path: Path) -> None:
    later = written(tmp_path / "data" / "Registry" / "20260331")
    earlier = written(tmp_path / "data" / "Registry" / "20250331", tables={})

    found = ares.releases(tmp_path / "data")

    assert found == [earlier, later] == ares.releases(tmp_path / "data" / "Registry")
    assert ares.releases(later) == []
    assert told(read([earlier])).released == date(2025, 3, 31)


def test_a_folder_of_several_releases_is_none_of_them(tmp_path: Path) -> None:
    for day in ("20250331", "20260331"):
        written(tmp_path / day)
    (tmp_path / "index.json").write_text("{}")

    with pytest.raises(Invalid, match=r"holds 2 releases.*such as 20260331"):
        list(read([tmp_path]))


def test_a_folder_of_several_sources_is_refused(tmp_path: Path) -> None:
    for source in ("North", "South"):
        written(tmp_path / source / "20260331")

    with pytest.raises(Invalid, match="several sources \\(North, South\\)"):
        ares.releases(tmp_path)


def test_a_folder_tells_the_same_as_results_of_achilles_of_the_same_data(tmp_path: Path) -> None:
    profile = next(one for one in profiles() if one.id == "isl-cardiomyopathy-families")
    for format in ("ares", "achilles"):
        for name, content in files(replace(profile, format=format), profile.editions[0]).items():
            (tmp_path / format / name).parent.mkdir(parents=True, exist_ok=True)
            (tmp_path / format / name).write_bytes(content)

    of_ares, of_achilles = (list(read([tmp_path / format])) for format in ("ares", "achilles"))

    cells = counts(of_achilles)
    assert all(low <= cells[cell][0] <= high for cell, (low, high) in counts(of_ares).items())
    assert {cell[0] for cell in cells.keys() - counts(of_ares) if cell[1] not in ("death", "visit")} == {
        *("personsByEnd", "personsByConceptAndMonth", "personsObservedInMonth", "recordsByType"),
        *("personsWithDescendants", "recordsWithDescendants"),
    }
    for key, found in spreads(of_ares).items():
        whole = replace(spreads(of_achilles)[key], count=None, mean=None, deviation=None)
        assert found == whole


JSON = some.recursive(
    some.none() | some.integers(-2, 10**13) | some.floats() | some.just(1e308) | some.text(max_size=5),
    lambda inner: (
        some.lists(inner, max_size=3)
        | some.dictionaries(
            some.sampled_from(["DATA", "MIN", "COUNT_VALUE", "AGE", "MAX_VALUE", "x"]), inner, max_size=3
        )
    ),
    max_leaves=8,
)


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    name=some.sampled_from([name for name in REPORTS if name != "dashboard.json"]),
    part=some.sampled_from([*PERSON, *OBSERVATION, *DEATH, "AGE_AT_FIRST_DIAGNOSIS"]),
    value=JSON,
)
def test_whatever_stands_in_a_report_nothing_worse_than_a_refusal_comes(
    tmp_path: Path, name: str, part: str, value: object
) -> None:
    folder = written(
        tmp_path / "any", {"person.json": {}, "observationperiod.json": {}} | {name: {part: value}}
    )
    try:
        list(ares.read(folder))
    except CatalogueError as error:
        assert str(error).endswith(".")
    (folder / name).unlink()


def test_of_the_folder_of_a_source_releases_that_are_new_are_taken_in_in_their_order(
    catalogue: Catalogue, tmp_path: Path
) -> None:
    described(catalogue)
    record = record_id("north", SUBJECT.value)
    reports = {"person.json": PERSON}
    for day in ("2025-09-30", "2025-03-31", "2026-03-31"):
        written(tmp_path / day, reports, {"cdmsource.csv": (("CDM_RELEASE_DATE",), (day,))})
    take_in(catalogue, record, [tmp_path / "2025-03-31"])

    taken = list(take_in_each(catalogue, record, [tmp_path]))

    assert [str(one.release.told.released) for one in taken] == ["2025-09-30", "2026-03-31"]
    assert list(take_in_each(catalogue, record, [tmp_path])) == []


def test_of_a_release_on_the_web_every_table_that_is_read_is_asked_for() -> None:
    assert {f"domain-summary-{table}.csv" for table in ares_tables.DOMAINS} <= {*OF_ARES}
