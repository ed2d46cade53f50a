"""The vocabulary: editions, concepts, words, hierarchy; roll-ups, and counts over all sources."""

import sqlalchemy as sql
from alembic import op

revision = "0006"
down_revision = "0005"

_NAME = sql.String().with_variant(sql.String(collation="C"), "postgresql")
_SUMS = ("number", "hidden", "open", "sum_low", "sum_high", "shown_high")
_EXTREMES = ("most_low", "hidden_high")


def upgrade() -> None:
    op.create_table(
        "vocabulary_editions",
        sql.Column("id", sql.Integer, primary_key=True, autoincrement=False),
        sql.Column("imported", sql.DateTime, nullable=False),
        sql.Column("current", sql.Boolean, nullable=False),
    )
    op.create_table(
        "vocabularies",
        _edition(),
        _name_key("name"),
        _number("concepts"),
        sql.Column("version", sql.String, nullable=False),
    )
    _concepts()
    _hierarchy()
    _roll_ups()
    _totals()


def _concepts() -> None:
    words = ("name", "domain", "vocabulary", "class", "standard", "code", "invalid")
    op.create_table(
        "concepts",
        _edition(),
        _key("id"),
        *(sql.Column(name, _NAME, nullable=False) for name in words),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "concept_synonyms", _edition(), _key("concept"), _name_key("name"), sqlite_with_rowid=False
    )
    op.create_table("concept_words", _edition(), _name_key("word"), _key("concept"), sqlite_with_rowid=False)


def _hierarchy() -> None:
    for name, first, second in (
        ("concept_ancestors", "descendant", "ancestor"),
        ("concept_descendants", "ancestor", "descendant"),
    ):
        op.create_table(
            name,
            _edition(),
            _key(first),
            _key(second),
            sql.Column("levels", sql.SmallInteger, nullable=False),
            sqlite_with_rowid=False,
        )


def _roll_ups() -> None:
    op.create_table("broad_concepts", _edition(), _key("concept"), sqlite_with_rowid=False)
    op.create_table(
        "concept_roll_ups",
        _edition(),
        _key("concept"),
        sql.Column("release", sql.Integer, primary_key=True, autoincrement=False),
        *(_number(f"{unit}_{what}") for unit in ("persons", "records") for what in (*_SUMS, *_EXTREMES)),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "concept_rolled_up",
        _edition(),
        sql.Column("release", sql.Integer, primary_key=True, autoincrement=False),
    )


def _totals() -> None:
    op.create_table(
        "concept_totals",
        _name_key("domain"),
        _key("concept"),
        _number("sources"),
        *(_number(f"{unit}_{what}") for unit in ("persons", "records") for what in _SUMS),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "concept_totalled",
        sql.Column("release", sql.Integer, primary_key=True, autoincrement=False),
        _number("rows"),
    )


def _edition() -> sql.Column[int]:
    return sql.Column("edition", sql.Integer, primary_key=True, autoincrement=False)


def _key(name: str) -> sql.Column[int]:
    return sql.Column(name, sql.BigInteger, primary_key=True, autoincrement=False)


def _name_key(name: str) -> sql.Column[str]:
    return sql.Column(name, _NAME, primary_key=True)


def _number(name: str) -> sql.Column[int]:
    return sql.Column(name, sql.BigInteger, nullable=False)
