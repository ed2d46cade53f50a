"""Numbers and times as their publishers wrote them, in engines that keep only what they amount to.

Oxigraph stores "012"^^xsd:nonNegativeInteger as the integer 12 and gives back "12"^^xsd:integer; Jena
makes "1.50"^^xsd:decimal "1.5", and Virtuoso makes "2147483648"^^xsd:integer a decimal and writes XML
anew. So wherever an engine may change one of the numbers, times or pieces of XML of a property, each of
them gets a note: the same subject and letters, with the predicate and the datatype moved out of the way.
Queries see the numbers, readers the letters.
"""

import re
from collections.abc import Callable, Iterable
from enum import Enum
from functools import lru_cache
from typing import Final, TypeAlias

from pyoxigraph import Literal, NamedNode, Quad, RdfFormat, Store, Triple, parse, serialize

from catalogue.errors import Invalid
from catalogue.store import Statements
from ontologies.namespaces import RDF, XSD

NOTE: Final = "urn:fairfinder:exact:"


class Fate(Enum):
    """What becomes of a number or a time on its way through an engine."""

    KEPT = "comes back letter by letter"
    CHANGED = "may come back in other letters, under another datatype or not at all"
    REFUSED = "makes an engine refuse the request, so that the note alone is sent"


Engine: TypeAlias = Callable[[Literal], Fate]

_XML: Final = RDF.XMLLiteral
_READ: Final = frozenset(
    XSD.term(name)
    for name in (
        *("nonNegativeInteger", "positiveInteger", "nonPositiveInteger", "negativeInteger"),
        *("long", "int", "short", "byte"),
        *("unsignedLong", "unsignedInt", "unsignedShort", "unsignedByte"),
        *("integer", "decimal", "double", "float", "boolean"),
        *("dateTime", "dateTimeStamp", "date", "time", "gYear", "gYearMonth", "gMonth", "gDay", "gMonthDay"),
        *("duration", "dayTimeDuration", "yearMonthDuration"),
    )
) | {_XML}
"""The datatypes whose values engines read; they change one only into another of these."""

_READ_BYTES: Final = frozenset(datatype.value.encode() for datatype in _READ)

_INTEGER: Final = XSD.integer
_DATE: Final = XSD.date
_DATE_TIME: Final = XSD.dateTime
_COUNTS: Final = frozenset({XSD.nonNegativeInteger, XSD.positiveInteger, XSD.long, XSD.int})
_PLAIN_COUNT: Final = re.compile(r"[1-9][0-9]{0,8}")
_DAY: Final = r"[12][0-9]{3}-(?:0[1-9]|1[0-2])-(?:0[1-9]|1[0-9]|2[0-8])"
_PLAIN_DATE: Final = re.compile(_DAY)
_PLAIN_TIME: Final = re.compile(_DAY + r"T(?:[01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9](?:\.[0-9]{0,5}[1-9])?Z?")
"""What occurs in every record, and is known without asking the engine."""

_LONG_FRACTION: Final = re.compile(r"\.[0-9]{10}")
_TIMES: Final = frozenset(
    XSD.term(name) for name in ("dateTime", "dateTimeStamp", "time", "duration", "dayTimeDuration")
)
"""Seconds that Jena fails on, with the status 500, when they have more than ten digits of fraction."""

_TYPED: Final = f'"^^<{XSD}'.encode()
_TYPED_XML: Final = f'"^^{_XML}'.encode()
_NOTE: Final = NOTE.encode()
_MARK: Final = b"<" + _NOTE
"""One of these stands in each statement that may need a note."""

_TYPED_STATEMENT: Final = re.compile(rb'(\S+) <([^>]*)> ("(?:[^"\\]++|\\.)*+"\^\^<([^>]*)>) \.\n')
"""Subject, predicate, literal and its datatype, as a writer of N-Triples sets them."""

_TYPED_VALUE: Final = re.compile(rb'("(?:[^"\\]++|\\.)*+"\^\^<([^>]*)>) \.\n')

_BLANK_OBJECT: Final = re.compile(rb"> _:(?=[^\s\"]+ \.\n)")
"""Before a blank node that is an object: no text in quotation marks ends its line like this."""

_LONG: Final = 100_000
"""In a text of so many bytes most values occur again and again, so that to look at each once is worth it."""

_A: Final = NamedNode("urn:a")


def statements(graph: Statements, scope: int, engine: Engine) -> bytes:
    """What a graph is to hold and the notes that it needs, as N-Triples with a statement in each line.

    Blank nodes are called after the scope, so that they are kept apart between graphs. Raises Invalid.
    """
    text = _text(graph)
    if len(text) > _LONG and not _is_changed(text, engine):
        return text
    if _MARK in text:
        text = _with_disguise(text)
    notes, refused = _notes(_typed(text), engine)
    if refused:
        text = b"".join([line for line in text.splitlines(keepends=True) if line not in refused])
    return _scoped(text + b"".join(notes), b"_:g%dx" % scope)


def _scoped(text: bytes, own: bytes) -> bytes:
    """The statements with their blank nodes called so; what stands in quotation marks stays."""
    if b"_:" not in text:
        return text
    if text.startswith(b"_:"):
        text = own + text[2:]
    return _BLANK_OBJECT.sub(b"> " + own, text.replace(b"\n_:", b"\n" + own))


def _text(graph: Statements) -> bytes:
    if isinstance(graph, bytes):
        return graph
    given = list(graph)
    text = serialize(given, format=RdfFormat.N_TRIPLES) or b""
    if len(text.splitlines()) != len(given):
        raise _not_to_be_stored("an IRI has more than one line")
    return text


def _typed(text: bytes) -> list[bytes]:
    """The lines that may state a number, a time or XML, once each."""
    found: dict[bytes, None] = {}
    for mark in (_TYPED, _TYPED_XML):
        at = text.find(mark)
        while at >= 0:
            end = text.find(b"\n", at) + 1 or len(text)
            found[text[text.rfind(b"\n", 0, at) + 1 : end]] = None
            at = text.find(mark, end)
    return [*found]


def lines_of(triples: Iterable[Triple]) -> list[bytes]:
    """The triples as N-Triples, a line each."""
    return (serialize(triples, format=RdfFormat.N_TRIPLES) or b"").splitlines(keepends=True)


def parsed(lines: list[bytes]) -> list[Triple]:
    """What the lines of N-Triples say, one triple each; raises Invalid when one is no statement."""
    try:
        return [quad.triple for quad in parse(b"".join(lines), format=RdfFormat.N_TRIPLES)]
    except SyntaxError as error:
        raise _not_to_be_stored(error.msg) from error


def restored(triples: Iterable[Triple]) -> list[Triple]:
    """The triples as they were before they got notes, whatever the engine made of them."""
    kept: list[Triple] = []
    notes: list[Triple] = []
    for triple in triples:
        (notes if triple.predicate.value.startswith(NOTE) else kept).append(triple)
    if not notes:
        return kept
    originals = [_original(note) for note in notes]
    noted = {(triple.subject, triple.predicate) for triple in originals if _is_read(triple)}
    kept = [t for t in kept if not (_is_read(t) and (t.subject, t.predicate) in noted)]
    return kept + originals


def in_oxigraph(value: Literal) -> Fate:
    """Found by asking the engine itself, which is in this process."""
    if value.datatype in _COUNTS and _PLAIN_COUNT.fullmatch(value.value):
        return Fate.CHANGED
    if value.datatype == _DATE and _PLAIN_DATE.fullmatch(value.value):
        return Fate.KEPT
    if value.datatype == _DATE_TIME and _PLAIN_TIME.fullmatch(value.value):
        return Fate.KEPT
    return _asked(value)


def in_any_engine(value: Literal) -> Fate:
    """Strict: only the plainest counts and dates are taken to come back from every engine."""
    plain = _PLAIN.get(value.datatype)
    if plain and plain.fullmatch(value.value):
        return Fate.KEPT
    if value.datatype in _TIMES and _LONG_FRACTION.search(value.value):
        return Fate.REFUSED
    return Fate.CHANGED


_PLAIN: Final = {_INTEGER: re.compile(r"0|-?[1-9][0-9]{0,8}"), _DATE: _PLAIN_DATE}


def _notes(lines: list[bytes], engine: Engine) -> tuple[list[bytes], set[bytes]]:
    """The notes, and the statements that are not to be sent beside theirs.

    Where one value of a property needs a note, all its values have one.
    """
    values: dict[tuple[bytes, bytes], list[tuple[bytes, bytes]]] = {}
    changed: dict[tuple[bytes, bytes], None] = {}
    refused: set[bytes] = set()
    for line in lines:
        said = _TYPED_STATEMENT.fullmatch(line)
        if said is None or said[4] not in _READ_BYTES:
            continue
        place = said[1], said[2]
        values.setdefault(place, []).append((said[3], said[4]))
        fate = _fate(engine, said[3])
        if fate is not Fate.KEPT:
            changed[place] = None
        if fate is Fate.REFUSED:
            refused.add(line)
    return [_noted(*place, *value) for place in changed for value in values[place]], refused


def _noted(subject: bytes, predicate: bytes, literal: bytes, datatype: bytes) -> bytes:
    """The note of a value as a line of N-Triples."""
    letters = literal.removesuffix(datatype + b">")
    return b"%s %s%s> %s%s%s> .\n" % (subject, _MARK, predicate, letters, _NOTE, datatype)


def _is_changed(text: bytes, engine: Engine) -> bool:
    """Whether a text has to be looked at statement by statement; each value that occurs is looked at once."""
    if b"_:" in text or _MARK in text:
        return True
    values = set(_TYPED_VALUE.findall(text))
    return any(_fate(engine, value) is not Fate.KEPT for value, datatype in values if datatype in _READ_BYTES)


@lru_cache(maxsize=50_000)
def _fate(engine: Engine, literal: bytes) -> Fate:
    """What becomes of a literal of N-Triples; it is read once."""
    value = parsed([b"<urn:a> <urn:a> %s .\n" % literal])[0].object
    return engine(value) if isinstance(value, Literal) else Fate.CHANGED


def _with_disguise(text: bytes) -> bytes:
    """A publisher's statement that looks like a note becomes the note of one, so that it comes back."""
    lines = text.splitlines(keepends=True)
    alike = parsed([line for line in lines if _MARK in line])
    wrapped = [_note(triple) if triple.predicate.value.startswith(NOTE) else triple for triple in alike]
    return b"".join([line for line in lines if _MARK not in line] + lines_of(wrapped))


def _is_read(triple: Triple) -> bool:
    return isinstance(triple.object, Literal) and triple.object.datatype in _READ


def _note(triple: Triple) -> Triple:
    value = triple.object
    if isinstance(value, Literal) and (value.datatype in _READ or value.datatype.value.startswith(NOTE)):
        value = Literal(value.value, datatype=NamedNode(NOTE + value.datatype.value))
    return Triple(triple.subject, NamedNode(NOTE + triple.predicate.value), value)


def _original(note: Triple) -> Triple:
    value = note.object
    if isinstance(value, Literal) and value.datatype.value.startswith(NOTE):
        value = Literal(value.value, datatype=NamedNode(value.datatype.value.removeprefix(NOTE)))
    return Triple(note.subject, NamedNode(note.predicate.value.removeprefix(NOTE)), value)


def _asked(value: Literal) -> Fate:
    store = Store()
    store.add(Quad(_A, _A, value))
    (quad,) = store
    return Fate.KEPT if quad.object == value else Fate.CHANGED


def _not_to_be_stored(reason: str) -> Invalid:
    return Invalid(f"A statement cannot be stored: {reason}. Nothing was written.")
