"""What is written of a release in RDF and in tables is just what the guard lets be told."""

import re

from hypothesis import given, settings
from pyoxigraph import NamedNode, RdfFormat, Store, Triple

from catalogue.catalogue import Catalogue
from catalogue.clock import utc_now
from catalogue.database import Database
from catalogue.profiles import projected
from catalogue.profiles.counts import Count
from catalogue.profiles.cube_reading import opened
from catalogue.profiles.cubes import concepts_iri, graphs, release_iri
from catalogue.profiles.release import Guarded
from catalogue.profiles.releases import Release, Standing
from catalogue.tables import metadata
from tests.profiles.examples import NORTH, RECORD, releases

BASE = "https://cat.example"
NAMES = release_iri(BASE, 7), concepts_iri(BASE, 7)
PREFIXES = """
PREFIX qb: <http://purl.org/linked-data/cube#>
PREFIX sdmx-dimension: <http://purl.org/linked-data/sdmx/2009/dimension#>
PREFIX sdmx-code: <http://purl.org/linked-data/sdmx/2009/code#>
PREFIX profile: <urn:fairfinder:profile:>
"""


def _release(guarded: Guarded) -> Release:
    now = utc_now()
    return Release(7, RECORD, Standing.PUBLISHED, True, guarded.told, guarded.rule, now, now, "abc")


def _stored(catalogue: Catalogue, guarded: Guarded) -> dict[NamedNode, list[Triple]]:
    catalogue.store.replace(graphs(BASE, _release(guarded), guarded))
    return catalogue.store.read(NAMES)


def _asked(guarded: Guarded, query: str) -> list[tuple[str, ...]]:
    """What a query for the graphs of a release finds, as text."""
    store = Store()
    for name, text in graphs(BASE, _release(guarded), guarded).items():
        store.load(text, format=RdfFormat.N_TRIPLES, to_graph=name)
    found = store.query(PREFIXES + query, use_default_graph_as_union=True)
    return [tuple(getattr(value, "value", "") for value in row) for row in found]  # type: ignore[union-attr]


def test_a_release_comes_back_from_its_graphs(catalogue: Catalogue) -> None:
    found = _stored(catalogue, NORTH)

    release, guarded = opened(BASE, 7, *(found[name] for name in NAMES), current=True)

    assert guarded == NORTH
    assert release.told == NORTH.told
    assert release.record == RECORD


@settings(max_examples=40, deadline=None)
@given(releases())
def test_any_release_comes_back_from_graphs_and_from_tables(guarded: Guarded) -> None:
    store = Store()
    for name, text in graphs(BASE, _release(guarded), guarded).items():
        store.load(text, format=RdfFormat.N_TRIPLES, to_graph=name)
    database = Database(None)
    with database.writing() as db:
        metadata.create_all(db)
        for table, rows in projected.rows(7, guarded):
            database.add(db, table, list(rows))

    quads = ([quad.triple for quad in store.quads_for_pattern(None, None, None, name)] for name in NAMES)
    _, from_graphs = opened(BASE, 7, *quads, current=True)
    with database.reading() as db:
        from_tables = projected.guarded(db, 7, guarded.told, guarded.rule)

    database.close()
    assert from_graphs == guarded
    assert from_tables == guarded


def test_an_observation_is_found_by_dimensions_of_sdmx() -> None:
    found = _asked(
        NORTH,
        "SELECT ?state ?low ?high WHERE { ?o qb:dataSet/qb:structure profile:structure:personsBySex ;"
        " sdmx-dimension:sex sdmx-code:sex-F ;"
        " profile:state ?state ; profile:low ?low ; profile:high ?high }",
    )

    assert found == [("urn:fairfinder:profile:interval", "696", "700")]


def test_every_observation_has_the_measure_and_the_dimensions_of_its_structure() -> None:
    lacking = _asked(
        NORTH,
        "SELECT ?o ?p WHERE { ?o qb:dataSet/qb:structure/qb:component ?c . ?c qb:dimension|qb:measure ?p ."
        " FILTER NOT EXISTS { ?o ?p ?any } }",
    )

    assert lacking == []
    assert len(_asked(NORTH, "SELECT ?o WHERE { ?o a qb:Observation }")) == 11


def test_concepts_are_asked_for_by_bounds() -> None:
    found = _asked(
        NORTH,
        "SELECT ?domain ?low WHERE { ?c profile:concept"
        " <https://athena.ohdsi.org/search-terms/terms/201826> ; profile:domain ?domain ;"
        " profile:personsLow ?low FILTER(?low >= 50) }",
    )

    assert found == [("condition", "96")]


def test_a_hidden_count_has_a_state_and_bounds_and_no_number_between() -> None:
    guarded = Guarded(NORTH.told, NORTH.rule, {"persons": {(): Count.hidden(5)}})

    text = b"".join(graphs(BASE, _release(guarded), guarded).values()).decode()

    said = re.findall(r"#persons-1> <urn:fairfinder:profile:(\w+)> (\S+)", text)
    assert sorted(said) == [
        ("high", '"5"^^<http://www.w3.org/2001/XMLSchema#integer>'),
        ("low", '"1"^^<http://www.w3.org/2001/XMLSchema#integer>'),
        ("state", "<urn:fairfinder:profile:suppressed>"),
    ]
