"""The RDF formats: telling them apart, reading them strictly or leniently, writing them."""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Final
from urllib.parse import quote

from pyoxigraph import Quad, RdfFormat, Triple, parse, serialize

from catalogue.errors import Unreadable
from ontologies.namespaces import PREFIXES


class Format(StrEnum):
    """The serialisations that are read and written."""

    TURTLE = "turtle"
    RDF_XML = "rdf-xml"
    JSON_LD = "json-ld"
    N_TRIPLES = "n-triples"
    TRIG = "trig"
    N_QUADS = "n-quads"

    @property
    def media_type(self) -> str:
        """The registered media type."""
        return _ENGINE[self].media_type

    @property
    def suffix(self) -> str:
        """The usual file suffix, without the dot."""
        return _SUFFIX[self]


_ENGINE: Final[Mapping[Format, RdfFormat]] = {
    Format.TURTLE: RdfFormat.TURTLE,
    Format.RDF_XML: RdfFormat.RDF_XML,
    Format.JSON_LD: RdfFormat.JSON_LD,
    Format.N_TRIPLES: RdfFormat.N_TRIPLES,
    Format.TRIG: RdfFormat.TRIG,
    Format.N_QUADS: RdfFormat.N_QUADS,
}
_SUFFIX: Final[Mapping[Format, str]] = {
    Format.TURTLE: "ttl",
    Format.RDF_XML: "rdf",
    Format.JSON_LD: "jsonld",
    Format.N_TRIPLES: "nt",
    Format.TRIG: "trig",
    Format.N_QUADS: "nq",
}
SUFFIXES: Final[Mapping[str, Format]] = {
    **{suffix: format for format, suffix in _SUFFIX.items()},
    "turtle": Format.TURTLE,
    "n3": Format.TURTLE,
    "xml": Format.RDF_XML,
    "owl": Format.RDF_XML,
    "json": Format.JSON_LD,
}
_SHARED: Final = ("xml", "json", "owl")
"""Suffixes that other formats bear as well: the content decides."""

MEDIA_TYPES: Final[Mapping[str, Format]] = {
    **{format.media_type: format for format in Format},
    "application/x-turtle": Format.TURTLE,
    "text/n3": Format.TURTLE,
    "text/rdf+n3": Format.TURTLE,
    "application/x-trig": Format.TRIG,
    "text/x-nquads": Format.N_QUADS,
}


_IN_IRI: Final = ":/?#[]@!$&'()*+,;=%~"


@dataclass(frozen=True, slots=True)
class Document:
    """RDF bytes, in memory or in a file, with where they came from and the base of their relative IRIs."""

    origin: str
    content: bytes | Path
    format: Format
    base: str

    def quads(self, lenient: bool = False) -> Iterator[Quad]:
        """Stream the statements; raises SyntaxError at the first that is wrong.

        Lenient reading lets wrong IRIs and language tags pass as they are.
        """
        engine, base = _ENGINE[self.format], quote(self.base, safe=_IN_IRI) or None
        if isinstance(self.content, Path):
            return parse(path=self.content, format=engine, base_iri=base, lenient=lenient)
        return parse(self.content, format=engine, base_iri=base, lenient=lenient)

    def bytes(self) -> bytes:
        """The content; a file is read whole."""
        return self.content.read_bytes() if isinstance(self.content, Path) else self.content

    def size(self) -> int:
        """The length in bytes."""
        return self.content.stat().st_size if isinstance(self.content, Path) else len(self.content)


def detect(name: str = "", content_type: str = "", head: bytes = b"", override: str = "") -> Format:
    """The format of a document: as the operator says, else by content type, suffix of `name`, or first bytes.

    Raises Unreadable when nothing tells.
    """
    if override:
        return _named(override)
    media_type = content_type.partition(";")[0].strip().lower()
    if media_type in MEDIA_TYPES:
        return MEDIA_TYPES[media_type]
    path = re.sub(r"[?#].*$", "", name).lower().removesuffix(".gz")
    suffix = path.rpartition(".")[2]
    if suffix in SUFFIXES and (not head or (suffix not in _SHARED and _may_be_rdf(head))):
        return SUFFIXES[suffix]
    return _sniff(head) or _refuse(name, head)


def serialise(triples: Iterable[Triple], format: Format, prefixes: Mapping[str, str] = PREFIXES) -> bytes:
    """Write triples; prefixes are used where the format has them."""
    return serialize(triples, format=_ENGINE[format], prefixes=dict(prefixes)) or b""


def _named(override: str) -> Format:
    key = override.strip().lower()
    known = {**SUFFIXES, **MEDIA_TYPES, **{str(format): format for format in Format}}
    if key not in known:
        choices = ", ".join(format for format in Format)
        raise Unreadable(f"“{override}” is not an RDF format. Use one of: {choices}.")
    return known[key]


_STATEMENT = re.compile(
    rb'\s*(?:<[^<>\s]*>|_:\S+)\s+<[^<>\s]*>\s+(?:<[^<>\s]*>|_:\S+|"[^"\\]*+(?:\\.[^"\\]*+)*+"\S*)'
    rb"\s*(<[^<>\s]*>|_:\S+)?\s*\.\s*(?:#.*)?"
)
_HTML = re.compile(rb"<!doctype\s+html|<html[\s>]", re.I)


def _may_be_rdf(head: bytes) -> bool:
    return bool(head.strip()) and not _HTML.match(_text(head))


def _text(head: bytes) -> bytes:
    """The first bytes without what may stand before the first that tells."""
    text = head[:4096].removeprefix(b"\xef\xbb\xbf").lstrip()
    return re.sub(rb"\A(?:<\?xml[^>]*>|<!--.*?-->|\s)+(?=<!doctype|<html)", b"", text, flags=re.I | re.S)


def _sniff(head: bytes) -> Format | None:
    """Tell a format by how the document begins; None when it looks like none of them."""
    text = _text(head)
    if _HTML.match(text):
        return None
    if re.match(rb'\{\s*["}]|\[\s*(?:[{\["\d-]|\]\s*\Z)', text):
        return Format.JSON_LD
    if re.match(rb"<\?xml|<!--|<!DOCTYPE\s+rdf|<(?:\w+:)?RDF[\s>]|<[\w.:-]+\s[^<>]*\bxmlns\b", text, re.I):
        return Format.RDF_XML
    lines = [line for line in text.splitlines()[:20] if line.strip() and not line.startswith(b"#")]
    statements = [_STATEMENT.fullmatch(line) for line in lines]
    if statements and statements[0]:
        return Format.N_QUADS if any(found and found[1] for found in statements) else Format.N_TRIPLES
    if re.search(rb"(?im)^\s*(?:GRAPH\s+)?(?:<[^>]*>|\w*:\w*)\s*\{", text):
        return Format.TRIG
    if re.search(rb"(?im)^\s*@?(?:prefix|base)\s|^\s*<[^>]*>\s+\S|^\s*(?:\w*:\S+|\[.*\])\s+a\s", text):
        return Format.TURTLE
    return None


def _refuse(name: str, head: bytes) -> Format:
    if not head.strip():
        raise Unreadable("The document is empty (0 bytes of content).")
    if re.search(rb"(?i)<html|<!doctype html", head[:4096]):
        raise Unreadable("The server sent a web page (HTML) instead of RDF. Check the address of the feed.")
    raise Unreadable(
        f"Cannot tell the RDF format of {name or 'the document'}: it has no RDF content type or "
        "suffix and does not begin like one. Name the format if you know it."
    )
