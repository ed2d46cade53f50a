"""The kinds of source that can be harvested, our own and those of other installed packages.

Each is an entry point of the group `fairfinder.kinds` that leads to a `Kind`, and is loaded when it
is asked for.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache
from importlib.metadata import EntryPoints, entry_points
from typing import Final

import httpx

from catalogue.errors import Invalid
from catalogue.records import Harvested
from harvesters.credentials import Credentials
from harvesters.http import Client
from harvesters.json_values import SMALLEST_COUNT
from harvesters.kind import Asked, Kind
from ontologies.vocabularies import load

GROUP: Final = "fairfinder.kinds"


def names() -> tuple[str, ...]:
    """The names of all kinds, sorted."""
    return tuple(sorted(_installed().names))


def kind(name: str) -> Kind:
    """The kind called `name`; raises Invalid when there is none."""
    found = tuple(_installed().select(name=name))
    if not found:
        raise Invalid(f"There is no kind of source called “{name}”. Use one of: {', '.join(names())}.")
    loaded: Kind = found[0].load()
    return loaded


def kinds() -> tuple[Kind, ...]:
    """All kinds by name."""
    return tuple(kind(name) for name in names())


def checked(name: str, options: Mapping[str, str]) -> Kind:
    """The kind called `name`; raises Invalid for a kind or an option that does not exist."""
    found = kind(name)
    unknown = sorted(set(options) - set(found.options))
    if unknown:
        known = f"It has: {', '.join(found.options)}." if found.options else "It has none."
        raise Invalid(f"A source of kind {name} has no option “{unknown[0]}”. {known}")
    return found


@dataclass(frozen=True, slots=True)
class Manners:
    """How the client behaves: whom it may ask, what it takes at most, who it says it is."""

    allow_hosts: frozenset[str]
    max_bytes: int
    timeout_s: float
    contact: str

    def client(self, url: str = "", credentials: Credentials | None = None) -> Client:
        """A client of such manners that shows the credentials to the host of `url` alone."""
        return Client(
            self.allow_hosts,
            self.max_bytes,
            self.timeout_s,
            self.contact,
            home=url,
            credentials=credentials,
        )


@dataclass(frozen=True, slots=True)
class Order:
    """What is to be harvested, and from where on; goes from process to process.

    `base` is the address of our own catalogue, `smallest` as for `Asked`.
    """

    kind: str
    url: str
    options: Mapping[str, str] = field(default_factory=dict)
    credentials: Credentials | None = None
    cursor: str = ""
    remembered: Mapping[str, str] = field(default_factory=dict)
    base: str = ""
    smallest: int = SMALLEST_COUNT


def harvest(order: Order, manners: Manners) -> Iterator[Harvested]:
    """The items of a source, of which nothing is fetched before the first is asked for.

    Raises Invalid for a kind or an option that does not exist.
    """
    found = checked(order.kind, order.options)
    return _harvested(found, order, manners)


def _harvested(found: Kind, order: Order, manners: Manners) -> Iterator[Harvested]:
    with manners.client("" if found.is_local else order.url, order.credentials) as client:
        url = order.url if found.is_local else plain(order.url)
        asked = Asked(
            url,
            client,
            load(),
            order.options,
            order.cursor,
            order.remembered,
            base=order.base.rstrip("/"),
            smallest=max(order.smallest, SMALLEST_COUNT),
        )
        yield from found.harvest(asked)


def plain(url: str) -> str:
    """An address without the user name and password in it."""
    try:
        return str(httpx.URL(url.strip()).copy_with(username=None, password=None))
    except (httpx.InvalidURL, UnicodeError):
        return url


@cache
def _installed() -> EntryPoints:
    """The kinds of the installed packages; to look for them takes 15 ms, so it is done once."""
    return entry_points(group=GROUP)
