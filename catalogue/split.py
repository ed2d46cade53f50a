"""From one document to records: each dataset, series, service or catalogue with all that is said only of it."""

import hashlib
import io
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from typing import Final, TypeAlias
from xml.sax import SAXException

from pyoxigraph import BlankNode, Literal, NamedNode, Quad, Triple

from catalogue.errors import Invalid, Unreadable
from catalogue.rdf import Document, Format
from catalogue.rdf_guard import guarded
from catalogue.rdf_salvage import Broken, mended, pieces, plain, sound
from catalogue.records import KINDS, Record, Rejected
from ontologies.namespaces import DCAT, DCT, RDF

MAX_TRIPLES: Final = 50_000
"""A record with more is refused: no description needs it, and one page must show it."""

RDFLIB_BYTES: Final = 8 << 20
"""Above this the second parser is not tried; it needs 50 times the time and memory of the first."""

HELD_BYTES: Final = 16 << 20
"""Below this a document is parsed once and held; above it is parsed twice and never held."""

_RDFLIB_FAULTS: Final = (
    SyntaxError, SAXException, ValueError, RecursionError, AssertionError, LookupError,
    AttributeError, TypeError,
)  # fmt: skip
_RANK: Final = {kind: rank for rank, kind in enumerate(KINDS.values())}
Node: TypeAlias = NamedNode | BlankNode | Triple
NODES: Final = (NamedNode, BlankNode)
_TYPE: Final = RDF.type
_MEMBERSHIP: Final = frozenset({DCAT.dataset, DCAT.service, DCAT.catalog, DCAT.record})
_NAMING: Final = (DCT.identifier, DCT.term("title"), DCAT.landingPage, DCAT.accessURL)


def records(document: Document) -> Iterator[Record | Rejected]:
    """The records of a document; what cannot be used comes as Rejected, and the rest goes on.

    Read strictly by the fast parser; if that fails by rdflib, then mended, then piece by piece.
    Raises Unreadable or Refused when nothing in the document can be used.
    """
    document = guarded(document)
    try:
        yield from _split(document, document.quads)
    except SyntaxError as error:
        yield from _second_try(document, error)


def _second_try(document: Document, error: SyntaxError) -> Iterator[Record | Rejected]:
    for attempt in (_by_rdflib, mended):
        with suppress(SyntaxError, ValueError):
            quads = attempt(document)
            yield from _split(document, lambda quads=quads: iter(quads))  # type: ignore[misc]
            return
    yield from _piecemeal(document, error)


def _piecemeal(document: Document, error: SyntaxError) -> Iterator[Record | Rejected]:
    quads: list[Quad] = []
    broken: list[Broken] = []
    try:
        for piece in pieces(document):
            if isinstance(piece, Broken):
                broken.append(piece)
            else:
                quads.extend(piece)
    except Invalid as fault:
        raise Unreadable(plain(error, document.format), error.lineno) from fault
    if not quads:
        raise Unreadable(plain(error, document.format), error.lineno)
    harmed = {piece.subject: piece for piece in broken if piece.subject is not None}
    for piece in broken:
        place = f"line {piece.line}" if piece.line else ""
        if isinstance(piece.subject, NamedNode):
            place = piece.subject.value + (f" ({place})" if place else "")
        yield Rejected(document.origin, place, piece.reason, piece.raw)
    for item in _split(document, lambda: iter(quads)):
        fault_in = _harm(item, harmed) if isinstance(item, Record) else None
        if fault_in is None:
            yield item
        elif isinstance(item, Record) and item.subject != fault_in.subject:
            yield _incomplete(item, fault_in)


def _harm(record: Record, harmed: dict[NamedNode | BlankNode, Broken]) -> Broken | None:
    if record.subject in harmed:
        return harmed[record.subject]
    return next((harmed[t.object] for t in record.triples if t.object in harmed), None)  # type: ignore[index]


def _incomplete(record: Record, piece: Broken) -> Rejected:
    what = piece.subject.value if isinstance(piece.subject, NamedNode) else "a part of it"
    reason = f"Its description is incomplete because {what} could not be read. {piece.reason}"
    raw = b"\n".join(f"{t} .".encode() for t in record.triples)
    return Rejected(record.origin, record.subject.value, reason, raw)


def _by_rdflib(document: Document) -> list[Quad]:
    """Read by rdflib, which forgives other faults; ValueError when its terms are no RDF terms."""
    if document.format not in (Format.TURTLE, Format.RDF_XML) or document.size() > RDFLIB_BYTES:
        raise ValueError("not a case for rdflib")
    import rdflib

    rdflib.NORMALIZE_LITERALS = False
    graph = rdflib.Graph()
    names = {Format.TURTLE: "turtle", Format.RDF_XML: "xml"}
    try:
        graph.parse(io.BytesIO(document.bytes()), format=names[document.format], publicID=document.base)
        text = graph.serialize(format="nt", encoding="utf-8")
    except _RDFLIB_FAULTS as error:
        raise ValueError("rdflib cannot read it") from error
    clean = Document(document.origin, text, Format.N_TRIPLES, document.base)
    return [sound(quad) for quad in clean.quads()]


class _Outline:
    """What a first pass learns: where each subject ends, how often it is pointed at, which are records."""

    def __init__(self, quads: Iterable[Triple]) -> None:
        self.last: dict[Node, int] = {}
        self.pointed: dict[Node, int] = {}
        self.roots: dict[Node, str] = {}
        self.member_of: dict[Node, list[NamedNode]] = {}
        last, pointed = self.last, self.pointed
        for number, (subject, predicate, value) in enumerate(quads):
            last[subject] = number
            if not isinstance(value, NODES):
                continue
            if predicate == _TYPE:
                kind = KINDS.get(value) if isinstance(value, NamedNode) else None
                if kind:
                    if _RANK[kind] >= _RANK[self.roots.get(subject, kind)]:
                        self.roots[subject] = kind
            elif predicate in _MEMBERSHIP and isinstance(subject, NamedNode):
                self.member_of.setdefault(value, []).append(subject)
            else:
                pointed[value] = pointed.get(value, 0) + 1


def _split(document: Document, quads: Callable[[], Iterable[Quad]]) -> Iterator[Record | Rejected]:
    """Read twice: once for the outline, once for the records.

    A record goes out as soon as all its nodes have been seen whole, and nodes that nothing else
    points at are let go of, so that memory follows the distance between a record's statements
    and not the size of the document.
    """
    if document.size() <= HELD_BYTES:
        held = [quad.triple for quad in quads()]
        yield from _Splitter(document, _Outline(held)).records(held)
    else:
        outline = _Outline(_numbered(quads()))
        yield from _Splitter(document, outline).records(_numbered(quads()))


def _numbered(quads: Iterable[Quad]) -> Iterator[Triple]:
    """The triples with blank nodes named in order of appearance: the parser names them anew in each pass."""
    names: dict[BlankNode, BlankNode] = {}
    for quad in quads:
        subject, predicate, value, _ = quad
        if isinstance(subject, BlankNode) or isinstance(value, BlankNode):
            if isinstance(subject, BlankNode):
                subject = names.setdefault(subject, BlankNode(f"n{len(names)}"))
            if isinstance(value, BlankNode):
                value = names.setdefault(value, BlankNode(f"n{len(names)}"))
            yield Triple(subject, predicate, value)
        else:
            yield quad.triple


class _Splitter:
    def __init__(self, document: Document, outline: _Outline) -> None:
        self.document = document
        self.outline = outline
        self.nodes: dict[Node, list[Triple]] = {}
        self.open: set[Node] = set()
        self.waiting: dict[Node, list[Node]] = {}

    def records(self, triples: Iterable[Triple]) -> Iterator[Record | Rejected]:
        last, roots, nodes = self.outline.last, self.outline.roots, self.nodes
        for number, triple in enumerate(triples):
            subject = triple.subject
            said = nodes.get(subject)
            if said is None:
                said = nodes[subject] = []
            if subject not in roots or triple.predicate not in _MEMBERSHIP:
                said.append(triple)
            if last[subject] == number:
                yield from self._whole(subject)

    def _whole(self, node: Node) -> Iterator[Record | Rejected]:
        """A node has been read to its end: give out what waited for nothing else."""
        candidates = self.waiting.pop(node, [])
        if node in self.outline.roots:
            candidates.append(node)
        self.open.add(node)
        for root in candidates:
            closure = self._closure(root)
            if closure is not None:
                yield from self._give_out(root, closure)

    def _closure(self, root: Node) -> list[Node] | None:
        """The nodes that describe a record, itself first; None when one is not read to its end yet."""
        found, stack = [root], [root]
        seen = {root}
        while stack:
            for triple in self.nodes[stack.pop()]:
                node = triple.object
                if not isinstance(node, NODES) or node in seen or node not in self.outline.last:
                    continue
                if node in self.outline.roots:
                    continue
                if node not in self.open:
                    self.waiting.setdefault(node, []).append(root)
                    return None
                seen.add(node)
                found.append(node)
                stack.append(node)
        return found

    def _give_out(self, root: Node, closure: list[Node]) -> Iterator[Record | Rejected]:
        triples = tuple(triple for node in closure for triple in self.nodes[node])
        self._let_go(root)
        if len(triples) > MAX_TRIPLES:
            reason = f"It has {len(triples):,} statements; the most that is taken is {MAX_TRIPLES:,}."
            yield Rejected(self.document.origin, str(root), reason)
        elif not self._is_stub(root, triples):
            yield self._record(root, triples)

    def _is_stub(self, root: Node, triples: tuple[Triple, ...]) -> bool:
        """Whether nothing is said but its class: a mention of a record that is described elsewhere."""
        return all(triple.predicate == _TYPE for triple in triples)

    def _record(self, root: Node, triples: tuple[Triple, ...]) -> Record:
        kind = self.outline.roots[root]
        subject = root if isinstance(root, NamedNode) else self._minted(root, triples)
        if subject != root:
            triples = tuple(_renamed(triple, root, subject) for triple in triples)
        member_of = tuple(dict.fromkeys(self.outline.member_of.get(root, ())))
        return Record(subject, kind, triples, self.document.origin, member_of)

    def _minted(self, root: Node, triples: tuple[Triple, ...]) -> NamedNode:
        """An IRI for a record without one, that stays the same while its name does."""
        own = [triple for triple in triples if triple.subject == root]
        names = [str(t.object) for p in _NAMING for t in own if t.predicate == p]
        key = min(names[:1] or [str(t.object) for t in own if isinstance(t.object, Literal)] or [""])
        digest = hashlib.sha256(key.encode()).hexdigest()[:16]
        return NamedNode(f"{self.document.base.partition('#')[0]}#record-{digest}")

    def _let_go(self, node: Node) -> None:
        """Forget a node that was given out, and those that only it pointed at."""
        stack = [node]
        pointed, nodes, roots = self.outline.pointed, self.nodes, self.outline.roots
        while stack:
            for triple in nodes.pop(stack.pop(), ()):
                value = triple.object
                if not isinstance(value, NODES) or triple.predicate == _TYPE:
                    continue
                left = pointed[value] = pointed.get(value, 1) - 1
                if left <= 0 and value in nodes and value not in roots and value in self.open:
                    stack.append(value)


def _renamed(triple: Triple, old: Node, new: NamedNode) -> Triple:
    subject, predicate, value = triple
    return Triple(new if subject == old else subject, predicate, new if value == old else value)
