"""Two catalogues that were told alike but for what is hidden, and all that can be compared of them."""

import logging
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import httpx
import sqlalchemy as sql

from catalogue import tables
from tests.site.site import Site

UNTOLD: Final = {("releases", "digest"), ("runs", "steps"), ("sources", "remembered"), ("log", "at")}
"""Columns that only the catalogue itself reads, such as digests of files, or that tell how late it is."""

_BLANK: Final = re.compile(r"(?:_:|nodeID=.)\w+")


@dataclass(frozen=True, slots=True)
class Told:
    """A catalogue that was told in one way, and what it wrote to its logs meanwhile."""

    site: Site
    folder: Path
    logged: list[str]
    reports: list[object]


@contextmanager
def logs() -> Iterator[list[str]]:
    """All that is logged while the block lasts, down to what only developers read."""
    lines: list[str] = []

    class Kept(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            lines.append(f"{record.name}: {record.getMessage()}")

    root, kept = logging.getLogger(), Kept()
    before = root.level
    root.addHandler(kept)
    root.setLevel(logging.DEBUG)
    try:
        yield lines
    finally:
        root.setLevel(before)
        root.removeHandler(kept)


def public(answer: httpx.Response) -> tuple[object, ...]:
    """What can be seen of an answer; statements have no order, nor have blank nodes a name."""
    kind = answer.headers.get("content-type", "")
    told: object = answer.content
    if any(name in kind for name in ("turtle", "n-triples", "rdf+xml", "ld+json")):
        told = sorted(_BLANK.sub("_:", answer.text).splitlines())
    return answer.status_code, kind, told


def rows(told: Told) -> dict[str, list[tuple[object, ...]]]:
    """All rows of all tables, but for what nothing public has."""
    found = {}
    with told.site.catalogue.ledger.database.reading() as db:
        for table in tables.metadata.sorted_tables:
            columns = [column for column in table.c if (table.name, column.name) not in UNTOLD]
            found[table.name] = sorted(map(tuple, db.execute(sql.select(*columns))), key=repr)
    return found


def graphs(told: Told) -> dict[str, set[str]]:
    store = told.site.catalogue.store
    found = store.read(store.graphs())
    return {name.value: {_BLANK.sub("_:", str(one)) for one in triples} for name, triples in found.items()}
