"""Releases of characterisation profiles, what may be told of them, and the disclosure rules of sources."""

import sqlalchemy as sql
from alembic import op

revision = "0005"
down_revision = "0004"

_NAME = sql.String().with_variant(sql.String(collation="C"), "postgresql")
_TOLD = ("producer", "version", "source_name", "cdm_version", "vocabulary_version")
_QUANTILES = ("minimum", "p10", "p25", "median", "p75", "p90", "maximum", "mean", "deviation")


def upgrade() -> None:
    op.create_table(
        "disclosure_rules",
        sql.Column("source", _NAME, primary_key=True),
        sql.Column("threshold", sql.Integer, nullable=False),
        sql.Column("rounding", sql.Integer, nullable=False),
    )
    _releases()
    _counts()
    _lists()


def _releases() -> None:
    op.create_table(
        "releases",
        sql.Column("id", sql.Integer, primary_key=True),
        sql.Column("record", _NAME, nullable=False),
        sql.Column("state", sql.String, nullable=False),
        sql.Column("current", sql.Boolean, nullable=False),
        sql.Column("graphs", sql.String, nullable=False),
        sql.Column("imported", sql.DateTime, nullable=False),
        sql.Column("published", sql.DateTime),
        sql.Column("digest", sql.String, nullable=False),
        *(sql.Column(name, sql.String, nullable=False) for name in _TOLD),
        sql.Column("generated", sql.Date),
        sql.Column("released", sql.Date),
        sql.Column("threshold", sql.Integer, nullable=False),
        sql.Column("rounding", sql.Integer, nullable=False),
    )
    op.create_index("releases_by_record", "releases", ["record", "id"])


def _counts() -> None:
    op.create_table(
        "cells",
        *_place(),
        sql.Column("state", sql.String, nullable=False),
        sql.Column("low", sql.BigInteger),
        sql.Column("high", sql.BigInteger),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "spreads",
        *_place(),
        sql.Column("count", sql.BigInteger),
        *(sql.Column(name, sql.Double) for name in _QUANTILES),
        sqlite_with_rowid=False,
    )
    counted = ("persons", "records", "all_persons", "all_records")
    op.create_table(
        "concept_counts",
        sql.Column("concept", sql.BigInteger, primary_key=True, autoincrement=False),
        sql.Column("release", sql.Integer, primary_key=True, autoincrement=False),
        sql.Column("domain", _NAME, primary_key=True),
        *(column for name in counted for column in _count(name)),
        sqlite_with_rowid=False,
    )
    op.create_index("concept_counts_by_release", "concept_counts", ["release", "domain", "concept"])


def _lists() -> None:
    _numbered(
        "quality",
        *_words("category", "subcategory"),
        *_numbers("passed", "failed", "not_applicable", "errors"),
    )
    _numbered(
        "variables",
        *_words("table", "name", "label", "type", "values"),
        sql.Column("empty", sql.Double),
    )
    _numbered("withheld", *_words("what", "reason"), *_numbers("cells"))


def _numbered(name: str, *columns: sql.Column[str] | sql.Column[int] | sql.Column[float]) -> None:
    op.create_table(
        name,
        sql.Column("release", sql.Integer, primary_key=True, autoincrement=False),
        sql.Column("number", sql.Integer, primary_key=True, autoincrement=False),
        *columns,
    )


def _place() -> tuple[sql.Column[int] | sql.Column[str], ...]:
    return (
        sql.Column("release", sql.Integer, primary_key=True, autoincrement=False),
        *(sql.Column(name, _NAME, primary_key=True) for name in ("analysis", "strata1", "strata2")),
    )


def _count(name: str) -> tuple[sql.Column[str] | sql.Column[int], ...]:
    return (
        sql.Column(f"{name}_state", sql.String, nullable=False),
        sql.Column(f"{name}_low", sql.BigInteger),
        sql.Column(f"{name}_high", sql.BigInteger),
    )


def _words(*names: str) -> tuple[sql.Column[str], ...]:
    return tuple(sql.Column(name, sql.String, nullable=False) for name in names)


def _numbers(*names: str) -> tuple[sql.Column[int], ...]:
    return tuple(sql.Column(name, sql.BigInteger, nullable=False) for name in names)
