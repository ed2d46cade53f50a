"""Which record people mean, by whatever they call it: its id, its IRI, the address of its page."""

from urllib.parse import unquote

import sqlalchemy as sql

from catalogue import tables
from catalogue.errors import Conflict, NotFound
from catalogue.ledger import GONE, Ledger


def named(ledger: Ledger, base: str, word: str) -> str:
    """The id of the record that is meant; raises NotFound, and Conflict where several describe it."""
    for place in ("dataset", "record"):
        if word.startswith(f"{base}/{place}/"):
            word = unquote(word.removeprefix(f"{base}/{place}/")).partition(".")[0]
    if word in ledger.entries([word]):
        return word
    meant = tables.records.c.subject == word, tables.records.c.state != GONE
    with ledger.database.reading() as db:
        found: list[str] = sorted(db.scalars(sql.select(tables.records.c.id).where(*meant)))
    if not found:
        raise NotFound(
            f"There is no dataset {word}. Give the id that stands in the address of its page, or its IRI."
        )
    if len(found) > 1:
        raise Conflict(f"Several sources describe {word}. Give the id of one: {', '.join(found)}.")
    return found[0]
