"""A source is harvested as it is kept when its run begins, whatever it was when somebody asked for it."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from catalogue.bootstrap import open_catalogue
from catalogue.catalogue import Catalogue
from catalogue.leases import HOST
from catalogue.runs import COMPLETE, FAILED
from catalogue.settings import Settings
from catalogue.sources import Source
from tests.commands.conftest import write_datasets
from web.cli_parts import harvest_source


class Clock:
    """A time that stands still; when it is next looked at, something happens once."""

    def __init__(self) -> None:
        self.then: list[Callable[[], object]] = []

    def __call__(self) -> datetime:
        if self.then:
            self.then.pop()()
        return datetime(2026, 3, 3, 14, 5, tzinfo=UTC)


@pytest.fixture
def settings(data_dir: Path) -> Settings:
    return Settings(data_dir=data_dir, allow_hosts=frozenset({"127.0.0.1", "localhost"}))


@pytest.fixture
def catalogue(settings: Settings, web: str, tmp_path: Path) -> Iterator[Catalogue]:
    """A catalogue with a source of one file beside which there is another."""
    for name in ("one", "two"):
        write_datasets(tmp_path / f"{name}.ttl", name)
    opened = open_catalogue(settings, now=Clock())
    opened.ledger.sources.add(Source("north", "dcat", f"{web}/one.ttl", opened.now()))
    yield opened
    opened.close()


def moves(catalogue: Catalogue, url: str) -> None:
    """Let the source move as soon as a harvest takes the first lease."""
    sources, clock = catalogue.ledger.sources, catalogue.now
    assert isinstance(clock, Clock)
    clock.then.append(lambda: sources.change(replace(sources.named("north"), url=url)))


def test_a_change_that_is_made_before_the_run_begins_counts(
    catalogue: Catalogue, settings: Settings, web: str
) -> None:
    moves(catalogue, f"{web}/two.ttl")

    run = harvest_source(catalogue, "north", settings)

    assert (run.state, run.new) == (COMPLETE, 1)
    assert [entry.subject for entry in catalogue.ledger.page()] == ["https://example.org/two"]


def test_a_server_that_a_source_has_just_moved_to_is_not_harvested_twice_at_a_time(
    catalogue: Catalogue, settings: Settings, web: str
) -> None:
    other = web.replace("127.0.0.1", "localhost")

    with catalogue.ledger.leases.held(HOST + other.removeprefix("http://")):
        moves(catalogue, f"{other}/two.ttl")
        run = harvest_source(catalogue, "north", settings)

    assert run.state == FAILED
    assert "which is harvested for one source at a time" in run.message
    assert catalogue.ledger.page() == ()
