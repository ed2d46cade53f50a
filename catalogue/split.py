"""From statements to records: datasets, series, services and catalogues, with all said only of each."""

import hashlib
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Final, TypeAlias

from pyoxigraph import BlankNode, Literal, NamedNode, Quad, Triple

from catalogue.rdf import Document
from catalogue.rdf_sound import encoded
from catalogue.records import KINDS, Record, Rejected
from ontologies.namespaces import DCAT, DCT, RDF, SKOS

MAX_TRIPLES: Final = 50_000
"""A record with more is refused: no description needs it, and one page must show it."""

HELD_BYTES: Final = 16 << 20
"""Below this a document is parsed once and held; above it is parsed twice and never held."""

SHARED: Final = 20
FLOOR: Final = 1_000_000
"""Records may give out together this many times the statements of the document, and this many more.

What several records share is given to each: a small document could make billions of them.
"""

_LONG: Final = 64
"""A node with more statements is looked through for repeated ones."""

_RANK: Final = {kind: rank for rank, kind in enumerate(KINDS.values())}
Node: TypeAlias = NamedNode | BlankNode | Triple
_Terms: TypeAlias = Triple | tuple[Node, NamedNode, Node | Literal]
_TYPE: Final = RDF.type
_MEMBERSHIP: Final = frozenset({DCAT.dataset, DCAT.service, DCAT.catalog, DCAT.record})
_ASIDE: Final = frozenset({
    _TYPE, SKOS.inScheme, SKOS.topConceptOf, SKOS.hasTopConcept, SKOS.broader, SKOS.narrower, SKOS.related,
})  # fmt: skip
"""Links that do not lead to more of the description: a class, or the rest of a vocabulary."""

_NAMING: Final = (DCT.identifier, DCT.term("title"), DCAT.landingPage, DCAT.accessURL)


def split(document: Document, quads: Callable[[], Iterable[Quad]]) -> Iterator[Record | Rejected]:
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
            elif type(value) is not Triple:
                pointed[value] = pointed.get(value, 0) + 1
        if before is not None:
            last[before] = number
        self.count = number + 1


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
            yield Rejected(self.document.origin, _place(root), reason)
        elif self.left <= 0:
            reason = "The document lets so many records share so many statements that they are not taken."
            yield Rejected(self.document.origin, _place(root), reason)
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


def _place(root: Node) -> str:
    """Where a record stands: its IRI, by which it counts as seen, else the name it has in the document."""
    return root.value if isinstance(root, NamedNode) else str(root)


def _renamed(triple: Triple, old: Node, new: NamedNode) -> Triple:
    subject, predicate, value = triple
    return Triple(new if subject == old else subject, predicate, new if value == old else value)
