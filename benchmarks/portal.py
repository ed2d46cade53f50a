"""A portal of made-up datasets that speaks CKAN, OAI-PMH and paged DCAT, in a process of its own.

    with played(count=1_000) as portal:
        portal.url("ckan")

It makes each page when it is asked for, so that its memory is as small for many records as for few.
"""

import argparse
import re
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Final
from urllib.parse import parse_qsl, urlsplit
from urllib.request import urlopen
from xml.sax.saxutils import escape

import orjson

sys.path.insert(0, str(Path(__file__).parents[1]))

from benchmarks.datasets import HEADER
from benchmarks.portal_records import (
    MOMENT_1,
    Told,
    datacite,
    header,
    is_changed,
    is_there,
    key,
    package,
    told,
    turtle,
    was_there,
)

OAI: Final = "http://www.openarchives.org/OAI/2.0/"
PATHS: Final = {"ckan": "", "oai-pmh": "/oai", "dcat": "/catalog?page=1"}
"""Where each kind of source is."""

_SINCE: Final = re.compile(r"metadata_modified:\[(\S{19})\S* TO \*\]")


@dataclass(frozen=True, slots=True)
class Portal:
    """A portal that is running."""

    address: str

    def url(self, kind: str) -> str:
        """The address of a kind of source."""
        return self.address + PATHS[kind]

    def turn(self, generation: int) -> None:
        """Let the portal have the datasets of a generation."""
        urlopen(f"{self.address}/generation/{generation}", timeout=10).close()


@contextmanager
def played(count: int, page: int = 500, delay_s: float = 0.0, faulty: bool = False) -> Iterator[Portal]:
    """A portal as long as the context lasts, with the first generation of its datasets.

    `page` is how many datasets a page of OAI-PMH or DCAT has; `delay_s` is waited before each answer.
    """
    command = [sys.executable, __file__, str(count), "--page", str(page), "--delay", str(delay_s)]
    process = subprocess.Popen([*command, *["--faulty"] * faulty], stdout=subprocess.PIPE, text=True)
    try:
        assert process.stdout is not None
        yield Portal(process.stdout.readline().strip())
    finally:
        process.terminate()
        process.communicate()


class _Content:
    """What the portal has now."""

    def __init__(self, count: int, page: int, faulty: bool) -> None:
        self.moment = f"{datetime.now(UTC):%Y-%m-%dT%H:%M:%S}"
        self.address = ""
        self._count, self._page, self._faulty = count, page, faulty
        self.turn(1)

    def turn(self, generation: int) -> None:
        self.generation = generation
        self.faulty = self._faulty and generation == 1
        numbers = range(self._count)
        self.there = [number for number in numbers if is_there(number, generation)]
        self.gone = [number for number in numbers if was_there(number, generation)]
        self.changed = [number for number in self.there if is_changed(number, generation)]

    def one(self, number: int) -> Told:
        return told(number, self.generation, self.moment, self.faulty)

    def answer(self, path: str, query: dict[str, str]) -> tuple[bytes, str] | None:
        """The body of an answer and its type; None for what there is not."""
        match path:
            case "/api/3/action/status_show":
                about = {"site_title": "Portal of made-up data", "extensions": []}
                return _ok(orjson.dumps(about)), "application/json"
            case "/api/3/action/package_search":
                return _ok(self._search(query)), "application/json"
            case "/oai":
                return self._oai(query).encode(), "text/xml"
            case "/catalog":
                return self._feed(int(query["page"])).encode(), "text/turtle"
        return None

    def _search(self, query: dict[str, str]) -> bytes:
        found = self._since(match[1] if (match := _SINCE.search(query.get("fq", ""))) else "")
        start, rows = int(query.get("start", 0)), min(int(query.get("rows", 10)), 1_000)
        some = found[start : start + rows]
        if "fl" in query:
            results = b",".join(b'{"id":"%s"}' % key(number).encode() for number in some)
        else:
            results = b",".join(package(self.one(number), self.address) for number in some)
        return b'{"count":%d,"results":[%s]}' % (len(found), results)

    def _since(self, since: str) -> list[int]:
        """The datasets that changed since a moment; all for ""."""
        if since <= MOMENT_1:
            return self.there
        return self.changed if since <= self.moment else []

    def _oai(self, query: dict[str, str]) -> str:
        match verb := query["verb"]:
            case "Identify":
                body = (
                    "<repositoryName>Archive of made-up data</repositoryName><baseURL>x</baseURL>"
                    "<adminEmail>desk@archive.example</adminEmail><protocolVersion>2.0</protocolVersion>"
                    "<earliestDatestamp>2020-01-01T00:00:00Z</earliestDatestamp>"
                    "<deletedRecord>persistent</deletedRecord>"
                    "<granularity>YYYY-MM-DDThh:mm:ssZ</granularity>"
                )
            case "ListMetadataFormats":
                body = "<metadataFormat><metadataPrefix>oai_datacite</metadataPrefix></metadataFormat>"
            case _:
                return self._listed(verb, query)
        return _oai(f"<{verb}>{body}</{verb}>")

    def _listed(self, verb: str, query: dict[str, str]) -> str:
        since, _, start = query.get("resumptionToken", query.get("from", "")[:19] + "|0").partition("|")
        there = self._since(since)
        gone = self.gone if since <= self.moment else []
        found = sorted((*there, *gone))
        if not found:
            return _oai('<error code="noRecordsMatch">Nothing matches.</error>')
        end = int(start) + self._page
        shown = "".join(self._record(verb, number, gone) for number in found[int(start) : end])
        token = escape(f"{since}|{end}") if end < len(found) else ""
        size = f'<resumptionToken completeListSize="{len(found)}">{token}</resumptionToken>'
        return _oai(f"<{verb}>{shown}{size}</{verb}>")

    def _record(self, verb: str, number: int, gone: list[int]) -> str:
        if self.generation == 2 and not is_there(number, 2):
            return _wrapped(verb, header(number, self.moment, is_deleted=True), "")
        one = self.one(number)
        return _wrapped(verb, header(number, one.modified), datacite(one) if verb == "ListRecords" else "")

    def _feed(self, page: int) -> str:
        start, end = (page - 1) * self._page, page * self._page
        numbers = self.there[start:end]
        here = f"{self.address}/catalog?page="
        more = f"hydra:next <{here}{page + 1}> ;" if end < len(self.there) else ""
        listed = " , ".join(f"<{self.address}/dataset/{key(number)}>" for number in numbers)
        return (
            f"{HEADER}<{here}{page}> a hydra:PartialCollectionView ; {more} "
            f"hydra:totalItems {len(self.there)} .\n"
            f'<{self.address}/catalog> a dcat:Catalog ; dct:title "Catalogue of made-up data"@en ; '
            f"dcat:dataset {listed} .\n" + "".join(turtle(self.one(n), self.address) for n in numbers)
        )


def _ok(result: bytes) -> bytes:
    return b'{"help":"","success":true,"result":%s}' % result


def _oai(body: str) -> str:
    moment = f"{datetime.now(UTC):%Y-%m-%dT%H:%M:%SZ}"
    return f'<OAI-PMH xmlns="{OAI}"><responseDate>{moment}</responseDate><request>x</request>{body}</OAI-PMH>'


def _wrapped(verb: str, header: str, metadata: str) -> str:
    return header if verb == "ListIdentifiers" else f"<record>{header}{metadata}</record>"


def _handler(content: _Content, delay_s: float) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        wbufsize = -1

        def do_GET(self) -> None:
            parts = urlsplit(self.path)
            if parts.path.startswith("/generation/"):
                content.turn(int(parts.path.rpartition("/")[2]))
                self._give(200, b"", "text/plain")
                return
            time.sleep(delay_s)
            found = content.answer(parts.path, dict(parse_qsl(parts.query)))
            self._give(*((200, *found) if found else (404, b"", "text/plain")))

        def _give(self, status: int, body: bytes, content_type: str) -> None:
            self.send_response(status)
            self.send_header("Content-Type", content_type)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            with suppress(ConnectionError):  # whoever asked may have been killed
                self.wfile.write(body)
                self.wfile.flush()

        def finish(self) -> None:
            with suppress(ConnectionError):
                super().finish()

        def log_message(self, *_: object) -> None:
            return

    return Handler


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("count", type=int)
    parser.add_argument("--page", type=int, default=500)
    parser.add_argument("--delay", type=float, default=0.0)
    parser.add_argument("--faulty", action="store_true")
    given = parser.parse_args()
    content = _Content(given.count, given.page, given.faulty)
    server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(content, given.delay))
    content.address = f"http://127.0.0.1:{server.server_port}"
    print(content.address, flush=True)
    server.serve_forever()


if __name__ == "__main__":
    main()
