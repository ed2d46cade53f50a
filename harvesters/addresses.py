"""Which addresses may be asked: of the web by their form, of the network by where they lead."""

import ipaddress
import re
import socket
from base64 import b64encode
from collections.abc import Callable
from typing import Final
from urllib.parse import unquote

import httpx

from catalogue.errors import Refused, Unavailable

Resolve = Callable[[str, int], tuple[str, ...]]
"""Host and port to the addresses that the name leads to; raises OSError when there are none."""

_PASSWORD: Final = re.compile(r"//[^/?#]*@")
"""A user name and password, which no message shows."""

_Network = ipaddress.IPv4Network | ipaddress.IPv6Network

# Counted as global by the standard library, although they lead to private addresses or to a
# host's own services.
_REFUSED: Final[tuple[_Network, ...]] = tuple(
    ipaddress.ip_network(network)
    for network in (
        "168.63.129.16/32",  # the platform service of Azure
        "192.0.0.0/24",  # protocol assignments, RFC 6890
        "192.88.99.0/24",  # 6to4 relays, RFC 7526
        "::/96",  # IPv4-compatible, RFC 4291 2.5.5.1
        "64:ff9b::/96",  # NAT64, RFC 6052
        "64:ff9b:1::/48",  # local NAT64, RFC 8215
        "2001::/32",  # Teredo, RFC 4380
        "2002::/16",  # 6to4, RFC 3056
        "fec0::/10",  # site-local, RFC 3879
    )
)


def web_address(url: str) -> httpx.URL:
    """Parse an address of the web; raises Refused for anything else (file:, ftp:, no host, no port)."""
    told = _PASSWORD.sub("//", url)[:500]
    try:
        parsed = httpx.URL(url.strip()).copy_with(fragment=None)
    except (httpx.InvalidURL, UnicodeError) as error:
        raise Refused(f"“{told}” is not an address of the web: {error}.") from error
    if parsed.scheme not in ("http", "https") or not parsed.host or "%" in parsed.host:
        raise Refused(f"“{told}” was not fetched: an address must begin with http:// or https://.")
    if parsed.port is not None and not 0 < parsed.port < 1 << 16:
        raise Refused(f"“{told}” was not fetched: a port is a number from 1 to 65535.")
    return parsed


def joined(base: httpx.URL, link: str) -> httpx.URL:
    """Where a link in a document leads; raises httpx.InvalidURL for what is no address."""
    try:
        return base.join(link.strip())
    except ValueError as error:  # of the standard library, for brackets that enclose no host
        raise httpx.InvalidURL(str(error)) from error


def without_credentials(url: httpx.URL) -> tuple[httpx.URL, dict[str, str]]:
    """The URL fit to be shown, and the header that says what its user name and password said."""
    if not url.userinfo:
        return url, {}
    user, _, password = url.userinfo.decode("ascii").partition(":")
    token = b64encode(f"{unquote(user)}:{unquote(password)}".encode()).decode("ascii")
    return url.copy_with(username=None, password=None), {"Authorization": f"Basic {token}"}


def origin(url: httpx.URL) -> tuple[str, str, int | None]:
    """Scheme, host and port; what belongs to one origin is under one authority (RFC 6454)."""
    return url.scheme, url.host, url.port


def system_resolve(host: str, port: int) -> tuple[str, ...]:
    """Ask the system's resolver, which also reads odd spellings of an address (127.1, 0x7f.1)."""
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return tuple(dict.fromkeys(str(address[4][0]) for address in found))


def is_public(address: str) -> bool:
    """Whether an address lies on the public internet and stands for nothing else."""
    try:
        ip = ipaddress.ip_address(address)
    except ValueError:
        return False
    if isinstance(ip, ipaddress.IPv6Address) and (ip.ipv4_mapped or ip.scope_id):
        return False
    if not ip.is_global or ip.is_multicast or ip.is_reserved or ip.is_unspecified:
        return False
    return not any(ip.version == network.version and ip in network for network in _REFUSED)


def permitted_addresses(
    host: str, port: int, allow_hosts: frozenset[str], resolve: Resolve
) -> tuple[str, ...]:
    """The addresses of a host, to be connected to as they are; one not public refuses them all.

    A host that `allow_hosts` names as the URL spells it may lead anywhere.
    """
    try:
        addresses = resolve(host, port)
    except (OSError, UnicodeError) as error:
        raise Unavailable(f"The host {host} is not known: its name leads to no address.") from error
    if host.lower() in allow_hosts:
        return addresses
    for address in addresses:
        if not is_public(address):
            raise Refused(
                f"The host {host} leads to {address}, which is no public address, so it was not "
                "asked. If it is meant, an operator can allow the host (FAIRFINDER_ALLOW_HOSTS)."
            )
    if not addresses:
        raise Unavailable(f"The host {host} is not known: its name leads to no address.")
    return addresses
