"""Promises about searches for what data hold: the sources with enough persons with a concept."""

from collections.abc import Iterator
from typing import Final

import pytest

from catalogue.bootstrap import open_catalogue
from catalogue.catalogue import Catalogue
from catalogue.errors import Invalid
from catalogue.profiles.disclosure import guard
from catalogue.profiles.publishing import publish
from catalogue.profiles.release import Rule
from catalogue.records import record_id
from catalogue.restriction import held, holding
from catalogue.search import Holding, SearchQuery
from catalogue.settings import Settings
from tests.asking import record
from tests.profiles.concept_worlds import imported, write
from tests.site.concept_holders import AFTER, FAILING, SPLEEN, TONIC, told

SOURCES: Final = {"north": ("large", "small", "poor"), "south": ("small", "plain")}
LARGE, SMALL, POOR = (record_id("north", f"https://north.example/{name}") for name in SOURCES["north"])
SMALL_COPY, PLAIN = (record_id("south", f"https://north.example/{name}-south") for name in SOURCES["south"])


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Catalogue]:
    """Three datasets with a profile, one of which is described twice, and one without a profile."""
    catalogue = open_catalogue(Settings(), in_memory=True)
    for source, names in SOURCES.items():
        catalogue.ingest(source, [record(turtle(source, name)) for name in names])
    imported(catalogue.ledger, write(tmp_path_factory.mktemp("world") / "vocabulary"))
    hold(catalogue, LARGE, 10_000, a=(FAILING, "condition", 2_000), b=(AFTER, "condition", 700))
    hold(catalogue, SMALL_COPY, 3_000, a=(FAILING, "condition", 1_500), b=(TONIC, "drug", 900))
    hold(catalogue, POOR, 200, a=(AFTER, "condition", 3), b=(TONIC, "drug", 40))
    yield catalogue
    catalogue.close()


def turtle(source: str, name: str) -> str:
    """A dataset of a source; those of one name are the same one."""
    end = "" if source == "north" else f"-{source}"
    country = "FRA" if name == "large" else "DEU"
    return (
        f'ex:{name}{end} a dcat:Dataset ; dct:title "Spleen registry {name}"@en ;'
        f' dct:identifier "https://doi.org/10.1234/{name}" ;'
        f" dct:spatial <http://publications.europa.eu/resource/authority/country/{country}> ."
    )


def hold(catalogue: Catalogue, id: str, persons: int, **counts: tuple[int, str, int]) -> None:
    publish(catalogue, id, guard(told(persons, **counts), Rule()))


def found(catalogue: Catalogue, *concepts: int, least: int = 1, possibly: bool = False) -> set[str]:
    query = SearchQuery(holds=Holding(concepts, least, possibly))
    result = catalogue.search(query)
    assert {row.id for row in catalogue.rows(query)} == {hit.row.id for hit in result.hits}
    assert result.total == len(result.hits)
    assert result.query == query
    return {hit.row.id for hit in result.hits}


def test_those_are_found_that_hold_enough_persons_with_the_concept_or_any_below_it(
    world: Catalogue,
) -> None:
    assert found(world, SPLEEN, least=1_400) == {LARGE, SMALL}
    assert found(world, SPLEEN, least=1_900) == {LARGE}
    assert found(world, SPLEEN, least=3_001) == set()


def test_those_that_possibly_hold_enough_are_let_in_when_asked_for(world: Catalogue) -> None:
    """The large one has 2,000 persons with the one concept and 700 with the other: at most 2,700 together."""
    assert found(world, SPLEEN, least=2_700) == set()
    assert found(world, SPLEEN, least=2_700, possibly=True) == {LARGE}
    assert found(world, SPLEEN, least=2_701, possibly=True) == set()


def test_all_concepts_must_be_held(world: Catalogue) -> None:
    assert found(world, AFTER, TONIC) == {POOR}
    assert found(world, FAILING, TONIC, least=800) == {SMALL}


def test_nobody_is_found_for_a_concept_that_nobody_tells_of(world: Catalogue) -> None:
    assert found(world, 999) == found(world, 999, possibly=True) == set()


def test_it_goes_together_with_words_facets_and_counts(world: Catalogue) -> None:
    holds = Holding((SPLEEN,), 1_000)

    everything = world.search(SearchQuery(holds=holds))

    assert everything.total == 2
    assert sum(one.count for one in everything.facets["country"]) == 2
    for one in everything.facets["country"]:
        query = SearchQuery("spleen", {"country": (one.value,)}, holds=holds)
        assert world.search(query).total == one.count == 1


def test_what_one_description_of_a_dataset_tells_is_true_of_all(world: Catalogue) -> None:
    """The profile is that of the description of the South, the leading one is that of the North."""
    query = SearchQuery(holds=Holding((TONIC,), 800), copies=True)

    assert {row.id for row in world.rows(query)} == {SMALL, SMALL_COPY}
    told_of = held(world, [TONIC])[TONIC]
    assert told_of[SMALL] == told_of[SMALL_COPY]
    assert told_of[SMALL].record == SMALL_COPY


def test_no_threshold_tells_a_hidden_count_from_another_one(world: Catalogue) -> None:
    """Two persons and five are hidden alike: each of the thresholds gives the same answer for them."""
    surely, possibly = [], []
    for number in (2, 5):
        hold(world, POOR, 200, a=(AFTER, "condition", number), b=(TONIC, "drug", 40))
        told_of = held(world, [SPLEEN])
        surely.append([POOR in holding(told_of, Holding((SPLEEN,), least)) for least in range(1, 8)])
        possibly.append([POOR in holding(told_of, Holding((SPLEEN,), least, True)) for least in range(1, 8)])

    assert surely == [[True] + [False] * 6] * 2
    assert possibly == [[True] * 5 + [False] * 2] * 2


@pytest.mark.parametrize("holds", [Holding(tuple(range(11))), Holding((1,), 0)])
def test_what_cannot_be_asked_is_refused(world: Catalogue, holds: Holding) -> None:
    with pytest.raises(Invalid):
        world.search(SearchQuery(holds=holds))
