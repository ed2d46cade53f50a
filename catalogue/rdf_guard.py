"""What is looked at before any RDF parser sees harvested bytes: entity bombs, depth, remote contexts."""

import io
import re
from typing import Final
from xml.parsers import expat

import orjson

from catalogue.context import CONTEXT_PATH
from catalogue.context import context as our_context
from catalogue.errors import Refused, Unreadable
from catalogue.rdf import Document, Format
from catalogue.rdf_scoped import as_quads, has_scoped_contexts
from ontologies.contexts import bundled

MAX_DEPTH: Final = 100
MAX_JSON: Final = 128 << 20
"""JSON-LD must be held whole, in ten times its length; above this it is refused."""

_CHUNK: Final = 1 << 20
_DOCTYPE: Final = "The XML has a DOCTYPE, which can hide harmful entities. Publish it without one."
_TAGS: Final = re.compile(rb"<!(?:DOCTYPE|ENTITY)|<(/?)[A-Za-z_][^<>]*+(?<!/)>")
_STRING: Final = rb'"[^"\\]*+(?:\\.[^"\\]*+)*+"'
_BRACKETS: Final = re.compile(_STRING + rb"|[\[{]|[\]}]", re.S)
_FAULTS: Final = re.compile(rb"(" + _STRING + rb")|,(?=\s*[}\]])", re.S)


def guarded(document: Document) -> Document:
    """The document, safe to parse, with bundled contexts put in place; raises Refused or Unreadable."""
    if document.size() == 0:
        raise Unreadable("The document is empty (0 bytes).")
    if document.format is Format.RDF_XML:
        _guard_xml(document)
    if document.format is Format.JSON_LD:
        return _guard_json(document)
    return document


def _guard_xml(document: Document) -> None:
    """Refuse a DOCTYPE and deep nesting; whether the rest is well formed is for the parser to say."""
    depth = 0

    def doctype(*_: object) -> None:
        raise Refused(_DOCTYPE)

    def opened(*_: object) -> None:
        nonlocal depth
        depth += 1
        if depth > MAX_DEPTH:
            raise Refused(f"The XML is nested deeper than {MAX_DEPTH} levels.")

    def closed(*_: object) -> None:
        nonlocal depth
        depth -= 1

    parser = expat.ParserCreate()
    parser.StartDoctypeDeclHandler = doctype
    parser.StartElementHandler = opened
    parser.EndElementHandler = closed
    stream = (
        io.BytesIO(document.content) if isinstance(document.content, bytes) else document.content.open("rb")
    )
    with stream:
        try:
            while chunk := stream.read(_CHUNK):
                parser.Parse(chunk)
            parser.Parse(b"", True)
        except (expat.ExpatError, LookupError, ValueError):  # the last two for unknown encodings
            _guard_broken_xml(document.bytes())


def _guard_broken_xml(content: bytes) -> None:
    """The same by eye: where this parser stops the next one may go on, and past a late DOCTYPE too."""
    depth = 0
    for tag in _TAGS.finditer(content):
        if tag[0].startswith(b"<!"):
            raise Refused(_DOCTYPE)
        depth += -1 if tag[1] else 1
        if depth > MAX_DEPTH:
            raise Refused(f"The XML is nested deeper than {MAX_DEPTH} levels.")


def _guard_json(document: Document) -> Document:
    if document.size() > MAX_JSON:
        raise Refused(
            f"JSON-LD of more than {MAX_JSON >> 20} MB is not read, for it must be held whole. "
            "Publish it in pages, or as N-Triples."
        )
    content = document.bytes().removeprefix(b"\xef\xbb\xbf")
    _guard_depth(content)
    value, changed = _loaded(content)
    changed = _inline_contexts(value) or changed
    if has_scoped_contexts(value):
        return as_quads(document, value)
    if changed or len(content) != document.size():
        return Document(document.origin, orjson.dumps(value), document.format, document.base)
    return document


def _loaded(content: bytes) -> tuple[object, bool]:
    """The value, and whether commas too many or bare control characters had to be taken out first."""
    try:
        return orjson.loads(content), False
    except orjson.JSONDecodeError as error:
        try:
            return orjson.loads(_FAULTS.sub(_mended, content)), True
        except orjson.JSONDecodeError:
            line = content.count(b"\n", 0, error.pos) + 1
            raise Unreadable(f"Line {line} is not valid JSON: {error.msg}.", line) from error


def _mended(fault: re.Match[bytes]) -> bytes:
    return re.sub(rb"[\x00-\x1f]+", b" ", fault[1]) if fault[1] else b""


def _guard_depth(content: bytes) -> None:
    depth = 0
    for token in _BRACKETS.finditer(content):
        first = content[token.start()]
        if first in b"[{":
            depth += 1
            if depth > MAX_DEPTH:
                raise Refused(f"The JSON is nested deeper than {MAX_DEPTH} levels.")
        elif first in b"]}":
            depth -= 1


def _inline_contexts(value: object) -> bool:
    """Put the bundled context in place of each reference to one; says whether any was there."""
    if isinstance(value, list):
        inner = [_inline_contexts(item) for item in value]
        return any(inner)
    if not isinstance(value, dict):
        return False
    found = False
    if "@context" in value:
        context = value["@context"]
        entries = context if isinstance(context, list) else [context]
        inlined = [_inlined(entry) for entry in entries]
        found = inlined != entries
        value["@context"] = inlined
    inner = [_inline_contexts(item) for key, item in value.items() if key != "@context"]
    return found or any(inner)


def _inlined(entry: object) -> object:
    if not isinstance(entry, str):
        return entry
    context = our_context() if entry.endswith(CONTEXT_PATH) else bundled(entry)
    if context is None:
        raise Refused(
            f"The JSON-LD needs the context {entry}, which is not one that FAIRfinder carries. "
            "Contexts are never fetched; publish the context inside the document."
        )
    return context.get("@context", context)
