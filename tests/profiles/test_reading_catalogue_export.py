"""Results of CatalogueExport are told from those of Achilles, and its rounded counts are intervals."""

from datetime import date
from pathlib import Path

import pytest

from catalogue.errors import Invalid
from catalogue.profiles.measured import Measured, Told
from harvesters.profiles import read
from tests.profiles.profile_files import (
    CONCEPTS,
    DISTRIBUTIONS,
    RESULTS,
    Row,
    counts,
    left_out,
    result,
    spread,
    spreads,
    told,
    written,
)

NONE = ("NA",) * 9
SOURCE = (*result(0, "Registry", "2.1", "20261122", 2694), *NONE)
RELEASE = (*result(5000, "Registry", "2026-10-01", "2026-11-01", "5.4", "v5.0 31-AUG-26", 9999), *NONE)


def exported(folder: Path, *rows: Row) -> list[Measured]:
    """What one file of 16 columns tells; the row of the release comes last, as it does in the export."""
    path = written(folder / "catalogue_results.csv", DISTRIBUTIONS, [SOURCE, *rows, RELEASE])
    return list(read([path]))


def count(*cells: object) -> Row:
    return (*result(*cells), *NONE)


def test_the_row_of_the_release_tells_versions_and_dates(tmp_path: Path) -> None:
    items = exported(tmp_path, count(1, 2694))

    assert told(items) == Told(
        "CatalogueExport", "2.1", "Registry", date(2026, 11, 22), date(2026, 11, 1), "5.4", "v5.0 31-AUG-26"
    )


def test_counts_by_concept_are_intervals_and_those_of_persons_and_months_are_exact(tmp_path: Path) -> None:
    items = exported(
        tmp_path,
        count(1, 2700),
        count(101, 0, 100),
        count(420, 202401, 300),
        count(400, 7, 100),
        count(401, 7, 300),
    )

    assert counts(items) == {
        ("persons",): (2700, 2700),
        ("personsByAge", "0"): (100, 100),
        ("recordsInMonth", "condition", "202401"): (300, 300),
        ("personsByConcept", "condition", "7"): (1, 100),
        ("recordsByConcept", "condition", "7"): (201, 300),
    }


def test_sums_of_intervals_have_the_sums_of_their_bounds(tmp_path: Path) -> None:
    items = exported(tmp_path, count(405, 7, 32020, 100), count(405, 8, 32020, 300))

    assert counts(items) == {("recordsByType", "condition", "32020"): (202, 400)}


def test_a_count_that_is_not_rounded_is_exact(tmp_path: Path) -> None:
    assert counts(exported(tmp_path, count(400, 7, 117))) == {
        ("personsByConcept", "condition", "7"): (117, 117)
    }


def test_ids_that_mean_records_with_descendants_are_read_as_such(tmp_path: Path) -> None:
    items = exported(
        tmp_path, count(430, 7, 500), count(630, 8, 200), count(830, 7, 100), count(211, 9201, 40)
    )

    assert counts(items) == {
        ("recordsWithDescendants", "7"): (402, 600),
        ("recordsWithDescendants", "8"): (101, 200),
    }
    assert left_out(items) == {"analysis 211": 1}


def test_the_same_ids_of_achilles_are_left_out(tmp_path: Path) -> None:
    path = written(
        tmp_path / "r.csv", RESULTS, [result(430, 500), result(211, 40), result(10, 1950, 8507, 9)]
    )

    items = list(read([path]))

    assert not counts(items)
    assert left_out(items) == {"analyses 211, 430": 2, "analysis 10": 1}


def test_the_count_of_a_distribution_is_no_number_of_values(tmp_path: Path) -> None:
    (found,) = spreads(exported(tmp_path, spread(1815, 7, 8713, 100))).values()

    assert (found.count, found.median) == (None, 5)


def test_counts_that_are_only_ranges_are_left_out(tmp_path: Path) -> None:
    items = exported(tmp_path, count(401, 7, "11-10ˆ2", 9999999))

    assert not counts(items)
    assert left_out(items) == {"analysis 401": 1}


@pytest.mark.parametrize(
    "rows", [[result(430, 7, 500)], [result(0, "Registry", "2.1", "20261122", 9), result(400, 7, 500)]]
)
def test_it_is_told_from_achilles_without_the_row_of_the_release(tmp_path: Path, rows: list[Row]) -> None:
    items = list(read([written(tmp_path / "r.csv", RESULTS, rows)]))

    assert told(items).producer == "CatalogueExport"
    assert {low for low, _ in counts(items).values()} == {401}


def test_results_of_both_producers_are_invalid(tmp_path: Path) -> None:
    with pytest.raises(Invalid, match="two producers"):
        exported(tmp_path, count(116, 2020, 8507, 3, 40))


def test_counts_of_concepts_by_achilles_do_not_go_with_it(tmp_path: Path) -> None:
    written(tmp_path / "concepts.csv", CONCEPTS, [(7, 6, 6, 6, 6)])

    with pytest.raises(Invalid, match="Leave it out"):
        written(tmp_path / "r.csv", DISTRIBUTIONS, [SOURCE, RELEASE])
        list(read([tmp_path]))
