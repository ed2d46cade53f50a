"""The bounds of a feasibility question hold the truth, whatever the persons are like."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from itertools import combinations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from catalogue.profiles.counts import Count
from catalogue.profiles.feasibility import ConceptSet, Question, Strata, Verdict, answered


@dataclass(frozen=True)
class Person:
    age: int
    sex: str
    months: int
    """How long they were observed."""
    year: int
    """The one in which they were."""
    concepts: frozenset[int]
    domains: frozenset[str]
    visits: frozenset[int]


ORDER = ("condition", "drug", "measurement")
PERSONS = st.builds(
    Person,
    st.integers(0, 90),
    st.sampled_from(["female", "male", "other"]),
    st.integers(0, 60),
    st.integers(2015, 2020),
    st.frozensets(st.integers(1, 4)),
    st.frozensets(st.sampled_from(ORDER)),
    st.frozensets(st.sampled_from([9201, 9202, 9203])),
)


class Told:
    """What is told of some persons: rounded up to five, small counts hidden or left out."""

    def __init__(
        self, persons: Iterable[Person], without: frozenset[str] = frozenset(), leaving_out: int = 0
    ) -> None:
        self.persons = list(persons)
        self.without = without
        self.leaving_out = leaving_out

    def cells(self, analysis: str) -> Mapping[Strata, Count]:
        if analysis in self.without:
            return {}
        counted = Counter(strata for person in self.persons for strata in _strata(analysis, person))
        return {strata: told(count) for strata, count in counted.items() if count > self.leaving_out}

    def having(self, asked: ConceptSet) -> Count:
        number = sum(not person.concepts.isdisjoint(asked.concepts) for person in self.persons)
        return Count.absent() if "concepts" in self.without else told(number)

    def in_domain(self, domain: str) -> Count:
        number = sum(domain in person.domains for person in self.persons)
        return Count.absent() if "domains" in self.without else told(number)


def told(number: int) -> Count:
    if 1 <= number <= 5:
        return Count.hidden(5)
    return Count.between(5 * ((number - 1) // 5) + 1 if number else 0, 5 * -(-number // 5))


def _strata(analysis: str, person: Person) -> Iterable[Strata]:
    match analysis:
        case "persons":
            return [()]
        case "personsByAge":
            return [(_age(person),)]
        case "personsBySex":
            return [(person.sex,)]
        case "personsByAgeAndSex":
            return [(_age(person), person.sex)]
        case "personsByFollowUp":
            return [(str(person.months),)]
        case "personsObservedInMonth":
            return [(f"{person.year}07",)]
        case "personsByVisit":
            return [(str(visit),) for visit in person.visits]
        case "personsByDomains":
            return [("+".join(some),) for some in _parts([one for one in ORDER if one in person.domains])]
    raise AssertionError(analysis)


def _age(person: Person) -> str:
    """The oldest are told together."""
    return "80+" if person.age >= 80 else str(person.age)


def _parts(domains: list[str]) -> Iterable[tuple[str, ...]]:
    return (some for size in range(len(domains) + 1) for some in combinations(domains, size))


def fits(person: Person, question: Question) -> bool:
    return all(
        (
            all(not person.concepts.isdisjoint(one.concepts) for one in question.concept_sets),
            {*question.required} <= person.domains,
            not question.sex or person.sex == question.sex,
            _lies(person.age, question.ages),
            _lies(person.year, question.years),
            question.follow_up is None or person.months >= question.follow_up,
            not question.visits or not person.visits.isdisjoint(question.visits),
        )
    )


def _lies(value: int, span: tuple[int | None, int | None]) -> bool:
    return (span[0] is None or value >= span[0]) and (span[1] is None or value <= span[1])


SPANS = st.tuples(st.none() | st.integers(0, 90), st.none() | st.integers(0, 90))
QUESTIONS = st.builds(
    Question,
    concept_sets=st.lists(
        st.builds(ConceptSet, st.lists(st.integers(1, 5), min_size=1).map(tuple)), max_size=2
    ).map(tuple),
    required=st.lists(st.sampled_from(ORDER), unique=True).map(tuple),
    ages=SPANS,
    sex=st.sampled_from(["", "female", "male"]),
    years=st.tuples(st.none() | st.integers(2014, 2021), st.none() | st.integers(2014, 2021)),
    follow_up=st.none() | st.integers(0, 60),
    visits=st.lists(st.sampled_from([9201, 9202, 9203]), unique=True).map(tuple),
    minimum=st.integers(1, 40),
)


@given(
    st.lists(PERSONS, max_size=60),
    QUESTIONS,
    st.frozensets(
        st.sampled_from(["personsByDomains", "personsByAge", "personsByVisit", "concepts", "domains"])
    ),
    st.integers(0, 5),
)
def test_the_bounds_hold_the_truth(
    persons: list[Person], question: Question, without: frozenset[str], leaving_out: int
) -> None:
    answer = answered(question, Told(persons * 3, without, leaving_out))

    truth = 3 * sum(fits(person, question) for person in persons)
    if answer.bounds is not None:
        assert answer.bounds.low <= truth
        assert answer.bounds.high is None or truth <= answer.bounds.high
    if answer.verdict is Verdict.SURELY:
        assert truth >= question.minimum
    if answer.verdict is Verdict.NO:
        assert truth < question.minimum


def everybody(number: int, **of: object) -> list[Person]:
    whole: dict[str, object] = {
        "age": 70,
        "sex": "male",
        "months": 24,
        "year": 2018,
        "concepts": frozenset({1}),
        "domains": frozenset({"condition"}),
        "visits": frozenset({9201}),
    }
    return [Person(**(whole | of))] * number  # type: ignore[arg-type]


def test_the_smallest_factor_limits_and_is_named() -> None:
    persons = everybody(100) + everybody(20, concepts=frozenset({2}))
    question = Question((ConceptSet((2,), "rare"), ConceptSet((1,), "common")), minimum=10)

    answer = answered(question, Told(persons))

    assert [factor.label for factor in answer.limiting] == ["rare"]
    assert answer.bounds is not None and answer.bounds.high == 20
    assert answer.verdict is Verdict.POSSIBLY


def test_domains_that_are_counted_together_are_one_criterion_without_loss() -> None:
    both, one = frozenset({"condition", "drug"}), frozenset({"condition"})
    persons = everybody(50, domains=both) + everybody(50, domains=one)
    question = Question(required=("condition", "drug"))

    exactly = answered(question, Told(persons)).bounds
    guessed = answered(question, Told(persons, frozenset({"personsByDomains"}))).bounds

    assert exactly is not None and (exactly.low, exactly.high) == (46, 50)
    assert guessed is not None and guessed.low < exactly.low


def test_what_was_not_provided_is_told_apart_from_zero() -> None:
    question = Question((ConceptSet((9,), "absent"),), visits=(9201,))

    nothing = answered(question, Told(everybody(50), frozenset({"personsByVisit"})))
    zero = answered(question, Told(everybody(50)))

    assert [factor.kind for factor in nothing.missing] == ["visits"]
    assert zero.missing == ()
    assert zero.bounds is not None and zero.bounds.high == 0
    assert zero.verdict is Verdict.NO


@pytest.mark.parametrize("question", [Question(), Question(sex="female", ages=(18, None))])
def test_a_source_without_a_profile_is_unknown(question: Question) -> None:
    nothing = frozenset({"persons", "personsByAgeAndSex"})

    answer = answered(question, Told([], nothing))

    assert answer.bounds is None
    assert answer.verdict is Verdict.UNKNOWN
