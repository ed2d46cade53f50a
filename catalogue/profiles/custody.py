"""The profiles of all datasets as their custodians look after them: drafts and withdrawn ones too.

Apart from `releases`, which tells readers what is shown, and one record at a time.
"""

from collections import Counter
from collections.abc import Collection, Mapping
from dataclasses import dataclass

import sqlalchemy as sql

from catalogue.database import Database
from catalogue.ledger import GONE
from catalogue.profile_tables import cells, concept_counts, releases
from catalogue.profiles import projected
from catalogue.profiles.counts import Count, State
from catalogue.profiles.cube_terms import COUNTED
from catalogue.profiles.releases import Release, Standing, release_of
from catalogue.tables import records

_STATES = ("persons", "records", "all_persons", "all_records")
"""The counts of a concept, in the order of `COUNTED`."""


@dataclass(frozen=True, slots=True)
class Kept:
    """A dataset with its newest release, the one that is shown with its persons, and how many drafts wait.

    Both releases are None where there is none.
    """

    record: str
    source: str
    newest: Release | None
    shown: Release | None
    persons: Count
    drafts: int


@dataclass(frozen=True, slots=True)
class Tally:
    """How many counts are told exactly, told as bounds, and hidden."""

    exact: int = 0
    bounds: int = 0
    hidden: int = 0

    @property
    def told(self) -> int:
        """How many are not hidden."""
        return self.exact + self.bounds


class Custody:
    """Reads the projection alone, for operators alone. What is withdrawn itself is left out."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def datasets(self, words: str, also: Collection[str], limit: int, offset: int) -> tuple[Kept, ...]:
        """A page of the datasets that have releases, those first with a draft that waits, then the newest.

        With `words`, those whose title has them and those of `also`, and behind these the ones that have
        no release. The ledger has one title of each; `also` are records with the words in another one.
        """
        held, query = _datasets(self._database, words, also)
        order = (sql.func.coalesce(held.c.drafts, 0) > 0).desc(), sql.func.coalesce(held.c.newest, 0).desc()
        query = query.order_by(*order, records.c.title, records.c.id).limit(limit).offset(offset)
        with self._database.reading() as db:
            rows = db.execute(query).all()
            wanted = {row.newest for row in rows} | {row.shown for row in rows}
            known = db.execute(releases.select().where(releases.c.id.in_(wanted - {None}))).all()
            told = cells.select().where(cells.c.release.in_(wanted - {None}), cells.c.analysis == "persons")
            persons = {
                row.release: projected.count_of(row.state, row.low, row.high) for row in db.execute(told)
            }
        found = {row.id: release_of(row) for row in known}
        return tuple(
            Kept(
                row.id,
                row.source,
                found.get(row.newest),
                found.get(row.shown),
                persons.get(row.shown, Count.absent()),
                row.drafts or 0,
            )
            for row in rows
        )

    def number(self, words: str, also: Collection[str]) -> int:
        """How many datasets there are on all pages of `datasets`."""
        query = _datasets(self._database, words, also)[1].subquery()
        with self._database.reading() as db:
            return int(db.scalar(sql.select(sql.func.count()).select_from(query)) or 0)

    def drafts(self) -> int:
        """How many drafts wait, over all datasets."""
        waiting = releases.c.state == Standing.DRAFT, records.c.state != GONE
        query = sql.select(sql.func.count()).select_from(
            releases.join(records, records.c.id == releases.c.record)
        )
        with self._database.reading() as db:
            return int(db.scalar(query.where(*waiting)) or 0)

    def tallies(self, ids: Collection[int]) -> Mapping[int, Mapping[str, Tally]]:
        """What each of these releases tells and hides, by analysis; one without counts has none."""
        number: Counter[tuple[int, str, str]] = Counter()
        of_cells = sql.select(cells.c.release, cells.c.analysis, cells.c.state, sql.func.count())
        of_cells = of_cells.where(cells.c.release.in_(ids)).group_by(*of_cells.selected_columns[:3])
        states = [concept_counts.c[f"{name}_state"] for name in _STATES]
        of_concepts = sql.select(concept_counts.c.release, *states, sql.func.count())
        of_concepts = of_concepts.where(concept_counts.c.release.in_(ids))
        of_concepts = of_concepts.group_by(concept_counts.c.release, *states)
        with self._database.reading() as db:
            for release, analysis, state, many in db.execute(of_cells):
                number[release, analysis, state] += many
            for release, *found, many in db.execute(of_concepts):
                for analysis, state in zip(COUNTED.values(), found, strict=True):
                    number[release, analysis, state] += many
        return {release: _by_analysis(number, release) for release in ids}


def _datasets(
    database: Database, words: str, also: Collection[str]
) -> tuple[sql.Subquery, sql.Select[*tuple[object, ...]]]:
    """What is counted of the releases of each record, and the records that are meant with it."""
    column = releases.c
    held = (
        sql.select(
            column.record,
            sql.func.max(column.id).label("newest"),
            sql.func.max(sql.case((column.current, column.id))).label("shown"),
            sql.func.count(sql.case((column.state == Standing.DRAFT, 1))).label("drafts"),
        )
        .where(column.state != Standing.IMPORTING)
        .group_by(column.record)
        .subquery()
    )
    joined = records.join(held, held.c.record == records.c.id, isouter=bool(words))
    wanted = [records.c.state != GONE]
    if words:
        meant = sql.or_(records.c.kind == "dataset", held.c.newest.is_not(None))
        named = records.c.title.icontains(words, autoescape=True)
        wanted += [sql.or_(named, database.among(records.c.id, also)), meant]
    query = sql.select(
        records.c.id,
        records.c.source,
        held.c.newest,
        held.c.shown,
        held.c.drafts,
    )
    return held, query.select_from(joined).where(*wanted)


def _by_analysis(number: Counter[tuple[int, str, str]], release: int) -> dict[str, Tally]:
    analyses = {analysis for one, analysis, state in number if one == release and state != State.ABSENT}
    return {
        analysis: Tally(
            number[release, analysis, State.EXACT],
            number[release, analysis, State.INTERVAL],
            number[release, analysis, State.SUPPRESSED],
        )
        for analysis in analyses
    }
