"""The end of the record page as a value: where the description comes from, and its forms for machines."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from pyoxigraph import Literal, NamedNode

from catalogue.catalogue import StoredRecord
from catalogue.envelope import Envelope
from catalogue.fields import TABLES
from catalogue.rdf import Format
from ontologies.namespaces import RDF
from web import format as form
from web.links import Links, outward
from web.values import short

FORMATS: Final = (
    (Format.TURTLE, "Turtle"),
    (Format.JSON_LD, "JSON-LD"),
    (Format.RDF_XML, "RDF/XML"),
    (Format.N_TRIPLES, "N-Triples"),
)


@dataclass(frozen=True, slots=True)
class Provenance:
    """Where the description comes from."""

    source: str
    source_href: str
    origin: str
    origin_href: str
    fetched: str
    first_seen: str
    digest: str


@dataclass(frozen=True, slots=True)
class Foreign:
    """A statement that no field of ours has a place for."""

    name: str
    iri: str
    value: str
    href: str
    language: str


@dataclass(frozen=True, slots=True)
class Alternate:
    """The record in another format."""

    name: str
    media_type: str
    href: str


def provenance(envelope: Envelope, links: Links) -> Provenance:
    return Provenance(
        source=envelope.source,
        source_href=links.source(envelope.source),
        origin=envelope.origin,
        origin_href=outward(envelope.origin),
        fetched=form.moment(envelope.modified),
        first_seen=form.moment(envelope.issued),
        digest=envelope.digest,
    )


def alternates(id: str, links: Links) -> Iterator[Alternate]:
    for kind, name in FORMATS:
        yield Alternate(name, kind.media_type, links.record(id, f".{kind.suffix}"))


def foreign(record: StoredRecord) -> Iterator[Foreign]:
    """The record's own statements under properties that its table does not have."""
    known = {field.path for field in TABLES[record.entity.table]} | {RDF.type}
    for predicate, values in record.graph.get(record.envelope.subject, {}).items():
        if predicate in known:
            continue
        for value in values:
            literal = isinstance(value, Literal)
            yield Foreign(
                short(predicate.value),
                predicate.value,
                value.value if isinstance(value, (Literal, NamedNode)) else "",
                outward(value.value) if isinstance(value, NamedNode) else "",
                (value.language or "") if literal and isinstance(value, Literal) else "",
            )
