"""Who holds a lease, and that nobody writes without."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest

from catalogue.errors import Conflict
from catalogue.leases import Hold
from catalogue.ledger import Ledger
from catalogue.runs import Quarantined, Run
from tests.core.harvests import Clock
from tests.ledger.conftest import Opened
from tests.ledger.entries import TIME, entries


def test_a_lease_is_held_once_and_who_has_it_is_told(ledger: Ledger) -> None:
    with ledger.leases.source("north"), pytest.raises(Conflict) as told:
        ledger.leases.acquire("source north")

    assert "The source “north” is held by process" in str(told.value)
    assert "since 2026-03-01 12:00:00 UTC" in str(told.value)
    assert "ends 2026-03-01 12:01:00 UTC" in str(told.value)


def test_a_lease_that_was_given_back_is_free(ledger: Ledger) -> None:
    for _ in range(2):
        with ledger.leases.source("north"):
            assert [lease.name for lease in ledger.leases.live()] == ["source north"]

    assert ledger.leases.live() == ()


def test_a_lease_is_given_back_when_its_holder_fails(ledger: Ledger) -> None:
    with pytest.raises(ZeroDivisionError), ledger.leases.source("north"):
        raise ZeroDivisionError

    assert ledger.leases.live() == ()


def test_a_lease_whose_time_is_over_is_free(ledger: Ledger, clock: Clock) -> None:
    first = ledger.leases.acquire("x")
    clock.move(seconds=60)

    second = ledger.leases.acquire("x")

    assert first.holder != second.holder
    with pytest.raises(Conflict, match="paused or cut off"):
        ledger.leases.renew(first)
    ledger.leases.release(first)
    ledger.leases.renew(second)


def test_a_lease_that_is_renewed_stays(ledger: Ledger, clock: Clock) -> None:
    hold = ledger.leases.acquire("x")
    for _ in range(3):
        clock.move(seconds=59)
        ledger.leases.renew(hold)

    with pytest.raises(Conflict):
        ledger.leases.acquire("x")
    hold.confirm()


def test_a_lease_whose_time_is_over_is_lost_though_nobody_took_it(ledger: Ledger, clock: Clock) -> None:
    hold = ledger.leases.acquire("x")
    clock.move(seconds=60)

    with pytest.raises(Conflict):
        hold.confirm()
    with pytest.raises(Conflict):
        ledger.leases.renew(hold)


def test_a_transaction_that_was_not_kept_does_not_prolong_a_lease(ledger: Ledger, clock: Clock) -> None:
    hold = ledger.leases.acquire("x")
    clock.move(seconds=50)

    with pytest.raises(ZeroDivisionError), ledger.leases.fenced(hold):
        raise ZeroDivisionError

    clock.move(seconds=10)
    with pytest.raises(Conflict):
        hold.confirm()


WRITES: list[Callable[[Ledger, Hold], object]] = [
    lambda ledger, hold: ledger.intend(hold, "a"),
    lambda ledger, hold: ledger.settle(hold, entries("a")),
    lambda ledger, hold: ledger.touch(hold, ["b"], 9),
    lambda ledger, hold: ledger.runs.end(hold, Run(1, "north", "complete", TIME)),
    lambda ledger, hold: ledger.runs.reject(hold, [Quarantined(1, "", "", "", b"")]),
    lambda ledger, hold: ledger.runs.give_up(hold, TIME),
]


@pytest.mark.parametrize("write", WRITES)
@pytest.mark.parametrize("taken", [False, True])
def test_who_lost_the_lease_writes_nothing(
    ledger: Ledger, clock: Clock, write: Callable[[Ledger, Hold], object], taken: bool
) -> None:
    hold = ledger.leases.acquire("source north")
    ledger.runs.start("north", TIME)
    ledger.settle(hold, entries("b"))
    clock.move(seconds=61)
    if taken:
        ledger.leases.acquire("source north")
    before = ledger.counts(), ledger.runs.newest(), ledger.page()

    with pytest.raises(Conflict, match="no longer held by this process"):
        write(ledger, hold)

    assert (ledger.counts(), ledger.runs.newest(), ledger.page()) == before


def test_nobody_writes_a_source_while_everything_is_held(ledger: Ledger) -> None:
    with ledger.leases.everything():
        with pytest.raises(Conflict, match="index is being built anew"), ledger.leases.source("north"):
            pass

        assert [lease.name for lease in ledger.leases.live()] == ["index"]


def test_everything_is_not_held_while_a_source_is_written(ledger: Ledger) -> None:
    with ledger.leases.source("north"), ledger.leases.source("south"):
        told = pytest.raises(Conflict, match=r"“north” is held by.*“south” is held by")
        with told, ledger.leases.everything():
            pass

        assert [lease.name for lease in ledger.leases.live()] == ["source north", "source south"]


def test_of_many_only_one_gets_a_lease(shared: Opened) -> None:
    ledgers = [shared() for _ in range(6)]

    def tries(ledger: Ledger) -> int:
        try:
            ledger.leases.acquire("x")
        except Conflict:
            return 0
        return 1

    with ThreadPoolExecutor(6) as pool:
        assert sum(pool.map(tries, ledgers)) == 1


def test_the_only_process_may_forget_all_leases(ledger: Ledger) -> None:
    ledger.leases.acquire("source north")

    ledger.leases.clear()

    ledger.leases.acquire("source north")
