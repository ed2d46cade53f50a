"""The commands that harvest, and tell how harvests went."""

import logging
from enum import StrEnum
from itertools import count
from typing import Annotated, Final

import typer

from catalogue.catalogue import Catalogue
from catalogue.errors import CatalogueError, NotFound
from catalogue.ledger import Ledger
from catalogue.settings import Settings
from web import report
from web.cli_doing import note, opened_or, operating
from web.cli_parts import harvest_source, ledger_opened, status, tell

_AT_A_TIME: Final = 100
"""How many problems are in memory, with what came."""


class Level(StrEnum):
    """From which line on a log is read."""

    DEBUG = "debug"
    INFO = "info"
    WARNING = "warning"
    ERROR = "error"


OneArgument = Annotated[str, typer.Argument(help="The source to harvest.")]
AllOption = Annotated[bool, typer.Option("--all", help="Harvest every source, one after another.")]
FullOption = Annotated[bool, typer.Option("--full", help="Read everything again, not only what changed.")]
RunArgument = Annotated[int, typer.Argument(help="The number of the run.", max=2**31 - 1)]


def run_source(name: OneArgument = "", all: AllOption = False, full: FullOption = False) -> None:
    """Harvest one source or all here and now, and tell what came."""
    settings = Settings()
    instead = f"Or let it harvest: fairfinder harvest queue {'--all' if all else name}"
    with opened_or(settings, instead) as catalogue:
        names = _named(catalogue.ledger, name, all)
        statuses = [_run(catalogue, each, settings, full) for each in names]
    raise typer.Exit(max(statuses, default=0))


def queue_source(name: OneArgument = "", all: AllOption = False, full: FullOption = False) -> None:
    """Have one source or all harvested by a worker, or by the process that serves the pages."""
    with operating(Settings()) as (ledger, operations):
        for each in _named(ledger, name, all):
            job = operations.run(each, all=full)
            _note(ledger, each, full)
            typer.echo(f"{each}: job {job.id} is {job.state}.")


def cancel_harvest(name: Annotated[str, typer.Argument(help="The source.")]) -> None:
    """End the harvest of a source that is queued or that a worker does; what it has brought stays."""
    with operating(Settings()) as (ledger, operations):
        job = operations.cancel(name)
        if job is None:
            raise NotFound(f"No worker harvests “{name}”, and no harvest of it is queued.")
        note(ledger, "cancel harvest", name)
    is_over = job.state == "cancelled"
    typer.echo(f"{name}: job {job.id} " + ("is cancelled." if is_over else "ends soon."))


def list_runs(
    name: Annotated[str, typer.Argument(help="Only the runs of this source.")] = "",
    limit: Annotated[int, typer.Option(min=1, help="How many at most.")] = 20,
) -> None:
    """The newest runs, and what each brought."""
    with ledger_opened(Settings()) as ledger:
        files = {source.name for source in ledger.sources.all() if not source.url}
        for run in ledger.runs.newest(name or None, limit):
            said = report.imported(run) if run.source in files else report.summary(run)
            typer.echo(f"{run.id}\t{run.source}\t{report.moment(run.started)}\t{said}")


def list_log(
    run: RunArgument,
    level: Annotated[Level, typer.Option(help="Only lines from this level on.")] = Level.INFO,
) -> None:
    """What was said while a run went on."""
    with ledger_opened(Settings()) as ledger:
        ledger.runs.run(run)
        for line in ledger.runs.said(run, logging.getLevelNamesMapping()[level.upper()]):
            typer.echo(report.said(line))


def list_problems(run: RunArgument) -> None:
    """What a run could not use, with the reason and the raw bytes."""
    with ledger_opened(Settings()) as ledger:
        ledger.runs.run(run)
        for offset in count(0, _AT_A_TIME):
            some = ledger.runs.rejected(run, _AT_A_TIME, offset)
            for item in some:
                typer.echo(report.problem(item))
                typer.echo(report.raw(item.raw))
            if len(some) < _AT_A_TIME:
                return


def _run(catalogue: Catalogue, name: str, settings: Settings, full: bool) -> int:
    """Harvest one source; what keeps it from being harvested is told and keeps no other source waiting."""
    try:
        if full:
            catalogue.ledger.sources.ask_all(name)
        _note(catalogue.ledger, name, full)
        with report.progress(name, report.summary) as progress:
            run = harvest_source(catalogue, name, settings, progress=progress)
        return status(tell(catalogue, run))
    except CatalogueError as error:
        typer.echo(f"{name}: {error.whole}", err=True)
        return 1


def _note(ledger: Ledger, name: str, full: bool) -> None:
    note(ledger, "read source anew" if full else "run source", name)


def _named(ledger: Ledger, name: str, all: bool) -> list[str]:
    """The sources that are meant; raises NotFound."""
    if bool(name) == all:
        raise typer.BadParameter("name one source, or say --all")
    return (
        [ledger.sources.named(name).name]
        if name
        else [source.name for source in ledger.sources.all() if source.url]
    )
