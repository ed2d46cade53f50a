"""A release in RDF: what charts show as cubes of observations, counts by concept a node each.

Written as text, for there are very many statements. No number of a hidden cell is in it: the guard
has left only its state and its bounds. `catalogue/profiles/cube_reading.py` reads it again.
"""

from collections.abc import Iterable, Iterator, Mapping
from functools import lru_cache
from io import BytesIO
from typing import Final

import orjson
from pyoxigraph import Literal, NamedNode

from catalogue.batches import batches
from catalogue.clock import stamp
from catalogue.envelope import record_iri
from catalogue.profiles.analyses import ANALYSES
from catalogue.profiles.counts import Count, State
from catalogue.profiles.cube_terms import (
    CONCEPTS,
    COUNTED,
    DETAILS,
    MEASURES,
    definition,
    dimension,
    double,
    integer,
    place,
    states,
    structure,
)
from catalogue.profiles.measured import Spread
from catalogue.profiles.projected import concepts, text_of
from catalogue.profiles.release import Guarded, Strata
from catalogue.profiles.releases import Release
from ontologies.namespaces import CSVW, DCT, DQV, PROFILE, QB, RDF, RDFS, XSD

_PIECES: Final = 10_000
_NODE: Final = "\0"
_APART: Final = frozenset((*COUNTED.values(), *DETAILS))


def _terms(name: str) -> tuple[str, str, str]:
    """The terms of the state and of the bounds of a count, alone or where a node has several counts."""
    words = (f"{name}{word.capitalize()}" if name else word for word in ("state", "low", "high"))
    state, low, high = (str(PROFILE.term(word)) for word in words)
    return state, low, high


_INTEGER: Final = f"^^{XSD.integer}"
_STATE: Final = {state: str(PROFILE.term(state)) for state in State}
_ALONE: Final = _terms("")
_OF_CONCEPTS: Final = [_terms(name) for name in COUNTED]
_CONCEPT: Final = str(PROFILE.concept)
_RELEASE: Final = str(PROFILE.release)
_DOMAIN: Final = str(PROFILE.domain)


def release_iri(base: str, id: int) -> NamedNode:
    """The IRI of a release, which is the name of its graph."""
    return NamedNode(f"{base}/profile/{id}")


def concepts_iri(base: str, id: int) -> NamedNode:
    """The name of the graph of what a release tells by concept."""
    return NamedNode(f"{base}/profile/{id}/concepts")


def graphs(base: str, release: Release, guarded: Guarded) -> dict[NamedNode, bytes]:
    """The graphs of a release, as N-Triples."""
    return {
        release_iri(base, release.id): _joined(_charts(base, release, guarded)),
        concepts_iri(base, release.id): _joined(_by_concept(base, release.id, guarded)),
    }


def _joined(pieces: Iterable[str]) -> bytes:
    """All pieces as one text; they are never all in memory beside it."""
    text = BytesIO()
    for some in batches(pieces, _PIECES):
        text.write("".join(some).encode())
    return text.getvalue()


def _charts(base: str, release: Release, guarded: Guarded) -> Iterator[str]:
    yield from _told(base, release)
    yield from states()
    here = release_iri(base, release.id).value
    shown = {name: found for name, found in guarded.cells.items() if name not in _APART}
    spread: dict[str, list[Spread]] = {}
    for one in guarded.spreads:
        if one.analysis not in _APART:
            spread.setdefault(one.analysis, []).append(one)
    for name in (*shown, *spread):
        yield from _cube(here, name)
    for name, found in shown.items():
        yield from _counts(here, name, found)
    for name, several in spread.items():
        yield from _spreads(here, name, several)
    yield from _quality(here, guarded)
    yield from _variables(here, guarded)
    yield from _withheld(here, guarded)


def _told(base: str, release: Release) -> Iterator[str]:
    """The release itself: whose it is, what made it, by which rule."""
    here = release_iri(base, release.id)
    said: list[tuple[NamedNode, object]] = [
        (RDF.type, PROFILE.Release),
        (PROFILE.record, record_iri(base, release.record)),
        (PROFILE.imported, stamp(release.imported)),
        (PROFILE.threshold, integer(release.rule.threshold)),
        (PROFILE.rounding, integer(release.rule.rounding)),
        (PROFILE.producer, Literal(release.told.producer)),
        (PROFILE.version, Literal(release.told.version)),
        (PROFILE.sourceName, Literal(release.told.source_name)),
        (PROFILE.cdmVersion, Literal(release.told.cdm_version)),
        (PROFILE.vocabularyVersion, Literal(release.told.vocabulary_version)),
    ]
    if release.published:
        said.append((DCT.issued, stamp(release.published)))
    for term, day in (
        (PROFILE.generated, release.told.generated),
        (PROFILE.released, release.told.released),
    ):
        if day:
            said.append((term, Literal(day.isoformat(), datatype=XSD.date)))
    yield from (f"{here} {term} {value} .\n" for term, value in said)


def _cube(here: str, name: str) -> Iterator[str]:
    analysis = ANALYSES[name]
    yield from definition(analysis)
    cube = f"<{here}#{name}>"
    yield f"{cube} {RDF.type} {QB.DataSet} .\n"
    yield f"{cube} {QB.structure} {structure(analysis)} .\n"
    yield f"{cube} {DCT.isPartOf} <{here}> .\n"
    yield f"{cube} {RDFS.label} {Literal(analysis.label, language='en')} .\n"
    yield f"{cube} {PROFILE.unit} {Literal(analysis.unit)} .\n"


def _observed(here: str, name: str, number: int, strata: Strata) -> Iterator[str]:
    """An observation and its place; what it says follows."""
    node = f"<{here}#{name}-{number}>"
    yield f"{node} {RDF.type} {QB.Observation} .\n"
    yield f"{node} {QB.dataSet} <{here}#{name}> .\n"
    for stratum, value in zip(ANALYSES[name].strata, strata, strict=True):
        yield f"{node} {dimension(stratum)} {place(stratum, value)} .\n"


def _counts(here: str, name: str, found: Mapping[Strata, Count]) -> Iterator[str]:
    for number, (strata, count) in enumerate(found.items(), 1):
        if count.state is State.ABSENT:
            continue
        yield from _observed(here, name, number, strata)
        yield _count(f"<{here}#{name}-{number}>", _ALONE, count)


def _count(node: str, terms: tuple[str, str, str], count: Count) -> str:
    """State and bounds, under these terms."""
    state, low, high = terms
    text = f"{node} {state} {_STATE[count.state]} .\n"
    if count.low is not None:
        text += f'{node} {low} "{count.low}"{_INTEGER} .\n'
    if count.high is not None:
        text += f'{node} {high} "{count.high}"{_INTEGER} .\n'
    return text


@lru_cache(maxsize=50_000)
def _said(terms: tuple[str, str, str], count: Count) -> str:
    """What is said of a count under these terms, of a node that is not named yet: many counts are alike."""
    return "" if count.state is State.ABSENT else _count(_NODE, terms, count)


def _spreads(here: str, name: str, found: Iterable[Spread]) -> Iterator[str]:
    for number, spread in enumerate(found, 1):
        yield from _observed(here, name, number, spread.strata)
        node = f"<{here}#{name}-{number}>"
        if spread.count is not None:
            yield f"{node} {PROFILE.term('count')} {integer(spread.count)} .\n"
        for measure in MEASURES:
            value = getattr(spread, measure)
            if value is not None:
                yield f"{node} {PROFILE.term(measure)} {double(value)} .\n"


def _quality(here: str, guarded: Guarded) -> Iterator[str]:
    for number, one in enumerate(guarded.quality):
        node = f"<{here}#quality-{number}>"
        yield f"{node} {RDF.type} {DQV.QualityMeasurement} .\n"
        yield f"{node} {DQV.computedOn} <{here}> .\n"
        yield f"{node} {PROFILE.category} {Literal(one.category)} .\n"
        yield f"{node} {PROFILE.subcategory} {Literal(one.subcategory)} .\n"
        yield f"{node} {PROFILE.passed} {integer(one.passed)} .\n"
        yield f"{node} {PROFILE.failed} {integer(one.failed)} .\n"
        yield f"{node} {PROFILE.notApplicable} {integer(one.not_applicable)} .\n"
        yield f"{node} {PROFILE.errors} {integer(one.errors)} .\n"


def _variables(here: str, guarded: Guarded) -> Iterator[str]:
    for number, one in enumerate(guarded.variables):
        node = f"<{here}#variable-{number}>"
        values = Literal(text_of(one.values.items()), datatype=RDF.JSON)
        yield f"{node} {RDF.type} {CSVW.Column} .\n"
        yield f"{node} {CSVW.name} {Literal(one.name)} .\n"
        yield f"{node} {PROFILE.table} {Literal(one.table)} .\n"
        yield f"{node} {PROFILE.label} {Literal(one.label)} .\n"
        yield f"{node} {PROFILE.type} {Literal(one.type)} .\n"
        yield f"{node} {PROFILE.term('values')} {values} .\n"
        if one.empty is not None:
            yield f"{node} {PROFILE.empty} {double(one.empty)} .\n"


def _withheld(here: str, guarded: Guarded) -> Iterator[str]:
    for number, one in enumerate(guarded.report):
        node = f"<{here}#withheld-{number}>"
        yield f"{node} {RDF.type} {PROFILE.Withheld} .\n"
        yield f"{node} {PROFILE.what} {Literal(one.what)} .\n"
        yield f"{node} {PROFILE.cells} {integer(one.cells)} .\n"
        yield f"{node} {PROFILE.reason} {Literal(one.reason)} .\n"


def _by_concept(base: str, id: int, guarded: Guarded) -> Iterator[str]:
    """A node for each concept in a domain with its counts, and one for each with details."""
    whole, here = str(release_iri(base, id)), concepts_iri(base, id).value
    named: set[str] = set()
    for concept, domain, *counts in concepts(guarded):
        node = f"<{here}#{domain}-{concept}>" if domain else f"<{here}#{concept}>"
        yield _concept(node, concept, whole)
        if domain:
            yield f'{node} {_DOMAIN} "{domain}" .\n'
        else:
            named.add(concept)
        yield "".join(map(_said, _OF_CONCEPTS, counts)).replace(_NODE, node)
    for concept, name, rows in _details(guarded):
        node = f"<{here}#{concept}>"
        if concept not in named:
            named.add(concept)
            yield _concept(node, concept, whole)
        yield f"{node} {PROFILE.term(name)} {Literal(orjson.dumps(rows).decode(), datatype=RDF.JSON)} .\n"


def _concept(node: str, concept: str, release: str) -> str:
    return f"{node} {_CONCEPT} <{CONCEPTS}{concept}> .\n{node} {_RELEASE} {release} .\n"


def _details(guarded: Guarded) -> Iterator[tuple[str, str, list[list[object]]]]:
    """Concept, analysis, and for each of its cells what is left of the strata with what is told."""
    for name in DETAILS:
        found: dict[str, list[list[object]]] = {}
        for (concept, *rest), count in guarded.cells.get(name, {}).items():
            if count.state is not State.ABSENT:
                row: list[object] = [rest, count.state, count.low, count.high]
                found.setdefault(concept, []).append(row)
        for spread in guarded.spreads:
            if spread.analysis == name:
                concept, *rest = spread.strata
                numbers = [getattr(spread, measure) for measure in MEASURES]
                found.setdefault(concept, []).append([rest, spread.count, *numbers])
        yield from ((concept, name, rows) for concept, rows in found.items())
