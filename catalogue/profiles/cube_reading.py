"""Reads a release again from its graphs; see `catalogue/profiles/cubes.py`."""

from collections.abc import Iterable, Iterator
from datetime import date, datetime
from typing import Final

import orjson
from pyoxigraph import NamedNode, Triple

from catalogue.envelope import record_of
from catalogue.errors import Unavailable
from catalogue.mapping import Graph, Properties, index
from catalogue.profiles.analyses import ANALYSES, Kind
from catalogue.profiles.counts import Count, State
from catalogue.profiles.cube_terms import COUNTED, DETAILS, MEASURES, analysis_of, dimension, stratum_of
from catalogue.profiles.cubes import release_iri
from catalogue.profiles.measured import Quality, Spread, Told
from catalogue.profiles.projected import ABSENT, Cells, add_concept, listed
from catalogue.profiles.release import Guarded, GuardedVariable, Rule, Strata, Withheld
from catalogue.profiles.releases import Release, Standing
from ontologies.namespaces import CSVW, DCT, DQV, PROFILE, QB, RDF

_STATE_OF: Final = {PROFILE.term(state): state for state in State}


def opened(
    base: str, id: int, charts: Iterable[Triple], by_concept: Iterable[Triple], *, current: bool
) -> tuple[Release, Guarded]:
    """The release that the two graphs hold; raises Unavailable when they hold none that is whole."""
    graph = index(charts)
    said = graph.get(release_iri(base, id), {})
    record = record_of(base, NamedNode(_text(said, PROFILE.record) or "urn:none"))
    if not record:
        raise Unavailable("A profile in the store is not whole.", f"{release_iri(base, id)} has no record.")
    told, rule = _told(said), Rule(_whole(said, PROFILE.threshold), _whole(said, PROFILE.rounding))
    issued = _text(said, DCT.issued)
    release = Release(
        id,
        record,
        Standing.PUBLISHED,
        current,
        told,
        rule,
        datetime.fromisoformat(_text(said, PROFILE.imported)),
        datetime.fromisoformat(issued) if issued else None,
    )
    cells: Cells = {}
    spreads: list[Spread] = []
    _observations(graph, cells, spreads)
    _concepts(index(by_concept), cells, spreads)
    spreads.sort(key=lambda one: (one.analysis, one.strata))
    lists = _quality(graph), _variables(graph), _withheld(graph)
    return release, Guarded(told, rule, cells, tuple(spreads), *lists)


def _told(said: Properties) -> Told:
    generated, released = _text(said, PROFILE.generated), _text(said, PROFILE.released)
    return Told(
        _text(said, PROFILE.producer),
        _text(said, PROFILE.version),
        _text(said, PROFILE.sourceName),
        date.fromisoformat(generated) if generated else None,
        date.fromisoformat(released) if released else None,
        _text(said, PROFILE.cdmVersion),
        _text(said, PROFILE.vocabularyVersion),
    )


def _observations(graph: Graph, cells: Cells, spreads: list[Spread]) -> None:
    for said in graph.values():
        for cube in said.get(QB.dataSet, ()):
            structure = _text(graph.get(cube, {}), QB.structure)  # type: ignore[arg-type]
            analysis = analysis_of(structure)
            if analysis is None:
                continue
            strata: Strata = tuple(stratum_of(said[dimension(name)][0]) for name in analysis.strata)
            if analysis.kind is Kind.COUNT:
                cells.setdefault(analysis.name, {})[strata] = _count(said, "state", "low", "high")
            else:
                numbers = (_number(said, PROFILE.term(name)) for name in MEASURES)
                count = _maybe(said, PROFILE.term("count"))
                spreads.append(Spread(analysis.name, strata, count, *numbers))


def _concepts(graph: Graph, cells: Cells, spreads: list[Spread]) -> None:
    for said in graph.values():
        concept = stratum_of(said[PROFILE.concept][0])
        counts = [_count(said, f"{name}State", f"{name}Low", f"{name}High") for name in COUNTED]
        add_concept(cells, concept, _text(said, PROFILE.domain), *counts)
        for name in DETAILS:
            for value in said.get(PROFILE.term(name), ()):
                _detailed(name, concept, orjson.loads(value.value), cells, spreads)


def _detailed(name: str, concept: str, rows: list[list[object]], cells: Cells, spreads: list[Spread]) -> None:
    for rest, *told in rows:
        strata: Strata = (concept, *rest)  # type: ignore[misc]
        if ANALYSES[name].kind is Kind.COUNT:
            state, low, high = told
            cells.setdefault(name, {})[strata] = Count(State(str(state)), low, high)  # type: ignore[arg-type]
        else:
            spreads.append(Spread(name, strata, *told))  # type: ignore[arg-type]


def _quality(graph: Graph) -> tuple[Quality, ...]:
    return tuple(
        Quality(
            _text(said, PROFILE.category),
            _text(said, PROFILE.subcategory),
            _whole(said, PROFILE.passed),
            _whole(said, PROFILE.failed),
            _whole(said, PROFILE.notApplicable),
            _whole(said, PROFILE.errors),
        )
        for said in _of_type(graph, DQV.QualityMeasurement)
    )


def _variables(graph: Graph) -> tuple[GuardedVariable, ...]:
    return tuple(
        GuardedVariable(
            _text(said, PROFILE.table),
            _text(said, CSVW.name),
            _text(said, PROFILE.label),
            _text(said, PROFILE.type),
            _number(said, PROFILE.empty),
            listed(_text(said, PROFILE.term("values"))),
        )
        for said in _of_type(graph, CSVW.Column)
    )


def _withheld(graph: Graph) -> tuple[Withheld, ...]:
    return tuple(
        Withheld(_text(said, PROFILE.what), _whole(said, PROFILE.cells), _text(said, PROFILE.reason))
        for said in _of_type(graph, PROFILE.Withheld)
    )


def _of_type(graph: Graph, type: NamedNode) -> Iterator[Properties]:
    """What is said of the nodes of a class, in the order of the numbers that their names end with."""
    nodes = [node for node, said in graph.items() if type in said.get(RDF.type, ())]
    nodes.sort(key=lambda node: int(node.value.rpartition("-")[2]))
    return (graph[node] for node in nodes)


def _count(said: Properties, state: str, low: str, high: str) -> Count:
    states = said.get(PROFILE.term(state))
    if not states:
        return ABSENT
    found = _STATE_OF[states[0]]  # type: ignore[index]
    return Count(found, _maybe(said, PROFILE.term(low)), _maybe(said, PROFILE.term(high)))


def _text(said: Properties, term: NamedNode) -> str:
    return next((value.value for value in said.get(term, ())), "")


def _whole(said: Properties, term: NamedNode) -> int:
    return int(_text(said, term))


def _maybe(said: Properties, term: NamedNode) -> int | None:
    text = _text(said, term)
    return int(text) if text else None


def _number(said: Properties, term: NamedNode) -> float | None:
    text = _text(said, term)
    return float(text) if text else None
