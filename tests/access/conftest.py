"""One application for all who ask at its door, emptied before each test, and others at other addresses."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path

import pytest
from fastapi import FastAPI

from catalogue import tables
from catalogue.bootstrap import open_catalogue
from catalogue.catalogue import Catalogue
from catalogue.settings import Settings
from tests.access.visitor import Visitor
from tests.apps import app_of
from tests.ledger.conftest import _no_database_stays, ledger  # noqa: F401  (the same ledger on each engine)
from tests.site.site import BASE, START, Clock
from web.guesses import Guesses

Opened = Callable[[str], Visitor]
TIME = Clock()


@pytest.fixture
def clock() -> Clock:
    """The clock of everything here, at its beginning."""
    TIME.time = START
    return TIME


@pytest.fixture(scope="package")
def shared() -> Iterator[tuple[FastAPI, Catalogue]]:
    settings = Settings(base_url=BASE)
    catalogue = open_catalogue(settings, in_memory=True, now=TIME)
    yield app_of(catalogue, settings), catalogue
    catalogue.close()


@pytest.fixture
def visitor(shared: tuple[FastAPI, Catalogue], clock: Clock) -> Visitor:
    """Somebody whom nobody knows yet, where there is no token."""
    app, catalogue = shared
    with catalogue.ledger.database.writing() as db:
        db.execute(tables.tokens.delete())
        db.execute(tables.audit.delete())
    app.state.fairfinder = replace(app.state.fairfinder, guesses=Guesses(clock))
    return Visitor(app, catalogue)


@pytest.fixture
def operator(visitor: Visitor) -> Visitor:
    """Somebody who is signed in."""
    return visitor.enter()


@pytest.fixture
def opened(clock: Clock) -> Iterator[Opened]:
    """Opens another catalogue at an address, for somebody who asks there."""
    with ExitStack() as stack:

        def open_at(base: str) -> Visitor:
            settings = Settings(base_url=base)
            catalogue = open_catalogue(settings, in_memory=True, now=clock)
            stack.callback(catalogue.close)
            return Visitor(app_of(catalogue, settings), catalogue, base)

        yield open_at


@pytest.fixture
def on_disk(tmp_path: Path, clock: Clock) -> Iterator[Visitor]:
    """Somebody at the door of a catalogue in a folder."""
    settings = Settings(base_url=BASE, data_dir=tmp_path / "data")
    catalogue = open_catalogue(settings, now=clock)
    yield Visitor(app_of(catalogue, settings), catalogue)
    catalogue.close()
