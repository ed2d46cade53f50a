"""How much is asked of a ledger on SQLite, and how many rows it answers with."""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from sqlalchemy import event

from catalogue.ledger import Ledger


@dataclass
class Asked:
    """The number of statements, of the rows that they were answered with, and the most of one answer."""

    statements: int = 0
    rows: int = 0
    most: int = 0


@contextmanager
def asked_of(ledger: Ledger) -> Iterator[Asked]:
    """Count all that is asked of a ledger as long as the context lasts."""
    counted, is_over, answer = Asked(), False, 0

    def row(_: sqlite3.Cursor, found: tuple[object, ...]) -> tuple[object, ...]:
        nonlocal answer
        answer += 1
        counted.rows, counted.most = counted.rows + 1, max(counted.most, answer)
        return found

    def lend(connection: sqlite3.Connection, *_: object) -> None:
        connection.row_factory = None if is_over else row

    def statement(*_: object) -> None:
        nonlocal answer
        answer = 0
        counted.statements += not is_over

    engine = ledger.database.engine
    event.listen(engine, "checkout", lend)
    event.listen(engine, "before_cursor_execute", statement)
    yield counted
    is_over = True
