"""An operator's program at the API of a catalogue in a folder of its own."""

import json
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

import httpx
from fastapi import FastAPI

from catalogue.bootstrap import open_catalogue
from catalogue.catalogue import Catalogue
from catalogue.records import Changes, Withdrawn
from catalogue.settings import Settings
from tests.apps import app_of
from tests.asking import ask
from tests.core.harvests import id_of, records
from web.access import API_ADMIN

NOW: Final = datetime(2026, 3, 3, 14, 5, tzinfo=UTC)
SECRET: Final = "canary-3f9a-do-not-tell"
NORTH: Final = {"name": "north", "kind": "dcat", "url": "https://feed.example/catalog.ttl"}
BASIC: Final = {"scheme": "basic", "name": "harvester", "secret": SECRET}


@dataclass(frozen=True)
class Office:
    """Sends what a program would send; paths are below /api/v1/admin."""

    app: FastAPI
    catalogue: Catalogue
    token: str
    folder: Path

    def send(self, method: str, path: str, body: object = None, token: str | None = None) -> httpx.Response:
        """Send a request with the token, or another one; an empty one is not shown."""
        shown = self.token if token is None else token
        headers = {"Authorization": f"Bearer {shown}"} if shown else {}
        content = body if isinstance(body, bytes) else b"" if body is None else json.dumps(body).encode()
        url = f"{self.catalogue.base}{API_ADMIN}{path}"
        return ask(self.app, httpx.Request(method, url, headers=headers, content=content))

    def get(self, path: str) -> Any:
        """What is answered, which is to be good."""
        answer = self.send("GET", path)
        assert answer.status_code == 200, answer.text
        return answer.json()

    def add(self, **fields: object) -> httpx.Response:
        """Add a source, the northern one unless told otherwise."""
        return self.send("POST", "/sources", {**NORTH, **fields})

    def deeds(self) -> list[tuple[str, str, str, str]]:
        """The book of deeds, the newest first."""
        return [
            (one.who, one.action, one.subject, one.detail) for one in self.catalogue.ledger.audit.newest()
        ]

    def hold_back(self, number: int = 20) -> int:
        """Let a source take so many records away at once, and give the run that held them back."""
        self.catalogue.ingest("north", records(range(number + 10)))
        gone = [Withdrawn(f"https://publisher.example/{one}") for one in range(number)]
        return self.catalogue.harvest("north", lambda _: [Changes(), *gone]).id


def office(folder: Path, **more: Any) -> Office:
    """An operator's program at a new catalogue."""
    settings = Settings(data_dir=folder, base_url="http://127.0.0.1:18305", **more)
    catalogue = open_catalogue(settings, now=lambda: NOW)
    return Office(app_of(catalogue, settings), catalogue, catalogue.ledger.tokens.new("nightly"), folder)


def record_id(name: object) -> str:
    """The id of a small record of the northern source."""
    return id_of(str(name))
