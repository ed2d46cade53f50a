"""What a web page tells machines: its blocks of JSON-LD, its links to descriptions, its microdata."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final
from urllib.parse import urljoin

from lxml import etree, html

from catalogue.errors import Unreadable
from harvesters.linked_json import Thing
from harvesters.microdata import items
from harvesters.payload import HEAD_BYTES, as_utf8

RELATIONS: Final = ("describedby", "alternate")
RDF_TYPES: Final = ("text/turtle", "application/ld+json", "application/rdf+xml", "application/n-triples")

_CHARSET: Final = re.compile(rb"<meta[^>]{0,200}?charset\s*=\s*[\"']?([\w.:-]+)", re.I)


@dataclass(frozen=True, slots=True)
class PageMetadata:
    """`blocks` are those of JSON-LD as they stand, `described_at` the addresses of RDF about the page."""

    blocks: tuple[bytes, ...] = ()
    described_at: tuple[str, ...] = ()
    things: tuple[Thing, ...] = ()


def read_page(url: str, content: bytes, content_type: str) -> PageMetadata:
    """What a page tells; a page that cannot be read as HTML tells nothing.

    Raises Unreadable for one whose elements are nested so deep that it was not read to its end.
    """
    text = as_utf8(content, _declared(content, content_type))
    parser = html.HTMLParser(encoding="utf-8", no_network=True, huge_tree=True)
    try:
        tree = html.document_fromstring(text, parser=parser)
    except (etree.LxmlError, ValueError):
        return PageMetadata()
    base = _base(tree, url)
    blocks = tuple(_blocks(tree))
    fault = parser.error_log.last_error
    if not blocks and fault is not None and fault.type_name == "ERR_RESOURCE_LIMIT":
        raise Unreadable("The page has elements nested so deep that it could not be read to its end.")
    things = tuple(items(tree, base)) if b"itemscope" in text.lower() else ()
    return PageMetadata(blocks, tuple(_descriptions(tree, base)), things)


def _declared(content: bytes, content_type: str) -> str:
    """The content type, with the charset that the page itself names where the server names none."""
    found = _CHARSET.search(content[:HEAD_BYTES])
    if found is None or "charset" in content_type.lower():
        return content_type
    return f"{content_type or 'text/html'}; charset={found[1].decode('ascii', 'ignore')}"


def _base(tree: etree._Element, url: str) -> str:
    href = next((element.get("href") for element in tree.iter("base") if element.get("href")), "")
    return _joined(url, href) or url


def _blocks(tree: etree._Element) -> Iterator[bytes]:
    for script in tree.iter("script"):
        kind = (script.get("type") or "").partition(";")[0].strip().lower()
        text = "".join(script.itertext()) if kind == "application/ld+json" else ""
        if text.strip():
            yield text.encode("utf-8", "replace")


def _descriptions(tree: etree._Element, base: str) -> Iterator[str]:
    links = list(tree.iter("link"))
    for relation in RELATIONS:
        for link in links:
            kind = (link.get("type") or "").partition(";")[0].strip().lower()
            there = _joined(base, link.get("href") or "")
            if there and kind in RDF_TYPES and relation in (link.get("rel") or "").lower().split():
                yield there


def _joined(base: str, link: str) -> str:
    try:
        return urljoin(base, link.strip()) if link.strip() else ""
    except ValueError:
        return ""
