"""Numbers and times as their publishers wrote them, in an engine that keeps only what they amount to.

Oxigraph stores "012"^^xsd:nonNegativeInteger as the integer 12 and gives back "12"^^xsd:integer. So
beside each literal that it would change a note is kept: the same subject and letters, with the
predicate and the datatype moved out of the way. Queries see the number, readers the letters.
"""

import re
from collections.abc import Iterable, Iterator
from functools import lru_cache
from typing import Final

from pyoxigraph import Literal, NamedNode, Quad, Store, Triple

from ontologies.namespaces import XSD

NOTE: Final = "urn:fairfinder:exact:"

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
)
"""The datatypes whose values the engine reads."""

_INTEGER: Final = XSD.integer
_DATE: Final = XSD.date
_COUNTS: Final = frozenset({XSD.nonNegativeInteger, XSD.positiveInteger, XSD.long, XSD.int})
_PLAIN_COUNT: Final = re.compile(r"[1-9][0-9]{0,8}")
_PLAIN_DATE: Final = re.compile(r"[12][0-9]{3}-(?:0[1-9]|1[0-2])-(?:0[1-9]|1[0-9]|2[0-8])")
"""What occurs in every record, and is known without asking the engine."""

_A: Final = NamedNode("urn:a")


def notes(triples: Iterable[Triple]) -> Iterator[Triple]:
    """A note for each of the statements that the engine would change, or take for a changed one."""
    kept = list(triples)
    changes = {triple: changed for triple in kept if (changed := _changed(triple)) is not None}
    mistaken = {
        Triple(triple.subject, triple.predicate, changed) for triple, changed in changes.items()
    }.intersection(kept)
    for triple in (*changes, *(mistaken - changes.keys())):
        value = triple.object
        assert isinstance(value, Literal)
        yield Triple(
            triple.subject,
            NamedNode(NOTE + triple.predicate.value),
            Literal(value.value, datatype=NamedNode(NOTE + value.datatype.value)),
        )


def restored(triples: Iterable[Triple]) -> list[Triple]:
    """The statements as they were before `notes` were added, however the engine changed them."""
    kept: list[Triple] = []
    exact: list[Triple] = []
    for triple in triples:
        (exact if triple.predicate.value.startswith(NOTE) else kept).append(triple)
    if not exact:
        return kept
    originals = [_original(note) for note in exact]
    replaced = {Triple(t.subject, t.predicate, _stored(t.object)) for t in originals}
    return [triple for triple in kept if triple not in replaced] + originals


def _original(note: Triple) -> Triple:
    value = note.object
    assert isinstance(value, Literal)
    return Triple(
        note.subject,
        NamedNode(note.predicate.value.removeprefix(NOTE)),
        Literal(value.value, datatype=NamedNode(value.datatype.value.removeprefix(NOTE))),
    )


def _changed(triple: Triple) -> Literal | None:
    """What the engine makes of the object, None when it leaves it alone."""
    value = triple.object
    if not isinstance(value, Literal) or value.datatype not in _READ:
        return None
    if value.datatype in _COUNTS and _PLAIN_COUNT.fullmatch(value.value):
        return Literal(value.value, datatype=_INTEGER)
    if value.datatype == _DATE and _PLAIN_DATE.fullmatch(value.value):
        return None
    stored = _stored(value)
    return stored if stored != value else None


@lru_cache(maxsize=50_000)
def _stored(value: Literal) -> Literal:
    """The literal after a way through the engine."""
    store = Store()
    store.add(Quad(_A, _A, value))
    (quad,) = store
    assert isinstance(quad.object, Literal)
    return quad.object
