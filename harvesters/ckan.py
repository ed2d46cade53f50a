"""A site that runs CKAN, by its API: all its datasets, or those that changed and a list of the others."""

import hashlib
import json
import logging
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Final

from pyoxigraph import NamedNode

from catalogue.errors import CatalogueError, Invalid
from catalogue.records import (
    Changes,
    Declared,
    Harvested,
    Incomplete,
    Noted,
    Reached,
    Record,
    Rejected,
    Unchanged,
    Withdrawn,
)
from harvesters.choices import one_of, whole_number
from harvesters.ckan_api import Page, pages, site_at
from harvesters.ckan_mapping import SERIES, iri_of, key_of, own_iri, values
from harvesters.ckan_people import Package
from harvesters.ckan_rdf import AT_ONCE, offered
from harvesters.json_kept import kept
from harvesters.json_values import node, spoken, text, web, word, words
from harvesters.kind import Asked, Kind

log = logging.getLogger(__name__)

ROWS: Final = 500
MOST_ROWS: Final = 1000
OVERLAP: Final = timedelta(hours=1)
"""Changes are asked for from so long before the last run began, for clocks differ."""

_NO_DATASETS: Final = frozenset({"harvest", "showcase"})
_ID_FIELDS: Final = "id,extras_uri"


def harvest(asked: Asked) -> Iterator[Harvested]:
    """The datasets of a site. Raises when its API cannot be found or asked."""
    yield from _Harvest(asked).items()


@dataclass(frozen=True, slots=True)
class _Place:
    """How far a harvest is, which is also its cursor.

    `since` is "" when all datasets are read; else `listing` says that after the changes there comes
    the list of all datasets, `listed` that this list has been begun. `own` says that some datasets
    have IRIs of their own.
    """

    began: str
    since: str = ""
    listing: bool = False
    listed: bool = False
    own: bool = False
    start: int = 0

    def cursor(self) -> str:
        return json.dumps(asdict(self))


class _Harvest:
    def __init__(self, asked: Asked) -> None:
        self._asked = asked
        self._rows = whole_number(asked, "rows", ROWS, 1, MOST_ROWS)
        self._wish = one_of(asked, "rdf", "auto", "auto", "always", "never")
        _base(asked)
        self._site, first, total = site_at(asked.client, asked.url, self._query())
        self._told = self._told_of_itself()
        sample = node(first[0]) if first else {}
        self._base = _base(asked) or self._site.root
        extensions = words(self._told.get("extensions"))
        self._rdf = offered(self._site, self._base, sample, total, self._wish, extensions)
        self._catalogue = NamedNode(self._base)
        self._declared = False
        self._lists = False
        self._changed: set[str] = set()

    def items(self) -> Iterator[Harvested]:
        place = _read_cursor(self._asked.cursor) or self._begun()
        self._lists = place.listing
        if place.since and not place.listing:
            yield Changes()
        yield self._about()
        if not place.listed:
            for item in self._datasets(place):
                if isinstance(item, _Place):
                    place = item
                else:
                    yield item
        if place.since and place.listing:
            yield from self._all_ids(place if place.listed else replace(place, listed=True, start=0))
        yield from self._notes(place)

    def _begun(self) -> _Place:
        """Where a harvest begins that was not interrupted."""
        began = self._asked.now().isoformat(timespec="seconds")
        remembered = self._asked.remembered
        since = _moment(remembered.get("since", ""))
        if since is None or not self._site.way.can_search or remembered.get("asked") != self._mark():
            return _Place(began)
        own = remembered.get("own") == "yes"
        from_then = (since.astimezone(UTC) - OVERLAP).strftime("%Y-%m-%dT%H:%M:%SZ")
        return _Place(began, from_then, listing=self._can_list(own), own=own)

    def _can_list(self, own: bool) -> bool:
        """Whether the ids of all datasets can be had, and with them the IRIs that some have of their own."""
        try:
            rows, _ = self._site.listed(self._ids(), 0, MOST_ROWS)
        except CatalogueError as error:
            log.warning("the list of all ids cannot be had, so only changes are read: %s", error)
            return False
        told = all(key_of(node(row)) for row in rows)
        hidden = own and not any(own_iri(node(row)) for row in rows)
        if not rows or not told or hidden:
            log.warning("the list of all ids does not tell the IRIs of datasets, so only changes are read")
            return False
        return True

    def _datasets(self, place: _Place) -> Iterator[Harvested | _Place]:
        """All datasets, or those that changed; after each page also how far it is now."""
        nothing = True
        for page in pages(self._site, self._query(place.since), self._rows, place.start):
            nothing = False
            if isinstance(page, Incomplete):
                yield page
                continue
            if not place.since:
                yield from self._told_total(page)
            yield from self._records(page.packages)
            own = place.own or any(own_iri(node(one)) for one in page.packages)
            place = replace(place, own=own, start=page.following)
            yield place
            if page.whole:
                yield Reached(place.cursor())
        if nothing and not place.since and not place.start:
            yield from self._nothing()

    def _nothing(self) -> Iterator[Harvested]:
        """An empty list is believed where the site also counts none."""
        if self._site.listed(self._query(), 0, 1)[1] == 0:
            yield Declared(0)
        else:
            yield Incomplete(f"{self._site.root} lists no datasets, but does not say that it has none.")

    def _told_total(self, page: Page) -> Iterator[Harvested]:
        if page.total is not None and not self._declared:
            self._declared = True
            passed_over = sum(_is_no_record(node(one)) for one in page.packages)
            yield Declared(max(page.total - passed_over, 0))

    def _records(self, packages: list[object]) -> Iterator[Harvested]:
        for first in range(0, len(packages), AT_ONCE):
            part = packages[first : first + AT_ONCE]
            found: Mapping[str, Record] = {}
            if self._rdf:
                ready = [node(one) for one in part if _is_public(node(one)) and key_of(node(one))]
                found = self._rdf.described(ready, self._catalogue)
            for one in part:
                yield from self._item(one, found)

    def _item(self, value: object, found: Mapping[str, Record]) -> Iterator[Harvested]:
        package = node(value)
        if _is_no_record(package):
            return
        subject = iri_of(package, self._base)
        if text(package.get("state")) == "deleted" and subject:
            yield Withdrawn(subject)
            return
        if self._lists:
            self._changed.add(subject)
        yield found.get(subject) or self._record(value, package, subject)

    def _record(self, value: object, package: Package, subject: str) -> Record | Rejected:
        origin = self._site.address("package_show", id=key_of(package))
        if not subject:
            reason = "It has neither an id nor a name, so it cannot be told from other datasets."
            return Rejected(self._site.address(self._site.way.action), "", reason, kept(value))
        try:
            kind = "series" if word(package.get("type")) == SERIES else "dataset"
            said = values(package, self._base, self._asked.vocabularies)
            return self._asked.record(kind, subject, said, origin, (self._base,))
        except Invalid as error:
            return Rejected(origin, subject, str(error), kept(value))

    def _all_ids(self, place: _Place) -> Iterator[Harvested]:
        """Every dataset that the site lists, so that those are noticed which it lists no longer."""
        for page in pages(self._site, self._ids(), MOST_ROWS, place.start):
            if isinstance(page, Incomplete):
                yield page
                continue
            yield from self._told_total(page)
            iris = (iri_of(node(one), self._base) for one in page.packages)
            yield Unchanged(tuple(iri for iri in iris if iri and iri not in self._changed))
            place = replace(place, start=page.following)
            if page.whole:
                yield Reached(place.cursor())

    def _told_of_itself(self) -> Mapping[str, object]:
        try:
            return node(self._site.ask("status_show"))
        except CatalogueError as error:
            log.info("the site tells nothing about itself: %s", error)
            return {}

    def _about(self) -> Record:
        """The site itself, as it tells about itself where it does."""
        said = {
            "title": spoken(self._told.get("site_title")) or self._site.root.partition("://")[2],
            "description": spoken(self._told.get("site_description")),
            "homepage": self._site.root,
        }
        return self._asked.record("catalogue", self._base, said, self._site.root)

    def _notes(self, place: _Place) -> Iterator[Noted]:
        if self._site.way.can_search:
            yield Noted("since", place.began)
            yield Noted("asked", self._mark())
            yield Noted("own", "yes" if place.own else "no")

    def _query(self, since: str = "") -> dict[str, str]:
        parts = [
            "-dataset_type:(harvest OR showcase)",
            f"+({given})" if (given := self._asked.option("filter")) else "",
            f"+metadata_modified:[{since} TO *]" if since else "",
        ]
        query = {"sort": "id asc", "fq": " ".join(filter(None, parts))}
        return {**query, "q": asked} if (asked := self._asked.option("query")) else query

    def _ids(self) -> dict[str, str]:
        return {**self._query(), "fl": _ID_FIELDS}

    def _mark(self) -> str:
        """Differs when something else is asked for, or IRIs are made otherwise."""
        what = [self._base, self._query(), self._rdf is not None]
        return hashlib.sha256(json.dumps(what).encode()).hexdigest()[:16]


def _is_no_record(package: Package) -> bool:
    """Whether this is no dataset, or one that is not meant for the public yet."""
    is_private = text(package.get("private")).lower() == "true" or package.get("private") is True
    is_draft = text(package.get("state")).startswith("draft")
    return is_private or is_draft or word(package.get("type")) in _NO_DATASETS


def _is_public(package: Package) -> bool:
    return not _is_no_record(package) and text(package.get("state")) != "deleted"


def _base(asked: Asked) -> str:
    told = asked.option("base").rstrip("/")
    base = web(told)
    if told and not base:
        raise Invalid(f"The option base must be an address of the web, not “{told[:200]}”.")
    return base


def _moment(told: str) -> datetime | None:
    try:
        found = datetime.fromisoformat(told)
    except ValueError:
        return None
    return found if found.tzinfo else None


def _read_cursor(cursor: str) -> _Place | None:
    try:
        return _Place(**json.loads(cursor)) if cursor else None
    except (ValueError, TypeError):
        log.warning("the place where the last run stopped cannot be read, so all is read again")
        return None


KIND: Final = Kind(
    "ckan",
    "A data portal that runs CKAN (or DKAN), by its API; its RDF is read where it has any.",
    "The address of the portal, of its API or of its page of datasets.",
    harvest,
    {
        "query": "Only datasets that this search finds (CKAN's q).",
        "filter": "Only datasets with this, in the words of Solr (CKAN's fq), such as groups:health.",
        "rdf": "Read RDF (ckanext-dcat) instead of JSON: auto, always or never. Auto tries it out.",
        "base": "What the IRIs of datasets begin with, where it is not the address of the portal.",
        "rows": f"How many datasets to ask for at a time, at most {MOST_ROWS}; {ROWS} unless told.",
    },
    own_pages=True,
)
