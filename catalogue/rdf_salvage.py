"""Saving what is good in a document that does not parse: mended where possible, else cut into pieces.

Mending declares well-known prefixes that were forgotten and percent-encodes what must not stand in
an IRI. Cutting parses a document statement by statement; a piece that fails is kept with its raw
bytes, its line and its reason, and the subject it speaks of is named so that no half record is stored.
"""

import re
from collections.abc import Iterator
from typing import Final

from pyoxigraph import BlankNode, NamedNode, Quad, Triple

from catalogue.errors import Unreadable
from catalogue.rdf import Document, Format
from catalogue.rdf_cut import MAX_HEADER, json_pieces, xml_pieces
from catalogue.rdf_fault import Broken, plain
from catalogue.rdf_sound import sound, sound_statements
from ontologies.namespaces import PREFIXES

__all__ = ("Broken", "mended", "pieces")

_FORGOTTEN: Final = {
    **PREFIXES,
    "dc": "http://purl.org/dc/elements/1.1/",
    "dcterms": PREFIXES["dct"],
    "dpv-pd": PREFIXES["dpvpd"],
    "health": PREFIXES["healthdcatap"],
    "healthdcat-ap": PREFIXES["healthdcatap"],
    "m8g": PREFIXES["cv"],
    "sh": "http://www.w3.org/ns/shacl#",
}
_DECLARED = re.compile(rb"(?im)^\s*@?prefix\s+([\w.-]*):")
_DIRECTIVE = re.compile(
    rb"\s*(?:@(?:prefix|base)\b[^<.]*<[^>]*>(?:\s*\.)?|(?:prefix|base)\b[^<]*<[^>]*>)", re.I
)
_TOKEN = re.compile(
    rb'"""(?:[^"\\]++|\\.|"(?!""))*+"""|\'\'\'(?:[^\'\\]++|\\.|\'(?!\'\'))*+\'\'\''
    rb'|"(?:[^"\\\r\n]++|\\.)*+"|\'(?:[^\'\\\r\n]++|\\.)*+\'|<[^<>\r\n]*>|#[^\r\n]*'
    rb"|(?P<end>\.(?=\s|#|\Z))|[^\"'<#.]+|.",
    re.S,
)
_SUBJECT = re.compile(rb"\s*(<[^<>]*>|_:[\w.-]+|[\w.-]*:[^\s;,\[\]()]*)")
_BACKSLASH = re.compile(rb"\\(?!u[0-9A-Fa-f]{4}|U[0-9A-Fa-f]{8})")
_SLASHED = re.compile(rb"(?<![\w/:])([A-Za-z_][\w-]*:[\w%-]+)((?:/[\w%-]+)+)")
_TAG = re.compile(rb"@([^\s;,.)\]^]+)")
_AMPERSAND = re.compile(rb"&(?!(?:amp|lt|gt|quot|apos|#\d+|#x[0-9A-Fa-f]+);)")
_ILLEGAL = re.compile(
    rb"[\x00-\x08\x0b\x0c\x0e-\x1f]"
    rb"|&#(?:x0*(?:[0-8bBcCeEfF]|1[0-9a-fA-F])|0*(?:[0-8]|1[124-9]|2\d|3[01]));"
)


def mended(document: Document) -> list[Quad]:
    """All statements after mending; raises SyntaxError or ValueError when that was not enough."""
    content = document.bytes()
    match document.format:
        case Format.TURTLE | Format.TRIG:
            content = _header(content) + _mended_text(content)
        case Format.N_TRIPLES | Format.N_QUADS:
            content = _mended_text(content)
        case Format.RDF_XML:
            content = _mended_xml(content)
        case Format.JSON_LD:
            pass
    repaired = Document(document.origin, content, document.format, document.base)
    return list(sound_statements(repaired.quads(lenient=True)))


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
            yield from xml_pieces(document, _mended_xml(document.bytes()))
        case Format.JSON_LD:
            yield from json_pieces(document)
        case Format.TRIG:
            raise Unreadable("TriG that does not parse cannot be taken apart.")


def _mended_text(content: bytes) -> bytes:
    """Turtle and its kin with IRIs, names and language tags escaped as they must be; no line moves."""
    parts: list[bytes] = []
    after_string = False
    for token in _TOKEN.finditer(content):
        text = token[0]
        if text.startswith(b"<") and len(text) > 1:
            text = b"<" + _BACKSLASH.sub(b"%5C", text[1:-1].strip()) + b">"
        elif after_string and text.startswith(b"@"):
            text = _TAG.sub(_mended_tag, text, count=1)
        elif b"/" in text and text[:1] not in b"\"'#":
            text = _SLASHED.sub(lambda found: found[1] + found[2].replace(b"/", rb"\/"), text)
        after_string = text[:1] in (b'"', b"'") and len(text) > 1
        parts.append(text)
    return b"".join(parts)


def _mended_tag(found: re.Match[bytes]) -> bytes:
    tag = found[1].replace(b"_", b"-")
    return b"@" + tag if re.fullmatch(rb"[A-Za-z]{1,8}(?:-[A-Za-z0-9]{1,8})*", tag) else b""


def _mended_xml(content: bytes) -> bytes:
    """XML without characters that it must not hold, and with ampersands that begin no entity written out."""
    return _AMPERSAND.sub(b"&amp;", _ILLEGAL.sub(b"", _declare_namespaces(content)))


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
            words = directive[0].strip().replace(b"\n", b" ")
            header += words + (b" . " if words.startswith(b"@") and not words.endswith(b".") else b" ")
            blank = b"\n" * directive[0].count(b"\n")
            rest = blank + raw[directive.end() :]
        else:
            rest = raw
        if len(header) > MAX_HEADER:
            raise Unreadable("Its prefixes are too many to read its statements one by one.")
        if rest.strip():
            yield _piece(document, header, rest, line)
        line += raw.count(b"\n")


def _statements(content: bytes) -> Iterator[bytes]:
    """Cut Turtle after each full stop that ends a statement; a directive without one leads its piece."""
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
    part = Document(document.origin, header + _mended_text(raw), document.format, document.base)
    try:
        return list(sound_statements(part.quads(lenient=True)))
    except (SyntaxError, ValueError) as error:
        at = line + (getattr(error, "lineno", 1) or 1) - 1
        reason = plain(error, document.format)
        reason = re.sub(r"^(?:Line \d+|The document)", f"Line {at}", reason)
        return Broken(at, reason, raw.strip(), _subject(document, header, raw))


def _subject(document: Document, header: bytes, raw: bytes) -> NamedNode | BlankNode | None:
    found = _SUBJECT.match(re.sub(rb"^(?:\s*#[^\n]*\n)+", b"", raw))
    if found is None:
        return None
    text = header + found[1] + b" a <urn:x> ."
    probe = Document(document.origin, text, Format.TURTLE, document.base)
    try:
        subject = next((sound(quad).subject for quad in probe.quads(lenient=True)), None)
    except (SyntaxError, ValueError):
        return None
    return None if isinstance(subject, Triple) else subject


def _line_pieces(document: Document) -> Iterator[list[Quad] | Broken]:
    for number, raw in enumerate(document.bytes().splitlines(), 1):
        if raw.strip() and not raw.lstrip().startswith(b"#"):
            yield _piece(document, b"", raw, number)
