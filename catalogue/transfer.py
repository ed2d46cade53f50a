"""The content of a ledger as of one moment, written into another one, page by page."""

from collections.abc import Iterator, Mapping
from typing import Final

import sqlalchemy as sql

from catalogue import postgresql
from catalogue.concept_tables import (
    broad_concepts,
    concept_ancestors,
    concept_descendants,
    concept_roll_ups,
    concept_rolled_up,
    concept_synonyms,
    concept_totalled,
    concept_totals,
    concept_words,
    concepts,
    vocabularies,
    vocabulary_editions,
)
from catalogue.database import Database
from catalogue.profile_tables import (
    cells,
    concept_counts,
    disclosure_rules,
    quality,
    releases,
    spreads,
    variables,
    withheld,
)
from catalogue.tables import (
    alone,
    audit,
    checkpoints,
    clusters,
    curated,
    facts,
    identities,
    jobs,
    links,
    log,
    pending,
    records,
    rejected,
    runs,
    sources,
    tokens,
)
from catalogue.variable_tables import dictionaries, variable_details, variable_words

PAGES: Final[Mapping[sql.Table, int]] = {
    facts: 1_000,
    sources: 1_000,
    runs: 2_000,
    records: 4_000,
    rejected: 50,
    pending: 4_000,
    jobs: 2_000,
    checkpoints: 500,
    log: 4_000,
    identities: 4_000,
    clusters: 4_000,
    alone: 4_000,
    curated: 4_000,
    links: 4_000,
    tokens: 1_000,
    audit: 4_000,
    disclosure_rules: 1_000,
    releases: 1_000,
    cells: 10_000,
    spreads: 4_000,
    concept_counts: 10_000,
    quality: 4_000,
    variables: 500,
    withheld: 4_000,
    vocabulary_editions: 1_000,
    vocabularies: 1_000,
    concepts: 10_000,
    concept_synonyms: 10_000,
    concept_words: 10_000,
    concept_ancestors: 10_000,
    concept_descendants: 10_000,
    broad_concepts: 10_000,
    concept_roll_ups: 10_000,
    concept_rolled_up: 1_000,
    concept_totals: 10_000,
    concept_totalled: 1_000,
    dictionaries: 50,
    variable_details: 2_000,
    variable_words: 10_000,
}
"""The tables that are copied, and how many of their rows at a time; a rejected thing may have a megabyte.

Leases are left out: whoever opens the copy holds nothing yet.
"""


def copy(origin: Database, target: Database) -> dict[str, int]:
    """Write all rows of one database over those of another; says how many of each table.

    Each page is kept once it is written, and writing it again changes nothing, so a copy that was
    cut off is made whole by the next one. The numbers of runs and jobs go on behind the copied ones.
    """
    copied = dict.fromkeys((table.name for table in PAGES), 0)
    with origin.unchanging() as here:
        for table, size in PAGES.items():
            names = [str(column.name) for column in table.columns]
            for rows in _pages(here, table, size):
                with target.writing() as there:
                    target.put(there, table, [dict(zip(names, row, strict=True)) for row in rows])
                copied[table.name] += len(rows)
    if target.on_server:
        with target.writing() as there:
            for table in (runs, rejected, jobs, log, tokens, audit, releases, dictionaries):
                postgresql.count_on(there, table)
    return copied


def counts(database: Database) -> dict[str, int]:
    """How many rows each copied table has."""
    with database.reading() as db:
        return {
            table.name: int(db.scalar(sql.select(sql.func.count()).select_from(table)) or 0)
            for table in PAGES
        }


def _pages(db: sql.Connection, table: sql.Table, size: int) -> Iterator[list[sql.Row[*tuple[object, ...]]]]:
    """The rows of a table by its key."""
    key = sql.tuple_(*table.primary_key) if len(table.primary_key) > 1 else next(iter(table.primary_key))
    query = table.select().order_by(*table.primary_key).limit(size)
    page = list(db.execute(query).all())
    while page:
        yield page
        last = tuple(getattr(page[-1], column.name) for column in table.primary_key)
        behind = key > (sql.tuple_(*map(sql.literal, last)) if len(last) > 1 else last[0])
        page = list(db.execute(query.where(behind)).all())
