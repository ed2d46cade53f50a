"""The commands by which a person decides: on what a source no longer has, and on a whole source."""

from collections.abc import Iterable
from enum import StrEnum
from typing import Annotated, Final

import typer

from catalogue.jobs import APPROVE, DELETE, DISMISS, LEAVE
from catalogue.ledger import Entry, Ledger, Waiting
from catalogue.settings import Settings
from web import report
from web.cli_doing import done, note, operating
from web.cli_operations import decision
from web.cli_options import YesOption
from web.cli_parts import ledger_opened
from web.conditions import is_running

SHOWN: Final = 20
"""How many records are shown before somebody decides."""

_AT_A_TIME: Final = 500
"""How many records of a list are in memory."""

NAME = Annotated[str, typer.Argument(help="The name of the source.")]


class Records(StrEnum):
    """What becomes of the records of a source that is deleted."""

    WITHDRAW = "withdraw"
    KEEP = "keep"


def list_withdrawals(name: NAME) -> None:
    """The records of a source that wait for a person before they are withdrawn."""
    with ledger_opened(Settings()) as ledger:
        number = _waiting(ledger, name).number
        for offset in range(0, number, _AT_A_TIME):
            _show(ledger.leaving(name, _AT_A_TIME, offset))
    if number:
        typer.echo(f"Withdraw them with: fairfinder harvest approve {name}", err=True)
        typer.echo(f"Let them stay with: fairfinder harvest dismiss {name}", err=True)


def approve(name: NAME, yes: YesOption = False) -> None:
    """Withdraw the records of a source that wait for it."""
    _decide(name, APPROVE, "Withdraw", yes)


def dismiss(name: NAME, yes: YesOption = False) -> None:
    """Let the records of a source stay that wait to be withdrawn."""
    _decide(name, DISMISS, "Let stay", yes)


def delete_source(
    name: NAME,
    records: Annotated[
        Records | None, typer.Option(help="What becomes of its records; asked for when not said.")
    ] = None,
) -> None:
    """Delete a source, and withdraw its records or leave them as they are."""
    settings = Settings()
    with operating(settings) as (ledger, operations):
        ledger.sources.named(name)
        what = records or _asked(name, ledger.count(name))
        operations.set_aside(name, withdraw=what is Records.WITHDRAW)
        become = "withdrawn" if what is Records.WITHDRAW else "left as they are"
        note(ledger, "delete source", name, f"its records are {become}")
    outcome = done(settings, DELETE if what is Records.WITHDRAW else LEAVE, name)
    typer.echo(outcome.message)


def _asked(name: str, number: int) -> Records:
    question = f"What becomes of its {number:,} records: withdraw or keep?"
    typer.echo(f"“{name}” is to be deleted.")
    answer = typer.prompt(question, type=str).strip().lower()
    if answer not in {*Records}:
        raise typer.BadParameter("say withdraw or keep; nothing was done", param_hint="--records")
    return Records(answer)


def _decide(name: str, task: str, verb: str, yes: bool) -> None:
    settings = Settings()
    with ledger_opened(settings) as ledger:
        waiting = _waiting(ledger, name)
        first = () if yes else ledger.leaving(name, SHOWN)
    if not waiting.number:
        typer.echo(f"No records of {name} wait.")
        return
    number = waiting.number
    if not yes:
        _show(first)
        more = f" ({number - SHOWN:,} more are not shown)" if number > SHOWN else ""
        typer.confirm(f"{verb} {number:,} records of {name}{more}?", abort=True)
    outcome = done(settings, task, decision(name, waiting.run, number))
    typer.echo(outcome.message)
    if not outcome.is_well:
        raise typer.Exit(1)
    with ledger_opened(settings) as ledger:
        note(ledger, task, name, f"{number:,} records, run {waiting.run}")


def _waiting(ledger: Ledger, name: str) -> Waiting:
    """How much waits for a person; raises NotFound for an unknown source."""
    ledger.sources.named(name)
    last = next(iter(ledger.runs.newest(name, 1)), None)
    return Waiting(0, 0) if is_running(last) else ledger.waiting(name)


def _show(entries: Iterable[Entry]) -> None:
    for entry in entries:
        typer.echo(report.leaving(entry))
