"""The way to a SPARQL store: requests, time limits, and what a store's refusal means."""

import io
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Final
from urllib.parse import urlencode

import httpx
from pyoxigraph import (
    QueryBoolean,
    QueryResultsFormat,
    QuerySolution,
    QuerySolutions,
    parse_query_results,
)

from catalogue.adapters.sparql_access import Access, Address, trusted
from catalogue.errors import Unavailable

_DROPPED: Final = (httpx.RemoteProtocolError, httpx.ReadError, httpx.WriteError)
"""What a kept connection raises that the store closed meanwhile."""

_HTML: Final = ("text/html", "application/xhtml")
_BUSY: Final = frozenset({408, 429})
_NOT_TAKEN: Final = frozenset({400, 413, 415, 422})
_REASON_LENGTH: Final = 300
_SMALL: Final = 1 << 20
_CHUNK: Final = 1 << 16
_RESULTS: Final = "application/sparql-results+json"
_QUERY: Final = {"Content-Type": "application/x-www-form-urlencoded", "Accept": _RESULTS}
"""A missing end always shows in JSON. Forms are taken by every store, a bare query not by Virtuoso."""

_CUT_OFF: Final = "x-sparql-maxrows"
"""By this header Virtuoso tells that it left rows out, in an answer that is whole otherwise."""

_INCOMPLETE: Final = "The store did not send the whole answer."


class CutOff(Unavailable):
    """The store left rows out and told so; `rows` is how many it gives at most."""

    def __init__(self, to: Address, rows: int) -> None:
        super().__init__(_INCOMPLETE, _why_incomplete(to, f"it ends after {rows} rows"))
        self.rows = rows


class Wire:
    """Sends requests over a pool of connections; safe to share between threads.

    `timeout_s` is for each wait: for a connection, for the next bytes of an answer. A request is
    repeated once when a connection breaks before the answer begins, and never for anything else.
    """

    def __init__(self, access: Access, timeout_s: float) -> None:
        self._access = access
        self._timeout_s = timeout_s
        self._transport = httpx.HTTPTransport(verify=trusted(access), trust_env=False)

    def close(self) -> None:
        self._transport.close()

    def rows(self, to: Address, query: str, limit: int, node_prefix: bytes = b"") -> Iterator[QuerySolution]:
        """The rows of an answer as they arrive; raises Unavailable when it breaks off before its own end.

        Raises CutOff before the first row when the store tells that it leaves rows out. A prefix that
        stands before the names of blank nodes is taken away, after the whole answer has arrived.
        """
        with self.result(to, query, limit) as (headers, body):
            if (rows := headers.get(_CUT_OFF, "")).isdecimal():
                raise CutOff(to, int(rows))
            found: QuerySolutions | QueryBoolean | None = None
            try:
                text = io.BytesIO(_without(node_prefix, body.read())) if node_prefix else body
                found = parse_query_results(text, QueryResultsFormat.JSON)
                if isinstance(found, QueryBoolean):
                    raise SyntaxError("it has no rows")
                yield from found
            except SyntaxError as error:
                raise broken(to, error.msg) from error
            finally:
                found = None  # an error keeps this frame, and the parser may end in its own thread alone

    @contextmanager
    def result(
        self, to: Address, query: str, limit: int
    ) -> Iterator[tuple[httpx.Headers, io.BufferedReader]]:
        """The JSON that answers a query, to be read within, and its headers."""
        with self.answer("POST", to, urlencode({"query": query}).encode(), _QUERY) as response:
            kind = response.headers.get("content-type", "")
            if not kind.startswith((_RESULTS, "application/json")):
                raise _no_endpoint(to, f"it answers with {kind.partition(';')[0] or 'nothing'}")
            yield response.headers, io.BufferedReader(Body(to, response, limit), _CHUNK)

    def send(self, method: str, to: Address, content: bytes, headers: Mapping[str, str]) -> None:
        """Send what changes the store; returns when the store says that it is done."""
        with self.answer(method, to, content, headers) as response:
            said = Body(to, response, _SMALL).readall()
            if said and response.headers.get("content-type", "").startswith(_HTML):
                raise _no_endpoint(to, "it answers with a web page")

    @contextmanager
    def answer(
        self, method: str, to: Address, content: bytes, headers: Mapping[str, str]
    ) -> Iterator[httpx.Response]:
        """The store's answer with a status of success; its body is read within, and its errors are told."""
        response = self._begun(method, to, content, headers)
        try:
            if not response.is_success:
                raise self._refusal(to, response)
            yield response
        except httpx.TransportError as error:
            raise self._failure(to, error) from error
        finally:
            response.close()

    def _begun(self, method: str, to: Address, content: bytes, headers: Mapping[str, str]) -> httpx.Response:
        own = {"Accept-Encoding": "identity", "User-Agent": "FAIRfinder"}
        if to.authorization:
            own["Authorization"] = to.authorization
        timeout = httpx.Timeout(self._timeout_s).as_dict()
        request = httpx.Request(
            method, to.url, content=content, headers={**own, **headers}, extensions={"timeout": timeout}
        )
        try:
            return to.digest.sent(request, self._sent) if to.digest else self._sent(request)
        except httpx.TransportError as error:
            raise self._failure(to, error) from error

    def _sent(self, request: httpx.Request) -> httpx.Response:
        try:
            return self._transport.handle_request(request)
        except _DROPPED:
            return self._transport.handle_request(request)

    def _failure(self, to: Address, error: httpx.TransportError) -> Unavailable:
        if isinstance(error, httpx.TimeoutException):
            why = f"did not answer within {self._timeout_s:g} s. It may be overloaded; try again later"
        elif isinstance(error, httpx.ConnectError) and "CERTIFICATE" in str(error):
            why = "shows a certificate that is not trusted. Name its authority in FAIRFINDER_STORE_CA"
        elif isinstance(error, httpx.ConnectError):
            why = f"cannot be reached ({error}). Start it, or correct its address, and try again"
        else:
            why = "broke off the connection before its answer was complete. Try again"
        return Unavailable("The store does not answer.", f"The SPARQL store at {to.shown} {why}.")

    def _refusal(self, to: Address, response: httpx.Response) -> Unavailable:
        status = response.status_code
        said = self._reason(to, response)
        if status in (401, 403):
            return Unavailable(
                "The store does not let the catalogue in.",
                f"{to.shown} answered {_named(status)}. Check FAIRFINDER_STORE_USER and "
                "FAIRFINDER_STORE_PASSWORD, or FAIRFINDER_STORE_TOKEN.",
            )
        if status >= 500 or status in _BUSY:
            return Unavailable(
                "The store cannot answer at the moment.",
                f"{to.shown} answered {_named(status)}{said}. Look at its log, or try again later.",
            )
        if status in _NOT_TAKEN:
            return Unavailable(
                "The store refused a request.",
                f"{to.shown} answered {_named(status)}{said}. Either the address is not the right one, or "
                "this store cannot hold such statements.",
            )
        return _no_endpoint(to, f"it answers {_named(status)}")

    def _reason(self, to: Address, response: httpx.Response) -> str:
        """The first line of what the store says itself, without the secrets that it may echo."""
        if not response.headers.get("content-type", "").startswith("text/plain"):
            return ""
        start = next(response.iter_raw(4096), b"").decode("utf-8", "replace")
        line = " ".join(start.split("\n", 1)[0].split())
        for secret in (self._access.password, self._access.token, *to.url.params.values()):
            line = line.replace(secret, "…") if secret else line
        return f": {line[:_REASON_LENGTH].rstrip('.')}" if line else ""


class Body(io.RawIOBase):
    """An answer's body as a file, with a limit on its bytes."""

    def __init__(self, to: Address, response: httpx.Response, limit: int) -> None:
        self._to = to
        self._chunks = response.iter_raw()
        self._rest = memoryview(b"")
        self._limit = limit

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: bytearray | memoryview) -> int:  # type: ignore[override]
        while not self._rest:
            chunk = next(self._chunks, None)
            if chunk is None:
                return 0
            self._limit -= len(chunk)
            if self._limit < 0:
                raise Unavailable("The store sent too large an answer.", f"It came from {self._to.shown}.")
            self._rest = memoryview(chunk)
        size = min(len(buffer), len(self._rest))
        buffer[:size] = self._rest[:size]
        self._rest = self._rest[size:]
        return size


def _without(node_prefix: bytes, text: bytes) -> bytes:
    """Quotation marks in a literal are escaped, so that this is found in no literal."""
    node = b'"type": "bnode", "value": "'
    return text.replace(node + node_prefix, node)


def broken(to: Address, what: str) -> Unavailable:
    return Unavailable(_INCOMPLETE, _why_incomplete(to, what))


def _why_incomplete(to: Address, what: str) -> str:
    return (
        f"The SPARQL store at {to.shown} sent an answer that is incomplete or no result ({what}), so none of "
        "it was used. It may have reached a limit of its own; try again."
    )


def _no_endpoint(to: Address, why: str) -> Unavailable:
    return Unavailable(
        "There is no store where the catalogue looks for it.",
        f"{to.shown} is no SPARQL endpoint for this: {why}. Correct it in the settings "
        "(FAIRFINDER_STORE_QUERY_URL, FAIRFINDER_STORE_UPDATE_URL, FAIRFINDER_STORE_GRAPHS_URL).",
    )


def _named(status: int) -> str:
    phrase = httpx.codes.get_reason_phrase(status)
    return f"{status} ({phrase})" if phrase else str(status)
