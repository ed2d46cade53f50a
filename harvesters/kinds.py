"""The kinds of source that can be harvested: a closed table, and the one place that opens them."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from catalogue.errors import Invalid
from catalogue.rdf import Format
from catalogue.records import Harvested
from harvesters import dcat, files
from harvesters.http import Client

_FORMAT: Final = "RDF format of the source, where it does not tell: " + ", ".join(Format) + "."


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of source as it is offered to people; `options` maps the name of each to its help."""

    name: str
    help: str
    options: Mapping[str, str]


KINDS: Final[Mapping[str, Kind]] = {
    kind.name: kind
    for kind in (
        Kind("dcat", "A DCAT feed on the web, in one document or in pages.", {"format": _FORMAT}),
        Kind("files", "An RDF file or a folder of them on this machine.", {"format": _FORMAT}),
    )
}


def open_source(kind: str, url: str, options: Mapping[str, str], client: Client) -> Iterator[Harvested]:
    """The items of a source, of which nothing is fetched before the first is asked for.

    Raises Invalid for a kind or an option that does not exist.
    """
    checked(kind, options)
    format = options.get("format", "")
    if kind == "files":
        return files.read([Path(url)], format)
    return dcat.harvest(url, client, format)


def checked(kind: str, options: Mapping[str, str]) -> None:
    """Raises Invalid for a kind or an option that does not exist."""
    if kind not in KINDS:
        raise Invalid(f"There is no kind of source called “{kind}”. Use one of: {', '.join(KINDS)}.")
    unknown = sorted(set(options) - set(KINDS[kind].options))
    if unknown:
        known = ", ".join(KINDS[kind].options)
        raise Invalid(f"A source of kind {kind} has no option “{unknown[0]}”. It has: {known}.")


@dataclass(frozen=True, slots=True)
class Manners:
    """How the client behaves: whom it may ask, what it takes at most, who it says it is."""

    allow_hosts: frozenset[str]
    max_bytes: int
    timeout_s: float
    contact: str

    def client(self) -> Client:
        """A client of such manners."""
        return Client(self.allow_hosts, self.max_bytes, self.timeout_s, self.contact)


def harvest(kind: str, url: str, options: Mapping[str, str], manners: Manners) -> Iterator[Harvested]:
    """As `open_source`, with a client of its own."""
    with manners.client() as client:
        yield from open_source(kind, url, options, client)
