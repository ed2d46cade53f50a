"""What several datasets show of their profiles, read at once: one question each, however many they are."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass

import sqlalchemy as sql

from catalogue.database import Database
from catalogue.ledger import GONE
from catalogue.profile_tables import cells, quality, releases, spreads
from catalogue.profiles.measured import Quality, Spread
from catalogue.profiles.projected import Cells, count_of, strata_of
from catalogue.profiles.release import Guarded
from catalogue.profiles.releases import Release, Standing, release_of
from catalogue.tables import records


@dataclass(frozen=True, slots=True)
class Shown:
    """The release that a dataset shows; `guarded` has the analyses that were asked for, and no report."""

    release: Release
    guarded: Guarded


def shown_by(database: Database, ids: Iterable[str], analyses: Collection[str]) -> dict[str, Shown]:
    """The releases that records show, by record; those with none, or withdrawn themselves, are left out."""
    with database.unchanging() as db:
        found = _releases(db, database.among(releases.c.record, ids))
        numbers = [one.id for one in found]
        counted = _cells(db, numbers, analyses)
        spread = _spreads(db, numbers, analyses)
        checks = _quality(db, numbers)
    return {
        one.record: Shown(
            one,
            Guarded(
                *(one.told, one.rule, counted.get(one.id, {})),
                *(tuple(spread.get(one.id, ())), tuple(checks.get(one.id, ()))),
            ),
        )
        for one in found
    }


def _releases(db: sql.Connection, of: sql.ColumnElement[bool]) -> tuple[Release, ...]:
    is_shown = releases.c.current, releases.c.state == Standing.PUBLISHED, records.c.state != GONE
    query = sql.select(releases).join(records, records.c.id == releases.c.record).where(of, *is_shown)
    return tuple(map(release_of, db.execute(query).all()))


def _cells(db: sql.Connection, of: Collection[int], analyses: Collection[str]) -> dict[int, Cells]:
    query = cells.select().where(cells.c.release.in_(of), cells.c.analysis.in_(analyses))
    found: dict[int, Cells] = {}
    for release, analysis, first, second, *count in db.execute(query).all():
        place = found.setdefault(release, {}).setdefault(analysis, {})
        place[strata_of(analysis, first, second)] = count_of(*count)
    return found


def _spreads(db: sql.Connection, of: Collection[int], analyses: Collection[str]) -> dict[int, list[Spread]]:
    query = spreads.select().where(spreads.c.release.in_(of), spreads.c.analysis.in_(analyses))
    found: dict[int, list[Spread]] = {}
    for release, analysis, first, second, *numbers in db.execute(query).all():
        found.setdefault(release, []).append(Spread(analysis, strata_of(analysis, first, second), *numbers))
    return found


def _quality(db: sql.Connection, of: Collection[int]) -> dict[int, list[Quality]]:
    query = quality.select().where(quality.c.release.in_(of))
    found: dict[int, list[Quality]] = {}
    for release, _, *checks in db.execute(query.order_by(quality.c.release, quality.c.number)):
        found.setdefault(release, []).append(Quality(*checks))
    return found
