"""Where the resources of a FAIR Data Point are asked for, whatever they are called."""

from collections.abc import Iterable

import httpx

from harvesters.addresses import origin


class Addresses:
    """From the IRIs that a node gives its resources to addresses of the server that the operator named.

    A node may call itself by another name than the address that it answers at: a persistent one, or one
    that only its proxy knows. What lies below that name is asked for below the address.
    """

    def __init__(self, url: str, iri: str, hosts: Iterable[str] = ()) -> None:
        self._url = httpx.URL(url)
        self._start = str(self._url.copy_with(query=None, fragment=None)).rstrip("/")
        self._name = iri.rstrip("/")
        self._hosts = frozenset(host.lower().strip("[]") for host in hosts)

    def of(self, iri: str) -> str | None:
        """The address of a resource; None for one on a server that the operator did not name."""
        if iri.startswith((f"{self._name}/", f"{self._name}?")):
            return self._start + iri[len(self._name) :]
        try:
            there, named = httpx.URL(iri).copy_with(fragment=None, userinfo=b""), httpx.URL(self._name)
        except (httpx.InvalidURL, UnicodeError):
            return None
        if there.scheme not in ("http", "https") or not there.host:
            return None
        if origin(there) == origin(self._url) or there.host in self._hosts:
            return str(there)
        is_named_so = origin(there) == origin(named)
        if is_named_so or (there.host == self._url.host and there.port is None):
            here = self._url
            return str(there.copy_with(scheme=here.scheme, host=here.host, port=here.port))
        return None
