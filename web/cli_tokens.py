"""The commands `fairfinder token ...`: who may write; and the first token, made at the first start."""

from datetime import timedelta
from typing import Annotated, Final

import typer

from catalogue.catalogue import Catalogue
from catalogue.ledger import Ledger
from catalogue.naming import named
from catalogue.secrets import new_key
from catalogue.settings import Settings
from catalogue.tokens import OPERATOR, TOKEN, Token, for_profiles, record_of
from web import report
from web.cli_parts import ledger_opened
from web.session import sign_in_link

tokens = typer.Typer(help="Make and revoke the tokens that operators sign in with.", no_args_is_help=True)

WHO: Final = "command line"
FIRST: Final = "first start"


@tokens.command("new")
def new_token(
    name: Annotated[str, typer.Argument(help="Who or what will use it.")],
    days: Annotated[
        int | None, typer.Option(min=1, max=3650, help="Days that it lasts; without, until it is revoked.")
    ] = None,
    profiles: Annotated[
        str | None,
        typer.Option(
            metavar="DATASET",
            help="Let it send, publish and withdraw profiles of this dataset (id, IRI or address) alone.",
        ),
    ] = None,
) -> None:
    """Make a token and print it, this once."""
    settings = Settings()
    with ledger_opened(settings) as ledger:
        base = ledger.fact("base_url", settings.base_url.rstrip("/"))
        role = for_profiles(named(ledger, base, profiles)) if profiles else OPERATOR
        text = _made(ledger, name, days, role)
    typer.echo(text)
    typer.echo("Keep it as you would a password; it is not shown again.", err=True)


@tokens.command("list")
def list_tokens() -> None:
    """The tokens, the newest first: number, name, how it begins, when made, how it stands."""
    with ledger_opened(Settings()) as ledger:
        for token in ledger.tokens.all():
            made, until = report.moment(token.created), "until revoked"
            if token.revoked:
                until = f"revoked {report.moment(token.revoked)}"
            elif token.expires:
                word = "until" if token.is_good(ledger.now()) else "expired"
                until = f"{word} {report.moment(token.expires)}"
            typer.echo(f"{token.id}\t{token.name}\t{token.prefix}…\tmade {made}\t{until}{_only(token)}")


@tokens.command("revoke")
def revoke_token(
    id: Annotated[int, typer.Argument(min=1, max=2**31 - 1, help="The number of the token.")],
) -> None:
    """End a token now, and the sessions that were opened with it."""
    with ledger_opened(Settings()) as ledger:
        token = ledger.tokens.revoke(id)
        ledger.audit.note(WHO, "revoke token", token.name)
    typer.echo(f"The token “{token.name}” is revoked.")


def print_key() -> None:
    """Print a new key for FAIRFINDER_SECRET_KEY; nothing is stored."""
    typer.echo(new_key())


def welcome(catalogue: Catalogue, settings: Settings, here: str) -> None:
    """Where nobody can sign in yet, make a first token and tell it; several machines are told how to.

    They would make one each, and tell it to wherever their output is collected. `here` is where this
    process listens, which is the address to go to as long as no other was chosen.
    """
    if catalogue.ledger.tokens.any_operator():
        return
    address = sign_in_link(catalogue.base if "base_url" in settings.model_fields_set else here)
    if settings.ledger_url.get_secret_value():
        typer.echo(f"Nobody can sign in at {address} yet. Make a token with: fairfinder token new NAME")
        return
    text = _made(catalogue.ledger, FIRST, None)
    typer.echo(f"Operator token (shown once): {text}\nSign in at {address}")


def _only(token: Token) -> str:
    record = record_of(token.role)
    return f"\tprofiles of {record} only" if record else ""


def _made(ledger: Ledger, name: str, days: int | None, role: str = OPERATOR) -> str:
    text = ledger.tokens.new(name, role, TOKEN, timedelta(days=days) if days else None)
    until = f"lasts {days} days" if days else "lasts until it is revoked"
    ledger.audit.note(WHO, "make token", name, until)
    return text
