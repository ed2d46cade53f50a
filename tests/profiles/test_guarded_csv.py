"""What a node guarded is taken in as it is, and only where it hides as much as is hidden here."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from catalogue.errors import Invalid
from catalogue.profiles.counts import Count
from catalogue.profiles.disclosure import guard
from catalogue.profiles.measured import Spread, Tally
from catalogue.profiles.release import Guarded, Rule
from harvesters.profiles import read
from harvesters.profiles.guarded_csv import write
from tests.profiles.examples import TOLD

RULE = Rule(5, 5)
MADE = guard(
    [
        TOLD,
        Tally("persons", (), 2694, 2694),
        Tally("personsBySex", ("female",), 1321, 1321),
        Tally("personsBySex", ("male",), 1369, 1369),
        Tally("personsBySex", ("other",), 4, 4),
        Tally("personsByAge", ("97",), 12, 12),
        Tally("personsByAge", ("40",), 2682, 2682),
        Tally("personsByConcept", ("condition", "201826"), 3, 3),
        Tally("personsWithDescendants", ("201826",), 3, 7),
        Tally("personsByDomains", ("condition+drug",), 900, 900),
        Spread("ageAtFirstObservation", (), 2694, 0, 20, 30, 40, 50, 97, 101, 41.234, 9.87654),
    ],
    RULE,
)
"""A release in which something is hidden, rounded, widened and banded."""


@pytest.fixture
def carried(tmp_path: Path) -> Callable[[Guarded, Rule], Guarded]:
    """Writes a release at a node, and takes it in elsewhere by the rule there."""

    def carry(made: Guarded, rule: Rule) -> Guarded:
        write(made, tmp_path)
        return guard(read([tmp_path]), rule)

    return carry


def test_what_a_node_guarded_is_taken_in_cell_by_cell(carried: Callable[[Guarded, Rule], Guarded]) -> None:
    assert carried(MADE, RULE) == MADE


def test_a_stricter_rule_of_the_node_holds(carried: Callable[[Guarded, Rule], Guarded]) -> None:
    made = guard([TOLD, Tally("persons", (), 2694, 2694)], Rule(10, 10))

    assert carried(made, RULE) == made


@pytest.mark.parametrize("rule", [Rule(6, 5), Rule(5, 10), Rule(5, 3)])
def test_a_rule_of_the_node_that_hides_less_is_refused(
    carried: Callable[[Guarded, Rule], Guarded], rule: Rule
) -> None:
    with pytest.raises(Invalid, match=f"--threshold {rule.threshold} --rounding {rule.rounding}"):
        carried(MADE, rule)


@pytest.mark.parametrize(
    "changed",
    [
        {"cells": {"persons": {(): Count.exact(3)}}},
        {"cells": {"persons": {(): Count.exact(2694)}}},
        {"cells": {"persons": {(): Count.hidden(3)}}},
        {"cells": {"persons": {(): Count.absent()}}},
        {"cells": {"personsByAge": {("91",): Count.between(6, 10)}}},
        {"cells": {"ageAtDeath": {("female",): Count.between(6, 10)}}},
        {"spreads": (Spread("ageAtFirstObservation", (), None, None, 20, 30, 40, 50, 97, None),)},
        {"spreads": (replace(MADE.spreads[0], mean=41.234),)},
        {"spreads": (replace(MADE.spreads[0], minimum=0.0),)},
    ],
)
def test_what_no_guard_would_tell_is_refused(changed: dict[str, object]) -> None:
    with pytest.raises(Invalid):
        guard([replace(MADE, **changed)], RULE)  # type: ignore[arg-type]


def test_other_counts_may_not_stand_beside_guarded_ones(
    carried: Callable[[Guarded, Rule], Guarded], tmp_path: Path
) -> None:
    (tmp_path / "own.csv").write_text("analysis,stratum_1,stratum_2,count\npersons,,,2694\n", "utf-8")

    with pytest.raises(Invalid):
        carried(MADE, RULE)


def test_a_folder_without_its_rule_is_refused(
    carried: Callable[[Guarded, Rule], Guarded], tmp_path: Path
) -> None:
    carried(MADE, RULE)
    about = tmp_path / "about.csv"
    about.write_text(about.read_text("utf-8").replace("threshold", "treshold"), "utf-8")

    with pytest.raises(Invalid, match="threshold"):
        guard(read([tmp_path]), RULE)
