"""Which sources hold which outcomes of a programme, how surely, and by what evidence: a pure function."""

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from functools import cache
from typing import Final, Protocol

from catalogue.profiles.counts import Count, State
from catalogue.profiles.coverage_matrix import (
    Cell,
    Described,
    Evidence,
    Grade,
    Line,
    Matrix,
    Member,
    Said,
)
from ontologies.programmes import Outcome, Programme

_EXTRACT: Final = 60
"""Letters that are shown on each side of a word that was found."""

_ADDRESSES: Final[Mapping[str, tuple[str, ...]]] = {
    "LOINC": ("loinc.org/", "loinc.org/rdf/", "purl.bioontology.org/ontology/lnc/"),
    "SNOMED": ("snomed.info/id/", "snomed.info/sct/", "purl.bioontology.org/ontology/snomedct/"),
    "ATC": ("whocc.no/atc/", "purl.bioontology.org/ontology/atc/"),
    "ICD-10": ("id.who.int/icd/release/10/", "purl.bioontology.org/ontology/icd10/"),
    "OMOP": ("athena.ohdsi.org/search-terms/terms/",),
}
"""How the addresses of codes begin, without scheme and in small letters."""


class Holding(Protocol):
    """What one source holds of a concept."""

    @property
    def persons(self) -> Count:
        """How many persons have it."""

    @property
    def records(self) -> Count:
        """How many records say so."""


class Counting(Protocol):
    """What the profiles of all sources tell, each by record; a source that tells nothing is left out."""

    def coverage(self, concept: int, *, descendants: bool) -> Mapping[str, Holding]:
        """Persons and records with a concept, alone or with all below it."""

    def values(self, concept: int, *, descendants: bool) -> Mapping[str, Count]:
        """Measurements of a concept that have a value."""

    def deaths(self) -> Mapping[str, Count]:
        """Persons who died."""


def said(programme: Programme, member: Member) -> Said:
    """What a description says of the outcomes of a programme, by its words and its variables."""
    return Said(
        member.row,
        tuple((*_linked(one, member), *_declared(one, member)) for one in programme.outcomes),
    )


def coverage(programme: Programme, sources: Iterable[Said], counts: Counting) -> Matrix:
    """The matrix of a programme."""
    counted = [_counted(outcome, counts) for outcome in programme.outcomes]
    lines = [
        Line(
            source.row,
            tuple(
                _cell(outcome, (*told.get(source.row.id, ()), *words))
                for outcome, told, words in zip(programme.outcomes, counted, source.evidence, strict=True)
            ),
        )
        for source in sources
    ]
    return Matrix(programme, tuple(sorted(lines, key=_order)))


def _order(line: Line) -> tuple[int, str, str]:
    title = line.row.title[0].text.casefold() if line.row.title else ""
    return -sum(cell.grade.rank for cell in line.cells), title, line.row.id


def _cell(outcome: Outcome, found: tuple[Evidence, ...]) -> Cell:
    known = sorted((one for one in found if one.grade.rank), key=lambda one: -one.grade.rank)
    return Cell(outcome.key, tuple(known), tuple(one for one in found if not one.grade.rank))


def _counted(outcome: Outcome, counts: Counting) -> dict[str, list[Evidence]]:
    """What was counted of an outcome, by record; grade unknown where it may be none."""
    found: dict[str, list[Evidence]] = defaultdict(list)
    for concept in outcome.concepts:
        name, below = Evidence(Grade.UNKNOWN, concept.name, concept=concept.id), concept.descendants
        for record, held in counts.coverage(concept.id, descendants=below).items():
            grade = _graded(Grade.COUNTED, held.persons, held.records)
            more = replace(name, grade=grade, descendants=below, persons=held.persons, records=held.records)
            found[record].append(more)
        for record, values in counts.values(concept.id, descendants=below).items():
            grade = _graded(Grade.VALUED, values)
            found[record].append(replace(name, grade=grade, descendants=below, values=values))
    for record, dead in (counts.deaths() if outcome.death else {}).items():
        found[record].append(Evidence(_graded(Grade.COUNTED, dead), outcome.label, persons=dead))
    return found


def _linked(outcome: Outcome, member: Member) -> Iterator[Evidence]:
    """The variables that are linked to a code or a concept of the outcome."""
    known = _addresses(outcome)
    for variable in member.variables:
        for link in variable.links:
            if (meant := known.get(_bare(link))) is not None:
                yield replace(meant, place=_place(variable))


def _declared(outcome: Outcome, member: Member) -> Iterator[Evidence]:
    """The words of the outcome in the description, once a field, and in what variables are called."""
    wanted = _pattern(outcome.words)
    if wanted is None:
        return
    for passage in member.passages:
        if hit := wanted.search(passage.text):
            yield Evidence(Grade.DECLARED, hit[0], passage.field, _around(passage.text, hit))
    for variable in member.variables:
        found = ((text, hit) for text in variable.words if (hit := wanted.search(text)))
        if first := next(found, None):
            yield Evidence(Grade.DECLARED, first[1][0], _place(variable), _around(*first))


def _graded(grade: Grade, *counts: Count) -> Grade:
    """The grade where any of the counts is surely not zero, hidden ones included; else unknown."""
    sure = any(one.state is not State.ABSENT and (one.low or 0) > 0 for one in counts)
    return grade if sure else Grade.UNKNOWN


@cache
def _addresses(outcome: Outcome) -> Mapping[str, Evidence]:
    """The evidence that a variable linked to an address would be, by the address without its scheme."""
    coded = [(code, Evidence(Grade.MAPPED, code, code=code)) for code in outcome.codes]
    coded += [
        (f"OMOP {one.id}", Evidence(Grade.MAPPED, one.name, concept=one.id)) for one in outcome.concepts
    ]
    return {
        f"{start}{code.casefold()}": meant
        for whole, meant in coded
        for system, _, code in [whole.partition(" ")]
        for start in _ADDRESSES[system]
    }


def _bare(address: str) -> str:
    return re.sub(r"^https?://(www\.)?", "", address.strip().casefold()).rstrip("/")


@cache
def _pattern(words: tuple[str, ...]) -> re.Pattern[str] | None:
    """Finds any of the words, whole ones or beginnings, whatever stands between the parts of one."""
    if not words:
        return None
    return re.compile(rf"(?<!\w)(?:{'|'.join(map(_way, words))})(?!\w)", re.IGNORECASE)


def _way(word: str) -> str:
    parts = (re.escape(part) for part in re.split(r"[\s-]+", word.removesuffix("*")))
    return r"[\s\-_]+".join(parts) + (r"\w*" if word.endswith("*") else "")


def _around(text: str, hit: re.Match[str]) -> str:
    """The words around a hit on one line, cut between words."""
    start, end = max(0, hit.start() - _EXTRACT), min(len(text), hit.end() + _EXTRACT)
    before, after = text[start : hit.start()], text[hit.end() : end]
    before = "… " + before.partition(" ")[2] if start else before
    after = after.rpartition(" ")[0] + " …" if end < len(text) else after
    return " ".join(f"{before}{hit[0]}{after}".split())


def _place(variable: Described) -> str:
    return f"{variable.table}: {variable.name}" if variable.table else variable.name
