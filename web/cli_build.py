"""The command `fairfinder profile build`: counts made and guarded where the data lie."""

from itertools import chain
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Annotated, Final

import typer

from catalogue.errors import Invalid
from catalogue.profiles.disclosure import guard
from catalogue.profiles.release import Rule
from harvesters.profiles import guarded_csv, read
from harvesters.profiles.omop_duckdb import counted
from web.cli_profiles import tell_withheld

_RULE: Final = Rule()


def build_profile(
    cdm: Annotated[
        Path, typer.Option("--cdm", exists=True, dir_okay=False, help="The OMOP database, a DuckDB file.")
    ],
    out: Annotated[Path, typer.Option("--out", help="Folder for the counts; not there yet, or empty.")],
    schema: Annotated[str, typer.Option(help="The schema that its tables are in.")] = "main",
    threshold: Annotated[int, typer.Option(help="Counts of 1 to this are hidden.")] = _RULE.threshold,
    rounding: Annotated[
        int, typer.Option(help="Others are rounded up to a multiple of this.")
    ] = _RULE.rounding,
) -> None:
    """Count an OMOP database here, and write down what may be told of it and nothing else."""
    rule = Rule(threshold, rounding).checked()
    if out.exists() and (not out.is_dir() or any(out.iterdir())):
        raise Invalid(f"{out} is there already. Give a folder that is not, so that nothing is mixed up.")
    with TemporaryDirectory(prefix="fairfinder-") as scratch:
        found = counted(cdm, schema, Path(scratch), lambda fault: typer.echo(fault, err=True))
        guarded = guard(chain(read(found.files), [found.about], found.left_out), rule)
    out.mkdir(parents=True, exist_ok=True)
    files = guarded_csv.write(guarded, out)
    tell_withheld(guarded.report)
    typer.echo(
        f"{', '.join(file.name for file in files)} are in {out}. Look through them, then send them with:"
    )
    typer.echo(f"fairfinder profile push DATASET {out} --to URL")
