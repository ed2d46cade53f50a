"""The command `fairfinder feasibility ask`: how many persons suit a study, asked of this catalogue."""

import sys
from pathlib import Path
from typing import Annotated, Final

import typer

from catalogue.errors import Invalid
from catalogue.settings import Settings
from web.cli_parts import opened

feasibility = typer.Typer(help="Ask how many persons suit a study.", no_args_is_help=True)

_STANDARD_INPUT: Final = Path("-")


@feasibility.callback()
def _one_of_several() -> None:
    """Keeps `ask` a command of its own while it is the only one."""


@feasibility.command()
def ask(
    body: Annotated[
        Path | None, typer.Option(help="A file with the question as JSON, as the API takes it; - reads it.")
    ] = None,
    concept: Annotated[
        list[str] | None, typer.Option(help="OMOP ids joined by commas; repeat it for what must hold too.")
    ] = None,
    requires: Annotated[list[str] | None, typer.Option(help="A domain with records; repeat it.")] = None,
    sex: Annotated[str, typer.Option(help="female, male or other.")] = "",
    from_age: Annotated[str, typer.Option(help="Years at first observation, at least.")] = "",
    to_age: Annotated[str, typer.Option(help="Years at first observation, at most.")] = "",
    follow_up: Annotated[str, typer.Option(help="Months of 30 days, at least.")] = "",
    at_least: Annotated[str, typer.Option(help="How many persons there must be.")] = "",
    country: Annotated[
        list[str] | None, typer.Option(help="Only sources of this country; repeat it.")
    ] = None,
    chosen: Annotated[
        list[str] | None, typer.Option(help="The id of a source that you have, to see what others add.")
    ] = None,
    by: Annotated[
        str, typer.Option(help="The gain that counts most: outcomes, country, follow-up or persons.")
    ] = "",
    json: Annotated[bool, typer.Option("--json", help="Tell the answer as the API does.")] = False,
) -> None:
    """At least and at most how many persons each source with a profile has for a question."""
    from web.cli_feasibility_answer import tell  # here alone: the web side is slow to import
    from web.feasibility import inquiry, pairs_of

    several = {"concept": concept, "requires": requires, "country": country, "chosen": chosen}
    ages = {"from_age": from_age, "to_age": to_age}
    single = {"sex": sex, **ages, "follow_up": follow_up, "at_least": at_least, "by": by}
    given = [(name, value) for name, values in several.items() for value in values or ()]
    given += [(name, value) for name, value in single.items() if value]
    if body and given:
        raise Invalid("The question is in the body or in options, not in both.")
    pairs = pairs_of(_read(body)) if body else given
    asked = inquiry(pairs)
    with opened(Settings()) as catalogue:
        tell(catalogue, asked, json)


def _read(body: Path) -> bytes:
    try:
        return sys.stdin.buffer.read() if body == _STANDARD_INPUT else body.read_bytes()
    except OSError as error:
        raise Invalid(f"The body {body} cannot be read: {error.strerror}.") from error
