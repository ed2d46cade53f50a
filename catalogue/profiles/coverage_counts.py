"""What the profiles of all sources tell of outcomes: concepts, measurements with a value, deaths."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from typing import Final

import sqlalchemy as sql

from catalogue.batches import batches
from catalogue.database import Database
from catalogue.ledger import GONE
from catalogue.profile_tables import cells, releases
from catalogue.profiles.concepts import Concepts
from catalogue.profiles.concepts_bounds import Parts
from catalogue.profiles.concepts_counts import ConceptCounts, Coverage
from catalogue.profiles.counts import Count, State
from catalogue.profiles.releases import Standing
from catalogue.tables import records

_MANY: Final = 500
"""How many concepts a statement names."""

_OF_DEATHS: Final = ("recordsByType", "recordsInMonth")
"""The analyses whose cells for the domain `death` add up to all deaths, the shorter one first."""


class ProfileCounts:
    """The counts of one ledger, as the coverage of outcomes asks for them."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._concepts = Concepts(database)
        self._counts = ConceptCounts(database)

    def coverage(self, concept: int, *, descendants: bool) -> Mapping[str, Coverage]:
        """Persons and records with a concept, by record."""
        return self._counts.coverage(concept, descendants=descendants)

    def values(self, concept: int, *, descendants: bool) -> Mapping[str, Count]:
        """Measurements of a concept that have a value, by record."""
        below = self._concepts.descendants(concept) if descendants else ()
        found: dict[str, list[Count]] = defaultdict(list)
        for some in batches((concept, *below), _MANY):
            for record, count in self._cells("recordsWithValue", map(str, some)):
                found[record].append(count)
        return {record: Parts.of(counts).total() for record, counts in found.items()}

    def deaths(self) -> Mapping[str, Count]:
        """Persons who died, by record: in the OMOP common data model a person dies in one record."""
        found: dict[str, Count] = {}
        for analysis in _OF_DEATHS:
            told: dict[str, list[Count]] = defaultdict(list)
            for record, count in self._cells(analysis, ["death"]):
                told[record].append(count)
            found = {record: Parts.of(counts).total() for record, counts in told.items()} | found
        return found

    def _cells(self, analysis: str, strata: Iterable[str]) -> list[tuple[str, Count]]:
        """The cells of an analysis in the releases that count, by record."""
        cell, release = cells.c, releases.c
        query = (
            sql.select(release.record, cell.state, cell.low, cell.high)
            .join(releases, release.id == cell.release)
            .join(records, records.c.id == release.record)
            .where(release.current, release.state == Standing.PUBLISHED, records.c.state != GONE)
            .where(cell.analysis == analysis, cell.strata1.in_([*strata]))
        )
        with self._database.reading() as db:
            return [
                (record, Count(State(state), low, high)) for record, state, low, high in db.execute(query)
            ]
