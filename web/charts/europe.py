"""A count for each country of Europe on equal tiles, with its table."""

from collections.abc import Mapping
from dataclasses import dataclass

from babel.core import Locale, get_global
from babel.numbers import format_compact_decimal

from catalogue.profiles.counts import Count, State
from web import format as form
from web.charts.amounts import middle, words
from web.charts.chart import Column, Say, Table
from web.charts.heat import shade
from web.charts.labels import persons_column
from web.charts.tables import Sheet, sheet
from web.i18n import LOCALE, mark
from web.tiles import TILES


@dataclass(frozen=True, slots=True)
class Tile:
    """A country; `brief` fits into its tile, `words` says all."""

    sign: str
    name: str
    column: int
    row: int
    look: str
    brief: str
    words: str


@dataclass(frozen=True, slots=True)
class TileMap:
    """The map, and the same as a table."""

    name: str
    title: str
    reading: str
    tiles: tuple[Tile, ...]
    sheet: Sheet
    table: Table


def persons_by_country(counts: Mapping[str, Count], say: Say) -> TileMap:
    """Persons by country, by the three letters of ISO 3166-1; those beyond the map are in the table."""
    numbers = [
        middle(count)
        for count in counts.values()
        if count.state in (State.EXACT, State.INTERVAL) and count.high
    ]
    tiles = tuple(_tile(code, counts.get(code, Count.absent()), numbers, say) for code in TILES)
    ranked = sorted(counts, key=lambda code: (-middle(counts[code]), country_name(code)))
    table = Table(
        (Column("country", say(mark("Country"))), persons_column(say)),
        tuple((country_name(code), counts[code]) for code in ranked),
    )
    top = ranked[0] if ranked else ""
    sentence = say(mark("{n} countries; the most persons in {country}: {count}."))
    reading = (
        sentence.format(n=form.number(len(counts)), country=country_name(top), count=words(counts[top], say))
        if top
        else say(mark("– not provided"))
    )
    title = say(mark("Persons by country"))
    return TileMap("persons-by-country", title, reading, tiles, sheet(table, say), table)


def country_name(code: str) -> str:
    """The name of a country in the language of the page, by its three-letter code."""
    short = get_global("territory_aliases").get(code, ())
    return str(next((Locale.parse(LOCALE).territories[two] for two in short), code))


def _tile(code: str, count: Count, numbers: list[float], say: Say) -> Tile:
    sign, column, row = TILES[code]
    looks = {State.SUPPRESSED: "hidden-count", State.ABSENT: "absent-count"}
    look = looks.get(count.state) or shade(middle(count), numbers) or "shade-0"
    return Tile(sign, country_name(code), column, row, look, _brief(count), words(count, say))


def _brief(count: Count) -> str:
    """What fits into a tile; a hidden count is told by hatching alone there, and in words beside."""
    if count.state == State.ABSENT:
        return "–"
    if count.state == State.SUPPRESSED or count.high is None:
        return ""
    return format_compact_decimal(count.high, format_type="short", locale=LOCALE)
