"""A FAIR Data Point that behaves as the reference implementation does, with all that this adds by itself.

It knows itself by a persistent name, and answers at the address that it listens at.
"""

import uuid
from collections.abc import Iterable, Iterator, Mapping
from importlib.resources import files
from typing import Final

from pyoxigraph import BlankNode, Literal, NamedNode, RdfFormat, Triple, parse

from catalogue.rdf import Format, serialise
from ontologies.namespaces import DCAT, DCT, PREFIXES, RDF, RDFS, XSD, Namespace
from web.demo.playing import Answering, Heard, Part, Served

FDP: Final = Namespace("https://w3id.org/fdp/fdp-o#")
LDP: Final = Namespace("http://www.w3.org/ns/ldp#")
_SIO: Final = Namespace("http://semanticscience.org/resource/")
_DATACITE: Final = Namespace("http://purl.org/spar/datacite/")
_NAME: Final = "https://lindeloof.example"
_BELOW: Final[Mapping[NamedNode, str]] = {
    FDP.metadataCatalog: "catalog",
    DCAT.dataset: "dataset",
    DCAT.distribution: "distribution",
}
"""The relations of the layers, each with what stands in the addresses of its members."""

_SHIPPED: Final = {
    DCT.license: NamedNode("http://rdflicense.appspot.com/rdflicense/cc-by-nc-nd3.0"),
    DCT.language: NamedNode("http://id.loc.gov/vocabulary/iso639-1/en"),
}
_STAMP: Final = "2026-05-04T09:31:07.482Z"

Graph = Mapping[NamedNode, list[Triple]]


def point(turtle: bytes, name: str) -> Answering:
    """A FAIR Data Point of these descriptions, which is called `name` wherever it listens."""
    graph = _resources(turtle)

    def answering(heard: Heard) -> Served | None:
        node = NamedNode(name + heard.path.rstrip("/"))
        if heard.method != "GET" or node not in graph:
            return None
        triples = [*graph[node], *_added(node, graph[node], name), *_containers(node, graph[node], name)]
        content = serialise(triples, Format.TURTLE, {**PREFIXES, "fdp-o": FDP, "ldp": LDP})
        return Served(heard.target, "text/turtle;charset=UTF-8", content)

    return answering


def _resources(turtle: bytes) -> Graph:
    """The statements of each resource, with those of the blank nodes that follow it."""
    graph: dict[NamedNode, list[Triple]] = {}
    inner: dict[BlankNode, list[Triple]] = {}
    for quad in parse(turtle, format=RdfFormat.TURTLE):
        if isinstance(quad.subject, NamedNode):
            graph.setdefault(quad.subject, []).append(quad.triple)
        elif isinstance(quad.subject, BlankNode):
            inner.setdefault(quad.subject, []).append(quad.triple)
    return {node: list(_with_inner(triples, inner)) for node, triples in graph.items()}


def _with_inner(triples: Iterable[Triple], inner: Mapping[BlankNode, list[Triple]]) -> Iterator[Triple]:
    for triple in triples:
        yield triple
        if isinstance(triple.object, BlankNode):
            yield from inner[triple.object]


def _added(node: NamedNode, own: list[Triple], name: str) -> Iterator[Triple]:
    """What the software says of every resource, whether its publisher did or not."""
    given = {triple.predicate for triple in own if triple.subject == node}
    for predicate, value in _SHIPPED.items():
        if predicate not in given:
            yield Triple(node, predicate, value)
    if DCT.accessRights not in given:
        rights = NamedNode(f"{node.value}#accessRights")
        yield Triple(node, DCT.accessRights, rights)
        yield Triple(rights, RDF.type, DCT.RightsStatement)
        yield Triple(rights, DCT.description, Literal("This resource has no access restriction"))
    profile = NamedNode(f"{name}/profile/{uuid.uuid5(uuid.NAMESPACE_URL, node.value)}")
    yield Triple(node, DCT.conformsTo, profile)
    yield Triple(profile, RDFS.label, Literal("Profile"))
    identifier = NamedNode(f"{node.value}#identifier")
    yield Triple(node, FDP.metadataIdentifier, identifier)
    yield Triple(identifier, RDF.type, _DATACITE.Identifier)
    yield Triple(identifier, DCT.identifier, Literal(node.value))
    metric = NamedNode(f"{name}/metrics/{uuid.uuid5(uuid.NAMESPACE_DNS, node.value).hex}")
    yield Triple(node, _SIO.SIO_000628, metric)
    yield Triple(metric, RDF.type, _SIO.SIO_000089)
    for predicate in (FDP.metadataIssued, FDP.metadataModified, DCT.issued, DCT.modified):
        if predicate not in given:
            yield Triple(node, predicate, Literal(_STAMP, datatype=XSD.dateTime))


def _containers(node: NamedNode, own: list[Triple], name: str) -> Iterator[Triple]:
    for relation, prefix in _BELOW.items():
        members = [triple.object for triple in own if triple.predicate == relation]
        if members:
            container = NamedNode(f"{name}/{prefix}/")
            yield Triple(container, RDF.type, LDP.DirectContainer)
            yield Triple(container, DCT.term("title"), Literal(prefix.title()))
            yield Triple(container, LDP.membershipResource, node)
            yield Triple(container, LDP.hasMemberRelation, relation)
            yield from (Triple(container, LDP.contains, member) for member in members)


def _answering(address: str) -> Answering:
    turtle = files("web.demo").joinpath("sources", "fdp", "lindeloof.ttl").read_bytes()
    return point(turtle, _NAME)


NODE: Final = Part("lindeloof", "fdp", "/", _answering)
