"""What the profiles of all sources tell of outcomes: concepts, measurements with a value, deaths."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Final, TypeAlias

import sqlalchemy as sql

from catalogue.batches import batches
from catalogue.database import Database
from catalogue.profile_tables import cells, releases
from catalogue.profiles.concepts import Concepts, edition_of
from catalogue.profiles.concepts_bounds import Parts
from catalogue.profiles.concepts_counts import ConceptCounts, Coverage, shown
from catalogue.profiles.counts import Count, State

_MANY: Final = 500
"""How many concepts or releases a statement names."""

_REMEMBERED: Final = 512
"""How many concepts are remembered with what was told of them."""

_State: TypeAlias = tuple[int, tuple[int, ...]]
"""The edition of the vocabulary, and the releases that count."""

_OF_DEATHS: Final = ("recordsByType", "recordsInMonth")
"""The analyses whose cells for the domain `death` add up to all deaths, the shorter one first."""


class ProfileCounts:
    """The counts of one ledger, remembered for as long as no release and no vocabulary changes."""

    def __init__(self, database: Database, concepts: Concepts, counts: ConceptCounts) -> None:
        self._database = database
        self._concepts = concepts
        self._counts = counts
        self._values = lru_cache(_REMEMBERED)(self._asked_values)
        self._deaths = lru_cache(1)(self._asked_deaths)

    def now(self) -> "CountsNow":
        """The counts as they stand."""
        with self._database.reading() as db:
            state = edition_of(db), tuple(one.release for one in shown(db))
        return CountsNow(state, self._counts, self._values, self._deaths)

    def _asked_values(self, state: _State, concept: int, descendants: bool) -> Mapping[str, Count]:
        below = self._concepts.descendants(concept) if descendants and state[1] else ()
        found: dict[str, list[Count]] = defaultdict(list)
        for some in batches((concept, *below), _MANY):
            for record, count in self._cells(state, "recordsWithValue", map(str, some)):
                found[record].append(count)
        return {record: Parts.of(counts).total() for record, counts in found.items()}

    def _asked_deaths(self, state: _State) -> Mapping[str, Count]:
        found: dict[str, Count] = {}
        for analysis in _OF_DEATHS:
            told: dict[str, list[Count]] = defaultdict(list)
            for record, count in self._cells(state, analysis, ["death"]):
                told[record].append(count)
            found = {record: Parts.of(counts).total() for record, counts in told.items()} | found
        return found

    def _cells(self, state: _State, analysis: str, strata: Iterable[str]) -> Iterator[tuple[str, Count]]:
        """The cells of an analysis in the releases that count, by record."""
        cell, release, places = cells.c, releases.c, [*strata]
        for some in batches(state[1], _MANY):
            query = (
                sql.select(release.record, cell.state, cell.low, cell.high)
                .join(releases, release.id == cell.release)
                .where(cell.release.in_(some), cell.analysis == analysis, cell.strata1.in_(places))
            )
            with self._database.reading() as db:
                rows = db.execute(query).all()
            yield from ((record, Count(State(told), low, high)) for record, told, low, high in rows)


@dataclass(frozen=True, slots=True)
class CountsNow:
    """The counts of one moment, as the coverage of outcomes asks for them."""

    _state: _State
    _counts: ConceptCounts
    _values: Callable[[_State, int, bool], Mapping[str, Count]]
    _deaths: Callable[[_State], Mapping[str, Count]]

    def coverage(self, concept: int, *, descendants: bool) -> Mapping[str, Coverage]:
        """Persons and records with a concept, by record."""
        return self._counts.coverage(concept, descendants=descendants)

    def values(self, concept: int, *, descendants: bool) -> Mapping[str, Count]:
        """Measurements of a concept that have a value, by record."""
        return self._values(self._state, concept, descendants)

    def deaths(self) -> Mapping[str, Count]:
        """Persons who died, by record: in the OMOP common data model a person dies in one record."""
        return self._deaths(self._state)
