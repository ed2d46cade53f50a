"""Asking a server on loopback whether it serves; nothing here raises when it does not.

Plain `http.client`, for a start asks many times a second beside servers that need the processors.
"""

import base64
import socket
from http.client import HTTPConnection, HTTPException
from urllib.parse import quote, urlsplit

from tests.servers.server import Access

_SECONDS = 5.0


def http_answers(url: str, user: str = "", password: str = "") -> bool:
    """Whether a GET is answered with success."""
    parts = urlsplit(url)
    login = base64.b64encode(f"{user}:{password}".encode()).decode()
    connection = HTTPConnection(parts.hostname or "", parts.port, timeout=_SECONDS)
    try:
        headers = {"Authorization": f"Basic {login}"} if user else {}
        connection.request("GET", f"{parts.path}?{parts.query}", headers=headers)
        return connection.getresponse().status < 300
    except (OSError, HTTPException):
        return False
    finally:
        connection.close()


def sparql_answers(access: Access) -> bool:
    """Whether the endpoint answers a query."""
    return http_answers(f"{access.urls['query']}?query={quote('ASK {}')}", access.user, access.password)


def line_answers(port: int, question: bytes, expected: bytes) -> bool:
    """Whether what comes back first on the socket begins as expected."""
    try:
        with socket.create_connection(("127.0.0.1", port), _SECONDS) as connection:
            connection.sendall(question)
            return connection.recv(len(expected)) == expected
    except OSError:
        return False
