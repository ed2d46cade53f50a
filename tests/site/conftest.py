"""One small catalogue for all page tests that only read, and others for operators."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from fastapi import FastAPI

from catalogue import tables
from catalogue.bootstrap import open_catalogue
from catalogue.catalogue import Catalogue
from catalogue.settings import Settings
from catalogue.sources import Source
from tests.access.visitor import Visitor
from tests.apps import app_of
from tests.asking import FEED
from tests.site.operating import desk, operated
from tests.site.site import BASE, START, Clock, Site, filled


@pytest.fixture(scope="session")
def settings() -> Settings:
    """Settings as a small installation would have them."""
    return Settings(base_url=BASE, publisher="Test Hospital", contact="steward@north.example")


@pytest.fixture(scope="session")
def site(settings: Settings, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """The application over a small catalogue."""
    catalogue = filled(settings, Clock(), tmp_path_factory.mktemp("site"))
    yield Site(app_of(catalogue, settings), catalogue)
    catalogue.close()


@pytest.fixture(scope="session")
def seen(settings: Settings) -> Iterator[Visitor]:
    """An operator who looks at sources in every state, and changes nothing."""
    catalogue = operated(settings)
    yield desk(catalogue, settings)
    catalogue.close()


@pytest.fixture(scope="session")
def shelf(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder that operators may add to the sources."""
    return tmp_path_factory.mktemp("shelf")


@pytest.fixture(scope="session")
def emptied(shelf: Path) -> Iterator[tuple[FastAPI, Catalogue]]:
    """An application that is emptied before each test."""
    settings = Settings(base_url=BASE, data_dir=shelf.parent / "data", folders=frozenset({shelf}))
    catalogue = open_catalogue(settings, in_memory=True, now=Clock())
    yield app_of(catalogue, settings), catalogue
    catalogue.close()


@pytest.fixture
def bench(emptied: tuple[FastAPI, Catalogue]) -> Visitor:
    """An operator of one source, who may change everything."""
    app, catalogue = emptied
    assert isinstance(catalogue.now, Clock)
    catalogue.now.time = START
    with catalogue.ledger.database.writing() as db:
        for table in reversed(tables.metadata.sorted_tables):
            if table is not tables.facts:
                db.execute(table.delete())
    catalogue.ledger.sources.add(Source("moor", "dcat", FEED, catalogue.now()))
    return Visitor(app, catalogue).enter()
