"""The documents that a demonstration node serves: one content model in the shapes that real feeds have."""

import gzip
import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from pyld import jsonld
from pyoxigraph import Literal, NamedNode, Triple

from catalogue.rdf import Format, serialise
from ontologies.namespaces import DCAT, DPV, HYDRA, PREFIXES, RDF, XSD
from web.demo.build import Described, Publication
from web.demo.playing import Served

PAGE_SIZE: Final = 5
_MEMBERSHIP: Final[Mapping[str, NamedNode]] = {
    "dataset": DCAT.dataset,
    "series": DCAT.dataset,
    "service": DCAT.service,
}
_FORGOTTEN: Final = f"@prefix dpv: <{DPV}> .\n".encode()


def documents(publication: Publication, address: str) -> tuple[Served, ...]:
    """The feed of a node that listens at `address`, its first document first."""
    return _SHAPES[publication.feed](publication, address)


def _turtle(publication: Publication, address: str) -> tuple[Served, ...]:
    content = serialise(_page(publication, publication.resources), Format.TURTLE)
    return (Served("/catalogue.ttl", "text/turtle; charset=utf-8", content),)


def _n_triples_gzip(publication: Publication, address: str) -> tuple[Served, ...]:
    content = serialise(_page(publication, publication.resources), Format.N_TRIPLES)
    return (Served("/catalogue.nt.gz", "application/gzip", gzip.compress(content, mtime=0)),)


def _json_ld(publication: Publication, address: str) -> tuple[Served, ...]:
    flat = json.loads(serialise(_page(publication, publication.resources), Format.JSON_LD, {}))
    for node in flat:
        node["@type"] = [kind["@id"] for kind in node.pop(RDF.type.value, [])]
    compact = jsonld.compact(flat, {"@context": dict(PREFIXES)})
    content = json.dumps(compact, ensure_ascii=False, indent=1).encode()
    return (Served("/catalogue.jsonld", "application/ld+json", content),)


def _turtle_flawed(publication: Publication, address: str) -> tuple[Served, ...]:
    """Turtle as it is written by hand: a prefix is used but not declared, and one statement is broken."""
    half = len(publication.resources) // 2
    first = serialise(_page(publication, publication.resources[:half]), Format.TURTLE)
    second = serialise(_page(publication, publication.resources[half:]), Format.TURTLE)
    parts = (first.replace(_FORGOTTEN, b""), second.replace(_FORGOTTEN, b""))
    content = publication.broken.encode().join(parts)
    return (Served("/dcat/catalogue.ttl", "text/turtle", content),)


def _rdf_xml_pages(publication: Publication, address: str) -> tuple[Served, ...]:
    return _pages(publication, f"{address}/catalogue.rdf", Format.RDF_XML, _present_paging)


def _turtle_pages(publication: Publication, address: str) -> tuple[Served, ...]:
    return _pages(publication, f"{address}/catalogue.ttl", Format.TURTLE, _former_paging)


_SHAPES: Final[Mapping[str, Callable[[Publication, str], tuple[Served, ...]]]] = {
    "turtle": _turtle,
    "n-triples-gzip": _n_triples_gzip,
    "json-ld": _json_ld,
    "turtle-flawed": _turtle_flawed,
    "rdf-xml-pages": _rdf_xml_pages,
    "turtle-pages": _turtle_pages,
}


@dataclass(frozen=True, slots=True)
class _Position:
    """A page among others: the addresses of all pages, which one this is, and the items on all of them."""

    addresses: Sequence[str]
    number: int
    total: int

    @property
    def here(self) -> NamedNode:
        return NamedNode(self.addresses[self.number])

    def following(self) -> Iterable[str]:
        return self.addresses[self.number + 1 : self.number + 2]


def _pages(
    publication: Publication,
    url: str,
    format: Format,
    paging: Callable[[_Position], Iterable[Triple]],
) -> tuple[Served, ...]:
    resources = publication.resources
    starts = range(0, len(resources), PAGE_SIZE)
    addresses = [f"{url}?page={number}" for number, _ in enumerate(starts, 1)]
    path = url.rpartition("/")[2]
    served = []
    for number, start in enumerate(starts):
        triples = _page(publication, resources[start : start + PAGE_SIZE])
        position = _Position(addresses, number, len(resources))
        triples += paging(position)
        content = serialise(triples, format)
        served.append(Served(f"/{path}?page={number + 1}", format.media_type, content))
    return tuple(served)


def _present_paging(position: _Position) -> Iterable[Triple]:
    collection = NamedNode(position.addresses[0].partition("?")[0])
    yield Triple(collection, RDF.type, HYDRA.Collection)
    yield Triple(collection, HYDRA.totalItems, _number(position.total))
    yield Triple(collection, HYDRA.view, position.here)
    yield Triple(position.here, RDF.type, HYDRA.PartialCollectionView)
    yield Triple(position.here, HYDRA.first, NamedNode(position.addresses[0]))
    yield Triple(position.here, HYDRA.last, NamedNode(position.addresses[-1]))
    for address in position.following():
        yield Triple(position.here, HYDRA.next, NamedNode(address))


def _former_paging(position: _Position) -> Iterable[Triple]:
    yield Triple(position.here, RDF.type, HYDRA.PagedCollection)
    yield Triple(position.here, HYDRA.totalItems, _number(position.total))
    yield Triple(position.here, HYDRA.itemsPerPage, _number(PAGE_SIZE))
    yield Triple(position.here, HYDRA.firstPage, Literal(position.addresses[0]))
    yield Triple(position.here, HYDRA.lastPage, Literal(position.addresses[-1]))
    for address in position.following():
        yield Triple(position.here, HYDRA.nextPage, Literal(address))


def _number(value: int) -> Literal:
    return Literal(str(value), datatype=XSD.integer)


def _page(publication: Publication, resources: Sequence[Described]) -> list[Triple]:
    """The catalogue, its links to these resources and their descriptions, the triples of a node together."""
    catalogue = publication.catalogue
    found = dict.fromkeys(catalogue.triples())
    for one in resources:
        link = Triple(catalogue.entity.node, _MEMBERSHIP[one.kind], one.entity.node)
        found |= dict.fromkeys((link, *one.triples()))
    places = {triple.subject: place for place, triple in reversed([*enumerate(found)])}
    return sorted(found, key=lambda triple: places[triple.subject])
