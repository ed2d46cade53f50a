"""One web page to records: RDF that it links to, else JSON-LD, else microdata."""

import itertools
import logging
import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Final

import httpx
from pyoxigraph import NamedNode

from catalogue.errors import CatalogueError, Invalid, NotFound, Refused, Unavailable, Unreadable
from catalogue.records import Harvested, Record, Rejected
from harvesters.croissant_mapping import croissant_values, is_croissant
from harvesters.html_metadata import RDF_TYPES, RELATIONS, PageMetadata, read_page
from harvesters.http import Fetched
from harvesters.hydra import followed
from harvesters.kind import Asked
from harvesters.linked_json import Thing, joined, things
from harvesters.once import Once
from harvesters.payload import KEPT_BYTES, described, document
from harvesters.robots import Visitor
from harvesters.schema_org_choice import Choice, alike, catalogue_iri, catalogues_of, chosen, own_iri, site_of
from harvesters.schema_org_coverage import located
from harvesters.schema_org_mapping import catalogue_values, dataset_values
from harvesters.schema_org_words import text
from harvesters.unpack import unpack

log = logging.getLogger(__name__)

RDF: Final = ", ".join((*RDF_TYPES, "*/*;q=0.1"))
_MOST_LINKS: Final = 4
_MISSES: Final = 5
_SPEAKS_OF_DATA: Final = re.compile(rb"Data(?:set|Catalog|Feed)")
_DCAT: Final = b"www.w3.org/ns/dcat"
_OTHER_MEDIA: Final = re.compile(
    r"(?:image|video|audio|font)/|application/(?:pdf|zip|octet-stream|vnd\.)", re.I
)


@dataclass(frozen=True, slots=True)
class Told:
    """What one page gave.

    `is_plain` says that one record is all, and that it has the address of the page. `is_empty` says
    that the page describes nothing, not even what an earlier page did.
    """

    items: tuple[Harvested, ...]
    is_plain: bool
    is_empty: bool

    @property
    def holds_records(self) -> bool:
        """Whether any record came."""
        return any(isinstance(item, Record) for item in self.items)

    def catalogues(self, page: str) -> list[str]:
        """The catalogues that `page` told of and is not itself."""
        found = (item for item in self.items if isinstance(item, Record) and item.kind == "catalogue")
        return [item.subject.value for item in found if item.subject.value != page]


class Pages:
    """Reads pages; no subject comes twice. `is_crawl` says that listed pages come on their own."""

    def __init__(self, asked: Asked, visitor: Visitor, is_crawl: bool) -> None:
        self.home = ""
        self._catalogues: set[str] = set()
        self._asked = asked
        self._visitor = visitor
        self._is_crawl = is_crawl
        self._once = Once()
        self._native = _Native(visitor)

    def read(self, page: str, fetched: Fetched) -> Told:
        """What a page tells; raises Unavailable where it leads to RDF that is not to be had."""
        content = unpack(fetched.content, self._visitor.client.max_bytes, page)
        metadata = _metadata(fetched, content)
        native = self._native.records(page, fetched, metadata)
        if native:
            return self._told(page, [self._listed(item) for item in native])
        found: list[Thing] = []
        items: list[Harvested] = []
        broken: list[Rejected] = []
        for block in metadata.blocks:
            if _DCAT in block and (inside := list(_dcat(page, block))):
                items.extend(inside)
                continue
            try:
                found.extend(things(block))
            except (Invalid, Refused) as error:
                broken.extend(self._broken(page, block, error))
        joined(found)
        choice = chosen(found, page)
        if choice.main is None and not choice.others:
            choice = chosen(list(metadata.things), page)
        items.extend(self._described(page, choice, b"\n".join(metadata.blocks)[:KEPT_BYTES]))
        return self._told(page, [*items, *broken])

    def _told(self, page: str, items: list[Harvested]) -> Told:
        every = [one for item in items if (one := self._once.admit(item)) is not None]
        # What is set aside counts as seen from there on, so a record of the same name must come before it.
        admitted = sorted(every, key=lambda item: isinstance(item, Rejected))
        own = [item for item in admitted if not (isinstance(item, Record) and item.kind == "catalogue")]
        main = [item for item in admitted if isinstance(item, Record) and item.subject.value == page]
        return Told(tuple(admitted), len(main) == 1 and all(item in main for item in own), not items)

    def _listed(self, item: Harvested) -> Harvested:
        """A record of RDF as one of the catalogue of the site, where no other lists it."""
        if isinstance(item, Record) and self.home and item.kind != "catalogue" and not item.member_of:
            return replace(item, member_of=(NamedNode(self.home),))
        return item

    def _described(self, page: str, choice: Choice, raw: bytes) -> Iterator[Harvested]:
        home = ""
        if choice.main is not None and choice.is_catalogue:
            home = page
            yield self._catalogue(choice.main, page, page, page)
        elif choice.main is not None:
            yield from self._dataset(choice.main, page, page, home, raw)
        unnamed: list[Thing] = []
        for thing in choice.others:
            subject = own_iri(thing, page)
            if not subject:
                unnamed.append(thing)
            elif not (self._is_crawl and self._has_own_page(subject, thing, page)):
                yield from self._dataset(thing, subject, page, home, raw)
        if unnamed:
            yield Rejected(page, page, _unnamed(unnamed), raw)

    def _has_own_page(self, subject: str, thing: Thing, page: str) -> bool:
        """Whether a dataset is told on another page of this site, which comes in its turn."""
        addresses = [subject, text(thing.get("url"))]
        return any(site_of(one) == site_of(page) and alike(one) != alike(page) for one in addresses if one)

    def _dataset(self, thing: Thing, subject: str, page: str, home: str, raw: bytes) -> Iterator[Harvested]:
        asked = self._asked
        members: list[str] = []
        for catalogue in catalogues_of(thing):
            iri = catalogue_iri(catalogue, page, home)
            members.append(iri)
            if text(catalogue.get("name")) and iri not in self._catalogues and iri != home:
                self._catalogues.add(iri)
                yield self._catalogue(catalogue, iri, page, iri)
        map_values = croissant_values if is_croissant(thing) else dataset_values
        values = map_values(thing, page, asked.vocabularies)
        try:
            member_of = tuple(dict.fromkeys(members or filter(None, [home or self.home])))
            record = asked.record("dataset", subject, values, page, member_of)
        except Invalid as error:
            yield Rejected(page, page, str(error), raw)
            return
        yield replace(record, triples=(*record.triples, *located(record.subject, thing)))

    def _broken(self, page: str, block: bytes, error: CatalogueError) -> Iterator[Rejected]:
        """A block that cannot be read. What it described cannot be known; in a crawl it was the page."""
        if not _SPEAKS_OF_DATA.search(block):
            log.warning("%s: a block of JSON-LD that names no dataset cannot be read: %s", page, error)
            return
        line = error.line if isinstance(error, Unreadable) else None
        place = f"line {line} of the block" if line else ""
        if self._is_crawl:
            place = f"{page} ({place})" if place else page
        reason = f"A block of JSON-LD in the page cannot be read. {error}"
        yield Rejected(page, place, reason, block[:KEPT_BYTES])

    def _catalogue(self, thing: Thing, subject: str, page: str, origin: str) -> Harvested:
        try:
            values = catalogue_values(thing, subject, self._asked.vocabularies)
            return self._asked.record("catalogue", subject, values, origin)
        except Invalid as error:
            return Rejected(page, page, str(error))


class _Native:
    """DCAT that pages lead to by Link headers and link elements; a site where it leads nowhere is spared."""

    def __init__(self, visitor: Visitor) -> None:
        self._visitor = visitor
        self._known: set[int] = set()
        self._hits = 0
        self._misses = 0

    def records(self, page: str, fetched: Fetched, metadata: PageMetadata) -> list[Harvested]:
        """The records of the first linked document that describes one dataset, and no more, for this page."""
        for target in self._targets(page, fetched, metadata)[:_MOST_LINKS]:
            if self._misses >= _MISSES and not self._hits:
                break
            self._known.add(hash(target))
            found = self._read(target)
            if sum(isinstance(one, Record) and one.kind in ("dataset", "series") for one in found) == 1:
                self._hits += 1
                return found
            self._misses += 1
        return []

    def _targets(self, page: str, fetched: Fetched, metadata: PageMetadata) -> list[str]:
        links = [*filter(None, map(fetched.links.get, RELATIONS)), *metadata.described_at]
        found: dict[str, None] = {}
        for link in links:
            try:
                target = str(followed(link, httpx.URL(fetched.url)))
            except (httpx.InvalidURL, UnicodeError):
                continue
            if site_of(target) == site_of(page) and target not in (page, fetched.url):
                found[target] = None
        return [one for one in found if hash(one) not in self._known]

    def _read(self, url: str) -> list[Harvested]:
        try:
            fetched = self._visitor.get(url, RDF)
            content = unpack(fetched.content, self._visitor.client.max_bytes, url)
            rdf = document(url, content, fetched.content_type, "", fetched.url)
            return list(itertools.islice(described(rdf), 20))
        except (NotFound, Invalid, Refused):
            return []
        except Unavailable:
            if self._hits:
                raise
            return []


def _metadata(fetched: Fetched, content: bytes) -> PageMetadata:
    """What a page holds; a document of JSON is one block."""
    if _OTHER_MEDIA.match(fetched.content_type.strip()):
        return PageMetadata()
    if content.removeprefix(b"\xef\xbb\xbf").lstrip()[:1] in (b"{", b"["):
        return PageMetadata((content,))
    return read_page(fetched.url, content, fetched.content_type)


def _dcat(page: str, block: bytes) -> Iterator[Harvested]:
    try:
        yield from described(document(page, block, "application/ld+json", "json-ld", page))
    except CatalogueError:
        return


def _unnamed(things: list[Thing]) -> str:
    """What is told of datasets that no record can be made of."""
    name = text(things[0].get("name"))[:200]
    others = f" and {len(things) - 1:,} more datasets of the page have" if len(things) > 1 else " has"
    return f"“{name}”{others} neither an @id, a url nor a DOI to be told apart by."
