"""A gate in front of a real server, as proxies stand before clusters: it asks for a login and speaks TLS.

What it lets through is the server's own answer; it answers nothing by itself but 401 and silence.
"""

import ssl
import subprocess
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import httpx


class Gate(ThreadingHTTPServer):
    """`wanted` is the Authorization header that is let in, "" for anyone; `open` closes the gate when False.

    `cut` lets so many bytes of an answer through and then drops the connection.
    """

    daemon_threads = True

    def __init__(self, target: str, wanted: str = "", certificate: tuple[Path, Path] | None = None) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.wanted = wanted
        self.open = True
        self.cut: int | None = None
        self.passed = 0
        self.client = httpx.Client(base_url=target, timeout=30)
        self.scheme = "https" if certificate else "http"
        if certificate:
            context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            context.load_cert_chain(*certificate)
            self.socket = context.wrap_socket(self.socket, server_side=True)

    @property
    def url(self) -> str:
        """Where the gate is."""
        return f"{self.scheme}://127.0.0.1:{self.server_port}"

    def handle_error(self, request: object, client_address: object) -> None:
        """A client that goes away is what these tests are about."""


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: Gate

    def _pass(self) -> None:
        body = self.rfile.read(int(self.headers.get("content-length", 0)))
        if not self.server.open:
            self.close_connection = True
            return
        if self.server.wanted not in ("", self.headers.get("authorization")):
            self._answer(401, "text/plain", b"who are you?")
            return
        sent = {"content-type": self.headers.get("content-type", "application/json")}
        answer = self.server.client.request(self.command, self.path, content=body, headers=sent)
        self.server.passed += 1
        self._answer(answer.status_code, answer.headers.get("content-type", ""), answer.content)

    do_GET = do_POST = do_PUT = do_DELETE = do_HEAD = _pass

    def _answer(self, status: int, kind: str, content: bytes) -> None:
        self.send_response(status)
        self.send_header("content-type", kind)
        self.send_header("content-length", str(len(content)))
        self.end_headers()
        if self.server.cut is None:
            self.wfile.write(content)
        else:
            self.wfile.write(content[: self.server.cut])
            self.close_connection = True

    def log_message(self, format: str, *args: object) -> None:
        """Say nothing."""


@contextmanager
def gate(target: str, wanted: str = "", certificate: tuple[Path, Path] | None = None) -> Iterator[Gate]:
    """A gate that is served until the end of the context."""
    with Gate(target, wanted, certificate) as server:
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        yield server
        server.shutdown()
        thread.join()
        server.client.close()


def certificate(folder: Path) -> tuple[Path, Path]:
    """A certificate for 127.0.0.1 that is its own authority, and its key."""
    chain, key = folder / "gate.crt", folder / "gate.key"
    subprocess.run(
        [
            *("openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2"),
            *("-subj", "/CN=127.0.0.1", "-addext", "subjectAltName=IP:127.0.0.1"),
            *("-out", str(chain), "-keyout", str(key)),
        ],
        check=True,
        capture_output=True,
    )
    return chain, key
