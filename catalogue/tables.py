"""The tables of the ledger.

`sources`, with how they stand; `runs`, one row a harvest, its `log` and its `checkpoints`; `records`,
one row a record with the digest of what is stored; `rejected`, what could not be used, with its raw
bytes; `pending`, the records whose graph and index entry are being written, by whom; `identities`,
what else a record is known by, and `clusters`, which records describe the same; `curated`, the
records with values of our own, and these while the record is withdrawn; `links`, what became of the
addresses in records; `leases`, who works on what and until when; `jobs`, what is to be done;
`tokens`, who may write, and `audit`, who did. A change of this module needs a new script in
`catalogue/migrations/versions`.
"""

from datetime import UTC, datetime
from typing import Final

import sqlalchemy as sql

QUEUED: Final = "queued"
RUNNING: Final = "running"

metadata: Final = sql.MetaData()

Name: Final = sql.String().with_variant(sql.String(collation="C"), "postgresql")
"""A text that is ordered byte by byte on every engine."""


class Time(sql.TypeDecorator[datetime]):
    """An aware UTC time; the databases keep it without its zone."""

    impl = sql.DateTime
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: object) -> datetime | None:
        return value.astimezone(UTC).replace(tzinfo=None) if value else None

    def process_result_value(self, value: datetime | None, dialect: object) -> datetime | None:
        return value.replace(tzinfo=UTC) if value else None


facts: Final = sql.Table(
    "facts",
    metadata,
    sql.Column("name", Name, primary_key=True),
    sql.Column("value", sql.String, nullable=False),
)
sources: Final = sql.Table(
    "sources",
    metadata,
    sql.Column("name", Name, primary_key=True),
    sql.Column("kind", sql.String, nullable=False),
    sql.Column("url", sql.String, nullable=False),
    sql.Column("options", sql.JSON, nullable=False),
    sql.Column("created", Time, nullable=False),
    sql.Column("credentials", sql.String, nullable=False, default=""),
    sql.Column("schedule", sql.String, nullable=False, default=""),
    sql.Column("profile", sql.String, nullable=False, default=""),
    sql.Column("deletion", sql.String, nullable=False, default="withdraw"),
    sql.Column("contact", sql.String, nullable=False, default=""),
    sql.Column("full_every", sql.Integer, nullable=False, default=7),
    sql.Column("paused", sql.Boolean, nullable=False, default=False),
    sql.Column("remembered", sql.JSON, nullable=False, default=dict),
    sql.Column("full_due", sql.Boolean, nullable=False, default=False),
    sql.Column("last_full", Time),
    sql.Column("last_complete", Time),
    sql.Column("scheduled", Time),
    sql.Column("failures", sql.Integer, nullable=False, default=0),
    sql.Column("alerted", Time),
    sql.Column("moves", sql.Integer, nullable=False, default=0),
)
runs: Final = sql.Table(
    "runs",
    metadata,
    sql.Column("id", sql.Integer, primary_key=True),
    sql.Column("source", Name, nullable=False, index=True),
    sql.Column("state", sql.String, nullable=False),
    sql.Column("started", Time, nullable=False),
    sql.Column("ended", Time),
    sql.Column("new", sql.Integer, nullable=False, default=0),
    sql.Column("changed", sql.Integer, nullable=False, default=0),
    sql.Column("unchanged", sql.Integer, nullable=False, default=0),
    sql.Column("rejected", sql.Integer, nullable=False, default=0),
    sql.Column("missing", sql.Integer, nullable=False, default=0),
    sql.Column("gone", sql.Integer, nullable=False, default=0),
    sql.Column("message", sql.String, nullable=False, default=""),
    sql.Column("whole", sql.Boolean, nullable=False, default=True),
    sql.Column("withheld", sql.Integer, nullable=False, default=0),
    sql.Column("resumed", sql.Integer, nullable=False, default=0),
    sql.Column("steps", sql.JSON, nullable=False, default=dict),
    sql.Column("moves", sql.Integer, nullable=False, default=0),
)
checkpoints: Final = sql.Table(
    "checkpoints",
    metadata,
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
log: Final = sql.Table(
    "log",
    metadata,
    sql.Column("id", sql.Integer, primary_key=True),
    sql.Column("run", sql.Integer, nullable=False, index=True),
    sql.Column("at", Time, nullable=False),
    sql.Column("level", sql.Integer, nullable=False),
    sql.Column("message", sql.String, nullable=False),
)
records: Final = sql.Table(
    "records",
    metadata,
    sql.Column("id", Name, primary_key=True),
    sql.Column("source", Name, nullable=False),
    sql.Column("subject", sql.String, nullable=False),
    sql.Column("kind", sql.String, nullable=False),
    sql.Column("title", sql.String, nullable=False),
    sql.Column("digest", sql.String, nullable=False),
    sql.Column("state", sql.String, nullable=False),
    sql.Column("issued", Time, nullable=False),
    sql.Column("modified", Time, nullable=False),
    sql.Column("seen", sql.Integer, nullable=False),
    sql.Column("missed", sql.Integer, nullable=False, default=0),
    sql.Column("missing_since", Time),
    sql.Column("first", sql.Integer, nullable=False, default=0),
    sql.Column("written", sql.Integer, nullable=False, default=0),
    sql.Column("leaving", sql.Integer),
    sql.Index("records_by_source", "source", "state"),
    sql.Index("records_by_change", "modified", "id"),
)
identities: Final = sql.Table(
    "identities",
    metadata,
    sql.Column("record", Name, primary_key=True),
    sql.Column("key", Name, primary_key=True),
    sql.Column("source", Name, nullable=False),
    sql.Index("identities_by_key", "key", "record"),
)
clusters: Final = sql.Table(
    "clusters",
    metadata,
    sql.Column("record", Name, primary_key=True),
    sql.Column("lead", Name, nullable=False, index=True),
    sql.Column("key", Name, nullable=False),
)
alone: Final = sql.Table(
    "alone",
    metadata,
    sql.Column("record", Name, primary_key=True),
    sql.Column("since", Time, nullable=False),
)
curated: Final = sql.Table(
    "curated",
    metadata,
    sql.Column("record", Name, primary_key=True),
    sql.Column("since", Time, nullable=False),
    sql.Column("kept", sql.String),
)
links: Final = sql.Table(
    "links",
    metadata,
    sql.Column("url", Name, primary_key=True),
    sql.Column("checked", Time, nullable=False, index=True),
    sql.Column("state", sql.String, nullable=False),
    sql.Column("status", sql.Integer),
    sql.Column("message", sql.String, nullable=False),
    sql.Column("since", Time, nullable=False),
)
tokens: Final = sql.Table(
    "tokens",
    metadata,
    sql.Column("id", sql.Integer, primary_key=True),
    sql.Column("name", sql.String, nullable=False),
    sql.Column("role", sql.String, nullable=False),
    sql.Column("use", sql.String, nullable=False),
    sql.Column("prefix", sql.String, nullable=False),
    sql.Column("digest", Name, nullable=False),
    sql.Column("created", Time, nullable=False),
    sql.Column("expires", Time),
    sql.Column("revoked", Time),
    sql.Index("tokens_by_digest", "digest", unique=True),
)
audit: Final = sql.Table(
    "audit",
    metadata,
    sql.Column("id", sql.Integer, primary_key=True),
    sql.Column("at", Time, nullable=False),
    sql.Column("who", sql.String, nullable=False),
    sql.Column("action", sql.String, nullable=False),
    sql.Column("subject", Name, nullable=False),
    sql.Column("detail", sql.String, nullable=False, default=""),
)
rejected: Final = sql.Table(
    "rejected",
    metadata,
    sql.Column("id", sql.Integer, primary_key=True),
    sql.Column("run", sql.Integer, nullable=False, index=True),
    sql.Column("origin", sql.String, nullable=False),
    sql.Column("place", sql.String, nullable=False),
    sql.Column("reason", sql.String, nullable=False),
    sql.Column("raw", sql.LargeBinary, nullable=False),
)
pending: Final = sql.Table(
    "pending",
    metadata,
    sql.Column("id", Name, primary_key=True),
    sql.Column("holder", Name, primary_key=True),
    sql.Column("source", Name, nullable=False, index=True),
)
leases: Final = sql.Table(
    "leases",
    metadata,
    sql.Column("name", Name, primary_key=True),
    sql.Column("holder", Name, nullable=False),
    sql.Column("since", Time, nullable=False),
    sql.Column("until", Time, nullable=False),
)
jobs: Final = sql.Table(
    "jobs",
    metadata,
    sql.Column("id", sql.Integer, primary_key=True),
    sql.Column("task", Name, nullable=False),
    sql.Column("argument", Name, nullable=False),
    sql.Column("state", Name, nullable=False),
    sql.Column("queued", Time, nullable=False),
    sql.Column("started", Time),
    sql.Column("ended", Time),
    sql.Column("holder", Name, nullable=False, default=""),
    sql.Column("tries", sql.Integer, nullable=False, default=0),
    sql.Column("cancelled", sql.Boolean, nullable=False, default=False),
    sql.Column("message", sql.String, nullable=False, default=""),
    sql.Index(
        "jobs_to_do",
        "task",
        "argument",
        unique=True,
        sqlite_where=sql.text("state IN ('queued', 'running')"),
        postgresql_where=sql.text("state IN ('queued', 'running')"),
    ),
)
