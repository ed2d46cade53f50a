"""The resources of one FAIR Data Point as they are fetched: with all their members, and with their parts."""

import logging
from collections import deque
from collections.abc import Generator, Iterable, Iterator
from dataclasses import dataclass, field
from typing import Final, TypeVar

from pyoxigraph import BlankNode, NamedNode, Triple

from catalogue.errors import CatalogueError, Invalid, Refused
from catalogue.records import Harvested, Incomplete, Rejected
from harvesters.fdp_addresses import Addresses
from harvesters.fdp_defaults import stripped
from harvesters.fdp_document import PARTS, RECORDS, Child, Page, read
from harvesters.http import Client, Fetched
from harvesters.payload import KEPT_BYTES
from harvesters.statuses import status_of
from ontologies.namespaces import DCAT

log = logging.getLogger(__name__)

ACCEPT: Final = (
    "text/turtle, application/ld+json;q=0.8, application/n-triples;q=0.8, application/rdf+xml;q=0.7"
)
MAX_PARTS: Final = 1_000
MAX_PAGES: Final = 10_000
_PART_DEPTH: Final = 3
_NOT_THERE: Final = frozenset({403, 404, 410})

_Found = TypeVar("_Found")
Telling = Generator[Harvested, None, _Found]
"""Says on the way what it learns, and gives what it found at the end."""


@dataclass(frozen=True, slots=True)
class Resources:
    """`added` are the defaults of this node, which its publishers never chose; None leaves all as it is."""

    client: Client
    addresses: Addresses
    added: frozenset[tuple[NamedNode, str]] | None
    _last: dict[str, Fetched] = field(default_factory=dict)

    def fetch(self, address: str) -> Fetched:
        """One document; raises as the client does. The last is kept for the other resources in it."""
        document, _, fragment = address.partition("#")
        if not fragment or document not in self._last:
            self._last.clear()
            self._last[document] = self.client.get(document, ACCEPT)
        return self._last[document]

    def said(self, page: Page) -> list[Triple]:
        """What the publisher says."""
        return [*page.triples] if self.added is None else stripped(page, self.added)

    def members(self, page: Page) -> Telling[list[Child]]:
        """All that lies below a resource, over all pages of its containers, in the order of IRIs."""
        found = {child.iri: child for child in page.children}
        seen, here = {page.url}, page
        while here.following:
            if here.following in seen or len(seen) >= MAX_PAGES:
                yield fault(
                    f"The list of {page.iri} runs in a circle or has too many pages; the rest was not read."
                )
                break
            seen.add(here.following)
            try:
                here = read(self.fetch(here.following), page.iri)
            except CatalogueError as error:
                yield fault(f"A part of the list of {page.iri} could not be had: {error}")
                break
            for child in here.children:
                found.setdefault(child.iri, child)
        return sorted(found.values(), key=lambda child: child.iri)

    def with_parts(self, page: Page, parts: Iterable[Child]) -> Telling[tuple[list[Triple], list[Child]]]:
        """What is said of a record and of its parts; and those of them that are records themselves."""
        triples, records = self.said(page), list[Child]()
        waiting = deque((page.iri, child, 1) for child in parts)
        seen = {bare(page.iri)}
        while waiting:
            owner, child, depth = waiting.popleft()
            if bare(child.iri) in seen:
                continue
            if len(seen) > MAX_PARTS:
                yield fault(f"{page.iri} has more than {MAX_PARTS:,} parts; the rest was not read.")
                break
            seen.add(bare(child.iri))
            part = yield from self._part(page, child)
            if part is None:
                continue
            if part.kind:
                records.append(Child(child.iri, DCAT.dataset))
                continue
            triples += _joined(owner, child, part.iri)
            triples += _renamed(self.said(part), f"p{len(seen)}x")
            if depth < _PART_DEPTH:
                waiting.extend(
                    (part.iri, one, depth + 1) for one in part.children if one.relation not in RECORDS
                )
        return list(dict.fromkeys(triples)), records

    def _part(self, page: Page, child: Child) -> Telling[Page | None]:
        """A part of a record; None where it is a draft, is gone, or could not be had."""
        address = self.addresses.of(child.iri)
        if address is None:
            return None  # a link to somewhere else
        try:
            fetched = self.fetch(address)
        except CatalogueError as error:
            if status_of(error) in _NOT_THERE:
                log.info("a part of %s is not public: %s", page.iri, error)
            else:
                yield fault(f"A part of {page.iri} could not be had: {error}")
            return None
        try:
            return read(fetched, child.iri)
        except (Invalid, Refused) as error:
            yield unread(fetched, child.iri, error)
            return None


def is_part(child: Child, kind: str) -> bool:
    """Whether a member of a record of this kind is described with it; what is no record has no parts."""
    if not kind:
        return False
    return child.relation in PARTS or (kind != "catalogue" and child.relation not in RECORDS)


def bare(iri: str) -> str:
    """An IRI without what may differ from one mention to the next."""
    return iri.removeprefix("https:").removeprefix("http:").rstrip("/#")


def fault(what: str) -> Incomplete:
    """Something that makes the run incomplete."""
    log.warning("%s", what)
    return Incomplete(what)


def unread(fetched: Fetched, iri: str, error: CatalogueError) -> Rejected:
    """A description that cannot be used, with its bytes."""
    return Rejected(fetched.url, iri, str(error), fetched.content[:KEPT_BYTES])


def _joined(owner: str, child: Child, part: str) -> Iterator[Triple]:
    if child.relation is not None:
        yield Triple(NamedNode(owner), child.relation, NamedNode(part))


def _renamed(triples: Iterable[Triple], prefix: str) -> Iterator[Triple]:
    """The same with other names for blank nodes, which are those of one document alone."""
    for subject, predicate, value in triples:
        if isinstance(subject, BlankNode):
            subject = BlankNode(prefix + subject.value)
        if isinstance(value, BlankNode):
            value = BlankNode(prefix + value.value)
        yield Triple(subject, predicate, value)
