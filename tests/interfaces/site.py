"""The demonstration network harvested into a catalogue, and ways to ask it: in process and over loopback."""

import asyncio
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final

import httpx
import uvicorn
from fastapi import FastAPI
from pyoxigraph import NamedNode, RdfFormat, parse

from catalogue.bootstrap import open_catalogue
from catalogue.catalogue import Catalogue
from catalogue.ledger import Source
from catalogue.records import Record
from catalogue.settings import Settings
from harvesters.http import Client
from harvesters.kinds import open_source
from web.app import create_app
from web.demo.network import Network

NOW: Final = datetime(2026, 3, 3, 14, 5, tzinfo=UTC)
PREFIXES: Final = """
@prefix dcat: <http://www.w3.org/ns/dcat#> . @prefix dct: <http://purl.org/dc/terms/> .
@prefix foaf: <http://xmlns.com/foaf/0.1/> . @prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
@prefix health: <http://healthdataportal.eu/ns/health#> . @prefix ex: <https://north.example/> .
"""


def empty(settings: Settings) -> Catalogue:
    """A catalogue without records."""
    return open_catalogue(settings, in_memory=True, now=lambda: NOW)


def harvest_network(catalogue: Catalogue) -> None:
    """Harvest the demonstration network, each node as a source."""
    with Network(catalogue.vocabularies) as network, client() as asks:
        for node in network.nodes():
            catalogue.ledger.add_source(Source(node.name, node.kind, node.url, NOW, dict(node.options)))
            catalogue.ingest(node.name, open_source(node.kind, node.url, node.options, asks))


def client() -> Client:
    """The client of the harvesters, which here may ask loopback and does not wait between requests."""
    return Client(frozenset({"127.0.0.1"}), 64 << 20, 60, "", sleep=lambda seconds: None)


def take(catalogue: Catalogue, source: str, *described: str) -> None:
    """Take in records, each from its Turtle; the first subject is the record."""
    catalogue.ingest(source, [record(turtle) for turtle in described])


def record(turtle: str) -> Record:
    """A dataset from its Turtle."""
    triples = tuple(quad.triple for quad in parse(PREFIXES + turtle, RdfFormat.TURTLE))
    subject = triples[0].subject
    assert isinstance(subject, NamedNode)
    return Record(subject, "dataset", triples, "https://north.example/catalog.ttl")


def application(catalogue: Catalogue, settings: Settings) -> FastAPI:
    """The application as it is served."""
    return create_app(catalogue, settings)


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

        async def ask() -> httpx.Response:
            transport = httpx.ASGITransport(app=self.app, raise_app_exceptions=False)
            async with httpx.AsyncClient(transport=transport, base_url=self.catalogue.base) as browser:
                request = browser.build_request(method, path, headers=given)
                del request.headers["accept"]
                if accept is not None:
                    request.headers["accept"] = accept
                return await browser.send(request)

        return asyncio.run(ask())

    def first(self) -> str:
        """The id of a record."""
        return self.catalogue.ids(limit=1)[0]


@contextmanager
def reserved() -> Iterator[socket.socket]:
    """A socket that listens on loopback, so that its address is known before anything is served."""
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        listening.listen()
        yield listening


@contextmanager
def served(app: FastAPI, listening: socket.socket) -> Iterator[None]:
    """Serve an application on a socket until the block ends."""
    server = uvicorn.Server(uvicorn.Config(app, log_level="error", lifespan="off", ws="none"))
    thread = threading.Thread(target=server.run, args=([listening.dup()],))
    thread.start()
    try:
        yield
    finally:
        server.should_exit = True
        thread.join()
