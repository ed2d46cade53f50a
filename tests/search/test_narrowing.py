"""Promises of every engine about facets and ranges."""

from dataclasses import replace

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from catalogue.errors import Invalid
from catalogue.query_url import FACET_NAMES
from catalogue.search import RANGES, FacetCount, Range, SearchIndex, SearchQuery
from tests.search.examples import (
    VALUES,
    counted,
    document,
    ids,
    matches,
    random_documents,
    says_nothing,
)

DOCUMENTS = random_documents(seed=7, number=60)

bounds = st.integers(0, 20)
ranges = st.one_of(
    st.builds(lambda low, s: Range(low, None, s), bounds, st.booleans()),
    st.builds(lambda high, s: Range(None, high, s), bounds, st.booleans()),
    st.builds(lambda a, b, s: Range(min(a, b), max(a, b), s), bounds, bounds, st.booleans()),
    st.just(Range(silent=True)),
)
queries = st.builds(
    SearchQuery,
    text=st.sampled_from(("", "", "alpha", "delta", "bravo delta")),
    filters=st.dictionaries(
        st.sampled_from(FACET_NAMES),
        st.lists(st.sampled_from((*VALUES, "absent")), max_size=3, unique=True).map(tuple),
        max_size=3,
    ),
    ranges=st.dictionaries(st.sampled_from(sorted(RANGES)), ranges, max_size=3),
    sort=st.sampled_from(("relevance", "newest", "title", "persons")),
    size=st.just(100),
    copies=st.booleans(),
    among=st.one_of(
        st.none(),
        st.none(),
        st.frozensets(st.sampled_from([source.row.id for source in DOCUMENTS] + ["elsewhere"]), max_size=40),
    ),
)


def test_totals_records_facets_and_silent_counts_are_exact(index: SearchIndex) -> None:
    index.put(DOCUMENTS)

    @settings(max_examples=120, deadline=None, suppress_health_check=[HealthCheck.too_slow])
    @given(queries)
    def agrees(query: SearchQuery) -> None:
        result = index.search(query)

        expected = {source.row.id for source in DOCUMENTS if matches(source, query)}
        assert {hit.row.id for hit in result.hits} == expected
        assert result.total == len(expected)
        assert result.query == query
        assert not result.close
        stated = [s.numbers["persons"] for s in DOCUMENTS if s.row.id in expected and "persons" in s.numbers]
        assert (result.persons, result.declaring) == (sum(stated), len(stated))
        for facet in FACET_NAMES:
            assert {f.value: f.count for f in result.facets[facet]} == counted(DOCUMENTS, query, facet)
        assert result.silent == {
            name: sum(matches(s, query, name) and says_nothing(s, name) for s in DOCUMENTS) for name in RANGES
        }
        everything = replace(query, copies=True)
        assert result.hidden == sum(matches(s, everything) for s in DOCUMENTS) - len(expected)

    agrees()


def test_every_facet_is_there_even_on_an_empty_index(index: SearchIndex) -> None:
    result = index.search(SearchQuery())

    assert result.facets == dict.fromkeys(FACET_NAMES, ())
    assert result.silent == dict.fromkeys(RANGES, 0)


def test_values_come_by_count_then_by_value_and_selected_ones_always(index: SearchIndex) -> None:
    index.put(
        [
            document("a", "A", facets={"country": ("FRA", "DEU")}),
            document("b", "B", facets={"country": ("DEU", "AUT")}),
        ]
    )

    result = index.search(SearchQuery(filters={"country": ("FIN", "FRA")}))

    assert result.facets["country"] == (
        FacetCount("DEU", 2),
        FacetCount("AUT", 1),
        FacetCount("FRA", 1, selected=True),
        FacetCount("FIN", 0, selected=True),
    )


def test_fifty_values_are_given_the_first_of_equals_and_rare_selected_ones(
    index: SearchIndex,
) -> None:
    values = tuple(f"v{n:03d}" for n in range(300))
    index.put([document("a", "A", facets={"keyword": values})])
    index.put([document("b", "B", facets={"keyword": ("v299",)})])

    result = index.search(SearchQuery(filters={"keyword": ("v270",)}))

    shown = [count.value for count in result.facets["keyword"]]
    assert shown == ["v299", *(f"v{n:03d}" for n in range(49)), "v270"]


@pytest.mark.parametrize("value", ["2020-01-01T00:00:00Z", "true", "12", "", " x ", "A*", "\x00"])
def test_a_value_of_a_facet_is_never_read_as_anything_but_itself(index: SearchIndex, value: str) -> None:
    index.put([document("a", "A", facets={"keyword": (value,)}), document("b", "B")])

    result = index.search(SearchQuery(filters={"keyword": (value,)}))

    assert [hit.row.id for hit in result.hits] == ["a"]
    assert result.facets["keyword"] == (FacetCount(value, 1, selected=True),)


def test_a_document_that_gives_one_end_is_a_point(index: SearchIndex) -> None:
    index.put([document("a", "A", year_low=2000)])

    assert ids(index, SearchQuery(ranges={"years": Range(1990, 2000)})) == ["a"]
    assert ids(index, SearchQuery(ranges={"years": Range(2001, None)})) == []


def test_numbers_beyond_all_bounds_do_no_harm(index: SearchIndex) -> None:
    index.put([document("a", "A", persons=10**40), document("b", "B", persons=-(10**40))])

    assert ids(index, SearchQuery(ranges={"persons": Range(10**12, 10**50)})) == ["a"]
    assert ids(index, SearchQuery(sort="persons")) == ["a", "b"]


@pytest.mark.parametrize(
    "query",
    [
        SearchQuery(filters={"colour": ("red",)}),
        SearchQuery(ranges={"height": Range(1, 2)}),
        SearchQuery(sort="best"),
        SearchQuery(page=0),
        SearchQuery(size=0),
        SearchQuery(size=101),
        SearchQuery(page=501),
        SearchQuery(ranges={"age": Range(5, 4)}),
    ],
)
def test_a_query_that_cannot_be_answered_is_refused(index: SearchIndex, query: SearchQuery) -> None:
    with pytest.raises(Invalid):
        index.search(query)
