"""Puts a feasibility question to all sources at once: a few statements, however many sources there are."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass

import sqlalchemy as sql

from catalogue.database import Database
from catalogue.profile_tables import cells, concept_counts, releases, spreads
from catalogue.profiles.concepts_counts import ConceptCounts, shown
from catalogue.profiles.counts import Count
from catalogue.profiles.feasibility import Answer, ConceptSet, Question, Strata, answered
from catalogue.profiles.projected import count_of, strata_of

Cells = Mapping[str, Mapping[Strata, Count]]


@dataclass(frozen=True, slots=True)
class _Source:
    """What one source provides for one question."""

    told: Cells
    concepts: Mapping[ConceptSet, Count]
    domains: Collection[str]

    def cells(self, analysis: str) -> Mapping[Strata, Count]:
        return self.told.get(analysis, {})

    def having(self, asked: ConceptSet) -> Count:
        return self.concepts.get(asked, Count.absent())

    def in_domain(self, domain: str) -> Count:
        return Count.hidden() if domain in self.domains else Count.absent()


class Survey:
    """Asks the sources of one ledger.

    What a release tells never changes, so the cells of those that are shown are remembered.
    """

    def __init__(self, database: Database, counts: ConceptCounts) -> None:
        self._database = database
        self._counts = counts
        self._told: dict[tuple[int, str], Mapping[Strata, Count]] = {}

    def answers(self, question: Question) -> dict[str, Answer]:
        """The answers of all sources with a profile that is shown, by record."""
        united = {
            asked: self._counts.united(asked.concepts, descendants=asked.descendants)
            for asked in question.concept_sets
        }
        with self._database.reading() as db:
            all_shown = shown(db)
            ids = [one.release for one in all_shown]
            told = self._cells(db, ids, _analyses(question))
            domains = _domains(db, ids, (*question.required, *question.desired))
        answers: dict[str, Answer] = {}
        for one in all_shown:
            concepts = {asked: found[one.record] for asked, found in united.items() if one.record in found}
            cells = {analysis: found[one.release] for analysis, found in told.items()}
            source = _Source(cells | {"persons": {(): one.persons}}, concepts, domains.get(one.release, ()))
            answers[one.record] = answered(question, source)
        return answers

    def follow_ups(self) -> dict[str, float]:
        """The median length of first observation, in days, of the records whose shown profile tells it."""
        column = spreads.c
        with self._database.reading() as db:
            by_release = {one.release: one.record for one in shown(db)}
            query = sql.select(column.release, column.median).where(
                column.release.in_(by_release),
                column.analysis == "lengthOfObservation",
                column.median.is_not(None),
            )
            return {by_release[release]: median for release, median in db.execute(query)}

    def _cells(
        self, db: sql.Connection, ids: Sequence[int], analyses: Iterable[str]
    ) -> dict[str, dict[int, Mapping[Strata, Count]]]:
        """The cells of these analyses by release; those that are not remembered are read."""
        remembered = self._told
        found = {}
        for analysis in analyses:
            if lacking := [id for id in ids if (id, analysis) not in remembered]:
                read = _read(db, lacking, analysis)
                remembered = {**remembered, **{(id, analysis): read.get(id, {}) for id in lacking}}
            found[analysis] = {id: remembered[id, analysis] for id in ids}
        if remembered is not self._told:
            there = {*ids}
            self._told = {at: told for at, told in remembered.items() if at[0] in there}
        return found


def _analyses(question: Question) -> list[str]:
    """The analyses that a question needs."""
    ages, sex = question.ages != (None, None), bool(question.sex)
    wanted = {
        "personsByDomains": bool(question.required or question.desired),
        "personsByAge": ages and not sex,
        "personsBySex": sex and not ages,
        "personsByAgeAndSex": ages and sex,
        "personsObservedInMonth": question.years != (None, None),
        "personsByFollowUp": question.follow_up is not None,
        "personsByVisit": bool(question.visits),
    }
    return [name for name, is_wanted in wanted.items() if is_wanted]


def _read(db: sql.Connection, ids: list[int], analysis: str) -> dict[int, dict[Strata, Count]]:
    """The cells of an analysis by release."""
    column = cells.c
    query = sql.select(
        column.release, column.strata1, column.strata2, column.state, column.low, column.high
    ).where(column.release.in_(ids), column.analysis == analysis)
    found: dict[int, dict[Strata, Count]] = defaultdict(dict)
    strata: dict[tuple[str, str], Strata] = {}
    for release, first, second, *told in db.execute(query):
        if (place := strata.get((first, second))) is None:
            place = strata[first, second] = strata_of(analysis, first, second)
        found[release][place] = count_of(*told)
    return found


def _domains(db: sql.Connection, ids: list[int], domains: Collection[str]) -> dict[int, set[str]]:
    """Of which of these domains each release has concepts."""
    found: dict[int, set[str]] = defaultdict(set)
    for domain in dict.fromkeys(domains):
        counted = concept_counts.c.release, concept_counts.c.domain
        exists = sql.exists().where(counted[0] == releases.c.id, counted[1] == domain)
        for release in db.scalars(sql.select(releases.c.id).where(releases.c.id.in_(ids), exists)):
            found[release].add(domain)
    return found
