"""Datasets in the schemas of Health Data Research UK: of a Gateway, of a custodian or in a file."""

import hashlib
import json
import logging
from collections.abc import Iterator
from typing import Final

import httpx

from catalogue.errors import CatalogueError, Invalid, NotFound, Unavailable, Unreadable
from catalogue.records import (
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
from harvesters.addresses import joined, web_address
from harvesters.hdruk_forms import Entry, Page, described_in, each, page_of
from harvesters.hdruk_mapping import Dataset, values
from harvesters.json_kept import kept
from harvesters.json_values import decoded, node, text, whole
from harvesters.kind import Asked, Kind

log = logging.getLogger(__name__)

MAX_PAGES: Final = 10_000
MOST_REMEMBERED: Final = 20_000
"""The versions of so many datasets are remembered at most; a larger list is read anew each time."""

FAILURES: Final = 5
"""So many datasets in a row that cannot be had end a harvest."""

AT_ONCE: Final = 25
"""After so many datasets that are fetched one by one, a harvest can go on where it was interrupted."""


def harvest(asked: Asked, max_pages: int = MAX_PAGES) -> Iterator[Harvested]:
    """The datasets of a list or a file. Raises when the first document cannot be had or read."""
    yield from _Harvest(asked, max_pages).items()


class _Harvest:
    def __init__(self, asked: Asked, max_pages: int) -> None:
        self._asked = asked
        self._max_pages = max_pages
        self._item = _item(asked)
        self._known = _versions(asked.remembered.get("versions", ""))
        self._versions: dict[str, str] = {}
        self._subjects: set[str] = set()
        self._passed_over = 0
        self._failed = 0

    def items(self) -> Iterator[Harvested]:
        url, after, self._passed_over = _read_cursor(self._asked.cursor)
        page, url = self._first(url)
        for _ in range(self._max_pages):
            log.info("page %s: %s datasets", url, len(page.entries))
            yield from self._page(page, url, after)
            if self._failed >= FAILURES:
                yield Incomplete(f"{FAILURES} datasets in a row could not be had, so the rest was left.")
                return
            if not page.following:
                yield from self._end(page)
                return
            if not self._is_news(page):
                yield Incomplete(f"{url} brings nothing new, so the pages behind it were left.")
                return
            url, after = page.following, ""
            yield Reached(self._cursor(url))
            try:
                page = self._fetched(url)
            except CatalogueError as error:
                yield Incomplete(f"A page of the list could not be had, nor those behind it. {error}")
                return
        yield Incomplete(f"The list has more than {self._max_pages:,} pages; the rest was not read.")

    def _first(self, url: str) -> tuple[Page, str]:
        """The first page, at the address that was given or at the list of datasets below it."""
        given = str(web_address(url or self._asked.url))
        below = f"{given.partition('?')[0].rstrip('/')}/datasets"
        try:
            return self._fetched(given), given
        except (NotFound, Unreadable) as error:
            try:
                return self._fetched(below), below
            except CatalogueError:
                raise error from None

    def _fetched(self, url: str) -> Page:
        fetched = self._asked.client.get(url, "application/json")
        return page_of(decoded(fetched.content, fetched.url), httpx.URL(url), self._item)

    def _is_news(self, page: Page) -> bool:
        before = len(self._subjects)
        self._subjects.update(entry.subject for entry in page.entries)
        return len(self._subjects) > before

    def _end(self, page: Page) -> Iterator[Harvested]:
        if not page.entries and not self._subjects and page.total != 0:
            raise Unreadable(f"{self._asked.url} lists no datasets, but does not say that it has none.")
        if page.total is not None:
            yield Declared(max(page.total - self._passed_over, 0))
        if len(self._versions) <= MOST_REMEMBERED:
            yield Noted("versions", json.dumps(self._versions))

    def _page(self, page: Page, url: str, after: str) -> Iterator[Harvested]:
        fetched = 0
        for entry in each(page.entries, after):
            if self._failed >= FAILURES:
                return
            if entry.subject and entry.subject in self._subjects:
                continue
            yield from self._entry(entry, url)
            fetched += entry.dataset is None
            if fetched and fetched % AT_ONCE == 0:
                yield Reached(self._cursor(url, entry.subject))

    def _cursor(self, url: str, after: str = "") -> str:
        """The page and the dataset behind which to go on, and how many were passed over until then."""
        return json.dumps({"url": url, "after": after, "passed": self._passed_over})

    def _entry(self, entry: Entry, url: str) -> Iterator[Harvested]:
        if not entry.subject:
            reason = "It has no identifier, so it cannot be told from other datasets."
            yield Rejected(url, "", reason, kept(entry.raw))
        elif entry.is_withdrawn:
            self._passed_over += 1
            yield Withdrawn(entry.subject)
        elif entry.is_unfinished:
            self._passed_over += 1
            log.info("%s is not published yet", entry.subject)
        elif entry.dataset is None and entry.mark and self._known.get(entry.subject) == _short(entry.mark):
            self._versions[entry.subject] = _short(entry.mark)
            yield Unchanged((entry.subject,))
        elif entry.dataset is not None:
            yield self._record(entry, entry.dataset, entry.raw)
        else:
            yield self._one(entry)

    def _one(self, entry: Entry) -> Record | Rejected | Incomplete:
        """A dataset that the list names and that has an address of its own."""
        try:
            fetched = self._asked.client.get(entry.address, "application/json")
            found = decoded(fetched.content, fetched.url)
        except (NotFound, Unreadable) as error:
            return Rejected(entry.address, entry.subject, f"The list names it. {error}", kept(entry.raw))
        except Unavailable as error:
            self._failed += 1
            return Incomplete(f"The dataset {entry.subject} could not be had. {error}")
        self._failed = 0
        dataset = described_in(found)
        if dataset is None:
            reason = "It is not described in a schema of Health Data Research UK: it has no summary."
            return Rejected(entry.address, entry.subject, reason, kept(found))
        return self._record(entry, dataset, found)

    def _record(self, entry: Entry, dataset: Dataset, raw: object) -> Record | Rejected:
        if not text(node(dataset.get("summary")).get("title")):
            log.warning("%s has no title", entry.subject)
        try:
            said = values(dataset, self._asked.vocabularies)
            record = self._asked.record("dataset", entry.subject, said, entry.address)
        except Invalid as error:
            return Rejected(entry.address, entry.subject, str(error), kept(raw))
        if entry.mark:
            self._versions[entry.subject] = _short(entry.mark)
        return record


def _item(asked: Asked) -> str:
    """The address of one dataset with {id} in it; "" where the option does not give it."""
    told = asked.option("item")
    if not told:
        return ""
    if "{id}" not in told:
        raise Invalid(
            f"The option item must have {{id}} in it, where the id of a dataset goes: “{told[:200]}”."
        )
    try:
        address = joined(web_address(asked.url), told.replace("{id}", "%7Bid%7D"))
    except httpx.InvalidURL as error:
        raise Invalid(f"The option item is no address of the web: “{told[:200]}” ({error}).") from error
    return str(address).replace("%7Bid%7D", "{id}")


def _short(mark: str) -> str:
    return hashlib.sha256(mark.encode()).hexdigest()[:12]


def _versions(remembered: str) -> dict[str, str]:
    try:
        found = json.loads(remembered) if remembered else {}
    except ValueError:
        return {}
    return {name: text(one) for name, one in node(found).items()}


def _read_cursor(cursor: str) -> tuple[str, str, int]:
    """What a cursor holds: page and dataset are "" for the beginning."""
    try:
        found = node(json.loads(cursor)) if cursor else {}
    except ValueError:
        log.warning("the place where the last run stopped cannot be read, so all is read again")
        found = {}
    return text(found.get("url")), text(found.get("after")), whole(found.get("passed")) or 0


KIND: Final = Kind(
    "hdruk",
    "Datasets in the schemas of Health Data Research UK: a Gateway, a custodian's list, or a file.",
    "The address of the list of datasets, of the API that has one, or of a JSON file with datasets.",
    harvest,
    {"item": "The address of one dataset with {id} in it, where it is not that of the list and the id."},
)
