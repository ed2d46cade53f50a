"""The official SHACL shapes as an outside check: their findings in the same terms as our own."""

import re
from collections.abc import Container, Iterable, Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Final, NamedTuple

import pyshacl
from pyoxigraph import BlankNode, Literal, NamedNode, RdfFormat, Triple, parse, serialize
from rdflib import Graph as RdflibGraph
from rdflib import Literal as RdflibLiteral
from rdflib import Namespace, URIRef
from rdflib.collection import Collection
from rdflib.term import Node as RdflibNode

from catalogue.check import Finding, Problem, check
from catalogue.fields import TABLE_OF_KIND, Profile, field
from catalogue.mapping import Graph, Node, Term, index, read
from catalogue.records import KINDS
from ontologies.namespaces import RDF
from ontologies.vocabularies import Vocabularies

SH: Final = Namespace("http://www.w3.org/ns/shacl#")
SKOS: Final = Namespace("http://www.w3.org/2004/02/skos/core#")
DCT: Final = Namespace("http://purl.org/dc/terms/")

R8: Final = ("dcat-ap-3.0.1/shapes.ttl", "healthdcat-ap-r8/mdr-vocabularies.shape.ttl")
SHAPES: Final[Mapping[Profile, tuple[str, ...]]] = {
    Profile.DCAT_AP: (
        "dcat-ap-3.0.1/shapes.ttl",
        "dcat-ap-3.0.1/mdr-vocabularies.shape.ttl",
        "dcat-ap-3.0.1/shapes_recommended.ttl",
    ),
    Profile.PUBLIC: (*R8, "healthdcat-ap-r8/public-shapes.ttl"),
    Profile.RESTRICTED: (*R8, "healthdcat-ap-r8/restricted-shapes.ttl"),
    Profile.NON_PUBLIC: (
        *R8,
        "healthdcat-ap-r8/non-public-shapes.ttl",
        "healthdcat-ap-r8/non-public-shapes_recommended.ttl",
    ),
}

MISSING, ADVISED, REPEATED, WRONG = "missing", "advised", "repeated", "wrong"
_OURS: Final = {
    Problem.MISSING: MISSING,
    Problem.REPEATED: REPEATED,
    Problem.RANGE: WRONG,
    Problem.UNKNOWN: WRONG,
}
_THEIRS: Final = {
    SH.MinCountConstraintComponent: MISSING,
    SH.HasValueConstraintComponent: MISSING,
    SH.MaxCountConstraintComponent: REPEATED,
    SH.DatatypeConstraintComponent: WRONG,
    SH.NodeKindConstraintComponent: WRONG,
    SH.OrConstraintComponent: WRONG,
    SH.PatternConstraintComponent: WRONG,
}
"""Of class constraints only text counts: a node without `rdf:type` is read by where it stands."""


class Fault(NamedTuple):
    """One finding: what, on which node, at which property."""

    problem: str
    focus: str
    path: str


def ours(triples: Iterable[Triple], vocabularies: Vocabularies) -> set[Fault]:
    """What the field table finds in every record among the triples."""
    graph = index(triples)
    found: set[Fault] = set()
    for subject, table in records(triples):
        report = check(read(graph, subject, table), graph, vocabularies)
        faults = (_fault(finding, subject) for finding in report.findings)
        found |= {fault for fault in faults if fault}
    return found


def theirs(triples: Iterable[Triple], profile: Profile, shared_data: Path) -> set[Fault]:
    """What the official shapes of a profile find in the triples."""
    data = RdflibGraph().parse(data=serialize(triples, format=RdfFormat.N_TRIPLES), format="nt")
    data += _codes(data)
    _, report, _ = pyshacl.validate(
        data, shacl_graph=_shapes(profile, shared_data), inference="none", inplace=True
    )
    assert isinstance(report, RdflibGraph)
    results = (result for root in report.subjects(SH.conforms) for result in report[root : SH.result])
    return {fault for result in results for fault in _faults(report, result)}


def records(triples: Iterable[Triple]) -> Iterator[tuple[NamedNode, str]]:
    """The subjects that are records, each with the table that describes it."""
    kinds: dict[NamedNode, str] = {}
    for subject, predicate, value in triples:
        if predicate == RDF.type and value in KINDS and isinstance(subject, NamedNode):
            kind = KINDS[value]
            order = list(KINDS.values())
            kinds[subject] = max(kind, kinds.get(subject, kind), key=order.index)
    return ((subject, TABLE_OF_KIND[kind]) for subject, kind in kinds.items())


def described(graph: Graph, subject: NamedNode, others: Container[Node] = ()) -> list[Triple]:
    """The triples of a record and of the nodes described with it, other records left out."""
    seen, queue, found = {subject}, [subject], []
    while queue:
        node = queue.pop()
        for predicate, values in graph.get(node, {}).items():
            for value in values:
                found.append(Triple(node, predicate, value))
                if not isinstance(value, Literal) and value not in seen and value not in others:
                    seen.add(value)
                    queue.append(value)
    return found


def parsed(file: Path) -> list[Triple]:
    """The triples of a Turtle file, with IRIs for blank nodes so that two engines name them alike."""
    quads = parse(path=file, format=RdfFormat.TURTLE, base_iri="http://example.org/")
    return [Triple(_named(q.subject), q.predicate, _named(q.object)) for q in quads]


def classes(triples: Iterable[Triple]) -> dict[str, str]:
    """The local name of the class of each node that has one."""
    return {t.subject.value: re.split("[#/]", t.object.value)[-1] for t in triples if t.predicate == RDF.type}


def _named(term: Term) -> NamedNode | Literal:
    return NamedNode(f"urn:blank:{term.value}") if isinstance(term, BlankNode) else term


@cache
def _lists() -> RdflibGraph:
    """All our vocabularies."""
    lists = RdflibGraph()
    folder = Path(__file__).parents[2] / "ontologies" / "skos"
    for file in folder.glob("*.ttl"):
        lists.parse(file)
    return lists


def _codes(data: RdflibGraph) -> RdflibGraph:
    """What the shapes must know of the codes in the data: the list that each is in."""
    lists, used = _lists(), RdflibGraph()
    for code in set(data.objects()):
        for scheme in lists.objects(code, SKOS.inScheme):
            used.add((code, SKOS.inScheme, scheme))
            used.add((scheme, URIRef(RDF.type.value), SKOS.ConceptScheme))
            used += ((scheme, DCT.title, title) for title in lists.objects(scheme, DCT.title))
    return used


@cache
def _shapes(profile: Profile, shared_data: Path) -> RdflibGraph:
    """The shapes without the rules that name no path: pySHACL refuses those."""
    shapes = RdflibGraph()
    for name in SHAPES[profile]:
        shapes.parse(shared_data / "shapes" / name)
    for shape, rule in list(shapes.subject_objects(SH.property)):
        if (rule, SH.path, None) not in shapes:
            shapes.remove((shape, SH.property, rule))
    return shapes


def _faults(report: RdflibGraph, result: RdflibNode) -> Iterator[Fault]:
    focus, path = report.value(result, SH.focusNode), _path(report, result)
    component = report.value(result, SH.sourceConstraintComponent)
    advised = report.value(result, SH.resultSeverity) != SH.Violation
    if component == SH.NodeConstraintComponent:
        details = list(report[result : SH.detail])
        if advised:
            return
        if any(_judges_the_value(report, detail) for detail in details):
            yield Fault(WRONG, str(focus), path)
            return
        for detail in details:
            if isinstance(report.value(detail, SH.focusNode), RdflibLiteral):
                yield Fault(WRONG, str(focus), path)
            else:
                yield from _faults(report, detail)
        return
    if component == SH.ClassConstraintComponent:
        if isinstance(report.value(result, SH.value), RdflibLiteral):
            yield Fault(WRONG, str(focus), path)
        return
    problem = _THEIRS.get(URIRef(str(component)))
    if problem == MISSING and advised:
        yield Fault(ADVISED, str(focus), path)
    elif problem and not advised:
        yield Fault(problem, str(focus), path)


def _judges_the_value(report: RdflibGraph, detail: RdflibNode) -> bool:
    """Whether a failed shape is about the value itself, as code lists and dates are."""
    return _path(report, detail) in ("", str(SKOS.inScheme))


def _path(report: RdflibGraph, result: RdflibNode) -> str:
    path = report.value(result, SH.resultPath)
    if path is None or isinstance(path, URIRef):
        return str(path or "")
    choices = report.value(path, SH.alternativePath)
    if choices is None:
        return str(report.value(path, SH.inversePath))
    return min(map(str, Collection(report, choices)), key=lambda iri: "mail" not in iri.lower())


def _fault(finding: Finding, subject: NamedNode) -> Fault | None:
    focus = (finding.focus or subject).value
    path = field(finding.node, finding.field).path.value
    if finding.violation:
        return Fault(_OURS[finding.problem], focus, path)
    return Fault(ADVISED, focus, path) if finding.problem is Problem.ADVISED else None
