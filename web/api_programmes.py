"""The programmes in the API: all of them, and the coverage of the outcomes of one."""

from collections.abc import Mapping
from typing import Annotated, Final

from fastapi import APIRouter, Path, Request

from catalogue.profiles.coverage_matrix import Cell, Evidence, Grade, Line, with_evidence
from catalogue.profiles.coverage_members import number
from ontologies.outcome_domains import DOMAINS
from ontologies.programmes import Outcome, Programme
from web.api_parameters import LANGUAGE, single
from web.api_profile_views import count
from web.api_programme_models import (
    CellAnswer,
    CoverageAnswer,
    EvidenceAnswer,
    OutcomeAnswer,
    ProgrammeAnswer,
    ProgrammesAnswer,
    SetAnswer,
    SourceCoverage,
)
from web.api_routes import operation
from web.api_views import Speaker, facet_label
from web.asking import speaker
from web.programme_coverage import FILTERS, sifting
from web.state import state

router = APIRouter()

ROOT: Final = "/api/v1/programmes"

ProgrammeKey = Annotated[str, Path(description="The key of a programme.", examples=["roadmap"])]

NARROWING: Final = (
    *(
        single(
            name,
            f"{facet_label(name)}: only sources with this value. Repeat it to let in several values.",
            {"type": "array", "items": {"type": "string"}},
        )
        for name in FILTERS
    ),
    single("grade", "Only sources with an outcome of this grade at least.", {"enum": [*Grade]}, "counted"),
    single("outcome", "The outcome that has to have the grade; without it, any.", {"type": "string"}),
    LANGUAGE,
)


@operation(router, ROOT, "listProgrammes", ProgrammesAnswer, (), (503,))
def programmes(request: Request) -> ProgrammesAnswer:
    """List the programmes.

    Research programmes and networks with their outcome sets and the number of their sources.
    """
    here = state(request)
    return ProgrammesAnswer(
        tuple(
            _programme(one, number(here.catalogue, one), here.catalogue.base)
            for one in here.programmes.known.values()
        )
    )


@operation(router, f"{ROOT}/{{key}}/coverage", "getCoverage", CoverageAnswer, NARROWING, (404, 422, 503))
def coverage(request: Request, key: ProgrammeKey) -> CoverageAnswer:
    """Get the coverage of a programme.

    Which of its sources holds which outcome, by what evidence. The highest grade of all evidence is that of
    the cell. The page of the programme shows the same numbers for the same parameters.
    """
    here = state(request)
    voice = speaker(request)
    one = here.programmes.named(key)
    asked = sifting(request.query_params.multi_items(), one)
    found = here.programmes.found(here.catalogue, one, asked)
    cells = [cell.grade for line in found.matrix.lines for cell in line.cells]
    return CoverageAnswer(
        programme=_programme(one, len(found.rows), here.catalogue.base),
        shown=len(found.matrix.lines),
        left_out=found.left_out,
        grades={grade.value: cells.count(grade) for grade in Grade},
        outcomes=tuple(_outcome(o, found.matrix.tally(o.key)) for o in one.outcomes),
        sources=tuple(_source(line, voice) for line in found.matrix.lines),
    )


def _programme(one: Programme, sources: int, base: str) -> ProgrammeAnswer:
    return ProgrammeAnswer(
        *(one.key, one.name, one.full_name, one.description, one.home, sources, len(one.outcomes)),
        *(one.mapped.author, one.mapped.dated.isoformat()),
        tuple(SetAnswer(s.key, s.name, s.title, s.address, s.year, s.read, s.ours) for s in one.sets),
        *(f"{base}/programmes/{one.key}", f"{base}{ROOT}/{one.key}/coverage"),
    )


def _outcome(one: Outcome, tally: Mapping[Grade, int]) -> OutcomeAnswer:
    return OutcomeAnswer(
        *(one.key, one.label, one.group, DOMAINS[one.domain], one.set, one.seen),
        *(tuple(concept.id for concept in one.concepts), one.codes, one.death),
        {grade.value: tally.get(grade, 0) for grade in Grade},
    )


def _source(line: Line, voice: Speaker) -> SourceCoverage:
    row = line.row
    return SourceCoverage(
        *(row.id, row.iri, voice.record(row.id), voice.choose(row.title).text),
        *(row.codes.get("country", ()), with_evidence(line.tally())),
        {cell.outcome: _cell(cell) for cell in line.cells},
    )


def _cell(cell: Cell) -> CellAnswer:
    return CellAnswer(
        cell.grade.value, tuple(map(_evidence, cell.evidence)), tuple(map(_evidence, cell.less))
    )


def _evidence(one: Evidence) -> EvidenceAnswer:
    return EvidenceAnswer(
        *(one.grade.value, one.words, one.place, one.extract, one.code, one.concept, one.descendants),
        *(count(told) if told else None for told in (one.persons, one.records, one.values)),
    )
