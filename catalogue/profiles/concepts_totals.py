"""The counts of all sources together, kept up as releases come and go: too many to be added up for a page.

Each release is added once and taken off once, in a transaction that says so, whoever does it.
"""

from typing import Final

import sqlalchemy as sql

from catalogue import concept_tables as tables
from catalogue.batches import batches
from catalogue.database import Database
from catalogue.profile_tables import concept_counts
from catalogue.profiles.concepts_counts import shown
from catalogue.profiles.counts import State

_AT_ONCE: Final = 5
"""How many releases are added in one transaction: all at once would be faster, and others would wait."""

_totals: Final = tables.concept_totals
_totalled: Final = tables.concept_totalled
_counts: Final = concept_counts.c


def renew_totals(database: Database) -> int:
    """Let the totals be those of the releases that count; says how many were added or taken off.

    To be called whenever a release is published, or its record goes or comes back, and when it is withdrawn
    before its rows are deleted: without these, all totals are made anew.
    """
    with database.reading() as db:
        wanted = {one.release for one in shown(db)}
        present = {row.release: row.rows for row in db.execute(_totalled.select())}
        leaving = {id: rows for id, rows in present.items() if id not in wanted}
        is_kept = all(_rows(db, id) == rows for id, rows in leaving.items())
    if not is_kept:
        _begin_again(database)
        return renew_totals(database)
    changes = [_take_off(database, some) for some in batches(sorted(leaving), _AT_ONCE)]
    changes += [_add(database, some) for some in batches(sorted(wanted - present.keys()), _AT_ONCE)]
    return sum(changes)


def _begin_again(database: Database) -> None:
    """Forget all totals: rows of a release that they hold are there no more."""
    with database.writing() as db:
        db.execute(_totalled.delete())
        db.execute(_totals.delete())


def _add(database: Database, releases: list[int]) -> int:
    numbers = sql.select(_counts.release, sql.func.count()).where(_counts.release.in_(releases))
    with database.writing() as db:
        rows = {release: int(number) for release, number in db.execute(numbers.group_by(_counts.release))}
        first = database.insert(_totalled).values(
            [{"release": release, "rows": rows.get(release, 0)} for release in releases]
        )
        claimed = first.on_conflict_do_nothing().returning(_totalled.c.release)
        mine = [*db.scalars(claimed)]
        _shift(database, db, mine, 1)
    return len(mine)


def _take_off(database: Database, releases: list[int]) -> int:
    claimed = _totalled.delete().where(_totalled.c.release.in_(releases)).returning(_totalled.c.release)
    with database.writing() as db:
        mine = [*db.scalars(claimed)]
        _shift(database, db, mine, -1)
        db.execute(_totals.delete().where(_totals.c.sources == 0))
    return len(mine)


def _shift(database: Database, db: sql.Connection, releases: list[int], sign: int) -> None:
    """Add what releases hold of each concept, by domain and over all domains, or take it off."""
    names = [column.name for column in _totals.columns]
    for domain in (_counts.domain, sql.literal("")):
        insert = database.insert(_totals).from_select(names, _shares(releases, domain, sign))
        summed = {name: _totals.c[name] + insert.excluded[name] for name in names[2:]}
        db.execute(insert.on_conflict_do_update(index_elements=["domain", "concept"], set_=summed))


def _shares(
    releases: list[int], domain: sql.ColumnElement[str], sign: int
) -> sql.Select[*tuple[object, ...]]:
    """What releases add to the totals, times `sign`."""
    its_domain = domain.label("domain")
    of_each = (
        sql.select(
            its_domain,
            _counts.concept,
            *(share.label(f"share{at}") for at, share in enumerate([*_share("persons"), *_share("records")])),
        )
        .where(_counts.release.in_(releases), _counts.domain != "")
        .group_by(its_domain, _counts.concept, _counts.release)
        .subquery()
    )
    of_domain, concept, *shares = of_each.c
    return (
        sql.select(
            of_domain,
            concept,
            sign * sql.func.count(),
            *(sign * sql.func.sum(share) for share in shares),
        )
        .where(sql.true())
        .group_by(of_domain, concept)
    )


def _share(unit: str) -> tuple[sql.ColumnElement[int], ...]:
    """The columns of what one release adds, as of one part.

    Persons of several domains overlap, so their lower bound is the highest; records add up.
    """
    state, low, high = (concept_counts.c[f"{unit}_{name}"] for name in ("state", "low", "high"))
    is_hidden = state == State.SUPPRESSED.value
    lowest = sql.func.max(low) if unit == "persons" else sql.func.sum(low)
    shown = sql.func.sum(sql.case((is_hidden, 0), else_=high))
    hidden = sql.func.max(sql.case((is_hidden, 1), else_=0))
    return (
        sql.func.max(sql.case((state != State.ABSENT.value, 1), else_=0)),
        sql.case((sql.func.coalesce(shown, 0) == 0, hidden), else_=0),
        sql.func.max(sql.case((is_hidden & high.is_(None), 1), else_=0)),
        sql.func.coalesce(lowest, 0),
        sql.func.coalesce(sql.func.sum(high), 0),
        sql.func.coalesce(shown, 0),
    )


def _rows(db: sql.Connection, release: int) -> int:
    query = sql.select(sql.func.count()).select_from(concept_counts).where(_counts.release == release)
    return int(db.scalar(query) or 0)
