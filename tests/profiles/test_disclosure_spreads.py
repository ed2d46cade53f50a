"""Spreads and values of variables tell of groups, never of one person."""

from dataclasses import replace

import pytest

from catalogue.profiles.counts import Count
from catalogue.profiles.disclosure import guard
from catalogue.profiles.measured import Measured, Spread, Tally, Variable
from catalogue.profiles.release import GuardedVariable, Rule

VALUES = Spread(
    "measurementValues", ("31", "8876"), 500, 40, 90, 110, 120.5, 130, 150, 260, 121.23456, 15.987
)


def spreads(*items: Spread | Tally, rule: Rule = Rule(5, 5)) -> tuple[Spread, ...]:
    return guard(items, rule).spreads


def test_extremes_are_left_out_and_means_rounded() -> None:
    [told] = spreads(VALUES)

    assert told == Spread(
        "measurementValues", ("31", "8876"), None, None, 90, 110, 120.5, 130, 150, None, 121.0, 16.0
    )


@pytest.mark.parametrize(
    ("count", "quantiles"),
    [
        (9, None),
        (10, (None, None, 120.5, None, None)),
        (20, (None, 110, 120.5, 130, None)),
        (50, (90, 110, 120.5, 130, 150)),
    ],
)
def test_as_many_values_as_the_threshold_lie_beyond_every_quantile(
    count: int, quantiles: tuple[float | None, ...] | None
) -> None:
    told = [(s.p10, s.p25, s.median, s.p75, s.p90) for s in spreads(replace(VALUES, count=count))]

    assert told == ([] if quantiles is None else [quantiles])


def test_spreads_of_an_unknown_number_of_values_are_left_out() -> None:
    assert spreads(replace(VALUES, count=None)) == ()


def test_the_persons_of_a_concept_can_stand_for_its_number_of_values() -> None:
    persons = Tally("personsByConcept", ("measurement", "31"), 60, 60)

    [told] = spreads(persons, replace(VALUES, count=None))

    assert told.p90 == 150


def test_spreads_of_a_concept_whose_persons_are_hidden_are_left_out() -> None:
    assert spreads(Tally("personsByConcept", ("measurement", "31"), 4, 4), VALUES) == ()


def test_spreads_of_a_sex_that_is_hidden_for_the_sake_of_another_are_left_out() -> None:
    sexes = [
        Tally("personsBySex", (sex,), number, number)
        for sex, number in (("female", 97), ("male", 100), ("other", 3))
    ]
    ages = [
        Spread("ageAtFirstObservationBySex", (sex,), 97, 0, 1, 2, 3, 4, 5, 6) for sex in ("female", "male")
    ]

    told = spreads(Tally("persons", (), 200, 200), *sexes, *ages, rule=Rule(5, 1))

    assert [spread.strata for spread in told] == [("male",)]


def test_great_ages_are_told_as_ninety() -> None:
    [told] = spreads(Spread("ageAtDeath", ("female",), 500, 60, 70, 80, 88, 93, 97, 108, 91.7))

    assert (told.median, told.p75, told.p90, told.mean) == (88, 90, 90, 90)


def test_rare_values_of_a_variable_are_not_listed() -> None:
    values = {"no": 900, "yes": 98, "Mrs Example, room 7": 1, "unknown": 2}

    [told] = guard([Variable("person", "smokes", "Smokes", "text", 0.1234, 4, values)], Rule(5, 5)).variables

    assert told == GuardedVariable(
        "person",
        "smokes",
        "Smokes",
        "text",
        0.12,
        {"no": Count.between(896, 900), "yes": Count.between(96, 100)},
    )


def test_a_rare_value_takes_a_common_one_with_it_where_the_sum_would_tell() -> None:
    values = {"no": 900, "yes": 98, "unknown": 2}

    [told] = guard([Variable("person", "smokes", values=values)], Rule(5, 1)).variables

    assert set(told.values) == {"no"}


def test_a_field_does_not_tell_a_count_that_is_hidden_elsewhere() -> None:
    items: list[Measured] = [
        Tally("persons", (), 1000, 1000),
        Tally("personsBySex", ("male",), 997, 997),
        Tally("personsBySex", ("female",), 3, 3),
        Variable("patient", "sex", values={"m": 997, "f": 3}),
    ]

    exact, rounded = (guard(items, Rule(5, rounding)).variables[0].values for rounding in (1, 5))

    assert "f" not in {*exact, *rounded}
    assert exact.get("m", Count.absent()) == Count.absent()
    assert rounded["m"] == Count.between(996, 1000)


def test_the_share_of_empty_fields_does_not_count_a_few_rows() -> None:
    fields = [
        Variable("stay", name, empty=empty, rows=rows)
        for name, empty, rows in (
            ("few", 0.03, 100),
            ("filled", 0.98, 100),
            ("half", 0.5, 100),
            ("many", 0.001, 9000),
        )
    ]

    told = guard(fields, Rule(5, 5)).variables

    assert {one.name: one.empty for one in told} == {"few": None, "filled": None, "half": 0.5, "many": 0.0}
