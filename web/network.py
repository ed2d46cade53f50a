"""The network at a glance, for pages, files and the API: what a search finds, and what its profiles tell."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final

from catalogue.catalogue import Catalogue
from catalogue.profiles.counts import Count
from catalogue.profiles.network_summaries import Summary, added, distinct
from catalogue.profiles.releases import Release
from catalogue.query_url import cleared
from catalogue.search import Row, SearchQuery, SearchResult, Words
from web import text
from web.charts.amounts import middle
from web.i18n import LOCALE

MOST_DATED: Final = 5_000
"""Up to so many datasets of a narrowed search are told by the month they came in."""

_PLAIN: Final = SearchQuery()
_COUNTRY: Final = "country"


@dataclass(frozen=True, slots=True)
class Member:
    """A dataset with a profile; its title is in our language if it can be."""

    row: Row
    title: Words
    summary: Summary

    @property
    def countries(self) -> tuple[str, ...]:
        """The codes of the countries that it covers."""
        return self.row.codes.get(_COUNTRY, ())


@dataclass(frozen=True, slots=True)
class Place:
    """A country with what there would be if it were chosen; `profiles` are among the datasets."""

    code: str
    is_chosen: bool
    datasets: int
    profiles: int
    persons: Count


@dataclass(frozen=True, slots=True)
class Overview:
    """What a search finds, without its page and order, and what the profiles of these datasets tell.

    `members` have most persons first. `releases` are all that were published of them. `first_seen` has the
    number of datasets by the month yyyymm in which they came, None where too many are found. `harvested`
    says when each source of descriptions was last read to its end.
    """

    query: SearchQuery
    result: SearchResult
    members: tuple[Member, ...]
    releases: tuple[Release, ...]
    places: tuple[Place, ...]
    first_seen: Mapping[int, int] | None
    harvested: Mapping[str, datetime | None]
    now: datetime

    @property
    def persons(self) -> Count:
        """The persons of all profiles added up; who is in several is counted in each."""
        return added(one.summary.persons for one in self.members)

    @property
    def different(self) -> Count:
        """How many different persons these are."""
        return distinct(one.summary.persons for one in self.members)


def overview(catalogue: Catalogue, query: SearchQuery) -> Overview:
    """Ask the index and the ledger, a few questions however many datasets there are."""
    query = replace(query, page=_PLAIN.page, size=_PLAIN.size, sort=_PLAIN.sort)
    result = catalogue.search(replace(query, size=1))
    chosen = {*query.filters.get(_COUNTRY, ())}
    anywhere, releases = _members(catalogue, cleared(query, _COUNTRY))
    members = tuple(one for one in anywhere if not chosen or chosen & {*one.countries})
    shown = {one.summary.release.record for one in members}
    return Overview(
        query,
        result,
        members,
        tuple(one for one in releases if one.record in shown),
        tuple(_places(result, anywhere)),
        _first_seen(catalogue, query, result.total),
        _harvested(catalogue, result),
        catalogue.now(),
    )


def persons_by_year(members: Iterable[Member]) -> dict[int, tuple[Count, int]]:
    """The persons observed throughout each year, added up, and how many sources tell of it."""
    told: dict[int, list[Count]] = {}
    for one in members:
        for year, count in one.summary.years.items():
            told.setdefault(year, []).append(count)
    return {year: (added(told[year]), len(told[year])) for year in sorted(told)}


def releases_by_month(releases: Iterable[Release]) -> dict[int, int]:
    """How many releases were published in each month yyyymm."""
    days = (one.published or one.imported for one in releases)
    return dict(sorted(Counter(day.year * 100 + day.month for day in days).items()))


def _members(catalogue: Catalogue, query: SearchQuery) -> tuple[tuple[Member, ...], tuple[Release, ...]]:
    """The datasets of a search that have a profile, be it of another description of the same dataset."""
    profiles = catalogue.network.profiles()
    told = {one.release.record: one for one in profiles.summaries}
    leads = {} if query.copies else catalogue.ledger.clusters.leads(told)
    by_row: dict[str, Summary] = {}
    for record, summary in told.items():
        row = leads[record].id if record in leads else record
        if row == record or row not in by_row:
            by_row[row] = summary
    rows = catalogue.rows(replace(query, among=frozenset(by_row)))
    members = (_member(row, by_row[row.id]) for row in rows)
    return tuple(
        sorted(members, key=lambda one: (-middle(one.summary.persons), one.title.text))
    ), profiles.releases


def _member(row: Row, summary: Summary) -> Member:
    title = text.choose(row.title, LOCALE)
    return Member(row, title if title.text else Words(row.iri), summary)


def _places(result: SearchResult, members: Iterable[Member]) -> Iterable[Place]:
    """The countries, those with most datasets first; a dataset that covers several counts in each."""
    among: dict[str, list[Count]] = {}
    for one in members:
        for code in one.countries:
            among.setdefault(code, []).append(one.summary.persons)
    for found in result.facets.get(_COUNTRY, ()):
        persons = among.get(found.value, [])
        yield Place(found.value, found.selected, found.count, len(persons), added(persons))


def _first_seen(catalogue: Catalogue, query: SearchQuery, total: int) -> Mapping[int, int] | None:
    if query == _PLAIN:
        return catalogue.network.first_seen()
    if total > MOST_DATED:
        return None
    return catalogue.network.first_seen_of(row.id for row in catalogue.rows(query))


def _harvested(catalogue: Catalogue, result: SearchResult) -> dict[str, datetime | None]:
    found = result.facets.get("source", ())
    chosen = [one for one in found if one.selected] or [one for one in found if one.count]
    standings = catalogue.ledger.sources.standings()
    return {one.value: standings[one.value].last_complete for one in chosen if one.value in standings}
