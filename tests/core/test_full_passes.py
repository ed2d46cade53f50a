"""Everything is read again from time to time, and whenever somebody or something asks for it."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from catalogue.catalogue import Catalogue
from catalogue.ingest import OFTEN, Beginning
from catalogue.records import Changes, Harvested, Noted, Reached, Unchanged
from catalogue.sources import Source
from tests.core.harvests import SOURCE, Clock, Crash, on_disk, record, records


def keep(catalogue: Catalogue) -> None:
    catalogue.ledger.sources.add(Source(SOURCE, "dcat", "https://feed.example/", catalogue.now()))


def subjects(names: str) -> Unchanged:
    return Unchanged(tuple(f"https://publisher.example/{name}" for name in names))


def test_runs_that_only_list_what_is_unchanged_do_not_put_off_the_reading_of_everything(
    timed: Catalogue, clock: Clock
) -> None:
    asked: list[Beginning] = []

    def feed(beginning: Beginning) -> Iterator[Harvested]:
        asked.append(beginning)
        if beginning.remembered:
            yield subjects("abc")
        else:
            yield from records("abc")
        yield Noted("since", "monday")

    keep(timed)
    for _ in range(4):
        timed.harvest(SOURCE, feed)
        clock.move(days=3)

    assert [bool(one.remembered) for one in asked] == [False, True, True, False]


def test_what_is_asked_for_while_a_run_reads_only_changes_is_done_by_the_next(timed: Catalogue) -> None:
    def feed(beginning: Beginning) -> Iterator[Harvested]:
        if beginning.remembered:
            timed.ledger.sources.ask_all(SOURCE)
            yield subjects("a")
        else:
            yield record("a")
        yield Noted("since", "monday")

    keep(timed)
    timed.harvest(SOURCE, feed)
    timed.harvest(SOURCE, feed)

    assert timed.ledger.sources.standing(SOURCE).full_due
    timed.harvest(SOURCE, feed)
    assert not timed.ledger.sources.standing(SOURCE).full_due


def test_a_source_that_moves_during_a_full_run_is_read_anew_by_the_next(timed: Catalogue) -> None:
    asked: list[Beginning] = []

    def feed(beginning: Beginning) -> Iterator[Harvested]:
        asked.append(beginning)
        yield record("a")
        if len(asked) == 1:
            sources = timed.ledger.sources
            sources.change(replace(sources.named(SOURCE), url="https://moved.example/"))
        yield Noted("etag", "one")

    keep(timed)
    for _ in range(3):
        timed.harvest(SOURCE, feed)

    assert [one.remembered for one in asked] == [{}, {}, {"etag": "one"}]
    assert not timed.ledger.sources.standing(SOURCE).full_due


def test_a_run_that_was_cut_off_does_not_go_on_at_another_address(tmp_path: Path, clock: Clock) -> None:
    asked: list[Beginning] = []

    def feed(beginning: Beginning) -> Iterator[Harvested]:
        asked.append(beginning)
        yield record("a")
        clock.move(seconds=OFTEN.total_seconds())
        yield Reached("1")
        if len(asked) == 1:
            raise Crash

    catalogue = on_disk(tmp_path, clock)
    keep(catalogue)
    with pytest.raises(Crash):
        catalogue.harvest(SOURCE, feed)
    sources = catalogue.ledger.sources
    sources.change(replace(sources.named(SOURCE), options={"format": "turtle"}))
    catalogue.close()

    again = on_disk(tmp_path, clock)
    run = again.harvest(SOURCE, feed)

    assert [one.cursor for one in asked] == ["", ""]
    assert run.resumed == 0
    again.close()


def test_a_stranger_among_the_unchanged_asks_for_everything_even_if_the_run_is_cut_off(
    tmp_path: Path, clock: Clock
) -> None:
    def feed(beginning: Beginning) -> Iterator[Harvested]:
        yield Changes()
        if not beginning.cursor:
            yield subjects("z")
            clock.move(seconds=OFTEN.total_seconds())
            yield Reached("1")
            raise Crash

    catalogue = on_disk(tmp_path, clock)
    keep(catalogue)
    catalogue.ingest(SOURCE, records("a"))
    with pytest.raises(Crash):
        catalogue.harvest(SOURCE, feed)
    catalogue.close()

    again = on_disk(tmp_path, clock)
    assert again.harvest(SOURCE, feed).resumed == 1

    assert again.ledger.sources.standing(SOURCE).full_due
    again.close()
