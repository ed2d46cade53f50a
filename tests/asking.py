"""Records from their Turtle, and the application asked in this process or over loopback."""

import asyncio
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

import httpx
import uvicorn
from fastapi import FastAPI
from pyoxigraph import NamedNode, RdfFormat, parse

from catalogue.records import Record

FEED: Final = "https://north.example/catalog.ttl"
PREFIXES: Final = """
@prefix dcat: <http://www.w3.org/ns/dcat#> . @prefix dct: <http://purl.org/dc/terms/> .
@prefix foaf: <http://xmlns.com/foaf/0.1/> . @prefix vcard: <http://www.w3.org/2006/vcard/ns#> .
@prefix health: <http://healthdataportal.eu/ns/health#> . @prefix geo: <http://data.europa.eu/930/> .
@prefix csvw: <http://www.w3.org/ns/csvw#> . @prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
@prefix eu: <http://publications.europa.eu/resource/authority/> . @prefix ex: <https://north.example/> .
"""


def record(turtle: str) -> Record:
    """A dataset from its Turtle; the first subject is the record."""
    triples = tuple(quad.triple for quad in parse(PREFIXES + turtle, RdfFormat.TURTLE))
    subject = triples[0].subject
    assert isinstance(subject, NamedNode)
    return Record(subject, "dataset", triples, FEED)


def ask(app: FastAPI, request: httpx.Request) -> httpx.Response:
    """What the application answers; a failure in it is an answer too, and no redirect is followed."""

    async def answer() -> httpx.Response:
        transport = httpx.ASGITransport(app=app, raise_app_exceptions=False)
        async with httpx.AsyncClient(transport=transport) as client:
            return await client.send(request)

    return asyncio.run(answer())


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
