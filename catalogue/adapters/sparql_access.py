"""Where a SPARQL store is and how it knows us: addresses without their secrets, passwords, authorities."""

import base64
import ssl
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from pathlib import Path
from urllib.parse import unquote

import certifi
import httpx

from catalogue.errors import Invalid


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
    digest: "Digest | None" = field(repr=False)

    def of_graph(self, name: str) -> "Address":
        """The address of one graph (SPARQL 1.1 Graph Store HTTP Protocol, 4.2)."""
        return replace(self, url=self.url.copy_merge_params({"graph": name}))


class Digest:
    """User and password for a store that wants a digest of them (RFC 7616), as Virtuoso does.

    Virtuoso refuses a plain password and does not say why, so it is asked once more without.
    """

    def __init__(self, user: str, password: str) -> None:
        self._auth = httpx.DigestAuth(user, password)
        self._wanted = False

    def sent(self, request: httpx.Request, send: Callable[[httpx.Request], httpx.Response]) -> httpx.Response:
        if not self._wanted:
            response = send(request)
            if response.status_code != httpx.codes.UNAUTHORIZED:
                return response
            response.close()
            request.headers.pop("Authorization", None)
        flow = self._auth.auth_flow(request)
        response = send(next(flow))
        response.request = request
        try:
            again = flow.send(response)
        except (StopIteration, httpx.ProtocolError):  # no refusal, or one without a question
            return response
        response.close()
        self._wanted = True
        return send(again)


def address(url: str, access: Access) -> Address:
    """Take the credentials out of an address; those of `Access` come first. Raises Invalid."""
    try:
        parsed = httpx.URL(url)
    except (httpx.InvalidURL, UnicodeError):
        parsed = httpx.URL("")
    if parsed.scheme not in ("http", "https") or not parsed.host:
        raise Invalid("The address of the SPARQL store must begin with http:// or https:// and a host.")
    plain = parsed.copy_with(userinfo=b"")
    shown = str(plain.copy_with(query=None, fragment=None))
    user, password = _login(access, parsed)
    digest = Digest(user, password) if user and not access.token else None
    return Address(plain, shown, _authorization(access, user, password), digest)


def trusted(access: Access) -> ssl.SSLContext:
    """What certificates are checked with; raises Invalid."""
    ca = access.ca
    try:
        return ssl.create_default_context(cafile=str(ca) if ca else certifi.where())
    except OSError as error:
        raise Invalid(f"FAIRFINDER_STORE_CA names {ca}, which holds no certificates: {error}.") from error


def _login(access: Access, url: httpx.URL) -> tuple[str, str]:
    if access.user or access.token:
        return access.user, access.password
    user, _, password = map(unquote, url.userinfo.decode().partition(":"))
    return user, password


def _authorization(access: Access, user: str, password: str) -> str:
    if access.token:
        return f"Bearer {access.token}"
    return "Basic " + base64.b64encode(f"{user}:{password}".encode()).decode() if user else ""
