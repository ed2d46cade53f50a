"""What several commands do: open and close the catalogue or its ledger, harvest, tell what came."""

import logging
from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Final

import httpx
import typer

from catalogue.apart import Stopping, apart, never
from catalogue.bootstrap import open_catalogue, open_ledger, open_safe, settled_base
from catalogue.catalogue import Catalogue
from catalogue.errors import CatalogueError, Interrupted
from catalogue.ingest import Beginning, Progress
from catalogue.leases import HOST
from catalogue.ledger import Ledger
from catalogue.profiles.rules import Rules
from catalogue.records import Harvested
from catalogue.runs import COMPLETE, INTERRUPTED, Run
from catalogue.settings import Settings
from catalogue.sources import Source
from harvesters.credentials import Credentials
from harvesters.kinds import Manners, Order, checked, harvest
from web import report

TOLD: Final = 20
"""How much of what could not be used is told when a run is over."""

APART_BYTES: Final = 8 << 20
"""Files of this size together are read in a process of their own; it takes a second to start."""

log = logging.getLogger(__name__)

_GONE: Final = frozenset({404, 410})


@contextmanager
def opened(settings: Settings) -> Iterator[Catalogue]:
    """The whole catalogue; where it is embedded, no other process may have it open."""
    catalogue = open_catalogue(settings)
    try:
        yield catalogue
    finally:
        catalogue.close()


@contextmanager
def ledger_opened(settings: Settings) -> Iterator[Ledger]:
    """The ledger alone, beside whatever process has the catalogue open."""
    ledger = open_ledger(settings)
    try:
        settled_base(ledger, settings)
        yield ledger
    finally:
        ledger.close()


def is_large(paths: Iterable[Path]) -> bool:
    """Whether files, and those in folders, are to be read in a process of their own."""
    files = (file for path in paths for file in ([path] if path.is_file() else path.rglob("*")))
    return sum(file.stat().st_size for file in files if file.is_file()) >= APART_BYTES


def harvest_source(
    catalogue: Catalogue,
    name: str,
    settings: Settings,
    *,
    stopping: Stopping = never,
    progress: Progress = lambda run: None,
) -> Run:
    """Harvest a kept source, which is read in a process of its own; raises NotFound.

    It is harvested as it is kept when its run begins. Raises Conflict while it or another source of its
    server is harvested, and Interrupted when it was told to stop, with the run to go on later.
    """
    sources, leases = catalogue.ledger.sources, catalogue.ledger.leases
    before = sources.named(name)
    kind = checked(before.kind, before.options)

    def begin(beginning: Beginning) -> Iterator[Harvested]:
        # it may have been changed while others were recovered; what is wrong with it ends the run as failed
        source = sources.named(name)
        for server in _servers(source) - _servers(before):
            held.enter_context(leases.held(HOST + server))
        order = ordered(catalogue, source, settings, beginning)
        return apart(stopping, harvest, order, manners(settings))

    def is_gone(address: str) -> bool:
        return _answers_gone(address, sources.named(name), settings)

    with ExitStack() as held:
        for server in _servers(before):
            held.enter_context(leases.held(HOST + server))
        probe = is_gone if kind.own_pages else None
        run = catalogue.harvest(name, begin, probe=probe, progress=progress)
    if run.state == INTERRUPTED:
        raise Interrupted(run.message)
    return run


def ordered(catalogue: Catalogue, source: Source, settings: Settings, beginning: Beginning) -> Order:
    """What is to be harvested of a source, with its credentials in clear."""
    return Order(
        source.kind,
        source.url,
        dict(source.options),
        credentials_of(source, settings),
        beginning.cursor,
        dict(beginning.remembered),
        catalogue.base,
        Rules(catalogue.ledger.database).of(source.name).threshold + 1,
    )


def credentials_of(source: Source, settings: Settings) -> Credentials | None:
    """The credentials of a source in clear; raises Unavailable when the key does not fit them."""
    if not source.credentials:
        return None
    return Credentials.from_text(open_safe(settings).open(source.credentials))


def _servers(source: Source) -> frozenset[str]:
    """The server that is harvested for one source at a time; none for a source on this machine."""
    kind = checked(source.kind, source.options)
    return frozenset() if kind.is_local else frozenset({httpx.URL(source.address).netloc.decode()})


def _answers_gone(address: str, source: Source, settings: Settings) -> bool:
    """Whether the address of a record answers that it is there no more (404 or 410)."""
    with manners(settings).client(source.url, credentials_of(source, settings)) as client:
        try:
            return client.look(address).status in _GONE
        except CatalogueError as error:
            log.info("%s does not say whether it is gone: %s", address, error)
            return False


def tell(catalogue: Catalogue, run: Run, said: Callable[[Run], str] = report.summary) -> Run:
    """Tell what came, in the words that `said` has for it, and the first of what could not be used."""
    typer.echo(f"{run.source}: {said(run)}")
    for item in catalogue.ledger.runs.rejected(run.id, TOLD):
        typer.echo(f"  {report.problem(item)}")
    if run.rejected > TOLD:
        more = f"{run.rejected - TOLD:,} more"
        typer.echo(f"  {more} could not be used; see them with: fairfinder harvest problems {run.id}")
    return run


def manners(settings: Settings) -> Manners:
    """How harvested servers are asked."""
    return Manners(
        settings.allow_hosts,
        settings.max_document_mb * 1_000_000,
        settings.harvest_timeout_s,
        settings.contact,
    )


def status(run: Run) -> int:
    """The exit status that a run means."""
    return 0 if run.state == COMPLETE else 1
