"""Keeps the variables of records where they can be searched: written with the records, in one transaction.

Rows follow from the graph of a record and the release that it shows, so they can be made anew at any time.
"""

from array import array
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from hashlib import sha256
from typing import Final

import orjson
import sqlalchemy as sql

from catalogue.cluster_queries import GONE
from catalogue.database import Database
from catalogue.leases import Hold, Leases
from catalogue.profile_tables import releases
from catalogue.profile_tables import variables as scanned
from catalogue.profiles import projected
from catalogue.profiles.release import GuardedVariable
from catalogue.search import Row as IndexRow
from catalogue.search import SearchDocument
from catalogue.tables import records
from catalogue.variable_tables import PLACES, dictionaries, variable_details, variable_words
from catalogue.variables import Coded, Variable, words_of
from catalogue.variables_columns import columns_text
from catalogue.variables_merging import merged

_PUBLISHED: Final = "published"
_dictionaries: Final = dictionaries.c

Row = tuple[object, ...]


@dataclass(frozen=True, slots=True)
class Known:
    """A dictionary as it is kept: its number, and the digest of its variables."""

    id: int
    digest: str


class Variables:
    """The variables of one ledger, for who writes records."""

    def __init__(self, database: Database, leases: Leases) -> None:
        self._database = database
        self._leases = leases

    def know(self, hold: Hold, documents: Iterable[SearchDocument]) -> None:
        """Let records have the variables of these documents, and those of the releases that they show.

        What is as it was is not written again; records without variables cost two questions a batch. Each
        record has its old variables or its new ones.
        """
        given = {found.row.id: found for found in documents}
        with self._database.reading() as db:
            known = self._known(db, given)
            measured = self._measured(db, given)
        wanted = {id: one for id, one in given.items() if one.variables or id in measured}
        if gone := [one.id for id, one in known.items() if id not in wanted]:
            with self._leases.fenced(hold) as db:
                self._drop(db, gone)
        for id, one in wanted.items():
            variables = merged(one.variables, measured.get(id, ()))
            made = _Made(one.row, variables, is_measured=id in measured)
            if id not in known or known[id].digest != made.digest:
                rows = made.words()
                with self._leases.fenced(hold) as db:
                    self._keep(db, made, rows, known.get(id))

    def forget(self, hold: Hold, ids: Iterable[str]) -> None:
        """Let records have no variables."""
        with self._database.reading() as db:
            gone = [one.id for one in self._known(db, ids).values()]
        if gone:
            with self._leases.fenced(hold) as db:
                self._drop(db, gone)

    def concerned(self, record: str) -> bool:
        """Whether a release may have changed what is kept of a record."""
        column = releases.c
        shows = sql.select(scanned.c.number).join(releases, column.id == scanned.c.release)
        shows = shows.where(column.record == record, column.current)
        kept = sql.select(_dictionaries.id).where(_dictionaries.record == record, _dictionaries.measured)
        with self._database.reading() as db:
            return any(db.scalar(query.limit(1)) is not None for query in (shows, kept))

    def stale(self) -> tuple[str, ...]:
        """The records that have variables here and are there no more."""
        there = sql.select(records.c.id).where(records.c.state != GONE)
        with self._database.reading() as db:
            return tuple(
                db.scalars(sql.select(_dictionaries.record).where(_dictionaries.record.not_in(there)))
            )

    def scanned(self) -> tuple[str, ...]:
        """The records that show a release with variables."""
        query = sql.select(releases.c.record).where(releases.c.current, releases.c.state == _PUBLISHED)
        query = query.where(releases.c.id.in_(sql.select(scanned.c.release).distinct()))
        with self._database.reading() as db:
            return tuple(db.scalars(query.order_by(releases.c.record)))

    def _known(self, db: sql.Connection, ids: Iterable[str]) -> dict[str, Known]:
        query = sql.select(_dictionaries.record, _dictionaries.id, _dictionaries.digest)
        query = query.where(self._database.among(_dictionaries.record, ids))
        return {record: Known(id, digest) for record, id, digest in db.execute(query)}

    def _measured(self, db: sql.Connection, ids: Iterable[str]) -> dict[str, list[GuardedVariable]]:
        """What the releases that records show have measured; their records may be coming back just now."""
        column = releases.c
        query = sql.select(column.id, column.record).where(
            self._database.among(column.record, ids), column.current, column.state == _PUBLISHED
        )
        shown = {row.id: row.record for row in db.execute(query)}
        found: dict[str, list[GuardedVariable]] = {}
        if shown:
            rows = scanned.select().where(scanned.c.release.in_(shown)).order_by(*scanned.primary_key)
            for row in db.execute(rows):
                found.setdefault(shown[row.release], []).append(projected.variable(row))
        return found

    def _drop(self, db: sql.Connection, ids: Sequence[int]) -> None:
        for id in ids:
            self._empty(db, id)
        if ids:
            db.execute(dictionaries.delete().where(_dictionaries.id.in_(ids)))

    def _empty(self, db: sql.Connection, id: int) -> None:
        first, behind = id << PLACES, (id + 1) << PLACES
        its = variable_details.c.id >= first, variable_details.c.id < behind
        db.execute(variable_details.delete().where(*its))
        db.execute(variable_words.delete().where(variable_words.c.dictionary == id))

    def _keep(
        self, db: sql.Connection, made: "_Made", words: Sequence[tuple[str, bytes]], known: Known | None
    ) -> None:
        if known is None:
            id = db.scalars(dictionaries.insert().values(made.row).returning(_dictionaries.id)).one()
        else:
            id = known.id
            db.execute(dictionaries.update().where(_dictionaries.id == id).values(made.row))
            self._empty(db, id)
        first = id << PLACES
        self._database.add(db, variable_details, [(first + at, *one) for at, one in enumerate(made.details)])
        self._database.add(db, variable_words, [(word, id, places) for word, places in words])


class _Made:
    """A dictionary as it is to be kept."""

    def __init__(self, row: IndexRow, variables: Sequence[Variable], *, is_measured: bool) -> None:
        self._variables = variables
        self.details = [_details(one) for one in variables]
        self.digest = sha256(orjson.dumps((row.source, is_measured, self.details))).hexdigest()
        self.row = {
            "record": row.id,
            "source": row.source,
            "measured": is_measured,
            "digest": self.digest,
            "columns": columns_text(variables),
        }

    def words(self) -> list[tuple[str, bytes]]:
        """The words of its variables with their places."""
        found: dict[str, array[int]] = {}
        for at, one in enumerate(self._variables):
            for word, elsewhere in words_of(one):
                found.setdefault(word, array("I")).append(2 * at + elsewhere)
        return [(word, found[word].tobytes()) for word in sorted(found)]


def _details(one: Variable) -> Row:
    return (
        one.table,
        one.name,
        one.label,
        one.description,
        one.datatype,
        one.unit,
        one.concept,
        one.concept_label,
        _codes_text(one.values),
        one.empty,
        one.declared,
        one.measured,
    )


def _codes_text(values: Iterable[Coded]) -> str:
    told = [(one.code, one.meaning, one.count.state.value, one.count.low, one.count.high) for one in values]
    return orjson.dumps(told).decode()


def codes_of(text: str) -> tuple[Coded, ...]:
    """The coded values that their JSON tells."""
    return tuple(
        Coded(code, meaning, projected.count_of(*count)) for code, meaning, *count in orjson.loads(text)
    )
