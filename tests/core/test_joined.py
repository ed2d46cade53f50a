"""What several sources describe is one dataset in search, however the descriptions come and go."""

from pathlib import Path

import pytest

from catalogue import curation
from catalogue.catalogue import Catalogue
from catalogue.errors import Gone, Unavailable
from catalogue.records import Changes, Withdrawn
from catalogue.runs import COMPLETE
from catalogue.search import SearchQuery
from catalogue.sources import Source
from tests.core.harvests import Clock, frail, id_of, on_disk, record, records, total

SUBJECT = "https://publisher.example/a"
NORTH, SOUTH = id_of("a", "north"), id_of("a", "south")


def once(catalogue: Catalogue) -> list[str]:
    """The ids that a search finds."""
    return sorted(hit.row.id for hit in catalogue.search(SearchQuery()).hits)


def two(catalogue: Catalogue, clock: Clock) -> None:
    """The same dataset, first from the north, then from the south."""
    for name in ("north", "south"):
        catalogue.ledger.sources.add(Source(name, "dcat", f"https://{name}.example/", clock()))
        catalogue.ingest(name, [record("a"), record(f"only-{name}")])
        clock.move(days=1)


def test_two_descriptions_are_found_once_and_each_is_kept(timed: Catalogue, clock: Clock) -> None:
    two(timed, clock)

    assert NORTH in once(timed)
    assert SOUTH not in once(timed)
    assert total(timed) == 4
    [other] = timed.ledger.clusters.others(NORTH)
    assert (other.id, other.source, other.key) == (SOUTH, "south", f"iri:{SUBJECT}")


def test_a_new_version_of_either_changes_nothing_in_that(timed: Catalogue, clock: Clock) -> None:
    two(timed, clock)
    before = once(timed)

    timed.ingest("north", [record("a", "New words"), record("only-north")])
    timed.ingest("south", [record("a", "Newer words"), record("only-south")])

    assert once(timed) == before


def test_when_the_leading_one_goes_the_other_is_found(timed: Catalogue, clock: Clock) -> None:
    two(timed, clock)

    timed.harvest("north", lambda _: [Changes(), Withdrawn(SUBJECT)])

    assert SOUTH in once(timed)
    assert timed.ledger.clusters.others(SOUTH) == ()


def test_an_index_that_is_built_anew_counts_alike(timed: Catalogue, clock: Clock) -> None:
    two(timed, clock)
    before = once(timed)

    timed.reindex()

    assert once(timed) == before
    assert total(timed) == 4


def test_a_source_that_is_deleted_leaves_the_other_description(timed: Catalogue, clock: Clock) -> None:
    two(timed, clock)

    timed.forget_source("north", withdraw=True)

    assert once(timed) == sorted([SOUTH, id_of("only-south", "south")])


def test_local_values_join_and_part_as_those_of_the_publisher_do(timed: Catalogue, clock: Clock) -> None:
    timed.ingest("north", [record("x", "Registry of the north")])
    timed.ingest("south", [record("y", "Registry of the south")])

    timed.curate(id_of("x", "north"), {"identifier": "https://doi.org/10.1234/abc"})
    timed.curate(id_of("y", "south"), {"identifier": "doi:10.1234/ABC"})
    assert len(once(timed)) == 1

    timed.curate(id_of("y", "south"), {})
    assert len(once(timed)) == 2


def test_no_harvest_overwrites_a_local_value(timed: Catalogue, clock: Clock) -> None:
    timed.ingest("north", [record("a", "Their title")])
    timed.curate(NORTH, {"title": {"en": "Our title"}, "keyword": "curated"})

    run = timed.ingest("north", [record("a", "Their new title")])

    assert run.changed == 1
    shown = timed.record(NORTH)
    assert shown.entity.text("title") == "Our title"
    assert total(timed, "curated") == 1
    assert any(getattr(t.object, "value", "") == "Their new title" for t in shown.triples)
    assert timed.ingest("north", [record("a", "Their new title")]).unchanged == 1


def test_the_local_values_of_a_withdrawn_record_are_out_of_reach_until_it_comes_back(
    timed: Catalogue, clock: Clock
) -> None:
    timed.ingest("north", [record("a", "Their title")])
    timed.curate(NORTH, {"title": {"en": "Our title"}, "keyword": "curated"})
    timed.withdraw(NORTH)
    assert curation.local_iri(timed.base, NORTH) not in {*timed.store.graphs()}

    timed.ingest("north", [record("a", "Their title")])

    assert timed.record(NORTH).entity.text("title") == "Our title"
    assert total(timed, "curated") == 1
    assert curation.local_iri(timed.base, NORTH) in {*timed.store.graphs()}
    timed.curate(NORTH, {})
    timed.withdraw(NORTH)
    timed.ingest("north", [record("a", "Their title")])
    assert timed.record(NORTH).entity.text("title") == "Their title"


def test_a_record_that_was_withdrawn_meanwhile_gets_no_local_values(timed: Catalogue) -> None:
    timed.ingest("north", [record("a", "Their title")])
    there = timed.ledger.entry(NORTH)
    timed.withdraw(NORTH)

    with timed.ledger.leases.source("north"), pytest.raises(Gone):
        curation.curate(timed, there, {"title": "Ours"})

    assert curation.local_iri(timed.base, NORTH) not in {*timed.store.graphs()}


@pytest.mark.parametrize("call", [2, 3])
def test_a_crash_before_records_are_joined_is_made_good_by_the_next_run(
    tmp_path: Path, clock: Clock, call: int
) -> None:
    catalogue, _, index = frail(tmp_path, clock)
    catalogue.ingest("north", records("ab"))
    index.failing, index.error = frozenset({index.calls + call - 1}), Unavailable("The index is away.")

    catalogue.ingest("south", records("a"))
    catalogue.close()
    again = on_disk(tmp_path, clock)
    run = again.ingest("west", records("z"))
    again.ingest("south", records("a"))

    assert run.state == COMPLETE
    assert len(once(again)) == 3
    assert total(again) == 4
    again.close()
