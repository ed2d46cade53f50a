"""The command that moves a catalogue between the engines in the data folder and those on servers."""

from enum import StrEnum
from typing import Annotated, Final

import typer
from pydantic import SecretStr

from catalogue.bootstrap import open_catalogue
from catalogue.errors import Invalid
from catalogue.migrate import migrate as copied
from catalogue.settings import Settings
from web import report

_NEEDED: Final = ("FAIRFINDER_STORE_QUERY_URL", "FAIRFINDER_INDEX_URL", "FAIRFINDER_LEDGER_URL")


class Engines(StrEnum):
    """Where a catalogue can be."""

    EMBEDDED = "embedded"
    CLUSTER = "cluster"


def migrate(
    origin: Annotated[Engines, typer.Option("--from", help="Where the catalogue is.")],
    target: Annotated[Engines, typer.Option("--to", help="Where it is to be; nothing may be there yet.")],
) -> None:
    """Copy the catalogue between the data folder and the servers of the settings.

    It stays where it was. When the copying is broken off, the same command goes on with it.
    """
    if origin == target:
        raise typer.BadParameter("--from and --to must differ")
    settings = Settings()
    here = open_catalogue(_engines(settings, origin))
    try:
        there = open_catalogue(_engines(settings, target, here.base), unfinished=True)
        try:
            with report.progress(f"{origin} to {target}", report.copied) as progress:
                done = copied(here, there, progress)
        finally:
            there.close()
    finally:
        here.close()
    typer.echo(f"The catalogue is copied: {report.copied(done)}.")
    if target is Engines.EMBEDDED:
        typer.echo("To use it, start without the addresses of the servers.")


def servers(settings: Settings) -> tuple[str, ...]:
    """The settings by which an engine that keeps something is on a server."""
    given = settings.store_query_url, settings.index_url, settings.ledger_url.get_secret_value()
    return tuple(name for name, url in zip(_NEEDED, given, strict=True) if url)


def _engines(settings: Settings, where: Engines, base_url: str = "") -> Settings:
    """The settings with the engines of one place only, and the base URL of the catalogue copied there."""
    base = {"base_url": base_url} if base_url else {}
    if where is Engines.EMBEDDED:
        none = SecretStr("")
        urls = ("index_url", "store_query_url", "store_update_url", "store_graphs_url")
        blank = {**dict.fromkeys(urls, ""), "ledger_url": none, "jobs_url": none}
        return settings.model_copy(update=blank | base)
    lacking = {*_NEEDED} - {*servers(settings)}
    if lacking:
        raise Invalid(f"The cluster is not known: set {', '.join(sorted(lacking))}.")
    return settings.model_copy(update=base)
