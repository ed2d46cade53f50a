"""What several commands do: open and close the catalogue or its ledger, harvest, tell what came."""

from collections.abc import Iterator
from contextlib import contextmanager

import typer

from catalogue.apart import apart
from catalogue.bootstrap import open_catalogue, open_ledger, settled_base
from catalogue.catalogue import Catalogue
from catalogue.ledger import Ledger
from catalogue.records import Harvested
from catalogue.runs import COMPLETE, Run
from catalogue.settings import Settings
from harvesters.kinds import Manners, Order, harvest
from web import report


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


def harvested(catalogue: Catalogue, name: str, settings: Settings) -> Iterator[Harvested]:
    """What a kept source sends, read in a process of its own; raises NotFound."""
    source = catalogue.ledger.sources.named(name)
    return apart(harvest, Order(source.kind, source.url, dict(source.options)), manners(settings))


def taken_in(catalogue: Catalogue, name: str, items: Iterator[Harvested], *, whole: bool = True) -> Run:
    """Take in what comes, show how it goes and tell what came."""
    with report.progress(name, report.summary) as progress:
        run = catalogue.ingest(name, items, whole=whole, progress=progress)
    typer.echo(f"{run.source}: {report.summary(run)}")
    for item in catalogue.ledger.runs.rejected(run.id):
        typer.echo(f"  {report.problem(item)}")
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
