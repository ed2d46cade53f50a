"""The index tells how records stand among the descriptions of a dataset, whoever is interrupted or late."""

from dataclasses import replace

from catalogue.catalogue import Catalogue
from catalogue.joining import rejoin, standing
from catalogue.ledger import GONE
from catalogue.records import record_id
from catalogue.search import Row, SearchDocument, SearchQuery
from tests.asking import record
from tests.core.harvests import Clock

NORTH, SOUTH, WEST = (
    record_id(source, f"https://north.example/{name}")
    for source, name in (("north", "a"), ("south", "b"), ("west", "c"))
)
DOI = 'dct:identifier "https://doi.org/10.1234/X"'


def take(
    catalogue: Catalogue, source: str, name: str, more: str = DOI, title: str = "Heart registry"
) -> None:
    """Harvest a source of one record."""
    turtle = f'ex:{name} a dcat:Dataset ; dct:title "{title} {name}"@en ; {more} .'
    catalogue.ingest(source, [record(turtle)])


def twice(catalogue: Catalogue, clock: Clock) -> None:
    """One dataset from two nodes, each with an IRI of its own and its own spelling of the DOI."""
    take(catalogue, "north", "a")
    clock.move(days=1)
    take(catalogue, "south", "b", 'dct:identifier "doi:10.1234/x"')


def found(catalogue: Catalogue, *, copies: bool = False) -> dict[str, Row]:
    """The rows of everything that is found, by id."""
    return {row.id: row for row in catalogue.rows(SearchQuery(copies=copies))}


def test_one_dataset_from_two_nodes_is_found_once_by_its_doi(timed: Catalogue, clock: Clock) -> None:
    twice(timed, clock)

    assert found(timed).keys() == {NORTH}
    every = found(timed, copies=True)
    assert (every[NORTH].copy_of, every[NORTH].others) == ("", 1)
    assert (every[SOUTH].copy_of, every[SOUTH].others) == (NORTH, 0)


def test_each_keeps_its_own_record_and_page(timed: Catalogue, clock: Clock) -> None:
    twice(timed, clock)

    assert timed.record(NORTH).entity.text("title") == "Heart registry a"
    assert timed.record(SOUTH).entity.text("title") == "Heart registry b"


def test_the_lead_stays_when_either_comes_again_and_when_the_index_is_built_anew(
    timed: Catalogue, clock: Clock
) -> None:
    twice(timed, clock)
    clock.move(days=1)
    take(timed, "south", "b", 'dct:identifier "10.1234/x"', "Other words")
    take(timed, "north", "a", title="New words")
    after = found(timed, copies=True)

    timed.reindex()

    assert found(timed, copies=True) == after
    assert {id: row.copy_of for id, row in after.items()} == {NORTH: "", SOUTH: NORTH}


def test_a_changed_identifier_parts_them(timed: Catalogue, clock: Clock) -> None:
    twice(timed, clock)

    take(timed, "south", "b", 'dct:identifier "10.1234/y"')

    assert found(timed).keys() == {NORTH, SOUTH}
    assert found(timed)[NORTH].others == 0


def test_what_is_set_apart_is_found_until_it_is_put_together_again(timed: Catalogue, clock: Clock) -> None:
    twice(timed, clock)
    clusters = timed.ledger.clusters

    with timed.ledger.leases.source("south") as hold:
        clusters.part(SOUTH, clock())
        rejoin(timed, hold)
        apart = found(timed).keys()
        clusters.join(SOUTH)
        rejoin(timed, hold)

    assert apart == {NORTH, SOUTH}
    assert found(timed).keys() == {NORTH}


def test_what_was_joined_and_not_told_is_told_by_the_next_run(timed: Catalogue, clock: Clock) -> None:
    twice(timed, clock)
    timed.ledger.clusters.part(SOUTH, clock())
    timed.ledger.clusters.renew([SOUTH])  # and then the process ends

    take(timed, "west", "c", "")

    assert found(timed).keys() == {NORTH, SOUTH, WEST}
    assert timed.ledger.clusters.untold() == ()


def test_a_record_that_another_process_writes_stays_to_be_told(timed: Catalogue, clock: Clock) -> None:
    twice(timed, clock)
    timed.ledger.clusters.part(SOUTH, clock())

    with timed.ledger.leases.source("south") as other, timed.ledger.leases.source("west") as hold:
        timed.ledger.intend(other, [SOUTH])
        rejoin(timed, hold)
        left = timed.ledger.clusters.untold()
        timed.ledger.settle(other, [timed.ledger.entry(SOUTH)])
        rejoin(timed, hold)

    assert left == (SOUTH,)
    assert timed.ledger.clusters.untold() == ()


def test_a_lead_whose_run_ended_in_the_middle_hides_nobody_for_long(timed: Catalogue, clock: Clock) -> None:
    twice(timed, clock)
    with timed.ledger.leases.source("north") as hold:
        timed.index.put((), without=[NORTH])
        timed.ledger.settle(hold, [replace(timed.ledger.entry(NORTH), state=GONE)])  # and then it ends

    take(timed, "west", "c", "")

    assert found(timed).keys() == {SOUTH, WEST}


def test_documents_are_told_how_they_stand_whatever_they_said(timed: Catalogue, clock: Clock) -> None:
    twice(timed, clock)
    rows = [Row(id, "", "dataset", (), copy_of="nobody", others=7) for id in (NORTH, SOUTH, "single")]

    placed = standing(timed, [SearchDocument(row, (), {}, {}) for row in rows])

    assert [(one.row.copy_of, one.row.others) for one in placed] == [("", 1), (NORTH, 0), ("", 0)]
