"""The releases of characterisation profiles as they are read: which there are, and what each tells."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass, fields
from datetime import datetime
from enum import StrEnum
from functools import lru_cache
from typing import Final

import sqlalchemy as sql

from catalogue.database import Database
from catalogue.errors import NotFound
from catalogue.ledger import GONE
from catalogue.profile_tables import concept_counts, releases
from catalogue.profiles import projected
from catalogue.profiles.analyses import ANALYSES
from catalogue.profiles.counts import Count, State
from catalogue.profiles.cube_terms import COUNTED, DETAILS
from catalogue.profiles.measured import Spread, Told
from catalogue.profiles.release import Guarded, Rule, Strata
from catalogue.tables import records

TOLD: Final = tuple(field.name for field in fields(Told))

CHARTED: Final = tuple(name for name in ANALYSES if name not in {*COUNTED.values(), *DETAILS})
"""The analyses that tell of a dataset as a whole, and not of one concept after the other."""


_ADDED: Final = 1_000
"""Of how many releases it is remembered how many records they have; what they tell never changes."""


class Standing(StrEnum):
    """How a release stands. One that is being imported is not there yet, for nobody."""

    IMPORTING = "importing"
    DRAFT = "draft"
    PUBLISHED = "published"
    WITHDRAWN = "withdrawn"


@dataclass(frozen=True, slots=True)
class Release:
    """A release of the profile of a record; `digest` is that of the files that it was made of."""

    id: int
    record: str
    state: Standing
    current: bool
    told: Told
    rule: Rule
    imported: datetime
    published: datetime | None = None
    digest: str = ""


@dataclass(frozen=True, slots=True)
class ConceptCounts:
    """Persons and records with a concept; `all_` counts those with a descendant of it too."""

    concept: int
    domain: str
    persons: Count
    records: Count
    all_persons: Count
    all_records: Count


class Releases:
    """Reads the projection alone. What is not told is absent, and never zero."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._added = lru_cache(maxsize=_ADDED)(self._add)

    def current(self, record: str) -> Release | None:
        """The release that a record shows; None where it has none, or is withdrawn itself."""
        return next(iter(self._found(_shown(), releases.c.record == record, releases.c.current)), None)

    def of(self, record: str) -> tuple[Release, ...]:
        """The published releases of a record, the newest first; none of one that is withdrawn."""
        return self._found(_shown(), releases.c.record == record)

    def newest(self, limit: int = 20) -> tuple[Release, ...]:
        """The releases that records show, the newest first."""
        return self._found(_shown(), releases.c.current)[:limit]

    def every(self, record: str) -> tuple[Release, ...]:
        """All releases of a record, drafts and withdrawn ones too: for operators alone."""
        return self._found(releases.c.state != Standing.IMPORTING, releases.c.record == record)

    def release(self, id: int) -> Release:
        """One release, however it stands; raises NotFound."""
        found = self._found(releases.c.state != Standing.IMPORTING, releases.c.id == id)
        if not found:
            raise NotFound(f"There is no release {id} of a profile.")
        return found[0]

    def cells(self, release: int, analysis: str) -> dict[Strata, Count]:
        """The counts of an analysis by strata; those by concept alone are in `concepts`."""
        with self._database.reading() as db:
            return projected.cells(db, release, analysis).get(analysis, {})

    def spreads(self, release: int, analysis: str) -> tuple[Spread, ...]:
        """The spreads of an analysis, by strata."""
        with self._database.reading() as db:
            return projected.spreads(db, release, analysis)

    def concepts(
        self, release: int, domain: str | None = None, after: tuple[str, int] = ("", -1), limit: int = 100
    ) -> tuple[ConceptCounts, ...]:
        """A page of the concepts of a release, of one domain or of all, by domain and concept.

        `after` is the domain and concept that the page before ended with.
        """
        key = sql.tuple_(concept_counts.c.domain, concept_counts.c.concept)
        behind = key > sql.tuple_(*map(sql.literal, after))
        query = sql.select(concept_counts).where(concept_counts.c.release == release, behind)
        if domain is not None:
            query = query.where(concept_counts.c.domain == domain)
        query = query.order_by(concept_counts.c.domain, concept_counts.c.concept).limit(limit)
        with self._database.reading() as db:
            return tuple(_concept(row) for row in db.execute(query).all())

    def guarded(self, release: int) -> Guarded:
        """All that a release tells at once."""
        found = self.release(release)
        with self._database.unchanging() as db:
            return projected.guarded(db, release, found.told, found.rule)

    def charted(self, release: int, analyses: Collection[str] = CHARTED) -> Guarded:
        """What a release tells of some analyses: quick, however many concepts it counts."""
        found = self.release(release)
        with self._database.unchanging() as db:
            return projected.some(db, release, found.told, found.rule, analyses)

    def detailed(self, release: int, concept: int) -> Guarded:
        """What a release tells of one concept by month, age and value, with the persons that it tells of."""
        found = self.release(release)
        with self._database.unchanging() as db:
            return projected.detailed(db, release, found.told, found.rule, str(concept))

    def counted(self, release: int, concept: int) -> tuple[ConceptCounts, ...]:
        """Persons and records with a concept, domain by domain."""
        column = concept_counts.c
        query = sql.select(concept_counts).where(column.concept == concept, column.release == release)
        with self._database.reading() as db:
            return tuple(map(_concept, db.execute(query.order_by(column.domain))))

    def records(self, release: Release) -> Count:
        """The records of all concepts, added up; absent where nothing tells an upper bound."""
        return self._added(release.id, release.imported)

    def currents(self, records: Iterable[str]) -> dict[str, int]:
        """The number of the release that each of these records shows; those with none are left out."""
        among = self._database.among(releases.c.record, records)
        return {found.record: found.id for found in self._found(_shown(), releases.c.current, among)}

    def _add(self, release: int, _imported: datetime) -> Count:
        """Reads every concept; a number may be given again to another release, imported at another time."""
        column = concept_counts.c
        told = column.release == release, column.records_state != State.ABSENT
        bounds = sql.func.sum(column.records_low), sql.func.sum(column.records_high)
        number = sql.func.count(), sql.func.count(column.records_high)
        with self._database.reading() as db:
            low, high, all, bounded = db.execute(sql.select(*bounds, *number).where(*told)).one()
        return Count.between(int(low), int(high)) if all and all == bounded else Count.absent()

    def _found(self, *conditions: sql.ColumnElement[bool]) -> tuple[Release, ...]:
        query = sql.select(releases).join(records, records.c.id == releases.c.record).where(*conditions)
        with self._database.reading() as db:
            rows = db.execute(query.order_by(releases.c.id.desc())).all()
        return tuple(map(release_of, rows))


def release_of(row: sql.Row[*tuple[object, ...]]) -> Release:
    """The release of a row of its table."""
    told = Told(**{name: getattr(row, name) for name in TOLD})
    rule = Rule(row.threshold, row.rounding)
    state = Standing(row.state)
    return Release(
        row.id, row.record, state, row.current, told, rule, row.imported, row.published, row.digest
    )


def columns(release: Release, graphs: str) -> dict[str, object]:
    """The row of a release."""
    told = {name: getattr(release.told, name) for name in TOLD}
    return {
        "id": release.id,
        "record": release.record,
        "state": release.state.value,
        "current": release.current,
        "graphs": graphs,
        "imported": release.imported,
        "published": release.published,
        "digest": release.digest,
        **told,
        "threshold": release.rule.threshold,
        "rounding": release.rule.rounding,
    }


def _shown() -> sql.ColumnElement[bool]:
    return sql.and_(releases.c.state == Standing.PUBLISHED, records.c.state != GONE)


def _concept(row: sql.Row[*tuple[object, ...]]) -> ConceptCounts:
    return ConceptCounts(
        row.concept,
        row.domain,
        projected.count_of(row.persons_state, row.persons_low, row.persons_high),
        projected.count_of(row.records_state, row.records_low, row.records_high),
        projected.count_of(row.all_persons_state, row.all_persons_low, row.all_persons_high),
        projected.count_of(row.all_records_state, row.all_records_low, row.all_records_high),
    )
