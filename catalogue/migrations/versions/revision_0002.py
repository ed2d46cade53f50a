"""Leases and jobs; an intention names its source and who has it."""

import sqlalchemy as sql
from alembic import op

revision = "0002"
down_revision = "0001"

_NAME = sql.String().with_variant(sql.String(collation="C"), "postgresql")

_KEEP_INTENTIONS = """
INSERT INTO pending (id, holder, source)
SELECT intended.id, '', coalesce(
    (SELECT records.source FROM records WHERE records.id = intended.id),
    (SELECT runs.source FROM runs WHERE runs.state = 'running' ORDER BY runs.id DESC LIMIT 1),
    ''
) FROM intended
"""
"""Before, one process wrote for one source at a time: what is new belongs to the run that was going on."""


def upgrade() -> None:
    op.create_table("intended", sql.Column("id", _NAME))
    op.execute("INSERT INTO intended SELECT id FROM pending")
    op.drop_table("pending")
    op.create_table(
        "pending",
        sql.Column("id", _NAME, primary_key=True),
        sql.Column("holder", _NAME, primary_key=True),
        sql.Column("source", _NAME, nullable=False),
    )
    op.create_index("ix_pending_source", "pending", ["source"])
    op.execute(_KEEP_INTENTIONS)
    op.drop_table("intended")
    op.create_table(
        "leases",
        sql.Column("name", _NAME, primary_key=True),
        sql.Column("holder", _NAME, nullable=False),
        sql.Column("since", sql.DateTime, nullable=False),
        sql.Column("until", sql.DateTime, nullable=False),
    )
    op.create_table(
        "jobs",
        sql.Column("id", sql.Integer, primary_key=True),
        sql.Column("task", _NAME, nullable=False),
        sql.Column("argument", _NAME, nullable=False),
        sql.Column("state", _NAME, nullable=False),
        sql.Column("queued", sql.DateTime, nullable=False),
        sql.Column("started", sql.DateTime),
        sql.Column("ended", sql.DateTime),
        sql.Column("holder", _NAME, nullable=False),
        sql.Column("tries", sql.Integer, nullable=False),
        sql.Column("message", sql.String, nullable=False),
    )
    to_do = sql.text("state IN ('queued', 'running')")
    op.create_index(
        "jobs_to_do",
        "jobs",
        ["task", "argument"],
        unique=True,
        sqlite_where=to_do,
        postgresql_where=to_do,
    )
