"""Rows for a ledger."""

from collections.abc import Iterable
from datetime import UTC, datetime

from catalogue.ledger import PRESENT, Entry

TIME = datetime(2026, 3, 1, 12, 30, 15, 123456, tzinfo=UTC)


def entry(
    id: str, source: str = "north", title: str = "A title", state: str = PRESENT, seen: int = 1
) -> Entry:
    return Entry(id, source, f"https://x.example/{id}", "dataset", title, "d" * 64, state, TIME, TIME, 1)


def entries(names: Iterable[object], source: str = "north") -> list[Entry]:
    return [entry(str(name), source) for name in names]
