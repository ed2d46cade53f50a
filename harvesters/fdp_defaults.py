"""What a FAIR Data Point adds to every description by itself, which its publisher never said.

Its reference implementation fills in access rights, a profile, a licence and a language where none was
given, and writes the times and the identifier of its own entry into the description.
"""

import re
from collections.abc import Iterable, Mapping
from typing import Final

from pyoxigraph import Literal, NamedNode, Triple

from harvesters.fdp_document import FDP, LDP, Page
from ontologies.namespaces import DCT, XSD, Namespace

_SIO: Final = Namespace("http://semanticscience.org/resource/")
_PROFILE: Final = re.compile(r"/profile/[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.I)
_METRIC: Final = re.compile(r"/metrics/[0-9a-f]{32}", re.I)
_STAMP: Final = re.compile(r".*T\d\d:\d\d:\d\d\.\d+(?:Z|[+-]\d\d:\d\d)?")
_ENTRY: Final = frozenset({FDP.metadataIdentifier, FDP.metadataIssued, FDP.metadataModified})
_TIMES: Final[Mapping[NamedNode, NamedNode]] = {
    DCT.issued: FDP.metadataIssued,
    DCT.modified: FDP.metadataModified,
}
_SHIPPED: Final[Mapping[NamedNode, frozenset[str]]] = {
    DCT.license: frozenset({
        "http://rdflicense.appspot.com/rdflicense/cc-by-nc-nd3.0",
        "http://purl.org/NET/rdflicense/cc-by-nc-nd3.0",
    }),
    DCT.language: frozenset({"http://id.loc.gov/vocabulary/iso639-1/en"}),
}  # fmt: skip
"""The values that the software comes with; another default of a node cannot be told from a choice."""


def defaults(root: Page) -> frozenset[tuple[NamedNode, str]]:
    """The licence and the language that the node itself bears, where they are those it came with."""
    return frozenset(
        (triple.predicate, triple.object.value)
        for triple in root.triples
        if triple.subject == NamedNode(root.iri)
        and isinstance(triple.object, NamedNode)
        and triple.object.value in _SHIPPED.get(triple.predicate, ())
    )


def stripped(page: Page, defaults: frozenset[tuple[NamedNode, str]]) -> list[Triple]:
    """The statements of a document without those that the node added, and what they alone lead to."""
    subject = NamedNode(page.iri)
    own = [triple for triple in page.triples if triple.subject == subject]
    times = {triple.predicate: triple.object for triple in own if triple.predicate in _ENTRY}
    added = {triple for triple in own if _is_added(triple, page.iri, times, defaults)}
    kept = {triple.object for triple in page.triples if triple not in added}
    dropped = {triple.object for triple in added} - kept - {subject}
    return [t for t in page.triples if t not in added and t.subject not in dropped]


def without_containers(triples: Iterable[Triple]) -> list[Triple]:
    """The statements without those that are only there for finding one's way."""
    return [triple for triple in triples if not triple.predicate.value.startswith(LDP)]


def _is_added(
    triple: Triple,
    iri: str,
    times: Mapping[NamedNode, object],
    defaults: frozenset[tuple[NamedNode, str]],
) -> bool:
    predicate, value = triple.predicate, triple.object
    if predicate in _ENTRY:
        return True
    if predicate in _TIMES and isinstance(value, Literal):
        is_stamp = value.datatype == XSD.dateTime and _STAMP.fullmatch(value.value) is not None
        return is_stamp or times.get(_TIMES[predicate]) == value
    if not isinstance(value, NamedNode):
        return False
    if predicate == DCT.accessRights:
        return value.value == f"{iri}#accessRights"
    if predicate == DCT.conformsTo:
        return _PROFILE.search(value.value) is not None
    if predicate == _SIO.SIO_000628:
        return _METRIC.search(value.value) is not None
    return (predicate, value.value) in defaults
