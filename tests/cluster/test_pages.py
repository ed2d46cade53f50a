"""What a reader still gets while one of the servers is away."""

from pathlib import Path

import httpx
import pytest

from catalogue.catalogue import Catalogue
from catalogue.settings import Settings
from tests import servers
from tests.apps import app_of
from tests.asking import ask
from tests.cluster.conftest import Shared
from tests.core.harvests import id_of, records

pytestmark = pytest.mark.servers

SEARCHES = (
    "/datasets?q=register",
    "/api/v1/search",
    "/api/v1/facets",
    "/datasets.csv",
    "/api/v1/suggest?q=reg",
)
RECORDS = (f"/dataset/{id_of('a')}", f"/dataset/{id_of('a')}.ttl", "/catalog.ttl")
LISTS = ("/sources", "/api/v1/runs")


def statuses(catalogue: Catalogue, *paths: str) -> set[int]:
    app = app_of(catalogue, Settings(base_url=catalogue.base))
    return {ask(app, httpx.Request("GET", catalogue.base + path)).status_code for path in paths}


def ready(catalogue: Catalogue) -> dict[str, str]:
    app = app_of(catalogue, Settings(base_url=catalogue.base))
    answer = ask(app, httpx.Request("GET", f"{catalogue.base}/readyz"))
    return {part: told for part, told in answer.json().items() if part != "status"}


def test_without_the_store_one_still_searches_and_without_it_alone_nobody_reads_records(
    shared: Shared,
) -> None:
    catalogue = shared.open()
    catalogue.ingest("north", records("abc"))
    assert statuses(catalogue, "/", "/about", *SEARCHES, *RECORDS, *LISTS) == {200}
    shared.store.kill()

    assert statuses(catalogue, "/", "/about", *SEARCHES, *LISTS) == {200}
    assert statuses(catalogue, *RECORDS[:2]) == {503}
    told = {part: found for part, found in ready(catalogue).items() if found != "ok"}
    assert told == {"store": "The store does not answer."}

    shared.store.start()
    assert statuses(catalogue, *RECORDS) == {200}
    assert set(ready(catalogue).values()) == {"ok"}


def test_without_the_ledger_one_still_searches_and_it_is_found_again(shared: Shared, tmp_path: Path) -> None:
    if reason := servers.why_not("postgresql"):
        pytest.skip(reason)
    with servers.Own("postgresql", tmp_path / "ledger") as ledger:
        catalogue = shared.open(FAIRFINDER_LEDGER_URL=ledger.running.urls["sql"])
        catalogue.ingest("north", records("abc"))
        ledger.kill()

        assert statuses(catalogue, "/", "/about", *SEARCHES) == {200}
        assert statuses(catalogue, *RECORDS, *LISTS) == {503}
        assert ready(catalogue)["ledger"] != "ok"
        assert "127.0.0.1" not in ready(catalogue)["ledger"]

        ledger.start()
        assert statuses(catalogue, "/", *SEARCHES, *RECORDS, *LISTS) == {200}
        assert set(ready(catalogue).values()) == {"ok"}
        catalogue.close()
        shared.opened.remove(catalogue)
