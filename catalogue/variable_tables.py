"""The tables of the variables that records describe and releases measure, in the database of the ledger.

All rows follow from the graphs of records and the releases that these show. `dictionaries` has one row a
record with variables, `variable_details` what is shown of each, `variable_words` by which words they are
found. The number of a variable is that of its dictionary and its place in it. A change of this module
needs a new script in `catalogue/migrations/versions`.
"""

from typing import Final

import sqlalchemy as sql

from catalogue.tables import Name, metadata

PLACES: Final = 20
"""So many bits of the number of a variable tell its place in its dictionary."""


def _text(name: str) -> sql.Column[str]:
    return sql.Column(name, sql.String, nullable=False)


dictionaries: Final = sql.Table(
    "dictionaries",
    metadata,
    sql.Column("id", sql.Integer, primary_key=True),
    sql.Column("record", Name, nullable=False),
    sql.Column("source", Name, nullable=False),
    sql.Column("measured", sql.Boolean, nullable=False),
    _text("digest"),
    _text("columns"),
)
"""`measured` says whether a release has a part in it, `digest` is that of all its variables, `columns` the
JSON of `catalogue.variables_columns`."""
sql.Index("dictionaries_by_record", dictionaries.c.record, unique=True)

variable_details: Final = sql.Table(
    "variable_details",
    metadata,
    sql.Column("id", sql.BigInteger, primary_key=True, autoincrement=False),
    *map(
        _text,
        ("section", "name", "label", "description", "datatype", "unit", "concept", "concept_label", "codes"),
    ),
    sql.Column("empty", sql.Double),
    sql.Column("declared", sql.Boolean, nullable=False),
    sql.Column("measured", sql.Boolean, nullable=False),
    sqlite_with_rowid=False,
)
"""`section` is the table that a variable stands in; `codes` is JSON: [code, meaning, state, low, high]."""

variable_words: Final = sql.Table(
    "variable_words",
    metadata,
    sql.Column("word", Name, primary_key=True),
    sql.Column("dictionary", sql.Integer, primary_key=True, autoincrement=False),
    sql.Column("places", sql.LargeBinary, nullable=False),
    sql.Index("variable_words_by_dictionary", "dictionary"),
    sqlite_with_rowid=False,
)
"""`places` has four bytes for each variable with the word: twice its place, and one more where the word
stands neither in its name nor in its label."""
