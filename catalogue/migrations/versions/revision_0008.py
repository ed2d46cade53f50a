"""Variables: the dictionaries of records, what is shown of each variable, and its words."""

import sqlalchemy as sql
from alembic import op

revision = "0008"
down_revision = "0007"

_NAME = sql.String().with_variant(sql.String(collation="C"), "postgresql")
_SAID = ("section", "name", "label", "description", "datatype", "unit", "concept", "concept_label", "codes")


def upgrade() -> None:
    op.create_table(
        "dictionaries",
        sql.Column("id", sql.Integer, primary_key=True),
        sql.Column("record", _NAME, nullable=False),
        sql.Column("source", _NAME, nullable=False),
        sql.Column("measured", sql.Boolean, nullable=False),
        sql.Column("digest", sql.String, nullable=False),
        sql.Column("columns", sql.String, nullable=False),
    )
    op.create_index("dictionaries_by_record", "dictionaries", ["record"], unique=True)
    op.create_table(
        "variable_details",
        sql.Column("id", sql.BigInteger, primary_key=True, autoincrement=False),
        *(sql.Column(name, sql.String, nullable=False) for name in _SAID),
        sql.Column("empty", sql.Double),
        sql.Column("declared", sql.Boolean, nullable=False),
        sql.Column("measured", sql.Boolean, nullable=False),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "variable_words",
        sql.Column("word", _NAME, primary_key=True),
        sql.Column("dictionary", sql.Integer, primary_key=True, autoincrement=False),
        sql.Column("places", sql.LargeBinary, nullable=False),
        sqlite_with_rowid=False,
    )
    op.create_index("variable_words_by_dictionary", "variable_words", ["dictionary"])
