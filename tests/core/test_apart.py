"""A harvest in a process of its own brings what it would bring in this one."""

import logging
import multiprocessing
import os
import threading
from collections.abc import Iterator
from itertools import count, islice
from multiprocessing import get_context
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from pyoxigraph import Literal, NamedNode, Triple

from catalogue.apart import _read, apart, never
from catalogue.catalogue import Catalogue
from catalogue.errors import Interrupted, Unavailable
from catalogue.records import Canonical, Declared, Harvested, Record, Rejected, Said, record_id
from catalogue.runs import COMPLETE, FAILED, PARTIAL
from ontologies.namespaces import DCAT, DCT, RDF


def records(count: int, base: str = "https://example.org") -> Iterator[Harvested]:
    """Records by number; with the base of a catalogue they speak of its own record of them."""
    yield Declared(count)
    for number in range(count):
        subject = NamedNode(f"https://example.org/{number}")
        forged = NamedNode(f"{base}/record/{record_id('apart', subject.value)}")
        said = (
            Triple(subject, RDF.type, DCAT.Dataset),
            Triple(subject, DCT.term("title"), Literal(f"Source {number}", language="en")),
            Triple(subject, DCT.relation, forged),
            Triple(forged, DCT.term("title"), Literal("forged")),
        )
        yield Record(subject, "dataset", said, "feed", (NamedNode("https://example.org/all"),))
    yield Rejected("feed", "line 3", "It is torn.", b"\x00raw")


def fails(count: int) -> Iterator[Harvested]:
    """Some records, then a source that does not answer."""
    yield from islice(records(count), 1, count + 1)
    raise Unavailable("The source does not answer.")


def dies(count: int) -> Iterator[Harvested]:
    """Some records, then a process that ends at once."""
    yield from islice(records(count), 1, count + 1)
    os._exit(9)


def dies_in_the_middle() -> Iterator[Harvested]:
    """More than may wait to be taken, then a process that ends at once."""
    yield from (Rejected("feed", f"line {number}", "It is torn.", bytes(1_000)) for number in range(6_000))
    os._exit(9)


def fetches(folder: Path) -> Iterator[Harvested]:
    """Something, while files that were fetched lie in a folder; then its server is waited for."""
    with TemporaryDirectory(dir=folder) as scratch:
        (Path(scratch) / "raw.csv").write_text("persons,3")
        yield from (Declared(number) for number in range(200))
        threading.Event().wait(60)


def digests(catalogue: Catalogue) -> dict[str, str]:
    return {entry.subject: entry.digest for entry in catalogue.ledger.page(limit=1000)}


def test_the_same_records_arrive_as_in_one_process(catalogue: Catalogue) -> None:
    catalogue.ingest("here", records(5))
    here = digests(catalogue)

    run = catalogue.ingest("apart", apart(never, records, 5))

    assert (run.state, run.new, run.rejected) == (COMPLETE, 5, 1)
    assert {entry.digest for entry in catalogue.ledger.page(limit=1000)} == set(here.values())
    assert catalogue.ledger.runs.rejected(run.id)[0].raw == b"\x00raw"


def test_records_come_in_canonical_form_and_can_be_opened() -> None:
    items = list(apart(never, records, 1))

    assert isinstance(items[1], Canonical)
    (record,) = islice(records(1), 1, 2)
    assert isinstance(record, Record)
    assert set(items[1].record().triples) == set(record.triples)
    assert items[1].record().member_of == record.member_of


def test_what_a_harvest_raises_is_raised_after_what_it_brought(catalogue: Catalogue) -> None:
    run = catalogue.ingest("source", apart(never, fails, 3))

    assert (run.state, run.new, run.message) == (PARTIAL, 3, "The source does not answer.")


def test_a_reader_that_dies_takes_nothing_with_it_that_had_come(catalogue: Catalogue) -> None:
    catalogue.ingest("source", records(5))

    run = catalogue.ingest("source", apart(never, dies, 450))

    assert run.state in (PARTIAL, FAILED)
    assert len(digests(catalogue)) == 5 + run.new
    assert "ended before its time" in run.message


def test_a_reader_that_dies_while_it_hands_something_over_is_told_of() -> None:
    with pytest.raises(Unavailable, match="ended before its time"):
        list(apart(never, dies_in_the_middle))


def test_a_reader_that_is_no_longer_wanted_ends() -> None:
    items = apart(never, records, 5000)
    assert isinstance(next(items), Declared)

    items.close()  # type: ignore[attr-defined]

    assert multiprocessing.active_children() == []


def test_a_reader_that_is_no_longer_wanted_leaves_no_file_behind(tmp_path: Path) -> None:
    items = apart(never, fetches, tmp_path)
    assert isinstance(next(items), Declared)
    assert [*tmp_path.rglob("raw.csv")]

    items.close()  # type: ignore[attr-defined]

    assert [*tmp_path.iterdir()] == []


def test_no_publisher_speaks_of_our_own_records(catalogue: Catalogue) -> None:
    run = catalogue.ingest("apart", apart(never, records, 2, catalogue.base))

    assert run.new == 2
    for id in catalogue.ids():
        assert "forged" not in {t.object.value for t in catalogue.export([id]) if hasattr(t.object, "value")}


def test_an_argument_that_cannot_be_handed_over_is_told_at_once() -> None:
    with pytest.raises((AttributeError, TypeError)):
        list(apart(never, lambda: iter(())))


def _lasts_for_ever() -> Iterator[Harvested]:
    threading.Event().wait()
    yield from ()


def test_a_harvest_that_waits_for_its_source_ends_when_it_is_told_to() -> None:
    looks = iter([False, False, True, True])

    with pytest.raises(Interrupted, match="told to stop"):
        list(apart(lambda: next(looks), _lasts_for_ever))


def _speaks(count: int) -> Iterator[Harvested]:
    logging.getLogger("harvesters.told").info("page %s", count)
    logging.getLogger("elsewhere").warning("not ours")
    yield from records(1)


def test_what_a_harvest_logs_comes_with_its_items() -> None:
    items = list(apart(never, _speaks, 7))

    assert [item.message for item in items if isinstance(item, Said)] == ["page 7"]


def endless(mark: Path) -> Iterator[Harvested]:
    """Records without end; the mark is made anew with each."""
    for number in count():
        (mark.parent / "next").write_text(str(number))
        (mark.parent / "next").replace(mark)
        yield from islice(records(2), 1, 2)


def test_a_reader_whose_catalogue_is_gone_ends_long_before_its_harvest(tmp_path: Path) -> None:
    here, there = get_context("spawn").Pipe(duplex=False)
    reader = get_context("spawn").Process(target=_read, args=(there, endless, (tmp_path / "mark",), {}))
    reader.start()
    there.close()
    here.recv()

    here.close()
    reached = int((tmp_path / "mark").read_text())

    reader.join(60)
    assert reader.exitcode == 1
    assert int((tmp_path / "mark").read_text()) < reached + 2_000
