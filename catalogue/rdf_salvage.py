"""Saving what is good in a document that does not parse: mended where the fault is well known, else cut into pieces.

Mending declares well-known prefixes that were forgotten and percent-encodes what must not stand in
an IRI. Cutting parses a document statement by statement; a piece that fails is kept with its raw
bytes, its line and its reason, and the subject it speaks of is named so that no half record is stored.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final
from urllib.parse import quote
from xml.etree import ElementTree

import orjson
from defusedxml.ElementTree import fromstring
from pyoxigraph import BlankNode, NamedNode, Quad, Triple

from catalogue.errors import Unreadable
from catalogue.rdf import Document, Format
from ontologies.namespaces import PREFIXES, RDF

_FORGOTTEN: Final = {**PREFIXES, "dc": "http://purl.org/dc/elements/1.1/", "dcterms": PREFIXES["dct"],
                     "health": PREFIXES["healthdcatap"], "healthdcat-ap": PREFIXES["healthdcatap"],
                     "m8g": PREFIXES["cv"], "dpv-pd": PREFIXES["dpvpd"], "sh": "http://www.w3.org/ns/shacl#"}  # fmt: skip
_DECLARED = re.compile(rb"(?im)^\s*@?prefix\s+([\w.-]*):")
_DIRECTIVE = re.compile(rb"\s*(?:@(?:prefix|base)\b[^<]*<[^>]*>\s*\.|(?:prefix|base)\b[^<]*<[^>]*>)", re.I)
_TOKEN = re.compile(
    rb'"""(?:[^"\\]|\\.|"(?!""))*"""|\'\'\'(?:[^\'\\]|\\.|\'(?!\'\'))*\'\'\''
    rb'|"(?:[^"\\\r\n]|\\.)*"|\'(?:[^\'\\\r\n]|\\.)*\'|<[^<>\r\n]*>|#[^\r\n]*'
    rb"|(?P<end>\.(?=\s|#|\Z))|[^\"'<#.]+|.",
    re.S,
)
_SUBJECT = re.compile(rb"\s*(<[^<>]*>|_:[\w.-]+|[\w.-]*:[^\s;,\[\]()]*)")
_UNSAFE = re.compile(r"[\x00-\x20<>\"{}|\\^`]")


@dataclass(frozen=True, slots=True)
class Broken:
    """A piece that does not parse; `subject` is what it speaks of where that can be read."""

    line: int | None
    reason: str
    raw: bytes
    subject: NamedNode | BlankNode | None = None


def mended(document: Document) -> list[Quad]:
    """All statements of a document after mending; raises SyntaxError when that was not enough."""
    content = document.bytes()
    if document.format in (Format.TURTLE, Format.TRIG):
        content = _header(content) + content
    elif document.format is Format.RDF_XML:
        content = _declare_namespaces(content)
    repaired = Document(document.origin, content, document.format, document.base)
    return [sound(quad) for quad in repaired.quads(lenient=True)]


def pieces(document: Document) -> Iterator[list[Quad] | Broken]:
    """The document statement by statement, each mended where possible.

    Raises Unreadable when it cannot be cut into pieces at all.
    """
    match document.format:
        case Format.TURTLE:
            yield from _turtle_pieces(document)
        case Format.N_TRIPLES | Format.N_QUADS:
            yield from _line_pieces(document)
        case Format.RDF_XML:
            yield from _xml_pieces(document)
        case Format.JSON_LD:
            yield from _json_pieces(document)
        case Format.TRIG:
            raise Unreadable("TriG that does not parse cannot be taken apart.")


def sound(quad: Quad) -> Quad:
    """The statement with what must not stand in an IRI percent-encoded."""
    subject, predicate, value, graph = quad
    mended = (_sound(term) if isinstance(term, NamedNode) else term for term in (subject, value))
    subject, value = mended
    return Quad(subject, _sound(predicate), value, graph)


def plain(error: SyntaxError | ValueError, format: Format) -> str:
    """A parser's complaint as a sentence for the person who mends the file."""
    text = getattr(error, "msg", None) or str(error)
    text = re.sub(r"^Parser error at line \d+ (?:between columns \d+ and \d+|column \d+): ", "", text)
    if found := re.search(r"The prefix (\S*?):? has not been declared", text):
        text = f"the prefix `{found[1]}:` is not declared"
    elif "No LoadDocumentCallback" in text:
        text = "it needs a context from elsewhere, and contexts are never fetched"
    line = getattr(error, "lineno", None)
    start = f"Line {line}" if line else "The document"
    return f"{start} is not valid {_NAMES[format]}: {text.rstrip('.')}."


_NAMES: Final = {
    Format.TURTLE: "Turtle",
    Format.RDF_XML: "RDF/XML",
    Format.JSON_LD: "JSON-LD",
    Format.N_TRIPLES: "N-Triples",
    Format.TRIG: "TriG",
    Format.N_QUADS: "N-Quads",
}


def _sound(node: NamedNode) -> NamedNode:
    if not _UNSAFE.search(node.value):
        return node
    return NamedNode(_UNSAFE.sub(lambda found: quote(found[0], safe=""), node.value.strip()))


def _header(content: bytes) -> bytes:
    """Declarations of the well-known prefixes that the document does not declare, on no line of their own."""
    declared = {name.decode() for name in _DECLARED.findall(content)}
    return b"".join(
        f"@prefix {prefix}: <{iri}> . ".encode()
        for prefix, iri in _FORGOTTEN.items()
        if prefix not in declared
    )


def _declare_namespaces(content: bytes) -> bytes:
    """Declare well-known XML prefixes on the root element where it forgot them."""
    root = re.search(rb"<(?:[\w.-]+:)?RDF\b[^>]*", content)
    if root is None:
        return content
    declared = {name.decode() for name in re.findall(rb"xmlns:([\w.-]+)", root[0])}
    missing = "".join(
        f' xmlns:{prefix}="{iri}"' for prefix, iri in _FORGOTTEN.items() if prefix not in declared
    )
    return content[: root.end()] + missing.encode() + content[root.end() :]


def _turtle_pieces(document: Document) -> Iterator[list[Quad] | Broken]:
    content = document.bytes()
    header, line = _header(content), 1
    for raw in _statements(content):
        directive = _DIRECTIVE.match(raw)
        if directive:
            header += directive[0].strip().replace(b"\n", b" ") + b" "
            blank = b"\n" * directive[0].count(b"\n")
            rest = blank + raw[directive.end() :]
        else:
            rest = raw
        if rest.strip():
            yield _piece(document, header, rest, line)
        line += raw.count(b"\n")


def _statements(content: bytes) -> Iterator[bytes]:
    """Cut Turtle after each full stop that ends a statement; a SPARQL-style directive has none and leads its piece."""
    start = 0
    for token in _TOKEN.finditer(content):
        if token["end"]:
            yield from _leading_directives(content[start : token.end()])
            start = token.end()
    if content[start:].strip():
        yield from _leading_directives(content[start:])


def _leading_directives(raw: bytes) -> Iterator[bytes]:
    while (found := _DIRECTIVE.match(raw)) and raw[found.end() :].strip():
        yield raw[: found.end()]
        raw = raw[found.end() :]
    yield raw


def _piece(document: Document, header: bytes, raw: bytes, line: int) -> list[Quad] | Broken:
    part = Document(document.origin, header + raw, document.format, document.base)
    try:
        return [sound(quad) for quad in part.quads(lenient=True)]
    except SyntaxError as error:
        at = line + (error.lineno or 1) - 1
        reason = plain(error, document.format).replace(f"Line {error.lineno}", f"Line {at}", 1)
        return Broken(at, reason, raw.strip(), _subject(document, header, raw))


def _subject(document: Document, header: bytes, raw: bytes) -> NamedNode | BlankNode | None:
    found = _SUBJECT.match(re.sub(rb"^(?:\s*#[^\n]*\n)+", b"", raw))
    if found is None:
        return None
    text = header + found[1] + b" a <urn:x> ."
    probe = Document(document.origin, text, document.format, document.base)
    try:
        subject = next((sound(quad).subject for quad in probe.quads(lenient=True)), None)
    except SyntaxError:
        return None
    return None if isinstance(subject, Triple) else subject


def _line_pieces(document: Document) -> Iterator[list[Quad] | Broken]:
    for number, raw in enumerate(document.bytes().splitlines(), 1):
        if raw.strip() and not raw.lstrip().startswith(b"#"):
            yield _piece(document, b"", raw, number)


def _xml_pieces(document: Document) -> Iterator[list[Quad] | Broken]:
    try:
        root = fromstring(_declare_namespaces(document.bytes()), forbid_dtd=True)
    except ElementTree.ParseError as error:
        line = error.position[0]
        raise Unreadable(f"Line {line} is not well-formed XML: {error}.", line) from error
    if root.tag != f"{{{RDF.type.value.removesuffix('type')}}}RDF":
        raise Unreadable("The XML is not RDF/XML: its root element is not rdf:RDF.")
    for child in list(root):
        about = child.get(f"{{{RDF.type.value.removesuffix('type')}}}about", "")
        for other in list(root):
            root.remove(other)
        root.append(child)
        raw = ElementTree.tostring(root)
        part = Document(document.origin, raw, document.format, document.base)
        try:
            yield [sound(quad) for quad in part.quads(lenient=True)]
        except SyntaxError as error:
            reason = re.sub(r"^Line \d+", "This element", plain(error, document.format))
            yield Broken(None, reason, ElementTree.tostring(child), _node(about))


def _json_pieces(document: Document) -> Iterator[list[Quad] | Broken]:
    value = orjson.loads(document.bytes())
    context: object = {}
    if isinstance(value, dict):
        context = value.get("@context", {})
        items = value.get("@graph", [value])
    else:
        items = value
    for item in items if isinstance(items, list) else [items]:
        own = item.get("@context", []) if isinstance(item, dict) else []
        both = [context, *(own if isinstance(own, list) else [own])]
        whole = {**item, "@context": both} if isinstance(item, dict) else item
        raw = orjson.dumps(whole)
        part = Document(document.origin, raw, document.format, document.base)
        try:
            yield [sound(quad) for quad in part.quads(lenient=True)]
        except SyntaxError as error:
            name = str(item.get("@id", item.get("id", ""))) if isinstance(item, dict) else ""
            reason = re.sub(r"^Line \d+", "This item", plain(error, document.format))
            yield Broken(None, reason, orjson.dumps(item), _node(name))


def _node(iri: str) -> NamedNode | None:
    if ":" not in iri:
        return None
    return NamedNode(_UNSAFE.sub(lambda found: quote(found[0], safe=""), iri.strip()))
