"""Counts put together from parts: the bounds hold the truth, and tell nothing of what is hidden."""

from collections.abc import Mapping
from dataclasses import dataclass

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from catalogue.profiles.concepts_bounds import Parts
from catalogue.profiles.counts import Count, State

THRESHOLD = 5
HIDDEN = Count.hidden(THRESHOLD)
OPEN = Count.hidden()
ABSENT = Count.absent()


def told(number: int, rounding: int) -> Count:
    """A count as a guard tells it."""
    if 0 < number <= THRESHOLD:
        return HIDDEN
    high = -(-number // rounding) * rounding
    return Count.between(max(high - rounding + 1, THRESHOLD + 1) if number else 0, high)


def test_records_add_up_and_persons_lie_between_the_largest_part_and_the_sum() -> None:
    parts = Parts.of([Count.between(96, 100), Count.exact(40), HIDDEN, ABSENT])

    assert parts.total() == Count.between(137, 145)
    assert parts.union() == Count.between(96, 145)


def test_no_more_persons_are_in_the_parts_than_there_are() -> None:
    parts = Parts.of([Count.exact(60), Count.exact(70)])

    assert parts.union(Count.between(96, 100)) == Count.between(70, 100)


def test_one_hidden_part_and_nothing_else_stays_hidden() -> None:
    for parts in (Parts.of([HIDDEN]), Parts.of([HIDDEN, Count.exact(0), ABSENT])):
        assert parts.total() == parts.union() == parts.union(Count.exact(1_000)) == HIDDEN
        assert parts.union(told=Count.exact(3)) == parts.total(Count.exact(3)) == HIDDEN


def test_hidden_parts_stay_hidden_where_the_whole_is_hidden_too() -> None:
    assert Parts.of([HIDDEN, HIDDEN]).union(HIDDEN) == HIDDEN


def test_a_part_that_is_hidden_without_a_bound_leaves_the_whole_as_bound_of_persons_alone() -> None:
    parts = Parts.of([OPEN, Count.exact(60)])

    assert parts.union(Count.exact(1_000)) == Count.between(60, 1_000)
    assert parts.union() == parts.total() == Parts.of([OPEN]).union(Count.exact(1_000)) == OPEN


def test_nothing_told_is_nothing_told() -> None:
    assert Parts.of([ABSENT]).total() == Parts.of([]).union(Count.exact(9)) == ABSENT


def test_what_the_node_told_is_used_where_it_is_closer() -> None:
    parts = Parts.of([Count.exact(60), Count.exact(70)])

    assert parts.union(told=Count.between(91, 95)) == Count.between(91, 95)
    assert parts.total(Count.between(120, 130)) == Count.exact(130)
    assert parts.union(told=HIDDEN) == parts.union() == Count.between(70, 130)


def test_what_contradicts_the_parts_is_left_aside() -> None:
    assert Parts.of([Count.exact(60), Count.exact(70)]).union(told=Count.exact(7)) == Count.between(70, 130)


@pytest.mark.parametrize("sum_told", [Count.exact(103), Count.between(101, 105)])
def test_a_sum_that_was_told_is_not_used_beside_a_hidden_part(sum_told: Count) -> None:
    parts = Parts.of([Count.exact(100), HIDDEN])

    assert parts.total(sum_told) == Count.between(101, 105)
    assert parts.union(told=Count.exact(103)) == Count.between(100, 105)


# --- made-up persons


@dataclass(frozen=True)
class Made:
    """A hierarchy, by concept those below it with itself, and which persons have which concept how often."""

    below: Mapping[int, frozenset[int]]
    persons: Mapping[int, Mapping[int, int]]
    population: int
    rounding: int

    def count(self, concept: int) -> tuple[Count, Count]:
        """Persons and records of a concept as they are told."""
        has = self.persons[concept]
        return told(len(has), self.rounding), told(sum(has.values()), self.rounding)

    def truth(self, concept: int) -> tuple[int, int]:
        """Persons and records with all below a concept."""
        some = [self.persons[one] for one in self.below[concept]]
        return len({who for has in some for who in has}), sum(sum(has.values()) for has in some)

    def all_told(self, concept: int) -> tuple[Count, Count]:
        """What a node tells of a concept with all below it."""
        persons, records = self.truth(concept)
        return told(persons, self.rounding), told(records, self.rounding)

    def rolled_up(self, concept: int) -> tuple[Count, Count]:
        """What we tell of a concept with all below it."""
        persons, records = zip(*map(self.count, self.below[concept]), strict=True)
        told_persons, told_records = self.all_told(concept)
        whole = told(self.population, self.rounding)
        return Parts.of(persons).union(whole, told_persons), Parts.of(records).total(told_records)


@st.composite
def made(draw: st.DrawFn) -> Made:
    size = draw(st.integers(1, 7))
    below: dict[int, frozenset[int]] = {}
    for concept in range(size):
        children = draw(st.sets(st.integers(0, concept - 1), max_size=3)) if concept else set()
        below[concept] = frozenset({concept}).union(*(below[child] for child in children))
    population = draw(st.sampled_from([3, 8, 40]))
    who = st.integers(1, population)
    has = st.dictionaries(who, st.integers(1, 3), max_size=draw(st.sampled_from([2, 6, 30])))
    return Made(below, {one: draw(has) for one in range(size)}, population, draw(st.sampled_from([1, 5, 10])))


@given(made())
@settings(max_examples=300, deadline=None)
def test_the_truth_of_made_up_persons_lies_within_the_bounds(world: Made) -> None:
    for concept in world.below:
        for count, truth in zip(world.rolled_up(concept), world.truth(concept), strict=True):
            assert count.low is not None
            assert count.low <= truth and (count.high is None or truth <= count.high)
            assert count.state is not State.SUPPRESSED or truth > 0


@given(made())
@settings(max_examples=300, deadline=None)
def test_nothing_hidden_follows_from_all_roll_ups_together(world: Made) -> None:
    """Let each hidden count be 1, or the threshold, with all others as they like: every roll-up allows it."""
    for unit in (0, 1):
        parts = {concept: world.count(concept)[unit] for concept in world.below}
        hidden = [concept for concept, count in parts.items() if count.state is State.SUPPRESSED]
        for extreme in (1, THRESHOLD):
            values = {one: (extreme, extreme) if one in hidden else _bounds(parts[one]) for one in parts}
            for concept, its in world.below.items():
                if not its & {*hidden}:
                    continue
                rolled = world.rolled_up(concept)[unit]
                least = (max if unit == 0 else sum)(values[one][0] for one in its)
                most = sum(values[one][1] for one in its)
                assert rolled.state is State.SUPPRESSED or (
                    (rolled.low or 0) <= most and least <= (rolled.high or 0)
                )
                if rolled.state is State.SUPPRESSED:
                    assert (rolled.low, rolled.high) == (1, THRESHOLD)


@given(made())
@settings(max_examples=300, deadline=None)
def test_a_roll_up_without_its_visible_parts_leaves_a_hidden_one_as_wide_as_it_was(world: Made) -> None:
    for concept, its in world.below.items():
        for unit in (0, 1):
            counts = {one: world.count(one)[unit] for one in its}
            rolled = world.rolled_up(concept)[unit]
            for one in [one for one in its if counts[one].state is State.SUPPRESSED]:
                rest = [_bounds(counts[other]) for other in its if other != one]
                at_least = (rolled.low or 0) - sum(high for _, high in rest)
                at_most = (rolled.high or 0) - (sum(low for low, _ in rest) if unit else 0)
                assert at_least <= 1
                assert at_most >= THRESHOLD


def _bounds(count: Count) -> tuple[int, int]:
    return count.low or 0, count.high or 0
