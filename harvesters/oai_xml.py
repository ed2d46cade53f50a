"""XML as OAI-PMH servers send it: without entities, mended where nearly right, told by local names."""

import html
import re
from collections.abc import Iterator
from typing import Final, Protocol

from lxml import etree

from catalogue.errors import Refused, Unreadable
from harvesters.payload import KEPT_BYTES, as_utf8

_LANGUAGE: Final = "{http://www.w3.org/XML/1998/namespace}lang"
_WEB_PAGE: Final = re.compile(rb"\s*(?:<\?xml[^>]*>\s*)?<(?:!doctype\s+html|html)\b", re.I)
_DOCTYPE: Final = re.compile(rb"<!(?:DOCTYPE|ENTITY)", re.I)
_ILLEGAL: Final = re.compile(
    rb"[\x00-\x08\x0b\x0c\x0e-\x1f]|\xef\xbf[\xbe\xbf]|\xed[\xa0-\xbf][\x80-\xbf]"
    rb"|&#(?:x0*(?:[0-8bcef]|1[0-9a-f]|fff[ef]|d[89a-f]..)|0*(?:[0-8]|1[1245-9]|2\d|3[01]));",
    re.I,
)
_AMPERSAND: Final = re.compile(rb"&(?!(?:amp|lt|gt|quot|apos|#\d+|#x[0-9a-f]+);)(?:([a-z]\w{1,30});)?", re.I)


class Element(Protocol):
    """An element of lxml, as far as it is used."""

    @property
    def tag(self) -> str: ...
    @property
    def text(self) -> str | None: ...
    def get(self, key: str, default: str = "") -> str: ...
    def iter(self, *tags: str) -> Iterator["Element"]: ...
    def itertext(self) -> Iterator[str]: ...
    def items(self) -> list[tuple[str, str]]: ...
    def __iter__(self) -> Iterator["Element"]: ...
    def __len__(self) -> int: ...


def parsed(content: bytes, content_type: str = "", place: str = "It") -> Element:
    """The root of a document; raises Refused for a DOCTYPE, Unreadable for what cannot be mended."""
    text = plain(content, content_type, place)
    try:
        return _tree(text)
    except etree.XMLSyntaxError:
        pass
    try:
        return _tree(mended(text))
    except etree.XMLSyntaxError as error:
        raise Unreadable(f"{place} is not well-formed XML: {error.msg}.", error.lineno) from error


def plain(content: bytes, content_type: str, place: str) -> bytes:
    """The document in UTF-8; raises as `parsed` does for what is no XML or carries a DOCTYPE."""
    text = as_utf8(content, content_type).strip()
    if not text:
        raise Unreadable(f"{place} is empty (0 bytes of content).")
    if _WEB_PAGE.match(text):
        raise Unreadable(f"{place} is a web page (HTML) and no answer of OAI-PMH.")
    if _DOCTYPE.search(text.partition(b"OAI-PMH")[0]):
        raise Refused(f"{place} has a DOCTYPE, which can hide harmful entities. It was not read.")
    return text


def mended(text: bytes) -> bytes:
    """Without the characters that XML forbids, and with the ampersands and entities of HTML written out."""
    sound = _ILLEGAL.sub(b"", text.decode("utf-8", "replace").encode())
    return _AMPERSAND.sub(_spelled, sound)


def _spelled(found: re.Match[bytes]) -> bytes:
    name = (found[1] or b"").decode("utf-8", "replace")
    known = html.unescape(f"&{name};") if name else "&"
    return known.encode() if name and not known.startswith("&") else b"&amp;" + found[0][1:]


def _tree(text: bytes) -> Element:
    parser = etree.XMLParser(
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        huge_tree=False,
        remove_comments=True,
        remove_pis=True,
    )
    root: Element = etree.fromstring(text, parser)
    if root.getroottree().docinfo.internalDTD is not None:  # type: ignore[attr-defined]
        raise Refused("The XML has a DOCTYPE, which can hide harmful entities. It was not read.")
    return root


def local(element: Element) -> str:
    """The name of an element without its namespace; servers get namespaces wrong or leave them out."""
    return element.tag.rpartition("}")[2]


def children(element: Element | None, *names: str) -> Iterator[Element]:
    """The children of these names, in document order; all children when no name is given."""
    if element is None:
        return iter(())
    return (one for one in element if local(one) in names) if names else iter(element)


def child(element: Element | None, name: str) -> Element | None:
    """The first child of a name."""
    for one in children(element):
        if local(one) == name:
            return one
    return None


def words(element: Element | None) -> str:
    """All text in an element, without blanks around it."""
    if element is None:
        return ""
    return ("".join(element.itertext()) if len(element) else element.text or "").strip()


def language(element: Element) -> str:
    """The language that an element says it is in, or ""."""
    return element.get(_LANGUAGE, "").strip()


def raw(element: Element) -> bytes:
    """An element as bytes, as much of it as is kept."""
    return whole(element)[:KEPT_BYTES]


def whole(element: Element) -> bytes:
    """An element as a document of its own, with the namespaces that it needs."""
    text: bytes = etree.tostring(element, encoding="utf-8", with_tail=False)
    return text
