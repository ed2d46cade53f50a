"""From one document to records: datasets, series, services and catalogues, with all said only of each."""

import hashlib
import io
import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from typing import Final, TypeAlias
from xml.sax import SAXException

from pyoxigraph import BlankNode, Literal, NamedNode, Quad, Triple

from catalogue.errors import Invalid, Unreadable
from catalogue.rdf import Document, Format
from catalogue.rdf_fault import Broken, plain
from catalogue.rdf_guard import guarded
from catalogue.rdf_salvage import mended, pieces
from catalogue.rdf_sound import encoded, sound_statements
from catalogue.records import KINDS, Record, Rejected
from ontologies.namespaces import DCAT, DCT, RDF, SKOS, XSD

MAX_TRIPLES: Final = 50_000
"""A record with more is refused: no description needs it, and one page must show it."""

RDFLIB_BYTES: Final = 8 << 20
"""Above this the second parser is not tried; it needs 50 times the time and memory of the first."""

HELD_BYTES: Final = 16 << 20
"""Below this a document is parsed once and held; above it is parsed twice and never held."""

SALVAGE_BYTES: Final = 64 << 20
"""A larger document with a fault in its syntax is not taken apart, which needs it whole in memory."""

SHARED: Final = 20
FLOOR: Final = 1_000_000
"""Records may give out together this many times the statements of the document, and this many more.

What several records share is given to each: a small document could make billions of them.
"""

_RDFLIB_FAULTS: Final = (
    SyntaxError, SAXException, ValueError, RecursionError, AssertionError, LookupError,
    AttributeError, TypeError,
)  # fmt: skip
_LONG: Final = 64
"""A node with more statements is looked through for repeated ones."""

_RANK: Final = {kind: rank for rank, kind in enumerate(KINDS.values())}
Node: TypeAlias = NamedNode | BlankNode | Triple
NODES: Final = (NamedNode, BlankNode)
_Terms: TypeAlias = Triple | tuple[Node, NamedNode, Node | Literal]
_TYPE: Final = RDF.type
_MEMBERSHIP: Final = frozenset({DCAT.dataset, DCAT.service, DCAT.catalog, DCAT.record})
_ASIDE: Final = frozenset({
    _TYPE, SKOS.inScheme, SKOS.topConceptOf, SKOS.hasTopConcept, SKOS.broader, SKOS.narrower, SKOS.related,
})  # fmt: skip
"""Links that do not lead to more of the description: a class, or the rest of a vocabulary."""

_NAMING: Final = (DCT.identifier, DCT.term("title"), DCAT.landingPage, DCAT.accessURL)


def records(document: Document) -> Iterator[Record | Rejected]:
    """The records of a document; what cannot be used comes as Rejected, and the rest goes on.

    Read strictly by the fast parser; if that fails by rdflib, then mended, then piece by piece.
    Raises Unreadable or Refused when nothing in the document can be used.
    """
    document = guarded(document)
    try:
        yield from _split(document, lambda: _read(document))
    except (SyntaxError, ValueError) as error:
        yield from _second_try(document, error)


def _read(document: Document) -> Iterable[Quad]:
    """The statements, strictly; the strict reader of JSON-LD leaves wrong ones out without a word."""
    if document.format is Format.JSON_LD:
        return sound_statements(document.quads(lenient=True))
    return document.quads()


def _second_try(document: Document, error: SyntaxError | ValueError) -> Iterator[Record | Rejected]:
    if document.size() > SALVAGE_BYTES:
        raise Unreadable(plain(error, document.format), getattr(error, "lineno", None)) from error
    for attempt in (_by_rdflib, mended):
        with suppress(SyntaxError, ValueError):
            quads = attempt(document)
            break
    else:
        yield from _piecemeal(document, error)
        return
    yield from _split(document, lambda: quads)


def _piecemeal(document: Document, error: SyntaxError | ValueError) -> Iterator[Record | Rejected]:
    """Records from the pieces that parse; marks on what the others speak of travel with the record."""
    quads: list[Quad] = []
    broken: list[Broken] = []
    line = getattr(error, "lineno", None)
    try:
        for piece in pieces(document):
            if isinstance(piece, Broken):
                quads += _marks(piece, len(broken))
                broken.append(piece)
            else:
                quads += piece
    except Invalid as fault:
        raise Unreadable(plain(error, document.format), line) from fault
    if len(quads) == sum(len(_marks(piece, 0)) for piece in broken):
        raise Unreadable(plain(error, document.format), line)
    told: set[int] = set()
    for item in _split(document, lambda: quads):
        faults = _faults(item)
        told |= faults
        yield _incomplete(item, [broken[n] for n in sorted(faults)]) if faults else item
    for number, piece in enumerate(broken):
        if number not in told:
            yield Rejected(document.origin, _place(piece), piece.reason, piece.raw)


_MARK: Final = NamedNode("urn:fairfinder:broken")
_RECORD_CLASS: Final = re.compile(rb"[:#/](Dataset|DatasetSeries|DataService|Catalog)\b")


def _marks(piece: Broken, number: int) -> list[Quad]:
    """Statements that stand for a piece that could not be read: that it is missing, and its class."""
    if piece.subject is None:
        return []
    marks = [Quad(piece.subject, _MARK, Literal(number))]
    if found := _RECORD_CLASS.search(piece.raw):
        marks.append(Quad(piece.subject, _TYPE, DCAT.term(found[1].decode())))
    return marks


def _faults(item: Record | Rejected) -> set[int]:
    triples = item.triples if isinstance(item, Record) else ()
    return {int(t.object.value) for t in triples if t.predicate == _MARK and isinstance(t.object, Literal)}


def _incomplete(item: Record | Rejected, faults: list[Broken]) -> Rejected:
    """A record with faults in it: with the bytes of these, and all else that is known of it."""
    if isinstance(item, Rejected):
        return item
    fault = faults[0]
    reason = fault.reason
    if fault.subject != item.subject:
        what = fault.subject.value if isinstance(fault.subject, NamedNode) else "a part of it"
        reason = f"Its description is incomplete because {what} could not be read. {reason}"
    if len(faults) > 1:
        reason += f" There are {len(faults) - 1:,} more faults in it."
    rest = [t for t in item.triples if t.predicate != _MARK]
    if all(triple.predicate == _TYPE for triple in rest):
        rest = []
    place = item.subject.value + (f" (line {fault.line})" if fault.line else "")
    return Rejected(
        item.origin, place, reason, b"\n".join([*(f.raw for f in faults), *(f"{t} .".encode() for t in rest)])
    )


def _place(piece: Broken) -> str:
    place = f"line {piece.line}" if piece.line else ""
    if isinstance(piece.subject, NamedNode):
        return piece.subject.value + (f" ({place})" if place else "")
    return place


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
        return [Quad(*map(_term, triple)) for triple in graph]  # type: ignore[arg-type]
    except (*_RDFLIB_FAULTS, rdflib.exceptions.Error) as error:
        raise ValueError("rdflib cannot read it") from error


def _term(term: object) -> NamedNode | BlankNode | Literal:
    """A term of rdflib as one of ours; it checks neither IRIs nor language tags."""
    import rdflib

    if isinstance(term, rdflib.Literal):
        if term.language:
            return Literal(str(term), language=term.language)
        return Literal(str(term), datatype=NamedNode(str(term.datatype or XSD.string.value)))
    if isinstance(term, rdflib.BNode):
        return BlankNode(str(term))
    return NamedNode(encoded(str(term)))


class _Outline:
    """What a first pass learns: where each subject ends, how often it is pointed at, which are records."""

    def __init__(self, triples: Iterable[_Terms]) -> None:
        self.last: dict[Node, int] = {}
        self.pointed: dict[Node, int] = {}
        self.roots: dict[Node, str] = {}
        self.member_of: dict[Node, list[NamedNode]] = {}
        last, pointed = self.last, self.pointed
        number, before = -1, None
        for number, (subject, predicate, value) in enumerate(triples):
            if subject != before:
                if before is not None:
                    last[before] = number - 1
                before = subject
            if type(value) is Literal:
                continue
            if predicate == _TYPE:
                kind = KINDS.get(value) if isinstance(value, NamedNode) else None
                if kind and _RANK[kind] >= _RANK[self.roots.get(subject, kind)]:
                    self.roots[subject] = kind
            elif predicate in _MEMBERSHIP and isinstance(subject, NamedNode):
                self.member_of.setdefault(value, []).append(subject)
            elif isinstance(value, NODES):
                pointed[value] = pointed.get(value, 0) + 1
        if before is not None:
            last[before] = number
        self.count = number + 1


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
        outline = _Outline(_numbered_terms(quads()))
        yield from _Splitter(document, outline).records(_numbered(quads()))


class _Names:
    """Blank nodes named in order of appearance: the parser names them anew in each pass."""

    def __init__(self) -> None:
        self._names: dict[BlankNode, BlankNode] = {}

    def named(self, node: BlankNode) -> BlankNode:
        name = self._names.get(node)
        if name is None:
            name = self._names[node] = BlankNode(f"n{len(self._names)}")
        return name


def _numbered_terms(quads: Iterable[Quad]) -> Iterator[_Terms]:
    """Subject, predicate and object of each statement; quicker than triples."""
    named = _Names().named
    for subject, predicate, value, _ in quads:
        if type(subject) is BlankNode:
            subject = named(subject)
        if type(value) is BlankNode:
            value = named(value)
        yield subject, predicate, value


def _numbered(quads: Iterable[Quad]) -> Iterator[Triple]:
    """The same as triples."""
    named = _Names().named
    for quad in quads:
        subject, value = quad.subject, quad.object
        if type(subject) is BlankNode or type(value) is BlankNode:
            subject = named(subject) if isinstance(subject, BlankNode) else subject
            value = named(value) if isinstance(value, BlankNode) else value
            yield Triple(subject, quad.predicate, value)
        else:
            yield quad.triple


@dataclass(slots=True)
class _Walk:
    """On the way through what describes a record: the nodes found, and those still to be looked at."""

    root: Node
    found: list[Node]
    stack: list[Node]
    seen: set[Node]


class _Splitter:
    def __init__(self, document: Document, outline: _Outline) -> None:
        self.document = document
        self.outline = outline
        self.nodes: dict[Node, list[Triple]] = {}
        self.whole: set[Node] = set()
        self.waiting: dict[Node, list[_Walk]] = {}
        self.minted: set[NamedNode] = set()
        self.left = FLOOR + SHARED * outline.count

    def records(self, triples: Iterable[Triple]) -> Iterator[Record | Rejected]:
        """Go through the statements in runs of one subject, and give out what is whole after each."""
        number, before = -1, None
        run: list[Triple] = []
        for number, triple in enumerate(triples):
            subject = triple.subject
            if subject != before:
                yield from self._said(before, run, number - 1)
                before, run = subject, []
            run.append(triple)
        yield from self._said(before, run, number)

    def _said(self, node: Node | None, run: list[Triple], end: int) -> Iterator[Record | Rejected]:
        if node is None:
            return
        if self.outline.member_of:
            roots = self.outline.roots
            run = [
                t
                for t in run
                if t.predicate not in _MEMBERSHIP or (node not in roots and t.object not in roots)
            ]
        said = self.nodes.setdefault(node, run)
        if said is not run:
            said += run
        if self.outline.last[node] == end:
            if len(said) > _LONG:
                self._without_repetition(node)
            yield from self._ended(node)

    def _without_repetition(self, node: Node) -> None:
        """A publisher may be described again with each of its datasets."""
        said = Counter(self.nodes[node])
        self.nodes[node] = list(said)
        for triple, times in said.items():
            value = triple.object
            if not isinstance(value, Literal) and value in self.outline.pointed:
                self.outline.pointed[value] -= times - 1

    def _ended(self, node: Node) -> Iterator[Record | Rejected]:
        """A node has been read to its end: go on with the walks that waited for it."""
        self.whole.add(node)
        walks = self.waiting.pop(node, [])
        if node in self.outline.roots:
            walks.append(_Walk(node, [], [node], {node}))
        for walk in walks:
            if self._walked(walk):
                yield from self._give_out(walk.root, walk.found)

    def _walked(self, walk: _Walk) -> bool:
        """Walk on; False when a node on the way has not been read to its end and the walk waits for it."""
        last, roots = self.outline.last, self.outline.roots
        while walk.stack and len(walk.found) <= MAX_TRIPLES and self.left > 0:
            node = walk.stack[-1]
            if node not in self.whole:
                self.waiting.setdefault(node, []).append(walk)
                return False
            walk.stack.pop()
            walk.found.append(node)
            for triple in self.nodes[node]:
                value = triple.object
                if type(value) is Literal or value in walk.seen or value not in last or value in roots:
                    continue
                if triple.predicate not in _ASIDE:
                    walk.seen.add(value)
                    walk.stack.append(value)
        return True

    def _give_out(self, root: Node, closure: list[Node]) -> Iterator[Record | Rejected]:
        triples = tuple(triple for node in closure for triple in self.nodes[node])
        self.left -= len(triples)
        self._let_go(root)
        if len(triples) > MAX_TRIPLES:
            reason = f"It has {len(triples):,} statements; the most that is taken is {MAX_TRIPLES:,}."
            yield Rejected(self.document.origin, str(root), reason)
        elif self.left <= 0:
            reason = "The document lets so many records share so many statements that they are not taken."
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
        """An IRI for a record without one, that stays the same while its name does and no other bears it."""
        own = [triple for triple in triples if triple.subject == root]
        names = (sorted(str(t.object) for t in own if t.predicate == path) for path in _NAMING)
        said = sorted(f"{t.predicate} {t.object}" for t in triples if not isinstance(t.object, BlankNode))
        iri = self._iri_of(next(filter(None, names), said))
        if iri in self.minted:
            iri = self._iri_of(said)
        self.minted.add(iri)
        return iri

    def _iri_of(self, words: list[str]) -> NamedNode:
        digest = hashlib.sha256("\n".join(words).encode()).hexdigest()[:16]
        return NamedNode(f"{encoded(self.document.base.partition('#')[0])}#record-{digest}")

    def _let_go(self, node: Node) -> None:
        """Forget a node that was given out, and those that only it pointed at."""
        stack = [node]
        pointed, nodes, roots = self.outline.pointed, self.nodes, self.outline.roots
        while stack:
            for triple in nodes.pop(stack.pop(), ()):
                value = triple.object
                if type(value) is Literal or triple.predicate == _TYPE:
                    continue
                left = pointed[value] = pointed.get(value, 1) - 1
                if left <= 0 and value in nodes and value not in roots and value in self.whole:
                    stack.append(value)


def _renamed(triple: Triple, old: Node, new: NamedNode) -> Triple:
    subject, predicate, value = triple
    return Triple(new if subject == old else subject, predicate, new if value == old else value)
