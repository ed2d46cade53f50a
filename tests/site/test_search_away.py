"""The pages while the search index is away: nobody listens at its address."""

import logging
from collections.abc import Iterator
from pathlib import Path

import pytest

from catalogue.adapters.elastic_clients import Cluster
from catalogue.adapters.index_elastic import ElasticIndex
from catalogue.settings import Settings
from tests.apps import app_of
from tests.site import dom
from tests.site.site import Clock, Site, filled, identity

ADDRESS = "127.0.0.1:9"


@pytest.fixture
def away(settings: Settings, tmp_path: Path) -> Iterator[Site]:
    catalogue = filled(settings, Clock(), tmp_path)
    catalogue.index.close()
    catalogue.index = ElasticIndex(Cluster((f"http://steward:secret@{ADDRESS}",)), "catalogue", "fields-1")
    yield Site(app_of(catalogue, settings), catalogue)
    catalogue.close()


def test_the_home_page_stays_up_and_says_that_searching_is_not_possible(away: Site) -> None:
    answer = away.get("/")

    page = dom.parse(answer.text)
    assert answer.status_code == 200
    assert page.one("p", cls="notice").text.endswith("at the moment. The search index does not answer.")
    assert ADDRESS not in answer.text


def test_what_needs_no_index_is_as_ever(away: Site) -> None:
    for path in (f"/dataset/{identity('full')}", "/sources", "/about", "/catalog.ttl", "/api/v1/sources"):
        assert away.get(path).status_code == 200, path


@pytest.mark.parametrize("path", ["/datasets?q=heart", "/programmes", "/api/v1/search", "/datasets.csv"])
def test_what_needs_it_is_503_with_the_reason_and_no_address(
    away: Site, path: str, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.WARNING):
        answer = away.get(path)

    assert answer.status_code == 503
    assert "The search index does not answer." in answer.text
    assert ADDRESS not in answer.text
    assert "secret" not in answer.text + caplog.text


def test_the_log_says_where_and_why(away: Site, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.WARNING):
        away.get("/datasets")

    assert ADDRESS in caplog.text
    assert "refused" in caplog.text
    assert "FAIRFINDER_INDEX_URL" in caplog.text


def test_the_probe_says_which_part_is_away_and_why(away: Site) -> None:
    answer = away.get("/readyz")

    assert answer.status_code == 503
    assert answer.json()["index"] == "The search index does not answer."
    assert (answer.json()["store"], answer.json()["ledger"]) == ("ok", "ok")
    assert away.get("/healthz").status_code == 200
