"""A database that does not answer is told in words, without its password, and found again when it is back."""

import stat
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest
import sqlalchemy as sql

from catalogue.database import Database
from catalogue.errors import Invalid, Unavailable
from catalogue.ledger import Ledger
from catalogue.runs import COMPLETE, FAILED, PARTIAL
from catalogue.settings import Settings
from tests.core.harvests import Clock, in_memory, record, records, total
from tests.ledger.entries import entries
from tests.servers import NotToBeHad, Own

pytestmark = pytest.mark.servers


@pytest.fixture
def server(tmp_path: Path) -> Iterator[Own]:
    """A PostgreSQL of one's own, to be killed."""
    try:
        own = Own("postgresql", tmp_path / "postgresql")
    except NotToBeHad as why:
        pytest.skip(str(why))
    with own:
        yield own


def _told(error: pytest.ExceptionInfo[Unavailable]) -> None:
    """It names the setting and the server, and nothing that is secret."""
    assert str(error.value) == "The ledger does not answer."
    assert "FAIRFINDER_LEDGER_URL" in error.value.detail
    assert "127.0.0.1" in error.value.detail
    assert "right-password" not in error.value.detail


def _sockets() -> int:
    """How many sockets this process has open."""
    count = 0
    for number in Path("/proc/self/fd").iterdir():
        with suppress(OSError):  # the listing's own
            count += stat.S_ISSOCK(number.stat().st_mode)
    return count


def test_a_server_that_ends_in_the_middle_of_a_transaction_leaves_no_connection_open(server: Own) -> None:
    before = _sockets()
    database = Database(server.running.urls["sql"])

    with pytest.raises(Unavailable) as told, database.writing() as db:
        db.execute(sql.text("SELECT 1"))
        assert _sockets() == before + 1
        server.kill()
        db.execute(sql.text("SELECT 2"))

    _told(told)
    assert _sockets() == before


def test_a_server_that_ended_is_told_and_found_again(server: Own) -> None:
    ledger = Ledger(server.running.urls["sql"])
    with ledger.leases.source("north") as hold:
        ledger.settle(hold, entries("a"))
        server.kill()

        with pytest.raises(Unavailable) as told:
            ledger.count()
        _told(told)
        with pytest.raises(Unavailable) as told:
            ledger.settle(hold, entries("b"))
        _told(told)

        server.start()
        ledger.settle(hold, entries("c"))

    assert [one.id for one in ledger.page()] == ["a", "c"]
    ledger.close()


def test_a_server_that_is_started_anew_between_two_questions_is_not_noticed(server: Own) -> None:
    ledger = Ledger(server.running.urls["sql"])
    ledger.count()
    server.kill()
    server.start()

    assert ledger.count() == 0
    ledger.close()


def test_a_server_that_is_not_there_is_told_at_the_start(server: Own) -> None:
    server.kill()

    with pytest.raises(Unavailable) as told:
        Ledger(server.running.urls["sql"])

    _told(told)


def test_a_wrong_password_is_told(server: Own) -> None:
    with pytest.raises(Unavailable) as told:
        Ledger(server.running.urls["sql"].replace("right-password", "wrong-secret"))

    assert "password" in told.value.detail
    assert "FAIRFINDER_LEDGER_URL" in told.value.detail
    assert "wrong-secret" not in told.value.whole


def test_a_database_that_is_not_there_is_told(server: Own) -> None:
    with pytest.raises(Unavailable) as told:
        Ledger(server.running.urls["sql"].rpartition("/")[0] + "/nowhere")

    assert "nowhere" in told.value.detail


def test_a_run_whose_ledger_restarts_ends_and_the_next_one_mends_it(server: Own, clock: Clock) -> None:
    catalogue = in_memory(clock)
    catalogue.ledger = Ledger(server.running.urls["sql"], now=clock)
    catalogue.ingest("north", records("ab"))

    def interrupted() -> Iterator[object]:
        yield from records(range(4_100))
        server.kill()
        yield record("c")
        server.start()

    run = catalogue.ingest("north", interrupted())  # type: ignore[arg-type]
    again = catalogue.ingest("north", [*records("ab"), *records(range(4_100)), record("c")])

    assert run.state in (FAILED, PARTIAL, COMPLETE)  # as what was being written when it went was settled
    assert again.state == COMPLETE
    assert catalogue.ledger.count() == total(catalogue) == 4_103
    assert catalogue.ledger.unfinished() == ()
    catalogue.close()


def test_a_run_whose_ledger_stays_away_raises_and_the_next_one_mends_it(server: Own, clock: Clock) -> None:
    catalogue = in_memory(clock)
    catalogue.ledger = Ledger(server.running.urls["sql"], now=clock)

    def interrupted() -> Iterator[object]:
        yield record("a")
        server.kill()

    with pytest.raises(Unavailable):
        catalogue.ingest("north", interrupted())  # type: ignore[arg-type]
    server.start()
    clock.move(seconds=61)
    again = catalogue.ingest("north", [record("a")])

    assert [run.state for run in catalogue.ledger.runs.newest()] == [COMPLETE, FAILED]
    assert (again.new, total(catalogue)) == (1, 1)
    catalogue.close()


@pytest.mark.parametrize("url", ["mysql://x/y", "postgresql://h/d?application_name=x", "no address", "//"])
def test_an_address_of_no_use_is_told(url: str) -> None:
    with pytest.raises(Invalid, match="FAIRFINDER_LEDGER_URL"):
        Ledger(url)


def test_the_password_is_not_shown_with_the_settings() -> None:
    settings = Settings(ledger_url="postgresql://me:hunter2@host/db", jobs_url="redis://:hunter2@host")  # type: ignore[arg-type]

    assert "hunter2" not in repr(settings)
