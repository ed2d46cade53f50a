"""The tables of the ledger.

`sources`; `runs`, one row a harvest; `records`, one row a record with the digest of what is stored;
`rejected`, what could not be used, with its raw bytes; `pending`, the records whose graph and index
entry are being written, by whom; `leases`, who works on what and until when; `jobs`, what is to be
done. A change of this module needs a new script in `catalogue/migrations/versions`.
"""

from datetime import UTC, datetime
from typing import Final

import sqlalchemy as sql

QUEUED: Final = "queued"
RUNNING: Final = "running"

metadata: Final = sql.MetaData()

_Name: Final = sql.String().with_variant(sql.String(collation="C"), "postgresql")
"""A text that is ordered byte by byte on every engine."""


class _Time(sql.TypeDecorator[datetime]):
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
    sql.Column("name", _Name, primary_key=True),
    sql.Column("value", sql.String, nullable=False),
)
sources: Final = sql.Table(
    "sources",
    metadata,
    sql.Column("name", _Name, primary_key=True),
    sql.Column("kind", sql.String, nullable=False),
    sql.Column("url", sql.String, nullable=False),
    sql.Column("options", sql.JSON, nullable=False),
    sql.Column("created", _Time, nullable=False),
)
runs: Final = sql.Table(
    "runs",
    metadata,
    sql.Column("id", sql.Integer, primary_key=True),
    sql.Column("source", _Name, nullable=False, index=True),
    sql.Column("state", sql.String, nullable=False),
    sql.Column("started", _Time, nullable=False),
    sql.Column("ended", _Time),
    sql.Column("new", sql.Integer, nullable=False, default=0),
    sql.Column("changed", sql.Integer, nullable=False, default=0),
    sql.Column("unchanged", sql.Integer, nullable=False, default=0),
    sql.Column("rejected", sql.Integer, nullable=False, default=0),
    sql.Column("missing", sql.Integer, nullable=False, default=0),
    sql.Column("gone", sql.Integer, nullable=False, default=0),
    sql.Column("message", sql.String, nullable=False, default=""),
)
records: Final = sql.Table(
    "records",
    metadata,
    sql.Column("id", _Name, primary_key=True),
    sql.Column("source", _Name, nullable=False),
    sql.Column("subject", sql.String, nullable=False),
    sql.Column("kind", sql.String, nullable=False),
    sql.Column("title", sql.String, nullable=False),
    sql.Column("digest", sql.String, nullable=False),
    sql.Column("state", sql.String, nullable=False),
    sql.Column("issued", _Time, nullable=False),
    sql.Column("modified", _Time, nullable=False),
    sql.Column("seen", sql.Integer, nullable=False),
    sql.Column("missed", sql.Integer, nullable=False, default=0),
    sql.Column("missing_since", _Time),
    sql.Index("records_by_source", "source", "state"),
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
    sql.Column("id", _Name, primary_key=True),
    sql.Column("holder", _Name, primary_key=True),
    sql.Column("source", _Name, nullable=False, index=True),
)
leases: Final = sql.Table(
    "leases",
    metadata,
    sql.Column("name", _Name, primary_key=True),
    sql.Column("holder", _Name, nullable=False),
    sql.Column("since", _Time, nullable=False),
    sql.Column("until", _Time, nullable=False),
)
jobs: Final = sql.Table(
    "jobs",
    metadata,
    sql.Column("id", sql.Integer, primary_key=True),
    sql.Column("task", _Name, nullable=False),
    sql.Column("argument", _Name, nullable=False),
    sql.Column("state", _Name, nullable=False),
    sql.Column("queued", _Time, nullable=False),
    sql.Column("started", _Time),
    sql.Column("ended", _Time),
    sql.Column("holder", _Name, nullable=False, default=""),
    sql.Column("tries", sql.Integer, nullable=False, default=0),
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
