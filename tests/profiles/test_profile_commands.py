"""What the command line promises about profiles: all of a profile or nothing, and what becomes of it."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from catalogue.errors import CatalogueError, Conflict, Invalid, NotFound
from catalogue.ledger import Ledger
from catalogue.records import record_id
from tests.commands.conftest import write_datasets
from tests.profiles.profile_files import RESULTS, SOURCE, result, written
from web.cli import app

SUBJECT = "https://example.org/one"
ID = record_id("north", SUBJECT)

Command = Callable[..., Result]


@pytest.fixture
def fairfinder(tmp_path: Path) -> Command:
    """Runs a command line on a catalogue with a dataset; errors of ours are raised."""

    def run(*words: object) -> Result:
        environment = {"FAIRFINDER_DATA_DIR": str(tmp_path / "data")}
        done = CliRunner().invoke(app, [str(word) for word in words], env=environment)
        if isinstance(done.exception, CatalogueError):
            raise done.exception
        return done

    run("import", write_datasets(tmp_path / "one.ttl", "one"), "--name", "north")
    return run


@pytest.fixture
def files(tmp_path: Path) -> Path:
    """A profile of 2,694 persons, of whom 4 are of neither sex."""
    rows = [
        result(*SOURCE),
        result(1, 2694),
        result(2, 8507, 1321),
        result(2, 8532, 1369),
        result(2, 0, 4),
        result(117, 200801, 900),
        result(117, 202412, 1200),
    ]
    return written(tmp_path / "results.csv", RESULTS, rows)


def _audit(tmp_path: Path) -> list[tuple[str, str, str]]:
    ledger = Ledger(f"sqlite:///{tmp_path / 'data' / 'ledger.sqlite'}")
    lines = [(line.action, line.subject, line.detail) for line in ledger.audit.newest(10)]
    ledger.close()
    return lines


@pytest.mark.parametrize("word", [ID, SUBJECT, f"http://127.0.0.1:8000/dataset/{ID}"])
def test_a_profile_is_imported_for_a_dataset_that_is_named_in_any_way(
    fairfinder: Command, files: Path, word: str
) -> None:
    said = fairfinder("profile", "import", word, files).output

    assert f"Release 1 of {ID} is published." in said
    assert "\tcurrent\t" in fairfinder("profile", "list", word).output


def test_an_import_tells_what_was_withheld_and_is_written_down(
    fairfinder: Command, files: Path, tmp_path: Path
) -> None:
    said = fairfinder("profile", "import", ID, files).output

    assert "Persons by sex" in said
    assert ("import profile", ID, "release 1, published") in _audit(tmp_path)


def test_a_profile_is_shown_as_json_with_states_and_bounds(fairfinder: Command, files: Path) -> None:
    fairfinder("profile", "import", ID, files)

    shown = json.loads(fairfinder("profile", "show", ID, "--json").output)

    assert shown["producer"] == "Achilles"
    assert shown["rule"] == {"threshold": 5, "rounding": 5}
    assert shown["counts"]["persons"] == [{"strata": [], "state": "interval", "low": 2691, "high": 2695}]
    assert 4 not in {cell["high"] for cell in shown["counts"]["personsBySex"]}


def test_a_profile_proposes_values_for_the_description(fairfinder: Command, files: Path) -> None:
    fairfinder("profile", "import", ID, files)

    said = fairfinder("profile", "show", ID).output

    assert "persons\t2,695\t" in said
    assert "temporal\t2008-01 to 2024-12\t" in said


def test_a_draft_is_shown_when_it_is_published(fairfinder: Command, files: Path) -> None:
    fairfinder("profile", "import", ID, files, "--draft")
    with pytest.raises(NotFound, match="shows no profile"):
        fairfinder("profile", "show", ID)

    fairfinder("profile", "publish", 1)

    assert "\tcurrent\t" in fairfinder("profile", "show", ID).output


def test_a_withdrawn_release_is_shown_no_longer(fairfinder: Command, files: Path) -> None:
    fairfinder("profile", "import", ID, files)

    said = fairfinder("profile", "withdraw", 1, "--yes").output

    assert "No release is shown now." in said
    assert "\twithdrawn\t" in fairfinder("profile", "list", ID).output


def test_nothing_is_kept_of_files_that_hold_something_else_too(
    fairfinder: Command, files: Path, tmp_path: Path
) -> None:
    rows_of_persons = tmp_path / "person.csv"
    rows_of_persons.write_text("person_id,year_of_birth\n1,1950\n", "utf-8")

    with pytest.raises(Invalid):
        fairfinder("profile", "import", ID, files, rows_of_persons)

    assert fairfinder("profile", "list", ID).output == ""


def test_the_rule_of_a_source_holds_for_what_is_imported_then(fairfinder: Command, files: Path) -> None:
    fairfinder("profile", "import", ID, files)

    said = fairfinder("profile", "rule", "north", "--threshold", 10, "--rounding", 10).output
    fairfinder("profile", "import", ID, files)

    assert "counts of 1 to 10 are hidden, others rounded up to the next 10" in said
    assert said == fairfinder("profile", "rule", "north").output
    newer, older = fairfinder("profile", "list", ID).output.splitlines()
    assert "\tcurrent\t" in newer
    assert "rounded up to the next 10" in newer
    assert "\twithdrawn\t" in older


def test_a_rule_out_of_bounds_is_refused(fairfinder: Command) -> None:
    with pytest.raises(Invalid, match="threshold"):
        fairfinder("profile", "rule", "north", "--threshold", 1)


def test_a_dataset_that_several_sources_describe_is_named_by_id(
    fairfinder: Command, files: Path, tmp_path: Path
) -> None:
    fairfinder("import", write_datasets(tmp_path / "one.ttl", "one"), "--name", "south")

    with pytest.raises(Conflict, match=ID):
        fairfinder("profile", "import", SUBJECT, files)


@pytest.mark.real_data
def test_real_profiles_are_imported_and_shown(fairfinder: Command, shared_data: Path) -> None:
    for node in ("node-a", "node-b", "node-c"):
        said = fairfinder("profile", "import", ID, shared_data / "profiles" / node).output
        assert "is published" in said

    assert len(fairfinder("profile", "list", ID).output.splitlines()) == 3
