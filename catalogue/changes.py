"""Which records changed, oldest change first: what other catalogues need to follow this one.

A change is a new version, a withdrawal, or the return of a withdrawn record. That a record is missing
from its source is none: it is still here.
"""

from collections.abc import Iterable, Iterator
from datetime import datetime

import sqlalchemy as sql

from catalogue import tables
from catalogue.catalogue import Catalogue
from catalogue.envelope import record_iri, record_of
from catalogue.ledger import GONE, Entry, Ledger
from catalogue.records import record_id


def changed(ledger: Ledger, after: tuple[datetime, str] | None, limit: int) -> tuple[Entry, ...]:
    """The records by the time and id of their last change, behind `after`; withdrawn ones too.

    A record that changes moves to the end, so that a reader may meet it twice and misses none. A batch
    that is still being written shows up later under the time at which its writing began: whoever goes
    on from a time should go back some minutes.
    """
    rows = tables.records.c
    query = tables.records.select().order_by(rows.modified, rows.id).limit(limit)
    if after is not None:
        moment, id = after
        behind = sql.and_(rows.modified == moment, rows.id > id)
        query = query.where(rows.modified >= moment, sql.or_(rows.modified > moment, behind))
    with ledger.database.reading() as db:
        return tuple(Entry(**row._mapping) for row in db.execute(query).all())


def still_held(ledger: Ledger, subjects: Iterable[str]) -> frozenset[str]:
    """Those of the subjects that a record describes which is not withdrawn, from whatever source.

    They are looked up by the ids that they have in each source, for subjects are in no index: an IRI may
    be longer than one takes.
    """
    rows, subjects = tables.records.c, (*subjects,)
    with ledger.database.reading() as db:
        ids = (record_id(source, subject) for source in _names(db) for subject in subjects)
        meant = ledger.database.among(rows.id, ids), rows.state != GONE
        return frozenset(db.scalars(sql.select(rows.subject).distinct().where(*meant)))


def texts(catalogue: Catalogue, ids: Iterable[str]) -> dict[str, str]:
    """All statements of records as N-Triples, the catalogue record among them; ids of none are left out."""
    graphs = catalogue.store.read(record_iri(catalogue.base, id) for id in dict.fromkeys(ids))
    return {
        record_of(catalogue.base, iri): "".join(f"{triple} .\n" for triple in triples)
        for iri, triples in graphs.items()
        if triples
    }


def _names(db: sql.Connection) -> Iterator[str]:
    """The sources that have records, each by a step in the index: there are few of them and many records."""
    source = tables.records.c.source
    following = sql.select(sql.func.min(source))
    name = db.scalar(following)
    while name is not None:
        yield name
        name = db.scalar(following.where(source > name))
