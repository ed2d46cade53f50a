"""A link to a real server that fails as networks do: cut in an answer, dropped, answered by someone else."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from urllib.parse import urlsplit

import httpx

from catalogue.adapters.store_sparql import Endpoints

Fault = Callable[["Link", bytes], None]
"""What is done with a request's body in the place of passing it on."""

_WHICH_STORE = b"query=ASK+%7B%7D"
"""The one question that always gets through."""


class Link(BaseHTTPRequestHandler):
    """One connection, kept open between requests."""

    protocol_version = "HTTP/1.1"
    there: str
    fault: Fault

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        if body == _WHICH_STORE:
            answer = self.asked(body)
            self.tell(answer.status_code, answer.headers["Content-Type"], answer.content)
        else:
            type(self).fault(self, body)

    do_PUT = do_POST

    def asked(self, body: bytes) -> httpx.Response:
        """The real server's answer."""
        headers = {name: self.headers[name] for name in ("Content-Type", "Accept") if name in self.headers}
        return httpx.request(
            self.command, self.there + self.path, content=body, headers=headers, trust_env=False
        )

    def tell(self, status: int, kind: str, content: bytes, promised: int | None = None, **more: str) -> None:
        """Answer, and break off when more was promised."""
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(content) if promised is None else promised))
        for name, value in more.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(content)
        self.close_connection = promised is not None

    def tell_nothing(self, body: bytes) -> None:
        """For a link that only the one question passes."""
        self.tell(503, "text/plain", b"")

    def log_message(self, *_: object) -> None:
        return


@contextmanager
def relay(to: Endpoints, fault: Fault) -> Iterator[Endpoints]:
    """The addresses of a store behind a link with this fault."""
    there = urlsplit(to.query)
    link = type(
        "FaultyLink", (Link,), {"there": f"{there.scheme}://{there.netloc}", "fault": staticmethod(fault)}
    )
    server = ThreadingHTTPServer(("127.0.0.1", 0), link)
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    here = f"http://127.0.0.1:{server.server_port}"
    try:
        yield Endpoints(*(here + urlsplit(url).path for url in (to.query, to.update, to.graphs)))
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
