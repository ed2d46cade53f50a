"""Which run of which source brought what, and when: PROV-O in the store.

Each run that wrote something has a graph of its own. A record names the run that brought its present
version, and for each property that is older, the run that brought that.
https://www.w3.org/TR/prov-o/
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from importlib.metadata import version
from typing import Final

from pyoxigraph import BlankNode, Literal, NamedNode, Triple

from catalogue.clock import stamp
from catalogue.runs import Run
from ontologies.namespaces import DCT, PROV, RDF, RDFS, SH

_GENERATED: Final = PROV.wasGeneratedBy
_QUALIFIED: Final = PROV.qualifiedGeneration
_DEPTH: Final = 8
"""How far the nodes below a property are followed when two versions of it are compared."""


@dataclass(frozen=True, slots=True)
class Brought:
    """The run that brought something, and when."""

    run: int
    at: datetime


History = Mapping[NamedNode, Brought]
"""What brought each property that is older than the version of its record."""


def run_iri(base: str, id: int) -> NamedNode:
    """The IRI of a run, which is the name of its graph."""
    return NamedNode(f"{base}/run/{id}")


def run_of(base: str, iri: str) -> int:
    """The number of the run that an IRI names; 0 when it names none."""
    number = iri.removeprefix(f"{base}/run/")
    return int(number) if number != iri and number.isdecimal() else 0


def told(base: str, run: Run, origin: str) -> list[Triple]:
    """What is said of a run that has ended, as an activity; `origin` is the address of its source."""
    node = run_iri(base, run.id)
    source = NamedNode(f"{base}/sources/{run.source}") if _fits(run.source) else Literal(run.source)
    agent = NamedNode(f"{base}/#software")
    return [
        Triple(node, RDF.type, PROV.Activity),
        Triple(node, RDFS.label, Literal(f"Harvest {run.id} of {run.source}", language="en")),
        Triple(node, PROV.startedAtTime, stamp(run.started)),
        *([Triple(node, PROV.endedAtTime, stamp(run.ended))] if run.ended else ()),
        *([Triple(node, PROV.used, source)] if isinstance(source, NamedNode) else ()),
        *([Triple(node, DCT.source, Literal(origin))] if origin else ()),
        Triple(node, PROV.wasAssociatedWith, agent),
        Triple(agent, RDF.type, PROV.SoftwareAgent),
        Triple(agent, RDFS.label, Literal(f"FAIRfinder {version('fairfinder')}")),
    ]


def generated(record: NamedNode, base: str, run: int, history: History) -> Iterator[Triple]:
    """What a record says of the runs that brought it."""
    if run:
        yield Triple(record, _GENERATED, run_iri(base, run))
    older: dict[Brought, list[NamedNode]] = {}
    for predicate, brought in history.items():
        older.setdefault(brought, []).append(predicate)
    for brought, predicates in older.items():
        node = BlankNode()
        yield Triple(record, _QUALIFIED, node)
        yield Triple(node, RDF.type, PROV.Generation)
        yield Triple(node, PROV.activity, run_iri(base, brought.run))
        yield Triple(node, PROV.atTime, stamp(brought.at))
        for predicate in predicates:
            yield Triple(node, SH.path, predicate)


def read_history(base: str, nodes: Mapping[BlankNode, list[Triple]]) -> dict[NamedNode, Brought]:
    """The history that the nodes of a record's generations state."""
    history: dict[NamedNode, Brought] = {}
    for triples in nodes.values():
        said = {t.predicate: getattr(t.object, "value", "") for t in triples}
        at = said.get(PROV.atTime, "")
        brought = Brought(run_of(base, said.get(PROV.activity, "")), datetime.fromisoformat(at))
        for triple in triples:
            if triple.predicate == SH.path and isinstance(triple.object, NamedNode):
                history[triple.object] = brought
    return history


def kept(
    subject: NamedNode,
    before: Iterable[Triple],
    after: Iterable[Triple],
    brought: Brought,
    history: History,
) -> dict[NamedNode, Brought]:
    """The history of a new version: what its properties that did not change were brought by.

    `brought` and `history` are those of the version before.
    """
    old, new = _by_property(subject, before), _by_property(subject, after)
    same = (predicate for predicate, said in new.items() if old.get(predicate) == said)
    return {predicate: history.get(predicate, brought) for predicate in same}


def _by_property(subject: NamedNode, triples: Iterable[Triple]) -> dict[NamedNode, frozenset[str]]:
    """What each property of a subject says, nodes below it by the paths that lead to their values.

    Blank nodes have no names that last, so they are only known by what is said of them.
    """
    graph: dict[NamedNode | BlankNode, list[Triple]] = {}
    for triple in triples:
        if isinstance(triple.subject, NamedNode | BlankNode):
            graph.setdefault(triple.subject, []).append(triple)
    found: dict[NamedNode, set[str]] = {}
    for triple in graph.get(subject, ()):
        found.setdefault(triple.predicate, set()).update(_paths(graph, triple.object, subject))
    return {predicate: frozenset(said) for predicate, said in found.items()}


def _paths(
    graph: Mapping[NamedNode | BlankNode, list[Triple]], value: object, subject: NamedNode
) -> Iterator[str]:
    """Every value that is reached from here, with the path to it; each node is entered once."""
    entered: set[object] = {subject}
    waiting: list[tuple[str, object]] = [("", value)]
    while waiting:
        path, here = waiting.pop()
        yield path + ("_" if isinstance(here, BlankNode) else str(here))
        if here in entered or not isinstance(here, NamedNode | BlankNode) or path.count(">") > _DEPTH:
            continue
        entered.add(here)
        waiting += [(f"{path}{t.predicate} ", t.object) for t in graph.get(here, ())]


def _fits(name: str) -> bool:
    """Whether the name of a source can stand in an IRI as it is."""
    return name.replace("-", "").replace("_", "").replace(".", "").isalnum() and name.isascii()
