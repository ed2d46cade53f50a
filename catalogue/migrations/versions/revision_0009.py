"""The local values of records that are withdrawn, until they come back."""

import sqlalchemy as sql
from alembic import op

revision = "0009"
down_revision = "0008"


def upgrade() -> None:
    op.add_column("curated", sql.Column("kept", sql.String))
