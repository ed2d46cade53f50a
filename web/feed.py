"""The whole catalogue as a dcat:Catalog, page by page (DCAT 3, 6.3; Hydra collections)."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final
from urllib.parse import urlencode

from pyoxigraph import Literal, NamedNode, Triple

from catalogue.catalogue import Catalogue
from catalogue.envelope import MEMBER, record_iri
from catalogue.errors import Invalid, NotFound
from catalogue.ledger import Entry, Ledger
from catalogue.merge import merged
from catalogue.settings import Settings
from ontologies.namespaces import DCAT, DCT, FOAF, HYDRA, RDF, XSD

PAGE_SIZE: Final = 100
MOST_DIGITS: Final = 9


@dataclass(frozen=True, slots=True)
class Feed:
    """One page of the catalogue in one format; its records are of one source.

    `address` is that of the format without parameters, such as `https://example.org/catalog.ttl`.
    `after` is the last id of the page before, where the reader came from there: pages follow each
    other without a gap even while records come and go.
    """

    address: str
    number: int
    after: str
    last: int
    total: int
    entries: tuple[Entry, ...]

    @property
    def here(self) -> str:
        """The address of this page."""
        return self._page(self.number, self.after)

    def links(self) -> dict[str, str]:
        """The addresses of other pages: first, previous, next and last, as far as there are such."""
        found = {"first": self._page(1), "last": self._page(self.last)}
        if self.number > 1:
            found["previous"] = self._page(self.number - 1)
        if self.number < self.last and self.entries:
            found["next"] = self._page(self.number + 1, self.entries[-1].id)
        return found

    def _page(self, number: int, after: str = "") -> str:
        told = {"page": str(number)} | ({"after": after} if after else {})
        return f"{self.address}?{urlencode(told)}"


def page(catalogue: Catalogue, address: str, number: str, after: str) -> Feed:
    """A page by its number as it stands in the URL; raises Invalid, or NotFound beyond the last.

    The order is by source and id. A page holds the records of one source alone, because sources
    may describe the same thing differently, and on one page that would become one description.
    """
    if number and not (number.isascii() and number.isdigit() and int(number[:MOST_DIGITS]) > 0):
        raise Invalid(f"The catalogue cannot have page={number[:100]}: it must be a number from 1 on.")
    asked = int(number[:MOST_DIGITS] or 1)
    sizes = catalogue.ledger.sizes()
    last = max(1, sum(map(_pages, sizes.values())))
    if asked > last:
        raise NotFound(f"The catalogue has {last:,} pages, and no page {asked:,}.")
    entries = _following(catalogue.ledger, sizes, after) if after else _at(catalogue.ledger, sizes, asked)
    return Feed(address, asked, after, last, sum(sizes.values()), entries)


def _pages(size: int) -> int:
    return -(-size // PAGE_SIZE)


def _at(ledger: Ledger, sizes: Mapping[str, int], number: int) -> tuple[Entry, ...]:
    before = 0
    for source, size in sizes.items():
        if number <= before + _pages(size):
            return ledger.page("", PAGE_SIZE, (number - before - 1) * PAGE_SIZE, source)
        before += _pages(size)
    return ()


def _following(ledger: Ledger, sizes: Mapping[str, int], after: str) -> tuple[Entry, ...]:
    """The records behind one: of its source, else of the next that has any; raises NotFound."""
    source = ledger.entry(after).source
    rest = ledger.page(after, PAGE_SIZE, 0, source)
    following = next((name for name in sizes if name > source), None)
    if rest or following is None:
        return rest
    return ledger.page("", PAGE_SIZE, 0, following)


def catalogue_iri(catalogue: Catalogue) -> NamedNode:
    """The IRI of the catalogue itself."""
    return NamedNode(f"{catalogue.base}/catalog")


def triples(catalogue: Catalogue, settings: Settings, feed: Feed) -> Iterator[Triple]:
    """The catalogue, its paging, and all that is known of the records of the page."""
    yield from _described(catalogue, settings)
    yield from _paging(feed)
    whole = catalogue_iri(catalogue)
    for entry in feed.entries:
        yield Triple(whole, MEMBER[entry.kind], NamedNode(entry.subject))
        yield Triple(whole, DCAT.record, record_iri(catalogue.base, entry.id))
    yield from merged(catalogue.export([entry.id]) for entry in feed.entries)


def _described(catalogue: Catalogue, settings: Settings) -> Iterator[Triple]:
    """The same on each page, so that it is one description whichever page is read."""
    whole = catalogue_iri(catalogue)
    yield Triple(whole, RDF.type, DCAT.Catalog)
    yield Triple(whole, DCT.term("title"), Literal(settings.title))
    about = f"Descriptions of sources of health data, collected by {settings.title}."
    yield Triple(whole, DCT.description, Literal(about, language="en"))
    yield Triple(whole, FOAF.homepage, NamedNode(f"{catalogue.base}/"))
    if settings.publisher:
        publisher = NamedNode(f"{catalogue.base}/catalog#publisher")
        yield Triple(whole, DCT.publisher, publisher)
        yield Triple(publisher, RDF.type, FOAF.Agent)
        yield Triple(publisher, FOAF.name, Literal(settings.publisher))


def _paging(feed: Feed) -> Iterator[Triple]:
    """Kept apart from the catalogue's own description, which does not change from page to page."""
    collection, view = NamedNode(feed.address), NamedNode(feed.here)
    yield Triple(collection, RDF.type, HYDRA.Collection)
    yield Triple(collection, HYDRA.totalItems, Literal(str(feed.total), datatype=XSD.integer))
    yield Triple(collection, HYDRA.view, view)
    yield Triple(view, RDF.type, HYDRA.PartialCollectionView)
    for relation, address in feed.links().items():
        yield Triple(view, HYDRA.term(relation), NamedNode(address))
