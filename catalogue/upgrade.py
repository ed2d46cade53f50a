"""Brings the tables of a ledger to the revision that this version knows, safe beside other processes.

A new ledger gets today's tables at once, and one that is up to date costs one question; Alembic is
loaded only for a ledger of an earlier version.
"""

import logging
from functools import cache
from typing import Final

import sqlalchemy as sql
from sqlalchemy.schema import CreateIndex, CreateTable

from catalogue.database import Database
from catalogue.errors import Conflict
from catalogue.tables import metadata, records

log = logging.getLogger(__name__)

HEAD: Final = "0009"
"""The newest revision in `catalogue/migrations/versions`."""

_FIRST: Final = "0001"
_LOCK: Final = 0x4641_4952
"""The number of the lock that PostgreSQL gives to one process at a time."""

_versions: Final = sql.Table(
    "alembic_version", sql.MetaData(), sql.Column("version_num", sql.String(32), primary_key=True)
)


def upgrade(database: Database) -> None:
    """Make or upgrade the tables; raises Conflict for a ledger of a newer version."""
    with database.reading() as db:
        if _revision(db) == HEAD:
            return
    with database.writing() as db:
        _alone(db)
        found = _revision(db)
        if found == HEAD:
            return
        if found is None and not sql.inspect(db).has_table(records.name):
            for statement in _making(db.dialect.name, db.dialect.driver):
                db.exec_driver_sql(statement)
            db.execute(_versions.insert().values(version_num=HEAD))
            return
        if found is None:
            _versions.create(db)
            db.execute(_versions.insert().values(version_num=_FIRST))
        _migrate(db)


def _revision(db: sql.Connection) -> str | None:
    """The revision of the tables; None where none is noted."""
    if not sql.inspect(db).has_table(_versions.name):
        return None
    return db.scalar(sql.select(_versions.c.version_num))


@cache
def _making(database: str, driver: str) -> tuple[str, ...]:
    """What makes today's tables on a kind of database; to write this takes longer than to carry it out."""
    dialect = sql.make_url(f"{database}+{driver}://").get_dialect()()
    tables = (*metadata.sorted_tables, _versions)
    indexes = sorted((index for table in tables for index in table.indexes), key=lambda one: str(one.name))
    made: list[CreateTable | CreateIndex] = [*map(CreateTable, tables), *map(CreateIndex, indexes)]
    return tuple(str(statement.compile(dialect=dialect)) for statement in made)


def _alone(db: sql.Connection) -> None:
    """Wait until no other process is here, and keep the others out until the transaction ends."""
    if db.dialect.name == "sqlite":
        db.exec_driver_sql("BEGIN IMMEDIATE")
    else:
        db.execute(sql.text("SET LOCAL statement_timeout = 0"))
        db.execute(sql.select(sql.func.pg_advisory_xact_lock(_LOCK)))


def _migrate(db: sql.Connection) -> None:
    from alembic.command import upgrade as apply
    from alembic.config import Config
    from alembic.util import CommandError

    config = Config(attributes={"connection": db})
    config.set_main_option("script_location", "catalogue:migrations")
    config.set_main_option("path_separator", "os")
    try:
        apply(config, HEAD)
    except CommandError as error:
        raise Conflict(
            "The ledger was made by a newer version of FAIRfinder, which this one cannot read. "
            "Install that version, or restore a backup from before."
        ) from error
    log.warning("the tables of the ledger were brought to revision %s", HEAD)
