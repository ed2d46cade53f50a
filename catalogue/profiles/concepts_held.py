"""What releases hold of concepts and of all below them, as their counts are read.

Apart from `concepts_counts`, which makes bounds of it for sources.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import Final

import sqlalchemy as sql

from catalogue import concept_tables as tables
from catalogue.profile_tables import concept_counts
from catalogue.profiles.concepts_bounds import Parts
from catalogue.profiles.counts import Count, State

Units = tuple[str, ...]

BOTH: Final[Units] = ("persons", "records")
PERSONS: Final[Units] = ("persons",)
"""What is read: to leave the records out takes half of the time."""

_COUNTS: Final = 65_536
"""So many counts that were read stand for all that are alike."""

_NO_PARTS: Final = Parts()
_ABSENT: Final = Count.absent()
_STATES: Final = {one.value: one for one in State}
_counts: Final = concept_counts.c
_PARTS: Final = 8
"""How many columns `parts` needs."""

_COUNTED: Final = 6
"""How many columns there are of a unit: a count by itself, and one with all below."""


@dataclass(frozen=True, slots=True)
class Held:
    """The parts of what one release holds of a concept, and what the node told of it with all below it."""

    persons: Parts = _NO_PARTS
    all_persons: Count = _ABSENT
    records: Parts = _NO_PARTS
    all_records: Count = _ABSENT

    def with_parts(self, persons: Parts, records: Parts = _NO_PARTS) -> "Held":
        """The same with further parts."""
        return Held(self.persons + persons, self.all_persons, self.records + records, self.all_records)


_NOTHING: Final = Held()


def held(
    db: sql.Connection,
    concepts: Sequence[int],
    of: Sequence[int],
    edition: int,
    *,
    descendants: bool,
    units: Units = BOTH,
) -> dict[tuple[int, int], Held]:
    """What releases hold of concepts, by concept and release; of the units alone that are asked for."""
    found: dict[tuple[int, int], Held] = {}
    for concept, release, *columns in db.execute(_own(units), {"concepts": concepts, "of": of}):
        places = range(0, len(columns), _COUNTED)
        own = [part_of(*columns[at : at + 3]) for at in places]
        if before := found.get((concept, release)):
            found[concept, release] = before.with_parts(*own)
        else:
            all = [count_of(*columns[at + 3 : at + _COUNTED]) for at in places]
            told = (one for pair in zip(own, all, strict=True) for one in pair)
            found[concept, release] = Held(*told)  # type: ignore[arg-type]  # as they stand in pairs
    for concept, release, *sums in _below(db, concepts, of, edition, units) if descendants else ():
        before = found.get((concept, release), _NOTHING)
        below = (parts(sums[at * _PARTS : (at + 1) * _PARTS]) for at in range(len(units)))
        found[concept, release] = before.with_parts(*below)
    return found


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


@cache
def _own(units: Units) -> sql.Select[*tuple[int, ...]]:
    """The counts of concepts; made once, for that takes longer than to ask it."""
    columns = (
        concept_counts.c[f"{whose}{unit}_{what}"]
        for unit in units
        for whose in ("", "all_")
        for what in ("state", "low", "high")
    )
    return sql.select(_counts.concept, _counts.release, *columns).where(
        _counts.concept.in_(sql.bindparam("concepts", expanding=True)),
        _counts.release.in_(sql.bindparam("of", expanding=True)),
    )


def _below(
    db: sql.Connection, concepts: Sequence[int], of: Sequence[int], edition: int, units: Units
) -> Iterator[Sequence[int]]:
    """What releases hold below concepts: those columns of each concept and release that has anything.

    Of broad concepts it is read where it was summed up beforehand, and else summed up here.
    """
    broad, rolled = tables.broad_concepts.c, tables.concept_rolled_up.c
    is_broad = broad.edition == edition, broad.concept.in_(concepts)
    those = [*db.scalars(sql.select(broad.concept).where(*is_broad))]
    ready = set(db.scalars(sql.select(rolled.release).where(rolled.edition == edition))) if those else set()
    yield from _rolled_up(db, those, [one for one in of if one in ready], edition)
    yield from _added_up(db, those, [one for one in of if one not in ready], edition, units)
    yield from _added_up(db, [one for one in concepts if one not in those], of, edition, units)


def _rolled_up(
    db: sql.Connection, concepts: Sequence[int], of: Sequence[int], edition: int
) -> Iterator[Sequence[int]]:
    rows = tables.concept_roll_ups
    wanted = rows.c.edition == edition, rows.c.concept.in_(concepts), rows.c.release.in_(of)
    if concepts and of:
        for _, *columns in db.execute(rows.select().where(*wanted)):
            yield columns


def _added_up(
    db: sql.Connection, concepts: Sequence[int], of: Sequence[int], edition: int, units: Units
) -> Iterator[Sequence[int]]:
    if concepts and of:
        yield from db.execute(_sums_below(units), {"edition": edition, "concepts": concepts, "of": of})


@cache
def _sums_below(units: Units) -> sql.Select[*tuple[int, ...]]:
    """What releases hold below concepts, summed up; made once, for that takes longer than to ask it."""
    below = tables.concept_descendants.c
    concepts: sql.BindParameter[int] = sql.bindparam("concepts", expanding=True)
    of: sql.BindParameter[int] = sql.bindparam("of", expanding=True)
    return (
        sql.select(below.ancestor, _counts.release, *(one for unit in units for one in part_columns(unit)))
        .join(concept_counts, _counts.concept == below.descendant)
        .where(below.edition == sql.bindparam("edition"), below.ancestor.in_(concepts))
        .where(_counts.release.in_(of))
        .group_by(below.ancestor, _counts.release)
    )


def _sum(column: sql.ColumnElement[int]) -> sql.ColumnElement[int]:
    return sql.func.coalesce(sql.func.sum(column), 0)


@lru_cache(_COUNTS)
def part_of(state: str | None, low: int | None, high: int | None) -> Parts:
    """The columns of one count as a part."""
    return Parts.of([count_of(state, low, high)])


@lru_cache(_COUNTS)
def count_of(state: str | None, low: int | None, high: int | None) -> Count:
    """The count of columns that may be empty; many are alike, so that one stands for them."""
    return _ABSENT if low is None and high is None else Count(_STATES[state or ""], low, high)
