"""What sources hold of a concept, rolled up through the hierarchy; what is not shown does not count."""

import random
from collections.abc import Iterator
from pathlib import Path

import pytest

from catalogue.ledger import GONE, MISSING, Ledger
from catalogue.profiles.concepts_counts import ConceptCounts, Coverage, Holders
from catalogue.profiles.concepts_import import BROAD
from catalogue.profiles.concepts_roll_ups import renew_roll_ups
from catalogue.profiles.counts import Count
from tests.ledger.entries import entry
from tests.profiles.concept_worlds import ABSENT, ENGINES, change, imported, keep, opened, write

HIDDEN = Count.hidden(5)
exact = Count.exact


@pytest.fixture(params=[ENGINES[0], pytest.param(ENGINES[1], marks=pytest.mark.servers)])
def ledger(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Ledger]:
    """A ledger with the small vocabulary."""
    one = opened(request.param)
    imported(one, write(tmp_path / "files"))
    yield one
    one.close()


@pytest.fixture
def counts(ledger: Ledger) -> ConceptCounts:
    return ConceptCounts(ledger.database)


def test_a_concept_is_counted_alone_and_with_all_below_it(ledger: Ledger, counts: ConceptCounts) -> None:
    keep(
        ledger,
        "a",
        {
            (2, "condition"): (exact(100), exact(150)),
            (3, "condition"): (Count.between(36, 40), Count.between(46, 50)),
            (3, "observation"): (exact(30), exact(30)),
        },
        persons=exact(1_000),
    )
    keep(ledger, "b", {(3, "condition"): (HIDDEN, exact(60))}, persons=exact(50))

    assert counts.coverage(2, descendants=False) == {"a": Coverage(exact(100), exact(150))}
    assert counts.coverage(2, descendants=True) == {
        "a": Coverage(Count.between(100, 170), Count.between(226, 230)),
        "b": Coverage(HIDDEN, exact(60)),
    }
    assert counts.coverage(5, descendants=True) == counts.coverage(77, descendants=True) == {}


def test_persons_are_no_more_than_the_source_has(ledger: Ledger, counts: ConceptCounts) -> None:
    keep(ledger, "a", {(id, "condition"): (exact(60), ABSENT) for id in (1, 2, 3)}, persons=exact(90))

    assert counts.coverage(4, descendants=True)["a"].persons == Count.between(60, 90)


def test_what_the_node_told_with_all_below_is_used(ledger: Ledger, counts: ConceptCounts) -> None:
    told = {1: (exact(75), exact(130))}
    its = {(1, "condition"): (exact(40), exact(60)), (2, "condition"): (exact(50), exact(70))}
    keep(ledger, "a", its, persons=exact(90), told=told)

    assert counts.coverage(1, descendants=True)["a"] == Coverage(exact(75), exact(130))
    assert counts.coverage(1, descendants=False)["a"] == Coverage(exact(40), exact(60))


def test_a_concept_that_is_told_only_with_all_below_it_is_as_told(
    ledger: Ledger, counts: ConceptCounts
) -> None:
    keep(ledger, "a", {(1, ""): (ABSENT, ABSENT)}, told={1: (exact(75), exact(130))})

    assert counts.coverage(1, descendants=True)["a"] == Coverage(exact(75), exact(130))
    assert counts.coverage(1, descendants=False) == {}


def test_of_a_concept_that_the_vocabulary_does_not_have_more_may_be_below_it(
    ledger: Ledger, counts: ConceptCounts
) -> None:
    keep(ledger, "a", {(77, "condition"): (exact(40), exact(60))}, persons=exact(90))
    keep(
        ledger, "b", {(77, "condition"): (HIDDEN, HIDDEN)}, persons=exact(90), told={77: (exact(7), exact(9))}
    )
    keep(ledger, "c", {(77, "condition"): (exact(40), exact(60))}, told={77: (exact(45), exact(66))})
    keep(ledger, "d", {(77, "condition"): (exact(40), exact(60))})

    found = counts.coverage(77, descendants=True)

    assert found["a"] == Coverage(Count.between(40, 90), ABSENT)
    assert found["b"] == Coverage(Count.between(1, 90), ABSENT)
    assert found["c"] == Coverage(exact(45), exact(66))
    assert "d" not in found
    assert counts.coverage(77, descendants=False)["a"] == Coverage(exact(40), exact(60))


def test_without_a_hierarchy_more_may_be_below_any_concept(
    ledger: Ledger, counts: ConceptCounts, tmp_path: Path
) -> None:
    keep(ledger, "a", {(2, "condition"): (exact(40), exact(60))}, persons=exact(90))
    imported(ledger, write(tmp_path / "flat", pairs=()))

    assert counts.coverage(2, descendants=True)["a"].persons == Count.between(40, 90)


def test_only_what_is_published_current_and_not_gone_counts(ledger: Ledger, counts: ConceptCounts) -> None:
    its = {(2, "condition"): (exact(100), exact(150))}
    for record in "abcdef":
        keep(ledger, record, its)
    change(ledger.database, ord("a"), current=False)
    change(ledger.database, ord("b"), state="draft")
    change(ledger.database, ord("c"), state="withdrawn")
    with ledger.leases.source("north") as hold:
        ledger.settle(hold, [entry("d", state=GONE), entry("e", state=MISSING)])

    assert [*counts.coverage(2, descendants=True)] == ["e", "f"]


def test_what_was_asked_before_follows_a_new_release(ledger: Ledger, counts: ConceptCounts) -> None:
    keep(ledger, "a", {(2, "condition"): (exact(100), exact(150))})
    before = counts.coverage(2, descendants=True)
    change(ledger.database, ord("a"), current=False)

    keep(ledger, "a", {(2, "condition"): (exact(90), exact(90))}, release=2_000)

    assert before["a"].persons == exact(100)
    assert counts.coverage(2, descendants=True)["a"].persons == exact(90)


def test_several_concepts_are_united_and_none_counts_twice(ledger: Ledger, counts: ConceptCounts) -> None:
    its = {(id, "condition"): (exact(number), ABSENT) for id, number in ((1, 40), (2, 50), (3, 8))}
    keep(ledger, "a", {**its, (5, "drug"): (exact(30), ABSENT)}, persons=exact(1_000))

    assert counts.united([1, 2, 3])["a"] == Count.between(50, 98)
    assert counts.united([3, 5])["a"] == Count.between(30, 38)
    assert counts.united([1, 2], descendants=False)["a"] == Count.between(50, 90)
    assert counts.united([]) == {}


def test_who_holds_enough_surely_and_who_possibly(ledger: Ledger, counts: ConceptCounts) -> None:
    keep(ledger, "a", {(2, "condition"): (exact(1_000), ABSENT)})
    keep(ledger, "b", {(2, "condition"): (exact(600), ABSENT), (3, "condition"): (exact(600), ABSENT)})
    keep(ledger, "c", {(2, "condition"): (exact(999), ABSENT)})
    keep(ledger, "d", {(2, "condition"): (HIDDEN, ABSENT)})
    keep(ledger, "e", {(2, "condition"): (Count.hidden(), ABSENT)})
    keep(ledger, "f", {(5, "drug"): (exact(5_000), ABSENT)})

    assert counts.holders([2], 1_000) == Holders(frozenset("a"), frozenset("be"))
    assert counts.holders([2], 1) == Holders(frozenset("abcde"), frozenset())


def test_the_truth_lies_within_what_is_told_of_random_sources(ledger: Ledger, counts: ConceptCounts) -> None:
    draw = random.Random(5)
    truths: dict[str, tuple[int, int]] = {}
    for record in "abcdefgh":
        size = draw.choice([6, 40, 400])
        has = {id: draw.sample(range(size), draw.randint(0, size)) for id in (1, 2, 3, 5)}
        truths[record] = len({who for id in (1, 2, 3) for who in has[id]}), sum(map(len, has.values()))
        its = {(id, "condition"): (_told(len(some)), _told(len(some))) for id, some in has.items()}
        keep(ledger, record, its, persons=_told(size), told={1: (_told(truths[record][0]), ABSENT)})

    found = counts.coverage(1, descendants=True)

    for record, (persons, _) in truths.items():
        count = found[record].persons
        assert (count.low or 0) <= persons
        assert count.high is None or persons <= count.high


def _told(number: int) -> Count:
    """A count as a guard tells it that hides up to 5 and rounds to the next 5."""
    if 0 < number <= 5:
        return HIDDEN
    return Count.between(max(0, -(-number // 5) * 5 - 4), -(-number // 5) * 5)


def test_what_was_summed_up_beforehand_is_what_is_summed_up_when_asked(
    ledger: Ledger, counts: ConceptCounts, tmp_path: Path
) -> None:
    size = BROAD + 3
    many = [(id, f"Thing {id}", "Drug", "OURS", "Ingredient", "S", str(id)) for id in range(1, size)]
    imported(ledger, write(tmp_path / "broad", many, [(1, id, 1) for id in range(2, size)]))
    draw = random.Random(2)
    for record in "ab":
        its = {
            (id, "drug"): (_told(draw.randint(0, 20)), _told(draw.randint(0, 40))) for id in range(1, size)
        }
        keep(ledger, record, its, persons=exact(300))
    before = counts.coverage(1, descendants=True)

    made = [renew_roll_ups(ledger.database) for _ in range(2)]

    assert made == [2, 0]
    assert ConceptCounts(ledger.database).coverage(1, descendants=True) == before
    change(ledger.database, ord("a"), current=False)
    keep(ledger, "c", {(2, "drug"): (exact(9), exact(9))})
    assert renew_roll_ups(ledger.database) == 1
    assert [*ConceptCounts(ledger.database).coverage(1, descendants=True)] == ["b", "c"]


def test_an_import_sums_up_what_there_is(ledger: Ledger, tmp_path: Path) -> None:
    keep(ledger, "a", {(2, "condition"): (exact(9), exact(9))})

    imported(ledger, write(tmp_path / "again"))

    assert renew_roll_ups(ledger.database) == 0
