"""The ladder of reading: strictly, then by rdflib, then mended, then piece by piece.

Apart from the splitting, which is the same on every step.
"""

import io
import re
from collections.abc import Iterable, Iterator
from contextlib import suppress
from typing import Final
from xml.sax import SAXException

from pyoxigraph import BlankNode, Literal, NamedNode, Quad

from catalogue.errors import Invalid, Unreadable
from catalogue.rdf import Document, Format
from catalogue.rdf_fault import Broken, plain
from catalogue.rdf_guard import guarded
from catalogue.rdf_salvage import mended, pieces
from catalogue.rdf_sound import encoded, sound_statements
from catalogue.records import Record, Rejected
from catalogue.split import split
from ontologies.namespaces import DCAT, RDF, XSD

RDFLIB_BYTES: Final = 8 << 20
"""Above this the second parser is not tried; it needs 50 times the time and memory of the first."""

SALVAGE_BYTES: Final = 64 << 20
"""A larger document with a fault in its syntax is not taken apart, which needs it whole in memory."""

_RDFLIB_FAULTS: Final = (
    SyntaxError, SAXException, ValueError, RecursionError, AssertionError, LookupError,
    AttributeError, TypeError,
)  # fmt: skip
_MARK: Final = NamedNode("urn:fairfinder:broken")
_RECORD_CLASS: Final = re.compile(rb"[:#/](Dataset|DatasetSeries|DataService|Catalog)\b")
_TYPE: Final = RDF.type


def records(document: Document) -> Iterator[Record | Rejected]:
    """The records of a document; what cannot be used comes as Rejected, and the rest goes on.

    Read strictly by the fast parser; if that fails by rdflib, then mended, then piece by piece.
    Raises Unreadable or Refused when nothing in the document can be used.
    """
    document = guarded(document)
    try:
        yield from split(document, lambda: _read(document))
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
    yield from split(document, lambda: quads)


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
    for item in split(document, lambda: quads):
        faults = _faults(item)
        told |= faults
        yield _incomplete(item, [broken[n] for n in sorted(faults)]) if faults else item
    for number, piece in enumerate(broken):
        if number not in told:
            yield Rejected(document.origin, _place(piece), piece.reason, piece.raw)


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
