"""Promises of every engine about order, pages and suggestions."""

import pytest

from catalogue.errors import Invalid
from catalogue.search import SearchIndex, SearchQuery, Suggestion, Words
from tests.search.examples import document, ids, random_documents


@pytest.mark.parametrize(
    ("sort", "order"),
    [
        ("relevance", ["new", "old", "none"]),
        ("newest", ["new", "old", "none"]),
        ("title", ["none", "old", "new"]),
        ("persons", ["old", "none", "new"]),
    ],
)
def test_records_without_a_value_come_last(index: SearchIndex, sort: str, order: list[str]) -> None:
    index.put(
        [
            document("old", "Österreich", modified=-400, persons=900),
            document("new", modified=20_000),
            document("none", "Andorra", persons=5),
        ]
    )

    assert ids(index, SearchQuery(sort=sort)) == order


@pytest.mark.parametrize("sort", ["relevance", "newest", "title", "persons"])
@pytest.mark.parametrize("text", ["", "alpha"])
def test_pages_hold_every_record_once(index: SearchIndex, sort: str, text: str) -> None:
    documents = random_documents(seed=3, number=57)
    index.put(documents[:30])
    index.put(documents[30:])
    whole = ids(index, SearchQuery(text, sort=sort, size=100))

    pages = [ids(index, SearchQuery(text, sort=sort, page=n, size=7)) for n in range(1, 10)]

    assert [record for page in pages for record in page] == whole
    assert len({*whole}) == len(whole) == index.search(SearchQuery(text)).total


def test_titles_are_in_the_order_of_the_alphabet_however_far_one_pages(
    index: SearchIndex,
) -> None:
    starts = ("Régistre ", "1st ", "2nd ", "ж", "registre", "A", "Ab ", "a c")
    titles = [f"{starts[n % 8]}{n % 7} {n % 3}z" for n in range(100)]
    index.put([document(f"{n:03d}", Words(title, "fr")) for n, title in enumerate(titles)])

    pages = [ids(index, SearchQuery(sort="title", page=n, size=4)) for n in range(1, 26)]

    found = [record for page in pages for record in page]
    key = {f"{n:03d}": title.lower().replace("é", "e") for n, title in enumerate(titles)}
    assert found == sorted(key, key=lambda record: (key[record], record))


def test_a_page_after_the_last_is_empty(index: SearchIndex) -> None:
    index.put([document("a", "A")])

    for sort in ("newest", "title"):
        result = index.search(SearchQuery(sort=sort, page=9))
        assert (result.total, result.hits) == (1, ())


def test_suggestions_are_titles_then_keywords_each_once(index: SearchIndex) -> None:
    index.put(
        [
            document("a", "The heart study", keywords=("Heart failure", "heart study")),
            document("b", "Heart attacks", Words("Étude du cœur", "fr")),
            document("c", "HEART ATTACKS", keywords=("heart failure", "hearing")),
            document("d", "Diabetes"),
        ]
    )

    found = index.suggest("hea")

    assert [suggestion.text.lower() for suggestion in found[:2]] == [
        "heart attacks",
        "the heart study",
    ]
    assert {s.text.lower() for s in found[2:]} == {"heart failure", "heart study", "hearing"}
    assert all(suggestion.id == "" for suggestion in found[2:])
    assert index.suggest("etu") == (Suggestion("Étude du cœur", "b"),)
    assert index.suggest("study HEART") == (Suggestion("The heart study", "a"),)
    assert index.suggest("study hearts") == ()
    assert index.suggest("  ") == ()
    assert len(index.suggest("hea", limit=2)) == 2


def test_what_was_removed_is_not_suggested(index: SearchIndex) -> None:
    index.put([document("a", "Asthma", keywords=("asbestos",)), document("b", "Other")])

    index.put((), without=["a"])

    assert index.suggest("as") == ()


@pytest.mark.parametrize("sort", ["relevance", "newest", "title", "persons"])
@pytest.mark.parametrize("text", ["", "alpha", "alpah"])
def test_the_rows_are_those_of_all_pages_in_their_order(index: SearchIndex, sort: str, text: str) -> None:
    index.put(random_documents(seed=3, number=57))
    whole = ids(index, SearchQuery(text, sort=sort, size=100))

    rows = index.rows(SearchQuery(text, sort=sort, page=3, size=7))

    assert [row.id for row in rows] == whole != []


def test_the_rows_are_those_of_one_moment(index: SearchIndex) -> None:
    index.put([document(f"r{n}", "heart") for n in range(30)])
    rows = index.rows(SearchQuery(sort="title"))
    first = next(rows)

    index.put([document("new", "another heart")], without=[f"r{n}" for n in range(20)])

    assert len({first.id, *(row.id for row in rows)} - {"new"}) == 30


def test_rows_that_cannot_be_asked_for_are_refused_before_the_first(index: SearchIndex) -> None:
    with pytest.raises(Invalid, match="sort=colour"):
        index.rows(SearchQuery(sort="colour"))
