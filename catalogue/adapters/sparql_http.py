"""The way to a SPARQL store: addresses, credentials, time limits, and what a store's refusal means."""

import base64
import io
import ssl
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Final
from urllib.parse import unquote, urlencode

import certifi
import httpx
from pyoxigraph import QueryBoolean, QueryResultsFormat, QuerySolution, parse_query_results

from catalogue.errors import Invalid, Unavailable

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


@dataclass(frozen=True, slots=True)
class Endpoints:
    """Where a store answers queries, takes updates, and speaks the Graph Store Protocol."""

    query: str
    update: str
    graphs: str


@dataclass(frozen=True, slots=True)
class Access:
    """How a store knows us: user and password, or a bearer token; `ca` is a file of authorities to trust."""

    user: str = ""
    password: str = field(default="", repr=False)
    token: str = field(default="", repr=False)
    ca: Path | None = None


@dataclass(frozen=True, slots=True)
class Address:
    """One endpoint; only `shown` may stand in a message, because the rest may hold secrets."""

    url: httpx.URL = field(repr=False)
    shown: str
    authorization: str = field(repr=False)

    def of_graph(self, name: str) -> "Address":
        """The address of one graph (SPARQL 1.1 Graph Store HTTP Protocol, 4.2)."""
        return replace(self, url=self.url.copy_merge_params({"graph": name}))


class Wire:
    """Sends requests over a pool of connections; safe to share between threads.

    `timeout_s` is for each wait: for a connection, for the next bytes of an answer. A request is
    repeated once when a connection breaks before the answer begins, and never for anything else.
    """

    def __init__(self, access: Access, timeout_s: float) -> None:
        self._access = access
        self._timeout_s = timeout_s
        self._transport = httpx.HTTPTransport(verify=_trusted(access.ca), trust_env=False)

    def close(self) -> None:
        self._transport.close()

    def address(self, url: str) -> Address:
        """Take the credentials out of an address; those of `Access` come first. Raises Invalid."""
        try:
            parsed = httpx.URL(url)
        except (httpx.InvalidURL, UnicodeError):
            parsed = httpx.URL("")
        if parsed.scheme not in ("http", "https") or not parsed.host:
            raise Invalid("The address of the SPARQL store must begin with http:// or https:// and a host.")
        plain = parsed.copy_with(userinfo=b"")
        shown = str(plain.copy_with(query=None, fragment=None))
        return Address(plain, shown, _authorization(self._access, parsed))

    def rows(self, to: Address, query: str, limit: int) -> Iterator[QuerySolution]:
        """The rows of an answer as they arrive; raises Unavailable when it breaks off before its own end."""
        with self.answer("POST", to, urlencode({"query": query}).encode(), _QUERY) as response:
            kind = response.headers.get("content-type", "")
            if not kind.startswith((_RESULTS, "application/json")):
                raise _no_endpoint(to, f"it answers with {kind.partition(';')[0] or 'nothing'}")
            if rows := response.headers.get(_CUT_OFF):
                raise broken(to, f"it ends after {rows} rows")
            try:
                found = parse_query_results(
                    io.BufferedReader(Body(to, response, limit), _CHUNK), QueryResultsFormat.JSON
                )
                if isinstance(found, QueryBoolean):
                    raise SyntaxError("it has no rows")
                yield from found
            except SyntaxError as error:
                raise broken(to, error.msg) from error

    def send(self, method: str, to: Address, content: bytes, headers: Mapping[str, str]) -> None:
        """Send what changes the store; returns when the store says that it is done."""
        with self.answer(method, to, content, headers) as response:
            Body(to, response, _SMALL).readall()
            if response.headers.get("content-type", "").startswith(_HTML):
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
            try:
                return self._transport.handle_request(request)
            except _DROPPED:
                return self._transport.handle_request(request)
        except httpx.TransportError as error:
            raise self._failure(to, error) from error

    def _failure(self, to: Address, error: httpx.TransportError) -> Unavailable:
        if isinstance(error, httpx.TimeoutException):
            what = f"did not answer within {self._timeout_s:g} s. It may be overloaded; try again later"
        elif isinstance(error, httpx.ConnectError) and "CERTIFICATE" in str(error):
            what = "shows a certificate that is not trusted. Name its authority in FAIRFINDER_STORE_CA"
        elif isinstance(error, httpx.ConnectError):
            what = f"cannot be reached ({error}). Start it, or correct its address, and try again"
        else:
            what = "broke off the connection before its answer was complete. Try again"
        return Unavailable(f"The SPARQL store at {to.shown} {what}.")

    def _refusal(self, to: Address, response: httpx.Response) -> Unavailable:
        status = response.status_code
        said = self._reason(to, response)
        if status in (401, 403):
            return Unavailable(
                f"The SPARQL store at {to.shown} does not let us in ({_named(status)}). Check "
                "FAIRFINDER_STORE_USER and FAIRFINDER_STORE_PASSWORD, or FAIRFINDER_STORE_TOKEN."
            )
        if status >= 500 or status in _BUSY:
            return Unavailable(
                f"The SPARQL store at {to.shown} answered {_named(status)}{said}. "
                "Look at its log, or try again later."
            )
        if status in _NOT_TAKEN:
            return Unavailable(
                f"The SPARQL store at {to.shown} does not take the request ({_named(status)}{said}). "
                "Either the address is not the right one, or this store cannot hold such statements."
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
                raise Unavailable(f"The answer of the SPARQL store at {self._to.shown} is too large.")
            self._rest = memoryview(chunk)
        size = min(len(buffer), len(self._rest))
        buffer[:size] = self._rest[:size]
        self._rest = self._rest[size:]
        return size


def _authorization(access: Access, url: httpx.URL) -> str:
    if access.token:
        return f"Bearer {access.token}"
    user, password = access.user, access.password
    if not user:
        user, _, password = map(unquote, url.userinfo.decode().partition(":"))
    if not user:
        return ""
    return "Basic " + base64.b64encode(f"{user}:{password}".encode()).decode()


def _trusted(ca: Path | None) -> ssl.SSLContext:
    try:
        return ssl.create_default_context(cafile=str(ca) if ca else certifi.where())
    except OSError as error:
        raise Invalid(f"FAIRFINDER_STORE_CA names {ca}, which holds no certificates: {error}.") from error


def broken(to: Address, what: str) -> Unavailable:
    return Unavailable(
        f"The SPARQL store at {to.shown} sent an answer that is incomplete or no result ({what}), so none of "
        "it was used. It may have reached a time limit of its own; try again."
    )


def _no_endpoint(to: Address, why: str) -> Unavailable:
    return Unavailable(
        f"The address {to.shown} is no SPARQL endpoint for this: {why}. Correct it in the settings "
        "(FAIRFINDER_STORE_QUERY_URL, FAIRFINDER_STORE_UPDATE_URL, FAIRFINDER_STORE_GRAPHS_URL)."
    )


def _named(status: int) -> str:
    phrase = httpx.codes.get_reason_phrase(status)
    return f"{status} ({phrase})" if phrase else str(status)
