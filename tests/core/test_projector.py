"""Large batches are projected in a process of their own, with the same outcome as small ones."""

import multiprocessing
from collections.abc import Iterator
from dataclasses import replace

from catalogue.catalogue import Catalogue
from catalogue.ingest import OFTEN
from catalogue.projector import MANY
from catalogue.records import Harvested, Reached
from catalogue.runs import COMPLETE, FAILED
from catalogue.search import MAX_SIZE, SearchQuery
from tests.core.harvests import SOURCE, Clock, counts, in_memory, record, records, total


def test_a_large_batch_is_found_like_the_same_records_one_by_one(timed: Catalogue, clock: Clock) -> None:
    others = in_memory(clock)
    names = range(MANY + 3)
    odd = replace(record("odd"), kind="no kind at all")

    run = timed.ingest(SOURCE, [odd, *records(names)])
    for part in (names[:300], names[300:]):
        others.ingest(SOURCE, records(part), whole=False)

    query = SearchQuery(size=MAX_SIZE, sort="title")
    assert counts(run) == (MANY + 3, 0, 0, 1)
    assert run.state == COMPLETE
    assert timed.search(query).hits == others.search(query).hits
    assert total(timed) == total(others) == MANY + 3
    others.close()


def test_no_process_is_left_behind(timed: Catalogue) -> None:
    timed.ingest(SOURCE, records(range(MANY)))

    assert not multiprocessing.active_children()


def test_a_run_whose_process_is_killed_fails_and_the_next_one_brings_the_rest(
    timed: Catalogue, clock: Clock
) -> None:
    def cruel() -> Iterator[Harvested]:
        yield from records(range(MANY))
        clock.move(seconds=OFTEN.total_seconds())
        yield Reached("page 2")
        for child in multiprocessing.active_children():
            child.kill()
            child.join()
        yield from records(range(MANY, 2 * MANY))

    run = timed.ingest(SOURCE, cruel())
    again = timed.ingest(SOURCE, records(range(2 * MANY)))

    assert run.state == FAILED
    assert "ended before its time" in run.message
    assert again.state == COMPLETE
    assert run.new + again.new == 2 * MANY
    assert total(timed) == 2 * MANY
