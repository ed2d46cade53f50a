"""What the catalogue itself says of a record: its dcat:CatalogRecord, kept in the record's graph."""

from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime
from functools import lru_cache
from typing import Final

from pyoxigraph import BlankNode, Literal, NamedNode, RdfFormat, Triple, parse

from catalogue.clock import stamp
from catalogue.provenance import Brought, History, generated, read_history, run_of
from ontologies.namespaces import DCAT, DCT, FOAF, PROV, RDF, SCHEMA

MEMBER: Final = {
    "dataset": DCAT.dataset,
    "series": DCAT.dataset,
    "service": DCAT.service,
    "catalogue": DCAT.catalog,
}
"""The property by which a catalogue lists a record of each kind."""

_MEMBERSHIPS: Final = frozenset(MEMBER.values())
_TYPE: Final = RDF.type
_RECORD: Final = DCAT.CatalogRecord
_TOPIC: Final = FOAF.primaryTopic
_KIND: Final = DCT.type
_ISSUED: Final = DCT.issued
_MODIFIED: Final = DCT.modified
_SOURCE: Final = DCT.source
_ORIGIN: Final = PROV.wasDerivedFrom
_DIGEST: Final = SCHEMA.sha256
_RUN: Final = PROV.wasGeneratedBy
_OLDER: Final = PROV.qualifiedGeneration
_CACHED: Final = 256


@dataclass(frozen=True, slots=True)
class Envelope:
    """Where a record came from: `modified` is when this version was fetched, `issued` when the first was.

    `run` brought this version, 0 where that is not known, and `history` tells what brought the
    properties that are older.
    """

    record: NamedNode
    subject: NamedNode
    kind: str
    source: str
    origin: str
    issued: datetime
    modified: datetime
    digest: str
    member_of: tuple[NamedNode, ...] = ()
    run: int = 0
    history: History = field(default_factory=dict)

    @property
    def base(self) -> str:
        """The address of the catalogue that keeps the record."""
        return self.record.value.rpartition("/record/")[0]

    def brought(self, predicate: NamedNode) -> Brought:
        """What brought a property of the record."""
        return self.history.get(predicate, Brought(self.run, self.modified))

    def triples(self) -> list[Triple]:
        """The catalogue record (DCAT 3, 6.5) and the record's membership of its publisher's catalogues."""
        return [quad.triple for quad in parse(self.text(), format=RdfFormat.N_TRIPLES)]

    def text(self) -> bytes:
        """The same as N-Triples, a line each: a harvest makes very many, and triples take long to make."""
        record, subject = str(self.record), str(self.subject)
        said = (
            (_TYPE, _RECORD),
            (_TOPIC, subject),
            (_KIND, _quoted(self.kind)),
            (_ISSUED, _time(self.issued)),
            (_MODIFIED, _time(self.modified)),
            (_SOURCE, _quoted(self.source)),
            (_ORIGIN, _origin(self.origin)),
            (_DIGEST, f'"{self.digest}"'),
        )
        lines = [f"{record} <{predicate.value}> {value} .\n" for predicate, value in said]
        member = MEMBER[self.kind]
        lines += [f"{catalogue} {member} {subject} .\n" for catalogue in self.member_of]
        lines += [f"{triple} .\n" for triple in generated(self.record, self.base, self.run, self.history)]
        return "".join(lines).encode()


def record_iri(base: str, id: str) -> NamedNode:
    """The IRI of a catalogue record, which is the name of its graph."""
    return NamedNode(f"{base}/record/{id}")


def record_of(base: str, graph: NamedNode) -> str:
    """The id of the record that a graph belongs to; "" when it is no record's graph."""
    prefix = record_iri(base, "").value
    return graph.value.removeprefix(prefix) if graph.value.startswith(prefix) else ""


def opened(record: NamedNode, graph: Iterable[Triple]) -> tuple[Envelope | None, list[Triple]]:
    """Part a record's graph into its envelope and the publisher's own statements."""
    own: list[Triple] = []
    said: dict[NamedNode, str] = {}
    lists: list[Triple] = []
    older: dict[BlankNode, list[Triple]] = {}
    for triple in graph:
        if triple.subject == record:
            said[triple.predicate] = getattr(triple.object, "value", "")
            if triple.predicate == _OLDER and isinstance(triple.object, BlankNode):
                older[triple.object] = []
        elif triple.predicate in _MEMBERSHIPS and isinstance(triple.object, NamedNode):
            lists.append(triple)
        else:
            own.append(triple)
    if _TOPIC not in said:
        return None, own
    subject = NamedNode(said[_TOPIC])
    if older:
        for triple in own:
            if isinstance(triple.subject, BlankNode) and triple.subject in older:
                older[triple.subject].append(triple)
        own = [triple for triple in own if triple.subject not in older]
    own += [triple for triple in lists if triple.object != subject]
    catalogues = [t.subject for t in lists if t.object == subject and isinstance(t.subject, NamedNode)]
    envelope = Envelope(
        record,
        subject,
        said[_KIND],
        said[_SOURCE],
        said[_ORIGIN],
        datetime.fromisoformat(said[_ISSUED]),
        datetime.fromisoformat(said[_MODIFIED]),
        said[_DIGEST],
        tuple(catalogues),
        run_of(record.value.rpartition("/record/")[0], said.get(_RUN, "")),
        read_history(record.value.rpartition("/record/")[0], older),
    )
    return envelope, own


@lru_cache(_CACHED)
def _time(moment: datetime) -> str:
    """The same for all records of a batch."""
    return str(stamp(moment))


@lru_cache(_CACHED)
def _quoted(text: str) -> str:
    return str(Literal(text))


def _origin(origin: str) -> NamedNode | Literal:
    """A link where it can be one; the address of a feed is what its operator typed.

    The name of a file may hold bytes that stand for no letter, which no statement can.
    """
    with suppress(ValueError):
        if origin.startswith(("http://", "https://")):
            return NamedNode(origin)
    return Literal(origin if origin.isascii() else origin.encode("utf-8", "replace").decode())
