"""Paging as Hydra says it, in its old and its present words, and where a link to the next page leads.

https://www.hydra-cg.com/spec/latest/core/#collections
"""

import re
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass
from typing import Final

import httpx
from pyoxigraph import BlankNode, Literal, NamedNode, Quad

from catalogue.errors import Invalid
from catalogue.rdf import Document
from catalogue.rdf_fault import Broken
from catalogue.rdf_salvage import mended, pieces
from harvesters.addresses import joined, origin
from ontologies.namespaces import HYDRA, RDF

_NEXT: Final = frozenset({HYDRA.next, HYDRA.nextPage})
_PAGE_CLASSES: Final = frozenset({HYDRA.PartialCollectionView, HYDRA.PagedCollection})
_WORDS: Final = _NEXT | {HYDRA.view, HYDRA.totalItems, RDF.type}
_MENTION = re.compile(rb"hydra", re.I)
_PAGING_MENTION = re.compile(rb"hydra|next", re.I)

_Node = NamedNode | BlankNode


@dataclass(frozen=True, slots=True)
class Paging:
    """What a page says about the others.

    `following` are addresses as written. `ends` says that some pagination on the page has no next
    page. `total` is the declared number of records. `doubtful` says that a part of the page could
    not be read, so that a next page may have been overlooked.
    """

    following: tuple[str, ...] = ()
    ends: bool = False
    total: int | None = None
    doubtful: bool = False


def read_paging(document: Document, page: httpx.URL) -> Paging:
    """The paging that a document states; of several paginations that of the page itself, else all."""
    assert isinstance(document.content, bytes)
    if not _MENTION.search(document.content):
        return Paging()
    statements, whole = _statements(document)
    views, totals, collections = _views(statements)
    own = [node for node in views if isinstance(node, NamedNode) and _is_page(node.value, page)]
    links = [link for node in own for link in views[node]]
    links = links or [link for node in views for link in views[node]]
    counted = {node for view in own for node in (view, *collections[view])}
    found = {totals[node] for node in counted if node in totals} or set(totals.values())
    return Paging(
        following=tuple(dict.fromkeys(links)),
        ends=not all(views.values()),
        total=found.pop() if len(found) == 1 else None,
        doubtful=not whole and not links,
    )


def followed(link: str, page: httpx.URL) -> httpx.URL:
    """The address to ask for the next page; raises httpx.InvalidURL for what is none.

    Servers behind a proxy often write links with the scheme, host or port that they themselves
    know. So a link that leads elsewhere with the path of the page, or with the end of it, is
    followed on the host of the page, which is the one that the operator named. Any other link is
    followed as it is written, if its address may be asked.
    """
    target = joined(page, link).copy_with(fragment=None, userinfo=b"")
    if origin(target) == origin(page) or target.scheme not in ("http", "https"):
        return target
    if len(target.path) > 1 and page.path.endswith(target.path):
        return page.copy_with(query=target.query, fragment=None)
    if target.host == page.host and (target.scheme, target.port) == ("http", None):
        return target.copy_with(scheme=page.scheme)
    return target


def _is_page(iri: str, page: httpx.URL) -> bool:
    """Whether an IRI names this page; the host does not count, for it may be a proxy's."""
    try:
        return httpx.URL(iri).raw_path == page.raw_path
    except (httpx.InvalidURL, UnicodeError):
        return False


def _statements(document: Document) -> tuple[list[Quad], bool]:
    """The statements that speak of paging, and whether there are no more than these."""
    try:
        for reading in (document.quads, lambda: mended(document)):
            with suppress(SyntaxError, ValueError):
                return _about_paging(reading()), True
        return _salvaged(document)
    except MemoryError:  # a single value is longer than the parser takes
        return [], False


def _salvaged(document: Document) -> tuple[list[Quad], bool]:
    found: list[Quad] = []
    whole = True
    try:
        for piece in pieces(document):
            if isinstance(piece, Broken):
                whole = whole and not _PAGING_MENTION.search(piece.raw)
            else:
                found.extend(_about_paging(piece))
    except Invalid:
        return found, False
    return found, whole


def _about_paging(quads: Iterable[Quad]) -> list[Quad]:
    found = [quad for quad in quads if quad.predicate in _WORDS]
    return [quad for quad in found if quad.predicate != RDF.type or quad.object in _PAGE_CLASSES]


def _views(
    statements: Iterable[Quad],
) -> tuple[dict[_Node, list[str]], dict[_Node, int], dict[_Node, list[_Node]]]:
    """Pages with their links, declared totals by what they count, and the collections of each page."""
    views: dict[_Node, list[str]] = {}
    totals: dict[_Node, int] = {}
    collections: dict[_Node, list[_Node]] = {}
    for subject, predicate, value, _ in statements:
        if not isinstance(subject, _Node):
            continue
        if predicate in _NEXT or predicate == RDF.type:
            links = views.setdefault(subject, [])
            if predicate in _NEXT and isinstance(value, NamedNode | Literal):
                links.append(value.value)
        elif predicate == HYDRA.view and isinstance(value, _Node):
            views.setdefault(value, [])
            collections.setdefault(value, []).append(subject)
        elif predicate == HYDRA.totalItems and (number := _count(value)) is not None:
            totals[subject] = number
    return views, totals, {node: collections.get(node, []) for node in views}


def _count(value: object) -> int | None:
    if isinstance(value, Literal) and re.fullmatch(r"[0-9]{1,12}", value.value):
        return int(value.value)
    return None
