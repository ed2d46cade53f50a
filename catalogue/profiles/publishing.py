"""Takes releases in, publishes and withdraws them: rows, graphs, and the pointer that a record shows one by.

The row of a release decides. It says how the release stands, and whether its graphs are in the store;
`settle` makes the store agree, after a crash too. A release is there for readers from one transaction
on, which takes the pointer from the one before; until then that one is shown. So that SPARQL reaches
neither drafts nor what is withdrawn, only what is shown has graphs: those of a record that is withdrawn
go too, and come back with it.
"""

import logging
from collections.abc import Iterable
from dataclasses import replace
from typing import Final

import sqlalchemy as sql
from pyoxigraph import Literal, NamedNode, Triple

from catalogue.batches import batches
from catalogue.documents import Parts
from catalogue.errors import CatalogueError, Conflict
from catalogue.leases import Hold
from catalogue.ledger import GONE
from catalogue.profile_tables import OF_A_RELEASE, cells, concept_counts, releases
from catalogue.profiles import projected
from catalogue.profiles.concepts_roll_ups import renew_roll_ups
from catalogue.profiles.concepts_totals import renew_totals
from catalogue.profiles.cubes import concepts_iri, graphs, release_iri
from catalogue.profiles.disclosure import loosened
from catalogue.profiles.release import Guarded, Rule
from catalogue.profiles.releases import Release, Releases, Standing, columns
from catalogue.tables import records
from catalogue.variables_renewing import renew_variables
from ontologies.namespaces import DCAT, DCT, HEALTHDCATAP, RDF

NONE: Final = "none"
WRITING: Final = "writing"
THERE: Final = "there"

_BATCH: Final = 10_000
"""How many rows are written in one transaction, so that others need not wait for long."""

log = logging.getLogger(__name__)


def pointer_iri(base: str, record: str) -> NamedNode:
    """The name of the graph that says which release a record shows."""
    return NamedNode(f"{base}/analytics/{record}")


def publish(parts: Parts, record: str, guarded: Guarded, *, digest: str = "", draft: bool = False) -> Release:
    """Take a release of a record in, and show it unless it is a draft; `digest` is that of its files.

    Releases that tell counts of the same data otherwise are withdrawn when it is shown. Raises
    NotFound and Gone for the record, Conflict while its source is written, Invalid for what is no
    concept; nothing is kept then.
    """
    with parts.ledger.leases.source(parts.ledger.present(record).source) as hold:
        return publish_held(parts, hold, record, guarded, digest=digest, draft=draft)


def publish_held(
    parts: Parts, hold: Hold, record: str, guarded: Guarded, *, digest: str = "", draft: bool = False
) -> Release:
    """As `publish` does, for who holds the source of the record already."""
    parts.ledger.present(record)
    settle(parts, hold)
    release = _taken_in(parts, hold, record, guarded, digest)
    if not draft:
        return _shown(parts, hold, release, guarded)
    _turn(parts, hold, release.id, state=Standing.DRAFT.value)
    return replace(release, state=Standing.DRAFT)


def publish_draft(parts: Parts, id: int) -> Release:
    """Show a draft; raises Conflict for a release that is none, and as `publish` does."""
    found = _found(parts, id)
    entry = parts.ledger.present(found.record)
    with parts.ledger.leases.source(entry.source) as hold:
        settle(parts, hold)
        release = _found(parts, id)
        if release.state is not Standing.DRAFT:
            raise Conflict(f"Release {id} is {release.state}; only a draft can be published.")
        return _shown(parts, hold, release, Releases(parts.ledger.database).guarded(id))


def withdrawn_by(parts: Parts, id: int) -> frozenset[int]:
    """The releases that are withdrawn for good when this one is shown."""
    release = _found(parts, id)
    with parts.ledger.database.reading() as db:
        return frozenset(_ousted(db, release))


def withdraw(parts: Parts, id: int) -> Release:
    """Take a release away for good; where it was shown, the newest of the others is from now on."""
    entry = parts.ledger.entry(_found(parts, id).record)
    with parts.ledger.leases.source(entry.source) as hold:
        settle(parts, hold)
        release = _found(parts, id)
        with parts.ledger.leases.fenced(hold) as db:
            _withdraw(db, release.record, [id])
        settle(parts, hold)
        renew_roll_ups(parts.ledger.database)
    return _found(parts, id)


def recover(parts: Parts) -> None:
    """Settle what crashes left, of all sources that nobody writes."""
    query = sql.select(records.c.source).distinct().join(releases, records.c.id == releases.c.record)
    with parts.ledger.database.reading() as db:
        sources = list(db.scalars(query.where(_unsettled())))
    for source in sources:
        try:
            with parts.ledger.leases.source(source) as hold:
                settle(parts, hold)
        except Conflict as error:
            log.debug("profiles not settled: %s", error)


def settle(parts: Parts, hold: Hold) -> None:
    """Let the store hold the graphs of just those releases of the source that are shown."""
    query = sql.select(releases, records.c.state.label("recorded"))
    query = query.join(records, records.c.id == releases.c.record)
    query = query.where(_unsettled(), records.c.source == hold.source).order_by(releases.c.id)
    with parts.ledger.database.reading() as db:
        rows = db.execute(query).all()
    for row in rows:
        _settle(parts, hold, row.id, row.record, Standing(row.state), is_there=row.recorded != GONE)


def analytics(parts: Parts, ids: Iterable[str]) -> dict[str, list[Triple]]:
    """What the catalogue says of the releases that these records show; those without are left out."""
    shown = Releases(parts.ledger.database).currents(ids)
    found = parts.store.read(pointer_iri(parts.base, id) for id in shown) if shown else {}
    return {id: found[pointer_iri(parts.base, id)] for id in shown}


def delete_rows(db: sql.Connection, id: int) -> None:
    """Delete all that may be told of a release."""
    for table in OF_A_RELEASE:
        db.execute(table.delete().where(table.c.release == id))


def _found(parts: Parts, id: int) -> Release:
    return Releases(parts.ledger.database).release(id)


def _taken_in(parts: Parts, hold: Hold, record: str, guarded: Guarded, digest: str) -> Release:
    """Write the rows of a release that nobody sees yet."""
    release = Release(
        0, record, Standing.IMPORTING, False, guarded.told, guarded.rule, parts.now(), None, digest
    )
    row = columns(release, NONE)
    del row["id"]
    with parts.ledger.leases.fenced(hold) as db:
        id = db.scalars(releases.insert().values(row).returning(releases.c.id)).one()
    release = replace(release, id=id)
    try:
        for table, rows in projected.rows(release.id, guarded):
            for some in batches(rows, _BATCH):
                with parts.ledger.leases.fenced(hold) as db:
                    parts.ledger.database.add(db, table, some)
    except CatalogueError:
        _forget(parts, hold, release.id)
        raise
    return release


def _shown(parts: Parts, hold: Hold, release: Release, guarded: Guarded) -> Release:
    """Write the graphs of a release, then let its record show it in place of the one before."""
    published = replace(release, state=Standing.PUBLISHED, current=True, published=parts.now())
    _turn(parts, hold, release.id, graphs=WRITING)
    with parts.writing:
        hold.confirm()
        parts.store.replace(graphs(parts.base, published, guarded))
    with parts.ledger.leases.fenced(hold) as db:
        _withdraw(db, release.record, _ousted(db, release))
        db.execute(releases.update().where(releases.c.record == release.record).values(current=False))
        values = {"state": published.state.value, "current": True, "published": published.published}
        db.execute(releases.update().where(releases.c.id == release.id).values(values))
    _point(parts, release.record)
    renew_variables(parts, hold, release.record)
    _turn(parts, hold, release.id, graphs=THERE)
    settle(parts, hold)
    renew_totals(parts.ledger.database)
    renew_roll_ups(parts.ledger.database)
    log.info("release %s of the profile of record %s is published", release.id, release.record)
    return published


def _ousted(db: sql.Connection, release: Release) -> list[int]:
    """The published releases of the same data that must not be seen beside this one.

    Another rule, or another choice of files, hides other counts for the sake of the rest, so that two
    releases could tell what each hides. Quality alone has no counts.
    """
    same = [sql.and_(releases.c.digest == release.digest, sql.literal(release.digest) != "")]
    if release.told.released:
        same.append(releases.c.released == release.told.released)
    query = sql.select(releases, _counts(releases.c.id).label("counts")).where(
        releases.c.record == release.record,
        releases.c.id != release.id,
        releases.c.state == Standing.PUBLISHED,
        sql.or_(*same),
    )
    counts = db.scalar(sql.select(_counts(sql.literal(release.id))))
    return [
        row.id
        for row in db.execute(query).all()
        if loosened(Rule(row.threshold, row.rounding), release.rule)
        or (row.counts and counts and row.released and row.digest != release.digest)
    ]


def _counts(id: sql.ColumnElement[int]) -> sql.ColumnElement[bool]:
    """Whether a release tells any counts."""
    return sql.or_(*(sql.exists().where(table.c.release == id) for table in (cells, concept_counts)))


def _withdraw(db: sql.Connection, record: str, ids: list[int]) -> None:
    """Let these releases be withdrawn, and the newest of those left be shown where one of these was.

    Their graphs and rows go when the releases are settled.
    """
    gone = {"state": Standing.WITHDRAWN.value, "current": False, "graphs": WRITING}
    db.execute(releases.update().where(releases.c.id.in_(ids)).values(gone))
    mine = releases.c.record == record, releases.c.state == Standing.PUBLISHED
    if db.scalar(sql.select(releases.c.id).where(*mine, releases.c.current)) is None:
        newest = (
            sql.select(releases.c.id).where(*mine).order_by(releases.c.published.desc(), releases.c.id.desc())
        )
        db.execute(
            releases.update().where(releases.c.id == newest.limit(1).scalar_subquery()).values(current=True)
        )


def _settle(parts: Parts, hold: Hold, id: int, record: str, state: Standing, *, is_there: bool) -> None:
    names = [release_iri(parts.base, id), concepts_iri(parts.base, id)]
    _turn(parts, hold, id, graphs=WRITING)
    if state is Standing.PUBLISHED and is_there:
        found = Releases(parts.ledger.database)
        text = graphs(parts.base, found.release(id), found.guarded(id))
        with parts.writing:
            hold.confirm()
            parts.store.replace(text)
        _point(parts, record)
        renew_variables(parts, hold, record)
        _turn(parts, hold, id, graphs=THERE)
        return
    _point(parts, record)
    with parts.writing:
        hold.confirm()
        parts.store.remove(names)
    if state is Standing.IMPORTING:
        _forget(parts, hold, id)
        return
    if state is Standing.WITHDRAWN:
        renew_totals(parts.ledger.database)
        with parts.ledger.leases.fenced(hold) as db:
            delete_rows(db, id)
        renew_variables(parts, hold, record)
    _turn(parts, hold, id, graphs=NONE)


def _point(parts: Parts, record: str) -> None:
    """Let the graph of the pointer say which release the record shows, or be no more."""
    release = Releases(parts.ledger.database).current(record)
    name = pointer_iri(parts.base, record)
    with parts.writing:
        if release is None:
            parts.store.remove([name])
        else:
            subject = NamedNode(parts.ledger.entry(record).subject)
            parts.store.replace({name: list(_pointing(parts.base, subject, release))})


def _pointing(base: str, subject: NamedNode, release: Release) -> Iterable[Triple]:
    """HealthDCAT-AP has analytics as distributions, and these have an address (DCAT-AP 3.0.1)."""
    node = release_iri(base, release.id)
    yield Triple(subject, HEALTHDCATAP.analytics, node)
    yield Triple(node, RDF.type, DCAT.Distribution)
    yield Triple(node, DCT.term("title"), Literal("Characterisation profile", language="en"))
    yield Triple(node, DCAT.accessURL, NamedNode(f"{base}/dataset/{release.record}"))


def _forget(parts: Parts, hold: Hold, id: int) -> None:
    with parts.ledger.leases.fenced(hold) as db:
        delete_rows(db, id)
        db.execute(releases.delete().where(releases.c.id == id))


def _turn(parts: Parts, hold: Hold, id: int, **values: str) -> None:
    with parts.ledger.leases.fenced(hold) as db:
        db.execute(releases.update().where(releases.c.id == id).values(**values))


def _unsettled() -> sql.ColumnElement[bool]:
    """Whether the store may hold other graphs of a release than it should, joined with its record."""
    shown = sql.and_(releases.c.state == Standing.PUBLISHED, records.c.state != GONE)
    return sql.or_(
        releases.c.state == Standing.IMPORTING,
        releases.c.graphs == WRITING,
        sql.and_(shown, releases.c.graphs == NONE),
        sql.and_(sql.not_(shown), releases.c.graphs == THERE),
    )
