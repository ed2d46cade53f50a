"""Makes the rows of the releases that are shown anew, from their graphs alone."""

from dataclasses import replace
from typing import Final

import sqlalchemy as sql
from pyoxigraph import NamedNode

from catalogue import postgresql
from catalogue.batches import batches
from catalogue.documents import READ, Parts
from catalogue.leases import Hold
from catalogue.profile_tables import releases
from catalogue.profiles import projected
from catalogue.profiles.cube_reading import opened
from catalogue.profiles.cubes import concepts_iri, release_iri
from catalogue.profiles.publishing import THERE, delete_rows, pointer_iri
from catalogue.profiles.releases import columns
from ontologies.namespaces import HEALTHDCATAP

_BATCH: Final = 10_000


def rebuild(parts: Parts, hold: Hold) -> int:
    """Let the rows of all releases that have graphs follow from these; says how many releases that were.

    Drafts, and releases of records that are withdrawn, have no graphs: their rows stay as they are. So do
    the digests of files, which no graph tells: who sees all but a few hidden counts of a small file could
    try these until the digest fits. Each release is old or new as a whole.
    """
    ids = _stored(parts)
    current = _pointed(parts)
    with parts.ledger.database.reading() as db:
        query = sql.select(releases.c.id, releases.c.digest).where(releases.c.graphs == THERE)
        digests = {row.id: row.digest for row in db.execute(query)}
    for id in digests.keys() - {*ids}:
        with parts.ledger.leases.fenced(hold) as db:
            _delete(db, id)
    for id in ids:
        _renew(parts, hold, id, digests.get(id, ""), is_current=id in current)
    if parts.ledger.database.on_server:
        with parts.ledger.leases.fenced(hold) as db:
            postgresql.count_on(db, releases)
    return len(ids)


def _renew(parts: Parts, hold: Hold, id: int, digest: str, *, is_current: bool) -> None:
    """One release; its graphs are read as a whole, as they were made."""
    names = release_iri(parts.base, id), concepts_iri(parts.base, id)
    found = parts.store.read(names)
    release, guarded = opened(parts.base, id, *(found[name] for name in names), current=is_current)
    with parts.ledger.leases.fenced(hold) as db:
        _delete(db, id)
        parts.ledger.database.put(db, releases, [columns(replace(release, digest=digest), THERE)])
        for table, rows in projected.rows(id, guarded):
            for some in batches(rows, _BATCH):
                parts.ledger.database.add(db, table, some)


def _delete(db: sql.Connection, id: int) -> None:
    delete_rows(db, id)
    db.execute(releases.delete().where(releases.c.id == id))


def _stored(parts: Parts) -> list[int]:
    """The releases that have a graph."""
    prefix = f"{parts.base}/profile/"
    names = (graph.value.removeprefix(prefix) for graph in parts.store.graphs())
    return sorted(int(name) for name in names if name.isdecimal())


def _pointed(parts: Parts) -> set[int]:
    """The releases that records point to."""
    prefix, start = f"{parts.base}/profile/", pointer_iri(parts.base, "").value
    names = (graph for graph in parts.store.graphs() if graph.value.startswith(start))
    found: set[int] = set()
    for some in batches(names, READ):
        for graph in parts.store.read(some).values():
            targets = (t.object for t in graph if t.predicate == HEALTHDCATAP.analytics)
            found |= {
                int(target.value.removeprefix(prefix)) for target in targets if isinstance(target, NamedNode)
            }
    return found
