"""The demonstration network while it runs: one HTTP server on loopback for each publishing node."""

import hashlib
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field, replace
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from itertools import count, repeat
from threading import Thread
from typing import Final, Self

from ontologies.vocabularies import Vocabularies
from web.demo import profile_site
from web.demo.build import Publication, publications
from web.demo.feeds import documents
from web.demo.nodes import parts
from web.demo.playing import Answering, Heard, Part, Served

HOST: Final = "127.0.0.1"
_MOST_HEARD: Final = 1 << 20


@dataclass(frozen=True, slots=True)
class Node:
    """A source that can be harvested: its name, the kind of its protocol, its address and further options."""

    name: str
    kind: str
    url: str
    options: Mapping[str, str] = field(default_factory=dict)


class Network:
    """All nodes of the demonstration, as a context manager: they answer from entering until leaving.

    Every node listens on a port of its own: those from `first_port` on where they are free, so that a
    second start finds each node at its address again, else any.
    """

    def __init__(self, vocabularies: Vocabularies, first_port: int = 0) -> None:
        self._ports = count(first_port) if first_port else repeat(0)
        self._publications = publications(vocabularies)
        self._running = ExitStack()
        self._nodes: tuple[Node, ...] = ()

    def nodes(self) -> tuple[Node, ...]:
        """The nodes that answer now; none before entering and after leaving."""
        return self._nodes

    def __enter__(self) -> Self:
        with ExitStack() as starting:
            feeds = [_published(one, self._ports, starting) for one in self._publications]
            self._nodes = (*feeds, *(_played(part, self._ports, starting) for part in parts()))
            self._running = starting.pop_all()
        return self

    def __exit__(self, *_: object) -> None:
        self._nodes = ()
        self._running.close()


def _published(publication: Publication, ports: Iterator[int], running: ExitStack) -> Node:
    """A node that publishes a feed."""
    server = running.enter_context(_listening(publication.name, next(ports)))
    served = documents(publication, server.address)
    by_target = {one.path: one for one in served}
    server.answering = lambda heard: (
        by_target.get(heard.target) or profile_site.answer(publication.name, heard.path)
        if heard.method == "GET"
        else None
    )
    return Node(publication.name, "dcat", f"{server.address}{served[0].path}")


def _played(part: Part, ports: Iterator[int], running: ExitStack) -> Node:
    """A node that plays a protocol, or a folder."""
    if part.answering is None:
        return Node(part.name, part.kind, str(part.folder), part.options)
    server = running.enter_context(_listening(part.name, next(ports)))
    server.answering = part.answering(server.address)
    return Node(part.name, part.kind, f"{server.address}{part.start}", part.options)


@contextmanager
def _listening(name: str, port: int) -> "Iterator[_Server]":
    with _server(port) as server:
        thread = Thread(target=server.serve_forever, args=(0.05,), name=name, daemon=True)
        thread.start()
        try:
            yield server
        finally:
            server.shutdown()
            thread.join()


def _server(port: int) -> "_Server":
    try:
        return _Server(port)
    except OSError:
        return _Server(0)


class _Server(ThreadingHTTPServer):
    daemon_threads = True

    def __init__(self, port: int) -> None:
        super().__init__((HOST, port), _Answer)
        self.address = f"http://{HOST}:{self.server_port}"
        self.answering: Answering = lambda heard: None


class _Answer(BaseHTTPRequestHandler):
    server: _Server
    server_version = "DemonstrationNode"
    sys_version = ""

    def do_GET(self) -> None:
        self._answer("GET")

    def do_HEAD(self) -> None:
        self._answer("GET", with_content=False)

    def do_POST(self) -> None:
        self._answer("POST")

    def _answer(self, method: str, with_content: bool = True) -> None:
        headers = {name.lower(): text for name, text in self.headers.items()}
        body = self.rfile.read(min(int(headers.get("content-length", 0)), _MOST_HEARD))
        found = self.server.answering(Heard(method, self.path, headers, body))
        if found is None:
            nothing = b"There is nothing here.\n"
            found = Served(self.path, "text/plain; charset=utf-8", nothing, HTTPStatus.NOT_FOUND)
        tag = ""
        if found.status == HTTPStatus.OK and method == "GET":
            tag = f'"{hashlib.sha256(found.content).hexdigest()[:32]}"'
        if tag and self.headers.get("If-None-Match") == tag:
            self._send(replace(found, status=HTTPStatus.NOT_MODIFIED), tag, with_content=False)
            return
        self._send(found, tag, with_content)

    def _send(self, found: Served, tag: str, with_content: bool) -> None:
        self.send_response(found.status)
        if tag:
            self.send_header("ETag", tag)
        for name, text in found.headers.items():
            self.send_header(name, text)
        if found.status != HTTPStatus.NOT_MODIFIED:
            self.send_header("Content-Type", found.content_type)
            self.send_header("Content-Length", str(len(found.content)))
        self.end_headers()
        if with_content:
            self.wfile.write(found.content)

    def log_message(self, format: str, *args: object) -> None:
        """Say nothing: whoever harvests tells what was fetched."""
