"""A run that was cut off goes on at its last stored page, and a run reads only what it has to."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from catalogue.catalogue import Catalogue
from catalogue.errors import Unavailable
from catalogue.ingest import OFTEN, Begin, Beginning
from catalogue.ledger import GONE, MISSING, PRESENT, Waiting
from catalogue.records import (
    Changes,
    Declared,
    Harvested,
    Incomplete,
    Noted,
    Reached,
    Rejected,
    Unchanged,
    Withdrawn,
)
from catalogue.runs import COMPLETE, FAILED, INTERRUPTED, PARTIAL
from catalogue.sources import ASK, KEEP, Source
from tests.core.harvests import SOURCE, Clock, Crash, counts, id_of, on_disk, record, records, then, total
from tests.counting import asked_of
from tests.ledger.entries import entry

PAGE = 3


def subject(name: object) -> str:
    return f"https://publisher.example/{name}"


class Feed:
    """A source of numbered records in slow pages that can be cut off; it remembers how it was asked."""

    def __init__(self, clock: Clock, size: int, crash_at: int = -1) -> None:
        self.clock = clock
        self.size = size
        self.crash_at = crash_at
        self.asked: list[Beginning] = []

    def __call__(self, beginning: Beginning) -> Iterator[Harvested]:
        self.asked.append(beginning)
        yield Declared(self.size)
        for number in range(int(beginning.cursor or 0), self.size):
            if number == self.crash_at:
                raise Crash
            if number % 5 == 4:
                yield Rejected("https://feed.example/", subject(number), "It is torn.", b"<torn>")
            else:
                yield record(str(number))
            if number % PAGE == PAGE - 1:
                self.clock.move(seconds=OFTEN.total_seconds())
                yield Reached(str(number + 1))
        yield Noted("etag", "one")


def keep(catalogue: Catalogue, **more: object) -> None:
    source = Source(SOURCE, "dcat", "https://feed.example/", catalogue.now(), **more)  # type: ignore[arg-type]
    catalogue.ledger.sources.add(source)


def begins(*items: Harvested) -> Begin:
    return lambda _: items


@pytest.mark.parametrize("crash_at", [1, 3, 10, 19])
def test_a_run_that_was_cut_off_goes_on_at_the_last_stored_page(
    tmp_path: Path, clock: Clock, crash_at: int
) -> None:
    catalogue = on_disk(tmp_path, clock)
    keep(catalogue)
    with pytest.raises(Crash):
        catalogue.harvest(SOURCE, Feed(clock, 20, crash_at))
    catalogue.close()
    clock.move(minutes=10)

    again = on_disk(tmp_path, clock)
    feed = Feed(clock, 20)
    run = again.harvest(SOURCE, feed)

    stored = crash_at // PAGE * PAGE
    assert feed.asked == [Beginning(str(stored) if stored else "")]
    assert run.state == COMPLETE
    assert counts(run) == (16, 0, 0, 4)
    assert len(again.ledger.runs.rejected(run.id)) == 4
    assert run.resumed == (1 if stored else 0)
    assert (again.ledger.count(), total(again)) == (16, 16)
    assert again.harvest(SOURCE, Feed(clock, 20)).unchanged == 16
    again.close()


def test_a_run_that_was_cut_off_is_shown_as_such_and_given_up_after_a_day(
    tmp_path: Path, clock: Clock
) -> None:
    catalogue = on_disk(tmp_path, clock)
    keep(catalogue)
    with pytest.raises(Crash):
        catalogue.harvest(SOURCE, Feed(clock, 20, 10))
    catalogue.close()

    again = on_disk(tmp_path, clock)
    assert again.ledger.runs.newest()[0].state == INTERRUPTED
    clock.move(hours=25)
    feed = Feed(clock, 20)
    run = again.harvest(SOURCE, feed)

    assert feed.asked[0].cursor == ""
    assert [one.state for one in again.ledger.runs.newest()] == [COMPLETE, FAILED]
    assert run.resumed == 0
    again.close()


def test_what_a_run_could_not_have_before_it_was_cut_off_keeps_it_from_being_complete(
    tmp_path: Path, clock: Clock
) -> None:
    def broken(_: Beginning) -> Iterator[Harvested]:
        yield record("a")
        yield Incomplete("Page 2 could not be had.")
        clock.move(seconds=OFTEN.total_seconds())
        yield Reached("3")
        raise Crash

    catalogue = on_disk(tmp_path, clock)
    keep(catalogue)
    with pytest.raises(Crash):
        catalogue.harvest(SOURCE, broken)
    catalogue.close()

    again = on_disk(tmp_path, clock)
    run = again.harvest(SOURCE, begins(record("b")))

    assert (run.state, run.message, run.resumed) == (PARTIAL, "Page 2 could not be had.", 1)
    again.close()


def test_a_run_with_a_part_missing_is_partial_and_sweeps_nothing(timed: Catalogue) -> None:
    keep(timed)
    timed.ingest(SOURCE, records("ab"))

    run = timed.harvest(SOURCE, begins(record("a"), Incomplete("Page 2 answered 500."), record("c")))

    assert (run.state, run.message, run.missing) == (PARTIAL, "Page 2 answered 500.", 0)
    assert total(timed) == 3
    assert timed.ledger.sources.standing(SOURCE).failures == 1


def test_only_what_changed_comes_and_nothing_absent_is_missing(timed: Catalogue, clock: Clock) -> None:
    keep(timed)
    timed.harvest(SOURCE, begins(*records("abc"), Noted("since", "monday")))
    clock.move(days=1)
    asked: list[Beginning] = []

    def changes(beginning: Beginning) -> Iterable[Harvested]:
        asked.append(beginning)
        return [Changes(), record("b", "New"), Noted("since", "tuesday")]

    run = timed.harvest(SOURCE, changes)

    assert asked == [Beginning("", {"since": "monday"})]
    assert (run.whole, run.changed, run.missing, run.state) == (False, 1, 0, COMPLETE)
    standing = timed.ledger.sources.standing(SOURCE)
    assert standing.remembered == {"since": "tuesday"}
    assert standing.last_full == clock.moment.replace(day=1)


def test_everything_is_read_again_after_a_week_or_when_it_is_asked_for(
    timed: Catalogue, clock: Clock
) -> None:
    keep(timed)
    feed = Feed(clock, 3)
    timed.harvest(SOURCE, feed)
    clock.move(days=1)
    timed.harvest(SOURCE, feed)
    timed.ledger.sources.ask_all(SOURCE)
    timed.harvest(SOURCE, feed)
    clock.move(days=8)
    timed.harvest(SOURCE, feed)

    assert [bool(one.remembered) for one in feed.asked] == [False, True, False, False]


def test_a_run_that_is_not_complete_is_not_what_the_next_begins_from(timed: Catalogue) -> None:
    keep(timed)
    timed.harvest(SOURCE, begins(record("a"), Noted("since", "monday")))

    items = then([record("b"), Noted("since", "tuesday")], Unavailable("It broke off."))
    timed.harvest(SOURCE, lambda _: items)

    assert timed.ledger.sources.standing(SOURCE).remembered == {"since": "monday"}


def test_what_is_listed_as_unchanged_is_seen_and_the_rest_is_missing(timed: Catalogue) -> None:
    keep(timed)
    timed.ingest(SOURCE, records("abc"))

    run = timed.harvest(SOURCE, begins(Unchanged((subject("a"), subject("b")))))

    assert (run.unchanged, run.missing) == (2, 1)
    assert timed.ledger.entry(id_of("c")).state == MISSING
    assert not timed.ledger.sources.standing(SOURCE).full_due


def test_something_unchanged_that_is_not_held_asks_for_everything(timed: Catalogue) -> None:
    keep(timed)
    timed.ingest(SOURCE, [*records("ab"), Rejected("https://feed.example/", subject("torn"), "Torn.")])

    timed.harvest(SOURCE, begins(Unchanged((subject("a"), subject("b"), subject("torn")))))
    assert not timed.ledger.sources.standing(SOURCE).full_due
    timed.harvest(SOURCE, begins(Unchanged((subject("a"), subject("b"), subject("stranger")))))

    assert timed.ledger.sources.standing(SOURCE).full_due


def test_what_the_source_says_it_took_away_goes_at_once(timed: Catalogue) -> None:
    keep(timed)
    timed.ingest(SOURCE, records("abc"))

    run = timed.harvest(SOURCE, begins(Changes(), Withdrawn(subject("b")), Withdrawn(subject("never there"))))

    assert (run.gone, run.missing) == (1, 0)
    assert timed.ledger.entry(id_of("b")).state == GONE
    assert total(timed) == 2


def test_what_is_taken_away_and_put_back_in_one_run_stays(timed: Catalogue) -> None:
    keep(timed)
    timed.ingest(SOURCE, records("ab"))

    run = timed.harvest(SOURCE, begins(Withdrawn(subject("b")), record("b"), record("a")))

    assert (run.gone, run.unchanged) == (0, 2)
    assert timed.ledger.entry(id_of("b")).state == PRESENT


def test_many_withdrawals_by_the_source_wait_for_a_person(timed: Catalogue) -> None:
    keep(timed)
    timed.ingest(SOURCE, records(range(30)))

    run = timed.harvest(SOURCE, begins(Changes(), *(Withdrawn(subject(number)) for number in range(20))))

    assert (run.gone, run.withheld) == (0, 20)
    assert "look at the source first" in run.message
    assert total(timed) == 30
    assert len(timed.ledger.leaving(SOURCE)) == 20


def test_a_person_approves_or_dismisses_what_was_held_back(timed: Catalogue) -> None:
    keep(timed)
    timed.ingest(SOURCE, records(range(30)))
    run = timed.harvest(SOURCE, begins(Changes(), *(Withdrawn(subject(number)) for number in range(20))))

    with pytest.raises(Exception, match="30 records"):
        timed.approve(SOURCE, run.id, 30)
    assert timed.approve(SOURCE, run.id, 20) == 20

    assert total(timed) == 10
    assert timed.approve(SOURCE, run.id, 0) == 0


def test_what_was_dismissed_stays_and_may_go_missing_anew(timed: Catalogue) -> None:
    keep(timed)
    timed.ingest(SOURCE, records(range(30)))
    run = timed.harvest(SOURCE, begins(Changes(), *(Withdrawn(subject(number)) for number in range(20))))

    assert timed.dismiss(SOURCE, run.id, 20) == 20

    assert timed.ledger.leaving(SOURCE) == ()
    assert total(timed) == 30


@pytest.mark.parametrize("decide", [Catalogue.approve, Catalogue.dismiss])
def test_a_decision_on_very_many_records_reads_some_at_a_time_and_leaves_those_of_later_runs(
    timed: Catalogue, decide: Callable[[Catalogue, str, int, int], int]
) -> None:
    waiting = [replace(entry(f"{number:05}"), leaving=1 + number % 2) for number in range(6_001)]
    keep(timed)
    with timed.ledger.leases.source(SOURCE) as hold:
        timed.ledger.settle(hold, waiting)

    with asked_of(timed.ledger) as asked:
        assert decide(timed, SOURCE, 1, 3_001) == 3_001

    assert asked.most < 3_001
    assert timed.ledger.waiting(SOURCE) == Waiting(3_000, 2)


def test_what_comes_back_while_it_is_held_back_is_no_longer_to_go(timed: Catalogue) -> None:
    keep(timed)
    timed.ingest(SOURCE, records(range(30)))
    timed.harvest(SOURCE, begins(Changes(), *(Withdrawn(subject(number)) for number in range(20))))

    timed.ingest(SOURCE, records(range(30)))

    assert timed.ledger.leaving(SOURCE) == ()


@pytest.mark.parametrize(("deletion", "held", "state"), [(ASK, 1, PRESENT), (KEEP, 0, MISSING)])
def test_the_policy_of_a_source_decides_what_may_go(
    timed: Catalogue, deletion: str, held: int, state: str
) -> None:
    keep(timed, deletion=deletion)
    timed.ingest(SOURCE, records("abc"))

    run = timed.harvest(SOURCE, begins(Changes(), Withdrawn(subject("b"))))

    assert (run.gone, run.withheld) == (0, held)
    assert timed.ledger.entry(id_of("b")).state == state
    assert total(timed) == 3


def test_an_address_that_answers_that_the_record_is_gone_lets_it_go_at_once(timed: Catalogue) -> None:
    keep(timed)
    page = "https://feed.example/pages/b"
    timed.ingest(SOURCE, [record("a"), record("b", origin=page), record("c")])
    probed: list[str] = []

    def probe(address: str) -> bool:
        probed.append(address)
        return address == page

    run = timed.harvest(SOURCE, begins(record("a")), probe=probe)

    assert (run.gone, run.missing) == (1, 1)
    assert timed.ledger.entry(id_of("b")).state == GONE
    assert timed.ledger.entry(id_of("c")).state == MISSING
    assert page in probed


def test_an_outage_of_many_addresses_lets_nothing_go(timed: Catalogue) -> None:
    keep(timed)
    timed.ingest(SOURCE, records(range(30)))

    run = timed.harvest(SOURCE, begins(*records(range(15))), probe=lambda _: True)

    assert (run.gone, run.missing) == (0, 15)


def test_a_source_that_fails_is_counted_until_it_is_well_again(timed: Catalogue) -> None:
    keep(timed)
    fails = then([], Unavailable("It is away."))

    timed.harvest(SOURCE, lambda _: fails)
    timed.harvest(SOURCE, lambda _: then([], Unavailable("It is away.")))
    assert timed.ledger.sources.standing(SOURCE).failures == 2
    timed.harvest(SOURCE, begins(record("a")))

    assert timed.ledger.sources.standing(SOURCE).failures == 0


def test_each_property_tells_which_run_brought_it(timed: Catalogue, clock: Clock) -> None:
    keep(timed)
    first = timed.ingest(SOURCE, [record("a", "One")])
    clock.move(days=1)
    second = timed.ingest(SOURCE, [record("a", "Two")])
    clock.move(days=1)
    timed.ingest(SOURCE, [record("a", "Two")])

    envelope = timed.record(id_of("a")).envelope
    by_run = {p.value.rpartition("/")[2]: brought.run for p, brought in envelope.history.items()}

    assert envelope.run == second.id
    assert by_run["dcat#distribution"] == first.id
    assert "title" not in by_run


def test_a_run_goes_into_the_store_as_an_activity(timed: Catalogue) -> None:
    keep(timed)
    run = timed.ingest(SOURCE, [record("a")])

    names = {name.value for name in timed.store.graphs()}

    assert f"{timed.base}/run/{run.id}" in names


def test_a_source_that_is_deleted_takes_its_records_with_it_or_leaves_them(timed: Catalogue) -> None:
    keep(timed)
    timed.ingest(SOURCE, records("ab"))
    timed.forget_source(SOURCE, withdraw=False)

    assert total(timed) == 2
    assert timed.ledger.sources.named(SOURCE).url == ""
    keep(timed)
    assert timed.ingest(SOURCE, records("ab")).unchanged == 2

    timed.forget_source(SOURCE, withdraw=True)
    assert total(timed) == 0
    assert timed.ledger.entry(id_of("a")).state == GONE
    keep(timed)
    assert timed.ingest(SOURCE, records("ab")).changed == 2
    assert total(timed) == 2
