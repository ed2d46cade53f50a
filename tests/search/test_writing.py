"""Promises of every engine about putting, removing and rebuilding."""

import threading
from collections.abc import Iterator

import pytest

from catalogue.search import Row, SearchDocument, SearchIndex, SearchQuery, Words
from tests.search.conftest import FINGERPRINT
from tests.search.examples import document, ids


def test_what_was_put_is_seen_on_return_as_it_was_given(index: SearchIndex) -> None:
    row = Row(
        id="a",
        iri="https://example.org/a",
        kind="series",
        title=(Words("Title", "en"), Words("Titel", "de")),
        description=(Words("Text"),),
        publisher="Institute",
        source="north",
        keywords=("one", "two"),
        codes={"country": ("FRA", "DEU"), "theme": ()},
        persons=0,
        age_high=99,
        modified="2024-05-06",
        variables=3,
        contact=True,
        quality_label=True,
        profile="restricted",
        missing=2,
    )

    index.put([SearchDocument(row, (), {}, {})])

    assert [hit.row for hit in index.search(SearchQuery()).hits] == [row]


def test_a_document_takes_the_place_of_the_one_with_its_id(index: SearchIndex) -> None:
    index.put([document("a", "First"), document("a", "Second")])
    index.put([document("a", "Third", facets={"country": ("FRA",)})])

    assert [hit.row.title[0].text for hit in index.search(SearchQuery()).hits] == ["Third"]
    assert index.search(SearchQuery("first")).total == 0
    assert [count.count for count in index.search(SearchQuery()).facets["country"]] == [1]


def test_removed_documents_are_gone_and_unknown_ids_are_passed_over(index: SearchIndex) -> None:
    index.put([document("a", "A"), document("b", "B")])

    index.put((), without=["a", "never there"])
    index.put((), without=[])

    assert ids(index, "") == ["b"]


def test_a_put_that_fails_adds_nothing(index: SearchIndex) -> None:
    index.put([document("a", "A")])

    with pytest.raises(RuntimeError, match="broken"):
        index.put(_breaking())

    assert ids(index, "") == ["a"]
    index.put([document("c", "C")])
    assert index.search(SearchQuery()).total == 2


def test_a_rebuild_holds_what_it_was_given_and_nothing_else(index: SearchIndex) -> None:
    index.put([document("a", "A")])

    number = index.rebuild(document(record, record) for record in "xyz")

    assert number == 3
    assert sorted(ids(index, "")) == ["x", "y", "z"]
    index.put([document("w", "W")])
    assert index.search(SearchQuery()).total == 4


def test_a_rebuild_that_fails_leaves_the_live_index(index: SearchIndex) -> None:
    index.put([document("a", "A")])

    with pytest.raises(RuntimeError, match="broken"):
        index.rebuild(_breaking())

    assert ids(index, "") == ["a"]
    assert index.fingerprint() == ""
    index.put([document("c", "C")])
    assert index.search(SearchQuery()).total == 2


def test_the_fingerprint_is_that_of_the_last_rebuild(index: SearchIndex) -> None:
    assert index.fingerprint() == ""

    index.rebuild([])

    assert index.fingerprint() == FINGERPRINT


def test_the_old_index_answers_while_the_new_one_is_built(index: SearchIndex) -> None:
    index.put([document("a", "A")])
    seen = []

    def watched() -> Iterator[SearchDocument]:
        for record in "xy":
            seen.append(ids(index, ""))
            yield document(record, record)

    index.rebuild(watched())

    assert seen == [["a"], ["a"]]


def test_threads_search_while_another_writes(index: SearchIndex) -> None:
    index.put([document(f"r{n}", f"heart {n}") for n in range(20)])
    totals: list[int] = []

    def search() -> None:
        for n in range(15):
            totals.append(index.search(SearchQuery("hearts", sort="newest", page=1)).total)
            index.suggest("hea" if n % 2 else "h")

    threads = [threading.Thread(target=search) for _ in range(4)]
    for thread in threads:
        thread.start()
    for n in range(20, 24):
        index.put([document(f"r{n}", f"heart {n}")])
    for thread in threads:
        thread.join()

    assert len(totals) == 60
    assert {*totals} <= {20, 21, 22, 23, 24}


def _breaking() -> Iterator[SearchDocument]:
    yield document("b", "B")
    raise RuntimeError("broken")
