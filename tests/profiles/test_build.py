"""A node counts its own database, and only what may be told of it is written down."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import pytest
from typer.testing import CliRunner, Result

from catalogue.errors import Invalid
from catalogue.profiles.counts import Count
from catalogue.profiles.disclosure import guard
from catalogue.profiles.release import Guarded, Rule
from harvesters.profiles import read
from web.cli import app

duckdb = pytest.importorskip("duckdb", reason="the extra build is not installed")
omop = pytest.importorskip("duckcdm.omop", reason="the extra build is not installed")

PERSONS: Final = 487
RARE: Final = 4
"""Persons with the concept 4329847, and the first of them of neither sex."""

_FILLED: Final = f"""
INSERT INTO person (person_id, gender_concept_id, year_of_birth, race_concept_id, ethnicity_concept_id)
SELECT i, CASE WHEN i < {RARE} THEN 0 WHEN i % 2 = 0 THEN 8507 ELSE 8532 END, 1930 + i % 70, 0, 0
FROM range(1, {PERSONS + 1}) AS numbers (i);
INSERT INTO observation_period
SELECT person_id, person_id, DATE '2010-01-01', DATE '2020-06-30', 32817 FROM person;
INSERT INTO condition_occurrence
  (condition_occurrence_id, person_id, condition_concept_id, condition_start_date, condition_type_concept_id)
SELECT person_id, person_id, CASE WHEN person_id <= {RARE} THEN 4329847 ELSE 201826 END,
  DATE '2015-03-01', 32817
FROM person;
INSERT INTO cdm_source
  (cdm_source_name, cdm_source_abbreviation, cdm_holder, source_release_date, cdm_release_date, cdm_version,
   cdm_version_concept_id, vocabulary_version)
VALUES ('North''s registry', 'N', 'H', DATE '2026-01-01', DATE '2026-01-31', '5.4', 756265, 'v5.0');
INSERT INTO concept_ancestor VALUES (441840, 201826, 1, 1), (441840, 441840, 0, 0), (201826, 201826, 0, 0);
DROP TABLE device_exposure;
"""


@dataclass(frozen=True)
class Built:
    """What the command said, the folder that it wrote, and what is read from that."""

    done: Result
    folder: Path
    told: Guarded

    def text(self) -> str:
        return "\n".join(file.read_text("utf-8") for file in sorted(self.folder.iterdir()))


def _build(cdm: Path, out: Path, *more: str) -> Result:
    return CliRunner().invoke(app, ["profile", "build", "--cdm", str(cdm), "--out", str(out), *more])


@pytest.fixture(scope="module")
def cdm(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An OMOP database without devices."""
    file = tmp_path_factory.mktemp("cdm") / "north's.duckdb"
    with duckdb.connect(str(file)) as database:
        for table, columns in omop.cdm_fields(("5.4",)).items():
            told = ", ".join(f'"{name}" {kind}' for name, kind in columns)
            database.execute(f"CREATE TABLE {table} ({told})")
        database.execute(_FILLED)
    return file


@pytest.fixture(scope="module")
def built(cdm: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Built]:
    folder = tmp_path_factory.mktemp("node") / "out"
    done = _build(cdm, folder)
    assert done.exit_code == 0, done.output
    yield Built(done, folder, guard(read([folder]), Rule()))


def test_what_is_built_is_a_profile_of_the_database(built: Built) -> None:
    told = built.told.told

    assert (told.producer, told.source_name, told.cdm_version) == ("Achilles", "North's registry", "5.4")
    assert str(told.released) == "2026-01-31"
    assert built.told.count("persons") == Count.between(486, 490)
    assert built.told.count("personsObservedInYear", "2010") == Count.between(486, 490)
    assert built.told.count("personsByConcept", "condition", "201826") == Count.between(481, 485)
    assert "recordsWithDescendants" in built.told.cells
    assert "ageAtFirstObservation" in {one.analysis for one in built.told.spreads}


def test_no_small_or_exact_count_leaves_the_node(built: Built) -> None:
    text = built.text() + built.done.output

    assert built.told.count("personsBySex", "other") == Count.hidden(5)
    assert built.told.count("personsByConcept", "condition", "4329847") == Count.hidden(5)
    assert not [number for number in (PERSONS, PERSONS - RARE) if str(number) in text]
    rows = [row.split(",") for row in (built.folder / "counts.csv").read_text("utf-8").splitlines()[1:]]
    assert not [row for row in rows if row[3] != "suppressed" and 0 < int(row[5]) <= 5]
    assert {row[4:6] == ["1", ""] or row[4:6] == ["1", "5"] for row in rows if row[3] == "suppressed"} == {
        True
    }


def test_what_a_table_would_be_needed_for_is_left_out_and_not_zero(built: Built) -> None:
    assert built.told.cells["personsByDomains"] == {("visit",): Count.exact(0)}
    assert "device" not in {domain for domain, _ in built.told.cells["personsByConcept"]}
    assert "analysis 2101" in {line.what for line in built.told.report}
    assert "device_exposure" not in built.text()


def test_nothing_else_is_written(built: Built, cdm: Path) -> None:
    names = {file.name for file in built.folder.iterdir()}

    assert names == {"about.csv", "counts.csv", "spreads.csv", "withheld.csv"}
    with duckdb.connect(str(cdm), read_only=True) as database:
        assert database.execute("SELECT DISTINCT schema_name FROM duckdb_tables()").fetchall() == [("main",)]


def test_a_folder_in_use_or_a_file_of_another_kind_is_refused(cdm: Path, tmp_path: Path) -> None:
    (tmp_path / "used").mkdir()
    (tmp_path / "used" / "counts.csv").write_text("x", "utf-8")
    (tmp_path / "text").write_text("no database", "utf-8")

    used = _build(cdm, tmp_path / "used")
    text = _build(tmp_path / "text", tmp_path / "out")
    elsewhere = _build(cdm, tmp_path / "out", "--schema", "nowhere")
    loose = _build(cdm, tmp_path / "out", "--threshold", "1")

    for done, word in (
        (used, "is there already"),
        (text, "text"),
        (elsewhere, "person"),
        (loose, "threshold"),
    ):
        assert isinstance(done.exception, Invalid)
        assert word in str(done.exception)
    assert not (tmp_path / "out").exists()
