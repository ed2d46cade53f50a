"""What harvesters yield and the catalogue keeps: one record, or one thing that could not be used."""

import base64
import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from pyoxigraph import NamedNode, RdfFormat, Triple, parse

from ontologies.namespaces import DCAT

KINDS: Final[Mapping[NamedNode, str]] = {
    DCAT.Dataset: "dataset",
    DCAT.DatasetSeries: "series",
    DCAT.DataService: "service",
    DCAT.Catalog: "catalogue",
}
"""The classes that are records of their own; a node with several counts as the last of them in this order."""


@dataclass(frozen=True, slots=True)
class Record:
    """One catalogued resource as its publisher describes it, with every triple untouched.

    `triples` are the resource's own and those of the nodes described only with it. `member_of` are
    the catalogues that list it. `origin` is the URL or file that the description came from.
    """

    subject: NamedNode
    kind: str
    triples: tuple[Triple, ...]
    origin: str
    member_of: tuple[NamedNode, ...] = ()

    def rejected(self, reason: str) -> "Rejected":
        """The record as one that cannot be used, with its statements as raw bytes."""
        raw = b"\n".join(f"{triple} .".encode() for triple in self.triples)
        return Rejected(self.origin, self.subject.value, reason, raw)


@dataclass(frozen=True, slots=True)
class Canonical:
    """A record in canonical form as it goes from process to process: IRIs and statements as text."""

    subject: str
    kind: str
    origin: str
    member_of: tuple[str, ...]
    digest: str
    text: bytes

    def __reduce__(self) -> tuple[type["Canonical"], tuple[object, ...]]:
        """Pickled as its fields alone, for there are very many."""
        fields = (self.subject, self.kind, self.origin, self.member_of, self.digest, self.text)
        return Canonical, fields

    def record(self) -> Record:
        """The record itself."""
        triples = tuple(quad.triple for quad in parse(self.text, format=RdfFormat.N_TRIPLES))
        catalogues = tuple(NamedNode(iri) for iri in self.member_of)
        return Record(NamedNode(self.subject), self.kind, triples, self.origin, catalogues)


@dataclass(frozen=True, slots=True)
class Rejected:
    """Something that could not be used: where it stands, why, and its raw bytes for whoever mends it."""

    origin: str
    place: str
    reason: str
    raw: bytes = b""


@dataclass(frozen=True, slots=True)
class Declared:
    """How many records the source itself says it holds; evidence for the completeness of a run."""

    total: int


Harvested = Record | Canonical | Rejected | Declared


def record_id(source: str, subject: str) -> str:
    """The id of a record: 16 characters of base32 of SHA-256 over (harvest source, subject IRI)."""
    digest = hashlib.sha256(f"{source}\n{subject}".encode()).digest()
    return base64.b32encode(digest[:10]).decode("ascii").lower()
