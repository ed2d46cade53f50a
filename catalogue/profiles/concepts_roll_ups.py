"""What each release holds below the concepts that have much below them, summed up beforehand.

Whatever is not summed up yet is summed up when it is asked for, so these rows only save time.
"""

from collections.abc import Callable

import sqlalchemy as sql

from catalogue import concept_tables as tables
from catalogue.database import Database
from catalogue.profile_tables import concept_counts
from catalogue.profiles.concepts import edition_of
from catalogue.profiles.concepts_counts import shown
from catalogue.profiles.concepts_held import part_columns

Progress = Callable[[str], None]


def unheard(said: str) -> None:
    """Tells nobody."""


def renew_roll_ups(database: Database, edition: int | None = None, progress: Progress = unheard) -> int:
    """Let there be the roll-ups of the releases that count, and of no others; says how many were made.

    They are those of the current edition, or of one that is about to be. To be called whenever a
    release is published or withdrawn.
    """
    rolled = tables.concept_rolled_up.c
    with database.reading() as db:
        edition = edition_of(db) if edition is None else edition
        wanted = {one.release for one in shown(db)}
        present = set(db.scalars(sql.select(rolled.release).where(rolled.edition == edition)))
    if not edition:
        return 0
    for release in sorted(present - wanted):
        _take_off(database, edition, release)
    made = 0
    for release in sorted(wanted - present):
        made += _add(database, edition, release)
        progress(f"{made:,} of {len(wanted - present):,} profiles summed up")
    return made


def _add(database: Database, edition: int, release: int) -> int:
    above, broad = tables.concept_ancestors.c, tables.broad_concepts.c
    sums = (
        sql.select(
            sql.literal(edition),
            above.ancestor,
            sql.literal(release),
            *part_columns("persons"),
            *part_columns("records"),
        )
        .select_from(concept_counts)
        .join(above.ancestor.table, above.descendant == concept_counts.c.concept)
        .join(broad.concept.table, (broad.concept == above.ancestor) & (broad.edition == above.edition))
        .where(concept_counts.c.release == release, above.edition == edition)
        .group_by(above.ancestor)
    )
    names = [column.name for column in tables.concept_roll_ups.columns]
    first = database.insert(tables.concept_rolled_up).values(edition=edition, release=release)
    with database.writing() as db:
        if not db.execute(first.on_conflict_do_nothing()).rowcount:
            return 0
        db.execute(tables.concept_roll_ups.insert().from_select(names, sums))
    return 1


def _take_off(database: Database, edition: int, release: int) -> None:
    with database.writing() as db:
        for table in (tables.concept_rolled_up, tables.concept_roll_ups):
            db.execute(table.delete().where(table.c.edition == edition, table.c.release == release))
