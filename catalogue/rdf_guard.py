"""What is looked at before any RDF parser sees harvested bytes: entity bombs, depth, remote contexts."""

import io
import re
from typing import Final
from xml.parsers import expat

import orjson

from catalogue.errors import Refused, Unreadable
from catalogue.rdf import Document, Format
from ontologies.contexts import bundled

MAX_DEPTH: Final = 100
_CHUNK: Final = 1 << 20
_BRACKETS: Final = re.compile(rb'"(?:[^"\\]|\\.)*"|[\[{]|[\]}]')


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
        raise Refused("The XML has a DOCTYPE, which can hide harmful entities. Publish it without one.")

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
        except expat.ExpatError:
            return


def _guard_json(document: Document) -> Document:
    content = document.bytes().removeprefix(b"\xef\xbb\xbf")
    _guard_depth(content)
    try:
        value = orjson.loads(content)
    except orjson.JSONDecodeError as error:
        line = content.count(b"\n", 0, error.pos) + 1
        raise Unreadable(f"Line {line} is not valid JSON: {error.msg}.", line) from error
    if _inline_contexts(value) or len(content) != document.size():
        return Document(document.origin, orjson.dumps(value), document.format, document.base)
    return document


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
        return any([_inline_contexts(item) for item in value])
    if not isinstance(value, dict):
        return False
    found = False
    if "@context" in value:
        context = value["@context"]
        entries = context if isinstance(context, list) else [context]
        inlined = [_inlined(entry) for entry in entries]
        found = inlined != entries
        value["@context"] = inlined
    return any([_inline_contexts(item) for key, item in value.items() if key != "@context"]) or found


def _inlined(entry: object) -> object:
    if not isinstance(entry, str):
        return entry
    context = bundled(entry)
    if context is None:
        raise Refused(
            f"The JSON-LD needs the context {entry}, which is not one that FAIRfinder carries. "
            "Contexts are never fetched; publish the context inside the document."
        )
    return context.get("@context", context)
