"""Results of Achilles are taken in by what their ids mean, and what is not is told."""

from datetime import date
from pathlib import Path

import pytest

from catalogue.errors import Invalid
from catalogue.profiles.measured import Dropped, Told
from harvesters.profiles import read
from tests.profiles.profile_files import (
    CONCEPTS,
    DISTRIBUTIONS,
    RESULTS,
    SOURCE,
    counts,
    distributions,
    left_out,
    of,
    result,
    results,
    spread,
    spreads,
    told,
    written,
)


def test_the_row_of_the_source_tells_the_producer_the_version_and_the_day(tmp_path: Path) -> None:
    items = results(tmp_path, result(1, 2694))

    assert told(items) == Told("Achilles", "1.7.2", "Registry", date(2026, 11, 22))


@pytest.mark.parametrize("written_as", ["2026-11-22 10:15:01.123", "Nov 22 2026 10:15AM", "20261122"])
def test_the_day_of_the_run_is_read_as_databases_write_it(tmp_path: Path, written_as: str) -> None:
    path = written(
        tmp_path / "r.csv", RESULTS, [result(0, "Registry", "1.7", written_as, 9), result(4, 8, 9)]
    )

    assert told(read([path])).generated == date(2026, 11, 22)


def test_names_have_no_control_characters(tmp_path: Path) -> None:
    path = written(
        tmp_path / "r.csv", RESULTS, [result(0, "Reg\x1bist\x07ry", "1.7", "", 9), result(4, 8, 9)]
    )

    assert told(read([path])).source_name == "Reg ist ry"


def test_persons_are_counted_by_sex_and_other_sexes_together(tmp_path: Path) -> None:
    items = results(tmp_path, *(result(2, *row) for row in [(8532, 20), (8507, 30), (8521, 7), (0, 8)]))

    assert counts(items) == {
        ("personsBySex", "female"): (20, 20),
        ("personsBySex", "male"): (30, 30),
        ("personsBySex", "other"): (15, 15),
    }


def test_strata_stand_in_the_order_of_our_analyses(tmp_path: Path) -> None:
    items = results(tmp_path, result(102, 8532, 0, 12), result(402, 201826, 202403, 9))

    assert set(counts(items)) == {
        ("personsByAgeAndSex", "0", "female"),
        ("personsByConceptAndMonth", "201826", "202403"),
    }


def test_age_0_and_bucket_0_are_kept(tmp_path: Path) -> None:
    items = results(tmp_path, result(101, 0, 12), result(108, "0.0", 13))

    assert counts(items) == {("personsByAge", "0"): (12, 12), ("personsByFollowUp", "0"): (13, 13)}


def test_what_is_not_mapped_is_kept_as_concept_0(tmp_path: Path) -> None:
    items = results(tmp_path, result(400, 0, 12), result(401, 0, 120))

    assert set(counts(items)) == {
        ("personsByConcept", "condition", "0"),
        ("recordsByConcept", "condition", "0"),
    }


def test_records_by_type_are_added_up_over_concepts(tmp_path: Path) -> None:
    items = results(
        tmp_path,
        result(405, 7, 32020, 10),
        result(405, 8, 32020, 11),
        result(605, 9, 32020, 5),
        result(505, 3, 6),
    )

    assert counts(items) == {
        ("recordsByType", "condition", "32020"): (21, 21),
        ("recordsByType", "procedure", "32020"): (5, 5),
        ("recordsByType", "death", "3"): (6, 6),
    }


def test_overlaps_of_domains_are_told_by_name_and_those_with_observation_periods_are_not(
    tmp_path: Path,
) -> None:
    items = results(
        tmp_path,
        result(2004, "1100000", 0.5, 60),
        result(2004, "0001010", 0.2, 20),
        result(2004, "1100001", 0.5, 59),
    )

    assert set(counts(items)) == {
        ("personsByDomains", "condition+drug"),
        ("personsByDomains", "procedure+measurement"),
    }
    assert left_out(items) == {"analysis 2004": 1}


def test_numbers_are_read_as_r_and_python_write_them(tmp_path: Path) -> None:
    items = results(tmp_path, result("1.0", "1e+05"), result("108", "1002.0", "12.0"))

    assert counts(items) == {("persons",): (100_000, 100_000), ("personsByFollowUp", "1002"): (12, 12)}


def test_what_identifies_places_origin_or_typed_values_is_left_out_and_told(tmp_path: Path) -> None:
    items = results(
        tmp_path,
        result(4, 8527, 12),
        result(12, 8527, 38003564, 12),
        result(1100, "100", 12),
        result(1900, "condition", "source_value", "typed by hand", 12),
        result(2000001, "0.4", 6),
        result(777, 6),
    )

    assert not counts(items)
    assert left_out(items) == {
        "analyses 4, 12": 2,
        "analysis 1100": 1,
        "analysis 1900": 1,
        "analysis 2000000": 1,
        "analysis 777": 1,
    }


@pytest.mark.parametrize(
    "row", [(3, "19"), (111, "202413"), (101, "-1"), (400, "diabetes"), (400, "NA"), (2, "")]
)
def test_a_stratum_that_is_none_costs_its_row_and_is_told(tmp_path: Path, row: tuple[object, ...]) -> None:
    items = results(tmp_path, result(1, 100), result(*row, 12))

    assert counts(items) == {("persons",): (100, 100)}
    (dropped,) = of(Dropped, items)
    assert (dropped.what, dropped.rows) == (f"analysis {row[0]}", 1)
    assert "out of its range" in dropped.reason


@pytest.mark.parametrize("number", ["-3", "12.5", "12.000", "1_000", "many", "", "NA", "inf", "9" * 20])
def test_a_count_that_is_none_is_invalid_and_its_line_is_told(tmp_path: Path, number: str) -> None:
    with pytest.raises(Invalid, match=r"Line 3 of results\.csv"):
        results(tmp_path, result(1, number))


def test_a_cell_that_is_told_twice_alike_is_taken_once(tmp_path: Path) -> None:
    items = results(tmp_path, *[result(400, 7, 12)] * 2, *[result(405, 7, 32020, 12)] * 2)

    assert counts(items) == {
        ("personsByConcept", "condition", "7"): (12, 12),
        ("recordsByType", "condition", "32020"): (12, 12),
    }
    assert left_out(items) == {"rows that stand twice": 2}


@pytest.mark.parametrize("rows", [[(400, 7, 12), (400, "7.0", 13)], [(405, 7, 9, 12), (405, 7, 9, 13)]])
def test_a_cell_that_is_told_twice_differently_is_invalid(
    tmp_path: Path, rows: list[tuple[object, ...]]
) -> None:
    with pytest.raises(Invalid, match="another row"):
        results(tmp_path, *(result(*row) for row in rows))


def test_months_of_a_concept_in_two_domains_are_left_out(tmp_path: Path) -> None:
    items = results(
        tmp_path, result(802, 7, 202401, 9), result(1802, 7, 202402, 9), result(1802, 8, 202402, 9)
    )

    assert set(counts(items)) == {("personsByConceptAndMonth", "8", "202402")}
    assert left_out(items) == {"analyses 802, 1802": 2}


def test_a_distribution_is_taken_in_with_its_number_of_values(tmp_path: Path) -> None:
    items = distributions(tmp_path, spread(1815, 3000963, 8713, 40), spread(403, 50))

    found = spreads(items)["measurementValues", "3000963", "8713"]
    assert (found.count, found.minimum, found.p10, found.p25, found.median) == (40, 1, 2, 3, 5)
    assert (found.p75, found.p90, found.maximum, found.mean, found.deviation) == (7, 8, 9, 5, 2)
    assert ("conceptsPerPerson", "condition") in spreads(items)


def test_distributions_of_several_other_sexes_are_left_out(tmp_path: Path) -> None:
    items = distributions(tmp_path, *(spread(506, sex, 40 + sex) for sex in (8532, 8521, 0)))

    assert set(spreads(items)) == {("ageAtDeath", "female")}
    assert left_out(items) == {"analysis 506": 1}


def test_the_distribution_of_one_other_sex_is_kept(tmp_path: Path) -> None:
    items = distributions(tmp_path, spread(104, 8521, 40))

    assert set(spreads(items)) == {("ageAtFirstObservationBySex", "other")}


def test_percentiles_that_do_not_ascend_or_are_not_there_are_left_out(tmp_path: Path) -> None:
    wrong, empty = (1, 9, 5, 2, 5, 6, 3, 7, 8), ("NA",) * 9

    items = distributions(tmp_path, spread(103, 40, values=wrong), spread(105, 40, values=empty))

    assert not spreads(items)
    assert left_out(items) == {"analysis 103": 1, "analysis 105": 1}


def test_concepts_have_their_records_and_bounds_of_persons_with_descendants(tmp_path: Path) -> None:
    path = written(
        tmp_path / "concepts.csv", CONCEPTS, [(7, 35, 105, 30, 70), (8, 0, 0, 0, 0), (0, 9, 9, 9, 9)]
    )

    items = list(read([path]))

    assert counts(items) == {
        ("recordsWithDescendants", "7"): (105, 105),
        ("personsWithDescendants", "7"): (30, 70),
    }
    assert left_out(items) == {"concepts without a count": 1, "concept 0 with descendants": 1}


def test_a_concept_in_two_rows_has_the_larger_numbers_of_both(tmp_path: Path) -> None:
    rows = [(7, 35, 35, 35, 35), CONCEPTS, ("7.0", 0, 105, 0, 70)]

    items = list(read([written(tmp_path / "concepts.csv", CONCEPTS, rows)]))

    assert counts(items) == {
        ("recordsWithDescendants", "7"): (105, 105),
        ("personsWithDescendants", "7"): (35, 70),
    }


def test_counts_of_concepts_without_persons_tell_no_persons(tmp_path: Path) -> None:
    items = list(read([written(tmp_path / "concepts.csv", CONCEPTS[:3], [(7, 35, 105)])]))

    assert counts(items) == {("recordsWithDescendants", "7"): (105, 105)}


def test_the_files_of_a_folder_make_one_release(tmp_path: Path) -> None:
    written(tmp_path / "results.csv", RESULTS, [result(*SOURCE), result(4, 1, 8), result(1, 9)])
    written(tmp_path / "results_dist.csv", DISTRIBUTIONS, [spread(103, 9)])
    written(tmp_path / "concepts.csv", CONCEPTS, [(7, 6, 6, 6, 6)])
    written(tmp_path / "achilles_analysis.csv", ["analysis_id", "analysis_name"], [(1, "Number of persons")])
    (tmp_path / "log.html").write_text("a log")

    items = list(read([tmp_path]))

    assert len(counts(items)) == 3
    assert len(spreads(items)) == 1
    assert {"achilles_analysis.csv", "log.html"} <= left_out(items).keys()
    assert told(items).source_name == "Registry"


def test_files_of_two_sources_or_runs_are_invalid(tmp_path: Path) -> None:
    one = written(tmp_path / "one.csv", RESULTS, [result(*SOURCE), result(4, 1, 8)])
    other = written(tmp_path / "other.csv", RESULTS, [result(0, "Other", "1.7.2", "2026-11-22", 9)])
    later = written(tmp_path / "later.csv", RESULTS, [result(0, "Registry", "1.7.2", "2026-12-01", 9)])

    with pytest.raises(Invalid, match="two sources"):
        list(read([one, other]))
    with pytest.raises(Invalid, match="two runs"):
        list(read([one, later]))
