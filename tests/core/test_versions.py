"""Two versions of the program beside each other on one index."""

from datetime import timedelta

import pytest

from catalogue import bootstrap
from catalogue.adapters.index_tantivy import TantivyIndex
from catalogue.catalogue import Catalogue
from catalogue.search import SearchQuery
from tests.core.harvests import Clock, records
from tests.search.examples import document


def of_version(catalogue: Catalogue, fields: str, seen: timedelta, clock: Clock) -> None:
    """Let the index be one that another version built, which was first seen at another time."""
    catalogue.ledger.fact(f"fields {fields}", (clock() + seen).isoformat())
    index = TantivyIndex(None, fields)
    index.rebuild(())
    catalogue.index = index


def test_what_is_left_of_another_catalogue_is_not_found(timed: Catalogue) -> None:
    timed.index.put([document("left", "Left over")])

    bootstrap.renew_index(timed)

    assert timed.search(SearchQuery()).total == 0


@pytest.mark.parametrize(("age", "left"), [(-1, False), (1, True)])
def test_an_index_is_left_alone_only_when_a_newer_version_built_it(
    timed: Catalogue, clock: Clock, age: int, left: bool
) -> None:
    timed.ingest("north", records("ab"))
    of_version(timed, "another", timedelta(days=age), clock)

    bootstrap.renew_older_index(timed)

    documents = timed.search(SearchQuery()).total
    assert documents == (0 if left else 2)
