"""The commands on single records: say that one describes something of its own, and take that back."""

from collections.abc import Callable
from typing import Annotated

import typer

from catalogue.catalogue import Catalogue
from catalogue.joining import rejoin
from catalogue.settings import Settings
from web.cli_doing import note
from web.cli_parts import opened

records = typer.Typer(help="Set single records right.", no_args_is_help=True)

RecordId = Annotated[str, typer.Argument(help="The id of a record; it stands in the address of its page.")]


@records.command()
def apart(id: RecordId) -> None:
    """Let a record stand alone that was taken for another description of the same dataset."""
    with opened(Settings()) as catalogue:
        _turned(
            catalogue, "set record apart", id, lambda: catalogue.ledger.clusters.part(id, catalogue.now())
        )
    typer.echo(f"{id} stands alone. Take it back with: fairfinder record together {id}")


@records.command()
def together(id: RecordId) -> None:
    """Let a record be joined again with other descriptions of the same dataset."""
    with opened(Settings()) as catalogue:
        _turned(catalogue, "join record", id, lambda: catalogue.ledger.clusters.join(id))
        others = catalogue.ledger.clusters.others(id)
    found = ", ".join(f"{other.id} ({other.source})" for other in others)
    typer.echo(f"{id} is also described by {found}." if others else f"{id} is the only description.")


def _turned(catalogue: Catalogue, action: str, id: str, turn: Callable[[], None]) -> None:
    """Change how a record stands, let the index tell, and write it down.

    Raises NotFound, and Conflict while the source of the record is written.
    """
    entry = catalogue.ledger.entry(id)
    with catalogue.ledger.leases.source(entry.source) as hold:
        turn()
        rejoin(catalogue, hold, [id])
    note(catalogue.ledger, action, id, entry.title)
