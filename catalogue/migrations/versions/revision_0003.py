"""Sources with how they stand, the log of runs, records known as the same, links, tokens."""

import sqlalchemy as sql
from alembic import op

revision = "0003"
down_revision = "0002"

_NAME = sql.String().with_variant(sql.String(collation="C"), "postgresql")


def upgrade() -> None:
    _of_sources()
    _of_runs()
    _of_records()
    _of_people()
    op.create_table(
        "links",
        sql.Column("url", _NAME, primary_key=True),
        sql.Column("checked", sql.DateTime, nullable=False),
        sql.Column("state", sql.String, nullable=False),
        sql.Column("status", sql.Integer),
        sql.Column("message", sql.String, nullable=False),
        sql.Column("since", sql.DateTime, nullable=False),
    )
    op.create_index("ix_links_checked", "links", ["checked"])
    op.add_column("jobs", _flag("cancelled"))


def _of_sources() -> None:
    for name, default in (("credentials", ""), ("schedule", ""), ("profile", ""), ("contact", "")):
        op.add_column("sources", sql.Column(name, sql.String, nullable=False, server_default=default))
    op.add_column("sources", sql.Column("deletion", sql.String, nullable=False, server_default="withdraw"))
    op.add_column("sources", sql.Column("full_every", sql.Integer, nullable=False, server_default="7"))
    op.add_column("sources", sql.Column("failures", sql.Integer, nullable=False, server_default="0"))
    op.add_column("sources", sql.Column("remembered", sql.JSON, nullable=False, server_default="{}"))
    op.add_column("sources", _flag("paused"))
    op.add_column("sources", _flag("full_due"))
    for name in ("last_full", "last_complete", "scheduled", "alerted"):
        op.add_column("sources", sql.Column(name, sql.DateTime))
    op.execute("UPDATE sources SET kind = 'folder' WHERE kind = 'files' AND url <> ''")


def _of_runs() -> None:
    op.add_column("runs", sql.Column("whole", sql.Boolean, nullable=False, server_default=sql.true()))
    op.add_column("runs", sql.Column("withheld", sql.Integer, nullable=False, server_default="0"))
    op.add_column("runs", sql.Column("resumed", sql.Integer, nullable=False, server_default="0"))
    op.add_column("runs", sql.Column("steps", sql.JSON, nullable=False, server_default="{}"))
    op.create_table(
        "checkpoints",
        sql.Column("run", sql.Integer, primary_key=True, autoincrement=False),
        sql.Column("cursor", sql.String, nullable=False),
        sql.Column("remembered", sql.JSON, nullable=False),
        sql.Column("noted", sql.JSON, nullable=False),
        sql.Column("whole", sql.Boolean, nullable=False),
        sql.Column("declared", sql.Integer, nullable=False),
        sql.Column("unknown", sql.Integer, nullable=False),
        sql.Column("rejected", sql.Integer, nullable=False),
        sql.Column("fault", sql.String, nullable=False),
    )
    op.create_table(
        "log",
        sql.Column("id", sql.Integer, primary_key=True),
        sql.Column("run", sql.Integer, nullable=False),
        sql.Column("at", sql.DateTime, nullable=False),
        sql.Column("level", sql.Integer, nullable=False),
        sql.Column("message", sql.String, nullable=False),
    )
    op.create_index("ix_log_run", "log", ["run"])


def _of_records() -> None:
    op.add_column("records", sql.Column("first", sql.Integer, nullable=False, server_default="0"))
    op.add_column("records", sql.Column("written", sql.Integer, nullable=False, server_default="0"))
    op.add_column("records", sql.Column("leaving", sql.Integer))
    op.create_index("records_by_change", "records", ["modified", "id"])
    op.create_table(
        "identities",
        sql.Column("record", _NAME, primary_key=True),
        sql.Column("key", _NAME, primary_key=True),
        sql.Column("source", _NAME, nullable=False),
    )
    op.create_index("identities_by_key", "identities", ["key", "record"])
    op.create_table(
        "clusters",
        sql.Column("record", _NAME, primary_key=True),
        sql.Column("lead", _NAME, nullable=False),
        sql.Column("key", _NAME, nullable=False),
    )
    op.create_index("ix_clusters_lead", "clusters", ["lead"])
    for name in ("alone", "curated"):
        op.create_table(
            name,
            sql.Column("record", _NAME, primary_key=True),
            sql.Column("since", sql.DateTime, nullable=False),
        )


def _of_people() -> None:
    op.create_table(
        "tokens",
        sql.Column("id", sql.Integer, primary_key=True),
        sql.Column("name", sql.String, nullable=False),
        sql.Column("role", sql.String, nullable=False),
        sql.Column("use", sql.String, nullable=False),
        sql.Column("prefix", sql.String, nullable=False),
        sql.Column("digest", _NAME, nullable=False),
        sql.Column("created", sql.DateTime, nullable=False),
        sql.Column("expires", sql.DateTime),
        sql.Column("revoked", sql.DateTime),
    )
    op.create_index("tokens_by_digest", "tokens", ["digest"], unique=True)
    op.create_table(
        "audit",
        sql.Column("id", sql.Integer, primary_key=True),
        sql.Column("at", sql.DateTime, nullable=False),
        sql.Column("who", sql.String, nullable=False),
        sql.Column("action", sql.String, nullable=False),
        sql.Column("subject", _NAME, nullable=False),
        sql.Column("detail", sql.String, nullable=False),
    )


def _flag(name: str) -> sql.Column[bool]:
    return sql.Column(name, sql.Boolean, nullable=False, server_default=sql.false())
