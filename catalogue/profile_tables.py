"""The tables of characterisation profiles, in the database of the ledger.

`disclosure_rules`, the rule of each source that has one of its own; `releases`, one row a release with
how it stands; and what may be told of each: `cells`, `spreads`, `concept_counts`, `quality`,
`variables`, `withheld`. Of a release whose graphs are in the store, all rows follow from these. A
change of this module needs a new script in `catalogue/migrations/versions`.
"""

from typing import Final

import sqlalchemy as sql

from catalogue.tables import Name, Time, metadata


def _count(name: str) -> tuple[sql.Column[str], sql.Column[int], sql.Column[int]]:
    """The columns of a count: a word of `counts.State`, and its bounds, NULL where there are none."""
    return (
        sql.Column(f"{name}_state", sql.String, nullable=False),
        sql.Column(f"{name}_low", sql.BigInteger),
        sql.Column(f"{name}_high", sql.BigInteger),
    )


def _numbered(name: str, *columns: sql.Column[str] | sql.Column[int] | sql.Column[float]) -> sql.Table:
    """A table of the lists of releases, in their order."""
    return sql.Table(
        name,
        metadata,
        sql.Column("release", sql.Integer, primary_key=True, autoincrement=False),
        sql.Column("number", sql.Integer, primary_key=True, autoincrement=False),
        *columns,
    )


disclosure_rules: Final = sql.Table(
    "disclosure_rules",
    metadata,
    sql.Column("source", Name, primary_key=True),
    sql.Column("threshold", sql.Integer, nullable=False),
    sql.Column("rounding", sql.Integer, nullable=False),
)
releases: Final = sql.Table(
    "releases",
    metadata,
    sql.Column("id", sql.Integer, primary_key=True),
    sql.Column("record", Name, nullable=False),
    sql.Column("state", sql.String, nullable=False),
    sql.Column("current", sql.Boolean, nullable=False),
    sql.Column("graphs", sql.String, nullable=False),
    sql.Column("imported", Time, nullable=False),
    sql.Column("published", Time),
    sql.Column("digest", sql.String, nullable=False),
    sql.Column("producer", sql.String, nullable=False),
    sql.Column("version", sql.String, nullable=False),
    sql.Column("source_name", sql.String, nullable=False),
    sql.Column("generated", sql.Date),
    sql.Column("released", sql.Date),
    sql.Column("cdm_version", sql.String, nullable=False),
    sql.Column("vocabulary_version", sql.String, nullable=False),
    sql.Column("threshold", sql.Integer, nullable=False),
    sql.Column("rounding", sql.Integer, nullable=False),
    sql.Index("releases_by_record", "record", "id"),
)
"""`graphs` says whether they are in the store: `none`, `there`, or `writing` while that changes."""

cells: Final = sql.Table(
    "cells",
    metadata,
    sql.Column("release", sql.Integer, primary_key=True, autoincrement=False),
    sql.Column("analysis", Name, primary_key=True),
    sql.Column("strata1", Name, primary_key=True),
    sql.Column("strata2", Name, primary_key=True),
    sql.Column("state", sql.String, nullable=False),
    sql.Column("low", sql.BigInteger),
    sql.Column("high", sql.BigInteger),
    sqlite_with_rowid=False,
)
"""The counts of all analyses but the four that `concept_counts` has; "" for a stratum that there is not."""

spreads: Final = sql.Table(
    "spreads",
    metadata,
    sql.Column("release", sql.Integer, primary_key=True, autoincrement=False),
    sql.Column("analysis", Name, primary_key=True),
    sql.Column("strata1", Name, primary_key=True),
    sql.Column("strata2", Name, primary_key=True),
    sql.Column("count", sql.BigInteger),
    sql.Column("minimum", sql.Double),
    sql.Column("p10", sql.Double),
    sql.Column("p25", sql.Double),
    sql.Column("median", sql.Double),
    sql.Column("p75", sql.Double),
    sql.Column("p90", sql.Double),
    sql.Column("maximum", sql.Double),
    sql.Column("mean", sql.Double),
    sql.Column("deviation", sql.Double),
    sqlite_with_rowid=False,
)
concept_counts: Final = sql.Table(
    "concept_counts",
    metadata,
    sql.Column("concept", sql.BigInteger, primary_key=True, autoincrement=False),
    sql.Column("release", sql.Integer, primary_key=True, autoincrement=False),
    sql.Column("domain", Name, primary_key=True),
    *_count("persons"),
    *_count("records"),
    *_count("all_persons"),
    *_count("all_records"),
    sql.Index("concept_counts_by_release", "release", "domain", "concept", "persons_high", "records_high"),
    sqlite_with_rowid=False,
)
"""Persons and records by concept and domain; `all_` counts them with the descendants of the concept,
over all domains, as the node told them. A concept that is counted with its descendants alone has the
domain "".
"""

quality: Final = _numbered(
    "quality",
    sql.Column("category", sql.String, nullable=False),
    sql.Column("subcategory", sql.String, nullable=False),
    sql.Column("passed", sql.BigInteger, nullable=False),
    sql.Column("failed", sql.BigInteger, nullable=False),
    sql.Column("not_applicable", sql.BigInteger, nullable=False),
    sql.Column("errors", sql.BigInteger, nullable=False),
)
variables: Final = _numbered(
    "variables",
    sql.Column("table", sql.String, nullable=False),
    sql.Column("name", sql.String, nullable=False),
    sql.Column("label", sql.String, nullable=False),
    sql.Column("type", sql.String, nullable=False),
    sql.Column("empty", sql.Double),
    sql.Column("values", sql.String, nullable=False),
)
"""`values` is JSON: [value, state, low, high] for each that the scan lists."""

withheld: Final = _numbered(
    "withheld",
    sql.Column("what", sql.String, nullable=False),
    sql.Column("cells", sql.BigInteger, nullable=False),
    sql.Column("reason", sql.String, nullable=False),
)

OF_A_RELEASE: Final = (cells, spreads, concept_counts, quality, variables, withheld)
"""The tables that hold what may be told of a release."""
