"""How often a source has moved, and how often it had when a run began."""

import sqlalchemy as sql
from alembic import op

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    for table in ("sources", "runs"):
        op.add_column(table, sql.Column("moves", sql.Integer, nullable=False, server_default="0"))
