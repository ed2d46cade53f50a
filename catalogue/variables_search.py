"""Searches the variables of all records: by words, narrowed and counted by facets, and what is alike."""

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Final, TypeAlias

import sqlalchemy as sql

from catalogue.batches import batches
from catalogue.cluster_queries import GONE
from catalogue.database import Database
from catalogue.search import FacetCount
from catalogue.tables import records
from catalogue.variable_tables import PLACES, dictionaries, variable_details
from catalogue.variables import Variable, key_of
from catalogue.variables_asked import (
    FACETS,
    MOST_COMPARED,
    MOST_ROWS,
    Alike,
    AlikeAnswer,
    Answer,
    Found,
    VariableQuery,
    shown,
)
from catalogue.variables_columns import COUNTED, Columns, columns_of
from catalogue.variables_kept import codes_of
from catalogue.variables_matching import Matches, alike, close_to, matching
from catalogue.variables_picking import (
    Looked,
    Matched,
    Owner,
    Shared,
    counted,
    is_chosen,
    look,
    nearest,
    shared,
)

_SHOWN: Final = 30
"""So many values of a facet are listed, and those that are selected."""

_MANY: Final = 1_000
"""So many variables or dictionaries a statement names."""

MOST_COUNTED: Final = 1_000
"""Of so many dictionaries it is told while one waits what most have alike."""

_HELD: Final = 1_000_000
"""The columns of so many variables are held in memory, which is 100 MB; beyond that they are let go."""

Owners: TypeAlias = Mapping[int, Owner]
"""The dictionaries of records that are there, by their numbers."""

_ALL: Final = VariableQuery()


class VariableSearch:
    """Looks through the variables of one ledger; those of records that are withdrawn are not found."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._columns: dict[int, tuple[str, Columns]] = {}
        self._common: tuple[frozenset[tuple[str, str]], int, tuple[Alike, ...]] | None = None

    def search(self, query: VariableQuery) -> Answer:
        """A page of the variables that a query finds, the nearest names first, with the count of each facet.

        A facet is counted without its own selection.
        """
        with self._database.reading() as db:
            looked, close = self._looked(db, query)
            ids = nearest(looked, query, query.page * query.size)[(query.page - 1) * query.size :]
            rows = _found(db, ids, _by_id(looked))
        numbers = _numbers(looked, query)
        chosen = query.filters.get("dataset", ())
        held = {record: n for record, n in numbers["dataset"].items() if not chosen or record in chosen}
        facets = {name: tuple(_listed(numbers[name], query.filters.get(name, ()))) for name in FACETS}
        return Answer(query, sum(held.values()), len(held), rows, facets, close)

    def rows(self, query: VariableQuery) -> tuple[Found, ...]:
        """All that a query finds in its order, up to `MOST_ROWS`."""
        with self._database.reading() as db:
            looked, _ = self._looked(db, query)
            return _found(db, nearest(looked, query, MOST_ROWS), _by_id(looked))

    def sections(self, record: str) -> tuple[tuple[str, int], ...]:
        """The tables of a record with how many variables each has, in their order; () for none."""
        with self._database.reading() as db:
            for columns in self._with_columns(db, _owners(db, record)).values():
                numbers = Counter(columns.sections.which)
                return tuple((name, numbers[at]) for at, name in enumerate(columns.sections.values))
        return ()

    def of_record(
        self, record: str, text: str = "", section: str | None = None, page: int = 1, size: int = 100
    ) -> tuple[int, tuple[Found, ...]]:
        """How many variables of a record words find, in one table or in all, and a page of them in order."""
        with self._database.reading() as db:
            for id, owner in _owners(db, record).items():
                matched = matching(db, text, id)
                columns = self._with_columns(db, {id: owner})[id]
                places = range(len(columns.keys)) if matched is None else sorted(matched.get(id, ()))
                told = [at for at in places if section is None or columns.sections.at(at) == section]
                ids = [(id << PLACES) + at for at in told[(page - 1) * size : page * size]]
                return len(told), _found(db, ids, {id: owner})
        return 0, ()

    def alike(self, query: VariableQuery) -> AlikeAnswer:
        """A page of what several datasets have alike among what a query finds, the commonest first."""
        with self._database.reading() as db:
            looked, close = self._looked(db, query)
            several = {name: told for name, told in shared(looked, query).items() if told.datasets > 1}
            page = _commonest(several)[(query.page - 1) * query.size : query.page * query.size]
            return AlikeAnswer(query, len(several), _examples(db, page, several), close)

    def count(self) -> int:
        """How many records describe variables."""
        with self._database.reading() as db:
            return db.scalars(sql.select(sql.func.count()).select_from(dictionaries)).one()

    def commonest(self, limit: int = 8) -> tuple[Alike, ...]:
        """What most datasets have alike; found out once for as long as no dictionary changes.

        Nothing where there are more than `MOST_COUNTED` dictionaries, for somebody waits for it.
        """
        if self.count() > MOST_COUNTED:
            return ()
        with self._database.reading() as db:
            owners = _owners(db)
            state = frozenset((owner.record, owner.digest) for owner in owners.values())
            kept = self._common
            if kept is None or kept[:2] != (state, limit):
                found = shared(self._looks(db, owners, {}, _ALL), _ALL)
                kept = state, limit, _examples(db, _commonest(found)[:limit], found)
                self._common = kept
            return kept[2]

    def why(self, names: Iterable[str], records: Collection[str]) -> dict[str, dict[str, Found]]:
        """A variable for each of the names, of each of these records that has one, by record."""
        wanted = {*records}
        told: dict[str, dict[str, Found]] = {}
        with self._database.reading() as db:
            for name in names:
                looked = [one for one in self._having(db, name) if one.owner.record in wanted]
                ids = [_first(one, name) for one in looked]
                for found in _found(db, ids, _by_id(looked)):
                    told.setdefault(found.record, {})[name] = found
        return told

    def compared(self, names: Collection[str]) -> tuple[Found, ...]:
        """The variables that are alike by one of these, by dataset, at most `MOST_COMPARED`.

        A name is that of a concept, or that of a variable in any spelling.
        """
        with self._database.reading() as db:
            found = self._alike(db, names)
            ids = [id for one in found for id in one.ids]
            rows = _found(db, ids[:MOST_COMPARED], _by_id(found))
        return tuple(sorted(rows, key=lambda one: (one.title.casefold(), one.record, one.at)))

    def called_so(self, names: Collection[str]) -> tuple[str, ...]:
        """By what else variables are alike that are called as those that are alike by one of these."""
        with self._database.reading() as db:
            keys = {one.columns.keys[at] for one in self._alike(db, names) for at in one.kept}
            others = {
                one.columns.alike(at)
                for key in sorted(keys)[:_SHOWN]
                for one in self._matching(db, alike(db, key))
                for at in one.kept
                if one.columns.keys[at] == key
            }
        return tuple(sorted(others - {*names, *map(key_of, names)}))

    def datasets(self, name: str) -> frozenset[str]:
        """The records with a variable that is alike by a name, or that has all words of it."""
        with self._database.reading() as db:
            return frozenset(one.owner.record for one in self._having(db, name))

    def records(self) -> frozenset[str]:
        """The records that have variables."""
        with self._database.reading() as db:
            return frozenset(owner.record for owner in _owners(db).values())

    def _looked(self, db: sql.Connection, query: VariableQuery) -> tuple[list[Looked], bool]:
        """Where the words of a query are found, and whether only close spellings of them are."""
        found, close = matching(db, query.text), False
        if found is None:
            return self._looks(db, _owners(db), {}, query), False
        if not found and (near := close_to(db, query.text)):
            found, close = near, True
        return self._matching(db, found, query), close

    def _matching(self, db: sql.Connection, found: Matches, query: VariableQuery = _ALL) -> list[Looked]:
        owners = {id: owner for id, owner in _owners(db).items() if id in found}
        return self._looks(db, owners, found, query)

    def _looks(
        self, db: sql.Connection, owners: Owners, found: Mapping[int, Matched], query: VariableQuery
    ) -> list[Looked]:
        columns = self._with_columns(db, owners)
        return [look(owner, columns[id], found.get(id), query) for id, owner in owners.items()]

    def _alike(self, db: sql.Connection, names: Iterable[str]) -> list[Looked]:
        """The places of variables that are alike by one of the names."""
        found: list[Looked] = []
        for name in dict.fromkeys(names):
            for one in self._matching(db, alike(db, name)):
                meant = {name, key_of(name)} - {""}
                kept = sorted(at for at in one.kept if one.columns.alike(at) in meant)
                found += [replace(one, kept=kept)] if kept else []
        return found

    def _having(self, db: sql.Connection, name: str) -> list[Looked]:
        """Where variables are alike by a name, and elsewhere those that have all words of it."""
        found = self._alike(db, [name])
        if ":" not in name:
            known = {one.owner.id for one in found}
            others = {id: places for id, places in (matching(db, name) or {}).items() if id not in known}
            found += self._matching(db, others)
        return found

    def _with_columns(self, db: sql.Connection, owners: Owners) -> dict[int, Columns]:
        """The columns of these dictionaries; those that are as they were are not read again."""
        held = self._columns
        lacking = [id for id, one in owners.items() if id not in held or held[id][0] != one.digest]
        found = {id: held[id][1] for id in owners if id not in {*lacking}}
        column = dictionaries.c
        for some in batches(lacking, _MANY):
            query = sql.select(column.id, column.digest, column.columns).where(column.id.in_(some))
            for id, digest, text in db.execute(query):
                found[id] = columns_of(text)
                held[id] = digest, found[id]
        if lacking and sum(len(columns.keys) for _, columns in [*held.values()]) > _HELD:
            self._columns = {}
        return found


def _owners(db: sql.Connection, record: str | None = None) -> Owners:
    """The dictionaries of all records that are there, or of one."""
    column = dictionaries.c
    query = sql.select(column.id, records.c.id, records.c.title, records.c.source, column.digest)
    query = query.join(records, records.c.id == column.record).where(records.c.state != GONE)
    if record is not None:
        query = query.where(column.record == record)
    return {row[0]: Owner(*row) for row in db.execute(query)}


def _numbers(looked: Sequence[Looked], query: VariableQuery) -> dict[str, dict[str, int]]:
    """The numbers of each value of each facet."""
    numbers: dict[str, dict[str, int]] = {name: {} for name in FACETS}
    for one in looked:
        number = len(one.kept)
        if number and is_chosen(one.owner, query, "dataset"):
            numbers["dataset"][one.owner.record] = number
        if number and is_chosen(one.owner, query, "source"):
            numbers["source"][one.owner.source] = numbers["source"].get(one.owner.source, 0) + number
    columns = counted(looked, query)
    for name in COUNTED:
        numbers[name] = {shown(name, value): number for value, number in columns[name].items()}
    return numbers


def _listed(numbers: Mapping[str, int], chosen: Collection[str]) -> Iterator[FacetCount]:
    """The commonest values, selected ones always among them."""
    ordered = sorted({*numbers, *chosen}, key=lambda value: (-numbers.get(value, 0), value))
    kept = {*ordered[:_SHOWN], *chosen}
    return (FacetCount(one, numbers.get(one, 0), one in chosen) for one in ordered if one in kept)


def _commonest(found: Mapping[str, Shared]) -> list[str]:
    return sorted(found, key=lambda name: (-found[name].datasets, -found[name].variables, name))


def _examples(db: sql.Connection, names: Sequence[str], found: Mapping[str, Shared]) -> tuple[Alike, ...]:
    told = _variables(db, [found[name].example for name in names])
    rows = ((name, found[name]) for name in names if found[name].example in told)
    return tuple(Alike(name, one.datasets, one.variables, told[one.example]) for name, one in rows)


def _first(one: Looked, name: str) -> int:
    """The number of the variable whose name comes nearest."""
    return nearest([one], VariableQuery(name), 1)[0]


def _by_id(looked: Iterable[Looked]) -> Owners:
    return {one.owner.id: one.owner for one in looked}


def _found(db: sql.Connection, ids: Sequence[int], owners: Owners) -> tuple[Found, ...]:
    """The variables with these numbers, in this order."""
    found: list[Found] = []
    for some in batches(ids, _MANY):
        told = _variables(db, some)
        for id in some:
            if id in told:
                owner = owners[id >> PLACES]
                place = id & ((1 << PLACES) - 1)
                found.append(Found(owner.record, owner.title, owner.source, place, told[id]))
    return tuple(found)


def _variables(db: sql.Connection, ids: Sequence[int]) -> dict[int, Variable]:
    query = variable_details.select().where(variable_details.c.id.in_(ids))
    return {row.id: _variable(row) for row in db.execute(query)}


def _variable(row: sql.Row[*tuple[object, ...]]) -> Variable:
    return Variable(
        row.section,
        row.name,
        row.label,
        row.description,
        row.datatype,
        row.unit,
        row.concept,
        row.concept_label,
        codes_of(row.codes),
        row.empty,
        row.declared,
        row.measured,
    )
