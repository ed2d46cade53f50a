"""A catalogue on servers alone: what one process writes the others show, and it moves there and back."""

from pathlib import Path

import pytest

from catalogue import upkeep
from catalogue.adapters.elastic_clients import Cluster
from catalogue.adapters.index_elastic import ElasticIndex
from catalogue.bootstrap import open_catalogue
from catalogue.catalogue import Catalogue
from catalogue.errors import Conflict, Unavailable
from catalogue.migrate import migrate
from catalogue.runs import COMPLETE, FAILED
from catalogue.settings import Settings
from tests.cluster.conftest import Shared
from tests.core.harvests import id_of, record, records, total

pytestmark = pytest.mark.servers

AWAY = "http://127.0.0.1:9"
THREE = r"""
@prefix dcat: <http://www.w3.org/ns/dcat#> .
@prefix dct: <http://purl.org/dc/terms/> .
@prefix health: <http://healthdataportal.eu/ns/health#> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
<https://example.org/one> a dcat:Dataset ; dct:title "One"@en ; dct:publisher [ dct:title "Somebody" ] ;
  health:numberOfRecords "0120"^^xsd:nonNegativeInteger ;
  dct:issued "2020-01-01T00:00:00.500Z"^^xsd:dateTime .
<https://example.org/two> a dcat:Dataset ; dct:title "Zwei"@de-AT ; dct:description "a \\ b \"c\" \n d"@de .
<https://example.org/three> a dcat:Dataset ; dct:title "Three"@en ;
  dct:temporal [ dcat:startDate "1.50"^^xsd:decimal ] .
"""


def checks(catalogue: Catalogue) -> dict[str, bool]:
    return {found.name: found.well for found in upkeep.examine(catalogue, None)}


def test_what_one_process_takes_in_another_shows_at_once(shared: Shared) -> None:
    writer, reader = shared.open(), shared.open()

    run = writer.ingest("north", records("abc"))

    assert run.state == COMPLETE
    assert total(reader, "register") == 3
    assert reader.record(id_of("a")).envelope == writer.record(id_of("a")).envelope
    assert reader.ingest("north", records("abc")).unchanged == 3
    assert all(checks(reader).values())


def test_two_processes_take_in_two_sources_at_the_same_time(shared: Shared, tmp_path: Path) -> None:
    one, two = shared.open(), shared.open()
    with one.ledger.leases.source("north"):
        assert two.ingest("south", records("xyz")).new == 3

        with pytest.raises(Conflict, match=r"“north” is held by process"):
            two.ingest("north", records("a"))


def test_a_store_that_dies_in_a_run_is_told_and_made_whole_by_the_next_run(shared: Shared) -> None:
    catalogue = shared.open()
    catalogue.ingest("north", records("ab"))
    shared.store.kill()

    run = catalogue.ingest("north", [record("a", "Register renamed"), record("c")])

    assert (run.state, run.message) == (FAILED, "The store does not answer.")
    assert checks(catalogue) == {
        "ledger": True, "work": True, "store": False, "index": True, "digests": False,
    }  # fmt: skip
    shared.store.start()
    assert shared.open().ingest("north", [record("a", "Register renamed"), *records("bc")]).state == COMPLETE
    assert all(checks(catalogue).values())
    assert total(catalogue, "renamed") == 1


def test_a_cluster_that_is_away_in_a_run_is_made_up_for_by_the_next(shared: Shared) -> None:
    shared.open().ingest("north", records("ab"))
    cut_off = shared.open(FAIRFINDER_INDEX_URL=AWAY)

    run = cut_off.ingest("north", records("abc"))

    assert (run.state, run.message) == (FAILED, "The search index does not answer.")
    assert cut_off.record(id_of("a")).entry.title == "Register a"
    again = shared.open()
    assert total(again) == 3
    assert all(checks(again).values())


def test_what_is_away_is_told_by_the_check_with_where_to_look(shared: Shared) -> None:
    shared.open().ingest("north", records("ab"))

    told = shared.run("check", FAIRFINDER_INDEX_URL=AWAY)

    assert told.returncode == 1
    assert "FAIL index: The search index does not answer." in told.stdout
    assert "FAIRFINDER_INDEX_URL" in told.stdout
    assert "ok   digests: 2 of 2" in told.stdout


def test_an_index_of_other_fields_waits_for_a_worker_and_says_so(shared: Shared) -> None:
    catalogue = shared.open()
    catalogue.ingest("north", records("ab"))
    where = Cluster((shared.environment["FAIRFINDER_INDEX_URL"],))
    ElasticIndex(where, shared.environment["FAIRFINDER_INDEX_NAME"], "older").rebuild(())

    again = shared.open()
    with pytest.raises(Unavailable, match="another version"):
        total(again)

    assert shared.run("reindex").stdout == "The index was built anew: 2 records.\n"
    assert total(shared.open()) == 2


def test_a_catalogue_moves_to_the_servers_and_back_with_every_statement(shared: Shared) -> None:
    here = shared.run("import", _file(shared.folder), **_embedded(shared))
    assert here.returncode == 0, here.stderr

    there = shared.run("migrate", "--from", "embedded", "--to", "cluster")

    assert there.returncode == 0, there.stderr
    assert "4 graphs compared, 4 written, 3 records indexed" in there.stdout
    moved = shared.open()
    assert all(checks(moved).values())
    assert shared.run("migrate", "--from", "embedded", "--to", "cluster").returncode == 1
    back = shared.run(
        "migrate", "--from", "cluster", "--to", "embedded", FAIRFINDER_DATA_DIR=shared.folder / "back"
    )
    assert back.returncode == 0, back.stderr
    home = shared.run("check", **_embedded(shared), FAIRFINDER_DATA_DIR=str(shared.folder / "back"))
    assert home.returncode == 0, home.stdout
    assert "3 of 3 are as they were harvested" in home.stdout


def test_a_store_killed_in_the_middle_of_a_migration_is_filled_by_the_next_try(shared: Shared) -> None:
    base = shared.environment["FAIRFINDER_BASE_URL"]
    origin = open_catalogue(Settings(data_dir=shared.folder / "origin", base_url=base))
    origin.ingest("north", records(range(1_200)))
    target = shared.open()

    def kill(far: object) -> None:
        shared.store.kill()

    with pytest.raises(Unavailable, match="The store does not answer"):
        migrate(origin, target, kill)
    with pytest.raises(Conflict, match="has not finished"):
        shared.open()
    shared.store.start()
    done = migrate(origin, target)

    assert (done.graphs, done.written, done.indexed) == (1_201, 701, 1_200)
    assert all(checks(shared.open()).values())
    origin.close()


def test_a_backup_of_the_servers_is_an_embedded_catalogue(shared: Shared, tmp_path: Path) -> None:
    shared.open().ingest("north", records("abc"))

    saved = shared.run("backup", tmp_path / "backup")
    assert saved.returncode == 0, saved.stderr
    restored = shared.run(
        "restore", tmp_path / "backup", **_embedded(shared), FAIRFINDER_DATA_DIR=str(tmp_path / "new")
    )

    assert restored.returncode == 0, restored.stdout + restored.stderr
    assert "3 of 3 are as they were harvested" in restored.stdout


def _embedded(shared: Shared) -> dict[str, str]:
    """The environment without servers."""
    urls = ("INDEX_URL", "STORE_QUERY_URL", "STORE_UPDATE_URL", "STORE_GRAPHS_URL", "LEDGER_URL", "JOBS_URL")
    return {f"FAIRFINDER_{name}": "" for name in urls}


def _file(folder: Path) -> Path:
    file = folder / "three.ttl"
    file.write_text(THREE, "utf-8")
    return file
