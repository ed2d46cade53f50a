"""A catalogue copied from engines to engines: whole, compared, taken up again after a break."""

from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest
from pyoxigraph import Literal, NamedNode, Triple

from catalogue.adapters.store_oxigraph import OxigraphStore
from catalogue.bootstrap import open_catalogue
from catalogue.canonical import canonical
from catalogue.catalogue import Catalogue
from catalogue.errors import Conflict, Unavailable
from catalogue.migrate import BATCH, MIGRATING, migrate
from catalogue.records import Rejected
from catalogue.settings import Settings
from catalogue.sources import Source
from catalogue.store import Statements
from tests.core.harvests import SOURCE, Clock, Crash, frail, id_of, in_memory, on_disk, record, records, total


@pytest.fixture
def origin(clock: Clock) -> Iterator[Catalogue]:
    """A catalogue with a source, two runs, a rejected thing and a withdrawn record."""
    opened = in_memory(clock)
    opened.ledger.sources.add(Source(SOURCE, "dcat", "https://feed.example/", clock(), {"format": "turtle"}))
    opened.ingest(SOURCE, [*records("abcdef"), Rejected("https://feed.example/", "line 4", "torn", b"<a>")])
    clock.move(days=1)
    opened.ingest(SOURCE, [record("a", "Register of a new title")], whole=False)
    yield opened
    opened.close()


@pytest.fixture
def target(clock: Clock) -> Iterator[Catalogue]:
    opened = in_memory(clock)
    yield opened
    opened.close()


def graphs(catalogue: Catalogue) -> dict[str, str]:
    names = list(catalogue.store.graphs())
    return {name.value: canonical(graph)[1] for name, graph in catalogue.store.read(names).items()}


def test_everything_arrives_and_the_origin_stays(origin: Catalogue, target: Catalogue) -> None:
    before = graphs(origin)

    done = migrate(origin, target)

    assert (done.graphs, done.written, done.removed, done.indexed) == (8, 8, 0, 6)
    assert graphs(target) == graphs(origin) == before
    assert total(target, "register") == 6
    assert target.ledger.page() == origin.ledger.page()
    assert target.ledger.runs.newest() == origin.ledger.runs.newest()
    assert target.ledger.sources.all() == origin.ledger.sources.all()
    assert target.ledger.runs.rejected(1) == origin.ledger.runs.rejected(1)
    assert target.record(id_of("a")).envelope == origin.record(id_of("a")).envelope


def test_the_copy_goes_on_where_the_origin_was(origin: Catalogue, target: Catalogue) -> None:
    migrate(origin, target)

    run = target.ingest(SOURCE, records("bcdefg"), whole=False)

    assert run.id == 3
    assert (run.unchanged, run.new) == (5, 1)


def test_a_broken_off_copy_is_taken_up_again(origin: Catalogue, tmp_path: Path, clock: Clock) -> None:
    origin.ingest(SOURCE, records(range(BATCH)), whole=False)
    target, store, _ = frail(tmp_path, clock)
    store.failing, store.error = frozenset({2}), Crash()

    with pytest.raises(Crash):
        migrate(origin, target)
    target.close()
    origin.ingest(SOURCE, [record("a", "Register changed meanwhile"), record("new")], whole=False)
    again = open_catalogue(Settings(data_dir=tmp_path), unfinished=True, now=clock)
    done = migrate(origin, again)

    runs = 4
    assert done.graphs == BATCH + 7 + runs
    assert 7 + runs <= done.written <= 9 + runs
    assert graphs(again) == graphs(origin)
    assert again.ledger.known(MIGRATING) is None
    again.close()


def test_what_the_origin_lost_meanwhile_goes_from_the_copy(origin: Catalogue, target: Catalogue) -> None:
    target.ledger.fact(MIGRATING, origin.ledger.fact("identity", "one"))
    left = NamedNode(f"{origin.base}/record/left")
    target.store.replace({left: [Triple(left, left, Literal("left by an earlier try"))]})

    assert migrate(origin, target).removed == 1

    assert graphs(target) == graphs(origin)


def test_nobody_opens_a_copy_that_is_not_whole(tmp_path: Path, clock: Clock) -> None:
    catalogue = on_disk(tmp_path, clock)
    catalogue.ledger.fact(MIGRATING, "one")
    catalogue.close()

    with pytest.raises(Conflict, match=r"has not finished.*fairfinder migrate"):
        on_disk(tmp_path, clock)


def test_a_catalogue_is_never_written_over(origin: Catalogue, target: Catalogue) -> None:
    target.ingest("elsewhere", [record("z")])

    with pytest.raises(Conflict, match="There is a catalogue already"):
        migrate(origin, target)

    assert total(target) == 1


def test_the_copy_of_another_catalogue_is_left_alone(origin: Catalogue, target: Catalogue) -> None:
    target.ledger.fact(MIGRATING, "another")

    with pytest.raises(Conflict, match="Another catalogue"):
        migrate(origin, target)


def test_the_address_must_be_the_same(origin: Catalogue, tmp_path: Path) -> None:
    other = open_catalogue(Settings(data_dir=tmp_path, base_url="https://elsewhere.example"))

    with pytest.raises(Conflict, match=r"https://elsewhere\.example"):
        migrate(origin, other)

    other.close()


def test_nothing_is_copied_while_a_source_is_written(origin: Catalogue, target: Catalogue) -> None:
    with origin.ledger.leases.source(SOURCE), pytest.raises(Conflict, match=f"“{SOURCE}” is held"):
        migrate(origin, target)

    assert graphs(target) == {}


def test_a_store_that_changes_what_it_is_given_is_found_out(origin: Catalogue, clock: Clock) -> None:
    class Forgetful(OxigraphStore):
        def replace(self, graphs: Mapping[NamedNode, Statements]) -> None:
            super().replace(
                {name: [t for t in graph if isinstance(t, Triple)][1:] for name, graph in graphs.items()}
            )

    target = in_memory(clock)
    target.store.close()
    target.store = Forgetful(None)

    with pytest.raises(Unavailable, match="does not keep what it is given") as told:
        migrate(origin, target)

    assert any(place in told.value.detail for place in ("/record/", "/run/"))
    assert target.ledger.known(MIGRATING)
    target.close()
