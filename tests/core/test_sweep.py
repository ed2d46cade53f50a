"""Missing is not deleted: what is no longer seen goes slowly, and what comes back is back."""

import sqlite3
from dataclasses import replace

import pytest

from catalogue.catalogue import Catalogue
from catalogue.errors import Gone, Invalid, Unavailable
from catalogue.ledger import GONE, MISSING, PRESENT
from catalogue.records import Declared, Rejected
from catalogue.runs import COMPLETE, FAILED, PARTIAL
from tests.core.harvests import ORIGIN, SOURCE, Clock, id_of, record, records, then, total


def state(catalogue: Catalogue, name: str) -> str:
    return catalogue.ledger.entry(id_of(name)).state


def miss(catalogue: Catalogue, clock: Clock, names: str, runs: int = 3, days: float = 4) -> None:
    """Runs that see only these records, some days apart."""
    for _ in range(runs):
        clock.move(days=days)
        catalogue.ingest(SOURCE, records(names))


def test_a_record_that_is_not_seen_is_missing_and_still_found(timed: Catalogue) -> None:
    timed.ingest(SOURCE, records("ab"))

    run = timed.ingest(SOURCE, records("a"))

    assert (run.missing, run.gone) == (1, 0)
    assert state(timed, "b") == MISSING
    assert total(timed) == 2
    assert timed.record(id_of("b")).entity.text("title") == "Register b"


def test_a_record_goes_after_three_runs_and_seven_days(timed: Catalogue, clock: Clock) -> None:
    timed.ingest(SOURCE, records("ab"))
    miss(timed, clock, "a")

    assert state(timed, "b") == GONE
    assert total(timed) == 1
    kept = timed.record(id_of("a")).envelope.record
    assert timed.store.read([kept])[kept]
    assert len([graph for graph in timed.store.graphs() if "/record/" in graph.value]) == 1


@pytest.mark.parametrize(("runs", "days"), [(2, 30), (30, 0.2), (3, 2)])
def test_neither_runs_nor_days_alone_are_enough(
    timed: Catalogue, clock: Clock, runs: int, days: float
) -> None:
    timed.ingest(SOURCE, records("ab"))

    miss(timed, clock, "a", runs, days)

    assert state(timed, "b") == MISSING
    assert total(timed) == 2


def test_what_is_gone_has_a_tombstone(timed: Catalogue, clock: Clock) -> None:
    timed.ingest(SOURCE, [record("a"), record("b", "The lost register")])
    miss(timed, clock, "a")

    with pytest.raises(Gone, match="The lost register") as caught:
        timed.record(id_of("b"))

    assert (caught.value.source, caught.value.since) == (SOURCE, clock())


def test_a_record_that_comes_back_while_missing_is_as_if_never_away(timed: Catalogue, clock: Clock) -> None:
    timed.ingest(SOURCE, records("ab"))
    miss(timed, clock, "a", runs=2)

    run = timed.ingest(SOURCE, records("ab"))
    miss(timed, clock, "a", runs=2)

    assert run.unchanged == 2
    assert state(timed, "b") == MISSING
    assert timed.ledger.entry(id_of("b")).missed == 2


def test_a_record_that_comes_back_after_it_was_gone_is_found_again(timed: Catalogue, clock: Clock) -> None:
    timed.ingest(SOURCE, records("ab"))
    first = timed.record(id_of("b")).envelope
    miss(timed, clock, "a")

    timed.ingest(SOURCE, records("ab"))

    again = timed.record(id_of("b"))
    assert state(timed, "b") == PRESENT
    assert total(timed, "register b") >= 1
    assert (again.envelope.issued, again.envelope.digest) == (first.issued, first.digest)


@pytest.mark.parametrize("error", [Unavailable("No answer."), Invalid("Torn.")])
def test_a_failed_or_partial_run_marks_and_withdraws_nothing(
    timed: Catalogue, clock: Clock, error: Exception
) -> None:
    timed.ingest(SOURCE, records("abc"))

    for items in (records("a"), []):
        for _ in range(4):
            clock.move(days=10)
            run = timed.ingest(SOURCE, then(items, error))

    assert run.state == FAILED
    assert [state(timed, name) for name in "abc"] == [PRESENT] * 3


def test_a_run_short_of_the_declared_total_marks_nothing(timed: Catalogue) -> None:
    timed.ingest(SOURCE, records("abc"))

    run = timed.ingest(SOURCE, [record("a"), Declared(3)])

    assert run.state == PARTIAL
    assert state(timed, "b") == PRESENT


def test_an_import_of_some_files_never_sweeps(timed: Catalogue, clock: Clock) -> None:
    timed.ingest(SOURCE, records("abc"), whole=False)

    for _ in range(5):
        clock.move(days=10)
        run = timed.ingest(SOURCE, records("a"), whole=False)

    assert (run.state, run.missing, run.gone) == (COMPLETE, 0, 0)
    assert state(timed, "b") == PRESENT


def test_the_brake_holds_when_more_than_a_fifth_would_go(timed: Catalogue, clock: Clock) -> None:
    timed.ingest(SOURCE, records(range(50)))

    for _ in range(4):
        clock.move(days=4)
        run = timed.ingest(SOURCE, records(range(39)))

    assert (run.state, run.gone, run.missing) == (COMPLETE, 0, 11)
    assert "11 records" in run.message
    assert "look at the source first" in run.message
    assert run.withheld == 11
    assert total(timed) == 50


def test_the_brake_lets_a_fifth_and_ten_go(timed: Catalogue, clock: Clock) -> None:
    timed.ingest(SOURCE, records(range(50)))

    for _ in range(3):
        clock.move(days=4)
        run = timed.ingest(SOURCE, records(range(40)))

    assert (run.gone, run.message) == (10, "")
    assert total(timed) == 40


def test_an_empty_source_that_answers_well_takes_nothing_away(timed: Catalogue, clock: Clock) -> None:
    timed.ingest(SOURCE, records(range(30)))

    for _ in range(6):
        clock.move(days=10)
        run = timed.ingest(SOURCE, [])

    assert run.gone == 0
    assert total(timed) == 30


def test_only_the_source_that_was_harvested_is_swept(timed: Catalogue, clock: Clock) -> None:
    timed.ingest("south", records("z"))

    miss(timed, clock, "a", runs=5)

    assert timed.ledger.entry(id_of("z", "south")).state == PRESENT


@pytest.mark.parametrize("place", ["https://publisher.example/b", "https://publisher.example/b (line 12)"])
def test_a_record_that_can_no_longer_be_read_is_not_missing(
    timed: Catalogue, clock: Clock, place: str
) -> None:
    timed.ingest(SOURCE, records("ab"))

    for _ in range(4):
        clock.move(days=4)
        timed.ingest(SOURCE, [record("a"), Rejected(ORIGIN, place, "Torn.")])

    assert state(timed, "b") == PRESENT


def test_a_run_with_a_fault_that_could_be_any_record_marks_nothing(timed: Catalogue) -> None:
    timed.ingest(SOURCE, records("ab"))

    timed.ingest(SOURCE, [record("a"), Rejected(ORIGIN, "line 7", "Torn.")])

    assert state(timed, "b") == PRESENT


def test_very_many_records_may_go_missing_at_once(timed: Catalogue) -> None:
    timed.ingest(SOURCE, records("a"))
    entry = replace(timed.ledger.entry(id_of("a")), state=MISSING)
    few, many = 50, 200
    connection = timed.ledger.database.engine.raw_connection().driver_connection
    assert isinstance(connection, sqlite3.Connection)
    connection.setlimit(sqlite3.SQLITE_LIMIT_VARIABLE_NUMBER, few)

    with timed.ledger.leases.source(SOURCE) as hold:
        timed.ledger.settle(hold, (replace(entry, id=f"id{n}") for n in range(many)))

    assert timed.ledger.count(SOURCE) == many + 1
