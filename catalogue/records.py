"""What harvesters yield: records, what could not be used, and what they learn of their source on the way."""

import base64
import hashlib
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final

from pyoxigraph import NamedNode, RdfFormat, Triple, parse

from catalogue.canonical import canonical_text
from catalogue.profiles.release import Incoming
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
    triples: Collection[Triple]
    origin: str
    member_of: tuple[NamedNode, ...] = ()

    def canonical(self) -> "Canonical":
        """The record in canonical form; raises Invalid for statements that have none."""
        text, digest = canonical_text(self.triples)
        catalogues = tuple(node.value for node in self.member_of)
        return Canonical(self.subject.value, self.kind, self.origin, catalogues, digest, text)

    def rejected(self, reason: str) -> "Rejected":
        """The record as one that cannot be used, with its statements as raw bytes."""
        raw = b"\n".join(f"{triple} .".encode() for triple in self.triples)
        return Rejected(self.origin, self.subject.value, reason, raw)


@dataclass(frozen=True, slots=True)
class Canonical:
    """A record in canonical form, as it goes from process to process: IRIs and statements as text.

    `text` is N-Triples, a line each.
    """

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

    def rejected(self, reason: str) -> "Rejected":
        """The record as one that cannot be used."""
        return Rejected(self.origin, self.subject, reason, self.text)


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


@dataclass(frozen=True, slots=True)
class Unchanged:
    """Subjects that the source lists and says to be as they were when the last complete run had them."""

    subjects: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Withdrawn:
    """A subject that the source itself says it took away, such as by a deleted header of OAI-PMH."""

    subject: str


@dataclass(frozen=True, slots=True)
class Changes:
    """Only what changed since the last complete run comes: what is absent from this one is not missing."""


@dataclass(frozen=True, slots=True)
class Incomplete:
    """A part of the source could not be had. The harvest goes on, and its run is partial."""

    reason: str


@dataclass(frozen=True, slots=True)
class Reached:
    """All items before this one make whole pages. A run that is interrupted later goes on at `cursor`."""

    cursor: str


@dataclass(frozen=True, slots=True)
class Noted:
    """Something to be remembered when the run ends complete: the next harvest is handed it.

    Such as the ETag of a feed, or the time at the server when a listing began.
    """

    name: str
    value: str


@dataclass(frozen=True, slots=True)
class Characterisation:
    """What is counted in the data of a dataset, before the disclosure guard: never stored, never logged.

    `dataset` is its IRI or the id of its record. `digest` tells its files from others; where it is of no
    files, it is new when other numbers may be told of it. Counts of 1 to `threshold` are hidden, whatever
    the rule of the dataset's source. One that is not the `is_latest` of several releases is never shown in
    place of newer data. `marks` are noted once it is taken in.
    """

    dataset: str
    origin: str
    told: tuple[Incoming, ...]
    digest: str = ""
    threshold: int = 0
    is_latest: bool = True
    marks: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Said:
    """A line for the log of the run; `level` is a level of `logging`."""

    level: int
    message: str
    at: datetime


Harvested = (
    Record
    | Canonical
    | Rejected
    | Declared
    | Unchanged
    | Withdrawn
    | Changes
    | Incomplete
    | Reached
    | Noted
    | Said
    | Characterisation
)


def record_id(source: str, subject: str) -> str:
    """The id of a record: 16 characters of base32 of SHA-256 over (harvest source, subject IRI)."""
    digest = hashlib.sha256(f"{source}\n{subject}".encode()).digest()
    return base64.b32encode(digest[:10]).decode("ascii").lower()
