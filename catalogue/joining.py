"""Lets the index tell which records describe the same dataset: it counts one of them.

The ledger decides (`catalogue/clusters.py`). What the index holds of a record carries how it stands; a
run that joins or parts records of other sources puts those again.
"""

import logging
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import replace
from typing import Final

from catalogue.batches import batches
from catalogue.clusters import Lead
from catalogue.documents import READ, Parts, projected, searched
from catalogue.leases import Hold
from catalogue.ledger import GONE
from catalogue.search import SearchDocument

log = logging.getLogger(__name__)

BATCH: Final = 4_000
_TRIES: Final = 3
"""How often records are put again that others write meanwhile; then it is left to the others' runs."""


def standing(parts: Parts, documents: Iterable[SearchDocument]) -> Iterator[SearchDocument]:
    """The documents with how their records stand among the descriptions of the same dataset.

    For a batch that is about to be put, to be asked for when the records are noted as intended.
    """
    for some in batches(documents, BATCH):
        leads = parts.ledger.clusters.leads(found.row.id for found in some)
        yield from (_placed(found, leads.get(found.row.id)) for found in some)


def put(parts: Parts, hold: Hold, documents: Sequence[SearchDocument], without: Iterable[str] = ()) -> None:
    """Write down what records are known by and let the index hold them, before they are settled.

    To be called when the store holds them; whom they are joined to is for `rejoin`.
    """
    know(parts, hold, documents)
    hold.confirm()
    parts.index.put(standing(parts, searched(documents)), without=without)


def know(parts: Parts, hold: Hold, documents: Sequence[SearchDocument]) -> None:
    """Write down what the ledger is to know of records besides their entries: names and variables."""
    parts.ledger.clusters.know(hold, documents)
    parts.ledger.variables.know(hold, documents)


def forget(parts: Parts, hold: Hold, ids: Collection[str]) -> None:
    """The opposite of `know`."""
    parts.ledger.clusters.forget(hold, ids)
    parts.ledger.variables.forget(hold, ids)


def rejoin(parts: Parts, hold: Hold, ids: Iterable[str] = ()) -> int:
    """Join records anew that came, changed or went, and let the index tell; says how many it was told of.

    To be called under a lease without `parts.writing`, when the records are settled or gone. What earlier
    runs left to do is done too, so `ids` need not be complete. Raises Conflict when the lease is lost.
    """
    clusters = parts.ledger.clusters
    for some in batches(sorted({*ids, *clusters.turned()}), BATCH):  # in the order of the tables
        hold.confirm()
        clusters.renew(some)
    told = 0
    for _ in range(_TRIES):
        untold = clusters.untold()
        for batch in batches(untold, READ):
            told += _tell(parts, hold, batch)
        if not untold:
            break
    if told:
        log.info("%s records stand otherwise among descriptions of the same dataset", told)
    return told


def _tell(parts: Parts, hold: Hold, ids: list[str]) -> int:
    """Put records again as they stand now; those that others write meanwhile stay untold."""
    ledger = parts.ledger
    before = ledger.entries(ids)
    with parts.writing:
        ledger.leases.renew(hold)
        documents = projected(parts, ids)
        leads = ledger.clusters.leads(ids)
        placed = [_placed(found, leads.get(found.row.id)) for found in searched(documents)]
        parts.index.put(placed, without={*ids} - {found.row.id for found in placed})
    after = ledger.entries(ids)
    parts.index.put((), without=[id for id, entry in after.items() if entry.state == GONE])
    busy = {*ledger.intended()}
    quiet = [id for id in ids if id not in busy and before.get(id) == after.get(id)]
    ledger.clusters.tell({id: leads.get(id) for id in quiet})
    return len(quiet)


def _placed(found: SearchDocument, lead: Lead | None) -> SearchDocument:
    if lead is None:
        copy_of, others = "", 0
    else:
        copy_of, others = ("", lead.others) if lead.id == found.row.id else (lead.id, 0)
    if (found.row.copy_of, found.row.others) == (copy_of, others):
        return found
    return replace(found, row=replace(found.row, copy_of=copy_of, others=others))
