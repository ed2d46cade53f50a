"""What the disclosure guard hides, rounds, bands, leaves out and refuses, and what it says of that."""

from collections.abc import Iterable
from random import Random

import pytest

from catalogue.errors import Invalid
from catalogue.profiles.counts import Count
from catalogue.profiles.disclosure import guard, loosened
from catalogue.profiles.measured import Dropped, Measured, Quality, Tally, Told
from catalogue.profiles.release import Guarded, Rule
from tests.profiles.disclosure_population import counted, persons, tallies

EXACT = Rule(5, 1)


def cells(analysis: str, **numbers: int) -> list[Tally]:
    """Cells of an analysis with one stratum; a `c` before a number is no part of it."""
    return [Tally(analysis, (name.lstrip("c"),), number, number) for name, number in numbers.items()]


def of_domain(analysis: str, *numbers: int) -> list[Tally]:
    return [
        Tally(analysis, ("condition", str(place)), number, number)
        for place, number in enumerate(numbers, start=1)
    ]


def persons_of(number: int) -> Tally:
    return Tally("persons", (), number, number)


def reasons(release: Guarded, what: str) -> list[tuple[int, str]]:
    return [(line.cells, line.reason) for line in release.report if line.what == what]


@pytest.mark.parametrize(
    ("number", "rule", "told"),
    [
        (0, Rule(5, 5), Count.exact(0)),
        (1, Rule(5, 5), Count.hidden(5)),
        (5, Rule(5, 5), Count.hidden(5)),
        (6, Rule(5, 5), Count.between(6, 10)),
        (7, Rule(5, 5), Count.between(6, 10)),
        (10, Rule(5, 5), Count.between(6, 10)),
        (11, Rule(5, 5), Count.between(11, 15)),
        (7, Rule(5, 1), Count.exact(7)),
        (12, Rule(10, 100), Count.between(11, 100)),
        (101, Rule(10, 100), Count.between(101, 200)),
    ],
)
def test_small_counts_are_hidden_and_others_rounded_up(number: int, rule: Rule, told: Count) -> None:
    release = guard([Tally("personsObservedInYear", ("2020",), number, number)], rule)

    assert release.count("personsObservedInYear", "2020") == told


@pytest.mark.parametrize(
    ("low", "high", "told"),
    [(1, 5, Count.hidden(5)), (1, 100, Count.between(1, 100)), (7, 12, Count.between(6, 15))],
)
def test_what_the_node_rounded_is_told_between_bounds_that_hold_its_own(
    low: int, high: int, told: Count
) -> None:
    release = guard([Tally("personsObservedInYear", ("2020",), low, high)], Rule(5, 5))

    assert release.count("personsObservedInYear", "2020") == told


def test_rows_that_the_node_left_out_are_absent() -> None:
    release = guard([persons_of(200), *cells("personsBySex", female=120)], Rule())

    assert release.count("personsBySex", "male") == Count.absent()


def test_a_single_hidden_cell_takes_a_second_with_it() -> None:
    release = guard([persons_of(200), *cells("personsBySex", female=97, male=100, other=3)], EXACT)

    assert release.count("personsBySex", "other") == Count.hidden(5)
    assert release.count("personsBySex", "female") == Count.hidden()
    assert release.count("personsBySex", "male") == Count.exact(100)
    assert release.count("persons") == Count.exact(200)


def test_rounding_that_leaves_enough_open_spares_the_second() -> None:
    release = guard([persons_of(200), *cells("personsBySex", female=98, male=99, other=3)], Rule(5, 5))

    assert release.count("personsBySex", "other") == Count.hidden(5)
    assert release.count("personsBySex", "female") == Count.between(96, 100)


def test_rounding_whose_bounds_are_reached_does_not() -> None:
    parts = cells("personsByPeriods", c1=26, c2=26, c3=26, c4=26, c5=1)

    release = guard([persons_of(105), *parts], Rule(5, 5))

    assert release.count("personsByPeriods", "1") == Count.hidden()
    assert release.count("personsByPeriods", "2") == Count.between(26, 30)


def test_what_is_left_to_a_row_that_the_node_left_out_is_protected_too() -> None:
    release = guard([persons_of(200), *cells("personsBySex", female=98, male=99)], EXACT)

    assert release.count("personsBySex", "female") == Count.hidden()


def test_hidden_cells_of_a_table_close_a_round_through_rows_and_columns() -> None:
    table = {("30", "female"): 3, ("30", "male"): 40, ("40", "female"): 50, ("40", "male"): 60}
    table |= {("50", "female"): 70, ("50", "male"): 80}
    tally = [Tally("personsByAgeAndSex", cell, number, number) for cell, number in table.items()]
    margins = cells("personsByAge", c30=43, c40=110, c50=150) + cells("personsBySex", female=123, male=180)

    release = guard([persons_of(303), *tally, *margins], EXACT)

    shown = release.cells["personsByAgeAndSex"]
    assert {cell for cell, count in shown.items() if count.low != count.high} == {
        ("30", "female"),
        ("30", "male"),
        ("40", "female"),
        ("40", "male"),
    }
    assert release.count("personsByAge", "30") == Count.exact(43)
    assert release.count("personsBySex", "male") == Count.exact(180)


def test_records_of_a_domain_are_protected_from_sums_of_other_analyses() -> None:
    by_month = [
        Tally("recordsInMonth", ("condition", month), number, number)
        for month, number in (("202001", 2), ("202002", 48), ("202003", 50))
    ]

    release = guard([*by_month, *of_domain("recordsByConcept", 60, 40)], EXACT)

    assert release.count("recordsInMonth", "condition", "202002") == Count.hidden()


def test_the_months_of_a_concept_do_not_give_each_other_away() -> None:
    months = [
        Tally("personsByConceptAndMonth", ("1", month), number, number)
        for month, number in (("202001", 9), ("202002", 1))
    ]

    release = guard([*of_domain("personsByConcept", 10), *of_domain("recordsByConcept", 10), *months], EXACT)

    assert release.count("personsByConceptAndMonth", "1", "202002") == Count.hidden(5)
    assert release.count("personsByConceptAndMonth", "1", "202001") == Count.hidden()


def test_a_concept_with_its_descendants_leaves_room_for_any_one_of_them() -> None:
    own = of_domain("recordsByConcept", 100, 60)
    with_descendants = cells("recordsWithDescendants", c1=103, c2=60)

    release = guard([*own, *with_descendants], EXACT)

    told = release.count("recordsWithDescendants", "1")
    assert (told.low, told.high) == (101, 110)
    assert release.count("recordsWithDescendants", "2") == Count.exact(60)


def test_overlaps_of_domains_are_left_out_where_they_bound_a_hidden_one() -> None:
    overlaps = [
        Tally("personsByDomains", (name,), number, number)
        for name, number in (("condition", 52), ("drug", 52), ("condition+drug", 4))
    ]

    release = guard([persons_of(100), *overlaps], EXACT)

    assert release.count("personsByDomains", "condition+drug") == Count.absent()
    assert release.count("personsByDomains", "drug") == Count.exact(52)


def test_numbers_of_periods_are_left_out_where_all_beginnings_count_the_periods() -> None:
    starts = cells("personsByStart", c202001=98, c202002=6)

    release = guard([persons_of(100), *cells("personsByPeriods", c1=96, c2=4), *starts], EXACT)

    assert "personsByPeriods" not in release.cells


def test_of_a_handful_of_persons_nothing_else_is_told() -> None:
    release = guard([persons_of(4), *cells("personsBySex", female=4)], Rule())

    assert release.cells == {"persons": {(): Count.hidden(5)}}


def test_ages_from_ninety_on_are_one_cell() -> None:
    ages = cells("personsByAge", c89=30, c90=20, c95=4, c104=1)
    births = cells("personsByYearOfBirth", c1920=5, c1934=30, c1935=20)

    release = guard(
        [Told("Achilles", generated=None), persons_of(55), *ages, *births, _seen("202412")], EXACT
    )

    assert release.cells["personsByAge"] == {("89",): Count.exact(30), ("90+",): Count.exact(25)}
    assert release.cells["personsByYearOfBirth"] == {
        ("1934-",): Count.exact(35),
        ("1935",): Count.exact(20),
    }


def _seen(month: str) -> Tally:
    return Tally("personsObservedInMonth", (month,), 55, 55)


@pytest.mark.parametrize(
    ("items", "words"),
    [
        (
            [persons_of(10), *cells("personsBySex", female=6, male=6)],
            "come to more persons than the count persons",
        ),
        ([persons_of(10), *of_domain("personsByConcept", 11)], "The cell condition, 1 of personsByConcept"),
        ([Tally("persons", ("x",), 1, 1)], "has 1 strata"),
        ([Tally("patients", (), 1, 1)], "patients is not the name"),
        ([Tally("persons", (), 3, 2)], "Counts are 0 or more"),
    ],
)
def test_what_cannot_be_counts_of_persons_is_refused(items: Iterable[Tally], words: str) -> None:
    with pytest.raises(Invalid, match=words):
        guard(items, Rule())


def test_a_rule_out_of_its_bounds_is_refused() -> None:
    with pytest.raises(Invalid, match="3 to 100"):
        guard([], Rule(threshold=2))


def test_a_cell_that_is_told_twice_lies_between_both() -> None:
    release = guard([persons_of(120), persons_of(131)], EXACT)

    assert release.count("persons") == Count.between(120, 131)
    assert reasons(release, "Persons")[0][0] == 1


@pytest.mark.parametrize("seed", range(6))
def test_the_order_of_what_comes_in_makes_no_difference(seed: int) -> None:
    items: list[Measured] = [
        Told("Data Quality Dashboard", version="2"),
        Told("Achilles", source_name="Example"),
        Quality("Plausibility", "", 3, 1),
        Quality("Completeness", "", 2, 0),
        Dropped("analysis 1900", 3, "Free text."),
        *tallies(counted(persons(Random(seed), 60))),
    ]
    shuffled = list(items)
    Random(seed).shuffle(shuffled)

    assert guard(shuffled, Rule(4, 1)) == guard(items, Rule(4, 1))


def test_the_report_says_how_many_cells_are_withheld_and_why() -> None:
    items = [persons_of(200), *cells("personsBySex", female=97, male=100, other=3)]

    release = guard([*items, Dropped("analysis 1900", 7, "Free text.")], EXACT)

    assert reasons(release, "Persons by sex") == [
        (1, "Counts of 1 to 5 are hidden."),
        (1, "Hidden so that others cannot be worked out from sums and bounds."),
    ]
    assert reasons(release, "analysis 1900") == [(7, "Free text.")]


def test_what_files_tell_of_themselves_is_put_together() -> None:
    release = guard([Told("Data Quality Dashboard", "2"), Told("Achilles", cdm_version="5.4")], Rule())

    assert release.told == Told("Achilles", "2", cdm_version="5.4")


@pytest.mark.parametrize("new", [Rule(10, 5), Rule(5, 10), Rule(4, 5)])
def test_a_release_under_another_rule_must_go_when_a_new_one_appears(new: Rule) -> None:
    assert loosened(Rule(5, 5), new)


def test_releases_under_one_rule_may_stand_beside_each_other() -> None:
    assert not loosened(Rule(5, 5), Rule(5, 5))
