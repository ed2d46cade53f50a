"""The demonstration network harvested into a catalogue, and a program that asks for it."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final

import httpx
from fastapi import FastAPI

from catalogue.bootstrap import open_catalogue
from catalogue.catalogue import Catalogue
from catalogue.profiles.disclosure import guard
from catalogue.profiles.measured import Measured, Told
from catalogue.profiles.publishing import publish
from catalogue.profiles.release import Rule
from catalogue.profiles.releases import Release
from catalogue.records import Characterisation
from catalogue.settings import Settings
from catalogue.sources import Source
from harvesters.http import Client
from harvesters.kinds import kind
from tests.apps import app_of
from tests.asking import ask, record
from tests.harvest.asking import asked
from web.demo.network import Network

NOW: Final = datetime(2026, 3, 3, 14, 5, tzinfo=UTC)


def empty(settings: Settings) -> Catalogue:
    """A catalogue without records."""
    return open_catalogue(settings, in_memory=True, now=lambda: NOW)


def harvest_network(catalogue: Catalogue) -> None:
    """Harvest what the demonstration network describes, each node as a source; nothing that it counts."""
    with Network(catalogue.vocabularies) as network, client() as asks:
        for node in network.nodes():
            catalogue.ledger.sources.add(Source(node.name, node.kind, node.url, NOW, dict(node.options)))
            items = kind(node.kind).harvest(asked(node.url, asks, **node.options))
            described = (item for item in items if not isinstance(item, Characterisation))
            catalogue.ingest(node.name, described)


def take_profile(catalogue: Catalogue, record: str, told: Iterable[Measured]) -> Release:
    """Publish a profile of a record, by the rule that holds where none is set."""
    return publish(catalogue, record, guard([Told("Achilles", "1.7.2"), *told], Rule()))


def client() -> Client:
    """The client of the harvesters, which here may ask loopback and does not wait between requests."""
    return Client(frozenset({"127.0.0.1"}), 64 << 20, 60, "", sleep=lambda seconds: None)


def take(catalogue: Catalogue, source: str, *described: str) -> None:
    """Take in records, each from its Turtle; the first subject is the record."""
    catalogue.ingest(source, [record(turtle) for turtle in described])


def application(catalogue: Catalogue, settings: Settings) -> FastAPI:
    """The application as it is served."""
    return app_of(catalogue, settings)


@dataclass(frozen=True, slots=True)
class Site:
    """Asks the application; errors come back as answers."""

    app: FastAPI
    catalogue: Catalogue

    def get(self, path: str, accept: str | None = None, **headers: str) -> httpx.Response:
        """Fetch an address; underscores in the names of headers stand for hyphens."""
        return self.send("GET", path, accept, **headers)

    def send(self, method: str, path: str, accept: str | None = None, **headers: str) -> httpx.Response:
        """Send a request, without an Accept header unless one is given."""
        given = {name.replace("_", "-"): value for name, value in headers.items()}
        if accept is not None:
            given["accept"] = accept
        return ask(self.app, httpx.Request(method, self.catalogue.base + path, headers=given))

    def first(self) -> str:
        """The id of a record."""
        return self.catalogue.ids(limit=1)[0]
