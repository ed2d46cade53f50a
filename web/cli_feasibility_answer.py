"""The answer to a question of feasibility on a terminal; apart, as it needs the words of the pages."""

import orjson
import typer

from catalogue.catalogue import Catalogue
from web import adding_views, api_feasibility_views, report
from web.adding_views import Place
from web.api_views import Speaker
from web.feasibility import Inquiry, Surveyed, surveyed
from web.feasibility_views import VERDICTS, bounds_words
from web.i18n import LOCALE


def tell(catalogue: Catalogue, asked: Inquiry, as_json: bool) -> None:
    """Answer in lines, or as the API does."""
    found = surveyed(catalogue, asked)
    voice = Speaker(catalogue.base, catalogue.vocabularies, LOCALE)
    if as_json:
        answer = api_feasibility_views.feasibility(found, voice)
        typer.echo(orjson.dumps(answer, option=orjson.OPT_INDENT_2))
    else:
        _tell(found)
        _tell_adding(found, lambda code: voice.label("country", code))


def _tell(found: Surveyed) -> None:
    for one in found.sources:
        told = VERDICTS[one.answer.verdict], bounds_words(one.answer.bounds, str)
        limits = ", ".join(factor.label for factor in one.answer.limiting)
        typer.echo("\t".join((report.plain(one.title), *told, report.plain(limits))).rstrip())
    typer.echo(f"{found.without:,} without a profile were not asked.")


def _tell_adding(found: Surveyed, place: Place) -> None:
    """What each of the others adds to the chosen, most first."""
    if found.adding is None:
        return
    typer.echo("\nWhat the others add to the chosen, most first:")
    for note in adding_views.notes(found.adding.together, str):
        typer.echo(report.plain(note))
    for one, added in found.adding.added:
        why = "; ".join(adding_views.gains(added, place, str))
        lacks = ", ".join(adding_views.unknown(added, str))
        said = f"{why}; not provided: {lacks}" if lacks else why
        typer.echo(f"{report.plain(one.title)}\t{report.plain(said)}")
