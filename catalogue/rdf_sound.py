"""Terms as a strict parser would take them: a lenient one lets wrong ones pass as they are."""

import re
from collections.abc import Iterable, Iterator
from hashlib import sha256
from urllib.parse import quote

from pyoxigraph import BlankNode, Literal, NamedNode, Quad

from ontologies.namespaces import XSD

_UNSAFE = re.compile(r"[\x00-\x20<>\"{}|\\^`\[\]]|%(?![0-9A-Fa-f]{2})")
_LABEL = re.compile(r"[A-Za-z0-9_](?:[\w.-]*[\w-])?", re.A)


def sound_statements(quads: Iterable[Quad]) -> Iterator[Quad]:
    """Each statement made sound; those whose property is no IRI at all mean nothing and are left out."""
    return (sound(quad) for quad in quads if ":" in quad.predicate.value)


def sound(quad: Quad) -> Quad:
    """The statement as a strict parser would take it; raises ValueError when its subject cannot be.

    What must not stand in an IRI is percent-encoded, a language tag that is none is taken off, and
    a value that cannot become an IRI stays as the text xsd:anyURI. The name of its graph is left out.
    """
    subject, predicate, value, _ = quad
    if isinstance(value, NamedNode):
        try:
            value = _sound(value)
        except ValueError:
            value = Literal(value.value, datatype=XSD.anyURI)
    elif isinstance(value, Literal):
        value = _sound_literal(value)
    elif isinstance(value, BlankNode):
        value = _sound_blank(value)
    if isinstance(subject, NamedNode):
        subject = _sound(subject)
    elif isinstance(subject, BlankNode):
        subject = _sound_blank(subject)
    return Quad(subject, _sound(predicate), value)


def _sound(node: NamedNode) -> NamedNode:
    try:
        return NamedNode(node.value)
    except ValueError:
        return NamedNode(encoded(node.value))


def encoded(iri: str) -> str:
    """An IRI with what must not stand in it percent-encoded."""
    return _UNSAFE.sub(lambda found: quote(found[0], safe=""), iri.strip())


def _sound_literal(literal: Literal) -> Literal:
    if literal.language is None:
        try:
            NamedNode(literal.datatype.value)
        except ValueError:
            return Literal(literal.value)
        return literal
    for tag in (literal.language, literal.language.replace("_", "-")):
        try:
            return Literal(literal.value, language=tag)
        except ValueError:
            continue
    return Literal(literal.value)


def _sound_blank(node: BlankNode) -> BlankNode:
    if _LABEL.fullmatch(node.value):
        return node
    return BlankNode(f"x{sha256(node.value.encode()).hexdigest()[:32]}")
