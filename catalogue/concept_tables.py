"""The tables of the vocabulary, in the database of the ledger: concepts, hierarchy, counts of all sources.

An import writes a new edition beside the old one; only rows of the edition that is current are read, so
that all of it changes in one step. `concept_ancestors` and `concept_descendants` hold the same pairs,
each in the order in which it is asked; `broad_concepts` are those with much below them. `concept_totals`
sums up the current releases that `concept_totalled` lists, and `concept_roll_ups` has what the releases of
`concept_rolled_up` hold below each broad concept. A change of this module needs a new script in
`catalogue/migrations/versions`.
"""

from typing import Final

import sqlalchemy as sql

from catalogue.tables import Name, Time, metadata

_SUMS: Final = ("number", "hidden", "open", "sum_low", "sum_high", "shown_high")
_EXTREMES: Final = ("most_low", "hidden_high")


def _key(name: str) -> sql.Column[int]:
    return sql.Column(name, sql.BigInteger, primary_key=True, autoincrement=False)


def _edition() -> sql.Column[int]:
    return sql.Column("edition", sql.Integer, primary_key=True, autoincrement=False)


def _number(name: str) -> sql.Column[int]:
    return sql.Column(name, sql.BigInteger, nullable=False)


vocabulary_editions: Final = sql.Table(
    "vocabulary_editions",
    metadata,
    sql.Column("id", sql.Integer, primary_key=True, autoincrement=False),
    sql.Column("imported", Time, nullable=False),
    sql.Column("current", sql.Boolean, nullable=False),
)
vocabularies: Final = sql.Table(
    "vocabularies",
    metadata,
    _edition(),
    sql.Column("name", Name, primary_key=True),
    _number("concepts"),
    sql.Column("version", sql.String, nullable=False),
)
concepts: Final = sql.Table(
    "concepts",
    metadata,
    _edition(),
    _key("id"),
    sql.Column("name", Name, nullable=False),
    sql.Column("domain", Name, nullable=False),
    sql.Column("vocabulary", Name, nullable=False),
    sql.Column("class", Name, nullable=False),
    sql.Column("standard", Name, nullable=False),
    sql.Column("code", Name, nullable=False),
    sql.Column("invalid", Name, nullable=False),
    sqlite_with_rowid=False,
)
"""`standard` is S for a standard concept, C for one that classifies; `invalid` is D for one that is
deleted, U for one that is replaced; each is "" for others."""

concept_synonyms: Final = sql.Table(
    "concept_synonyms",
    metadata,
    _edition(),
    _key("concept"),
    sql.Column("name", Name, primary_key=True),
    sqlite_with_rowid=False,
)
concept_words: Final = sql.Table(
    "concept_words",
    metadata,
    _edition(),
    sql.Column("word", Name, primary_key=True),
    _key("concept"),
    sqlite_with_rowid=False,
)
concept_ancestors: Final = sql.Table(
    "concept_ancestors",
    metadata,
    _edition(),
    _key("descendant"),
    _key("ancestor"),
    sql.Column("levels", sql.SmallInteger, nullable=False),
    sqlite_with_rowid=False,
)
concept_descendants: Final = sql.Table(
    "concept_descendants",
    metadata,
    _edition(),
    _key("ancestor"),
    _key("descendant"),
    sql.Column("levels", sql.SmallInteger, nullable=False),
    sqlite_with_rowid=False,
)
"""No concept is its own ancestor here; `levels` is the least number of steps between the two."""

broad_concepts: Final = sql.Table(
    "broad_concepts",
    metadata,
    _edition(),
    _key("concept"),
    sqlite_with_rowid=False,
)
concept_roll_ups: Final = sql.Table(
    "concept_roll_ups",
    metadata,
    _edition(),
    _key("concept"),
    sql.Column("release", sql.Integer, primary_key=True, autoincrement=False),
    *(_number(f"{unit}_{what}") for unit in ("persons", "records") for what in (*_SUMS, *_EXTREMES)),
    sqlite_with_rowid=False,
)
"""What is below a concept, without itself; the columns are as those of `concept_totals`."""

concept_rolled_up: Final = sql.Table(
    "concept_rolled_up",
    metadata,
    _edition(),
    sql.Column("release", sql.Integer, primary_key=True, autoincrement=False),
)
concept_totals: Final = sql.Table(
    "concept_totals",
    metadata,
    sql.Column("domain", Name, primary_key=True),
    _key("concept"),
    _number("sources"),
    *(_number(f"{unit}_{what}") for unit in ("persons", "records") for what in _SUMS),
    sqlite_with_rowid=False,
)
"""The counts of all sources together, by domain, and with the domain "" over all domains.

The columns are those of `catalogue.profiles.concepts_bounds.Parts`.
"""

concept_totalled: Final = sql.Table(
    "concept_totalled",
    metadata,
    sql.Column("release", sql.Integer, primary_key=True, autoincrement=False),
    _number("rows"),
)

OF_AN_EDITION: Final = (
    vocabularies,
    concepts,
    concept_synonyms,
    concept_words,
    concept_ancestors,
    concept_descendants,
    broad_concepts,
    concept_roll_ups,
    concept_rolled_up,
)
"""The tables whose rows belong to an edition."""
