"""The commands that show, withdraw and curate single records."""

from collections.abc import Iterator, Mapping
from typing import Annotated

import typer

from catalogue.drafting import Given
from catalogue.ledger import Entry
from catalogue.settings import Settings
from web import report
from web.cli_doing import note, opened_or
from web.cli_options import YesOption
from web.cli_parts import ledger_opened
from web.cli_record import RecordId


def show_record(id: RecordId) -> None:
    """What is known of a record, beside the process that serves the pages."""
    with ledger_opened(Settings()) as ledger:
        for label, value in _facts(ledger.entry(id)):
            typer.echo(f"{label}\t{report.plain(value)}")


def withdraw_record(id: RecordId, yes: YesOption = False) -> None:
    """Take a record out; it comes back when its source brings it in a changed version."""
    instead = f"Or send it there: DELETE /api/v1/admin/records/{id}"
    with opened_or(Settings(), instead) as catalogue:
        entry = catalogue.ledger.present(id)
        if not yes:
            typer.confirm(f"Withdraw “{report.plain(entry.title)}” of {entry.source}?", abort=True)
        catalogue.withdraw(id)
        note(catalogue.ledger, "withdraw record", id, entry.title)
    typer.echo(f"{id} is withdrawn.")


def curate_record(
    id: RecordId,
    values: Annotated[
        list[str] | None,
        typer.Argument(help="field=value, or field@en=words in a language. Repeat for several."),
    ] = None,
    take_back: Annotated[bool, typer.Option("--take-back", help="Take all local values back.")] = False,
) -> None:
    """Let a record have these local values and no other ones; no harvest overwrites them."""
    if bool(values) == take_back:
        raise typer.BadParameter("give values, or say --take-back")
    given = values_of(values or [])
    instead = f"Or send it there: PUT /api/v1/admin/records/{id}/curation"
    with opened_or(Settings(), instead) as catalogue:
        catalogue.ledger.present(id)
        catalogue.curate(id, given)
        note(catalogue.ledger, "curate record", id, ", ".join(sorted(given)) or "none")
    typer.echo(f"{id} has local values of: {', '.join(sorted(given)) or 'nothing'}.")


def values_of(words: list[str]) -> Mapping[str, Given]:
    """The values by field, those in a language by language."""
    plain: dict[str, list[Given]] = {}
    spoken: dict[str, dict[str, list[Given]]] = {}
    for word in words:
        place, mark, value = word.partition("=")
        field, _, language = place.partition("@")
        if not (field and mark):
            raise typer.BadParameter(f"“{word}” is not a value: give field=value")
        if language:
            spoken.setdefault(field, {}).setdefault(language, []).append(value)
        else:
            plain.setdefault(field, []).append(value)
    both = {field: {**said, "": plain[field]} if field in plain else said for field, said in spoken.items()}
    return {**plain, **both}


def _facts(entry: Entry) -> Iterator[tuple[str, str]]:
    yield "id", entry.id
    yield "title", entry.title
    yield "kind", entry.kind
    yield "iri", entry.subject
    yield "source", entry.source
    yield "state", entry.state
    yield "first came", report.moment(entry.issued)
    yield "last changed", report.moment(entry.modified)
    if entry.missing_since:
        yield "missing since", report.moment(entry.missing_since)
    if entry.leaving is not None:
        yield "to be withdrawn by run", str(entry.leaving)
