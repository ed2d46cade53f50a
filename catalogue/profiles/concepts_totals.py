"""The counts of all sources together, kept up as releases come and go: too many to be added up for a page.

Each release is added once and taken off once, in a transaction that says so, whoever does it.
"""

from typing import Final

import sqlalchemy as sql

from catalogue import concept_tables as tables
from catalogue.database import Database
from catalogue.profile_tables import concept_counts
from catalogue.profiles.concepts_counts import shown
from catalogue.profiles.counts import State

_FIELDS: Final = ("number", "hidden", "open", "sum_low", "sum_high", "shown_high")
_totals: Final = tables.concept_totals
_totalled: Final = tables.concept_totalled
_counts: Final = concept_counts.c


def renew_totals(database: Database) -> int:
    """Let the totals be those of the releases that count; says how many were added or taken off.

    To be called whenever a release is published or withdrawn, or its record goes or comes back.
    """
    with database.reading() as db:
        wanted = {one.release for one in shown(db)}
        present = {row.release: row.rows for row in db.execute(_totalled.select())}
        leaving = {id: rows for id, rows in present.items() if id not in wanted}
        is_kept = all(_rows(db, id) == rows for id, rows in leaving.items())
    if not is_kept:
        _begin_again(database)
        return renew_totals(database)
    changes = [_take_off(database, id) for id in sorted(leaving)]
    changes += [_add(database, id) for id in sorted(wanted - present.keys())]
    return sum(changes)


def _begin_again(database: Database) -> None:
    """Forget all totals: rows of a release that they hold are there no more."""
    with database.writing() as db:
        db.execute(_totalled.delete())
        db.execute(_totals.delete())


def _add(database: Database, release: int) -> int:
    first = database.insert(_totalled).from_select(
        ["release", "rows"], sql.select(sql.literal(release), _number_of_rows(release))
    )
    with database.writing() as db:
        if not db.execute(first.on_conflict_do_nothing()).rowcount:
            return 0
        _shift(database, db, release, 1)
    return 1


def _take_off(database: Database, release: int) -> int:
    with database.writing() as db:
        if not db.execute(_totalled.delete().where(_totalled.c.release == release)).rowcount:
            return 0
        _shift(database, db, release, -1)
        db.execute(_totals.delete().where(_totals.c.sources == 0))
    return 1


def _shift(database: Database, db: sql.Connection, release: int, sign: int) -> None:
    """Add what a release holds of each concept, by domain and over all domains, or take it off."""
    names = [column.name for column in _totals.columns]
    for domain in (_counts.domain, sql.literal("")):
        insert = database.insert(_totals).from_select(names, _shares(release, domain, sign))
        summed = {name: _totals.c[name] + insert.excluded[name] for name in names[2:]}
        db.execute(insert.on_conflict_do_update(index_elements=["domain", "concept"], set_=summed))


def _shares(release: int, domain: sql.ColumnElement[str], sign: int) -> sql.Select[*tuple[object, ...]]:
    """What a release adds to the totals, times `sign`."""
    its_domain = domain.label("domain")
    shares = [(sign * share) for unit in ("persons", "records") for share in _share(unit)]
    return (
        sql.select(its_domain, _counts.concept, sql.literal(sign), *shares)
        .where(_counts.release == release, _counts.domain != "")
        .group_by(its_domain, _counts.concept)
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


def _number_of_rows(release: int) -> sql.ScalarSelect[int]:
    return (
        sql.select(sql.func.count()).select_from(concept_counts).where(_counts.release == release)
    ).scalar_subquery()


def _rows(db: sql.Connection, release: int) -> int:
    return int(db.scalar(sql.select(_number_of_rows(release))) or 0)
