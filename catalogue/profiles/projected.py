"""What may be told of a release as rows of tables, and back again."""

from collections.abc import Collection, Iterable, Iterator
from dataclasses import fields
from functools import lru_cache
from typing import Final

import orjson
import sqlalchemy as sql

from catalogue.errors import Invalid
from catalogue.profile_tables import cells as cell_table
from catalogue.profile_tables import concept_counts, quality, variables, withheld
from catalogue.profile_tables import spreads as spread_table
from catalogue.profiles.analyses import ANALYSES
from catalogue.profiles.counts import Count, State
from catalogue.profiles.cube_terms import COUNTED, DETAILS
from catalogue.profiles.measured import Quality, Spread, Told
from catalogue.profiles.release import Guarded, GuardedVariable, Rule, Strata, Withheld

ABSENT: Final = Count.absent()

_PERSONS, _RECORDS, _ALL_PERSONS, _ALL_RECORDS = COUNTED.values()
_STATES: Final = {str(state): state for state in State}
_NUMBERS: Final = tuple(field.name for field in fields(Spread))[2:]
_MOST_DIGITS: Final = 18
_COUNTS: Final = 65_536
"""So many counts that were read stand for all that are alike."""

_WHOLES: Final = ("persons", "personsObservedInMonth")

Cells = dict[str, dict[Strata, Count]]
Row = tuple[object, ...]


def rows(release: int, guarded: Guarded) -> Iterator[tuple[sql.Table, Iterator[Row]]]:
    """The rows of a release, table by table, as columns stand; raises Invalid for what is no concept."""
    yield cell_table, _cell_rows(release, guarded)
    yield spread_table, (_spread_row(release, one) for one in guarded.spreads)
    yield concept_counts, _concept_rows(release, guarded)
    yield quality, _listed(release, guarded.quality)
    yield variables, _variable_rows(release, guarded.variables)
    yield withheld, _listed(release, guarded.report)


def guarded(db: sql.Connection, release: int, told: Told, rule: Rule) -> Guarded:
    """All that the tables tell of a release."""
    found = cells(db, release)
    _add_concepts(db, release, found)
    return Guarded(told, rule, found, spreads(db, release), *_lists(db, release))


def some(db: sql.Connection, release: int, told: Told, rule: Rule, analyses: Collection[str]) -> Guarded:
    """The same of some analyses, none of which is one by concept alone."""
    counts, spread = cells(db, release, *analyses), spreads(db, release, *analyses)
    return Guarded(told, rule, counts, spread, *_lists(db, release))


def detailed(db: sql.Connection, release: int, told: Told, rule: Rule, concept: str) -> Guarded:
    """What the tables tell of one concept alone, with the persons that it is told of."""
    found = cells(db, release, *_WHOLES) | cells(db, release, *DETAILS, first=concept)
    return Guarded(told, rule, found, spreads(db, release, *DETAILS, first=concept))


def cells(db: sql.Connection, release: int, *analyses: str, first: str = "") -> Cells:
    """The counts of a release by analysis and strata, of all or of these, but those by concept alone.

    With `first`, those whose first stratum it is.
    """
    query = sql.select(*list(cell_table.c)[1:]).where(cell_table.c.release == release)
    if analyses:
        query = query.where(cell_table.c.analysis.in_(analyses))
    if first:
        query = query.where(cell_table.c.strata1 == first)
    found: Cells = {}
    for name, first, second, state, low, high in db.execute(query):
        found.setdefault(name, {})[strata_of(name, first, second)] = count_of(state, low, high)
    return found


def spreads(db: sql.Connection, release: int, *analyses: str, first: str = "") -> tuple[Spread, ...]:
    """The spreads of a release, by analysis and strata; `analyses` and `first` are as for `cells`."""
    query = sql.select(*list(spread_table.c)[1:]).where(spread_table.c.release == release)
    if analyses:
        query = query.where(spread_table.c.analysis.in_(analyses))
    if first:
        query = query.where(spread_table.c.strata1 == first)
    query = query.order_by(spread_table.c.analysis, spread_table.c.strata1, spread_table.c.strata2)
    return tuple(
        Spread(name, strata_of(name, first, second), *numbers)
        for name, first, second, *numbers in db.execute(query)
    )


@lru_cache(_COUNTS)
def count_of(state: str, low: int | None, high: int | None) -> Count:
    """The count of the columns of one; rounded ones are much the same, so that one stands for many."""
    return Count(_STATES[state], low, high)


def listed(values: bytes | str) -> dict[str, Count]:
    """The values of a variable from their text."""
    return {value: count_of(*count) for value, *count in orjson.loads(values)}


def text_of(values: Iterable[tuple[str, Count]]) -> str:
    """The values of a variable as JSON: [value, state, low, high] for each."""
    return orjson.dumps([[value, count.state, count.low, count.high] for value, count in values]).decode()


def _lists(
    db: sql.Connection, release: int
) -> tuple[tuple[Quality, ...], tuple[GuardedVariable, ...], tuple[Withheld, ...]]:
    return (
        tuple(Quality(**row._mapping) for row in db.execute(_numbered(quality, release))),
        tuple(variable(row) for row in db.execute(_numbered(variables, release))),
        tuple(Withheld(**row._mapping) for row in db.execute(_numbered(withheld, release))),
    )


def _cell_rows(release: int, guarded: Guarded) -> Iterator[Row]:
    by_concept = {*COUNTED.values()}
    for analysis, found in guarded.cells.items():
        if analysis in by_concept:
            continue
        for strata, count in found.items():
            if count.state is State.ABSENT:
                continue
            first, second = _places(strata)
            yield release, analysis, first, second, count.state.value, count.low, count.high


def _spread_row(release: int, spread: Spread) -> Row:
    numbers = (getattr(spread, name) for name in _NUMBERS)
    return release, spread.analysis, *_places(spread.strata), *numbers


def _concept_rows(release: int, guarded: Guarded) -> Iterator[Row]:
    for concept, domain, *counts in concepts(guarded):
        columns = (value for one in counts for value in (one.state.value, one.low, one.high))
        yield _number(concept), release, domain, *columns


def concepts(guarded: Guarded) -> Iterator[tuple[str, str, Count, Count, Count, Count]]:
    """Concept, domain, persons, records, and both with descendants, for each that something is told of.

    A concept that is counted with its descendants alone comes under the domain "".
    """
    told = guarded.cells
    persons, records = told.get(_PERSONS, {}), told.get(_RECORDS, {})
    all_persons, all_records = told.get(_ALL_PERSONS, {}), told.get(_ALL_RECORDS, {})
    own = dict.fromkeys((*persons, *records))
    for place in own:
        domain, concept = place
        key = (concept,)
        yield (
            concept,
            domain,
            persons.get(place, ABSENT),
            records.get(place, ABSENT),
            all_persons.get(key, ABSENT),
            all_records.get(key, ABSENT),
        )
    counted = {concept for _, concept in own}
    for (concept,) in dict.fromkeys((*all_persons, *all_records)):
        if concept not in counted:
            key = (concept,)
            yield concept, "", ABSENT, ABSENT, all_persons.get(key, ABSENT), all_records.get(key, ABSENT)


def add_concept(
    found: Cells,
    concept: str,
    domain: str,
    persons: Count,
    records: Count,
    all_persons: Count,
    all_records: Count,
) -> None:
    """Put what `concepts` yields back among the cells."""
    for analysis, place, count in (
        (_PERSONS, (domain, concept), persons),
        (_RECORDS, (domain, concept), records),
        (_ALL_PERSONS, (concept,), all_persons),
        (_ALL_RECORDS, (concept,), all_records),
    ):
        if count.state is not State.ABSENT:
            found.setdefault(analysis, {})[place] = count


def _add_concepts(db: sql.Connection, release: int, found: Cells) -> None:
    query = sql.select(concept_counts).where(concept_counts.c.release == release)
    for concept, _, domain, *columns in db.execute(query):
        counts = [count_of(*columns[at : at + 3]) for at in range(0, 12, 3)]
        add_concept(found, str(concept), domain, *counts)


def _listed(release: int, found: Iterable[Quality | Withheld]) -> Iterator[Row]:
    for number, one in enumerate(found):
        yield release, number, *(getattr(one, field.name) for field in fields(one))


def _variable_rows(release: int, found: Iterable[GuardedVariable]) -> Iterator[Row]:
    for number, one in enumerate(found):
        values = text_of(one.values.items())
        yield release, number, one.table, one.name, one.label, one.type, one.empty, values


def variable(row: sql.Row[*tuple[object, ...]]) -> GuardedVariable:
    """The variable of a row of its table."""
    return GuardedVariable(row.table, row.name, row.label, row.type, row.empty, listed(row.values))


def _numbered(table: sql.Table, release: int) -> sql.Select[*tuple[object, ...]]:
    columns = [column for column in table.c if column.name not in ("release", "number")]
    return sql.select(*columns).where(table.c.release == release).order_by(table.c.number)


def _places(strata: Strata) -> tuple[str, str]:
    first, second, *_ = (*strata, "", "")
    return first, second


def strata_of(analysis: str, first: str, second: str) -> Strata:
    """The strata that stand in the two columns of a row."""
    return (first, second)[: len(ANALYSES[analysis].strata)]


def _number(concept: str) -> int:
    if not (concept.isascii() and concept.isdecimal() and len(concept) <= _MOST_DIGITS):
        raise Invalid(f"“{concept:.100}” is no concept: it must be a number of the OMOP vocabularies.")
    return int(concept)
