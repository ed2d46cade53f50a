"""The command `fairfinder`: the one place that starts both the web side and the harvesters."""

import logging
import signal
import sys
from collections.abc import Iterator
from contextlib import closing, nullcontext
from dataclasses import replace
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from pydantic import SecretStr, ValidationError

from catalogue import upkeep
from catalogue.apart import apart, never, overheard
from catalogue.bootstrap import open_jobs
from catalogue.catalogue import Catalogue
from catalogue.errors import CatalogueError, Invalid, NotFound
from catalogue.ingest import Beginning
from catalogue.records import Harvested
from catalogue.settings import Settings
from catalogue.sources import Source
from harvesters.files import read
from harvesters.kinds import harvest
from web import (
    cli_build,
    cli_curation,
    cli_feasibility,
    cli_jobs,
    cli_links,
    cli_migrate,
    cli_profiles,
    cli_push,
    cli_record,
    cli_tokens,
    cli_vocabulary,
    report,
)
from web.cli_harvest import harvests
from web.cli_operations import operations
from web.cli_options import FormatOption
from web.cli_parts import is_large, manners, opened, ordered, status, tell
from web.source_names import checked as checked_name

if TYPE_CHECKING:
    from web.demo.network import Node

app = typer.Typer(
    name="fairfinder",
    help="A metadata catalogue and FAIR dataset discovery engine for health data.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
)
app.add_typer(harvests, name="harvest")
app.command()(cli_jobs.worker)
app.command("jobs")(cli_jobs.list_jobs)
app.command("links")(cli_links.list_links)
app.command()(cli_migrate.migrate)
cli_record.records.command("show")(cli_curation.show_record)
cli_record.records.command("withdraw")(cli_curation.withdraw_record)
cli_record.records.command("curate")(cli_curation.curate_record)
app.add_typer(cli_record.records, name="record")
app.add_typer(cli_tokens.tokens, name="token")
cli_profiles.profiles.command("build")(cli_build.build_profile)
cli_profiles.profiles.command("push")(cli_push.push_profile)
app.add_typer(cli_profiles.profiles, name="profile")
app.add_typer(cli_feasibility.feasibility, name="feasibility")
app.add_typer(cli_vocabulary.vocabularies, name="vocabulary")
app.command("key")(cli_tokens.print_key)


def main() -> None:
    """Run the command; an error of ours is one sentence on standard error and exit status 1."""
    try:
        app()
    except CatalogueError as error:
        print(error.whole, file=sys.stderr)
        raise SystemExit(1) from None
    except ValidationError as error:
        for fault in error.errors(include_url=False, include_input=False):
            print(f"{_setting(fault['loc'])}{fault['msg'].removeprefix('Value error, ')}", file=sys.stderr)
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
    for client in ("httpx", "elastic_transport"):
        logging.getLogger(client).setLevel(logging.WARNING)  # they tell of every request


@app.command("import")
def import_files(
    paths: Annotated[list[Path], typer.Argument(help="RDF files, or folders of them.", exists=True)],
    name: Annotated[str, typer.Option(help="The source that the records are said to come from.")] = "files",
    format: FormatOption = "",
) -> None:
    """Take in the records of files and folders; nothing that is absent from them is withdrawn."""
    with opened(Settings()) as catalogue:
        _keep_files(catalogue, name)
        items = apart(never, read, paths, format) if is_large(paths) else read(paths, format)
        with report.progress(name, report.imported) as progress:
            run = catalogue.ingest(name, items, whole=False, progress=progress)
        tell(catalogue, run, report.imported)
    raise typer.Exit(status(run))


@app.command()
def serve(
    host: Annotated[str, typer.Option(help="Address to listen on.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(help="Port to listen on.")] = 8000,
) -> None:
    """Serve the catalogue on the web."""
    settings = Settings()
    with opened(settings) as catalogue:
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

    settings = Settings(
        data_dir=data_dir,
        base_url=f"http://{HOST}:{port}",
        allow_hosts=frozenset({HOST}),
        index_url="",
        store_query_url="",
        store_update_url="",
        store_graphs_url="",
        ledger_url=SecretStr(""),
        link_check_days=0,
        jobs_url=SecretStr(""),
    )
    settings = settings.model_copy(update={"base_url": _base_kept(settings)})
    with opened(settings) as catalogue, Network(catalogue.vocabularies, port + 100) as network:
        for node in network.nodes():
            _keep_node(catalogue, node)
            _harvest_here(catalogue, node.name, settings)
        _take_profiles_in(catalogue, settings.data_dir / "nodes")
        _serve(catalogue, settings, HOST, port)


@app.command()
def reindex() -> None:
    """Build the search index anew from the store, beside the live one, then swap."""
    with opened(Settings()) as catalogue:
        count = catalogue.reindex()
    typer.echo(f"The index was built anew: {count:,} records.")


@app.command()
def backup(folder: Annotated[Path, typer.Argument(help="A folder that does not exist yet.")]) -> None:
    """Write a consistent copy of the catalogue."""
    with opened(Settings()) as catalogue:
        count = upkeep.backup(catalogue, folder)
    typer.echo(f"{count:,} records are saved in {folder}.")


@app.command()
def restore(folder: Annotated[Path, typer.Argument(help="A folder made by backup.", exists=True)]) -> None:
    """Put a backup into an empty data folder, build the index and check everything."""
    settings = Settings()
    if cli_migrate.servers(settings):
        raise Invalid(
            "A backup is restored into a data folder. Leave out the addresses of the servers, restore, and "
            "bring it to the servers with: fairfinder migrate --from embedded --to cluster"
        )
    upkeep.restore(folder, settings.data_dir)
    check()


@app.command()
def check() -> None:
    """Look at store, index and ledger, and say what is not well."""
    settings = Settings()
    well = True
    with opened(settings) as catalogue:
        for found in upkeep.examine(catalogue, settings.data_dir):
            well = well and found.well
            typer.echo(f"{'ok  ' if found.well else 'FAIL'} {found.name}: {found.result}")
            if not found.well:
                typer.echo(f"     {found.advice}")
    raise typer.Exit(0 if well else 1)


def _setting(path: tuple[int | str, ...]) -> str:
    """The name of a wrong setting, where the fault is of one."""
    return f"FAIRFINDER_{str(path[0]).upper()}: " if path else ""


def _keep_files(catalogue: Catalogue, name: str) -> None:
    """Keep a source that imported files are said to come from; one that there is stays as it is."""
    try:
        catalogue.ledger.sources.named(name)
    except NotFound:
        catalogue.ledger.sources.add(Source(checked_name(name), "files", "", catalogue.now()))


def _keep_node(catalogue: Catalogue, node: "Node") -> None:
    """Keep a source of the demonstration that may be kept already, perhaps at another port."""
    try:
        kept = catalogue.ledger.sources.named(node.name)
        if kept.url != node.url:
            catalogue.ledger.sources.change(replace(kept, url=node.url))
    except NotFound:
        source = Source(node.name, node.kind, node.url, catalogue.now(), node.options)
        catalogue.ledger.sources.add(source)


def _harvest_here(catalogue: Catalogue, name: str, settings: Settings) -> None:
    """Harvest a source in this process: a small one is read before another process has started."""
    source = catalogue.ledger.sources.named(name)

    def begin(beginning: Beginning) -> Iterator[Harvested]:
        return overheard(harvest(ordered(catalogue, source, settings, beginning), manners(settings)))

    with report.progress(name, report.summary) as progress:
        tell(catalogue, catalogue.harvest(name, begin, progress=progress))


def _take_profiles_in(catalogue: Catalogue, folder: Path) -> None:
    """Publish the profiles of the demonstration that are not there yet; their files stay in the folder."""
    from web.demo.profile_import import take_in

    number = 0
    with report.progress("profiles", lambda done: f"{done} releases taken in") as progress:
        for number, _ in enumerate(take_in(catalogue, folder), 1):
            progress(number)
    typer.echo(f"profiles: {number} new releases")


def _serve(catalogue: Catalogue, settings: Settings, host: str, port: int) -> None:
    import uvicorn

    from web.app import create_app
    from web.profile_preparing import Preparing
    from web.standing import stand

    shown = f"[{host}]" if ":" in host else host
    typer.echo(f"The catalogue is open on http://{shown}:{port}/  (stop it with Ctrl+C)")
    cli_tokens.welcome(catalogue, settings, f"http://{shown}:{port}")
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))  # raised again by the server when it has ended
    jobs = open_jobs(settings, catalogue.ledger)
    working = cli_jobs.working(catalogue, settings) if settings.alone else nullcontext()
    with closing(jobs), working as going:
        behind = operations(catalogue, jobs, settings)
        app = create_app(catalogue, settings, behind, lambda: going is not None and going.is_broken)
        stand()
        with Preparing(app.state.fairfinder):
            uvicorn.run(app, host=host, port=port, log_level="warning")


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
