"""The demonstration network while it runs: one HTTP server on loopback for each publishing node."""

import hashlib
from collections.abc import Iterable, Mapping
from contextlib import ExitStack
from dataclasses import dataclass, field
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Final, Self

from ontologies.vocabularies import Vocabularies
from web.demo.build import Publication, publications
from web.demo.feeds import Served, documents

HOST: Final = "127.0.0.1"


@dataclass(frozen=True, slots=True)
class Node:
    """A source that can be harvested: its name, the kind of its protocol, its address and further options."""

    name: str
    kind: str
    url: str
    options: Mapping[str, str] = field(default_factory=dict)


class Network:
    """All nodes of the demonstration, as a context manager: they answer from entering until leaving.

    Every node listens on a free port of its own, so addresses differ from run to run; what the nodes
    say does not, apart from the links between the pages of a feed.
    """

    def __init__(self, vocabularies: Vocabularies) -> None:
        self._publications = publications(vocabularies)
        self._running = ExitStack()
        self._nodes: tuple[Node, ...] = ()

    def nodes(self) -> tuple[Node, ...]:
        """The nodes that answer now; none before entering and after leaving."""
        return self._nodes

    def __enter__(self) -> Self:
        with ExitStack() as starting:
            self._nodes = tuple(_start(one, starting) for one in self._publications)
            self._running = starting.pop_all()
        return self

    def __exit__(self, *_: object) -> None:
        self._nodes = ()
        self._running.close()


def _start(publication: Publication, running: ExitStack) -> Node:
    server = running.enter_context(_Server())
    served = documents(publication, server.address)
    server.publish(served)
    thread = Thread(target=server.serve_forever, args=(0.05,), name=publication.name, daemon=True)
    thread.start()
    running.callback(thread.join)
    running.callback(server.shutdown)
    return Node(publication.name, "dcat", f"{server.address}{served[0].path}")


class _Server(ThreadingHTTPServer):
    daemon_threads = True

    def __init__(self) -> None:
        super().__init__((HOST, 0), _Answer)
        self.address = f"http://{HOST}:{self.server_port}"
        self._served: dict[str, Served] = {}

    def publish(self, served: Iterable[Served]) -> None:
        self._served = {one.path: one for one in served}

    def served(self, path: str) -> Served | None:
        return self._served.get(path)


class _Answer(BaseHTTPRequestHandler):
    server: _Server
    server_version = "DemonstrationNode"
    sys_version = ""

    def do_GET(self) -> None:
        self._answer(with_content=True)

    def do_HEAD(self) -> None:
        self._answer(with_content=False)

    def _answer(self, with_content: bool) -> None:
        found = self.server.served(self.path)
        if found is None:
            found = Served(self.path, "text/plain; charset=utf-8", b"There is nothing here.\n")
            self._send(HTTPStatus.NOT_FOUND, found, "", with_content)
            return
        tag = f'"{hashlib.sha256(found.content).hexdigest()[:32]}"'
        if self.headers.get("If-None-Match") == tag:
            self._send(HTTPStatus.NOT_MODIFIED, found, tag, with_content=False)
            return
        self._send(HTTPStatus.OK, found, tag, with_content)

    def _send(self, status: HTTPStatus, found: Served, tag: str, with_content: bool) -> None:
        self.send_response(status)
        if tag:
            self.send_header("ETag", tag)
        if status is not HTTPStatus.NOT_MODIFIED:
            self.send_header("Content-Type", found.content_type)
            self.send_header("Content-Length", str(len(found.content)))
        self.end_headers()
        if with_content:
            self.wfile.write(found.content)

    def log_message(self, format: str, *args: object) -> None:
        """Say nothing: whoever harvests tells what was fetched."""
