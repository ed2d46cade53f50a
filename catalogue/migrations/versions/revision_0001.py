"""The tables of the first version, which made them without a revision."""

import sqlalchemy as sql
from alembic import op

revision = "0001"
down_revision = None

_NAME = sql.String().with_variant(sql.String(collation="C"), "postgresql")
_COUNTS = ("new", "changed", "unchanged", "rejected", "missing", "gone")


def upgrade() -> None:
    op.create_table(
        "facts",
        sql.Column("name", _NAME, primary_key=True),
        sql.Column("value", sql.String, nullable=False),
    )
    op.create_table(
        "sources",
        sql.Column("name", _NAME, primary_key=True),
        sql.Column("kind", sql.String, nullable=False),
        sql.Column("url", sql.String, nullable=False),
        sql.Column("options", sql.JSON, nullable=False),
        sql.Column("created", sql.DateTime, nullable=False),
    )
    op.create_table(
        "runs",
        sql.Column("id", sql.Integer, primary_key=True),
        sql.Column("source", _NAME, nullable=False),
        sql.Column("state", sql.String, nullable=False),
        sql.Column("started", sql.DateTime, nullable=False),
        sql.Column("ended", sql.DateTime),
        *(sql.Column(name, sql.Integer, nullable=False) for name in _COUNTS),
        sql.Column("message", sql.String, nullable=False),
    )
    op.create_index("ix_runs_source", "runs", ["source"])
    op.create_table(
        "records",
        sql.Column("id", _NAME, primary_key=True),
        sql.Column("source", _NAME, nullable=False),
        sql.Column("subject", sql.String, nullable=False),
        sql.Column("kind", sql.String, nullable=False),
        sql.Column("title", sql.String, nullable=False),
        sql.Column("digest", sql.String, nullable=False),
        sql.Column("state", sql.String, nullable=False),
        sql.Column("issued", sql.DateTime, nullable=False),
        sql.Column("modified", sql.DateTime, nullable=False),
        sql.Column("seen", sql.Integer, nullable=False),
        sql.Column("missed", sql.Integer, nullable=False),
        sql.Column("missing_since", sql.DateTime),
    )
    op.create_index("records_by_source", "records", ["source", "state"])
    op.create_table(
        "rejected",
        sql.Column("id", sql.Integer, primary_key=True),
        sql.Column("run", sql.Integer, nullable=False),
        sql.Column("origin", sql.String, nullable=False),
        sql.Column("place", sql.String, nullable=False),
        sql.Column("reason", sql.String, nullable=False),
        sql.Column("raw", sql.LargeBinary, nullable=False),
    )
    op.create_index("ix_rejected_run", "rejected", ["run"])
    op.create_table("pending", sql.Column("id", _NAME, primary_key=True))
