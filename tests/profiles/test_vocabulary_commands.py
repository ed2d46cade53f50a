"""Vocabularies are imported and listed beside the process that has the catalogue."""

import re
from pathlib import Path

import pytest
from typer.testing import CliRunner

from catalogue.bootstrap import open_catalogue, open_ledger
from catalogue.errors import CatalogueError, Invalid
from catalogue.profiles.concepts import Concepts
from catalogue.settings import Settings
from tests.profiles.concept_worlds import write
from web.cli import app


def fairfinder(data_dir: Path, *words: object) -> str:
    """What a command line says; errors of ours are raised, as `main` catches them."""
    result = CliRunner().invoke(app, [*map(str, words)], env={"FAIRFINDER_DATA_DIR": str(data_dir)})
    if isinstance(result.exception, CatalogueError):
        raise result.exception
    return result.output


def test_a_vocabulary_is_imported_beside_the_process_that_serves(tmp_path: Path) -> None:
    files, data = write(tmp_path / "files"), tmp_path / "data"
    (files / "vocabulary.csv").write_text("vocabulary_id\tvocabulary_version\nOURS\tv5 2026\n", "utf-8")
    owner = open_catalogue(Settings(data_dir=data))

    before = fairfinder(data, "vocabulary", "list")
    said = fairfinder(data, "vocabulary", "import", files)
    listed = fairfinder(data, "vocabulary", "list").splitlines()
    owner.close()

    assert before == "No vocabulary is imported. Do it with: fairfinder vocabulary import FOLDER\n"
    assert re.fullmatch(
        r"The vocabulary is in use: \d+ concepts, 1 synonyms, 6 pairs of the hierarchy\.\n", said
    )
    assert {"OURS\t5 concepts\tv5 2026", "OTHER\t1 concepts"} < {*listed}
    assert re.fullmatch(r"Imported \d{4}-\d\d-\d\d \d\d:\d\d UTC\.", listed[-1])
    assert not [left for left in data.iterdir() if left.name.startswith("vocabulary-")]


def test_a_folder_that_cannot_be_used_is_told_and_changes_nothing(tmp_path: Path) -> None:
    data = tmp_path / "data"
    fairfinder(data, "vocabulary", "import", write(tmp_path / "files"))
    (tmp_path / "files" / "CONCEPT_ANCESTOR.csv").write_text("what is this\n", "utf-8")

    with pytest.raises(Invalid, match=r"CONCEPT_ANCESTOR\.csv, line 1: ancestor_concept_id, "):
        fairfinder(data, "vocabulary", "import", tmp_path / "files")

    ledger = open_ledger(Settings(data_dir=data))
    assert Concepts(ledger.database).descendants(4)
    ledger.close()


def test_it_is_told_that_nothing_is_known_to_be_below_a_concept(tmp_path: Path) -> None:
    files = write(tmp_path / "files")
    (files / "CONCEPT_ANCESTOR.csv").unlink()

    said = fairfinder(tmp_path / "data", "vocabulary", "import", files)

    assert "Without CONCEPT_ANCESTOR.csv nothing is known to be below any concept." in said
