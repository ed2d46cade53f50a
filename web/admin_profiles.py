"""The profiles of all datasets and of one, as values for the pages of operators."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final
from urllib.parse import quote

from catalogue.profiles.custody import Custody, Kept, Tally
from catalogue.profiles.releases import Release, Standing
from catalogue.profiles.rules import Rules
from catalogue.search import SearchQuery, Words
from web import admin_sources, pages_record
from web import format as form
from web.access import ADMIN
from web.admin_deeds import Step, steps
from web.admin_sources import Mark, Moment
from web.i18n import mark
from web.paging import Paging, paging, whole
from web.profile_views import day_of, edition_words, rule_words
from web.state import State
from web.telling import Telling, telling

PROFILES: Final = f"{ADMIN}/profiles"
PAGE: Final = 50
RELEASES: Final = 5
"""How many releases a page tells of: each is counted anew."""

_SEARCHED: Final = 100
"""How many results of a search are looked through for titles in other languages."""

SHOWN: Final = Mark("complete", mark("shown"), mark("Visitors see this release."))
_EARLIER: Final = Mark("kept", mark("earlier"), mark("Visitors can choose it among the releases."))
_STANDINGS: Final = {
    Standing.DRAFT: Mark("waiting", mark("draft"), mark("Only operators see it.")),
    Standing.WITHDRAWN: Mark("failed", mark("withdrawn"), mark("Its counts are deleted for good.")),
}


@dataclass(frozen=True, slots=True)
class Row:
    """A dataset of the list; `persons` is what visitors see, None where no release is shown."""

    title: Words
    source: str
    href: str
    mark: Mark | None
    edition: str
    imported: Moment | None
    drafts: int
    shown: int
    persons: Telling | None
    rule: str


@dataclass(frozen=True, slots=True)
class ProfilesView:
    """The list; `searched` has the words that it is narrowed to."""

    searched: str
    drafts: int
    path: str
    rows: tuple[Row, ...]
    total: str
    pages: Paging


@dataclass(frozen=True, slots=True)
class ReleaseRow:
    """A release of a dataset: what was done to it, and how many counts it tells and hides."""

    number: int
    href: str
    mark: Mark
    edition: str
    day: str
    steps: tuple[Step, ...]
    rule: str
    told: str
    hidden: str
    public_href: str


@dataclass(frozen=True, slots=True)
class DatasetView:
    """The releases of one dataset; `public_href` is "" where visitors see none."""

    id: str
    title: Words
    href: str
    path: str
    public_href: str
    source: str
    rule: str
    drafts: int
    releases: tuple[ReleaseRow, ...]
    pages: Paging


def view(here: State, asked: Mapping[str, str]) -> ProfilesView:
    """All datasets with releases, or those whose title has the words asked for."""
    custody, path = Custody(here.catalogue.ledger.database), profiles_path(here)
    words = asked.get("q", "").strip()[:500]
    also = _titled(here, words)
    total = custody.number(words, also)
    kept = {name: asked[name] for name in ("q", "page") if asked.get(name)}
    pages = paging(path, kept, "page", PAGE, total)
    found = custody.datasets(words, also, PAGE, pages.offset)
    records = here.catalogue.records(here.catalogue.ledger.entries(one.record for one in found).values())
    rules = _rules(here, (one.source for one in found))
    rows = tuple(
        _row(here, one, pages_record.title_of(records[one.record]), rules[one.source])
        for one in found
        if one.record in records
    )
    return ProfilesView(words, custody.drafts(), path, rows, form.number(total), pages)


def of_dataset(here: State, id: str, asked: Mapping[str, str]) -> DatasetView:
    """The releases of a dataset, the newest first; raises NotFound and Gone."""
    record = here.catalogue.record(id)
    every, path = here.catalogue.releases.every(id), dataset_path(here, id)
    wanted = {"page": asked["page"]} if whole(asked.get("page", ""), 0) else {}
    pages = paging(path, wanted, "page", RELEASES, len(every))
    found = every[pages.offset : pages.offset + RELEASES]
    tallies = Custody(here.catalogue.ledger.database).tallies([one.id for one in found])
    done = steps(here, id, found)
    rows = (_release(here, one, tallies[one.id], done[one.id]) for one in found)
    return DatasetView(
        id,
        pages_record.title_of(record),
        here.renderer.links.record(id),
        path,
        here.renderer.links.profile(id) if any(one.current for one in every) else "",
        record.entry.source,
        rule_in_force(here, record.entry.source),
        sum(one.state is Standing.DRAFT for one in every),
        tuple(rows),
        pages,
    )


def mark_of(release: Release) -> Mark:
    """How a release stands, for people."""
    return _STANDINGS.get(release.state) or (SHOWN if release.current else _EARLIER)


def public_path(here: State, release: Release) -> str:
    """The page of a release for visitors, "" where they have none."""
    if release.state is not Standing.PUBLISHED:
        return ""
    query = "" if release.current else f"release={release.id}"
    return here.renderer.links.profile(release.record, query=query)


def rule_in_force(here: State, source: str) -> str:
    """The rule by which the next profile of a dataset of the source is made, in plain words."""
    return _rules(here, [source])[source]


def profiles_path(here: State) -> str:
    """The page of all profiles."""
    return f"{here.renderer.links.root}{PROFILES}"


def dataset_path(here: State, id: str, more: str = "") -> str:
    """The page of the profile of a dataset for operators, or one below it."""
    return f"{profiles_path(here)}/{quote(id, safe='')}{more}"


def release_path(here: State, release: Release, more: str = "") -> str:
    """The page of a release for operators, or one below it."""
    return dataset_path(here, release.record, f"/{release.id}{more}")


def sums(tallies: Iterable[Tally]) -> tuple[str, str]:
    """How many counts are told and hidden, together."""
    found = tuple(tallies)
    return form.number(sum(one.told for one in found)), form.number(sum(one.hidden for one in found))


def _titled(here: State, words: str) -> tuple[str, ...]:
    """Records that a search finds first whose title has the words, in whatever language."""
    if not words:
        return ()
    hits = here.catalogue.search(SearchQuery(words, size=_SEARCHED, copies=True)).hits
    folded = words.casefold()
    return tuple(
        hit.row.id for hit in hits if any(folded in title.text.casefold() for title in hit.row.title)
    )


def _row(here: State, one: Kept, title: Words, rule: str) -> Row:
    say, newest = here.renderer.translate, one.newest
    return Row(
        title,
        one.source,
        dataset_path(here, one.record),
        mark_of(newest) if newest else None,
        edition_words(newest, say) if newest else "",
        admin_sources.moment(newest.imported, here.now()) if newest else None,
        one.drafts,
        one.shown.id if one.shown else 0,
        telling(one.persons, say) if one.shown else None,
        rule,
    )


def _release(
    here: State, release: Release, tallies: Mapping[str, Tally], done: tuple[Step, ...]
) -> ReleaseRow:
    say = here.renderer.translate
    told, hidden = sums(tallies.values()) if tallies else ("", "")
    return ReleaseRow(
        release.id,
        release_path(here, release),
        mark_of(release),
        " ".join(filter(None, (release.told.producer, release.told.version))),
        form.day(day_of(release)),
        done,
        " ".join(rule_words(release.rule, say)),
        told,
        hidden,
        public_path(here, release),
    )


def _rules(here: State, sources: Iterable[str]) -> dict[str, str]:
    rules, say = Rules(here.catalogue.ledger.database), here.renderer.translate
    return {source: " ".join(rule_words(rules.of(source), say)) for source in {*sources}}
