"""What the profiles of all sources tell at a glance, remembered release by release, and when things came.

A published release never changes, so each is read once; then a page about hundreds of sources takes a
few statements.
"""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from typing import Final

import sqlalchemy as sql

from catalogue import tables
from catalogue.database import Database
from catalogue.ledger import GONE
from catalogue.profile_tables import cells, releases
from catalogue.profiles.counts import Count, State
from catalogue.profiles.network_summaries import ANALYSES, BY_DOMAIN, Summary, sum_of, summary
from catalogue.profiles.projected import Cells, count_of, strata_of
from catalogue.profiles.releases import Release, Standing, release_of
from catalogue.projection import SEARCHED

_records: Final = tables.records.c
_clusters: Final = tables.clusters.c
_cells: Final = cells.c


@dataclass(frozen=True, slots=True)
class Profiles:
    """The profiles of all sources at one moment: what each holds, and every release that is published."""

    summaries: tuple[Summary, ...]
    releases: tuple[Release, ...]


class Network:
    """The profiles of one ledger together."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._read: dict[Release, Summary] = {}

    def profiles(self) -> Profiles:
        """What the releases tell that are shown, by record; those of records that are gone are left out."""
        with self._database.unchanging() as db:
            published = _published(db)
            shown = [release for release in published if release.current]
            known = self._read
            new = _summaries(db, [release for release in shown if release not in known])
            read = {release: known.get(release) or new[release] for release in shown}
        self._read = read
        return Profiles((*read.values(),), published)

    def first_seen(self) -> dict[int, int]:
        """How many datasets came in each month yyyymm, of those that are there; each dataset once."""
        is_copy = sql.exists().where(_clusters.record == _records.id, _clusters.lead != _clusters.record)
        return self._first_seen(_records.kind.in_(SEARCHED), _records.state != GONE, ~is_copy)

    def first_seen_of(self, ids: Iterable[str]) -> dict[int, int]:
        """How many of these records came in each month yyyymm."""
        return self._first_seen(self._database.among(_records.id, ids))

    def _first_seen(self, *conditions: sql.ColumnElement[bool]) -> dict[int, int]:
        month = sql.extract("year", _records.issued) * 100 + sql.extract("month", _records.issued)
        query = sql.select(month, sql.func.count()).where(*conditions).group_by(month).order_by(month)
        with self._database.reading() as db:
            return {int(when): int(number) for when, number in db.execute(query)}


def _published(db: sql.Connection) -> tuple[Release, ...]:
    """All releases that are published, by record and number."""
    query = (
        sql.select(releases)
        .join(tables.records, _records.id == releases.c.record)
        .where(releases.c.state == Standing.PUBLISHED, _records.state != GONE)
        .order_by(releases.c.record, releases.c.id)
    )
    return tuple(map(release_of, db.execute(query).all()))


def _summaries(db: sql.Connection, wanted: Sequence[Release]) -> dict[Release, Summary]:
    if not wanted:
        return {}
    ids = [release.id for release in wanted]
    told = _told(db, ids)
    by_type, by_month = BY_DOMAIN
    records = _summed(db, ids, by_type)
    rest = [id for id in ids if id not in records]
    records |= _summed(db, rest, by_month) if rest else {}
    return {
        release: summary(release, told.get(release.id, {}), records.get(release.id, {})) for release in wanted
    }


def _told(db: sql.Connection, ids: Collection[int]) -> dict[int, Cells]:
    """The cells of these releases that a summary is made of."""
    columns = (
        _cells.release,
        _cells.analysis,
        _cells.strata1,
        _cells.strata2,
        _cells.state,
        _cells.low,
        _cells.high,
    )
    query = sql.select(*columns).where(_cells.release.in_(ids), _cells.analysis.in_(ANALYSES))
    found: dict[int, Cells] = {}
    for release, analysis, first, second, state, low, high in db.execute(query):
        strata = strata_of(analysis, first, second)
        found.setdefault(release, {}).setdefault(analysis, {})[strata] = count_of(state, low, high)
    return found


def _summed(db: sql.Connection, ids: Collection[int], analysis: str) -> dict[int, dict[str, Count]]:
    """The cells of an analysis added up by release and first stratum."""
    hidden = sql.func.sum(sql.case((_cells.state == State.SUPPRESSED.value, 1), else_=0))
    bounds = sql.func.sum(_cells.low), sql.func.sum(_cells.high)
    query = (
        sql.select(
            _cells.release, _cells.strata1, sql.func.count(), hidden, sql.func.count(_cells.high), *bounds
        )
        .where(_cells.release.in_(ids), _cells.analysis == analysis)
        .group_by(_cells.release, _cells.strata1)
    )
    found: dict[int, dict[str, Count]] = {}
    for release, stratum, number, veiled, bounded, low, high in db.execute(query):
        most = int(high) if bounded == number else None
        found.setdefault(release, {})[stratum] = sum_of(int(low), most, is_hidden=veiled == number)
    return found
