"""The network as a value for its page: what it is in numbers, where it is, and its largest sources."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Final
from urllib.parse import parse_qsl

from catalogue.profiles.counts import Count, State
from catalogue.query_url import FACET_NAMES, cleared, format_query
from catalogue.search import RANGES, FacetCount, SearchQuery
from ontologies.vocabularies import Vocabularies
from web import format as form
from web.charts.chart import Say
from web.charts.figures import Download
from web.charts.heat import Cell
from web.charts.tables import Heading, Written, sheet
from web.i18n import LOCALE, mark
from web.links import Links
from web.network import Member, Overview
from web.network_tables import LISTED, counted_tables, domain_heats, model_version
from web.profile_exports import TABLES
from web.profile_views import Tile, day_of
from web.telling import Telling, telling
from web.tiles import TILES, shade

FACETS: Final = {"countries": "country", "types": "healthCategory"}
"""The facets behind the tables that lead to a search."""

_RANGED: Final = (f"{name}_{end}" for name in RANGES for end in ("min", "max", "unknown"))
_IN_FORM: Final = frozenset({"q", *FACET_NAMES, *_RANGED, "sort", "page", "size"})
"""The parameters that have a field in the form of the filters, and those that do not matter here."""

_MOST_VALUES: Final = 50
"""A facet has no more values than this."""


@dataclass(frozen=True, slots=True)
class Country:
    """A country on the map; `shade` goes from 0 for none to 4, `href` is "" for none."""

    sign: str
    name: str
    column: int
    row: int
    count: int
    count_text: str
    shade: int
    is_chosen: bool
    href: str


@dataclass(frozen=True, slots=True)
class SourceLine:
    """A dataset with a profile."""

    title: str
    language: str
    href: str
    profile: str
    places: str
    persons: Telling
    years: str
    day: str
    tool: str
    data_model: str
    vocabulary: str


@dataclass(frozen=True, slots=True)
class HeatLine:
    """A source of a heat map with where its profile is."""

    label: str
    href: str
    cells: tuple[Cell, ...]


@dataclass(frozen=True, slots=True)
class HeatView:
    """A heat map of the largest sources; `left` counts the others."""

    name: str
    title: str
    reading: str
    corner: str
    columns: tuple[str, ...]
    rows: tuple[HeatLine, ...]
    left: int
    downloads: tuple[Download, ...]


@dataclass(frozen=True, slots=True)
class CountedLine:
    """A thing, where a search for it leads, "" for nowhere, its numbers, and how wide its bar is."""

    label: str
    href: str
    cells: tuple[Written, ...]
    width: str


@dataclass(frozen=True, slots=True)
class CountedView:
    """How many there are of each of several things."""

    name: str
    title: str
    reading: str
    headings: tuple[Heading, ...]
    rows: tuple[CountedLine, ...]
    downloads: tuple[Download, ...]


@dataclass(frozen=True, slots=True)
class NetworkView:
    """The page without its charts and tables; `left` counts the sources that are not listed."""

    total: int
    total_text: str
    with_profile: int
    with_profile_text: str
    tiles: tuple[Tile, ...]
    countries: tuple[Country, ...]
    sources: tuple[SourceLine, ...]
    left: int


def view(found: Overview, vocabularies: Vocabularies, links: Links, say: Say) -> NetworkView:
    """The page of what was found; `links` lead to the search."""
    return NetworkView(
        total=found.result.total,
        total_text=form.number(found.result.total),
        with_profile=len(found.members),
        with_profile_text=form.number(len(found.members)),
        tiles=tuple(_tiles(found, say)),
        countries=tuple(_countries(found, vocabularies, links)),
        sources=tuple(_source(one, vocabularies, links, say) for one in found.members[:LISTED]),
        left=max(0, len(found.members) - LISTED),
    )


def heats(found: Overview, links: Links, say: Say) -> Iterator[HeatView]:
    """Sources by domains, the largest sources first."""
    profiles = [links.profile(one.summary.release.record) for one in found.members[:LISTED]]
    for heat in domain_heats(found.members, say):
        yield HeatView(
            heat.name,
            heat.title,
            heat.reading,
            heat.corner,
            heat.columns,
            tuple(
                HeatLine(row.label, href, row.cells) for row, href in zip(heat.rows, profiles, strict=True)
            ),
            len(heat.table.rows) - len(heat.rows),
            ways(found.query, heat.name, TABLES, links),
        )


def counted(found: Overview, vocabularies: Vocabularies, links: Links, say: Say) -> Iterator[CountedView]:
    """The tables of how much there is of what; countries and types lead to the search for them."""
    for one in counted_tables(found, vocabularies, say):
        shown = sheet(one.table, say)
        codes = one.codes or ("",) * len(shown.rows)
        facet = FACETS.get(one.name, "")
        hrefs = [links.search(_only(found.query, facet, code)) if code else "" for code in codes]
        widths = _widths(one.table.rows)
        rows = (
            CountedLine(row[0].text, href, row[1:], width)
            for row, href, width in zip(shown.rows, hrefs, widths, strict=False)
        )
        downloads = ways(found.query, one.name, TABLES, links)
        yield CountedView(one.name, one.title, one.reading, shown.headings, tuple(rows), downloads)


def kept(query: SearchQuery) -> tuple[tuple[str, str], ...]:
    """What the form of the filters carries along unseen, such as what the data must hold."""
    return tuple(pair for pair in parse_qsl(format_query(query)) if pair[0] not in _IN_FORM)


def ways(query: SearchQuery, name: str, forms: Iterable[str], links: Links) -> tuple[Download, ...]:
    """Where a chart or a table of the network can be taken away."""
    return tuple(Download(form.upper(), links.network(query, f"/{name}.{form}")) for form in forms)


def _widths(rows: Sequence[tuple[object, ...]]) -> list[str]:
    """How wide the bars are of the numbers in the second place, in percent of the highest."""
    numbers = [row[1] if isinstance(row[1], int) else 0 for row in rows]
    most = max(numbers, default=1) or 1
    return [f"{100 * number / most:.4g}%" for number in numbers]


def sum_words(count: Count, say: Say) -> Telling:
    """A sum in words; one that nothing bounds from above is told by its least."""
    if count.state is State.SUPPRESSED and count.high is None and (count.low or 0) > 1:
        return Telling(say(mark("{low} or more")).format(low=form.number(count.low or 0)))
    return telling(count, say)


def _tiles(found: Overview, say: Say) -> Iterator[Tile]:
    result = found.result
    places = say(mark("places that describe them: {n}")).format(n=_number(result.facets.get("source", ())))
    yield Tile(say(mark("Datasets")), Telling(form.number(result.total)), (places,))
    releases = say(mark("releases published: {n}")).format(n=form.number(len(found.releases)))
    yield Tile(say(mark("With a profile")), Telling(form.number(len(found.members))), (releases,))
    notes = []
    if len(found.members) > 1 and found.persons.state is not State.ABSENT:
        notes.append(say(mark("the sum over all profiles; a person may be in several")))
        different = sum_words(found.different, say).text
        notes.append(say(mark("different persons: {count}")).format(count=different))
    yield Tile(say(mark("Persons counted")), sum_words(found.persons, say), tuple(notes))
    if result.declaring:
        declaring = say(mark("the sum over the descriptions that say so, {n}; overlaps not removed"))
        note = declaring.format(n=form.number(result.declaring))
        yield Tile(say(mark("Persons declared")), Telling(form.rounded(result.persons)), (note,))
    else:
        yield Tile(say(mark("Persons declared")), telling(Count.absent(), say))
    yield Tile(say(mark("Countries")), Telling(_number(result.facets.get("country", ()))))


def _number(counts: tuple[FacetCount, ...]) -> str:
    """How many values there are: of those chosen where any is."""
    number = sum(one.selected for one in counts) or sum(one.count > 0 for one in counts)
    return form.number(number) + ("+" if number == _MOST_VALUES else "")


def _countries(found: Overview, vocabularies: Vocabularies, links: Links) -> Iterator[Country]:
    places = {one.code: one for one in found.places}
    for code, (sign, column, row) in TILES.items():
        name = vocabularies.label("country", code, LOCALE)
        count = places[code].datasets if code in places else 0
        href = links.search(_only(found.query, "country", code)) if count else ""
        is_chosen = code in places and places[code].is_chosen
        yield Country(sign, name, column, row, count, form.number(count), shade(count), is_chosen, href)


def _only(query: SearchQuery, facet: str, value: str) -> SearchQuery:
    """The same search with one value of a facet, whichever are chosen."""
    rest = cleared(query, facet)
    return replace(rest, filters={**rest.filters, facet: (value,)})


def _source(member: Member, vocabularies: Vocabularies, links: Links, say: Say) -> SourceLine:
    release = member.summary.release
    years = [year for year, count in member.summary.years.items() if count.low or count.high]
    absent = say(mark("– not provided"))
    return SourceLine(
        title=member.title.text,
        language=member.title.language,
        href=links.record(member.row.id),
        profile=links.profile(release.record),
        places=", ".join(vocabularies.label("country", code, LOCALE) for code in member.countries) or absent,
        persons=telling(member.summary.persons, say),
        years=_span(min(years), max(years)) if years else absent,
        day=form.day(day_of(release)),
        tool=" ".join(filter(None, (release.told.producer, release.told.version))) or absent,
        data_model=model_version(release) or absent,
        vocabulary=release.told.vocabulary_version,
    )


def _span(first: int, last: int) -> str:
    return f"{first}–{last}" if first != last else str(first)
