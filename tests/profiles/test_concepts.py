"""Concepts are found, named and placed in their hierarchy, as the last import has them."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from catalogue import concept_tables as tables
from catalogue.errors import Conflict, Invalid
from catalogue.ledger import Ledger
from catalogue.profiles import concepts_import
from catalogue.profiles.concepts import Concept, Concepts
from catalogue.profiles.concepts_import import clear
from catalogue.profiles.concepts_totals import renew_totals
from catalogue.profiles.counts import Count
from tests.profiles.concept_worlds import CONCEPTS, ENGINES, imported, keep, opened, write

MANY = Count.exact(100), Count.exact(200)


@pytest.fixture(params=[ENGINES[0], pytest.param(ENGINES[1], marks=pytest.mark.servers)])
def ledger(request: pytest.FixtureRequest) -> Iterator[Ledger]:
    one = opened(request.param)
    yield one
    one.close()


@pytest.fixture
def concepts(ledger: Ledger, tmp_path: Path) -> Concepts:
    """The concepts of the small vocabulary."""
    imported(ledger, write(tmp_path / "files"))
    return Concepts(ledger.database)


def ids(found: tuple[Concept, ...]) -> list[int]:
    return [concept.id for concept in found]


def test_a_concept_is_found_by_the_beginnings_of_all_its_words_shorter_names_first(
    concepts: Concepts,
) -> None:
    assert ids(concepts.find("sple")) == [5, 2, 1, 3]
    assert ids(concepts.find("SPLEEN fail")) == [2, 3]
    assert ids(concepts.find("spleen", "drug")) == [5]
    assert ids(concepts.find("spleen", limit=2, offset=1)) == [2, 1]
    assert ids(concepts.find("spleen kidney")) == ids(concepts.find("")) == ids(concepts.find("--")) == []


def test_a_concept_is_found_by_its_synonyms_without_accents(concepts: Concepts) -> None:
    assert ids(concepts.find("decompensation splen")) == [2]
    assert concepts.synonyms(2) == ("Décompensation splénique",)


def test_an_id_and_a_code_come_before_all_else(concepts: Concepts) -> None:
    assert ids(concepts.find("5"))[0] == 5
    assert ids(concepts.find("h01.1")) == [3]
    assert ids(concepts.find("h01")) == [2, 3]
    assert ids(concepts.find("x")) == [4]
    assert ids(concepts.find("9" * 30)) == []


def test_concepts_that_occur_in_counts_come_first_or_alone(ledger: Ledger, concepts: Concepts) -> None:
    keep(ledger, "a", {(3, "condition"): MANY})
    renew_totals(ledger.database)

    assert ids(concepts.find("spleen")) == [3, 5, 2, 1]
    assert ids(concepts.find("spleen", counted=True)) == [3]


def test_a_concept_that_is_not_standard_is_named_and_has_words_only_where_it_occurs(
    ledger: Ledger, tmp_path: Path
) -> None:
    files = write(tmp_path / "files")
    imported(ledger, files)
    before = ids(Concepts(ledger.database).find("use"))
    keep(ledger, "a", {(6, "condition"): MANY})
    imported(ledger, files)

    assert (before, ids(Concepts(ledger.database).find("use"))) == ([], [6])
    assert Concepts(ledger.database).named([6, 6, 77])[6].name == "Left out of use, spleen"


def test_the_hierarchy_is_known_in_both_directions(concepts: Concepts) -> None:
    assert ids(concepts.ancestors(3)) == [2, 1, 4]
    assert ids(concepts.children(1)) == [2]
    assert sorted(concepts.descendants(4)) == [1, 2, 3]
    assert concepts.descendants(3) == concepts.children(3) == concepts.ancestors(4) == ()


def test_without_a_vocabulary_our_own_names_are_found(ledger: Ledger) -> None:
    concepts = Concepts(ledger.database)
    keep(ledger, "a", {(3002131, "measurement"): MANY})
    renew_totals(ledger.database)

    assert ids(concepts.find("prostate"))[0] == 3002131
    assert 4163261 in ids(concepts.find("prostate canc", "condition"))
    assert ids(concepts.find("399068003")) == ids(concepts.find("4163261")) == [4163261]
    assert ids(concepts.find("prostate", counted=True)) == [3002131]
    assert concepts.named([4163261, 1])[4163261].name == "Prostate cancer"
    assert concepts.find("") == concepts.ancestors(4163261) == concepts.synonyms(4163261) == ()


def test_our_own_names_stay_where_a_vocabulary_has_none_with_that_id(concepts: Concepts) -> None:
    assert concepts.named([4163261])[4163261].name == "Prostate cancer"


def test_an_import_takes_the_place_of_the_one_before(ledger: Ledger, tmp_path: Path) -> None:
    imported(ledger, write(tmp_path / "one"))
    second = imported(
        ledger, write(tmp_path / "two", [(7, "New", "Drug", "OURS", "Ingredient", "S", "N")], [], [])
    )

    assert second.pairs == second.synonyms == 0
    assert ids(Concepts(ledger.database).find("spleen tonic")) == []
    assert ids(Concepts(ledger.database).find("new")) == [7]
    assert _editions(ledger) == [2]


def test_an_import_that_fails_changes_nothing_and_the_next_one_clears_up(
    ledger: Ledger, tmp_path: Path
) -> None:
    imported(ledger, write(tmp_path / "one"))
    twice = [*CONCEPTS, (2, "Another name", "Condition", "OURS", "Disorder", "S", "H01")]

    with pytest.raises(Invalid, match="has the concept 2 twice, in different words"):
        imported(ledger, write(tmp_path / "two", twice))

    assert ids(Concepts(ledger.database).find("tonic")) == [5]
    clear(ledger.database)
    assert _editions(ledger) == [1]


def test_rows_of_an_old_edition_are_taken_away_some_at_a_time(ledger: Ledger, tmp_path: Path) -> None:
    imported(ledger, write(tmp_path / "files"))
    with ledger.database.writing() as db:
        db.execute(tables.vocabulary_editions.update().values(current=False))

    clear(ledger.database, at_once=2)

    assert _editions(ledger) == []


def test_one_import_runs_at_a_time(ledger: Ledger, tmp_path: Path) -> None:
    with ledger.leases.held(concepts_import.LEASE), pytest.raises(Conflict):
        imported(ledger, write(tmp_path / "files"))


@pytest.mark.real_data
def test_the_vocabulary_of_real_nodes_is_imported(ledger: Ledger, shared_data: Path, tmp_path: Path) -> None:
    found = concepts_import.import_vocabulary(
        ledger.database, ledger.leases, shared_data / "profiles", tmp_path, ledger.now
    )

    concepts = Concepts(ledger.database)
    assert (found.concepts > 442, found.pairs > 100) == (True, True)
    assert concepts.find("inpatient visit")[0].id == 9201
    assert all(concepts.ancestors(concept.id) for concept in concepts.children(1125315))


def _editions(ledger: Ledger) -> list[int]:
    """The editions of which there are rows in any table."""
    with ledger.database.reading() as db:
        found = {
            row.edition
            for table in tables.OF_AN_EDITION
            for row in db.execute(table.select().with_only_columns(table.c.edition).distinct())
        }
        return sorted(found | {row.id for row in db.execute(tables.vocabulary_editions.select())})
