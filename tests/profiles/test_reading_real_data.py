"""Real results of Achilles are read whole, and every id of both producers has a meaning or a reason."""

import csv
from pathlib import Path

import pytest

from catalogue.profiles.analyses import ANALYSES
from catalogue.profiles.measured import Dropped, Spread, Tally
from harvesters.profiles import read
from harvesters.profiles.achilles_ids import ACHILLES, UNKNOWN
from harvesters.profiles.catalogue_export import CATALOGUE_EXPORT, RELEASE
from tests.profiles.profile_files import counts, of, spreads, told

pytestmark = pytest.mark.real_data


def ids(path: Path) -> set[int]:
    with path.open(encoding="utf-8", newline="") as stream:
        return {int(row["ANALYSIS_ID"]) for row in csv.DictReader(stream)}


def test_every_analysis_of_achilles_is_taken_in_or_left_out_for_a_reason(shared_data: Path) -> None:
    known = ids(shared_data / "real/OHDSI__Achilles/inst/csv/achilles/achilles_analysis_details.csv")

    assert known == {0, *ACHILLES.lines, *ACHILLES.left_out}
    assert not ACHILLES.lines.keys() & ACHILLES.left_out.keys()


def test_every_analysis_of_catalogue_export_is_taken_in_or_left_out_for_a_reason(shared_data: Path) -> None:
    folder = shared_data / "real/EHDEN__CatalogueExport/inst/csv/analyses"

    assert ids(folder / "catalogue_analysis_details.csv") <= {
        0,
        RELEASE,
        *CATALOGUE_EXPORT.lines,
        *CATALOGUE_EXPORT.left_out,
    }


@pytest.mark.parametrize(("node", "persons"), [("node-a", 2694), ("node-b", 818), ("node-c", 1079)])
def test_the_results_of_a_node_are_read_whole(shared_data: Path, node: str, persons: int) -> None:
    items = list(read([shared_data / "profiles" / node]))

    found = counts(items)
    assert (told(items).producer, told(items).version) == ("Achilles", "1.7.2")
    assert found["persons",] == (persons, persons)
    assert sum(low for (name, *_), (low, _) in found.items() if name == "personsBySex") == persons
    assert len(found) == len(of(Tally, items)) > 70_000
    assert spreads(items)[("ageAtFirstObservation",)].count == persons
    assert {item.analysis for item in of(Spread, items)} <= ANALYSES.keys()
    assert UNKNOWN not in {item.reason for item in of(Dropped, items)}


def test_a_concept_that_a_node_writes_in_two_ways_is_one(shared_data: Path) -> None:
    found = counts(read([shared_data / "profiles/node-a/achilles_result_concept_count.csv"]))

    assert found["recordsWithDescendants", "1000560"] == (105, 105)
    assert found["personsWithDescendants", "1000560"] == (35, 70)
