"""Promises of every engine: of several descriptions of one dataset the leading one is found and counted."""

from dataclasses import replace

from catalogue.search import FacetCount, Range, SearchIndex, SearchQuery
from tests.search.examples import document, ids

LEAD = document("lead", "Heart registry", facets={"country": ("FRA",)}, persons=100)
COPY = document("copy", "Heart registry", facets={"country": ("FRA", "DEU")}, copy_of="lead", persons=100)
OTHER = document("other", "Lung registry", facets={"country": ("DEU",)})


def test_a_dataset_that_is_described_twice_is_found_and_counted_once(index: SearchIndex) -> None:
    index.put([LEAD, COPY, OTHER])

    for query in (SearchQuery(sort="title"), SearchQuery("registry", sort="title")):
        result = index.search(query)

        assert [hit.row.id for hit in result.hits] == ["lead", "other"]
        assert (result.total, result.hidden) == (2, 1)
        assert (result.persons, result.declaring) == (100, 1)
        assert result.facets["country"] == (FacetCount("DEU", 1), FacetCount("FRA", 1))
        assert result.silent["persons"] == 1
        assert [row.id for row in index.rows(query)] == ["lead", "other"]


def test_every_description_is_found_when_that_is_asked_for(index: SearchIndex) -> None:
    index.put([LEAD, COPY, OTHER])

    result = index.search(SearchQuery("registry", sort="title", copies=True))

    assert {hit.row.id for hit in result.hits} == {"lead", "copy", "other"}
    assert (result.total, result.hidden) == (3, 0)
    assert (result.persons, result.declaring) == (200, 2)
    assert result.facets["country"] == (FacetCount("DEU", 2), FacetCount("FRA", 2))


def test_copies_are_left_out_beside_a_filter_and_a_range(index: SearchIndex) -> None:
    index.put([LEAD, COPY, OTHER])

    filtered = index.search(SearchQuery(filters={"country": ("DEU",)}))
    ranged = index.search(SearchQuery(ranges={"persons": Range(50, 200)}))

    assert ([hit.row.id for hit in filtered.hits], filtered.hidden) == (["other"], 1)
    assert ([hit.row.id for hit in ranged.hits], ranged.hidden) == (["lead"], 1)


def test_a_record_that_is_no_copy_any_more_is_found_again(index: SearchIndex) -> None:
    index.put([LEAD, COPY])

    index.put([replace(COPY, row=replace(COPY.row, copy_of=""))])

    assert {*ids(index, "heart")} == {"lead", "copy"}
    assert index.search(SearchQuery()).hidden == 0


def test_words_that_only_a_copy_holds_are_told_as_left_out(index: SearchIndex) -> None:
    index.put([LEAD, document("copy", "Cardiac registry", copy_of="lead")])

    result = index.search(SearchQuery("cardiac"))

    assert (result.total, result.hidden, result.close) == (0, 1, False)


def test_no_copy_is_suggested(index: SearchIndex) -> None:
    copy = document("copy", "Cardiac registry", keywords=["cardiology"], copy_of="lead")
    index.put([document("lead", "Heart registry", keywords=["heart"]), copy])

    assert index.suggest("card") == ()
    assert [one.id for one in index.suggest("heart")] == ["lead", ""]


def test_how_a_record_stands_comes_back_with_its_row(index: SearchIndex) -> None:
    index.put([replace(LEAD, row=replace(LEAD.row, others=1)), COPY])

    rows = {row.id: row for row in index.rows(SearchQuery(copies=True))}

    assert (rows["lead"].copy_of, rows["lead"].others) == ("", 1)
    assert (rows["copy"].copy_of, rows["copy"].others) == ("lead", 0)
