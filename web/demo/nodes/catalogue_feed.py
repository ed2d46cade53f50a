"""Lumina, a small FAIRfinder of its own, that another one follows by its change feed."""

import asyncio
import weakref
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

import httpx
from fastapi import FastAPI

from catalogue.bootstrap import open_catalogue
from catalogue.jobs import Jobs
from catalogue.queue import open_queue
from catalogue.records import Record
from catalogue.settings import Settings
from harvesters.files import read
from web.api_changes import ADDRESS
from web.app import create_app
from web.cli_operations import operations
from web.demo.playing import Answering, Heard, Part, Served

BASE: Final = "https://lumina.example"
_RECORDS: Final = Path(__file__).parents[1] / "sources" / "catalogue_feed" / "lumina.csv"
_HARVESTED: Final = datetime(2026, 11, 2, 6, 30, tzinfo=UTC)
_ORIGIN: Final = f"{BASE}/lumina.csv"
_PAGE: Final = "2"


def answering(address: str) -> Answering:
    """The catalogue and its application; its records name it by its own base, wherever it listens."""
    settings = Settings(base_url=BASE, title="Lumina", publisher="Lumina Data Centre")
    catalogue = open_catalogue(settings, in_memory=True, now=lambda: _HARVESTED)
    found = (replace(item, origin=_ORIGIN) for item in read([_RECORDS]) if isinstance(item, Record))
    catalogue.ingest("adriatic", found)
    jobs = Jobs(catalogue.ledger, open_queue(None))
    app = create_app(catalogue, settings, operations(catalogue, jobs, settings))

    def answer(heard: Heard) -> Served | None:
        return asked(app, heard) if heard.method == "GET" else None

    weakref.finalize(answer, catalogue.close)
    return answer


def asked(app: FastAPI, heard: Heard) -> Served:
    """What an application answers; the pages of its feed are small, so that there are several."""
    url = httpx.URL(BASE + heard.target)
    if url.path == ADDRESS:
        url = url.copy_set_param("limit", _PAGE)
    response = asyncio.run(_answered(app, url, heard.headers.get("accept", "*/*")))
    content_type = response.headers.get("content-type", "application/octet-stream")
    return Served(heard.target, content_type, response.content, response.status_code)


async def _answered(app: FastAPI, url: httpx.URL, accept: str) -> httpx.Response:
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app=app)) as client:
        return await client.get(url, headers={"Accept": accept, "Accept-Encoding": "identity"})


NODE: Final = Part("lumina", "catalogue", "/", answering)
