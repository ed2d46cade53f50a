"""The options that several commands on sources share, and what they make of them."""

import sys
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Annotated, Final

import typer

from web.operations import Secret

FormatOption = Annotated[str, typer.Option("--format", help="RDF format, where the source does not tell it.")]
OptionOption = Annotated[
    list[str] | None, typer.Option("--option", help="name=value, as its kind has them. Repeat for several.")
]
CredentialsOption = Annotated[
    str,
    typer.Option(
        "--credentials",
        help="What it is shown: bearer, basic:USER, header:NAME or oauth2:CLIENT. The secret is asked "
        "for, or read from a file.",
    ),
]
SecretFileOption = Annotated[
    Path | None,
    typer.Option("--secret-file", help="File with the secret; - for standard input. Else it is asked for."),
]
TokenUrlOption = Annotated[str, typer.Option("--token-url", help="What hands out tokens, for oauth2.")]
ScopeOption = Annotated[str, typer.Option("--scope", help="The scope, for oauth2.")]
YesOption = Annotated[bool, typer.Option("--yes", help="Do not ask.")]

STANDARD_INPUT: Final = Path("-")


def options_of(given: Iterable[str] | None, format: str = "") -> dict[str, str]:
    """The options of a kind by name; `format` is short for that one."""
    found = {"format": format} if format else {}
    for one in given or ():
        name, mark, value = one.partition("=")
        if not (name and mark):
            raise typer.BadParameter(f"“{one}” is not an option: give name=value", param_hint="--option")
        found[name.strip()] = value
    return found


def merged(kept: Mapping[str, str], given: Mapping[str, str]) -> dict[str, str]:
    """The options as they are then; an empty value takes one away."""
    return {name: value for name, value in {**kept, **given}.items() if value}


def secret_of(credentials: str, file: Path | None, token_url: str, scope: str) -> Secret | None:
    """The credentials that are meant, None for none; their secret never stands on the command line."""
    if not credentials:
        if file or token_url or scope:
            raise typer.BadParameter("say how the secret is shown", param_hint="--credentials")
        return None
    scheme, _, name = credentials.partition(":")
    return Secret(scheme, _secret(file), name, token_url, scope)


def _secret(file: Path | None) -> str:
    if file is None:
        return str(typer.prompt("The secret (it is not shown)", hide_input=True))
    try:
        text = sys.stdin.read() if file == STANDARD_INPUT else file.read_text("utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise typer.BadParameter(f"{file} cannot be read: {error}", param_hint="--secret-file") from error
    secret = text.rstrip("\r\n")
    if not secret:
        raise typer.BadParameter(f"{file} is empty", param_hint="--secret-file")
    return secret
