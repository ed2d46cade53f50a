"""RDF/XML and JSON-LD cut into pieces that are parsed one by one: a bad one does not take the rest along."""

import re
from collections.abc import Iterator
from dataclasses import replace
from typing import Final
from xml.etree import ElementTree

import orjson
from defusedxml.ElementTree import fromstring
from pyoxigraph import NamedNode, Quad

from catalogue.errors import Unreadable
from catalogue.rdf import Document
from catalogue.rdf_fault import Broken, plain
from catalogue.rdf_sound import encoded, sound_statements
from ontologies.namespaces import RDF

MAX_HEADER: Final = 64 << 10
"""What is parsed anew with each piece, such as its namespaces, may not be longer."""

_ROOT: Final = re.compile(rb"<((?:[\w.-]+:)?RDF)\b[^>]*>")
_RECORD: Final = re.compile(rb"<((?:[\w.-]+:)?(?:Dataset|DatasetSeries|DataService))(?=[\s>])[^<>]*(?<!/)>")
_ABOUT: Final = re.compile(rb"\babout\s*=\s*(?:\"([^\"]*)\"|'([^']*)')")
_NAME: Final = f"{{{RDF}}}"


def xml_pieces(document: Document, content: bytes) -> Iterator[list[Quad] | Broken]:
    """The elements under rdf:RDF of the mended XML, or its records where it is not well-formed."""
    try:
        root = fromstring(content, forbid_dtd=True)
    except ElementTree.ParseError as error:
        yield from _torn_xml(document, content, error)
        return
    if root.tag != f"{_NAME}RDF":
        raise Unreadable("The XML is not RDF/XML: its root element is not rdf:RDF.")
    lines, children = _Lines(content), list(root)
    for child in children:
        del root[:]
        root.append(child)
        about = child.get(f"{_NAME}about", "")
        piece = _xml_piece(document, ElementTree.tostring(root), ElementTree.tostring(child), about)
        yield replace(piece, line=lines.of(about)) if isinstance(piece, Broken) else piece


def _torn_xml(
    document: Document, content: bytes, error: ElementTree.ParseError
) -> Iterator[list[Quad] | Broken]:
    """Each record by itself, and then what is left around them."""
    root = _ROOT.search(content)
    if root is None or len(root[0]) > MAX_HEADER:
        line = error.position[0]
        raise Unreadable(f"Line {line} is not well-formed XML: {error}.", line) from error
    end, around, line = b"</" + root[1] + b">", [], 1
    for raw, is_record in _elements(content, root.end()):
        if is_record:
            found = _ABOUT.search(raw[: raw.index(b">")])
            about = (found[1] or found[2] or b"").decode(errors="replace") if found else ""
            piece = _xml_piece(document, root[0] + raw + end, raw, about)
            yield replace(piece, line=line) if isinstance(piece, Broken) else piece
        else:
            around.append(raw)
        line += raw.count(b"\n")
    rest = b"".join(around)
    piece = _xml_piece(document, rest, rest, "")
    if isinstance(piece, list):
        yield piece
    else:
        yield Broken(error.position[0], f"It is not well-formed XML: {error}.", rest)


def _elements(content: bytes, start: int) -> Iterator[tuple[bytes, bool]]:
    """All of the content in its order, the elements of records apart from what is around them."""
    unclosed: set[bytes] = set()
    done, at = 0, start
    while opened := _RECORD.search(content, at):
        at = opened.end()
        if opened[1] in unclosed:
            continue
        closed = re.compile(rb"</" + re.escape(opened[1]) + rb"\s*>").search(content, at)
        if closed is None:
            unclosed.add(opened[1])
            continue
        yield content[done : opened.start()], False
        yield content[opened.start() : closed.end()], True
        done = at = closed.end()
    yield content[done:], False


def _xml_piece(document: Document, whole: bytes, raw: bytes, about: str) -> list[Quad] | Broken:
    part = Document(document.origin, whole, document.format, document.base)
    try:
        return list(sound_statements(part.quads(lenient=True)))
    except (SyntaxError, ValueError) as error:
        reason = re.sub(r"^(?:Line \d+|The document)", "This element", plain(error, document.format))
        return Broken(None, reason, raw, _node(about))


def json_pieces(document: Document) -> Iterator[list[Quad] | Broken]:
    """The items of the document; one that fails is taken apart into those that stand in lists within it."""
    value = orjson.loads(document.bytes())
    contexts: list[object] = []
    items = value
    if isinstance(value, dict) and "@graph" in value:
        contexts = _listed(value.get("@context", []))
        items = value["@graph"]
    if len(orjson.dumps(contexts)) > MAX_HEADER:
        raise Unreadable("Its context is too long to read its items one by one.")
    lines = _Lines(document.bytes())
    for item in _listed(items):
        yield from _json_item(document, item, contexts, lines)


def _json_item(
    document: Document, item: object, outer: list[object], lines: "_Lines"
) -> Iterator[list[Quad] | Broken]:
    if not isinstance(item, dict):
        yield Broken(None, "This item is not a JSON object.", orjson.dumps(item))
        return
    contexts = [*outer, *_listed(item.get("@context", []))]
    try:
        yield _json_quads(document, item, contexts)
        return
    except (SyntaxError, ValueError) as error:
        fault = error
    inner = {key: value for key, value in item.items() if _is_list_of_nodes(key, value)}
    if not inner:
        name = item.get("@id", item.get("id", ""))
        about = name if isinstance(name, str) else ""
        reason = re.sub(r"^(?:Line \d+|The document)", "This item", plain(fault, document.format))
        yield Broken(lines.of(about), reason, orjson.dumps(item), _node(about))
        return
    for value in inner.values():
        for child in value:
            yield from _json_item(document, child, contexts, lines)
    links = {key: [_link(child) for child in value if _link(child)] for key, value in inner.items()}
    yield from _json_item(document, {**item, **links}, outer, lines)


def _json_quads(document: Document, item: dict[str, object], contexts: list[object]) -> list[Quad]:
    whole = orjson.dumps({**item, "@context": contexts})
    part = Document(document.origin, whole, document.format, document.base)
    return list(sound_statements(part.quads(lenient=True)))


def _is_list_of_nodes(key: str, value: object) -> bool:
    """Whether these are nodes that are described here, and not mere links or values."""
    if key == "@context" or not isinstance(value, list):
        return False
    return any(isinstance(child, dict) and len(child) > 2 and "@value" not in child for child in value)


def _link(node: object) -> dict[str, object]:
    if not isinstance(node, dict):
        return {}
    return {key: value for key, value in node.items() if key in ("@id", "id")}


def _listed(value: object) -> list[object]:
    return value if isinstance(value, list) else [value]


class _Lines:
    """The lines on which names stand, looked up in the order of the document."""

    def __init__(self, content: bytes) -> None:
        self.content = content
        self.at, self.line, self.misses = 0, 1, 0

    def of(self, name: str) -> int | None:
        """The line of the next mention of a name; None when there is none, or too many were in vain."""
        at = self.content.find(name.encode(), self.at) if name and self.misses < 100 else -1
        if at < 0:
            self.misses += 1
            return None
        self.line += self.content.count(b"\n", self.at, at)
        self.at = at
        return self.line


def _node(iri: str) -> NamedNode | None:
    try:
        return NamedNode(encoded(iri))
    except ValueError:
        return None
