"""The command `fairfinder`: the one place that starts both the web side and the harvesters."""

import logging
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.metadata import version
from pathlib import Path
from typing import Annotated, Final

import typer

from catalogue import upkeep
from catalogue.apart import apart
from catalogue.bootstrap import open_catalogue
from catalogue.catalogue import Catalogue
from catalogue.errors import CatalogueError, NotFound
from catalogue.ledger import COMPLETE, Run, Source
from catalogue.records import Harvested
from catalogue.settings import Settings
from harvesters.files import read
from harvesters.kinds import KINDS, Manners, checked, harvest
from web import report

app = typer.Typer(
    name="fairfinder",
    help="A metadata catalogue and FAIR dataset discovery engine for health data.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
)
harvests = typer.Typer(help="Keep and run the sources that are harvested.", no_args_is_help=True)
app.add_typer(harvests, name="harvest")

APART_BYTES: Final = 8 << 20
"""Files of this size together are read in a process of their own; it takes a second to start."""

FormatOption = Annotated[str, typer.Option("--format", help="RDF format, where the source does not tell it.")]


def main() -> None:
    """Run the command; an error of ours is one sentence on standard error and exit status 1."""
    try:
        app()
    except CatalogueError as error:
        print(error, file=sys.stderr)
        raise SystemExit(1) from None


@app.callback(invoke_without_command=True)
def _start(
    show: Annotated[bool, typer.Option("--version", help="Tell the version and end.")] = False,
) -> None:
    if show:
        typer.echo(f"fairfinder {version('fairfinder')}")
        raise typer.Exit
    logging.basicConfig(
        level=Settings().log_level.upper(), format="%(asctime)s %(levelname)s %(name)s: %(message)s"
    )


@app.command("import")
def import_files(
    paths: Annotated[list[Path], typer.Argument(help="RDF files, or folders of them.", exists=True)],
    name: Annotated[str, typer.Option(help="The source that the records are said to come from.")] = "files",
    format: FormatOption = "",
) -> None:
    """Take in the records of files and folders; nothing that is absent from them is withdrawn."""
    with _opened(Settings()) as catalogue:
        _keep(catalogue, name, "files", "")
        items = apart(read, paths, format) if _size(paths) >= APART_BYTES else read(paths, format)
        run = _taken_in(catalogue, name, items, whole=False)
    raise typer.Exit(_status(run))


@harvests.command("add")
def add_source(
    kind: Annotated[str, typer.Argument(help="; ".join(f"{k.name}: {k.help}" for k in KINDS.values()))],
    url: Annotated[str, typer.Argument(help="Where the source is.")],
    name: Annotated[str, typer.Option(help="A short name for it.")],
    format: FormatOption = "",
) -> None:
    """Keep a source; nothing is fetched yet."""
    options = {"format": format} if format else {}
    checked(kind, options)
    with _opened(Settings()) as catalogue:
        catalogue.ledger.add_source(Source(name, kind, url, catalogue.now(), options))
    typer.echo(f"Source “{name}” is kept. Run it with: fairfinder harvest run {name}")


@harvests.command("run")
def run_source(
    name: Annotated[str, typer.Argument(help="The source to harvest.")] = "",
    all: Annotated[bool, typer.Option("--all", help="Harvest every source, one after another.")] = False,
) -> None:
    """Harvest one source or all, and tell what came."""
    if bool(name) == all:
        raise typer.BadParameter("name one source, or say --all")
    with _opened(Settings()) as catalogue:
        names = [name] if name else [s.name for s in catalogue.ledger.sources() if s.url]
        runs = [_harvested(catalogue, each) for each in names]
    raise typer.Exit(max((_status(run) for run in runs), default=0))


@harvests.command("list")
def list_sources() -> None:
    """The sources with their last run."""
    with _opened(Settings()) as catalogue:
        for source in catalogue.ledger.sources():
            last = next(iter(catalogue.ledger.runs(source.name, 1)), None)
            state = f"{last.state} {report.moment(last.started)}" if last else "never run"
            count = catalogue.ledger.count(source.name)
            typer.echo(f"{source.name}\t{source.kind}\t{count:,} records\t{state}\t{source.address}")


@harvests.command("runs")
def list_runs(
    name: Annotated[str, typer.Argument(help="Only the runs of this source.")] = "",
    limit: Annotated[int, typer.Option(help="How many at most.")] = 20,
) -> None:
    """The newest runs, and what each brought."""
    with _opened(Settings()) as catalogue:
        for run in catalogue.ledger.runs(name or None, limit):
            typer.echo(f"{run.id}\t{run.source}\t{report.moment(run.started)}\t{report.summary(run)}")


@harvests.command("problems")
def list_problems(run: Annotated[int, typer.Argument(help="The number of the run.")]) -> None:
    """What a run could not use, with the reason and the raw bytes."""
    with _opened(Settings()) as catalogue:
        for item in catalogue.ledger.rejected(run):
            typer.echo(report.problem(item))
            typer.echo(item.raw.decode("utf-8", "replace"))


@harvests.command("preview")
def preview(
    kind: Annotated[str, typer.Argument(help="The kind of the source.")],
    url: Annotated[str, typer.Argument(help="Where the source is.")],
    limit: Annotated[int, typer.Option(help="How many records to show.")] = 20,
    format: FormatOption = "",
) -> None:
    """Look at what a source would bring; nothing is written."""
    options = {"format": format} if format else {}
    for line in report.preview(harvest(kind, url, options, _manners(Settings())), limit):
        typer.echo(line)


@app.command()
def serve(
    host: Annotated[str, typer.Option(help="Address to listen on.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(help="Port to listen on.")] = 8000,
) -> None:
    """Serve the catalogue on the web."""
    settings = Settings()
    with _opened(settings) as catalogue:
        _serve(catalogue, settings, host, port)


@app.command()
def demo(
    port: Annotated[int, typer.Option(help="Port to listen on.")] = 8000,
    data_dir: Annotated[Path, typer.Option(help="Folder for the data of the demonstration.")] = Path(
        "data/demo"
    ),
) -> None:
    """Start a network of made-up data sources, harvest it, and serve the catalogue."""
    from web.demo.network import HOST, Network

    settings = Settings(data_dir=data_dir, base_url=f"http://{HOST}:{port}", allow_hosts=frozenset({HOST}))
    settings = settings.model_copy(update={"base_url": _base_kept(settings)})
    with _opened(settings) as catalogue, Network(catalogue.vocabularies) as network:
        for node in network.nodes():
            _keep(catalogue, node.name, node.kind, node.url)
            items = harvest(node.kind, node.url, node.options, _manners(settings))
            _taken_in(catalogue, node.name, items)
        _serve(catalogue, settings, HOST, port)


@app.command()
def reindex() -> None:
    """Build the search index anew from the store, beside the live one, then swap."""
    with _opened(Settings()) as catalogue:
        count = catalogue.reindex()
    typer.echo(f"The index was built anew: {count:,} records.")


@app.command()
def backup(folder: Annotated[Path, typer.Argument(help="A folder that does not exist yet.")]) -> None:
    """Write a consistent copy of the catalogue."""
    with _opened(Settings()) as catalogue:
        count = upkeep.backup(catalogue, folder)
    typer.echo(f"{count:,} records are saved in {folder}.")


@app.command()
def restore(folder: Annotated[Path, typer.Argument(help="A folder made by backup.", exists=True)]) -> None:
    """Put a backup into an empty data folder, build the index and check everything."""
    settings = Settings()
    upkeep.restore(folder, settings.data_dir)
    check()


@app.command()
def check() -> None:
    """Look at store, index and ledger, and say what is not well."""
    settings = Settings()
    well = True
    with _opened(settings) as catalogue:
        for found in upkeep.examine(catalogue, settings.data_dir):
            well = well and found.well
            typer.echo(f"{'ok  ' if found.well else 'FAIL'} {found.name}: {found.result}")
            if not found.well:
                typer.echo(f"     {found.advice}")
    raise typer.Exit(0 if well else 1)


def _harvested(catalogue: Catalogue, name: str) -> Run:
    """Harvest one kept source."""
    source = catalogue.ledger.source(name)
    manners = _manners(Settings())
    items = apart(harvest, source.kind, source.url, dict(source.options), manners)
    return _taken_in(catalogue, name, items)


def _taken_in(catalogue: Catalogue, name: str, items: Iterator[Harvested], *, whole: bool = True) -> Run:
    """Take in what comes, show how it goes and tell what came."""
    with report.progress(name) as progress:
        run = catalogue.ingest(name, items, whole=whole, progress=progress)
    typer.echo(f"{run.source}: {report.summary(run)}")
    for item in catalogue.ledger.rejected(run.id):
        typer.echo(f"  {report.problem(item)}")
    return run


def _size(paths: list[Path]) -> int:
    files = (file for path in paths for file in ([path] if path.is_file() else path.rglob("*")))
    return sum(file.stat().st_size for file in files if file.is_file())


@contextmanager
def _opened(settings: Settings) -> Iterator[Catalogue]:
    catalogue = open_catalogue(settings)
    try:
        yield catalogue
    finally:
        catalogue.close()


def _manners(settings: Settings) -> Manners:
    return Manners(
        settings.allow_hosts,
        settings.max_document_mb * 1_000_000,
        settings.harvest_timeout_s,
        settings.contact,
    )


def _keep(catalogue: Catalogue, name: str, kind: str, url: str) -> None:
    """Keep a source that may be kept already, perhaps at another address."""
    try:
        if catalogue.ledger.source(name).url != url:
            catalogue.ledger.move_source(name, url)
    except NotFound:
        catalogue.ledger.add_source(Source(name, kind, url, catalogue.now()))


def _status(run: Run) -> int:
    return 0 if run.state == COMPLETE else 1


def _serve(catalogue: Catalogue, settings: Settings, host: str, port: int) -> None:
    import uvicorn

    from web.app import create_app

    shown = f"[{host}]" if ":" in host else host
    typer.echo(f"The catalogue is open on http://{shown}:{port}/  (stop it with Ctrl+C)")
    uvicorn.run(create_app(catalogue, settings), host=host, port=port, log_level="warning")


def _base_kept(settings: Settings) -> str:
    """The base URL that a data folder was made with, the one asked for when it is new."""
    from catalogue.ledger import Ledger

    file = settings.data_dir / upkeep.LEDGER
    if not file.exists():
        return settings.base_url
    ledger = Ledger(f"sqlite:///{file}")
    try:
        return ledger.fact("base_url", settings.base_url)
    finally:
        ledger.close()


if __name__ == "__main__":
    main()
