"""One document of a FAIR Data Point: which resource it describes, and what lies below that.

https://specs.fairdatapoint.org and the Linked Data Platform, https://www.w3.org/TR/ldp/#ldpdc
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence, Set
from contextlib import suppress
from dataclasses import dataclass
from typing import Final

import httpx
from pyoxigraph import BlankNode, NamedNode, Quad, Triple

from catalogue.errors import Unreadable
from catalogue.rdf import Document, Format
from catalogue.rdf_guard import guarded
from catalogue.rdf_salvage import mended
from catalogue.records import KINDS
from harvesters.http import Fetched
from harvesters.payload import document, long_values_refused
from ontologies.namespaces import ADMS, DCAT, DCT, HEALTHDCATAP, RDF, RDFS, Namespace

FDP: Final = Namespace("https://w3id.org/fdp/fdp-o#")
LDP: Final = Namespace("http://www.w3.org/ns/ldp#")
R3D: Final = Namespace("http://www.re3data.org/schema/3-0#")

CATALOGUES: Final = frozenset({FDP.metadataCatalog, R3D.dataCatalog, DCAT.catalog})
"""Relations whose members list further records."""

RECORDS: Final = CATALOGUES | {DCAT.dataset, DCAT.service, DCAT.resource, DCAT.seriesMember, DCT.hasPart}
"""Relations whose members are records of their own."""

PARTS: Final = frozenset({DCAT.distribution, ADMS.sample, HEALTHDCATAP.analytics})
"""Relations whose members are described with their record."""

LEAVES: Final = PARTS | {DCAT.dataset, DCAT.service}
"""Relations whose members list no further records, as a rule."""

_LINKS: Final = CATALOGUES | {DCAT.dataset, DCAT.service, DCAT.distribution}
_ROOTS: Final = frozenset({FDP.FAIRDataPoint, FDP.FairDataPoint, FDP.MetadataService, R3D.Repository})
_CONTAINERS: Final = frozenset({LDP.DirectContainer, LDP.BasicContainer, LDP.Container})
_RANK: Final = {kind: rank for rank, kind in enumerate(KINDS.values())}
_MENTION: Final = frozenset({RDF.type, RDFS.label, DCT.term("title")})
_TYPE: Final = RDF.type

_Node = NamedNode | BlankNode | Triple
_Said = Mapping[_Node, list[Triple]]


@dataclass(frozen=True, slots=True)
class Child:
    """What a container holds, and by which relation; None where the container does not tell."""

    iri: str
    relation: NamedNode | None


@dataclass(frozen=True, slots=True)
class Page:
    """A document that was read: `iri` is what it describes and `kind` its kind of record, "" for none.

    `following` is the address of the next page of its containers, "" for none.
    """

    url: str
    iri: str
    kind: str
    is_root: bool
    triples: tuple[Triple, ...]
    children: tuple[Child, ...]
    following: str


def read(fetched: Fetched, expected: str, *, is_start: bool = False) -> Page:
    """Read what was fetched as a description of `expected`; raises Unreadable or Refused.

    Where the walk starts, the node itself is taken whatever it is called; elsewhere it never is.
    """
    triples = tuple(
        _statements(document(fetched.url, fetched.content, fetched.content_type, "", fetched.url))
    )
    said: dict[_Node, list[Triple]] = {}
    for triple in triples:
        said.setdefault(triple.subject, []).append(triple)
    subject = next(_candidates(said, expected, fetched.url, is_start), None)
    if subject is None:
        raise Unreadable(f"{fetched.url} does not describe {expected}.")
    types = {t.object for t in said[subject] if t.predicate == _TYPE}
    kinds = [KINDS[type] for type in types if isinstance(type, NamedNode) and type in KINDS]
    return Page(
        fetched.url,
        subject.value,
        max(kinds, key=_RANK.__getitem__, default=""),
        not _ROOTS.isdisjoint(types),
        triples,
        tuple(_children(said, subject)),
        fetched.links.get("next", ""),
    )


def variants(iri: str) -> Iterator[str]:
    """An IRI with and without a slash at its end, for either scheme."""
    bare = iri.rstrip("/")
    for one in (iri, bare, f"{bare}/"):
        yield one
        if one.startswith("https:"):
            yield one.replace("https:", "http:", 1)
        elif one.startswith("http:"):
            yield one.replace("http:", "https:", 1)


def _statements(content: Document) -> Iterable[Triple]:
    content = guarded(content)
    with long_values_refused(content.origin):
        if content.format is not Format.JSON_LD:  # its strict reader leaves out what is wrong without a word
            with suppress(SyntaxError, ValueError):
                return _plain(content.quads())
        try:
            return _plain(mended(content))
        except (SyntaxError, ValueError) as error:
            raise Unreadable(f"{content.origin} cannot be read: {error}.") from error


def _plain(quads: Iterable[Quad]) -> list[Triple]:
    return list(dict.fromkeys(quad.triple for quad in quads))


def _candidates(said: _Said, expected: str, url: str, is_start: bool) -> Iterator[NamedNode]:
    """The subjects that the document may describe, the likeliest first.

    A FAIR Data Point behind a proxy answers at another address than it knows itself by.
    """
    names = {node.value: node for node in said if isinstance(node, NamedNode)}
    containers = {node for node in names.values() if _is_container(said[node])}
    for iri in (*variants(expected), *variants(url)):
        if iri in names and (names[iri] not in containers or _is_described(said[names[iri]])):
            yield names[iri]
    typed = {node: {t.object for t in said[node] if t.predicate == _TYPE} for node in names.values()}
    roots = [node for node, types in typed.items() if not _ROOTS.isdisjoint(types)]
    if is_start:
        yield from roots
    others = [node for node in names.values() if is_start or node not in roots]
    resources = {iri for node in containers for iri in _objects(said[node], LDP.membershipResource)}
    yield from (node for node in others if node.value in resources)
    yield from (node for node in others if _path(node.value) == _path(expected))
    records = [node for node in others if not typed[node].isdisjoint(KINDS)]
    yield from records if len(records) == 1 else ()


def _children(said: _Said, subject: NamedNode) -> Iterator[Child]:
    """The members of its containers, and what the resource itself links to, each once."""
    found: dict[str, Child] = {}
    for node, triples in said.items():
        if not _is_of_another(node, subject, said):
            relations = [t.object for t in triples if t.predicate == LDP.hasMemberRelation]
            relation = next((one for one in relations if isinstance(one, NamedNode)), None)
            for iri in _objects(triples, LDP.contains):
                found.setdefault(iri, Child(iri, relation))
    for triple in said[subject]:
        if triple.predicate in _LINKS and isinstance(triple.object, NamedNode):
            known = found.get(triple.object.value)
            if known is None or known.relation is None:
                found[triple.object.value] = Child(triple.object.value, triple.predicate)
    here = {one.partition("#")[0] for one in variants(subject.value)}
    return (
        child
        for child in found.values()
        if child.iri != subject.value and _is_asked_for(child, said.get(NamedNode(child.iri), []), here)
    )


def _is_of_another(node: _Node, subject: NamedNode, said: _Said) -> bool:
    """Whether a container is that of another resource, which the document describes as well."""
    owners = {node, *map(NamedNode, _objects(said[node], LDP.membershipResource))}
    return subject not in owners and any(_is_record(said.get(owner, ())) for owner in owners)


def _is_asked_for(child: Child, triples: Sequence[Triple], here: Set[str]) -> bool:
    """Whether a member has a document of its own, or is one of several records of this one.

    A record is asked for however much is said of it in passing; what else is described here is not.
    """
    is_record = child.relation in RECORDS or _is_record(triples)
    document, _, fragment = child.iri.partition("#")
    if document in here:
        return is_record and bool(fragment) and bool(triples)
    return is_record or not _is_described(triples)


def _is_record(triples: Iterable[Triple]) -> bool:
    return any(triple.predicate == _TYPE and triple.object in KINDS for triple in triples)


def _is_container(triples: Iterable[Triple]) -> bool:
    return any(t.predicate == LDP.contains or t.object in _CONTAINERS for t in triples)


def _is_described(triples: Iterable[Triple]) -> bool:
    """Whether more is said of a node than what it is and is called."""
    return any(
        triple.predicate not in _MENTION and not triple.predicate.value.startswith(LDP) for triple in triples
    )


def _objects(triples: Iterable[Triple], predicate: NamedNode) -> Iterator[str]:
    for triple in triples:
        if triple.predicate == predicate and isinstance(triple.object, NamedNode):
            yield triple.object.value


def _path(iri: str) -> str:
    try:
        return httpx.URL(iri).path.rstrip("/")
    except (httpx.InvalidURL, UnicodeError):
        return iri
