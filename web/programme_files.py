"""The matrix of a programme to take away: a table for spreadsheets, and a data cube in RDF."""

from collections.abc import Iterator, Mapping
from typing import Final

from pyoxigraph import BlankNode, Literal, NamedNode, Triple

from catalogue.profiles.counts import Count, State
from catalogue.profiles.coverage_matrix import Cell, Evidence, Grade, Line, Matrix
from ontologies.namespaces import DCT, PROFILE, QB, RDF, RDFS, SKOS, XSD
from ontologies.outcome_domains import DOMAINS
from ontologies.programmes import Outcome, Programme
from web.export import line
from web.i18n import LOCALE
from web.text import choose

ATHENA: Final = "https://athena.ohdsi.org/search-terms/terms/"

_COLUMNS: Final = (
    *("id", "iri", "title", "publisher", "countries"),
    *("outcome", "outcome_label", "group", "domain", "set", "seen_at_source"),
    *("grade", "evidence", "persons_state", "persons_low", "persons_high"),
)
_STRUCTURE: Final = PROFILE.term("structure:outcomeCoverage")
_BYTE_ORDER_MARK: Final = "\ufeff"


def table(matrix: Matrix) -> str:
    """One line for each source and outcome; `persons` are those of the best evidence that counts them."""
    outcomes = {one.key: one for one in matrix.programme.outcomes}
    rows = (_row(one, cell, outcomes[cell.outcome]) for one in matrix.lines for cell in one.cells)
    return _BYTE_ORDER_MARK + line(_COLUMNS) + "".join(line(row) for row in rows)


def cube(matrix: Matrix, base: str) -> Iterator[Triple]:
    """The matrix as a cube of observations, each with its evidence; https://www.w3.org/TR/vocab-data-cube/"""
    programme = matrix.programme
    page = f"{base}/programmes/{programme.key}"
    here = NamedNode(f"{page}/coverage")
    yield from _head(here, page, programme)
    for one in programme.outcomes:
        yield from _outcome(page, one)
    for grade in Grade:
        yield Triple(_grade(grade), RDF.type, SKOS.Concept)
        yield Triple(_grade(grade), SKOS.notation, Literal(grade.value))
    for one_line in matrix.lines:
        for cell in one_line.cells:
            yield from _observation(here, page, one_line, cell)


def told(evidence: Evidence) -> str:
    """One reason in words, as plain as a table needs it."""
    counts = ((name, count) for name, count in _counts(evidence).items() if count)
    parts = (
        f"{evidence.grade}: {evidence.words}",
        f"OMOP {evidence.concept}{' with descendants' * evidence.descendants}" if evidence.concept else "",
        evidence.place,
        *(f"{name} {_bounds(count)}" for name, count in counts),
    )
    return ", ".join(part for part in parts if part)


def _row(one: Line, cell: Cell, outcome: Outcome) -> tuple[object, ...]:
    persons = next((e.persons for e in cell.evidence if e.persons), None) or Count.absent()
    return (
        *(one.row.id, one.row.iri, choose(one.row.title, LOCALE).text, one.row.publisher),
        "; ".join(one.row.codes.get("country", ())),
        *(outcome.key, outcome.label, outcome.group, DOMAINS[outcome.domain], outcome.set, outcome.seen),
        *(cell.grade.value, "; ".join(map(told, (*cell.evidence, *cell.less)))),
        *(persons.state.value, persons.low, persons.high),
    )


def _bounds(count: Count) -> str:
    match count.state:
        case State.EXACT:
            return str(count.low)
        case State.INTERVAL:
            return f"{count.low}-{count.high}"
        case State.SUPPRESSED:
            return "hidden" + (f" ({count.low}-{count.high})" if count.high else "")
    return "not provided"


def _counts(evidence: Evidence) -> Mapping[str, Count | None]:
    return {"persons": evidence.persons, "records": evidence.records, "values": evidence.values}


def _head(here: NamedNode, page: str, programme: Programme) -> Iterator[Triple]:
    outcomes = NamedNode(f"{page}#outcomes")
    yield Triple(here, RDF.type, QB.DataSet)
    yield Triple(here, QB.structure, _STRUCTURE)
    yield Triple(here, DCT.term("title"), Literal(f"{programme.name}: coverage of outcomes", language="en"))
    yield Triple(here, DCT.subject, NamedNode(programme.home))
    yield Triple(outcomes, RDF.type, SKOS.ConceptScheme)
    yield Triple(outcomes, DCT.creator, Literal(programme.mapped.author))
    day = programme.mapped.dated.isoformat()
    yield Triple(outcomes, DCT.created, Literal(day, datatype=XSD.date))
    yield Triple(_STRUCTURE, RDF.type, QB.DataStructureDefinition)
    for role, name in ((QB.dimension, "source"), (QB.dimension, "outcome"), (QB.measure, "grade")):
        component = PROFILE.term(f"component:{name}")
        yield Triple(_STRUCTURE, QB.component, component)
        yield Triple(component, role, PROFILE.term(name))


def _outcome(page: str, outcome: Outcome) -> Iterator[Triple]:
    node = _outcome_iri(page, outcome.key)
    yield Triple(node, RDF.type, SKOS.Concept)
    yield Triple(node, SKOS.inScheme, NamedNode(f"{page}#outcomes"))
    yield Triple(node, SKOS.prefLabel, Literal(outcome.label, language="en"))
    yield Triple(node, DCT.subject, Literal(DOMAINS[outcome.domain], language="en"))
    for concept in outcome.concepts:
        yield Triple(node, SKOS.relatedMatch, NamedNode(f"{ATHENA}{concept.id}"))


def _observation(here: NamedNode, page: str, one: Line, cell: Cell) -> Iterator[Triple]:
    node = BlankNode()
    yield Triple(node, RDF.type, QB.Observation)
    yield Triple(node, QB.dataSet, here)
    yield Triple(node, PROFILE.source, NamedNode(one.row.iri))
    yield Triple(node, PROFILE.outcome, _outcome_iri(page, cell.outcome))
    yield Triple(node, PROFILE.grade, _grade(cell.grade))
    for evidence in (*cell.evidence, *cell.less):
        reason = BlankNode()
        yield Triple(node, PROFILE.evidence, reason)
        yield from _evidence(reason, evidence)


def _evidence(node: BlankNode, evidence: Evidence) -> Iterator[Triple]:
    yield Triple(node, PROFILE.grade, _grade(evidence.grade))
    yield Triple(node, RDFS.label, Literal(evidence.words))
    if evidence.place:
        yield Triple(node, PROFILE.place, Literal(evidence.place))
    if evidence.concept:
        yield Triple(node, PROFILE.concept, NamedNode(f"{ATHENA}{evidence.concept}"))
    for name, count in _counts(evidence).items():
        if count is None:
            continue
        yield Triple(node, PROFILE.term(f"{name}State"), PROFILE.term(count.state.value))
        for bound, number in (("Low", count.low), ("High", count.high)):
            if number is not None:
                yield Triple(node, PROFILE.term(name + bound), Literal(number))


def _grade(grade: Grade) -> NamedNode:
    return PROFILE.term(f"grade:{grade.value}")


def _outcome_iri(page: str, key: str) -> NamedNode:
    return NamedNode(f"{page}#outcome-{key}")
