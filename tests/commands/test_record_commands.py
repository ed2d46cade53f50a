"""What the command line promises about records that are taken for descriptions of the same dataset."""

from pathlib import Path

import pytest

from catalogue.bootstrap import open_ledger
from catalogue.errors import NotFound
from catalogue.records import record_id
from catalogue.settings import Settings
from tests.commands.conftest import Command, write_datasets

NORTH, SOUTH = (record_id(source, "https://example.org/one") for source in ("north", "south"))


@pytest.fixture
def twice(fairfinder: Command, tmp_path: Path) -> None:
    """The same dataset from two sources."""
    for source in ("north", "south"):
        fairfinder("import", write_datasets(tmp_path / f"{source}.ttl", "one"), "--name", source)


@pytest.mark.usefixtures("twice")
def test_a_record_can_be_set_apart_and_put_back(fairfinder: Command) -> None:
    apart = fairfinder("record", "apart", SOUTH)
    together = fairfinder("record", "together", SOUTH)

    assert f"{SOUTH} stands alone" in apart.output
    assert f"{SOUTH} is also described by {NORTH} (north)." in together.output


@pytest.mark.usefixtures("twice")
def test_it_stays_apart_when_it_comes_again(fairfinder: Command, tmp_path: Path) -> None:
    fairfinder("record", "apart", SOUTH)

    changed = write_datasets(tmp_path / "south.ttl", "one", note=" anew")
    fairfinder("import", changed, "--name", "south")

    assert f"{NORTH} is the only description." in fairfinder("record", "together", NORTH).output
    assert "ok" in fairfinder("check").output


@pytest.mark.usefixtures("twice")
def test_what_is_set_apart_and_put_back_by_hand_is_written_down(fairfinder: Command, data_dir: Path) -> None:
    fairfinder("record", "apart", SOUTH)
    fairfinder("record", "together", SOUTH)

    ledger = open_ledger(Settings(data_dir=data_dir))
    deeds = [(deed.who, deed.action, deed.detail) for deed in ledger.audit.newest(subject=SOUTH)]
    ledger.close()
    assert deeds == [
        ("command line", "join record", "Source one"),
        ("command line", "set record apart", "Source one"),
    ]


def test_what_there_is_not_cannot_be_set_apart(fairfinder: Command) -> None:
    with pytest.raises(NotFound):
        fairfinder("record", "apart", "nosuchrecord")
