"""What a kind of source is: the contract between a harvester and whoever runs it."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from pyoxigraph import NamedNode

from catalogue.clock import utc_now
from catalogue.drafting import Given, lines, named
from catalogue.records import Harvested, Record
from harvesters.http import Client
from harvesters.json_values import SMALLEST_COUNT
from ontologies.vocabularies import Vocabularies


@dataclass(frozen=True, slots=True)
class Asked:
    """One harvest that is asked for.

    `url` is the address that the operator gave, without user name and password: the client knows them
    and sends them to its host. `cursor` is that of the last stored `Reached` of a run that was
    interrupted, else "". `remembered` is what the last complete run noted; it is empty when everything
    is to be read again, so a harvester reads only what changed just where it finds what it needs there.
    `base` is the address of our own catalogue, "" where it has none: what came from us is known by it.
    `smallest` is the smallest number that may be told of what was counted in data.
    """

    url: str
    client: Client
    vocabularies: Vocabularies
    options: Mapping[str, str] = field(default_factory=dict)
    cursor: str = ""
    remembered: Mapping[str, str] = field(default_factory=dict)
    now: Callable[[], datetime] = utc_now
    base: str = ""
    smallest: int = SMALLEST_COUNT

    def option(self, name: str, default: str = "") -> str:
        """An option as it was given, without blanks around it."""
        return self.options.get(name, "").strip() or default

    def record(
        self,
        kind: str,
        subject: str,
        values: Mapping[str, Given],
        origin: str,
        member_of: tuple[str, ...] = (),
    ) -> Record:
        """A record from the values of its fields; raises Invalid for a subject that is no IRI."""
        said = lines(self.vocabularies, kind, subject, values)
        catalogues = tuple(node for iri in member_of if (node := named(iri)))
        return Record(NamedNode(subject), kind, said, origin, catalogues)


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of source as it is offered to people.

    `address` says what its URL is of. `options` maps the name of each to its help. `harvest` fetches
    nothing before its first item is asked for; its faults are told as `Incomplete` and it raises only
    what ends it. `own_pages` says that the origin of each record is an address of that record alone,
    which answers 404 or 410 once it is gone. `is_local` says that the URL is a path on this machine.
    """

    name: str
    help: str
    address: str
    harvest: Callable[[Asked], Iterator[Harvested]]
    options: Mapping[str, str] = field(default_factory=dict)
    own_pages: bool = False
    is_local: bool = False
