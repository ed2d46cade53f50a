"""Who may write when: one run a source at a time, and none while the index is built anew."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from catalogue.bootstrap import open_catalogue
from catalogue.catalogue import Catalogue
from catalogue.errors import Conflict
from catalogue.records import Harvested
from catalogue.runs import COMPLETE, FAILED
from catalogue.settings import Settings
from catalogue.tables import RUNNING
from tests.core.harvests import SOURCE, Clock, record, records, total
from tests.ledger import places


def during(timed: Catalogue, act: object) -> Iterator[Harvested]:
    """A harvest in the middle of which something else is tried."""
    yield record("a")
    assert callable(act)
    act()
    yield record("b")


def test_a_source_is_harvested_once_at_a_time(timed: Catalogue) -> None:
    def again() -> None:
        with pytest.raises(Conflict, match="“north” is held by process"):
            timed.ingest(SOURCE, records("z"))

    run = timed.ingest(SOURCE, during(timed, again))

    assert (run.state, run.new, len(timed.ledger.runs.newest())) == (COMPLETE, 2, 1)


def test_another_source_is_harvested_beside(timed: Catalogue) -> None:
    run = timed.ingest(SOURCE, during(timed, lambda: timed.ingest("south", records("z"))))

    assert run.state == COMPLETE
    assert total(timed) == 3


def test_neither_index_nor_backup_is_made_while_a_source_is_written(timed: Catalogue) -> None:
    def others() -> None:
        with pytest.raises(Conflict, match="“north” is held by"):
            timed.reindex()
        with pytest.raises(Conflict, match="“north” is held by"), timed.paused():
            pass

    assert timed.ingest(SOURCE, during(timed, others)).state == COMPLETE
    assert timed.reindex() == 2


def test_no_source_is_written_while_all_is_paused(timed: Catalogue) -> None:
    with timed.paused(), pytest.raises(Conflict, match="Try again when that has finished"):
        timed.ingest(SOURCE, records("a"))

    assert timed.ledger.runs.newest() == ()


def test_what_is_going_on_is_not_recovered(timed: Catalogue) -> None:
    run = timed.ingest(SOURCE, during(timed, timed.recover))

    assert run.state == COMPLETE


def test_a_run_whose_time_is_over_stops_and_the_next_one_closes_it(timed: Catalogue, clock: Clock) -> None:
    with pytest.raises(Conflict, match="no longer held by this process"):
        timed.ingest(SOURCE, during(timed, lambda: clock.move(days=2)))
    left = timed.ledger.runs.newest()[0].state, total(timed)

    timed.ingest(SOURCE, records("ab"))

    assert left == (RUNNING, 0)
    assert [run.state for run in timed.ledger.runs.newest()] == [COMPLETE, FAILED]


@pytest.mark.servers
def test_a_catalogue_may_have_its_ledger_on_postgresql(tmp_path: Path, clock: Clock) -> None:
    settings = Settings(data_dir=tmp_path, ledger_url=places.postgresql())  # type: ignore[arg-type]
    catalogue = open_catalogue(settings, now=clock)
    catalogue.ingest(SOURCE, records("ab"))
    catalogue.ledger.leases.acquire("source north")
    catalogue.close()

    again = open_catalogue(settings, now=clock)

    assert again.ingest(SOURCE, records("ab")).unchanged == 2
    assert not (tmp_path / "ledger.sqlite").exists()
    again.close()
    places.drop()
