"""The end of the record page as a value: where the description comes from, and its forms for machines."""

from collections.abc import Iterable, Iterator, Set
from dataclasses import dataclass
from typing import Final

from pyoxigraph import Literal, NamedNode

from catalogue.catalogue import StoredRecord
from catalogue.fields import TABLES
from catalogue.provenance import Brought as History
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
class Brought:
    """The facts that one harvest brought; `run` is "" where that is not known."""

    run: str
    when: str
    facts: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Provenance:
    """Where the description comes from, fact by fact, the newest harvest first.

    `local` are the facts that this catalogue has put in place of the publisher's.
    """

    source: str
    source_href: str
    origin: str
    origin_href: str
    fetched: str
    first_seen: str
    digest: str
    runs: tuple["Brought", ...]
    local: tuple[str, ...]


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


def provenance(record: StoredRecord, links: Links) -> Provenance:
    envelope = record.envelope
    ours = {triple.predicate for triple in record.local if triple.subject == envelope.subject}
    return Provenance(
        source=envelope.source,
        source_href=links.source(envelope.source),
        origin=envelope.origin,
        origin_href=outward(envelope.origin),
        fetched=form.moment(envelope.modified),
        first_seen=form.moment(envelope.issued),
        digest=envelope.digest,
        runs=tuple(_brought(record, ours)),
        local=tuple(_names(record, ours)),
    )


def _brought(record: StoredRecord, ours: Set[NamedNode]) -> Iterator[Brought]:
    by_run: dict[History, list[NamedNode]] = {}
    for predicate in record.graph.get(record.envelope.subject, {}):
        if predicate not in ours and predicate != RDF.type:
            by_run.setdefault(record.envelope.brought(predicate), []).append(predicate)
    for brought in sorted(by_run, key=lambda one: one.at, reverse=True):
        facts = tuple(_names(record, by_run[brought]))
        yield Brought(form.number(brought.run) if brought.run else "", form.moment(brought.at), facts)


def _names(record: StoredRecord, predicates: Iterable[NamedNode]) -> Iterator[str]:
    """What to call properties: by the label of their field, else by their short name."""
    labels = {field.path: field.label for field in reversed(TABLES[record.entity.table])}
    yield from dict.fromkeys(labels.get(one) or short(one.value) for one in predicates)


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
