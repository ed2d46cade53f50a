"""The walk through one FAIR Data Point, from its root through its containers to the last record.

What lies below a resource is walked through before its next neighbour, so that the place of a walk is
the path to it and nothing else. Missing is never taken for gone: a list that cannot be read, that is
closed or that was not empty before makes the run incomplete.
"""

import logging
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from typing import Final

from pyoxigraph import NamedNode, Triple

from catalogue.errors import CatalogueError, Invalid, NotFound, Refused, Unreadable
from catalogue.rdf import Document, Format, serialise
from catalogue.records import Harvested, Incomplete, Reached, Rejected, Unchanged, Withdrawn
from harvesters.addresses import web_address
from harvesters.fdp_addresses import Addresses
from harvesters.fdp_defaults import defaults, without_containers
from harvesters.fdp_document import CATALOGUES, LEAVES, Child, Page, read
from harvesters.fdp_place import Members, Memory, Told, place_at
from harvesters.fdp_resources import Resources, Telling, bare, fault, is_part, unread
from harvesters.http import Client
from harvesters.payload import described
from harvesters.statuses import status_of
from ontologies.namespaces import DCAT, RDF

log = logging.getLogger(__name__)

MAX_DEPTH: Final = 10
MAX_RESOURCES: Final = 200_000
EVERY: Final = 20
"""After so many members of containers the place of the walk is told."""

_CLOSED: Final = 403
_WITHDRAWN: Final = 410


@dataclass(frozen=True, slots=True)
class Rules:
    """What the operator decided: further hosts that may be asked, and whether defaults are taken out."""

    hosts: tuple[str, ...] = ()
    strips: bool = True
    every: int = EVERY


class Walk:
    """One FAIR Data Point; `cursor` is the place that an earlier walk told, "" for its beginning."""

    def __init__(self, client: Client, url: str, rules: Rules, memory: Memory, cursor: str = "") -> None:
        self._url = str(web_address(url))
        self._rules = rules
        self._memory = memory
        self._told = place_at(cursor)
        self._resources = Resources(client, Addresses(self._url, self._url), None)
        self._visited: set[str] = set()
        self._path: list[Members] = []
        self._faults = self._told.faults
        self._records = 0

    def items(self) -> Iterator[Harvested]:
        """All records; raises when not even the root can be had, or when that lists nothing."""
        root = self._root()
        for item in self._walked(root):
            self._faults += isinstance(item, Incomplete)
            yield item

    def _walked(self, root: Page) -> Iterator[Harvested]:
        yield from self._resumed(root) if self._told.path else self._begun(root)
        for count in range(1, MAX_RESOURCES + 1):
            while self._path and (child := self._path[-1].next()) is None:
                yield from self._left(self._path.pop())
            if not self._path or child is None:
                break
            yield from self._member(child, self._path[-1])
            if count % self._rules.every == 0 and self._path:
                yield Reached(self._cursor())
        if self._path:
            yield fault(f"{self._url} has more than {MAX_RESOURCES:,} resources; the rest was not read.")
        elif not self._records and not self._told.path:
            yield fault(f"{self._url} lists catalogues and no record in any of them.")

    def _cursor(self) -> str:
        path = tuple((members.iri, members.catalogue, members.after) for members in self._path)
        return Told(path, self._faults, tuple(sorted(self._memory.now))).cursor()

    def _root(self) -> Page:
        """The node itself, with or without a slash at the end of its address."""
        try:
            fetched = self._resources.fetch(self._url)
        except NotFound:
            stem = self._url.rstrip("/")
            fetched = self._resources.fetch(stem if stem != self._url else f"{stem}/")
        root = read(fetched, self._url, is_start=True)
        if not root.is_root and root.kind != "catalogue" and not root.children:
            raise Unreadable(f"{self._url} is no FAIR Data Point: it has neither its type nor any container.")
        addresses = Addresses(fetched.url, root.iri, self._rules.hosts)
        added = defaults(root) if self._rules.strips else None
        self._resources = replace(self._resources, addresses=addresses, added=added)
        self._visited.add(bare(root.iri))
        return root

    def _begun(self, root: Page) -> Iterator[Harvested]:
        children = yield from self._resources.members(root)
        if not children:
            raise Unreadable(
                f"{self._url} lists nothing at all. A FAIR Data Point says so too when its store is down, "
                "so it is not taken for empty."
            )
        is_catalogue = Triple(NamedNode(root.iri), RDF.type, DCAT.Catalog)
        yield from _record(root, [*self._resources.said(root), is_catalogue], ())
        self._go_into(Members(root.iri, root.iri, children))

    def _resumed(self, root: Page) -> Iterator[Harvested]:
        """The way back to where the walk was; what cannot be had on it is told."""
        self._memory.now.update(self._told.filled)
        if self._told.faults:
            yield Incomplete(f"{self._told.faults:,} faults were found before this run went on.")
        for number, (iri, catalogue, after) in enumerate(self._told.path):
            self._visited.add(bare(iri))
            try:
                page = self._page(iri) if number else root
            except CatalogueError as error:
                yield fault(f"The rest of what {iri} lists could not be had: {error}")
                continue
            members = yield from self._resources.members(page)
            if number:
                parts, members = _parted(members, page.kind)
                _, records = yield from self._resources.with_parts(page, parts)
                members = sorted([*members, *records], key=lambda child: child.iri)
            self._path.append(
                Members(iri, catalogue, [child for child in members if child.iri > after], after)
            )

    def _page(self, iri: str) -> Page:
        return read(self._resources.fetch(self._resources.addresses.of(iri) or iri), iri)

    def _go_into(self, members: Members) -> None:
        self._memory.fill(members.iri)
        self._path.append(members)

    def _left(self, members: Members) -> Iterator[Harvested]:
        """At the end of a list: one of which nothing is there is rather behind a wrong address."""
        log.info("%s: %s members read", members.iri, members.done)
        if members.absent == members.done > 1:
            yield fault(f"Not one of the {members.done:,} members of {members.iri} is there (404).")

    def _member(self, child: Child, here: Members) -> Iterator[Harvested]:
        """One member of a container: its record, and a list of its own where it has one."""
        if bare(child.iri) in self._visited:
            return
        self._visited.add(bare(child.iri))
        address = self._resources.addresses.of(child.iri)
        if address is None:
            reason = (
                "It lies on another server than its list. Name its host in the option hosts to have it read."
            )
            yield Rejected(here.iri, child.iri, reason)
            return
        try:
            fetched = self._resources.fetch(address)
        except CatalogueError as error:
            yield from self._unanswered(child, here, error)
            return
        try:
            page = read(fetched, child.iri)
        except (Invalid, Refused) as error:
            yield unread(fetched, child.iri, error)
            if self._may_list(child):
                yield fault(f"What {child.iri} lists could not be read: {error}")
            return
        yield from self._resource(page, here)

    def _unanswered(self, child: Child, here: Members, error: CatalogueError) -> Iterator[Harvested]:
        """A member that could not be had: a draft is still there, one that was withdrawn is gone."""
        status = status_of(error)
        if status == _CLOSED and not self._may_list(child):
            log.info("%s is not public now: it stays as it is", child.iri)
            yield Unchanged((child.iri,))
        elif isinstance(error, NotFound):
            log.info("%s", error)
            here.absent += 1
            if status == _WITHDRAWN:
                yield Withdrawn(child.iri)
        else:
            yield fault(f"{child.iri} could not be had: {error}")

    def _may_list(self, child: Child) -> bool:
        """Whether there may be records below, so that they are unknown when this cannot be had."""
        is_leaf = child.relation in LEAVES and child.relation not in CATALOGUES
        return not is_leaf or self._memory.held(child.iri)

    def _resource(self, page: Page, here: Members) -> Iterator[Harvested]:
        self._visited.add(bare(page.iri))
        parts, rest = _parted((yield from self._resources.members(page)), page.kind)
        if page.kind:
            yield from self._kept(page, parts, rest, here)
        else:
            log.info("%s is no kind of record; what lies below it is read", page.iri)
        if rest and len(self._path) >= MAX_DEPTH:
            yield fault(f"{page.iri} lies {MAX_DEPTH} levels deep; what is below it was not read.")
        elif rest:
            catalogue = page.iri if page.kind == "catalogue" else here.catalogue
            rest.sort(key=lambda child: child.iri)
            self._go_into(Members(page.iri, catalogue, rest))
        elif self._memory.held(page.iri):
            yield fault(
                f"{page.iri} lists nothing, but did in the last complete run. It is taken for empty only "
                "when everything is read again."
            )

    def _kept(self, page: Page, parts: list[Child], rest: list[Child], here: Members) -> Telling[None]:
        """The record with its parts; those that are records themselves join the rest."""
        triples, found = yield from self._resources.with_parts(page, parts)
        rest.extend(found)
        self._records += page.kind != "catalogue"
        yield from _record(page, triples, (here.catalogue,))


def _parted(members: Iterable[Child], kind: str) -> tuple[list[Child], list[Child]]:
    """Members that are described with a record of this kind, and those that are walked through."""
    parts, rest = list[Child](), list[Child]()
    for child in members:
        (parts if is_part(child, kind) else rest).append(child)
    return parts, rest


def _record(page: Page, triples: list[Triple], member_of: tuple[str, ...]) -> Iterator[Harvested]:
    """The record that a page describes, from statements that may be of several documents."""
    content = serialise(without_containers(triples), Format.N_TRIPLES)
    for item in described(Document(page.url, content, Format.N_TRIPLES, "")):
        if isinstance(item, Rejected):
            if item.place == page.iri:
                yield item
                return
        elif item.subject.value == page.iri:
            yield replace(item, member_of=tuple(map(NamedNode, member_of)))
            return
    yield Rejected(page.url, page.iri, "Nothing is said of it but its class.")
