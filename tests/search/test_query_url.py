"""Promises about the URL form of a search."""

from dataclasses import replace
from urllib.parse import parse_qsl

import pytest
from hypothesis import given
from hypothesis import strategies as st

from catalogue.errors import Invalid
from catalogue.query_url import (
    FACET_NAMES,
    at_page,
    checked,
    cleared,
    format_query,
    parse_query,
    sorted_by,
    toggled,
    toggled_concept,
    toggled_variable,
)
from catalogue.search import MAX_OFFSET, RANGES, SORTS, Holding, Range, SearchQuery

words = st.text(max_size=30).map(str.strip)
values = st.lists(words.filter(bool), min_size=1, max_size=3, unique=True).map(
    lambda given: tuple(sorted(given))
)
ends = st.one_of(st.none(), st.integers(0, 10**15 - 1))
holdings = st.builds(
    Holding,
    concepts=st.frozensets(st.integers(0, 10**15 - 1), max_size=3).map(lambda ids: tuple(sorted(ids))),
    minimum=st.integers(1, 10**15 - 1),
    possibly=st.booleans(),
)


@st.composite
def ranges(draw: st.DrawFn) -> Range:
    low, high = draw(ends), draw(ends)
    if low is not None and high is not None:
        low, high = sorted((low, high))
    return Range(low, high, silent=draw(st.booleans()))


@st.composite
def queries(draw: st.DrawFn) -> SearchQuery:
    size = draw(st.integers(1, 100))
    return SearchQuery(
        text=draw(words),
        filters=draw(st.dictionaries(st.sampled_from(FACET_NAMES), values, max_size=4)),
        ranges=draw(
            st.dictionaries(st.sampled_from(sorted(RANGES)), ranges().filter(lambda r: r != Range()))
        ),
        sort=draw(st.sampled_from(SORTS)),
        page=draw(st.integers(1, MAX_OFFSET // size)),
        size=size,
        copies=draw(st.booleans()),
        holds=draw(holdings),
        variables=draw(values),
    )


@given(queries())
def test_a_search_written_as_a_url_is_read_back_as_the_same_search(query: SearchQuery) -> None:
    assert parse_query(parse_qsl(format_query(query))) == query


@given(queries(), st.randoms())
def test_equal_searches_have_one_url(query: SearchQuery, chance: object) -> None:
    pairs = parse_qsl(format_query(query))
    chance.shuffle(pairs)  # type: ignore[attr-defined]

    assert format_query(parse_query([*pairs, ("utm_source", "x"), ("q ", "y")])) == format_query(query)


@given(st.lists(st.tuples(st.sampled_from(("q", "page", "age_min", "sort", "country")), words)))
def test_any_parameters_are_read_or_refused(pairs: list[tuple[str, str]]) -> None:
    try:
        query = parse_query(pairs)
    except Invalid:
        return

    assert checked(query) == query


def test_the_url_form_is_the_one_that_is_documented() -> None:
    query = SearchQuery(
        "heart & lung",
        filters={"source": ("north",), "country": ("FRA", "DEU")},
        ranges={"age": Range(18, 65, silent=True), "persons": Range(low=100)},
        sort="newest",
        page=2,
        size=50,
        copies=True,
        holds=Holding((316139, 201826), 1_000, possibly=True),
        variables=("smoking", "http://loinc.org/rdf/39156-5"),
    )

    assert format_query(query) == (
        "q=heart+%26+lung&country=DEU&country=FRA&source=north&persons_min=100"
        "&age_min=18&age_max=65&age_unknown=1&holds=201826&holds=316139&holds_min=1000&holds_possibly=1"
        "&variable=smoking&variable=http%3A%2F%2Floinc.org%2Frdf%2F39156-5&copies=1&sort=newest&page=2&size=50"
    )
    assert format_query(SearchQuery()) == ""


def test_empty_and_unknown_parameters_are_passed_over() -> None:
    pairs = [("q", " "), ("persons_min", ""), ("country", ""), ("utm_source", "x"), ("page", "")]

    assert parse_query(pairs) == SearchQuery()


def test_repeated_values_count_once_and_the_last_of_a_single_parameter() -> None:
    pairs = [("country", "FRA"), ("country", "DEU"), ("country", "FRA"), ("q", "a"), ("q", "b")]

    assert parse_query(pairs) == SearchQuery("b", filters={"country": ("DEU", "FRA")})


@pytest.mark.parametrize(
    ("pairs", "words_of_message"),
    [
        ({"page": "abc"}, ("page", "abc", "whole number")),
        ({"page": "0"}, ("page", "0", "from 1 to 500")),
        ({"page": "501"}, ("page", "501", "from 1 to 500")),
        ({"size": "1000"}, ("size", "1000", "from 1 to 100")),
        ({"size": "0"}, ("size", "0", "from 1 to 100")),
        ({"size": "100", "page": "101"}, ("page", "101", "from 1 to 100")),
        ({"sort": "foo"}, ("sort", "foo", "relevance, newest, title, persons")),
        ({"persons_min": "-1"}, ("persons_min", "-1", "whole number")),
        ({"persons_min": "1e3"}, ("persons_min", "1e3", "whole number")),
        ({"persons_max": "9" * 16}, ("persons_max", "15 digits")),
        ({"years_min": "²"}, ("years_min", "²")),
        ({"age_min": "9", "age_max": "3"}, ("age_min", "9", "age_max", "3")),
        ({"age_unknown": "yes"}, ("age_unknown", "yes", "1")),
        ({"copies": "true"}, ("copies", "true", "1")),
        ({"holds": "heart"}, ("holds", "heart", "whole number")),
        ({"holds": "1", "holds_min": "0"}, ("holds_min", "0", "at least 1")),
    ],
)
def test_a_wrong_parameter_is_named_with_what_is_allowed(
    pairs: dict[str, str], words_of_message: tuple[str, ...]
) -> None:
    with pytest.raises(Invalid) as raised:
        parse_query(pairs.items())

    assert all(word in str(raised.value) for word in words_of_message)


def test_links_change_one_thing_and_begin_at_the_first_page() -> None:
    query = SearchQuery(
        "heart", filters={"country": ("FRA",)}, ranges={"age": Range(1)}, sort="title", page=3
    )

    assert toggled(query, "country", "DEU").filters == {"country": ("DEU", "FRA")}
    assert toggled(query, "country", "FRA").filters == {}
    assert toggled(query, "theme", "HEAL").filters == {"country": ("FRA",), "theme": ("HEAL",)}
    assert cleared(query, "age") == SearchQuery("heart", {"country": ("FRA",)}, {}, "title")
    assert cleared(query, "country").ranges == {"age": Range(1)}
    assert cleared(query) == SearchQuery("heart", sort="title")
    assert toggled_concept(replace(query, holds=Holding((2,), 9)), 1).holds == Holding((1, 2), 9)
    assert toggled_concept(replace(query, holds=Holding((2,), 9)), 2).holds == Holding()
    assert cleared(replace(query, holds=Holding((2,), 9))).holds == Holding()
    assert toggled_variable(replace(query, variables=("b",)), "a").variables == ("a", "b")
    assert cleared(toggled_variable(query, "a")) == cleared(query)
    assert sorted_by(query, "newest").page == toggled(query, "country", "DEU").page == 1
    assert at_page(query, 4) == SearchQuery("heart", {"country": ("FRA",)}, {"age": Range(1)}, "title", 4)
