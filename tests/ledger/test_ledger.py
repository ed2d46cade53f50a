"""What a ledger promises, the same on every engine."""

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from catalogue.errors import Conflict, NotFound
from catalogue.ledger import GONE, MISSING, PRESENT, Ledger, Waiting
from catalogue.records import Said
from catalogue.runs import COMPLETE, FAILED, PARTIAL, Checkpoint, Quarantined
from catalogue.schedule import next_run
from catalogue.sources import Source
from catalogue.tables import RUNNING
from tests.core.harvests import Clock
from tests.ledger.conftest import Opened
from tests.ledger.entries import TIME, entries, entry

ODD = "Ünïcode “quoted” \\ back\\u0000slash \n\t %s :name {brace} 𝒳"


def test_a_fact_is_that_of_its_first_mention(ledger: Ledger) -> None:
    assert ledger.fact("base_url", "https://one.example") == "https://one.example"
    assert ledger.fact("base_url", "https://two.example") == "https://one.example"


def test_sources_come_by_name_in_the_order_of_their_bytes(ledger: Ledger) -> None:
    for name in ("b", "Ä", "a", "B", "_"):
        ledger.sources.add(Source(name, "dcat", "https://x.example/", TIME, {"format": ODD}))

    assert [source.name for source in ledger.sources.all()] == ["B", "_", "a", "b", "Ä"]
    assert ledger.sources.named("b") == Source("b", "dcat", "https://x.example/", TIME, {"format": ODD})


def test_a_source_name_is_taken_once(ledger: Ledger) -> None:
    source = Source("north", "dcat", "https://x.example/", TIME)
    ledger.sources.add(source)

    with pytest.raises(Conflict, match="“north” already"):
        ledger.sources.add(source)

    ledger.sources.change(replace(source, url="https://y.example/"))
    assert ledger.sources.all() == (replace(source, url="https://y.example/"),)


@pytest.mark.parametrize(
    ("url", "shown"),
    [
        ("https://ada:pw@x.example/feed", "https://x.example/feed"),
        ("https://ada:p@w@x.example", "https://x.example"),
        ("https://x.example/feed?to=a@b.example", "https://x.example/feed?to=a@b.example"),
        ("https://x.example?to=a@b.example", "https://x.example?to=a@b.example"),
        ("/srv/a@b/feed", "/srv/a@b/feed"),
    ],
)
def test_an_address_is_shown_without_user_and_password(url: str, shown: str) -> None:
    assert Source("north", "dcat", url, TIME).address == shown


def test_what_is_not_there_is_told(ledger: Ledger) -> None:
    for ask in (lambda: ledger.sources.named("x"), lambda: ledger.runs.run(7), lambda: ledger.entry("x")):
        with pytest.raises(NotFound):
            ask()


def test_a_run_is_kept_as_it_ended(ledger: Ledger) -> None:
    with ledger.leases.source("north") as hold:
        started = ledger.runs.start("north", TIME)
        ended = replace(
            started, state=COMPLETE, ended=TIME + timedelta(seconds=1), new=3, message=ODD, rejected=1
        )
        ledger.runs.end(hold, ended)

    assert started.state == RUNNING
    assert ledger.runs.run(started.id) == ended
    assert ledger.runs.newest() == (ended,)
    assert ledger.runs.newest("south") == ()


@pytest.mark.parametrize("number", [0, -1, 2**63, 10**30])
def test_a_number_that_no_run_can_have_is_that_of_none(ledger: Ledger, number: int) -> None:
    with pytest.raises(NotFound):
        ledger.runs.run(number)


def test_a_run_that_was_left_open_or_given_up_counts_as_a_failure_of_its_source(ledger: Ledger) -> None:
    ledger.sources.add(Source("north", "dcat", "https://x.example/", TIME))
    with ledger.leases.source("north") as hold:
        ledger.runs.start("north", TIME)
        ledger.runs.interrupt(hold, TIME)
        ledger.runs.interrupt(hold, TIME)
        once = ledger.sources.standing("north").failures
        goes_on = ledger.runs.start("north", TIME)
        ledger.runs.reach(hold, goes_on.id, Checkpoint("2"))
        ledger.runs.interrupt(hold, TIME)
        not_yet = ledger.sources.standing("north").failures
        ledger.runs.give_up(hold, TIME)

    assert (once, not_yet, ledger.sources.standing("north").failures) == (1, 1, 2)


def test_a_new_schedule_holds_from_now_on(ledger: Ledger, clock: Clock) -> None:
    ledger.sources.add(Source("north", "dcat", "https://x.example/", clock()))
    clock.move(days=90)

    ledger.sources.change(replace(ledger.sources.named("north"), schedule="0 3 * * *"))

    due = next_run(ledger.sources.named("north"), ledger.sources.standing("north"))
    assert due is not None
    assert timedelta(0) < due - clock() <= timedelta(days=1)


def test_the_newest_runs_come_first(ledger: Ledger) -> None:
    ids = [ledger.runs.start("north", TIME).id for _ in range(5)]

    assert [run.id for run in ledger.runs.newest(limit=3)] == ids[:1:-1]


def test_entries_come_back_as_they_were_settled(ledger: Ledger) -> None:
    kept = [entry("a", title=ODD), replace(entry("b"), missing_since=TIME, missed=2, state=MISSING)]

    with ledger.leases.source("north") as hold:
        ledger.settle(hold, kept)

    assert ledger.entries(["a", "b", "nobody"]) == {one.id: one for one in kept}


def test_a_settled_entry_takes_the_place_of_the_old_one(ledger: Ledger) -> None:
    with ledger.leases.source("north") as hold:
        ledger.settle(hold, entries("abc"))
        ledger.settle(hold, [replace(entry("b"), title="New")])

    assert [one.title for one in ledger.page()] == ["A title", "New", "A title"]


def test_pages_go_by_id_without_what_is_gone(ledger: Ledger) -> None:
    with ledger.leases.source("north") as hold:
        ledger.settle(hold, [*entries(["a", "2", "z", "b7"]), entry("c", state=GONE), entry("d", "south")])

    assert [one.id for one in ledger.page()] == ["2", "a", "b7", "d", "z"]
    assert [one.id for one in ledger.page("a", limit=2)] == ["b7", "d"]
    assert [one.id for one in ledger.page(offset=1, source="north")] == ["a", "b7", "z"]
    assert ledger.sizes() == ledger.sizes(["dataset", "series"]) == {"north": 4, "south": 1}
    assert ledger.sizes(["catalogue"]) == {}
    assert (ledger.count(), ledger.count("south"), ledger.count(kinds=["catalogue"])) == (5, 1, 0)


def test_what_is_seen_in_a_run_is_present_again(ledger: Ledger) -> None:
    with ledger.leases.source("north") as hold:
        ledger.settle(hold, [replace(entry("b"), state=MISSING, missed=2, missing_since=TIME, leaving=1)])
        ledger.touch(hold, ["b", "c"], 2)

    assert ledger.entry("b") == replace(entry("b"), seen=2, state=PRESENT)


def test_what_is_to_be_withdrawn_is_counted_and_comes_page_by_page(ledger: Ledger) -> None:
    with ledger.leases.source("north") as hold:
        ledger.settle(hold, [*entries("abcde"), entry("s", "south"), entry("g", state=GONE)])
        ledger.send_away(hold, ["a", "c", "g"], 3)
        ledger.send_away(hold, ["d", "nobody"], 5)

    assert [one.id for one in ledger.leaving("north")] == ["a", "c", "d"]
    assert [one.id for one in ledger.leaving("north", 2, 1)] == ["c", "d"]
    assert ledger.waiting("north") == Waiting(3, 5)
    assert ledger.waiting("north", 4) == Waiting(2, 3)
    assert ledger.waiting("south") == Waiting(0, 0)


def test_what_was_rejected_keeps_its_order_and_its_bytes(ledger: Ledger) -> None:
    items = [Quarantined(1, "feed", f"line {n}", ODD, bytes(range(256)) * n) for n in range(12)]

    with ledger.leases.source("north") as hold:
        ledger.runs.reject(hold, items)
        ledger.runs.reject(hold, [replace(items[0], run=2)])
        ledger.runs.reject(hold, [])

    assert ledger.runs.rejected(1) == tuple(items)


def test_the_name_of_a_file_with_bytes_that_stand_for_no_letter_stops_nothing(ledger: Ledger) -> None:
    odd = b"caf\xe9.ttl".decode("utf-8", "surrogateescape")
    with ledger.leases.source("north") as hold:
        run = ledger.runs.start("north", TIME)
        ledger.runs.reject(hold, [Quarantined(run.id, odd, odd, odd, b"")])
        ledger.runs.say(hold, run.id, [Said(20, odd, TIME)])
        ledger.runs.reach(hold, run.id, Checkpoint(odd))
        ledger.runs.end(hold, replace(run, state=FAILED, ended=TIME, message=odd))

    assert ledger.runs.rejected(run.id)[0].place == "caf?.ttl"
    assert [line.message for line in ledger.runs.said(run.id)] == ["caf?.ttl"]
    assert ledger.runs.run(run.id).message == "caf?.ttl"


def test_the_newest_runs_of_several_sources_come_with_one_question(ledger: Ledger) -> None:
    for name in ("north", "south", "west"):
        ledger.sources.add(Source(name, "dcat", "https://x.example/", TIME))
    for name in ("north", "south", "north", "north", "elsewhere"):
        ledger.runs.start(name, TIME)

    found = ledger.runs.latest(["north", "south", "west"], 2)

    assert {name: [run.id for run in runs] for name, runs in found.items()} == {"north": [4, 3], "south": [2]}
    assert found["north"] == ledger.runs.newest("north", 2)


def test_the_runs_of_a_source_are_counted_and_come_a_page_at_a_time(ledger: Ledger) -> None:
    for name in ("north", "south", "north", "north"):
        ledger.runs.start(name, TIME)

    assert ledger.runs.count("north") == 3
    assert [run.id for run in ledger.runs.newest("north", 2, 1)] == [3, 1]


def test_a_source_fails_since_the_first_run_that_got_not_all_after_the_last_complete_one(
    ledger: Ledger,
) -> None:
    states = (FAILED, COMPLETE, PARTIAL, FAILED)
    with ledger.leases.source("north") as hold:
        for hour, state in enumerate(states):
            run = ledger.runs.start("north", TIME + timedelta(hours=hour))
            ledger.runs.end(hold, replace(run, state=state))

    assert ledger.runs.failing_since("north", TIME + timedelta(hours=1)) == TIME + timedelta(hours=2)
    assert ledger.runs.failing_since("north", None) == TIME
    assert ledger.runs.failing_since("south", None) is None


def test_a_word_with_the_character_nul_stops_nothing(ledger: Ledger) -> None:
    with ledger.leases.source("north") as hold:
        ledger.settle(hold, [entry("a", title="be\0fore")])

    assert ledger.entry("a").title in ("be\0fore", "be\ufffdfore")


def test_a_name_with_the_character_nul_is_that_of_nothing(ledger: Ledger) -> None:
    name = "nor\0th"

    for ask in (lambda: ledger.sources.named(name), lambda: ledger.entry(name)):
        with pytest.raises(NotFound):
            ask()
    assert (ledger.runs.newest(name), ledger.count(name), ledger.page(source=name)) == ((), 0, ())


def test_very_many_go_at_once(ledger: Ledger) -> None:
    many = entries(range(9_000))

    with ledger.leases.source("north") as hold:
        ledger.intend(hold, (one.id for one in many))
        ledger.settle(hold, many)
        ledger.touch(hold, [one.id for one in many], 7)

    found = ledger.entries(one.id for one in many)
    assert len(found) == ledger.count() == 9_000
    assert {one.seen for one in found.values()} == {7}


def test_an_intention_lasts_until_it_is_settled(ledger: Ledger) -> None:
    with ledger.leases.source("north") as hold:
        ledger.intend(hold, "ab")
        during = ledger.intended(), ledger.unfinished()
        ledger.settle(hold, entries("ab"))

    assert during == (("a", "b"), ("north",))
    assert (ledger.intended(), ledger.unfinished()) == ((), ())


def test_one_batch_may_be_settled_while_the_next_is_intended(ledger: Ledger) -> None:
    with ledger.leases.source("north") as hold:
        ledger.intend(hold, "ab")
        ledger.intend(hold, "cd")
        ledger.settle(hold, entries("ab"))

    assert ledger.intended() == ("c", "d")


def test_intentions_of_sources_do_not_touch_each_other(ledger: Ledger) -> None:
    with ledger.leases.source("north") as north, ledger.leases.source("south") as south:
        ledger.intend(north, "ab")
        ledger.intend(south, "xy")
        ledger.settle(north, entries("ab"))

        assert ledger.intended() == ledger.intended("south") == ("x", "y")


def test_the_next_holder_takes_over_what_was_intended_and_doubted(ledger: Ledger, clock: Clock) -> None:
    lost = ledger.leases.acquire("source north")
    ledger.intend(lost, "ab")
    clock.move(minutes=2)
    with ledger.leases.source("north") as hold:
        ledger.doubt(lost, "bc")
        ledger.intend(hold, "d")

        assert ledger.adopt(hold) == ("a", "b", "c", "d")
        ledger.settle(hold, entries("a"), also="bcd")

    assert ledger.intended() == ()


def test_only_the_open_runs_of_the_held_source_are_closed(ledger: Ledger) -> None:
    north, south = ledger.runs.start("north", TIME), ledger.runs.start("south", TIME)

    with ledger.leases.source("north") as hold:
        ledger.runs.give_up(hold, TIME)

    assert ledger.runs.run(north.id).state == FAILED
    assert ledger.runs.run(north.id).message == "The run was interrupted."
    assert ledger.runs.run(south.id).state == RUNNING
    assert ledger.unfinished() == ("south",)


# --- copies


def _filled(ledger: Ledger, many: int = 3) -> Ledger:
    """Some rows in each table, and as many records."""
    ledger.fact("base_url", "https://one.example")
    ledger.sources.add(Source("north", "dcat", "https://x.example/", TIME, {"format": ODD}))
    with ledger.leases.source("north") as hold:
        for _ in range(3):
            run = ledger.runs.start("north", TIME)
        ledger.runs.end(hold, replace(run, state=COMPLETE, ended=TIME))
        ledger.settle(hold, [entry(f"{n:05}", title=ODD) for n in range(many)])
        ledger.runs.reject(hold, [Quarantined(run.id, "feed", "", ODD, bytes(range(256))) for _ in range(60)])
        ledger.intend(hold, (f"p{n}" for n in range(5)))
    return ledger


def _content(ledger: Ledger) -> list[object]:
    return [
        ledger.counts(),
        ledger.fact("base_url", ""),
        ledger.sources.all(),
        ledger.runs.newest(),
        ledger.page(limit=10_000),
        [ledger.runs.rejected(run) for run in range(1, 4)],
        ledger.intended(),
        ledger.unfinished(),
    ]


def test_a_snapshot_is_a_ledger_on_sqlite_with_the_same_content(ledger: Ledger, tmp_path: Path) -> None:
    _filled(ledger, 4_100)

    with ledger.leases.everything():
        ledger.snapshot(tmp_path / "copy.sqlite")

    copy = Ledger(f"sqlite:///{tmp_path / 'copy.sqlite'}")
    assert _content(copy) == _content(ledger)
    assert copy.leases.live() == ()
    copy.close()


def test_a_copy_has_all_rows_and_may_be_made_again(ledger: Ledger, shared: Opened) -> None:
    _filled(ledger, 4_100)
    other = shared()
    ledger.copy_to(other)

    copied = ledger.copy_to(other)

    assert copied == ledger.counts() == other.counts()
    assert _content(other) == _content(ledger)


def test_numbers_go_on_behind_the_copied_ones(ledger: Ledger, shared: Opened) -> None:
    _filled(ledger)
    other = shared()
    ledger.copy_to(other)

    with other.leases.source("north") as hold:
        other.runs.reject(hold, [Quarantined(1, "feed", "", "", b"")])

    assert other.runs.start("north", TIME).id == 4
    assert len(other.runs.rejected(1)) == 1


def test_the_first_number_of_a_copy_of_nothing_is_one(ledger: Ledger, shared: Opened) -> None:
    other = shared()

    ledger.copy_to(other)

    assert other.runs.start("north", TIME).id == 1
