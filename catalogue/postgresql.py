"""What is particular to PostgreSQL as the database of the ledger: address, faults, many rows at once."""

import logging
import ssl
from collections.abc import Mapping, Sequence
from contextlib import suppress
from datetime import UTC, datetime
from functools import cache
from typing import Any, Final

import orjson
import sqlalchemy as sql
from sqlalchemy.dialects import postgresql
from sqlalchemy.exc import ArgumentError, DBAPIError, InterfaceError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from catalogue.errors import Invalid, Unavailable

SETTING: Final = "FAIRFINDER_LEDGER_URL"

STATEMENT_S: Final = 25
"""The longest time that a statement may take, and that a transaction may wait for its process."""

SILENCE_S: Final = 30
"""How long a server that says nothing is waited for, when connecting and afterwards."""

_FAULTS: Final = ("08", "25006", "25P03", "28", "3D", "40", "53", "55P03", "57", "58")
"""How the codes begin that mean: not now, or not with these settings. Any other is a fault of ours."""

_SSL_MODES: Final = ("disable", "require", "verify-ca", "verify-full")

_TIMESTAMP: Final = 1114
"""The number of the type of a time; the driver's own way of reading one takes most of the time of a page."""

Row = Mapping[str, object]


def engine(url: str) -> sql.Engine:
    """Connections to the database at `url`, made when they are needed; raises Invalid for a wrong address.

    Of the options in an address, `sslmode` and `sslrootcert` are known, with the meaning that they have
    in PostgreSQL's own library.
    """
    try:
        parsed = sql.make_url(url)
    except ArgumentError as error:
        raise Invalid(f"{SETTING} is not the address of a database.") from error
    if parsed.drivername not in ("postgresql", "postgres", "postgresql+pg8000"):
        raise Invalid(f"{SETTING} must begin with postgresql:// as PostgreSQL is the only server supported.")
    try:
        made = sql.create_engine(
            parsed.set(drivername="postgresql+pg8000", query={}),
            pool_pre_ping=True,
            pool_timeout=SILENCE_S,
            connect_args={"timeout": SILENCE_S, "ssl_context": _ssl(parsed.query)},
        )
    except ModuleNotFoundError as error:
        raise Invalid(
            f"{SETTING} needs the package pg8000: install fairfinder[postgresql] or fairfinder[cluster]."
        ) from error
    logging.getLogger("sqlalchemy.pool").setLevel(logging.CRITICAL)  # what breaks is raised, not told twice
    sql.event.listen(made, "do_connect", _connect)
    sql.event.listen(made, "connect", _bounded)
    return made


def fault(error: Exception) -> str | None:
    """What a fault that is not ours says, without the statement; None when it may well be ours."""
    if isinstance(error, PoolTimeout):
        return "all connections are in use"
    if not isinstance(error, DBAPIError):
        return str(error) or type(error).__name__
    said = error.orig.args[0] if error.orig and error.orig.args else ""
    if isinstance(said, Mapping):
        return str(said.get("M")) if str(said.get("C")).startswith(_FAULTS) else None
    return str(said) if isinstance(error, InterfaceError) or error.connection_invalidated else None


def silence(url: sql.URL, said: str) -> Unavailable:
    """A fault in our words, without the password that the address holds."""
    where = f"{url.host or 'localhost'}:{url.port or 5432}/{url.database or ''}"
    return Unavailable(
        "The ledger does not answer.",
        f"PostgreSQL at {where}: {said.rstrip('.')}. See that the server runs and that {SETTING} is right.",
    )


def hold_still(db: sql.Connection) -> None:
    """Let the transaction that begins see the database as of one moment, for as long as it takes."""
    db.execute(sql.text("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY"))
    db.execute(sql.text("SET LOCAL idle_in_transaction_session_timeout = 0"))


def put(db: sql.Connection, table: sql.Table, rows: Sequence[Row]) -> None:
    """Write many rows, each in place of the one with the same key.

    They go over as one JSON text: the driver would send them one by one, which a network makes slow.
    """
    names = list(rows[0])
    given: sql.Select[*tuple[object, ...]] = sql.select(*(sql.column(name) for name in names)).select_from(
        sql.text(f"json_populate_recordset(NULL::{table.name}, CAST(:rows AS json))")
    )
    insert = postgresql.insert(table).from_select(names, given)
    keys = [column.name for column in table.primary_key]
    rest = {name: insert.excluded[name] for name in names if name not in keys}
    if rest:
        insert = insert.on_conflict_do_update(index_elements=keys, set_=rest)
    else:
        insert = insert.on_conflict_do_nothing()
    plain = [{name: _plain(value) for name, value in row.items()} for row in rows]
    db.execute(insert, {"rows": orjson.dumps(plain).decode()})


def count_on(db: sql.Connection, table: sql.Table) -> None:
    """Let the numbers that the database gives out follow those that were written into a table."""
    sequence = sql.func.pg_get_serial_sequence(table.name, "id")
    highest = sql.select(sql.func.max(table.c.id)).scalar_subquery()
    following = sql.func.coalesce(highest, 0) + 1
    db.execute(sql.select(sql.func.setval(sequence, following, False)))


def _ssl(options: Mapping[str, str | tuple[str, ...]]) -> ssl.SSLContext | None:
    mode = options.get("sslmode", "disable")
    if not set(options) <= {"sslmode", "sslrootcert"} or mode not in _SSL_MODES:
        raise Invalid(f"The options of {SETTING} are sslmode ({', '.join(_SSL_MODES)}) and sslrootcert.")
    if mode == "disable":
        return None
    try:
        context = ssl.create_default_context(cafile=str(options.get("sslrootcert", "")) or None)
    except OSError as error:
        raise Invalid(f"The file that sslrootcert in {SETTING} names cannot be used: {error}.") from error
    context.check_hostname = mode == "verify-full"
    if mode == "require":
        context.verify_mode = ssl.CERT_NONE
    return context


def _connect(
    _dialect: object, _record: object, arguments: Sequence[str], options: Mapping[str, Any]
) -> object:
    return _closing()(*arguments, **options)


@cache
def _closing() -> Any:
    """The driver's connection, whose own close leaves its stream open where the server is gone."""
    from pg8000.legacy import Connection  # here, as the driver is an extra

    class Closing(Connection):  # type: ignore[misc]
        def close(self) -> None:
            stream = self._sock
            try:
                super().close()
            finally:
                if stream is not None:  # as it is once closed
                    with suppress(OSError):  # it still holds a goodbye that nobody takes
                        stream.close()

    return Closing


def _bounded(connection: object, _: object) -> None:
    """Set the limits: else a process that is paused in a transaction would hold its locks for ever.

    What is asked for may come from an address, with signs that no text of PostgreSQL holds.
    """
    cursor = connection.cursor()  # type: ignore[attr-defined]
    cursor.execute(f"SET statement_timeout = '{STATEMENT_S}s'")
    cursor.execute(f"SET idle_in_transaction_session_timeout = '{STATEMENT_S}s'")
    cursor.close()
    connection.commit()  # type: ignore[attr-defined]
    connection.register_in_adapter(_TIMESTAMP, datetime.fromisoformat)  # type: ignore[attr-defined]
    connection.register_out_adapter(str, _storable)  # type: ignore[attr-defined]


def _plain(value: object) -> object:
    """A value as PostgreSQL reads it from JSON."""
    if isinstance(value, str):
        return _storable(value)
    if isinstance(value, datetime):
        return value.astimezone(UTC).replace(tzinfo=None)
    if isinstance(value, bytes):
        return "\\x" + value.hex()
    return value


def _storable(text: str) -> str:
    """The text without the character NUL."""
    return text.replace("\0", "\ufffd") if "\0" in text else text
