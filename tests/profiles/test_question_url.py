"""A question has one URL form, which says all of it, and what cannot be asked is told."""

from urllib.parse import parse_qsl

import pytest
from hypothesis import given
from hypothesis import strategies as st

from catalogue.errors import Invalid
from catalogue.profiles.analyses import DOMAINS, SEXES
from catalogue.profiles.feasibility import ConceptSet, Question
from catalogue.profiles.question_url import format_question, parse_question

IDS = st.lists(st.integers(0, 10**17), min_size=1, max_size=5, unique=True).map(tuple)
SETS = st.builds(ConceptSet, IDS, descendants=st.booleans())
SOME = st.lists(st.sampled_from(DOMAINS), unique=True).map(
    lambda found: tuple(domain for domain in DOMAINS if domain in found)
)


def spans(low: int, high: int) -> st.SearchStrategy[tuple[int | None, int | None]]:
    ends = st.tuples(st.integers(low, high), st.integers(low, high)).map(lambda pair: (min(pair), max(pair)))
    return st.tuples(ends, st.booleans(), st.booleans()).map(
        lambda drawn: (drawn[0][0] if drawn[1] else None, drawn[0][1] if drawn[2] else None)
    )


QUESTIONS = st.builds(
    Question,
    st.lists(SETS, max_size=4, unique=True).map(tuple),
    SOME,
    SOME,
    spans(0, 150),
    st.sampled_from(["", *SEXES]),
    spans(1800, 2200),
    st.none() | st.integers(1, 1800),
    st.lists(st.integers(0, 10**9), unique=True, max_size=3).map(tuple),
    st.integers(1, 10**9),
)


@given(QUESTIONS)
def test_what_is_written_is_read_again(question: Question) -> None:
    assert parse_question(parse_qsl(format_question(question))) == question


@given(
    st.lists(
        st.tuples(
            st.sampled_from("concept requires sex from_age follow_up visit at_least".split()), st.text()
        )
    )
)
def test_whatever_stands_in_a_url_is_read_or_refused_in_words(pairs: list[tuple[str, str]]) -> None:
    try:
        question = parse_question(pairs)
    except Invalid as error:
        assert str(error).startswith("There cannot be ")
    else:
        assert parse_question(parse_qsl(format_question(question))) == question


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("concept", "heart failure"),
        ("concept", ",".join(map(str, range(51)))),
        ("requires", "feelings"),
        ("sex", "f"),
        ("from_age", "-1"),
        ("follow_up", "0"),
        ("at_least", "many"),
        ("visit", "ward"),
    ],
)
def test_what_cannot_be_asked_is_told_with_what_can(name: str, value: str) -> None:
    with pytest.raises(Invalid, match=f"{name}=.* it must be "):
        parse_question([(name, value)])
