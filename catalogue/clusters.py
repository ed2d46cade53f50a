"""The book of records that describe the same dataset: what each is known by, and who leads whom.

Records of different sources are joined by a key that both have (`catalogue/identities.py`), unless some
source has two records of the same kind with it, or very many have it: then it tells nothing. A person
can set a record apart.
Nothing of it is written into a record, so all of it can be taken back.

Clusters reach over sources, so no lease of a source is enough to change them, and a run may end between
the writing of keys and the joining, or between the joining and the index. Marks among the keys say what
is left to do; whoever joins next does it.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Final

import sqlalchemy as sql

from catalogue import tables
from catalogue.cluster_queries import begins, holding, is_here, is_key, rare, shared
from catalogue.components import MOST, Component, components
from catalogue.database import Database
from catalogue.identities import rank
from catalogue.search import SearchDocument

if TYPE_CHECKING:
    from catalogue.leases import Hold, Leases

ROUNDS: Final = 16
"""How far joined records are looked for step by step; beyond that all are read at once."""

_TURNED: Final = "~turned:"
"""The record came, changed or went since records were last joined; with a key that it no longer has."""
_UNTOLD: Final = "~untold"
"""The index does not tell yet how the record stands."""

_identities: Final = tables.identities
_clusters: Final = tables.clusters
_records: Final = tables.records
_alone: Final = tables.alone


@dataclass(frozen=True, slots=True)
class Lead:
    """The leading description of a dataset, and how many others there are."""

    id: str
    others: int


@dataclass(frozen=True, slots=True)
class Member:
    """Another description of the same dataset, and the key that tells so.

    Where it is not `direct`, the key is not that of the record asked for but of one in between.
    """

    id: str
    source: str
    title: str
    key: str
    direct: bool = True


@dataclass(slots=True)
class _Found:
    """Records that may be joined: who holds which distinctive key, of which source, since when."""

    records: set[str]
    holders: dict[tuple[str, str], set[str]] = field(default_factory=lambda: defaultdict(set))
    sources: dict[str, str] = field(default_factory=dict)
    issued: dict[str, datetime] = field(default_factory=dict)


class Clusters:
    """The clusters of one ledger."""

    def __init__(self, database: Database, leases: "Leases") -> None:
        self._database = database
        self._leases = leases

    def know(self, hold: "Hold", documents: Iterable[SearchDocument]) -> None:
        """Write down what records are known by, in place of what was; who is joined is for `renew`.

        To be called before the records are settled: a record whose keys did not get here is never looked
        at again until it changes.
        """
        now = {found.row.id: found for found in documents}
        with self._leases.fenced(hold) as db:
            before = self._keys(db, now)
            changed = {id for id, found in now.items() if before.get(id, set()) != {*found.identities}}
            old = [id for id in changed if id in before]
            if old:
                db.execute(_identities.delete().where(self._among(old), is_key))
            rows = [
                (id, key, now[id].row.source)
                for id in sorted(changed)
                for key in (*now[id].identities, *_turned(before.get(id, set()), now[id].identities))
            ]
            self._database.add(db, _identities, rows)

    def forget(self, hold: "Hold", ids: Iterable[str]) -> None:
        """Let records be known by nothing any more."""
        ids = (*ids,)
        with self._leases.fenced(hold) as db:
            rows = db.execute(_identities.select().where(self._among(ids), is_key)).all()
            db.execute(_identities.delete().where(self._among(ids), is_key))
            marks = [{"record": r.record, "key": _TURNED + r.key, "source": r.source} for r in rows]
            self._database.put(db, _identities, marks)

    def turned(self) -> tuple[str, ...]:
        """The records that came, changed or went and may be joined otherwise since then."""
        marked = sql.select(_identities.c.record).where(begins(_TURNED))
        left = sql.select(_clusters.c.record).join(_records, _records.c.id == _clusters.c.record)
        with self._database.reading() as db:
            return tuple(sorted(db.scalars(marked.union(left.where(~is_here)))))

    def renew(self, ids: Iterable[str]) -> frozenset[str]:
        """Join these records anew, and all that they are or were joined to.

        Returns the records of which the index has to tell something else; `untold` has them until
        `tell`. For some thousands at a time.
        """
        ids = (*ids,)
        with self._database.writing() as db:
            self._turn(db)
            found = self._reached(db, ids)
            before = self._rows(db, found.records)
            holders = {f"{key} {kind}": held for (key, kind), held in found.holders.items()}
            after: dict[str, dict[str, object]] = {}
            for one in components(holders, found.sources):
                after |= _led(one, before, found.issued)
            changed = _changed(before, after)
            self._write(db, before, after)
            self._mark(db, _UNTOLD, changed)
            self._done(db, ids)
        return changed

    def untold(self) -> tuple[str, ...]:
        """The records that do not stand in the index as they stand here."""
        query = sql.select(_identities.c.record).where(_identities.c.key == _UNTOLD)
        with self._database.reading() as db:
            return tuple(db.scalars(query.order_by(_identities.c.record)))

    def tell(self, told: Mapping[str, Lead | None]) -> None:
        """Note what the index was told; what stands otherwise by now is still untold."""
        with self._database.writing() as db:
            self._turn(db)
            now = self._leads(db, told)
            mark = _identities.c.key == _UNTOLD
            same = [id for id, lead in told.items() if now.get(id) == lead]
            db.execute(_identities.delete().where(self._among(same), mark))
            self._mark(db, _UNTOLD, told.keys() - {*same})

    def leads(self, ids: Iterable[str]) -> dict[str, Lead]:
        """The leading descriptions of the datasets that these records describe; single ones are left out."""
        with self._database.reading() as db:
            return self._leads(db, ids)

    def alike(self, ids: Iterable[str]) -> dict[str, str]:
        """All descriptions of the datasets that these records describe, each with the leading one.

        Single ones are left out.
        """
        theirs = sql.select(_clusters.c.lead).where(self._database.among(_clusters.c.record, ids))
        query = sql.select(_clusters.c.record, _clusters.c.lead).where(_clusters.c.lead.in_(theirs))
        with self._database.reading() as db:
            return {row.record: row.lead for row in db.execute(query)}

    def others(self, id: str) -> tuple[Member, ...]:
        """The other descriptions of the same dataset, the leading one first, each with the reason."""
        fellow = _clusters.alias()
        query = (
            sql.select(_clusters, _records.c.source, _records.c.title)
            .join(fellow, fellow.c.lead == _clusters.c.lead)
            .join(_records, _records.c.id == _clusters.c.record)
            .where(fellow.c.record == id, _clusters.c.record != id, is_here)
        )
        with self._database.reading() as db:
            rows = db.execute(query).all()
            shared = self._shared(db, id) if rows else {}
        others = (
            Member(row.record, row.source, row.title, shared.get(row.record, row.key), row.record in shared)
            for row in rows
        )
        leads = {row.lead for row in rows}
        return tuple(sorted(others, key=lambda one: (one.id not in leads, not one.direct, one.source)))

    def part(self, id: str, now: datetime) -> None:
        """Note that a record stands alone, as a person says."""
        with self._database.writing() as db:
            self._database.put(db, _alone, [{"record": id, "since": now}])
            self._mark(db, _TURNED, [id])

    def join(self, id: str) -> None:
        """Let a record be joined again as its keys tell."""
        with self._database.writing() as db:
            db.execute(_alone.delete().where(_alone.c.record == id))
            self._mark(db, _TURNED, [id])

    def _reached(self, db: sql.Connection, ids: Iterable[str]) -> _Found:
        """These records and all that share a distinctive key or a cluster with them, or did, and so on."""
        found = _Found({*ids})
        reached = {*self._neighbours(db, found), *self._fellows(db, found.records)}
        for _ in range(ROUNDS):
            front = reached - found.records
            if not front:
                return found
            found.records |= front
            reached = {*self._hold(db, found, front), *self._fellows(db, front)}
        self._hold(db, found, None)
        found.records |= {*found.sources, *db.scalars(sql.select(_clusters.c.record))}
        return found

    def _neighbours(self, db: sql.Connection, found: _Found) -> Iterator[str]:
        """The records of which the joining may depend on keys that those found have, or had."""
        theirs = self._among(found.records)
        had = sql.select(sql.func.substr(_identities.c.key, len(_TURNED) + 1).label("key"))
        have = sql.select(_identities.c.key).where(theirs, is_key)
        keys = had.where(theirs, begins(_TURNED)).union(have).subquery()
        yield from self._holders(db, found, keys)
        turned = sql.select(sql.func.count()).select_from(_identities).where(begins(_TURNED))
        number = max(len(found.records), db.scalar(turned) or 0)  # more cannot have joined anybody before
        joined = sql.select(_identities.c.record).join(_clusters, _clusters.c.record == _identities.c.record)
        yield from db.scalars(joined.where(_identities.c.key.in_(rare(keys, MOST + number))).distinct())

    def _hold(self, db: sql.Connection, found: _Found, ids: set[str] | None) -> Iterator[str]:
        """The records that hold distinctive keys of these records, or of all."""
        theirs = sql.select(_identities.c.key).where(is_key)
        if ids is not None:
            theirs = theirs.where(self._among(ids))
        return self._holders(db, found, theirs.distinct().subquery())

    def _holders(self, db: sql.Connection, found: _Found, keys: sql.Subquery) -> Iterator[str]:
        """Find who holds those of the keys that are distinctive; returns the holders."""
        rows = db.execute(holding(shared(keys, MOST))).all()
        for row in rows:
            found.holders[row.key, row.kind].add(row.record)
            found.sources[row.record] = row.source
            found.issued[row.record] = row.issued
        return iter([row.record for row in rows])

    def _fellows(self, db: sql.Connection, ids: set[str]) -> Iterator[str]:
        """The records of the same clusters."""
        theirs = sql.select(_clusters.c.lead).where(self._database.among(_clusters.c.record, ids))
        fellows = _clusters.c.lead.in_(theirs.correlate(None))
        yield from db.scalars(sql.select(_clusters.c.record).where(fellows))

    def _shared(self, db: sql.Connection, id: str) -> dict[str, str]:
        """The most telling distinctive key that each other record has in common with this one."""
        own = sql.select(_identities.c.key).where(_identities.c.record == id, is_key).subquery()
        rows = db.execute(holding(shared(own, MOST))).all()
        found: dict[str, str] = {}
        for row in sorted(rows, key=lambda row: (rank(row.key), row.key)):
            found.setdefault(row.record, row.key)
        return found if id in found else {}

    # What is written

    def _write(
        self,
        db: sql.Connection,
        before: Mapping[str, Mapping[str, object]],
        after: Mapping[str, Mapping[str, object]],
    ) -> None:
        single = before.keys() - after.keys()
        if single:
            db.execute(_clusters.delete().where(self._database.among(_clusters.c.record, single)))
        self._database.put(db, _clusters, [row for id, row in after.items() if before.get(id) != row])

    def _mark(self, db: sql.Connection, mark: str, ids: Iterable[str]) -> None:
        """Put a mark on those of the records that are not gone."""
        here = sql.select(_records.c.id, _records.c.source).where(
            self._database.among(_records.c.id, ids), is_here
        )
        rows = [{"record": row.id, "key": mark, "source": row.source} for row in db.execute(here)]
        self._database.put(db, _identities, rows)

    def _done(self, db: sql.Connection, ids: Iterable[str]) -> None:
        """Take the marks off those records that are settled, and all keys off those that are gone."""
        settled = self._database.among(_records.c.id, ids)
        gone = sql.select(_records.c.id).where(settled, ~is_here)
        any_state = sql.select(_records.c.id).where(settled)
        db.execute(_identities.delete().where(_identities.c.record.in_(any_state), begins(_TURNED)))
        db.execute(_identities.delete().where(_identities.c.record.in_(gone)))

    def _turn(self, db: sql.Connection) -> None:
        """Let nobody else join or write keys before the transaction ends."""
        if self._database.on_server:
            db.execute(sql.text("LOCK TABLE identities IN SHARE ROW EXCLUSIVE MODE"))
        else:
            db.execute(_alone.delete().where(sql.false()))  # begins to write, and waits for its turn

    # What stands written

    def _keys(self, db: sql.Connection, ids: Iterable[str]) -> dict[str, set[str]]:
        found: dict[str, set[str]] = {}
        query = sql.select(_identities.c.record, _identities.c.key).where(self._among(ids), is_key)
        for record, key in db.execute(query):
            found.setdefault(record, set()).add(key)
        return found

    def _rows(self, db: sql.Connection, ids: Iterable[str]) -> dict[str, dict[str, object]]:
        query = _clusters.select().where(self._database.among(_clusters.c.record, ids))
        return {row.record: dict(row._mapping) for row in db.execute(query)}

    def _leads(self, db: sql.Connection, ids: Iterable[str]) -> dict[str, Lead]:
        fellow = _clusters.alias()
        query = (
            sql.select(_clusters.c.record, _clusters.c.lead, sql.func.count())
            .join(fellow, fellow.c.lead == _clusters.c.lead)
            .where(self._database.among(_clusters.c.record, ids))
            .group_by(_clusters.c.record, _clusters.c.lead)
        )
        return {record: Lead(lead, number - 1) for record, lead, number in db.execute(query)}

    def _among(self, ids: Iterable[str]) -> sql.ColumnElement[bool]:
        return self._database.among(_identities.c.record, ids)


def _turned(before: set[str], now: Iterable[str]) -> list[str]:
    """The marks of a record whose keys have changed: one at least, and one for each key that it lost."""
    return [_TURNED, *(_TURNED + key for key in sorted(before - {*now}))]


def _led(
    one: Component, before: Mapping[str, Mapping[str, object]], issued: Mapping[str, datetime]
) -> dict[str, dict[str, object]]:
    """The rows of a cluster: its lead stays while it is there, else the record that was here first leads."""
    leading = [id for id in one.keys if id in before and before[id]["lead"] == id]
    lead = min(leading or one.keys, key=lambda id: (issued[id], id))
    return {id: {"record": id, "lead": lead, "key": key.rpartition(" ")[0]} for id, key in one.keys.items()}


def _changed(
    before: Mapping[str, Mapping[str, object]], after: Mapping[str, Mapping[str, object]]
) -> frozenset[str]:
    """The records that have another lead, or lead another number of records."""
    sizes = [Counter(row["lead"] for row in rows.values()) for rows in (before, after)]
    lead = [{id: row["lead"] for id, row in rows.items()} for rows in (before, after)]
    return frozenset(
        id
        for id in before.keys() | after.keys()
        if lead[0].get(id) != lead[1].get(id) or sizes[0][id] != sizes[1][id]
    )
