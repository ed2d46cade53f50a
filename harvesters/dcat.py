"""A DCAT feed: one RDF document, or many that point from one to the next."""

import hashlib
import logging
from collections import deque
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Final

import httpx

from catalogue.errors import CatalogueError, Invalid, Refused, Unavailable, Unreadable
from catalogue.rdf import Document
from catalogue.rdf_guard import guarded
from catalogue.records import Changes, Declared, Harvested, Incomplete, Noted, Reached, Record, Rejected
from harvesters.addresses import web_address
from harvesters.choices import yes
from harvesters.dcat_place import CATALOGUES, Place, place_at
from harvesters.http import Fetched
from harvesters.hydra import Paging, followed, read_paging
from harvesters.kind import Asked, Kind
from harvesters.once import Once
from harvesters.payload import FORMAT_HELP, KEPT_BYTES, NO_RECORDS, described, document
from harvesters.unpack import unpack

log = logging.getLogger(__name__)

ACCEPT: Final = (
    "text/turtle, application/rdf+xml;q=0.9, application/ld+json;q=0.9, "
    "application/n-triples;q=0.8, application/trig;q=0.7, application/n-quads;q=0.7, */*;q=0.1"
)
MAX_PAGES: Final = 10_000
OVERLAP: Final = timedelta(hours=1)
"""Changes are asked for from so long before the last complete run on, for clocks differ."""

_BEGAN: Final = "began"
_DOCUMENT: Final = "document"
_CONDITIONS: Final = {"etag": "If-None-Match", "last-modified": "If-Modified-Since"}
"""What is remembered of a feed in one document, and the header that asks whether it still holds."""


def harvest(asked: Asked, max_pages: int = MAX_PAGES) -> Iterator[Harvested]:
    """The records of a feed, each page fetched when it is asked for; no subject comes twice.

    A total that the feed declares comes before the records of its page. Raises when the first page
    cannot be used; when a later one cannot, or the feed runs in a circle, that is told as Incomplete.
    """
    yield from _Feed(asked, max_pages).items()


class _Feed:
    def __init__(self, asked: Asked, max_pages: int) -> None:
        self._asked = asked
        self._first = web_address(asked.url)
        self._format = asked.option("format")
        self._max_pages = max_pages
        self._tells_changes = yes(asked, "modified_since")
        self._place = place_at(asked.cursor) or self._beginning()
        self._resumed = self._place.pages
        self._contents: set[bytes] = set()
        self._complaints: set[bytes] = set()
        self._once = Once()
        self._tags: dict[str, str] = {}
        self._is_unchanged = False

    def _beginning(self) -> Place:
        place = Place(deque(), began=self._asked.now().isoformat())
        before = self._asked.remembered.get(_BEGAN, "")
        first = self._first
        if self._tells_changes and (since := _since(before)):
            place.since = since
            first = first.copy_set_param("modified_since", since)
        place.add([str(first)])
        return place

    def items(self) -> Iterator[Harvested]:
        place = self._place
        if place.since:
            yield Changes()
        if place.faults:
            yield Incomplete(f"{place.faults:,} faults were found before this run went on.")
        while place.waiting:
            place.pages += 1
            try:
                yield from self._page(place.waiting.popleft())
            except CatalogueError as error:
                if place.pages == 1:
                    raise
                yield self._fault(f"Page {place.pages} of the feed could not be used: {error}")
            if place.waiting:
                yield Reached(place.cursor())
        if self._is_empty():
            raise Unreadable(f"{self._first} cannot be harvested. {NO_RECORDS}")
        yield from self._noted()

    def _is_empty(self) -> bool:
        """Whether nothing came although nothing said that there is nothing."""
        place = self._place
        expected = not (self._resumed or place.since or place.faults or self._is_unchanged)
        return expected and place.declared != 0 and not self._extent()

    def _noted(self) -> Iterator[Noted]:
        for name, value in self._tags.items():
            yield Noted(name, value)
        if self._tells_changes:
            yield Noted(_BEGAN, self._place.began)

    def _page(self, url: str) -> Iterator[Harvested]:
        fetched = self._fetch(url)
        if fetched.status == httpx.codes.NOT_MODIFIED:
            log.info("%s has not changed since the last complete run", fetched.url)
            remembered = self._asked.remembered
            self._is_unchanged = True
            self._tags = {name: remembered[name] for name in (_DOCUMENT, *_CONDITIONS) if name in remembered}
            yield Changes()
            return
        digest = hashlib.sha256(fetched.content).digest()
        if digest in self._contents:
            yield self._fault(f"{fetched.url} holds the same as an earlier page of the feed.")
            return
        self._contents.add(digest)
        self._place.know(fetched.url)
        known, paging = self._extent(), Paging()
        try:
            content = guarded(self._document(fetched))
            paging = read_paging(content, httpx.URL(fetched.url))
            yield from self._total(paging)
            yield from self._records(content)
        except (Invalid, Refused) as error:
            yield Rejected(fetched.url, "", str(error), fetched.content[:KEPT_BYTES])
            yield from self._follow(fetched, paging, brought_news=True)
            raise _about(fetched.url, error) from error
        log.info("page %s: %s records", self._place.pages, self._extent() - known)
        yield from self._follow(fetched, paging, self._extent() > known)
        self._remember(url, fetched)

    def _fetch(self, url: str) -> Fetched:
        """Fetch a page; a first one that is still the same is fetched whole where others follow it."""
        conditions = self._conditions(url)
        fetched = self._asked.client.get(url, ACCEPT, conditions)
        if fetched.status == httpx.codes.NOT_MODIFIED and "next" in fetched.links:
            conditions = {}
            fetched = self._asked.client.get(url, ACCEPT)
        if fetched.status == httpx.codes.NOT_MODIFIED and not conditions:
            raise Unavailable(f"{url} answered that nothing has changed (304), which was not asked.")
        return fetched

    def _conditions(self, url: str) -> dict[str, str]:
        remembered = self._asked.remembered
        if self._place.pages > 1 or self._tells_changes or remembered.get(_DOCUMENT) != self._identity(url):
            return {}
        return {header: remembered[name] for name, header in _CONDITIONS.items() if remembered.get(name)}

    def _remember(self, url: str, fetched: Fetched) -> None:
        """Keep the tags of a feed in one document; a page of many says nothing of the others."""
        tags = {"etag": fetched.etag, "last-modified": fetched.last_modified}
        self._tags = {}
        if self._place.pages == 1 and not self._place.waiting and any(tags.values()):
            self._tags = {_DOCUMENT: self._identity(url), **{name: tag for name, tag in tags.items() if tag}}

    def _identity(self, url: str) -> str:
        """What the tags hold for: a document, read as one format."""
        return f"{url} {self._format}".rstrip()

    def _document(self, fetched: Fetched) -> Document:
        content = unpack(fetched.content, self._asked.client.max_bytes, fetched.url)
        return document(fetched.url, content, fetched.content_type, self._format, fetched.url)

    def _total(self, paging: Paging) -> Iterator[Declared]:
        if paging.total is not None and paging.total != self._place.declared:
            self._place.declared = paging.total
            if not self._place.since:  # else it is the number of the changes
                yield Declared(paging.total)

    def _records(self, content: Document) -> Iterator[Harvested]:
        for item in described(content):
            if isinstance(item, Rejected):
                said = f"{item.place}\n{item.reason}".encode() + item.raw
                self._complaints.add(hashlib.sha256(said).digest())
            admitted = self._once.admit(item)
            if admitted is not None and self._is_first(admitted):
                yield admitted

    def _is_first(self, item: Harvested) -> bool:
        """Whether it is not a catalogue that came before the run was interrupted."""
        if not isinstance(item, Record) or item.kind != "catalogue":
            return True
        known = self._place.catalogues
        if item.subject.value in known:
            return False
        if len(known) < CATALOGUES:
            known.append(item.subject.value)
        return True

    def _extent(self) -> int:
        """How much the feed has told so far; a page that does not add to it brings nothing new."""
        return len(self._once) + len(self._complaints)

    def _follow(self, fetched: Fetched, paging: Paging, brought_news: bool) -> Iterator[Incomplete]:
        here = httpx.URL(fetched.url)
        links = paging.following or tuple(filter(None, [fetched.links.get("next")]))
        targets: list[str] = []
        for link in links:
            try:
                targets.append(str(followed(link, here)))
            except httpx.InvalidURL:
                yield self._fault(f"{here} names “{link[:500]}” as its next page, which is no address.")
        new = [target for target in dict.fromkeys(targets) if not self._place.knows(target)]
        if paging.doubtful and not links:
            yield self._fault(f"A part of {here} could not be read, and a next page may be named there.")
        elif targets and not new and not paging.ends:
            yield self._fault(f"The feed runs in a circle: {here} names {targets[0]} as its next page.")
        elif new and not brought_news and self._place.pages > 1:
            yield self._fault(f"{here} brings nothing new and names {new[0]} as its next page.")
        elif new and self._place.pages + len(self._place.waiting) >= self._max_pages:
            yield self._fault(f"The feed has more than {self._max_pages:,} pages; the rest was not read.")
        else:
            self._place.add(new)

    def _fault(self, what: str) -> Incomplete:
        self._place.faults += 1
        log.warning("%s", what)
        return Incomplete(f"{what} The run is incomplete; what was read is kept.")


def _since(before: str) -> str:
    """From when on changes are asked for; "" where no earlier run is known."""
    try:
        return (datetime.fromisoformat(before) - OVERLAP).isoformat(timespec="seconds")
    except ValueError:
        return ""


def _about(url: str, error: Invalid | Refused) -> Invalid | Refused:
    """The same error, saying which document it speaks of."""
    text = f"{url} cannot be read as DCAT. {error}"
    if isinstance(error, Refused):
        return Refused(text)
    return Unreadable(text, error.line if isinstance(error, Unreadable) else None)


KIND: Final = Kind(
    "dcat",
    "A DCAT feed on the web, in one document or in pages.",
    "The address of the feed, or of its first page.",
    harvest,
    {
        "format": FORMAT_HELP,
        "modified_since": "yes: the feed understands ?modified_since=, as CKAN does with ckanext-dcat.",
    },
)
