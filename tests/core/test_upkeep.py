"""A backup is whole or not there, and a restore takes nothing else for a part of it."""

from pathlib import Path

import pytest

from catalogue.catalogue import Catalogue
from catalogue.errors import Conflict, Invalid
from catalogue.upkeep import backup, restore
from tests.core.harvests import SOURCE, Clock, on_disk, records, total


@pytest.fixture
def saved(tmp_path: Path, clock: Clock) -> Path:
    """A backup of two records."""
    catalogue = on_disk(tmp_path / "data", clock)
    catalogue.ingest(SOURCE, records("ab"))
    backup(catalogue, tmp_path / "saved")
    catalogue.close()
    return tmp_path / "saved"


def test_a_restored_catalogue_is_as_it_was(saved: Path, tmp_path: Path, clock: Clock) -> None:
    restore(saved, tmp_path / "other")

    again = on_disk(tmp_path / "other", clock)
    assert (total(again), again.ledger.count(SOURCE)) == (2, 2)
    again.close()


def test_a_backup_that_cannot_be_made_leaves_no_folder(timed: Catalogue, tmp_path: Path) -> None:
    with timed.ledger.leases.source(SOURCE), pytest.raises(Conflict, match="Try again"):
        backup(timed, tmp_path / "saved")

    assert not (tmp_path / "saved").exists()


@pytest.mark.parametrize(
    "left", ["store", "ledger.sqlite", "ledger.sqlite-wal", "ledger.sqlite-shm", "index"]
)
def test_nothing_is_restored_beside_what_is_left_of_another_catalogue(
    saved: Path, tmp_path: Path, left: str
) -> None:
    (tmp_path / "other").mkdir()
    (tmp_path / "other" / left).touch()

    with pytest.raises(Conflict, match=left):
        restore(saved, tmp_path / "other")

    assert [file.name for file in (tmp_path / "other").iterdir()] == [left]


def test_a_folder_without_a_manifest_is_no_backup(saved: Path, tmp_path: Path) -> None:
    (saved / "manifest.json").unlink()

    with pytest.raises(Invalid, match="is not a backup"):
        restore(saved, tmp_path / "other")
