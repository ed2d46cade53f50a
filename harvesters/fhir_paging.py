"""The pages of one type of resource: each new resource once, and what speaks against their being all."""

import logging
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Final

from catalogue.errors import CatalogueError, NotFound, Refused
from catalogue.records import Incomplete, Rejected
from harvesters.fhir_bounds import RESTRICTED
from harvesters.fhir_mapping import is_definition
from harvesters.fhir_server import Page, Server
from harvesters.json_values import Node, text

log = logging.getLogger(__name__)

MAX_PAGES: Final = 10_000
_ENOUGH: Final = 0.98
_PARTS: Final = {
    "Group": "identifier,status,name,title,description,purpose,type,actual,membership,quantity,"
    "managingEntity,characteristic,url,version,date,publisher,contact,useContext,jurisdiction,language",
    "MeasureReport": "status,type,measure,period,reporter,group",
}
"""The elements that are asked for, of types that could also hold the names of patients."""


@dataclass(frozen=True, slots=True)
class Step:
    """One page: what it brings that is new, where the next is ("" for none), and how many are listed now."""

    resources: tuple[Node, ...]
    following: str
    listed: int
    newest: tuple[tuple[str, str], ...] = ()


@dataclass(slots=True)
class Listing:
    """One pass through the pages of a type, from `first` on; `narrowed` where not all are asked for."""

    type: str
    first: str
    narrowed: bool = False
    is_history: bool = False
    listed: int = 0
    total: int | None = None
    restarted: bool = False
    known: set[str] = field(default_factory=set)
    ids: set[str] = field(default_factory=set)
    asked: set[str] = field(default_factory=set)
    digests: set[bytes] = field(default_factory=set)

    def restart(self) -> None:
        """Begin again; what was brought before is not brought twice."""
        self.restarted, self.listed = True, 0
        self.ids, self.asked, self.digests = set(), set(), set()

    def brought(self, page: Page) -> tuple[Node, ...]:
        """The resources of a page that no page brought before."""
        new = []
        for resource in page.resources:
            id = text(resource.get("id"))
            if not id or id not in self.known:
                new.append(resource)
            self.known.add(id)
        return tuple(new)

    def count(self, page: Page) -> bool:
        """Count the resources of a page, and tell whether it adds to those of this pass."""
        before = len(self.ids)
        self.ids.update(page.keys)
        self.listed += len(self.ids) - before
        return len(self.ids) > before or page.unusable > 0


class Paging:
    """Lists types of a server, `size` resources a page."""

    def __init__(self, server: Server, size: int, max_pages: int = MAX_PAGES) -> None:
        self._server = server
        self._size = size
        self._max_pages = max_pages

    def listing(self, type: str, since: str = "") -> Listing | None:
        """How a type is listed; None where it is not supported, or not without the data of patients."""
        names = self._server.capability.types.get(type)
        if names is None:
            return None
        parameters: dict[str, str] = {}
        if type in RESTRICTED:
            known = [(name, value) for name, value in RESTRICTED[type] if name.partition(":")[0] in names]
            if not known:
                log.info("%s is not asked for: the server declares no way to leave patients out", type)
                return None
            parameters = {known[0][0]: known[0][1], "_elements": _PARTS[type]}
        parameters["_count"] = str(self._size)
        if since:
            parameters["_lastUpdated"] = f"gt{since}"
        return Listing(type, self._server.bounds.listing(type, parameters), narrowed=bool(since))

    def history(self, type: str, since: str) -> Listing | None:
        """How the deletions of a type are listed; None where the server does not keep them."""
        if not since or type in RESTRICTED or type not in self._server.capability.with_history:
            return None
        parameters: Mapping[str, str] = {"_since": since, "_count": str(self._size)}
        first = self._server.bounds.history(type, parameters)
        return Listing(type, first, narrowed=True, is_history=True)

    def steps(self, listing: Listing, url: str = "") -> Iterator[Step | Incomplete | Rejected]:
        """The pages from `url` on; a list that ends too early or is left tells it at its end."""
        url = url or listing.first
        number = 0
        while url:
            number += 1
            try:
                page = self._server.page(url, listing.type, listing.is_history)
            except NotFound as error:
                if url == listing.first or listing.restarted:
                    yield Incomplete(f"{listing.type} could not be listed: {error}")
                    return
                log.warning("the pages of %s expired, so its list is read from the beginning", listing.type)
                listing.restart()
                url = listing.first
                continue
            except CatalogueError as error:
                yield Incomplete(f"Page {number} of {listing.type} could not be had: {error}")
                return
            log.info("page %s of %s: %s entries", number, listing.type, page.entries)
            url, fault = self._following(listing, page, url, number)
            yield Step(listing.brought(page), url, listing.listed, page.newest)
            for _ in range(page.unusable):
                yield Rejected(page.url, "", "An entry of the page holds no resource.")
            if fault:
                yield Incomplete(fault)
            elif not url:
                yield from self._shortfall(listing, page)

    def _following(self, listing: Listing, page: Page, url: str, number: int) -> tuple[str, str]:
        """The address of the next page, or why there is none although there should be."""
        type = listing.type
        is_new = listing.count(page)
        is_repeated = page.entries > 0 and page.digest in listing.digests
        listing.digests.add(page.digest)
        listing.asked.update((url, page.url))
        listing.total = page.total if page.total is not None else listing.total
        if type in RESTRICTED and (page.foreign or not all(map(_is_nobodys, page.resources))):
            return "", f"The server does not leave patients out of {type}, so no further page was asked for."
        if is_repeated:
            return "", f"{page.url} holds the same as an earlier page of {type}."
        if not page.following:
            return "", ""
        inner = self._server.capability.inner
        try:
            following = self._server.bounds.following(page.following, page.url, type, inner)
        except Refused as error:
            return "", str(error)
        if following in listing.asked:
            return "", f"The pages of {type} run in a circle: {page.url} leads back to {following}."
        if number > 1 and not is_new:
            return "", f"{page.url} brings nothing new of {type} but names a next page."
        if number >= self._max_pages:
            return "", f"{type} has more than {self._max_pages:,} pages; the rest was not read."
        return following, ""

    def _shortfall(self, listing: Listing, page: Page) -> Iterator[Incomplete]:
        """What speaks against a list that has ended: fewer resources than the server says it has."""
        if listing.is_history:
            return
        total = listing.total
        if total is None and not listing.narrowed:
            total = self._told(listing.type)
            if total is None and not listing.listed:
                yield Incomplete(f"{listing.type} came as an empty list that does not tell its total.")
        if total is not None and listing.listed < _ENOUGH * total:
            yield Incomplete(
                f"{listing.type}: the server says it has {total:,}, but listed {listing.listed:,}."
            )

    def _told(self, type: str) -> int | None:
        """How many the server says it has when it is asked for that alone."""
        if type in RESTRICTED:
            return None
        try:
            return self._server.count(type)
        except CatalogueError as error:
            log.warning("the number of %s is not known: %s", type, error)
            return None


def _is_nobodys(resource: Node) -> bool:
    """Whether a resource that can be about patients is about none."""
    if resource.get("resourceType") == "Group":
        return is_definition(resource)
    return text(resource.get("type")) == "summary"
