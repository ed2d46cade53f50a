"""Concepts are looked through page by page, in one dataset and over all sources."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from catalogue.concept_tables import concept_totalled, concept_totals
from catalogue.ledger import Ledger
from catalogue.profile_tables import concept_counts
from catalogue.profiles.concepts_browse import ConceptBrowser, NetworkPage
from catalogue.profiles.concepts_counts import Coverage
from catalogue.profiles.concepts_totals import renew_totals
from catalogue.profiles.counts import Count
from tests.profiles.concept_worlds import ABSENT, ENGINES, change, imported, keep, opened, write

HIDDEN = Count.hidden(5)
exact = Count.exact
A = {
    (2, "condition"): (exact(100), exact(150)),
    (3, "condition"): (exact(40), exact(50)),
    (3, "observation"): (exact(30), exact(30)),
    (5, "drug"): (HIDDEN, exact(9)),
    (77, "drug"): (exact(20), exact(20)),
    (4, ""): (ABSENT, ABSENT),
}
B = {(2, "condition"): (exact(10), exact(10)), (5, "drug"): (HIDDEN, HIDDEN)}


@pytest.fixture(params=[ENGINES[0], pytest.param(ENGINES[1], marks=pytest.mark.servers)])
def ledger(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Ledger]:
    """A ledger with the small vocabulary and two sources."""
    one = opened(request.param)
    imported(one, write(tmp_path / "files"))
    keep(one, "a", A, persons=exact(1_000))
    keep(one, "b", B, persons=exact(50))
    yield one
    one.close()


@pytest.fixture
def browser(ledger: Ledger) -> ConceptBrowser:
    return ConceptBrowser(ledger.database)


def _seen(page: NetworkPage) -> list[tuple[int, int, Count]]:
    return [(row.concept.id, row.sources, row.sums.persons) for row in page.rows]


def test_the_concepts_of_a_dataset_come_with_most_persons_first(browser: ConceptBrowser) -> None:
    page = browser.in_dataset("a")

    assert page.total == 5
    shown = [(row.concept.id, row.concept.name, row.domain, row.own.persons) for row in page.rows]
    assert shown == [
        (2, "Failing spleen", "condition", exact(100)),
        (3, "Failing spleen after a spleen attack", "condition", exact(40)),
        (3, "Failing spleen after a spleen attack", "observation", exact(30)),
        (77, "", "drug", exact(20)),
        (5, "Spleen tonic", "drug", HIDDEN),
    ]
    assert page.rows[0].all == Coverage(Count.between(100, 170), exact(230))


def test_concepts_of_a_dataset_are_found_by_text_domain_and_page(browser: ConceptBrowser) -> None:
    assert [row.concept.id for row in browser.in_dataset("a", "attack").rows] == [3, 3]
    assert [row.concept.id for row in browser.in_dataset("a", "77").rows] == [77]
    assert [row.concept.id for row in browser.in_dataset("a", domain="drug").rows] == [77, 5]
    second = browser.in_dataset("a", page=2, size=2)
    assert (second.total, [row.concept.id for row in second.rows]) == (5, [3, 77])
    assert browser.in_dataset("nobody").total == browser.in_dataset("a", "kidney").total == 0


def test_the_concepts_of_the_network_come_with_most_sources_first(browser: ConceptBrowser) -> None:
    page = browser.network()

    assert page.total == 4
    assert _seen(page) == [
        (2, 2, exact(110)),
        (5, 2, Count.between(2, 10)),
        (3, 1, Count.between(40, 70)),
        (77, 1, exact(20)),
    ]
    assert page.rows[0].sums.records == exact(160)


def test_concepts_of_the_network_are_found_by_text_domain_and_page(browser: ConceptBrowser) -> None:
    assert _seen(browser.network("attack")) == [(3, 1, Count.between(40, 70))]
    assert _seen(browser.network("attack", "observation")) == [(3, 1, exact(30))]
    assert _seen(browser.network(domain="drug", page=2, size=1)) == [(77, 1, exact(20))]
    assert browser.network("kidney") == NetworkPage(0)


def test_the_hidden_count_of_a_single_source_stays_hidden(ledger: Ledger, browser: ConceptBrowser) -> None:
    change(ledger.database, ord("a"), current=False)

    assert _seen(browser.network(domain="drug")) == [(5, 1, HIDDEN)]


def test_totals_follow_releases_that_come_and_go(ledger: Ledger, browser: ConceptBrowser) -> None:
    before = browser.network()
    change(ledger.database, ord("b"), state="withdrawn")
    without = browser.network()
    change(ledger.database, ord("b"), state="published")

    assert [row.sources for row in without.rows] == [1, 1, 1, 1]
    assert browser.network() == before
    assert renew_totals(ledger.database) == 0


def test_totals_are_made_anew_where_rows_that_they_hold_are_gone(
    ledger: Ledger, browser: ConceptBrowser
) -> None:
    browser.network()
    change(ledger.database, ord("a"), state="withdrawn")
    with ledger.database.writing() as db:
        db.execute(concept_counts.delete().where(concept_counts.c.release == ord("a")))

    assert _seen(browser.network()) == [(2, 1, exact(10)), (5, 1, HIDDEN)]


def test_nothing_is_left_of_the_last_release_that_goes(ledger: Ledger, browser: ConceptBrowser) -> None:
    browser.network()
    for record in "ab":
        change(ledger.database, ord(record), current=False)

    assert browser.network() == NetworkPage(0)
    with ledger.database.reading() as db:
        assert db.execute(concept_totals.select()).all() == db.execute(concept_totalled.select()).all() == []
