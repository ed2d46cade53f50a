"""A DCAT feed: one RDF document, or many that point from one to the next."""

import hashlib
from collections import deque
from collections.abc import Iterator
from typing import Final

import httpx

from catalogue.errors import CatalogueError, Invalid, Refused, Unavailable, Unreadable
from catalogue.rdf import Document
from catalogue.rdf_guard import guarded
from catalogue.records import Declared, Harvested, Rejected
from harvesters.addresses import web_address
from harvesters.http import Client, Fetched
from harvesters.hydra import Paging, followed, read_paging
from harvesters.kind import Asked, Kind
from harvesters.once import Once
from harvesters.payload import FORMAT_HELP, KEPT_BYTES, NO_RECORDS, described, document
from harvesters.unpack import unpack

ACCEPT: Final = (
    "text/turtle, application/rdf+xml;q=0.9, application/ld+json;q=0.9, "
    "application/n-triples;q=0.8, application/trig;q=0.7, application/n-quads;q=0.7, */*;q=0.1"
)
MAX_PAGES: Final = 10_000


def harvest(asked: Asked, max_pages: int = MAX_PAGES) -> Iterator[Harvested]:
    """The records of a feed, each page fetched when it is asked for; no subject comes twice.

    A total that the feed declares comes before the records of its page. Raises at once when the
    first page cannot be used. When a later one cannot, or the feed runs in a circle, all that is
    good is yielded first and Unavailable raised at the end, for the run is then not complete.
    """
    yield from _Feed(web_address(asked.url), asked.client, asked.option("format"), max_pages).items()


class _Feed:
    def __init__(self, first: httpx.URL, client: Client, format: str, max_pages: int) -> None:
        self._first = first
        self._client = client
        self._format = format
        self._max_pages = max_pages
        self._waiting = deque([self._first])
        self._known = {str(self._first)}
        self._contents: set[bytes] = set()
        self._complaints: set[bytes] = set()
        self._once = Once()
        self._declared: int | None = None
        self._pages = 0
        self._faults: list[Unavailable] = []

    def items(self) -> Iterator[Harvested]:
        while self._waiting:
            self._pages += 1
            try:
                yield from self._page(self._waiting.popleft())
            except CatalogueError as error:
                if self._pages == 1:
                    raise
                self._fault(f"Page {self._pages} of the feed could not be used: {error}", error)
        if self._faults:
            raise self._faults[0]
        if not self._once and not self._complaints and self._declared != 0:
            raise Unreadable(f"{self._first} cannot be harvested. {NO_RECORDS}")

    def _page(self, url: httpx.URL) -> Iterator[Harvested]:
        fetched = self._fetch(url)
        digest = hashlib.sha256(fetched.content).digest()
        if digest in self._contents:
            self._fault(f"{fetched.url} holds the same as an earlier page of the feed.")
            return
        self._contents.add(digest)
        self._known.add(fetched.url)
        known = self._extent()
        try:
            content = guarded(self._document(fetched))
            paging = read_paging(content, httpx.URL(fetched.url))
            yield from self._total(paging)
            yield from self._records(content)
        except (Invalid, Refused) as error:
            yield Rejected(fetched.url, "", str(error), fetched.content[:KEPT_BYTES])
            self._follow(fetched, Paging(), brought_news=True)
            raise _about(fetched.url, error) from error
        self._follow(fetched, paging, self._extent() > known)

    def _fetch(self, url: httpx.URL) -> Fetched:
        return self._client.get(str(url), ACCEPT)

    def _document(self, fetched: Fetched) -> Document:
        content = unpack(fetched.content, self._client.max_bytes, fetched.url)
        return document(fetched.url, content, fetched.content_type, self._format, fetched.url)

    def _total(self, paging: Paging) -> Iterator[Declared]:
        if paging.total is not None and paging.total != self._declared:
            self._declared = paging.total
            yield Declared(paging.total)

    def _records(self, content: Document) -> Iterator[Harvested]:
        for item in described(content):
            if isinstance(item, Rejected):
                said = f"{item.place}\n{item.reason}".encode() + item.raw
                self._complaints.add(hashlib.sha256(said).digest())
            admitted = self._once.admit(item)
            if admitted is not None:
                yield admitted

    def _extent(self) -> int:
        """How much the feed has told so far; a page that does not add to it brings nothing new."""
        return len(self._once) + len(self._complaints)

    def _follow(self, fetched: Fetched, paging: Paging, brought_news: bool) -> None:
        here = httpx.URL(fetched.url)
        links = paging.following or tuple(filter(None, [fetched.links.get("next")]))
        targets = [target for link in links if (target := self._target(link, here)) is not None]
        new = [target for target in dict.fromkeys(targets) if str(target) not in self._known]
        if paging.doubtful and not links:
            self._fault(f"A part of {here} could not be read, and a next page may be named there.")
        elif targets and not new and not paging.ends:
            self._fault(f"The feed runs in a circle: {here} names {targets[0]} as its next page.")
        elif new and not brought_news and self._pages > 1:
            self._fault(f"{here} brings nothing new and names {new[0]} as its next page.")
        elif new and self._pages >= self._max_pages:
            self._fault(f"The feed has more than {self._max_pages:,} pages; the rest was not read.")
        else:
            self._waiting.extend(new)
            self._known.update(map(str, new))

    def _target(self, link: str, here: httpx.URL) -> httpx.URL | None:
        try:
            return followed(link, here)
        except (httpx.InvalidURL, UnicodeError) as error:
            self._fault(f"{here} names “{link[:500]}” as its next page, which is no address.", error)
            return None

    def _fault(self, what: str, cause: Exception | None = None) -> None:
        kind = Refused if isinstance(cause, Refused) else Unavailable
        fault = kind(f"{what} The run is incomplete; what was read is kept.")
        fault.__cause__ = cause
        self._faults.append(fault)


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
    {"format": FORMAT_HELP},
)
