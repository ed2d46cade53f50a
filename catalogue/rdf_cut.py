"""RDF/XML and JSON-LD cut into pieces that are parsed one by one: a bad one does not take the rest along."""

import re
from collections.abc import Iterator
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

_ROOT: Final = re.compile(rb"<((?:[\w.-]+:)?RDF)\b[^>]*>")
_ELEMENT: Final = re.compile(
    rb"<((?:[\w.-]+:)?(?:Dataset|DatasetSeries|DataService))(?=[\s>])[^>]*(?<!/)>.*?</\1\s*>", re.S
)
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
    for child in list(root):
        about = child.get(f"{_NAME}about", "")
        for other in list(root):
            root.remove(other)
        root.append(child)
        line = _line(content, about.encode())
        yield _xml_piece(document, ElementTree.tostring(root), ElementTree.tostring(child), about, line)


def _torn_xml(
    document: Document, content: bytes, error: ElementTree.ParseError
) -> Iterator[list[Quad] | Broken]:
    """Each record by itself, and then what is left around them."""
    root = _ROOT.search(content)
    if root is None:
        line = error.position[0]
        raise Unreadable(f"Line {line} is not well-formed XML: {error}.", line) from error
    end = b"</" + root[1] + b">"
    for element in _ELEMENT.finditer(content, root.end()):
        found = _ABOUT.search(element[0][: element[0].index(b">")])
        about = (found[1] or found[2] or b"").decode(errors="replace") if found else ""
        line = content.count(b"\n", 0, element.start()) + 1
        yield _xml_piece(document, root[0] + element[0] + end, element[0], about, line)
    rest = _ELEMENT.sub(b"", content)
    if rest != content:
        piece = _xml_piece(document, rest, rest, "", None)
        yield piece if isinstance(piece, list) else Broken(None, piece.reason, rest)
    else:
        yield Broken(error.position[0], f"It is not well-formed XML: {error}.", content)


def _xml_piece(
    document: Document, whole: bytes, raw: bytes, about: str, line: int | None
) -> list[Quad] | Broken:
    part = Document(document.origin, whole, document.format, document.base)
    try:
        return list(sound_statements(part.quads(lenient=True)))
    except (SyntaxError, ValueError) as error:
        reason = re.sub(r"^(?:Line \d+|The document)", "This element", plain(error, document.format))
        return Broken(line, reason, raw, _node(about))


def json_pieces(document: Document) -> Iterator[list[Quad] | Broken]:
    """The items of the document; one that fails is taken apart into those that stand in lists within it."""
    value = orjson.loads(document.bytes())
    contexts: list[object] = []
    items = value
    if isinstance(value, dict) and "@graph" in value:
        contexts = _listed(value.get("@context", []))
        items = value["@graph"]
    for item in _listed(items):
        yield from _json_item(document, item, contexts)


def _json_item(document: Document, item: object, outer: list[object]) -> Iterator[list[Quad] | Broken]:
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
        line = _line(document.bytes(), about.encode())
        yield Broken(line, reason, orjson.dumps(item), _node(about))
        return
    for value in inner.values():
        for child in value:
            yield from _json_item(document, child, contexts)
    links = {key: [_link(child) for child in value if _link(child)] for key, value in inner.items()}
    yield from _json_item(document, {**item, **links}, outer)


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


def _line(content: bytes, needle: bytes) -> int | None:
    at = content.find(needle) if needle else -1
    return content.count(b"\n", 0, at) + 1 if at >= 0 else None


def _node(iri: str) -> NamedNode | None:
    try:
        return NamedNode(encoded(iri))
    except ValueError:
        return None
