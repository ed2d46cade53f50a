"""A run that is cut off anywhere ends, once it goes on, as if nothing had happened: nothing counts twice."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from catalogue.catalogue import Catalogue
from catalogue.envelope import record_iri
from catalogue.ingest import BATCH, OFTEN, Beginning
from catalogue.ledger import GONE, MISSING
from catalogue.provenance import run_iri
from catalogue.records import Changes, Harvested, Reached, Rejected, Unchanged, Withdrawn
from catalogue.runs import COMPLETE
from catalogue.sources import Source
from tests.core.harvests import SOURCE, Clock, Crash, frail, id_of, on_disk, record, records, total


def subject(name: object) -> str:
    return f"https://publisher.example/{name}"


def torn(name: str) -> Rejected:
    return Rejected("https://feed.example/", subject(name), "It is torn.", b"<torn>")


def keep(catalogue: Catalogue) -> None:
    catalogue.ledger.sources.add(Source(SOURCE, "dcat", "https://feed.example/", catalogue.now()))


def test_what_could_not_be_used_behind_the_last_page_is_kept_once(tmp_path: Path, clock: Clock) -> None:
    def feed(beginning: Beginning) -> Iterator[Harvested]:
        if not beginning.cursor:
            yield record("a")
            yield torn("b")
            yield Reached("1")
        yield torn("c")
        yield Unchanged(tuple(subject(number) for number in range(BATCH)))  # fills a batch within the page
        if not beginning.cursor:
            raise Crash
        yield torn("d")

    catalogue = on_disk(tmp_path, clock)
    keep(catalogue)
    with pytest.raises(Crash):
        catalogue.harvest(SOURCE, feed)
    catalogue.close()

    again = on_disk(tmp_path, clock)
    run = again.harvest(SOURCE, feed)

    places = [item.place for item in again.ledger.runs.rejected(run.id)]
    assert places == [subject("b"), subject("c"), subject("d")]
    assert (run.resumed, run.new, run.rejected) == (1, 1, 3)
    again.close()


def test_a_run_that_is_cut_off_while_it_withdraws_marks_and_counts_once(tmp_path: Path, clock: Clock) -> None:
    def feed(beginning: Beginning) -> Iterator[Harvested]:
        if not beginning.cursor:
            yield from records("ad")
            yield Withdrawn(subject("b"))
            clock.move(seconds=OFTEN.total_seconds())
            yield Reached("1")
        yield from records("e")

    catalogue, _, index = frail(tmp_path, clock)
    keep(catalogue)
    catalogue.ingest(SOURCE, records("abcde"))
    index.failing = frozenset({index.calls + 1})
    with pytest.raises(Crash):
        catalogue.harvest(SOURCE, feed)
    marked = catalogue.ledger.entry(id_of("c"))
    catalogue.close()

    again = on_disk(tmp_path, clock)
    run = again.harvest(SOURCE, feed)

    assert (marked.state, marked.missed) == (MISSING, 1)
    assert again.ledger.entry(id_of("c")).missed == 1
    assert again.ledger.entry(id_of("b")).state == GONE
    assert (run.state, run.resumed, run.unchanged, run.missing, run.gone) == (COMPLETE, 1, 3, 1, 1)
    assert total(again) == 4
    again.close()


def test_a_run_that_is_cut_off_behind_its_withdrawals_still_counts_them(tmp_path: Path, clock: Clock) -> None:
    def feed(beginning: Beginning) -> Iterator[Harvested]:
        yield Changes()
        if not beginning.cursor:
            yield Withdrawn(subject("b"))
            clock.move(seconds=OFTEN.total_seconds())
            yield Reached("1")

    catalogue, store, _ = frail(tmp_path, clock)
    keep(catalogue)
    catalogue.ingest(SOURCE, records("abcde"))
    store.failing = frozenset({store.calls + 1})  # the activity of the run, which is told in the end
    with pytest.raises(Crash):
        catalogue.harvest(SOURCE, feed)
    catalogue.close()

    again = on_disk(tmp_path, clock)
    run = again.harvest(SOURCE, feed)

    assert (run.state, run.resumed, run.gone) == (COMPLETE, 1, 1)
    assert run_iri(again.base, run.id) in {*again.store.graphs()}
    assert record_iri(again.base, id_of("b")) not in {*again.store.graphs()}
    again.close()


def test_a_run_that_is_cut_off_when_all_is_stored_goes_into_the_store_as_an_activity(
    tmp_path: Path, clock: Clock
) -> None:
    def feed(beginning: Beginning) -> Iterator[Harvested]:
        if not beginning.cursor:
            yield from records("abc")
            clock.move(seconds=OFTEN.total_seconds())
            yield Reached("1")

    catalogue, store, _ = frail(tmp_path, clock)
    keep(catalogue)
    store.failing = frozenset({2})
    with pytest.raises(Crash):
        catalogue.harvest(SOURCE, feed)
    catalogue.close()

    again = on_disk(tmp_path, clock)
    run = again.harvest(SOURCE, feed)

    assert (run.state, run.resumed, run.new) == (COMPLETE, 1, 3)
    assert run_iri(again.base, run.id) in {*again.store.graphs()}
    again.close()


@pytest.mark.parametrize("engine", ["index", "store"])
def test_a_withdrawal_by_hand_that_is_cut_off_leaves_no_record_that_is_only_half_there(
    tmp_path: Path, clock: Clock, engine: str
) -> None:
    catalogue, store, index = frail(tmp_path, clock)
    catalogue.ingest(SOURCE, records("ab"))
    if engine == "index":
        index.failing = frozenset({index.calls + 1})
    else:
        store.failing_removals = True
    with pytest.raises(Crash):
        catalogue.withdraw(id_of("b"))
    catalogue.close()

    again = on_disk(tmp_path, clock)
    again.recover()

    there = again.ledger.entry(id_of("b")).state != GONE
    held = record_iri(again.base, id_of("b")) in {*again.store.graphs()}
    assert there == held == (engine == "index")
    assert total(again) == again.ledger.count()
    assert again.ledger.intended() == ()
    again.ingest(SOURCE, records("ab"))
    assert (total(again), again.record(id_of("b")).entity.text("title")) == (2, "Register b")
    again.close()


def test_a_record_that_was_being_withdrawn_is_still_to_go_after_a_crash(tmp_path: Path, clock: Clock) -> None:
    catalogue, _, index = frail(tmp_path, clock)
    keep(catalogue)
    catalogue.ingest(SOURCE, records("abcde"))
    index.failing = frozenset({index.calls + 1})
    with pytest.raises(Crash):
        catalogue.harvest(SOURCE, lambda _: [Changes(), Withdrawn(subject("b"))])
    catalogue.close()

    again = on_disk(tmp_path, clock)
    shown = total(again)
    run = again.harvest(SOURCE, lambda _: [Changes()])

    assert (shown, run.gone, total(again)) == (5, 1, 4)
    again.close()


def test_batches_stored_behind_one_that_was_not_indexed_are_intended_and_finished(
    tmp_path: Path, clock: Clock
) -> None:
    def feed(beginning: Beginning) -> Iterator[Harvested]:
        for name in "abcd":
            yield record(name)
            clock.move(seconds=OFTEN.total_seconds())
            yield Reached(name)

    catalogue, _, index = frail(tmp_path, clock)
    keep(catalogue)
    index.failing = frozenset({1})
    with pytest.raises(Crash):
        catalogue.harvest(SOURCE, feed)
    held = {*catalogue.store.graphs()}
    stored = {id for id in map(id_of, "abcd") if record_iri(catalogue.base, id) in held}
    left = catalogue.ledger.intended(), catalogue.ledger.count()
    catalogue.close()

    again = on_disk(tmp_path, clock)
    recovered = again.ledger.intended(), {entry.id for entry in again.ledger.page()}, total(again)
    run = again.harvest(SOURCE, feed)

    assert id_of("a") in stored
    assert left == (tuple(sorted(stored)), 0)
    assert recovered == ((), stored, len(stored))
    assert (run.state, total(again)) == (COMPLETE, 4)
    again.close()
