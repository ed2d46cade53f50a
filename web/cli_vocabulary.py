"""The commands `fairfinder vocabulary ...`: import the vocabularies of OMOP, and list what there is."""

from pathlib import Path
from typing import Annotated

import typer

from catalogue.profiles.concepts import Concepts
from catalogue.profiles.concepts_import import import_vocabulary
from catalogue.settings import Settings
from web import report
from web.cli_doing import note
from web.cli_parts import ledger_opened

vocabularies = typer.Typer(
    help="Import the vocabularies that give concepts their names and their hierarchy.", no_args_is_help=True
)


@vocabularies.command("import")
def import_files(
    folder: Annotated[
        Path,
        typer.Argument(
            help="The folder with CONCEPT.csv, and with CONCEPT_ANCESTOR.csv, CONCEPT_SYNONYM.csv and "
            "VOCABULARY.csv where they are there.",
            exists=True,
            file_okay=False,
        ),
    ],
) -> None:
    """Let the vocabularies in a folder take the place of those imported before, all at once or not at all."""
    settings = Settings()
    settings.data_dir.mkdir(parents=True, exist_ok=True)
    with ledger_opened(settings) as ledger:
        with report.progress("vocabulary", str) as progress:
            found = import_vocabulary(
                ledger.database, ledger.leases, folder, settings.data_dir, ledger.now, progress
            )
        numbers = f"{found.concepts:,} concepts, {found.synonyms:,} synonyms"
        told = f"{numbers}, {found.pairs:,} pairs of the hierarchy"
        note(ledger, "import vocabulary", folder.name, told)
    typer.echo(f"The vocabulary is in use: {told}.")
    if not found.pairs:
        typer.echo("Without CONCEPT_ANCESTOR.csv nothing is known to be below any concept.")


@vocabularies.command("list")
def list_vocabularies() -> None:
    """The vocabularies in use: name, number of concepts, version."""
    with ledger_opened(Settings()) as ledger:
        edition = Concepts(ledger.database).edition()
    if edition is None:
        typer.echo("No vocabulary is imported. Do it with: fairfinder vocabulary import FOLDER")
        return
    for one in edition.vocabularies:
        typer.echo(
            f"{report.plain(one.name)}\t{one.concepts:,} concepts\t{report.plain(one.version)}".rstrip()
        )
    typer.echo(f"Imported {report.moment(edition.imported)}.")
