"""The commands that look at a source, kept or not, and write nothing."""

from collections.abc import Iterator
from contextlib import closing, contextmanager
from typing import Annotated

import typer

from catalogue.jobs import Jobs
from catalogue.ledger import Ledger
from catalogue.queue import open_queue
from catalogue.settings import Settings
from catalogue.sources import Source
from ontologies.vocabularies import load
from web import report
from web.cli_doing import operating
from web.cli_operations import MOST_PREVIEWED, SourceOperations
from web.cli_options import (
    CredentialsOption,
    FormatOption,
    OptionOption,
    ScopeOption,
    SecretFileOption,
    TokenUrlOption,
    options_of,
    secret_of,
)
from web.operations import Preview, Secret

UNNAMED = "preview"

WhatArgument = Annotated[str, typer.Argument(help="The name of a source that is kept, or a kind.")]
UrlArgument = Annotated[str, typer.Argument(help="Where the source is, behind a kind.")]
ProfileOption = Annotated[str, typer.Option("--profile", help="The rules to check by.")]


def preview_source(
    what: WhatArgument,
    url: UrlArgument = "",
    limit: Annotated[int, typer.Option(min=1, max=MOST_PREVIEWED, help="How many records to show.")] = 20,
    format: FormatOption = "",
    option: OptionOption = None,
    profile: ProfileOption = "",
    credentials: CredentialsOption = "",
    secret_file: SecretFileOption = None,
    token_url: TokenUrlOption = "",
    scope: ScopeOption = "",
) -> None:
    """Look at what a source would bring: NAME of one that is kept, or KIND URL. Nothing is written."""
    secret = secret_of(credentials, secret_file, token_url, scope)
    found = _looked(what, url, options_of(option, format), profile, secret, limit)
    for line in report.preview(found, limit):
        typer.echo(line)
    raise typer.Exit(1 if found.failure else 0)


def test_source(
    what: WhatArgument,
    url: UrlArgument = "",
    format: FormatOption = "",
    option: OptionOption = None,
    credentials: CredentialsOption = "",
    secret_file: SecretFileOption = None,
    token_url: TokenUrlOption = "",
    scope: ScopeOption = "",
) -> None:
    """See whether a source answers: NAME of one that is kept, or KIND URL. Nothing is written."""
    secret = secret_of(credentials, secret_file, token_url, scope)
    found = _looked(what, url, options_of(option, format), "", secret, 1)
    works = bool(found.records) or found.is_all
    typer.echo(report.tested(found, works))
    raise typer.Exit(0 if works else 1)


def _looked(
    what: str, url: str, options: dict[str, str], profile: str, secret: Secret | None, limit: int
) -> Preview:
    settings = Settings()
    if url:
        with _nowhere(settings) as (ledger, operations):
            source = Source(UNNAMED, what, url, ledger.now(), options, profile=profile)
            return operations.preview(source, secret, limit)
    if options or profile or secret:
        raise typer.BadParameter("a source that is kept is looked at as it is kept; or name KIND and URL")
    with operating(settings) as (ledger, operations):
        return operations.preview(ledger.sources.named(what), None, limit)


@contextmanager
def _nowhere(settings: Settings) -> Iterator[tuple[Ledger, SourceOperations]]:
    """Operations that keep nothing: a look at a source leaves no folder behind."""
    with closing(Ledger(None)) as ledger, closing(Jobs(ledger, open_queue(None))) as jobs:
        yield ledger, SourceOperations(ledger, jobs, load(), settings, is_afar=False)
