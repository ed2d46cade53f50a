"""No hidden count can be worked out, whatever is told and however the attacker adds, subtracts and bounds."""

from dataclasses import dataclass
from random import Random

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as some

from catalogue.profiles.disclosure import guard
from catalogue.profiles.disclosure_cells import ROOM
from catalogue.profiles.release import Guarded, Rule
from tests.profiles.disclosure_attacker import Attacker
from tests.profiles.disclosure_population import Numbers, counted, persons, tallies

AT_ONCE = 8
"""How many hidden cells of a release are attacked."""

rules = some.builds(
    Rule,
    some.sampled_from((3, 3, 4, 5, 5, 10)) | some.integers(3, 100),
    some.sampled_from((1, 1, 2, 3, 5, 5, 10)) | some.integers(1, 100),
)


@dataclass(frozen=True, slots=True)
class Node:
    """Counts some analyses of a population. Leaves out counts below `least`, rounds those of concepts up."""

    seed: int
    people: int
    least: int
    rounding: int

    def numbers(self) -> Numbers:
        random = Random(self.seed)
        everything = counted(persons(random, self.people))
        return {
            name: cells for name, cells in everything.items() if name == "persons" or random.random() < 0.8
        }


nodes = some.builds(
    Node,
    some.integers(0, 2**32),
    some.sampled_from((4, 8, 15, 30, 60, 200)),
    some.sampled_from((0, 0, 0, 2, 6)),
    some.sampled_from((1, 1, 1, 10)),
)

few_examples = settings(
    max_examples=35, deadline=None, derandomize=True, database=None, suppress_health_check=list(HealthCheck)
)


@few_examples
@given(rules, nodes)
def test_no_hidden_count_can_be_narrowed_to_fewer_than_three_values(rule: Rule, node: Node) -> None:
    numbers = node.numbers()

    release = guard(tallies(numbers, node.least, node.rounding), rule)

    assert _given_away(release, numbers, node) == []


@few_examples
@given(rules, nodes)
def test_every_count_lies_within_the_bounds_that_are_told(rule: Rule, node: Node) -> None:
    numbers = node.numbers()

    release = guard(tallies(numbers, node.least, node.rounding), rule)

    told = [
        (count.low, numbers[name][cell], count.high)
        for name, cells in release.cells.items()
        for cell, count in cells.items()
    ]
    assert all((low or 0) <= number <= (number if high is None else high) for low, number, high in told)


@few_examples
@given(rules, nodes)
def test_no_count_up_to_the_threshold_is_told(rule: Rule, node: Node) -> None:
    numbers = node.numbers()

    release = guard(tallies(numbers, node.least), rule)

    highs = [count.high for cells in release.cells.values() for count in cells.values() if count.low]
    assert all(high is None or high >= rule.threshold for high in highs)


def _given_away(release: Guarded, numbers: Numbers, node: Node) -> list[str]:
    """Hidden cells that can have fewer than three values, of as many as are attacked."""
    cells = [(name, cell, number) for name, found in numbers.items() for cell, number in found.items()]
    attacker = Attacker(
        release, numbers, [(name, cell) for name, cell, number in cells if number < node.least]
    )
    hidden = attacker.hidden
    found = []
    for name, cell in Random(node.seed).sample(hidden, min(AT_ONCE, len(hidden))):
        least, most = attacker.bounds((name, cell))
        if most - least < ROOM - 1e-6:
            found.append(f"{name} {cell} is {least} to {most}, in truth {numbers[name][cell]}")
    return found
