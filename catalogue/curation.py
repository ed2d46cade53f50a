"""Values of our own beside what the publisher says: no harvest overwrites them, and they can be taken back.

They stand in a graph of their own beside the record's. A property that has local values is shown,
searched and checked with these alone; the publisher's stay in the record's graph. While a record is
withdrawn, nobody can ask for them: they wait in the ledger until it comes back.
"""

from collections.abc import Callable, Collection, Iterable, Mapping
from datetime import datetime
from typing import Protocol

import sqlalchemy as sql
from pyoxigraph import NamedNode, RdfFormat, Triple, parse, serialize

from catalogue import tables
from catalogue.drafting import Given, drafted
from catalogue.errors import Invalid
from catalogue.fields import TABLE_OF_KIND, TABLES
from catalogue.ledger import Entry, Ledger
from catalogue.mapping import Statement
from catalogue.store import TripleStore
from ontologies.namespaces import RDF
from ontologies.vocabularies import Vocabularies


class Parts(Protocol):
    """What curation needs of the catalogue."""

    base: str
    store: TripleStore
    ledger: Ledger
    vocabularies: Vocabularies
    now: Callable[[], datetime]


def local_iri(base: str, id: str) -> NamedNode:
    """The name of the graph with the local values of a record."""
    return NamedNode(f"{base}/local/{id}")


def local(parts: Parts, ids: Iterable[str]) -> dict[str, list[Triple]]:
    """The local values of those of the records that have some, whether these are withdrawn or not."""
    kept = _kept(parts, ids)
    named = {local_iri(parts.base, id): id for id, text in kept.items() if text is None}
    graphs = parts.store.read(named) if named else {}
    waiting = {id: _read(text) for id, text in kept.items() if text is not None}
    return waiting | {id: list(graphs.get(iri, ())) for iri, id in named.items()}


def put_by(parts: Parts, ids: Iterable[str]) -> None:
    """Note the local values of records that are about to leave the store, for the day they come back."""
    for id, triples in local(parts, ids).items():
        _keep(parts, [id], (serialize(triples, format=RdfFormat.N_TRIPLES) or b"").decode())


def waiting(parts: Parts, ids: Iterable[str]) -> dict[str, bytes]:
    """The local values, as N-Triples, of those of the records that come back and had some."""
    return {id: text.encode() for id, text in _kept(parts, ids).items() if text is not None}


def came_back(parts: Parts, ids: Collection[str]) -> None:
    """The local values of these records are in the store again."""
    if ids:
        _keep(parts, ids, None)


def overlaid(subject: NamedNode, own: Iterable[Statement], local: Iterable[Triple]) -> Iterable[Statement]:
    """The publisher's statements with the local values in place of theirs."""
    ours = list(local)
    if not ours:
        return own
    replaced = {triple.predicate for triple in ours if triple.subject == subject}
    kept = [t for t in own if t.subject != subject or t.predicate not in replaced]
    return [*kept, *ours]


def curate(parts: Parts, entry: Entry, values: Mapping[str, Given]) -> None:
    """Let a record have these local values, and none besides; no values take back all.

    Raises Invalid for a field that records of its kind do not have, and Gone for a record that was
    withdrawn meanwhile. The caller holds the source.
    """
    entry = parts.ledger.present(entry.id)
    known = {field.name for field in TABLES[TABLE_OF_KIND[entry.kind]]}
    for name in values:
        if name not in known:
            raise Invalid(f"A {entry.kind} has no field “{name}”. It has: {', '.join(sorted(known))}.")
    subject = NamedNode(entry.subject)
    try:
        drawn = drafted(parts.vocabularies, entry.kind, entry.subject, values)
    except KeyError as error:
        raise Invalid(f"Something among the values has no field “{error.args[0]}”.") from error
    triples = [t for t in drawn if t.predicate != RDF.type or t.subject != subject]
    graph = local_iri(parts.base, entry.id)
    database = parts.ledger.database
    with database.writing() as db:
        database.put(db, tables.curated, [{"record": entry.id, "since": parts.now(), "kept": None}])
    if triples:
        parts.store.replace({graph: triples})
        return
    parts.store.remove([graph])
    with database.writing() as db:
        db.execute(tables.curated.delete().where(tables.curated.c.record == entry.id))


def _kept(parts: Parts, ids: Iterable[str]) -> dict[str, str | None]:
    """Those of the records that have local values, and the values where these are not in the store."""
    curated, database = tables.curated.c, parts.ledger.database
    query = sql.select(curated.record, curated.kept).where(database.among(curated.record, ids))
    with database.reading() as db:
        return {row.record: row.kept for row in db.execute(query)}


def _keep(parts: Parts, ids: Iterable[str], text: str | None) -> None:
    database = parts.ledger.database
    change = tables.curated.update().where(database.among(tables.curated.c.record, ids)).values(kept=text)
    with database.writing() as db:
        db.execute(change)


def _read(text: str) -> list[Triple]:
    return [quad.triple for quad in parse(text, format=RdfFormat.N_TRIPLES)]
