"""The commands `fairfinder harvest ...`: keep sources, run them, and look at what came."""

from contextlib import closing
from typing import Annotated

import typer

from catalogue.bootstrap import open_jobs
from catalogue.catalogue import Catalogue
from catalogue.errors import Conflict
from catalogue.jobs import HARVEST
from catalogue.ledger import Ledger
from catalogue.settings import Settings
from catalogue.sources import Source
from harvesters.kinds import Order, checked, harvest, kinds
from web import report
from web.cli_parts import harvest_source, ledger_opened, manners, opened, status, tell

harvests = typer.Typer(help="Keep and run the sources that are harvested.", no_args_is_help=True)

FormatOption = Annotated[str, typer.Option("--format", help="RDF format, where the source does not tell it.")]


@harvests.command("add")
def add_source(
    kind: Annotated[str, typer.Argument(help="What the source speaks; see: fairfinder harvest kinds.")],
    url: Annotated[str, typer.Argument(help="Where the source is.")],
    name: Annotated[str, typer.Option(help="A short name for it.")],
    format: FormatOption = "",
) -> None:
    """Keep a source; nothing is fetched yet."""
    options = {"format": format} if format else {}
    checked(kind, options)
    with ledger_opened(Settings()) as ledger:
        ledger.sources.add(Source(name, kind, url, ledger.now(), options))
    typer.echo(f"Source “{name}” is kept. Run it with: fairfinder harvest run {name}")


@harvests.command("run")
def run_source(
    name: Annotated[str, typer.Argument(help="The source to harvest.")] = "",
    all: Annotated[bool, typer.Option("--all", help="Harvest every source, one after another.")] = False,
) -> None:
    """Harvest one source or all here and now, and tell what came."""
    settings = Settings()
    with opened(settings) as catalogue:
        names = _named(catalogue.ledger, name, all)
        statuses = [_run(catalogue, each, settings) for each in names]
    raise typer.Exit(max(statuses, default=0))


@harvests.command("queue")
def queue_source(
    name: Annotated[str, typer.Argument(help="The source to harvest.")] = "",
    all: Annotated[bool, typer.Option("--all", help="Harvest every source.")] = False,
) -> None:
    """Have one source or all harvested by a worker, or by the process that serves the pages."""
    settings = Settings()
    with ledger_opened(settings) as ledger:
        names = _named(ledger, name, all)
        with closing(open_jobs(settings, ledger)) as jobs:
            for each in names:
                job = jobs.enqueue(HARVEST, each)
                typer.echo(f"{each}: job {job.id} is {job.state}.")


@harvests.command("list")
def list_sources() -> None:
    """The sources with their last run."""
    with ledger_opened(Settings()) as ledger:
        for source in ledger.sources.all():
            last = next(iter(ledger.runs.newest(source.name, 1)), None)
            state = f"{last.state} {report.moment(last.started)}" if last else "never run"
            count = ledger.count(source.name)
            typer.echo(f"{source.name}\t{source.kind}\t{count:,} records\t{state}\t{source.address}")


@harvests.command("runs")
def list_runs(
    name: Annotated[str, typer.Argument(help="Only the runs of this source.")] = "",
    limit: Annotated[int, typer.Option(help="How many at most.")] = 20,
) -> None:
    """The newest runs, and what each brought."""
    with ledger_opened(Settings()) as ledger:
        for run in ledger.runs.newest(name or None, limit):
            typer.echo(f"{run.id}\t{run.source}\t{report.moment(run.started)}\t{report.summary(run)}")


@harvests.command("problems")
def list_problems(run: Annotated[int, typer.Argument(help="The number of the run.")]) -> None:
    """What a run could not use, with the reason and the raw bytes."""
    with ledger_opened(Settings()) as ledger:
        for item in ledger.runs.rejected(run):
            typer.echo(report.problem(item))
            typer.echo(item.raw.decode("utf-8", "replace"))


@harvests.command("kinds")
def list_kinds() -> None:
    """The kinds of source that can be harvested, with their options."""
    for kind in kinds():
        typer.echo(f"{kind.name}: {kind.help}\n  address: {kind.address}")
        for name, help in kind.options.items():
            typer.echo(f"  {name}: {help}")


@harvests.command("preview")
def preview(
    kind: Annotated[str, typer.Argument(help="The kind of the source.")],
    url: Annotated[str, typer.Argument(help="Where the source is.")],
    limit: Annotated[int, typer.Option(help="How many records to show.")] = 20,
    format: FormatOption = "",
) -> None:
    """Look at what a source would bring; nothing is written."""
    options = {"format": format} if format else {}
    for line in report.preview(harvest(Order(kind, url, options), manners(Settings())), limit):
        typer.echo(line)


def _run(catalogue: Catalogue, name: str, settings: Settings) -> int:
    """Harvest one source; that another process does so already is told and keeps no other source waiting."""
    try:
        with report.progress(name, report.summary) as progress:
            run = harvest_source(catalogue, name, settings, progress=progress)
        return status(tell(catalogue, run))
    except Conflict as error:
        typer.echo(f"{name}: {error}", err=True)
        return 1


def _named(ledger: Ledger, name: str, all: bool) -> list[str]:
    """The sources that are meant; raises NotFound."""
    if bool(name) == all:
        raise typer.BadParameter("name one source, or say --all")
    return (
        [ledger.sources.named(name).name]
        if name
        else [source.name for source in ledger.sources.all() if source.url]
    )
