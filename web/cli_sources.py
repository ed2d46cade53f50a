"""The commands that keep sources: add, change and show them, and say how all of them stand."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Annotated

import typer

from catalogue.ledger import Ledger
from catalogue.schedule import in_words
from catalogue.settings import Settings
from catalogue.sources import WITHDRAW, Source, Standing
from harvesters import kinds, sheets
from web import report
from web.cli_doing import note, operating
from web.cli_operations import SourceOperations
from web.cli_options import (
    CredentialsOption,
    FormatOption,
    OptionOption,
    ScopeOption,
    SecretFileOption,
    TokenUrlOption,
    merged,
    options_of,
    secret_of,
)
from web.conditions import LABELS, Condition, condition
from web.operations import Secret

NAME = Annotated[str, typer.Argument(help="The name of the source.")]


def add_source(
    kind: Annotated[str, typer.Argument(help="What the source speaks; see: fairfinder harvest kinds.")],
    url: Annotated[str, typer.Argument(help="Where the source is.")],
    name: Annotated[str, typer.Option(help="A short name for it.")],
    format: FormatOption = "",
    option: OptionOption = None,
    schedule: Annotated[str, typer.Option(help="Five fields of cron, in UTC: 30 2 * * *")] = "",
    deletion: Annotated[
        str, typer.Option(help="What becomes of what it no longer has: withdraw, ask or keep.")
    ] = WITHDRAW,
    profile: Annotated[str, typer.Option(help="The rules to check by; else what each record selects.")] = "",
    contact: Annotated[str, typer.Option(help="Who is told of failures.")] = "",
    full_every: Annotated[int, typer.Option(help="Days after which everything is read again.")] = 7,
    credentials: CredentialsOption = "",
    secret_file: SecretFileOption = None,
    token_url: TokenUrlOption = "",
    scope: ScopeOption = "",
) -> None:
    """Keep a source; nothing is fetched yet."""
    options = options_of(option, format)
    kinds.checked(kind, options)
    with operating(Settings()) as (ledger, operations):
        source = Source(
            name, kind, url, ledger.now(), options, "", schedule, profile, deletion, contact, full_every
        )
        secret = secret_of(credentials, secret_file, token_url, scope)
        operations.keep(source, secret, is_new=True)
        note(
            ledger, "add source", name, f"{kind} {source.address}" + (", with credentials" if secret else "")
        )
    typer.echo(f"Source “{name}” is kept. Run it with: fairfinder harvest run {name}")


def change_source(
    name: NAME,
    url: Annotated[str | None, typer.Option(help="Where it is now.")] = None,
    option: OptionOption = None,
    schedule: Annotated[str | None, typer.Option(help="Five fields of cron, in UTC; empty for none.")] = None,
    deletion: Annotated[str | None, typer.Option(help="withdraw, ask or keep.")] = None,
    profile: Annotated[str | None, typer.Option(help="The rules to check by; empty for none.")] = None,
    contact: Annotated[str | None, typer.Option(help="Who is told of failures; empty for nobody.")] = None,
    full_every: Annotated[int | None, typer.Option(help="Days after which everything is read again.")] = None,
    credentials: CredentialsOption = "",
    secret_file: SecretFileOption = None,
    token_url: TokenUrlOption = "",
    scope: ScopeOption = "",
    no_credentials: Annotated[
        bool, typer.Option("--no-credentials", help="Take its credentials away.")
    ] = False,
) -> None:
    """Change a source; what is not said stays as it is. An option without a value is taken away."""
    words = {"url": url, "schedule": schedule, "deletion": deletion, "profile": profile, "contact": contact}
    said = {**words, "full_every": full_every}
    changes: dict[str, object] = {field: value for field, value in said.items() if value is not None}
    with operating(Settings()) as (ledger, operations):
        source = ledger.sources.named(name)
        if option:
            changes["options"] = merged(source.options, options_of(option))
        secret = secret_of(credentials, secret_file, token_url, scope)
        if no_credentials and secret:
            raise typer.BadParameter("give credentials or take them away", param_hint="--no-credentials")
        if no_credentials:
            secret = Secret("bearer", "")
        operations.keep(replace(source, **changes), secret, is_new=False)  # type: ignore[arg-type]
        told = sorted([*changes, *(["credentials"] if secret else [])])
        note(ledger, "change source", name, ", ".join(told))
    typer.echo(f"Source “{name}” is changed: {', '.join(told) or 'nothing'}.")


def pause_source(name: NAME) -> None:
    """Let the schedule pass over a source."""
    _pause(name, paused=True)
    typer.echo(f"{name} is paused. Take it up again with: fairfinder harvest resume {name}")


def resume_source(name: NAME) -> None:
    """Let a source be harvested by its schedule again."""
    _pause(name, paused=False)
    typer.echo(f"{name} is harvested by its schedule again.")


def show_source(name: NAME) -> None:
    """All that is known of a source, and how it stands."""
    with operating(Settings()) as (ledger, operations):
        source, standing = ledger.sources.named(name), ledger.sources.standing(name)
        found = next(one for kept, one in _standing(ledger, operations) if kept.name == name)
        for label, value in _facts(source, standing, found, ledger.count(name)):
            typer.echo(f"{label}\t{value}")


def list_sources() -> None:
    """The sources with their last run, how they stand, and when they are harvested next."""
    with operating(Settings()) as (ledger, operations):
        last, sizes = ledger.runs.last(), ledger.sizes()
        for source, found in _standing(ledger, operations):
            run = last.get(source.name)
            state = f"{run.state} {report.moment(run.started)}" if run else "never run"
            records = f"{sizes.get(source.name, 0):,} records"
            words = "; ".join(_words(found))
            typer.echo(f"{source.name}\t{source.kind}\t{records}\t{state}\t{words}\t{source.address}")


def list_kinds() -> None:
    """The kinds of source that can be harvested, with their options."""
    for kind in kinds.kinds():
        typer.echo(f"{kind.name}: {kind.help}\n  address: {kind.address}")
        for name, help in kind.options.items():
            typer.echo(f"  {name}: {help}")


def write_template(
    file: Annotated[Path, typer.Argument(help="A new file, .csv or .xlsx.")],
) -> None:
    """Write an empty table for custodians who describe their datasets in a spreadsheet."""
    sheets.write_template(file)
    typer.echo(
        f"{file} is written. Filled in, it is read as a source of kind folder, or by: fairfinder import"
    )


def _pause(name: str, *, paused: bool) -> None:
    with operating(Settings()) as (ledger, operations):
        operations.pause(name, paused=paused)
        note(ledger, "pause source" if paused else "resume source", name)


def _standing(ledger: Ledger, operations: SourceOperations) -> Iterator[tuple[Source, Condition]]:
    """All sources by name, and how they stand."""
    standings, last, jobs = ledger.sources.standings(), ledger.runs.last(), operations.jobs()
    leaving = ledger.leaving_counts()
    for source in ledger.sources.all():
        name = source.name
        standing, open_ = standings.get(name, Standing()), jobs.get(name, ())
        yield source, condition(source, standing, last.get(name), open_, leaving.get(name, 0), ledger.now())


def _words(found: Condition) -> Iterator[str]:
    yield ", ".join(LABELS[mark] for mark in found.marks)
    if found.waiting:
        yield f"{found.waiting:,} records to look at"
    if found.next:
        yield f"next {report.moment(found.next)}"


def _facts(source: Source, standing: Standing, found: Condition, records: int) -> Iterator[tuple[str, str]]:
    yield "name", source.name
    yield "kind", source.kind
    yield "address", source.address or "none"
    yield "options", ", ".join(f"{name}={value}" for name, value in source.options.items()) or "none"
    yield "credentials", "kept, and never shown" if source.credentials else "none"
    yield "schedule", f"{source.schedule} ({in_words(source.schedule)})" if source.schedule else "none"
    yield "everything is read", f"every {source.full_every} days"
    yield "deletion", source.deletion
    yield "profile", source.profile or "as the access right of each record selects"
    yield "contact", source.contact or "none"
    yield "records", f"{records:,}"
    yield "state", "; ".join(_words(found))
    if standing.failures:
        yield "failures in a row", str(standing.failures)
    if standing.last_complete:
        yield "last complete run", report.moment(standing.last_complete)
    if standing.last_full:
        yield "everything was read", report.moment(standing.last_full)
