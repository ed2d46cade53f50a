"""What sources hold of a concept, alone or with all below it: bounds for each, and who holds enough.

Only releases count that are published and current, of records that are not gone. A source without any
count of a concept is left out: that is not zero, it was not provided.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from threading import Lock
from typing import Final

import sqlalchemy as sql

from catalogue import concept_tables as tables
from catalogue.database import Database
from catalogue.ledger import GONE
from catalogue.profile_tables import cells, releases
from catalogue.profiles.concepts import edition_of
from catalogue.profiles.concepts_bounds import Parts
from catalogue.profiles.concepts_held import BOTH, PERSONS, Held, Units, count_of, held, known
from catalogue.profiles.counts import Count, State
from catalogue.tables import records

PUBLISHED: Final = "published"

_REMEMBERED: Final = 512
"""How many questions are remembered with their answers, as long as no release and no vocabulary changes."""

_ABSENT: Final = Count.absent()
_whole: Final = (
    (cells.c.release == releases.c.id)
    & (cells.c.analysis == "persons")
    & (cells.c.strata1 == "")
    & (cells.c.strata2 == "")
)
_SHOWN: Final = (
    sql.select(releases.c.id, releases.c.record, cells.c.state, cells.c.low, cells.c.high)
    .join(records, records.c.id == releases.c.record)
    .outerjoin(cells, _whole)
    .where(releases.c.current, releases.c.state == PUBLISHED, records.c.state != GONE)
    .order_by(releases.c.record)
)


@dataclass(frozen=True, slots=True)
class Shown:
    """A release that counts: of which record, and how many persons there are in all."""

    release: int
    record: str
    persons: Count


@dataclass(frozen=True, slots=True)
class Coverage:
    """What one source holds of a concept, or of several together."""

    persons: Count
    records: Count

    @property
    def is_told(self) -> bool:
        """Whether anything is told of it."""
        return {self.persons.state, self.records.state} != {State.ABSENT}


@dataclass(frozen=True, slots=True)
class Holders:
    """The records with surely as many persons as asked for, and those that possibly have them."""

    surely: frozenset[str]
    possibly: frozenset[str]


@dataclass(frozen=True, slots=True, eq=False)
class _Those:
    """The releases that count at a moment; the same object as long as they are the same."""

    shown: tuple[Shown, ...]


_Way = tuple[int, bool, Units]
"""What is asked: a concept, whether with all below it, and whether records are counted besides persons."""


@dataclass(frozen=True, slots=True, eq=False)
class _Memory:
    """What was asked of some releases, the oldest first."""

    edition: int
    those: _Those
    found: dict[_Way, Mapping[str, Coverage]] = field(default_factory=dict)

    def keep(self, found: Mapping[_Way, Mapping[str, Coverage]]) -> None:
        """Remember this too, and forget what is oldest."""
        self.found.update(found)
        for old in [*self.found][: max(0, len(self.found) - _REMEMBERED)]:
            del self.found[old]


class ConceptCounts:
    """The counts of one ledger."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._memory = _Memory(-1, _Those(()))
        self._lock = Lock()

    def coverage(self, concept: int, *, descendants: bool) -> dict[str, Coverage]:
        """What each source holds of a concept, by record."""
        with self._database.reading() as db:
            those, edition = _those(db), edition_of(db)
        return dict(self._known([concept], descendants, edition, those, BOTH)[concept])

    def coverages(self, concepts: Iterable[int]) -> dict[int, Mapping[str, Coverage]]:
        """The persons whom each source holds with each concept or any below it, by concept and record."""
        with self._database.reading() as db:
            those, edition = _those(db), edition_of(db)
        return self._known(concepts, True, edition, those, PERSONS)

    def united(self, concepts: Iterable[int], *, descendants: bool = True) -> dict[str, Count]:
        """The persons that each source holds with any of several concepts, by record."""
        wanted = {*concepts}
        with self._database.reading() as db:
            those, edition = _those(db), edition_of(db)
            roots = _roots(db, wanted, edition) if descendants and len(wanted) > 1 else wanted
        counts: dict[str, list[Count]] = defaultdict(list)
        for coverages in self._known(sorted(roots), descendants, edition, those, PERSONS).values():
            for record, one in coverages.items():
                counts[record].append(one.persons)
        wholes = {one.record: one.persons for one in those.shown}
        return {
            record: some[0] if len(some) == 1 else Parts.of(some).union(wholes[record])
            for record, some in counts.items()
        }

    def holders(self, concepts: Iterable[int], minimum: int, *, descendants: bool = True) -> Holders:
        """The records with at least so many persons with any of the concepts."""
        return holders(self.united(concepts, descendants=descendants), minimum)

    def _known(
        self, concepts: Iterable[int], descendants: bool, edition: int, those: _Those, units: Units
    ) -> dict[int, Mapping[str, Coverage]]:
        """The coverages of concepts; those that are not remembered are read together."""
        ways: dict[int, _Way] = {one: (one, descendants, units) for one in concepts}
        memory = self._memory
        if memory.edition != edition or memory.those is not those:
            memory = self._memory = _Memory(edition, those)
        with self._lock:
            found = {one: memory.found[way] for one, way in ways.items() if way in memory.found}
        if lacking := [one for one in ways if one not in found]:
            read = self._read(lacking, descendants, edition, those, units)
            found |= read
            with self._lock:
                memory.keep({ways[one]: coverages for one, coverages in read.items()})
        return {one: found[one] for one in ways}

    def _read(
        self, concepts: Sequence[int], descendants: bool, edition: int, those: _Those, units: Units
    ) -> dict[int, Mapping[str, Coverage]]:
        by_release = {one.release: one for one in those.shown}
        with self._database.reading() as db:
            told = held(db, concepts, [*by_release], edition, descendants=descendants, units=units)
            is_known = known(db, concepts, edition)
        found: dict[int, dict[str, Coverage]] = {concept: {} for concept in concepts}
        for (concept, release), one in told.items():
            source = by_release[release]
            covered = coverage(one, source.persons, descendants, concept in is_known)
            if covered.is_told:
                found[concept][source.record] = covered
        return {**found}


def holders(counts: Mapping[str, Count], minimum: int) -> Holders:
    """The records of which the bounds reach so many persons, and those of which only the upper one does."""
    surely = {record for record, one in counts.items() if (one.low or 0) >= minimum}
    open_or_more = {
        record
        for record, one in counts.items()
        if one.state is not State.ABSENT and (one.high is None or one.high >= minimum)
    }
    return Holders(frozenset(surely), frozenset(open_or_more - surely))


def shown(db: sql.Connection) -> tuple[Shown, ...]:
    """The releases that count."""
    return _those(db).shown


def _those(db: sql.Connection) -> _Those:
    return _read(tuple(map(tuple, db.execute(_SHOWN))))


@lru_cache(maxsize=8)
def _read(rows: tuple[tuple[int, str, str | None, int | None, int | None], ...]) -> _Those:
    return _Those(tuple(Shown(id, record, count_of(*told)) for id, record, *told in rows))


def coverage(held: Held, whole: Count, descendants: bool, is_known: bool) -> Coverage:
    """What a release holds, of `whole` persons; `is_known` says whether all below the concept is known."""
    if not descendants:
        return Coverage(held.persons.union(whole), held.records.total())
    if is_known:
        return Coverage(
            held.persons.union(whole, held.all_persons),
            held.records.total(held.all_records),
        )
    return Coverage(
        _at_least(held.persons, held.all_persons, whole),
        _at_least(held.records, held.all_records, _ABSENT),
    )


def _at_least(parts: Parts, told: Count, whole: Count) -> Count:
    """A count with all below a concept where nobody knows what is: as told, else from its own to the whole.

    What was told is not used where its own count is hidden: others may know what is below.
    """
    if told.state is not State.ABSENT and not parts.hidden:
        return told
    if not parts.number or whole.high is None:
        return Count.absent()
    if whole.state is State.SUPPRESSED:
        return whole
    return Count.between(min(parts.most_low, whole.high), whole.high)


def _roots(db: sql.Connection, concepts: set[int], edition: int) -> set[int]:
    """Concepts without those that are below another one of them."""
    column = tables.concept_ancestors.c
    query = sql.select(column.descendant).where(
        column.edition == edition, column.descendant.in_(concepts), column.ancestor.in_(concepts)
    )
    return concepts - set(db.scalars(query))
