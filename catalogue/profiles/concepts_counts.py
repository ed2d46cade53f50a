"""What sources hold of a concept, alone or with all below it: bounds for each, and who holds enough.

Only releases count that are published and current, of records that are not gone. A source without any
count of a concept is left out: that is not zero, it was not provided.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cache, lru_cache
from threading import Lock
from typing import Final

import sqlalchemy as sql

from catalogue import concept_tables as tables
from catalogue.database import Database
from catalogue.ledger import GONE
from catalogue.profile_tables import cells, concept_counts, releases
from catalogue.profiles.concepts import edition_of
from catalogue.profiles.concepts_bounds import Parts
from catalogue.profiles.counts import Count, State
from catalogue.tables import records

PUBLISHED: Final = "published"

_REMEMBERED: Final = 512
"""How many questions are remembered with their answers, as long as no release and no vocabulary changes."""

_COUNTS: Final = 65_536
"""So many counts that were read stand for all that are alike."""

_NO_PARTS: Final = Parts()
_ABSENT: Final = Count.absent()
_STATES: Final = {one.value: one for one in State}
_counts: Final = concept_counts.c
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


@dataclass(frozen=True, slots=True)
class Held:
    """The parts of what one release holds of a concept, and what the node told of it with all below it."""

    persons: Parts = _NO_PARTS
    records: Parts = _NO_PARTS
    all_persons: Count = _ABSENT
    all_records: Count = _ABSENT

    def with_parts(self, persons: Parts, records: Parts) -> "Held":
        """The same with further parts."""
        return replace(self, persons=self.persons + persons, records=self.records + records)


@dataclass(frozen=True, slots=True, eq=False)
class _Those:
    """The releases that count at a moment; the same object as long as they are the same."""

    shown: tuple[Shown, ...]


@dataclass(frozen=True, slots=True, eq=False)
class _Memory:
    """What was asked of some releases, by concept and whether with all below it, the oldest first."""

    edition: int
    those: _Those
    found: dict[tuple[int, bool], Mapping[str, Coverage]] = field(default_factory=dict)

    def keep(self, found: Mapping[tuple[int, bool], Mapping[str, Coverage]]) -> None:
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
        return dict(self._known([concept], descendants, edition, those)[concept])

    def coverages(self, concepts: Iterable[int]) -> dict[int, Mapping[str, Coverage]]:
        """What each source holds of each concept with all below it, by concept and record."""
        with self._database.reading() as db:
            those, edition = _those(db), edition_of(db)
        return self._known(concepts, True, edition, those)

    def united(self, concepts: Iterable[int], *, descendants: bool = True) -> dict[str, Count]:
        """The persons that each source holds with any of several concepts, by record."""
        wanted = {*concepts}
        with self._database.reading() as db:
            those, edition = _those(db), edition_of(db)
            roots = _roots(db, wanted, edition) if descendants and len(wanted) > 1 else wanted
        counts: dict[str, list[Count]] = defaultdict(list)
        for coverages in self._known(sorted(roots), descendants, edition, those).values():
            for record, held in coverages.items():
                counts[record].append(held.persons)
        wholes = {one.record: one.persons for one in those.shown}
        return {
            record: some[0] if len(some) == 1 else Parts.of(some).union(wholes[record])
            for record, some in counts.items()
        }

    def holders(self, concepts: Iterable[int], minimum: int, *, descendants: bool = True) -> Holders:
        """The records with at least so many persons with any of the concepts."""
        return holders(self.united(concepts, descendants=descendants), minimum)

    def _known(
        self, concepts: Iterable[int], descendants: bool, edition: int, those: _Those
    ) -> dict[int, Mapping[str, Coverage]]:
        """The coverages of concepts; those that are not remembered are read together."""
        wanted = [*concepts]
        memory = self._memory
        if memory.edition != edition or memory.those is not those:
            memory = self._memory = _Memory(edition, those)
        with self._lock:
            found = {
                one: memory.found[one, descendants] for one in wanted if (one, descendants) in memory.found
            }
        if lacking := [one for one in wanted if one not in found]:
            read = self._read(lacking, descendants, edition, those)
            found |= read
            with self._lock:
                memory.keep({(one, descendants): coverages for one, coverages in read.items()})
        return {one: found[one] for one in wanted}

    def _read(
        self, concepts: Sequence[int], descendants: bool, edition: int, those: _Those
    ) -> dict[int, Mapping[str, Coverage]]:
        by_release = {one.release: one for one in those.shown}
        with self._database.reading() as db:
            told = held(db, concepts, [*by_release], edition, descendants=descendants)
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
    return _Those(tuple(Shown(id, record, _count(state, low, high)) for id, record, state, low, high in rows))


def held(
    db: sql.Connection, concepts: Sequence[int], of: Sequence[int], edition: int, *, descendants: bool
) -> dict[tuple[int, int], Held]:
    """What releases hold of concepts, by concept and release."""
    found: dict[tuple[int, int], Held] = {}
    own = sql.select(concept_counts).where(_counts.concept.in_(concepts), _counts.release.in_(of))
    for concept, release, _, *columns in db.execute(own):
        persons, its_records = _part(*columns[:3]), _part(*columns[3:6])
        if before := found.get((concept, release)):
            found[concept, release] = before.with_parts(persons, its_records)
        else:
            all_persons, all_records = _count(*columns[6:9]), _count(*columns[9:])
            found[concept, release] = Held(persons, its_records, all_persons, all_records)
    for concept, release, *columns in _below(db, concepts, of, edition) if descendants else ():
        before = found.get((concept, release), Held())
        found[concept, release] = before.with_parts(parts(columns[:8]), parts(columns[8:]))
    return found


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


def known(db: sql.Connection, concepts: Sequence[int], edition: int) -> frozenset[int]:
    """Those concepts of which it is known what is below them: all of a vocabulary that has a hierarchy."""
    column, below = tables.concepts.c, tables.concept_descendants
    has_hierarchy = sql.exists(sql.select(below.c.ancestor).where(below.c.edition == edition))
    query = sql.select(column.id).where(column.edition == edition, column.id.in_(concepts), has_hierarchy)
    return frozenset(db.scalars(query))


def part_columns(unit: str) -> tuple[sql.ColumnElement[int], ...]:
    """The columns from which `parts` makes the parts of a group of counts; unit is persons or records."""
    state, low, high = (concept_counts.c[f"{unit}_{name}"] for name in ("state", "low", "high"))
    is_hidden = state == State.SUPPRESSED.value
    return (
        _sum(sql.case((state != State.ABSENT.value, 1), else_=0)),
        _sum(sql.case((is_hidden, 1), else_=0)),
        _sum(sql.case((is_hidden & high.is_(None), 1), else_=0)),
        _sum(low),
        _sum(high),
        _sum(sql.case((is_hidden, 0), else_=high)),
        sql.func.coalesce(sql.func.max(low), 0),
        sql.func.coalesce(sql.func.max(sql.case((is_hidden, high), else_=0)), 0),
    )


def parts(columns: Iterable[int]) -> Parts:
    """The parts in the columns of a row; PostgreSQL gives sums as decimals."""
    return Parts(*map(int, columns))


def _below(
    db: sql.Connection, concepts: Sequence[int], of: Sequence[int], edition: int
) -> Iterator[Sequence[int]]:
    """What releases hold below concepts: those columns of each concept and release that has anything.

    Of broad concepts it is read where it was summed up beforehand, and else summed up here.
    """
    broad, rolled = tables.broad_concepts.c, tables.concept_rolled_up.c
    is_broad = broad.edition == edition, broad.concept.in_(concepts)
    those = [*db.scalars(sql.select(broad.concept).where(*is_broad))]
    ready = set(db.scalars(sql.select(rolled.release).where(rolled.edition == edition))) if those else set()
    yield from _rolled_up(db, those, [one for one in of if one in ready], edition)
    yield from _added_up(db, those, [one for one in of if one not in ready], edition)
    yield from _added_up(db, [one for one in concepts if one not in those], of, edition)


def _rolled_up(
    db: sql.Connection, concepts: Sequence[int], of: Sequence[int], edition: int
) -> Iterator[Sequence[int]]:
    rows = tables.concept_roll_ups
    wanted = rows.c.edition == edition, rows.c.concept.in_(concepts), rows.c.release.in_(of)
    if concepts and of:
        for _, *columns in db.execute(rows.select().where(*wanted)):
            yield columns


def _added_up(
    db: sql.Connection, concepts: Sequence[int], of: Sequence[int], edition: int
) -> Iterator[Sequence[int]]:
    if concepts and of:
        yield from db.execute(_sums_below(), {"edition": edition, "concepts": concepts, "of": of})


@cache
def _sums_below() -> sql.Select[*tuple[int, ...]]:
    """What releases hold below concepts, summed up; made once, for that takes longer than to ask it."""
    below = tables.concept_descendants.c
    concepts: sql.BindParameter[int] = sql.bindparam("concepts", expanding=True)
    of: sql.BindParameter[int] = sql.bindparam("of", expanding=True)
    return (
        sql.select(below.ancestor, _counts.release, *part_columns("persons"), *part_columns("records"))
        .join(concept_counts, _counts.concept == below.descendant)
        .where(below.edition == sql.bindparam("edition"), below.ancestor.in_(concepts))
        .where(_counts.release.in_(of))
        .group_by(below.ancestor, _counts.release)
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


def _sum(column: sql.ColumnElement[int]) -> sql.ColumnElement[int]:
    return sql.func.coalesce(sql.func.sum(column), 0)


@lru_cache(_COUNTS)
def _part(state: str | None, low: int | None, high: int | None) -> Parts:
    return Parts.of([_count(state, low, high)])


@lru_cache(_COUNTS)
def _count(state: str | None, low: int | None, high: int | None) -> Count:
    return _ABSENT if low is None and high is None else Count(_STATES[state or ""], low, high)
