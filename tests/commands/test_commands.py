"""What the command line promises to the people who run a catalogue."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

from catalogue.bootstrap import open_catalogue, open_ledger
from catalogue.errors import Conflict, Invalid, NotFound
from catalogue.settings import Settings
from catalogue.sources import Source
from tests.commands.conftest import Command, write_datasets


def test_an_import_tells_what_came(fairfinder: Command, catalogue_file: Path) -> None:
    result = fairfinder("import", catalogue_file)

    assert result.exit_code == 0
    assert "complete: 3 new, 0 changed, 0 unchanged, 0 rejected" in result.output


def test_a_second_import_changes_nothing(fairfinder: Command, catalogue_file: Path) -> None:
    fairfinder("import", catalogue_file)

    assert "0 new, 0 changed, 3 unchanged" in fairfinder("import", catalogue_file).output


def test_an_import_never_makes_a_record_missing(fairfinder: Command, catalogue_file: Path) -> None:
    fairfinder("import", catalogue_file)

    result = fairfinder("import", write_datasets(catalogue_file, "one", note=" anew"))

    assert "0 new, 1 changed, 0 unchanged" in result.output
    assert "missing" not in result.output


@pytest.mark.parametrize("name", ["new", "a b", "a/b", "", "."])
def test_an_import_makes_no_source_that_has_no_page(
    fairfinder: Command, catalogue_file: Path, name: str
) -> None:
    with pytest.raises(Invalid, match="source"):
        fairfinder("import", catalogue_file, "--name", name)


def test_an_import_leaves_a_source_that_is_harvested_as_it_is(
    fairfinder: Command, catalogue_file: Path, web: str
) -> None:
    fairfinder("harvest", "add", "dcat", f"{web}/three.ttl", "--name", "north")
    before = fairfinder("harvest", "show", "north").output.splitlines()[:3]

    fairfinder("import", catalogue_file, "--name", "north")

    assert fairfinder("harvest", "show", "north").output.splitlines()[:3] == before
    assert before[2] == f"address\t{web}/three.ttl"


def test_what_came_from_elsewhere_does_not_steer_the_terminal(fairfinder: Command, tmp_path: Path) -> None:
    file = tmp_path / "evil.ttl"
    file.write_bytes(b"<https://example.org/a> a <\x1b[2J> ;\n\tb .\n")

    told = fairfinder("import", file).output + fairfinder("harvest", "problems", 1).output

    assert "evil.ttl" in told
    assert "\x1b" not in told


def test_a_run_tells_the_first_problems_and_where_the_others_are(fairfinder: Command, tmp_path: Path) -> None:
    folder = tmp_path / "files"
    folder.mkdir()
    for number in range(25):
        (folder / f"{number:02}.ttl").write_text("no turtle", "utf-8")

    told = fairfinder("import", folder).output
    listed = fairfinder("harvest", "problems", 1).output

    assert told.count("rejected /") == 20
    assert "5 more could not be used; see them with: fairfinder harvest problems 1" in told
    assert listed.count("rejected /") == 25


def test_the_problems_of_a_run_that_there_is_not_are_told(fairfinder: Command) -> None:
    with pytest.raises(NotFound, match="There is no run 7"):
        fairfinder("harvest", "problems", 7)


def test_what_is_rejected_is_told_with_file_line_and_reason(fairfinder: Command, tmp_path: Path) -> None:
    file = write_datasets(tmp_path / "half.ttl", "one", "two")
    broken = file.read_text("utf-8") + "<https://example.org/bad> a dcat:Dataset ; dct:title ;; .\n"
    file.write_text(broken, "utf-8")

    result = fairfinder("import", file)

    assert "2 new, 0 changed, 0 unchanged, 1 rejected" in result.output
    assert f"rejected {file} (https://example.org/bad (line 7))" in result.output
    assert "is not valid Turtle" in result.output


def test_the_raw_bytes_of_what_was_rejected_are_kept(fairfinder: Command, tmp_path: Path) -> None:
    file = write_datasets(tmp_path / "half.ttl", "one")
    file.write_text(file.read_text("utf-8") + "<https://example.org/bad> a dcat:Dataset ;; .. \n", "utf-8")
    fairfinder("import", file)

    assert "<https://example.org/bad> a dcat:Dataset" in fairfinder("harvest", "problems", 1).output


def test_a_source_is_added_run_and_listed(fairfinder: Command, catalogue_file: Path, web: str) -> None:
    added = fairfinder("harvest", "add", "dcat", f"{web}/{catalogue_file.name}", "--name", "three")
    ran = fairfinder("harvest", "run", "three")
    listed = fairfinder("harvest", "list")
    runs = fairfinder("harvest", "runs", "three")

    assert added.exit_code == ran.exit_code == 0
    assert "three: complete: 3 new" in ran.output
    assert re.search(r"three\tdcat\t3 records\tcomplete \d{4}-\d\d-\d\d", listed.output)
    assert "complete: 3 new, 0 changed" in runs.output


def test_all_sources_run_one_after_another(fairfinder: Command, tmp_path: Path, web: str) -> None:
    for name in ("a", "b"):
        write_datasets(tmp_path / f"{name}.ttl", name)
        fairfinder("harvest", "add", "dcat", f"{web}/{name}.ttl", "--name", name)

    result = fairfinder("harvest", "run", "--all")

    assert "a: complete: 1 new" in result.output
    assert "b: complete: 1 new" in result.output


def test_a_source_that_cannot_be_harvested_keeps_no_other_waiting(
    fairfinder: Command, catalogue_file: Path, data_dir: Path, web: str
) -> None:
    ledger = open_ledger(Settings(data_dir=data_dir))
    ledger.sources.add(Source("a", "telepathy", "https://a.example/", ledger.now()))
    ledger.close()
    fairfinder("harvest", "add", "dcat", f"{web}/{catalogue_file.name}", "--name", "b")

    result = fairfinder("harvest", "run", "--all")

    assert result.exit_code == 1
    assert "a: There is no kind of source called “telepathy”" in result.stderr
    assert "b: complete: 3 new" in result.output


def test_a_source_that_cannot_be_reached_fails_the_command(fairfinder: Command, web: str) -> None:
    fairfinder("harvest", "add", "dcat", f"{web}/nowhere.ttl", "--name", "nowhere")

    result = fairfinder("harvest", "run", "nowhere")

    assert result.exit_code == 1
    assert "nowhere: failed" in result.output


def test_a_preview_writes_nothing(
    fairfinder: Command, catalogue_file: Path, web: str, data_dir: Path
) -> None:
    result = fairfinder("harvest", "preview", "dcat", f"{web}/{catalogue_file.name}")

    assert "https://example.org/one\tSource one" in result.output
    assert "These are all 3 records; nothing was written." in result.output
    assert not data_dir.exists()


def test_a_name_is_given_once(fairfinder: Command) -> None:
    fairfinder("harvest", "add", "dcat", "https://example.org/a.ttl", "--name", "a")

    with pytest.raises(Conflict, match="called “a” already"):
        fairfinder("harvest", "add", "dcat", "https://example.org/b.ttl", "--name", "a")


def test_an_unknown_kind_is_told_with_the_known_ones(fairfinder: Command) -> None:
    with pytest.raises(Invalid, match="Use one of: beacon, catalogue, ckan"):
        fairfinder("harvest", "add", "telepathy", "https://example.org/", "--name", "t")


def test_an_unknown_source_is_told(fairfinder: Command) -> None:
    with pytest.raises(NotFound, match="no source called “nobody”"):
        fairfinder("harvest", "run", "nobody")


def test_a_password_in_an_address_is_never_listed(fairfinder: Command) -> None:
    fairfinder("harvest", "add", "dcat", "https://me:secret@example.org/a.ttl", "--name", "a")

    assert "secret" not in fairfinder("harvest", "list").output


def test_a_backup_is_restored_with_everything_well(
    fairfinder: Command, catalogue_file: Path, tmp_path: Path
) -> None:
    fairfinder("import", catalogue_file)
    saved = fairfinder("backup", tmp_path / "saved")

    restored = fairfinder("restore", tmp_path / "saved", data=tmp_path / "other")

    assert "3 records are saved" in saved.output
    assert restored.exit_code == 0, restored.output
    assert "ok   digests: 3 of 3 are as they were harvested" in restored.output
    assert "ok   index: 3 of 3 records are indexed" in restored.output


def test_a_restore_overwrites_no_catalogue(fairfinder: Command, catalogue_file: Path, tmp_path: Path) -> None:
    fairfinder("import", catalogue_file)
    fairfinder("backup", tmp_path / "saved")

    with pytest.raises(Conflict, match="holds a catalogue already"):
        fairfinder("restore", tmp_path / "saved")


def test_a_folder_that_is_no_backup_is_not_restored(fairfinder: Command, tmp_path: Path) -> None:
    (tmp_path / "holiday").mkdir()

    with pytest.raises(Invalid, match="is not a backup"):
        fairfinder("restore", tmp_path / "holiday")


def test_a_backup_never_overwrites(fairfinder: Command, tmp_path: Path) -> None:
    with pytest.raises(Conflict, match="exists already"):
        fairfinder("backup", tmp_path)


def test_a_check_finds_an_index_that_lacks_records(
    fairfinder: Command, catalogue_file: Path, data_dir: Path, tmp_path: Path
) -> None:
    fairfinder("import", catalogue_file)
    fairfinder("backup", tmp_path / "saved")
    (data_dir / "index").rename(tmp_path / "three")
    fairfinder("import", write_datasets(catalogue_file, "four"))
    for file in (data_dir / "index").rglob("*"):
        file.unlink() if file.is_file() else None
    for file in (tmp_path / "three").rglob("*"):
        if file.is_file():
            target = data_dir / "index" / file.relative_to(tmp_path / "three")
            target.parent.mkdir(parents=True, exist_ok=True)
            file.rename(target)

    result = fairfinder("check")

    assert result.exit_code == 1
    assert "FAIL index: 3 of 4 records are indexed" in result.output
    assert "fairfinder reindex" in result.output


def test_reindexing_puts_an_index_right(fairfinder: Command, catalogue_file: Path) -> None:
    fairfinder("import", catalogue_file)

    assert "built anew: 3 records" in fairfinder("reindex").output
    assert fairfinder("check").exit_code == 0


def test_another_base_url_than_the_first_is_refused(data_dir: Path) -> None:
    open_catalogue(Settings(data_dir=data_dir, base_url="https://one.example")).close()

    ended = subprocess.run(
        [sys.executable, "-m", "web.cli", "harvest", "list"],
        env={
            "FAIRFINDER_DATA_DIR": str(data_dir),
            "FAIRFINDER_BASE_URL": "https://two.example",
            "PATH": "",
        },
        capture_output=True,
        text=True,
        check=False,
    )

    assert ended.returncode == 1
    assert "were made for the address https://one.example" in ended.stderr
    assert "Traceback" not in ended.stderr


def test_the_command_starts_without_what_few_of_its_commands_need() -> None:
    slow = {"fastapi", "starlette", "jinja2", "openpyxl", "numpy", "pyld", "rdflib", "duckdb", "alembic"}
    code = f"import sys, web.cli; print(*sorted({slow} & set(sys.modules)))"

    started = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)

    assert started.stdout.split() == []
