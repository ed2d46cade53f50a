"""Another FAIRfinder, by its change feed: everything once, and from then on what changed."""

import logging
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Final
from urllib.parse import urlencode

import orjson
from pyoxigraph import NamedNode

from catalogue.batches import batches
from catalogue.drafting import Given, named
from catalogue.errors import CatalogueError, Invalid, NotFound, Refused, Unavailable, Unreadable
from catalogue.records import (
    Changes,
    Declared,
    Harvested,
    Incomplete,
    Noted,
    Reached,
    Record,
    Rejected,
    Withdrawn,
)
from harvesters.addresses import web_address
from harvesters.catalogue_records import Item, Page, came_from, page, record, texts
from harvesters.kind import Asked, Kind
from harvesters.once import Once

log = logging.getLogger(__name__)

PAGE: Final = 500
AT_ONCE: Final = 100
MAX_PAGES: Final = 20_000
OVERLAP: Final = timedelta(minutes=10)
"""A batch shows up in the feed under the time at which its writing began, so each pass goes back so far."""

_SINCE: Final = "since"
_FEED: Final = "/api/v1/changes"
_ACCEPT: Final = "application/json"


def harvest(asked: Asked, max_pages: int = MAX_PAGES) -> Iterator[Harvested]:
    """All records of the other catalogue, or what changed since the last complete run.

    Raises when the first page cannot be had; when a later one cannot, the run is incomplete.
    """
    yield from _Feed(asked, max_pages).items()


@dataclass(frozen=True, slots=True)
class _Place:
    """How far a pass is: where the feed goes on, when the pass began, how many records were passed over."""

    since: str = ""
    changes: bool = False
    began: str = ""
    passed: int = 0

    @property
    def cursor(self) -> str:
        return orjson.dumps([self.since, self.changes, self.began, self.passed]).decode()


class _Feed:
    def __init__(self, asked: Asked, max_pages: int) -> None:
        self._asked = asked
        self._root = _root(asked.url)
        self._own = frozenset(filter(None, (asked.base, _own(asked.option("self")))))
        self._max_pages = max_pages
        self._once = Once()
        self._passed = 0
        self._last: tuple[datetime, str] | None = None
        self._catalogue: tuple[NamedNode, ...] = ()

    def items(self) -> Iterator[Harvested]:
        place, first = self._begun()
        self._passed = place.passed
        if place.changes:
            yield Changes()
        try:
            yield from self._itself(first)
            yield from self._pages(place, first)
        except CatalogueError as error:
            yield Incomplete(f"The rest of {self._root} could not be had. {error} What was read is kept.")

    def _begun(self) -> tuple[_Place, Page]:
        """Where to begin, and the first page; all is read again where the feed does not go on from there."""
        place = self._remembered()
        if place.since:
            try:
                return self._started(place)
            except Refused:
                raise
            except CatalogueError as error:
                log.warning("%s goes on no more from where it was left; all is read: %s", self._root, error)
        try:
            return self._started(_Place())
        except NotFound as error:
            raise NotFound(
                f"{error} It may be no FAIRfinder, or an older one without a change feed: then harvest "
                f"{self._root}/catalog.ttl as a source of kind dcat."
            ) from error

    def _remembered(self) -> _Place:
        since = self._asked.remembered.get(_SINCE, "")
        return _reached(self._asked.cursor) or _Place(since, changes=bool(since))

    def _started(self, place: _Place) -> tuple[_Place, Page]:
        current = self._page_at(place.since)
        if place.began or current.at is None:
            return place, current
        return replace(place, began=(current.at - OVERLAP).isoformat()), current

    def _pages(self, place: _Place, current: Page) -> Iterator[Harvested]:
        total = current.total
        for number in range(1, self._max_pages + 1):
            yield from self._records(current)
            yield from self._withdrawn(current)
            log.info("page %s: %s changes", number, len(current.items))
            place = replace(place, since=current.next, passed=self._passed)
            yield Reached(place.cursor)
            if current.complete:
                yield from self._ended(place, total)
                return
            if not current.items:
                raise Unreadable(f"A page of {self._root}{_FEED} is empty and not the last.")
            current = self._page_at(place.since)
        raise Unavailable(f"The change feed has more than {self._max_pages:,} pages, which is the limit.")

    def _ended(self, place: _Place, total: int) -> Iterator[Harvested]:
        if self._passed:
            log.info("%s records had come from this catalogue and were passed over", self._passed)
        if not place.changes:
            yield Declared(max(0, total - self._passed))
        if place.began:
            yield Noted(_SINCE, place.began)

    def _page_at(self, since: str) -> Page:
        """A page of the feed, whose items go on behind those of the page before."""
        asked = {"limit": str(PAGE), **({_SINCE: since} if since else {})}
        url = f"{self._root}{_FEED}?{urlencode(asked)}"
        found = page(self._asked.client.get(url, _ACCEPT).content, url)
        for item in found.items:
            if self._last is not None and item.place <= self._last:
                raise Unreadable(f"The change feed of {self._root} runs back or in a circle at {item.iri}.")
            self._last = item.place
        return found

    def _itself(self, current: Page) -> Iterator[Harvested]:
        """The other catalogue, which lists all its records."""
        node = named(current.catalogue.get("iri", ""))
        if node is None:
            return
        self._catalogue = (node,)
        homepage = named(current.catalogue.get("homepage", ""))
        about: dict[str, Given] = {
            "title": current.catalogue.get("title", ""),
            "publisher": {"name": current.catalogue.get("publisher", "")},
            "homepage": homepage.value if homepage else "",
        }
        yield self._asked.record("catalogue", node.value, about, self._root)

    def _records(self, current: Page) -> Iterator[Harvested]:
        for raw in current.unread:
            yield Rejected(f"{self._root}{_FEED}", "", "It is no change of a record.", raw)
        here = [item for item in current.items if not item.is_gone]
        for some in batches(here, AT_ONCE):
            found = self._texts(some)
            for item in some:
                text = found.get(item.id, "")
                admitted = self._once.admit(text if isinstance(text, Rejected) else self._record(item, text))
                if isinstance(admitted, Record) and any(came_from(one, admitted) for one in self._own):
                    self._passed += 1
                elif admitted is not None:
                    yield admitted

    def _record(self, item: Item, text: str) -> Record | Rejected:
        origin = self._origin(item)
        if not text:
            return Rejected(
                origin, item.iri, "Its statements were not sent; it may just have been withdrawn."
            )
        return record(item, text, origin, self._catalogue)

    def _withdrawn(self, current: Page) -> Iterator[Harvested]:
        for item in current.items:
            if item.is_gone and not item.still_held:
                yield Withdrawn(item.iri)

    def _texts(self, items: Sequence[Item]) -> dict[str, str | Rejected]:
        """The statements of records; where they cannot be had together, each is asked for alone."""
        try:
            return {**self._asked_for(items)}
        except (Refused, Unreadable) as error:
            if len(items) == 1:
                return {items[0].id: Rejected(self._origin(items[0]), items[0].iri, str(error))}
        return {id: text for item in items for id, text in self._texts([item]).items()}

    def _asked_for(self, items: Sequence[Item]) -> dict[str, str]:
        url = f"{self._root}{_FEED}/records?ids={','.join(item.id for item in items)}"
        return texts(self._asked.client.get(url, _ACCEPT).content, url)

    def _origin(self, item: Item) -> str:
        return f"{self._root}/dataset/{item.id}"


def _reached(cursor: str) -> _Place | None:
    """The place that a cursor tells of; None where it tells of none."""
    try:
        match orjson.loads(cursor or "null"):
            case [str() as since, bool() as changes, str() as began, int() as passed]:
                return _Place(since, changes, began, passed)
    except orjson.JSONDecodeError:
        log.warning("a cursor of another version is not used")
    return None


def _root(url: str) -> str:
    """The address of the start page, however it was given."""
    parsed = web_address(url).copy_with(query=None)
    return str(parsed).rstrip("/").removesuffix(_FEED)


def _own(given: str) -> str:
    if given and not given.startswith(("http://", "https://")):
        raise Invalid(
            f"The option self cannot be “{given[:200]}”: it must be the address of this catalogue, such as "
            "https://catalogue.example."
        )
    return given.rstrip("/")


KIND: Final = Kind(
    "catalogue",
    "Another FAIRfinder, by its change feed.",
    "The address of its start page.",
    harvest,
    {
        "self": "Another address by which this catalogue was or is known: what came from there is passed "
        "over, as is what came from its present one (FAIRFINDER_BASE_URL)."
    },
    own_pages=True,
)
