"""Opening a data folder: one owner, one address, and an index that follows the store."""

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from catalogue.bootstrap import open_catalogue
from catalogue.errors import Conflict
from catalogue.ledger import Ledger
from catalogue.runs import COMPLETE, FAILED
from catalogue.settings import Settings
from catalogue.sources import Source
from tests.core.harvests import SOURCE, Clock, id_of, on_disk, record, records, total


def test_what_was_taken_in_is_there_after_opening_again(tmp_path: Path, clock: Clock) -> None:
    catalogue = on_disk(tmp_path, clock)
    catalogue.ingest(SOURCE, records("ab"))
    before = catalogue.record(id_of("a")).envelope
    catalogue.close()

    again = on_disk(tmp_path, clock)

    assert total(again) == 2
    assert again.record(id_of("a")).envelope == before
    assert again.ingest(SOURCE, records("ab")).unchanged == 2
    again.close()


def test_a_lost_index_is_built_again_from_the_store(tmp_path: Path, clock: Clock) -> None:
    catalogue = on_disk(tmp_path, clock)
    catalogue.ingest(SOURCE, records("ab"))
    catalogue.close()
    shutil.rmtree(tmp_path / "index")

    again = on_disk(tmp_path, clock)

    assert total(again, "register") == 2
    again.close()


def test_building_the_index_anew_changes_no_answer(tmp_path: Path, clock: Clock) -> None:
    catalogue = on_disk(tmp_path, clock)
    catalogue.ingest(SOURCE, records("abc"))

    assert catalogue.reindex() == 3

    assert total(catalogue, "register") == 3
    catalogue.close()


def test_a_second_process_is_told_who_has_the_catalogue(tmp_path: Path, clock: Clock) -> None:
    catalogue = on_disk(tmp_path, clock)
    code = (
        "import sys; from pathlib import Path; from catalogue.bootstrap import open_catalogue\n"
        "from catalogue.settings import Settings; from catalogue.errors import Conflict\n"
        "try: open_catalogue(Settings(data_dir=Path(sys.argv[1])))\n"
        "except Conflict as error: print(error)"
    )

    process = subprocess.run(
        [sys.executable, "-c", code, str(tmp_path)], capture_output=True, text=True, check=True
    )

    assert "is open in another process" in process.stdout
    catalogue.close()


def test_the_address_is_that_of_the_first_start(tmp_path: Path) -> None:
    first = open_catalogue(Settings(data_dir=tmp_path, base_url="https://cat.example/x/"))
    first.close()

    with pytest.raises(Conflict, match=r"https://cat\.example/x, not https://other"):
        open_catalogue(Settings(data_dir=tmp_path, base_url="https://other.example"))


def test_the_address_need_not_be_said_again(tmp_path: Path) -> None:
    open_catalogue(Settings(data_dir=tmp_path, base_url="https://cat.example")).close()

    again = open_catalogue(Settings(data_dir=tmp_path))

    assert again.base == "https://cat.example"
    again.close()


# --- the ledger


def test_a_run_that_was_cut_off_is_closed_at_the_next_start(clock: Clock, tmp_path: Path) -> None:
    settings = Settings(data_dir=tmp_path)
    first = open_catalogue(settings, now=clock)
    run = first.ledger.runs.start(SOURCE, clock())
    first.close()

    again = open_catalogue(settings, now=clock)

    closed = again.ledger.runs.run(run.id)
    assert (closed.state, closed.message, closed.ended) == (FAILED, "The run was interrupted.", clock())
    again.close()


def test_a_source_name_is_taken_once(clock: Clock) -> None:
    ledger = Ledger(None)
    source = Source("north", "dcat", "https://feed.example/", clock(), {"format": "turtle"})
    ledger.sources.add(source)

    with pytest.raises(Conflict, match="“north” already"):
        ledger.sources.add(source)

    assert ledger.sources.all() == (source,)


def test_times_come_back_aware_and_in_utc(tmp_path: Path, clock: Clock) -> None:
    catalogue = on_disk(tmp_path, clock)
    run = catalogue.ingest(SOURCE, [record("a")])

    kept = catalogue.ledger.runs.run(run.id)

    assert kept == run
    assert kept.state == COMPLETE
    assert kept.started.tzinfo is not None
    catalogue.close()


@pytest.mark.parametrize(
    ("name", "listed"),
    [("RECORD", "web/__init__.py,,\nweb/http.py,,\n"), ("RECORD", "web.py,,\n"), ("top_level.txt", "web\n")],
)
def test_another_installed_package_of_one_of_our_names_is_told(
    name: str, listed: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    installed = tmp_path / "other-1.0.dist-info"
    installed.mkdir()
    (installed / "METADATA").write_text("Metadata-Version: 2.1\nName: other\nVersion: 1.0\n", "utf-8")
    (installed / name).write_text(listed, "utf-8")
    monkeypatch.syspath_prepend(tmp_path)

    with pytest.raises(Conflict, match="package other also calls itself “web”"):
        open_catalogue(Settings(), in_memory=True)


def test_packages_whose_names_only_begin_like_ours_are_no_matter(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    installed = tmp_path / "other-1.0.dist-info"
    installed.mkdir()
    (installed / "METADATA").write_text("Metadata-Version: 2.1\nName: other\nVersion: 1.0\n", "utf-8")
    (installed / "RECORD").write_text("website/__init__.py,,\nother/web/__init__.py,,\n", "utf-8")
    monkeypatch.syspath_prepend(tmp_path)

    open_catalogue(Settings(), in_memory=True).close()
