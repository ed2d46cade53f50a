"""What a harvest yields is taken in once, whole, and never at the cost of the rest."""

import hashlib
from dataclasses import replace
from pathlib import Path

import pytest
from pyoxigraph import BlankNode, Literal, NamedNode, Store, Triple

from catalogue.canonical import canonical
from catalogue.catalogue import Catalogue
from catalogue.envelope import opened, record_iri
from catalogue.errors import Invalid, NotFound, Refused, Unavailable
from catalogue.records import Declared, Harvested, Record, Rejected
from catalogue.runs import COMPLETE, FAILED, PARTIAL
from ontologies.namespaces import DCAT, DCT, RDF, SCHEMA
from tests.core.harvests import (
    ORIGIN,
    SOURCE,
    Clock,
    Crash,
    counts,
    frail,
    id_of,
    on_disk,
    record,
    records,
    then,
    total,
)


def test_what_a_harvest_yields_can_be_found_and_read(timed: Catalogue) -> None:
    run = timed.ingest(SOURCE, records("abc"))

    assert counts(run) == (3, 0, 0, 0)
    assert run.state == COMPLETE
    assert total(timed, "register") == 3
    assert timed.record(id_of("a")).entity.text("title") == "Register a"


def test_the_second_run_over_the_same_records_changes_nothing(timed: Catalogue, clock: Clock) -> None:
    timed.ingest(SOURCE, records("abc"))
    before = {name: timed.record(id_of(name)).envelope for name in "abc"}
    clock.move(days=1)

    run = timed.ingest(SOURCE, records("cab"))

    assert counts(run) == (0, 0, 3, 0)
    assert {name: timed.record(id_of(name)).envelope for name in "abc"} == before


def _files(folder: Path) -> dict[str, str]:
    """The content of all files by name, without the engine's diary."""
    return {
        str(path.relative_to(folder)): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(folder.rglob("*"))
        if path.is_file() and not path.name.startswith("LOG")
    }


def test_the_second_run_writes_not_a_byte_into_store_and_index(tmp_path: Path, clock: Clock) -> None:
    catalogue = on_disk(tmp_path, clock)
    catalogue.ingest(SOURCE, records(range(50)))
    catalogue.close()
    Store(tmp_path / "store").optimize()  # else the engine may merge its files at any moment
    catalogue = on_disk(tmp_path, clock)
    before = _files(tmp_path / "store"), _files(tmp_path / "index")

    catalogue.ingest(SOURCE, records(range(50)))

    assert (_files(tmp_path / "store"), _files(tmp_path / "index")) == before
    catalogue.close()


def test_the_second_run_calls_neither_store_nor_index(clock: Clock) -> None:
    catalogue, store, index = frail(None, clock)
    catalogue.ingest(SOURCE, records("abc"))
    before = store.calls, index.calls

    catalogue.ingest(SOURCE, records("abc"))

    assert (store.calls, index.calls) == before
    catalogue.close()


def test_a_changed_record_takes_the_place_of_the_old_one(timed: Catalogue, clock: Clock) -> None:
    timed.ingest(SOURCE, [record("a", "Old name"), record("b")])
    first = timed.record(id_of("a")).envelope
    clock.move(days=1)

    run = timed.ingest(SOURCE, [record("a", "New name"), record("b")])

    changed = timed.record(id_of("a"))
    assert counts(run) == (0, 1, 1, 0)
    assert [t.value for t in changed.entity.terms("title")] == ["New name"]
    assert (changed.envelope.issued, changed.envelope.modified) == (first.issued, clock())
    assert (total(timed, "old"), total(timed, "new")) == (0, 1)


def _as_catalogue(name: str) -> Record:
    """The same subject, which its publisher now calls a catalogue."""
    before = record(name)
    triples = [
        Triple(t.subject, t.predicate, DCAT.Catalog) if t.predicate == RDF.type else t for t in before.triples
    ]
    return replace(before, kind="catalogue", triples=tuple(triples))


def test_a_record_that_becomes_a_catalogue_is_searched_no_longer_until_it_is_a_dataset_again(
    timed: Catalogue,
) -> None:
    timed.ingest(SOURCE, records("ab"))

    timed.ingest(SOURCE, [_as_catalogue("a"), record("b")])
    as_catalogue = total(timed), timed.record(id_of("a")).envelope.kind
    timed.ingest(SOURCE, records("ab"))

    assert as_catalogue == (1, "catalogue")
    assert total(timed) == 2


def test_the_digest_can_be_told_again_from_the_store(timed: Catalogue) -> None:
    timed.ingest(SOURCE, records("a"))

    stored = timed.record(id_of("a"))

    assert canonical(stored.triples)[1] == stored.envelope.digest == stored.entry.digest


def test_what_a_publisher_says_of_our_own_records_is_not_believed(timed: Catalogue) -> None:
    honest = record("a")
    ours = record_iri(timed.base, id_of("a"))
    forged = replace(
        honest,
        triples=(
            *honest.triples,
            Triple(honest.subject, DCT.relation, ours),
            Triple(ours, SCHEMA.sha256, Literal("forged")),
            Triple(ours, DCT.source, Literal("somebody else")),
        ),
    )

    timed.ingest(SOURCE, [forged])

    envelope = timed.record(id_of("a")).envelope
    assert envelope.source == SOURCE
    assert envelope.digest != "forged"


@pytest.mark.parametrize(
    "origin", ["https://feed.example/my feed", "https://[broken", "/data/my file.ttl", ""]
)
def test_any_origin_is_kept_as_it_was_given(timed: Catalogue, origin: str) -> None:
    timed.ingest(SOURCE, [record("a", origin=origin)])

    assert timed.record(id_of("a")).envelope.origin == origin


def tangled(name: str) -> Record:
    """A record whose blank nodes cannot be told apart."""
    whole = record(name)
    nodes = [BlankNode(f"n{n}") for n in range(8)]
    links = [Triple(one, DCT.relation, other) for one in nodes for other in nodes if one != other]
    start = Triple(whole.subject, DCT.relation, nodes[0])
    return replace(whole, triples=(*whole.triples, start, *links))


def test_one_bad_record_never_stops_a_run(timed: Catalogue) -> None:
    unknown_kind = replace(record("odd"), kind="no kind at all")
    items: list[Harvested] = [
        record("a"),
        tangled("bad"),
        Rejected(ORIGIN, "line 7", "Torn.", b"raw"),
        unknown_kind,
        record("b"),
    ]

    run = timed.ingest(SOURCE, items)

    rejected = timed.ledger.runs.rejected(run.id)
    assert counts(run) == (2, 0, 0, 3)
    assert run.state == COMPLETE
    assert {item.place for item in rejected} == {
        "line 7",
        "https://publisher.example/bad",
        "https://publisher.example/odd",
    }
    assert all(item.reason.endswith(".") and item.raw for item in rejected)
    assert total(timed) == 2


@pytest.mark.parametrize(
    "error", [Unavailable("The server does not answer."), Refused("No."), NotFound("Gone."), Invalid("Bad.")]
)
def test_a_source_that_fails_midway_ends_partial_and_keeps_what_came(
    timed: Catalogue, error: Exception
) -> None:
    run = timed.ingest(SOURCE, then(records("ab"), error))

    assert (run.state, run.message) == (PARTIAL, str(error))
    assert run.ended is not None
    assert total(timed) == 2


def test_a_source_that_gives_nothing_but_an_error_has_failed(timed: Catalogue) -> None:
    timed.ingest(SOURCE, records("abc"))

    run = timed.ingest(SOURCE, then([], Unavailable("The server does not answer.")))

    assert run.state == FAILED
    assert total(timed) == 3


@pytest.mark.parametrize(("came", "state"), [(97, PARTIAL), (98, COMPLETE), (100, COMPLETE)])
def test_a_run_is_complete_when_nearly_all_of_the_declared_total_came(
    timed: Catalogue, came: int, state: str
) -> None:
    run = timed.ingest(SOURCE, [*records(range(came)), Declared(100)])

    assert run.state == state
    assert ("declares 100 records; 97 came" in run.message) == (state == PARTIAL)


def test_a_record_that_comes_twice_in_a_run_is_counted_once_and_the_first_stays(timed: Catalogue) -> None:
    run = timed.ingest(SOURCE, [record("a", "First"), record("a", "Second"), record("a", "First")])

    assert counts(run) == (1, 0, 0, 0)
    assert timed.record(id_of("a")).entity.text("title") == "First"


def test_the_same_iri_from_two_sources_is_two_records(timed: Catalogue) -> None:
    timed.ingest("north", [record("a", "As the north tells it")])
    timed.ingest("south", [record("a", "As the south tells it")])

    assert total(timed) == 2
    assert timed.record(id_of("a", "north")).entity.text("title") == "As the north tells it"
    assert timed.record(id_of("a", "south")).entity.text("title") == "As the south tells it"


def test_runs_of_more_than_one_batch_lose_nothing(timed: Catalogue) -> None:
    run = timed.ingest(SOURCE, records(range(2_345)))

    assert counts(run) == (2_345, 0, 0, 0)
    assert total(timed) == timed.ledger.count(SOURCE) == 2_345


# --- crashes


@pytest.mark.parametrize("failing", ["store", "index"])
@pytest.mark.parametrize("call", [1, 2])
def test_a_crash_between_the_engines_is_mended_when_the_catalogue_opens_again(
    tmp_path: Path, clock: Clock, failing: str, call: int
) -> None:
    catalogue, store, index = frail(tmp_path, clock)
    if call == 2:
        catalogue.ingest(SOURCE, [record("a", "Old name"), record("b")])
    engine = store if failing == "store" else index
    engine.failing = frozenset({engine.calls + 1})
    with pytest.raises(Crash):
        catalogue.ingest(SOURCE, [record("a", "New name"), record("b"), record("c")])
    catalogue.close()

    again = on_disk(tmp_path, clock)

    _agree(again)
    assert again.ledger.intended() == ()
    assert total(again, "new name") == (1 if failing == "index" else 0)
    assert counts(again.ingest(SOURCE, [record("a", "New name"), record("b"), record("c")]))[3] == 0
    assert total(again) == 3
    _agree(again)
    again.close()


def test_a_crash_while_a_record_becomes_a_catalogue_leaves_nothing_of_the_dataset(
    tmp_path: Path, clock: Clock
) -> None:
    catalogue, _, index = frail(tmp_path, clock)
    catalogue.ingest(SOURCE, records("ab"))
    index.failing = frozenset({2})
    with pytest.raises(Crash):
        catalogue.ingest(SOURCE, [_as_catalogue("a"), record("b")])
    catalogue.close()

    again = on_disk(tmp_path, clock)

    assert total(again) == 1
    assert again.record(id_of("a")).envelope.kind == "catalogue"
    again.close()


def _agree(catalogue: Catalogue) -> None:
    """Store, index and ledger hold the same records in the same version."""
    entries = catalogue.ledger.page(limit=1_000)
    assert total(catalogue) == len(entries)
    graphs = {g.value for g in catalogue.store.graphs() if "/record/" in g.value}
    assert graphs == {f"{catalogue.base}/record/{e.id}" for e in entries}
    for entry in entries:
        iri = NamedNode(f"{catalogue.base}/record/{entry.id}")
        envelope, own = opened(iri, catalogue.store.read([iri])[iri])
        assert envelope is not None
        assert envelope.digest == entry.digest == canonical(own)[1]
        assert total(catalogue, f'"{entry.title}"') >= 1


def test_an_index_that_fails_leaves_no_run_open_and_the_next_run_mends_it(clock: Clock) -> None:
    catalogue, _, index = frail(None, clock)
    index.failing, index.error = frozenset({1}), Unavailable("The index cannot be written.")

    run = catalogue.ingest(SOURCE, records("ab"))
    catalogue.ingest("south", records("z"))

    assert (run.state, run.message) == (FAILED, "The index cannot be written.")
    assert total(catalogue) == 3
    _agree(catalogue)
    catalogue.close()


def test_a_record_that_comes_after_a_part_of_it_was_set_aside_is_taken_in(timed: Catalogue) -> None:
    run = timed.ingest(
        SOURCE, [Rejected(ORIGIN, f"{record('a').subject.value} (line 7)", "Torn."), record("a")]
    )

    assert counts(run) == (1, 0, 0, 1)
    assert timed.record(id_of("a")).entity.text("title") == "Register a"
