"""The commands `fairfinder profile ...`: take characterisation profiles in, show and withdraw them."""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Annotated, Final

import orjson
import typer

from catalogue.bootstrap import settled_base
from catalogue.errors import NotFound
from catalogue.ledger import Ledger
from catalogue.naming import named
from catalogue.profiles import publishing
from catalogue.profiles.analyses import ANALYSES
from catalogue.profiles.concepts import Concepts
from catalogue.profiles.counts import Count, State
from catalogue.profiles.proposals import proposals
from catalogue.profiles.release import Guarded, Rule, Withheld
from catalogue.profiles.releases import Release, Releases, Standing
from catalogue.profiles.rules import Rules
from catalogue.settings import Settings
from web import report
from web.cli_doing import note
from web.cli_intake import take_in_each
from web.cli_options import YesOption
from web.cli_parts import ledger_opened, opened
from web.operations import TakenIn

profiles = typer.Typer(help="Profiles of what the data of a dataset really hold.", no_args_is_help=True)

DatasetArgument = Annotated[
    str, typer.Argument(help="The dataset: its id, its IRI, or the address of its page.")
]
ReleaseArgument = Annotated[int, typer.Argument(min=1, max=2**31 - 1, help="The number of the release.")]
DraftOption = Annotated[bool, typer.Option("--draft", help="Show it to nobody yet.")]
ReleasedOption = Annotated[
    datetime | None,
    typer.Option(
        formats=["%Y-%m-%d"], help="The day on which the data were released, where the files do not tell it."
    ),
]

_WIDE: Final = 160
"""How many signs a line of a table has where there is no terminal."""


@profiles.command("import")
def import_profile(
    dataset: DatasetArgument,
    paths: Annotated[list[Path], typer.Argument(help="The files of one profile, or folders.", exists=True)],
    draft: DraftOption = False,
    released: ReleasedOption = None,
) -> None:
    """Take in the profile of a dataset: all of its files, or nothing of them.

    Of a folder that Ares shows of a source, each release that is not there yet.
    """
    with opened(Settings()) as catalogue:
        record = named(catalogue.ledger, catalogue.base, dataset)
        day = released.date() if released else None
        number = 0
        for taken in take_in_each(catalogue, record, paths, draft=draft, released=day):
            number += 1
            _tell_taken_in(taken)
    if not number:
        typer.echo(f"All releases in {paths[0].name} are there already.")


@profiles.command("list")
def list_releases(dataset: DatasetArgument) -> None:
    """The releases of the profile of a dataset, the newest first: drafts and withdrawn ones too."""
    with _reading(dataset) as (ledger, record):
        for release in Releases(ledger.database).every(record):
            typer.echo(_line(release))


@profiles.command("publish")
def publish_release(release: ReleaseArgument) -> None:
    """Show a draft in place of the release that is shown now."""
    with opened(Settings()) as catalogue:
        found = publishing.publish_draft(catalogue, release)
        note(catalogue.ledger, "publish profile", found.record, f"release {release}")
    typer.echo(f"Release {release} of {found.record} is published.")


@profiles.command("withdraw")
def withdraw_release(release: ReleaseArgument, yes: YesOption = False) -> None:
    """Take a release away for good; the newest of the others is shown then."""
    with opened(Settings()) as catalogue:
        found = catalogue.releases.release(release)
        if not yes:
            typer.confirm(f"Withdraw release {release} of {found.record}?", abort=True)
        publishing.withdraw(catalogue, release)
        note(catalogue.ledger, "withdraw profile", found.record, f"release {release}")
        now = catalogue.releases.current(found.record)
    shown = f"Release {now.id} is shown now." if now else "No release is shown now."
    typer.echo(f"Release {release} of {found.record} is withdrawn. {shown}")


@profiles.command("show")
def show_profile(
    dataset: DatasetArgument,
    as_json: Annotated[bool, typer.Option("--json", help="As JSON, with every count.")] = False,
) -> None:
    """What the profile of a dataset tells, and what it proposes for its description."""
    with _reading(dataset) as (ledger, record):
        found = Releases(ledger.database)
        release = found.current(record)
        if release is None:
            raise NotFound(
                f"{record} shows no profile. See all releases with: fairfinder profile list {record}"
            )
        guarded = found.guarded(release.id)
        vocabularies = Concepts(ledger.database).vocabularies(release.id)
    if as_json:
        typer.echo(orjson.dumps(_document(release, guarded), option=orjson.OPT_INDENT_2).decode())
        return
    typer.echo(_line(release))
    for proposal in proposals(guarded, vocabularies):
        typer.echo(f"{proposal.field}\t{report.plain(proposal.words)}\t{proposal.reason}")
    _tell_cells(guarded)
    tell_withheld(guarded.report)


@profiles.command("rule")
def rule_of(
    source: Annotated[str, typer.Argument(help="The name of the source.")],
    threshold: Annotated[int | None, typer.Option(help="Counts of 1 to this are hidden.")] = None,
    rounding: Annotated[int | None, typer.Option(help="Others are rounded up to a multiple of this.")] = None,
) -> None:
    """Show the disclosure rule of a source, or change it for profiles that are imported from now on."""
    with ledger_opened(Settings()) as ledger:
        ledger.sources.named(source)
        rules = Rules(ledger.database)
        rule = rules.of(source)
        if threshold is not None or rounding is not None:
            rule = Rule(
                rule.threshold if threshold is None else threshold,
                rule.rounding if rounding is None else rounding,
            )
            rules.set(source, rule)
            note(ledger, "set disclosure rule", source, _rule(rule))
    typer.echo(f"{source}: {_rule(rule)}")


def _tell_taken_in(taken: TakenIn) -> None:
    release = taken.release
    tell_withheld(taken.report)
    already = "" if taken.is_new else " already, of the same files"
    typer.echo(f"Release {release.id} of {release.record} is {_become(release)}{already}.")
    if release.state is Standing.DRAFT:
        typer.echo(f"Show it with: fairfinder profile publish {release.id}")


@contextmanager
def _reading(dataset: str) -> Iterator[tuple[Ledger, str]]:
    """The ledger and the id of a record, beside whatever process has the catalogue open."""
    settings = Settings()
    with ledger_opened(settings) as ledger:
        yield ledger, named(ledger, settled_base(ledger, settings), dataset)


def _become(release: Release) -> str:
    return "a draft" if release.state is Standing.DRAFT else "published"


def _rule(rule: Rule) -> str:
    rounded = f"others rounded up to the next {rule.rounding}" if rule.rounding > 1 else "others told exactly"
    return f"counts of 1 to {rule.threshold} are hidden, {rounded}"


def _line(release: Release) -> str:
    state = "current" if release.current else release.state.value
    made = " ".join(filter(None, (release.told.producer, release.told.version)))
    data = f"data of {release.told.released}" if release.told.released else "data of an unknown date"
    imported = f"imported {report.moment(release.imported)}"
    return f"{release.id}\t{state}\t{imported}\t{report.plain(made)}\t{data}\t{_rule(release.rule)}"


def tell_withheld(lines: Iterable[Withheld]) -> None:
    """Print what a guard hid, banded and left out, and why."""
    rows = [(line.what, f"{line.cells:,}", line.reason) for line in lines]
    if rows:
        _table(("Withheld", "Cells", "Why"), rows)
    else:
        typer.echo("Nothing was withheld.")


def _tell_cells(guarded: Guarded) -> None:
    rows = []
    for analysis, cells in guarded.cells.items():
        number = Counter(count.state for count in cells.values())
        told = (number[State.EXACT], number[State.INTERVAL], number[State.SUPPRESSED])
        rows.append((ANALYSES[analysis].label, *(f"{one:,}" for one in told)))
    _table(("Cells", "Exact", "Bounds", "Hidden"), rows)


def _table(heads: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
    """A table on a terminal, or in full width where the output goes elsewhere."""
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    table = Table()
    for place, head in enumerate(heads):
        is_number = place > 0 and all(row[place].replace(",", "").isdecimal() for row in rows)
        table.add_column(head, justify="right" if is_number else "left")
    for row in rows:
        table.add_row(*(Text(report.plain(cell)) for cell in row))
    console = Console()
    Console(width=None if console.is_terminal else _WIDE).print(table)


def _document(release: Release, guarded: Guarded) -> dict[str, object]:
    told = release.told
    return {
        "release": release.id,
        "record": release.record,
        "published": release.published,
        "producer": told.producer,
        "version": told.version,
        "source_name": told.source_name,
        "generated": told.generated,
        "released": told.released,
        "cdm_version": told.cdm_version,
        "vocabulary_version": told.vocabulary_version,
        "rule": {"threshold": release.rule.threshold, "rounding": release.rule.rounding},
        "counts": {
            name: [{"strata": strata, **_count(count)} for strata, count in cells.items()]
            for name, cells in guarded.cells.items()
        },
        "spreads": guarded.spreads,
        "quality": guarded.quality,
        "withheld": guarded.report,
    }


def _count(count: Count) -> dict[str, object]:
    return {"state": count.state, "low": count.low, "high": count.high}
