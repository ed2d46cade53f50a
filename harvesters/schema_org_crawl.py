"""The crawl of a site: the pages of its sitemaps, one after the other, and what is remembered of them."""

import hashlib
import logging
from collections import deque
from collections.abc import Iterator
from datetime import UTC, timedelta
from typing import Final

from catalogue.errors import Invalid, NotFound, Refused, Unavailable, Unreadable
from catalogue.records import Harvested, Incomplete, Noted, Reached, Record, Rejected, Unchanged
from harvesters.crawl_memory import Memory
from harvesters.http import Fetched
from harvesters.kind import Asked
from harvesters.robots import Visitor, usual
from harvesters.schema_org_choice import site_of
from harvesters.schema_org_page import Pages, Told
from harvesters.sitemaps import MAX_BYTES, Listed, Sitemap, read_sitemap
from harvesters.unpack import unpack

log = logging.getLogger(__name__)

HTML: Final = "text/html, application/xhtml+xml, application/ld+json;q=0.9, */*;q=0.1"
XML: Final = "application/xml, text/xml, text/plain;q=0.8, */*;q=0.1"
MAX_PAGES: Final = 250_000
MAX_SITEMAPS: Final = 5_000
MAX_LEVELS: Final = 5
BATCH: Final = 25
"""Pages between two points that a run can go on from."""

_FAILURES: Final = 20
_MARGIN: Final = timedelta(days=1)
_MEMORY: Final = "crawl"
NOTHING: Final = (
    "No page describes a dataset for machines (JSON-LD or microdata of schema.org, or a link to DCAT). Pages "
    "that a script makes only in the browser hold nothing to read: ask the site to put the description into "
    "the page as it is sent, or for a feed."
)


class Crawl:
    """The pages of sitemaps, one after the other."""

    def __init__(
        self,
        asked: Asked,
        visitor: Visitor,
        home: str,
        sitemaps: tuple[str, ...],
        fetched: dict[str, Fetched],
        max_pages: int,
    ) -> None:
        self._asked = asked
        self._fetched = fetched
        self._visitor = visitor
        self._pages = Pages(asked, visitor, is_crawl=True)
        self._home = home
        self._waiting = deque((url, 0) for url in dict.fromkeys(sitemaps))
        self._sitemaps = set(sitemaps)
        self._sites = {site_of(asked.url), *map(site_of, sitemaps if home else ())}
        self._match = asked.option("match")
        self._max_pages = max_pages
        self._listed: set[int] = set()
        self._contents: dict[bytes, str] = {}
        scope = f"{asked.url} {self._match}"
        self._before = Memory.read(asked.remembered.get(_MEMORY, ""), scope)
        self._resumed = Memory.read(asked.cursor, scope)
        self._memory = self._resumed or Memory(asked.now().astimezone(UTC).isoformat(), scope)
        self._found = bool(self._resumed)
        self._failed: Unavailable | None = None
        self._failures = 0
        self._empty = self._asked_for = self._elsewhere = self._gone = self._repeated = 0
        self._skips = False

    def items(self) -> Iterator[Harvested]:
        yield from self._at_home()
        resumed = self._resumed
        seeking = resumed.sitemap if resumed else ""
        while self._waiting and self._failures < _FAILURES:
            url, level = self._waiting.popleft()
            try:
                sitemap = self._sitemap(url)
            except (Invalid, Unavailable, NotFound) as error:
                if len(self._sitemaps) == 1:
                    raise
                yield self._fault(f"The sitemap {url} could not be read. {error}", error)
                continue
            if sitemap.damaged:
                yield self._fault(f"The sitemap {url} may hold more than was read. {sitemap.damaged}")
            yield from self._further(sitemap, level)
            pages = self._new(sitemap)
            if seeking and seeking != url:
                continue
            if seeking and resumed:
                seeking, pages = "", _after(pages, resumed.page)
            yield from self._of_sitemap(url, sitemap, pages)
            if self._asked_for >= self._max_pages:
                yield self._fault(f"More than {self._max_pages:,} pages are listed; the rest was not read.")
                break
        if seeking:
            yield self._fault(
                f"The sitemap {seeking}, in which an earlier run had stopped, is not there any more."
            )
        yield from self._end()

    def _at_home(self) -> Iterator[Harvested]:
        """The front page of the site, which may tell of the catalogue that all its datasets are in."""
        if not self._home or not self._visitor.allows(self._home):
            return
        try:
            told = self._pages.read(self._home, self._visitor.get(self._home, HTML))
        except (Invalid, NotFound, Refused) as error:
            log.warning("the front page %s tells nothing: %s", self._home, error)
            return
        except Unavailable as error:
            yield self._fault(f"The front page {self._home} could not be had. {error}", error)
            return
        self._listed.add(hash(self._home))
        own = [item for item in told.items if isinstance(item, Record) and item.subject.value == self._home]
        self._pages.home = next((self._home for item in own if item.kind == "catalogue"), "")
        if not self._resumed:
            yield from self._taken(self._home, told)

    def _sitemap(self, url: str) -> Sitemap:
        fetched = self._fetched.pop(url, None) or self._visitor.get_listing(url, XML)
        most = min(MAX_BYTES, self._asked.client.max_bytes)
        return read_sitemap(unpack(fetched.content, most, url), fetched.content_type)

    def _further(self, sitemap: Sitemap, level: int) -> Iterator[Harvested]:
        """Put the sitemaps of an index in line, before those that come after it."""
        fresh = [url for one in sitemap.sitemaps if (url := self._here(one)) and url not in self._sitemaps]
        if fresh and level >= MAX_LEVELS:
            yield self._fault(f"Sitemaps are nested more than {MAX_LEVELS} deep; {fresh[0]} was not read.")
            return
        room = MAX_SITEMAPS - len(self._sitemaps)
        if len(fresh) > room:
            yield self._fault(f"More than {MAX_SITEMAPS:,} sitemaps are listed; the rest was not read.")
        self._waiting.extendleft((url, level + 1) for url in reversed(fresh[:room]))
        self._sitemaps.update(fresh[:room])

    def _new(self, sitemap: Sitemap) -> list[Listed]:
        """The pages that are to be read, each once."""
        found: list[Listed] = []
        for one in sitemap.pages:
            url = self._here(one.url) if self._match in one.url else ""
            if url and hash(url) not in self._listed:
                self._listed.add(hash(url))
                found.append(Listed(url, one.changed))
        return found

    def _here(self, link: str) -> str:
        """The address in its usual form; "" where it is none, or on a site that is not to be asked."""
        try:
            url = usual(link)
        except Refused:
            url = ""
        if url and site_of(url) in self._sites:
            return url
        self._elsewhere += 1
        if self._elsewhere == 1:
            log.warning("%s is listed but is not on this site, so it is not asked", link[:500])
        return ""

    def _of_sitemap(self, sitemap: str, listed: Sitemap, pages: list[Listed]) -> Iterator[Harvested]:
        log.info("sitemap %s: %s pages to look at", sitemap, len(pages))
        since = self._before.moment() - _MARGIN if self._before and listed.is_dated else None
        unchanged: list[str] = []
        for number, page in enumerate(pages, 1):
            if since and page.changed and page.changed < since and self._is_remembered(page.url):
                unchanged.append(page.url)
            else:
                yield from self._page(page.url)
            if number % BATCH == 0 or number == len(pages) or self._is_over():
                if unchanged:
                    self._found = self._skips = True
                    yield Unchanged(tuple(unchanged))
                    unchanged = []
                log.info("sitemap %s: %s of %s pages looked at", sitemap, number, len(pages))
                yield Reached(self._memory.at(sitemap, page.url))
            if self._is_over():
                return

    def _is_remembered(self, url: str) -> bool:
        return self._before is not None and not self._before.is_apart(url)

    def _is_over(self) -> bool:
        return self._failures >= _FAILURES or self._asked_for >= self._max_pages

    def _page(self, url: str) -> Iterator[Harvested]:
        self._asked_for += 1
        if not self._visitor.allows(url):
            return
        try:
            fetched = self._visitor.get(url, HTML)
            digest = hashlib.sha256(fetched.content).digest()[:12]
            if first := self._contents.get(digest):
                self._pass_over(url, first)
                return
            told = self._pages.read(url, fetched)
        except NotFound:
            self._failures = 0
            self._memory.set_apart(url)
            self._gone += 1
            return
        except (Invalid, Refused) as error:
            self._memory.set_apart(url)
            yield Rejected(url, url, str(error))
            return
        except Unavailable as error:
            self._failures += 1
            yield self._fault(f"The page {url} could not be had. {error}", error)
            if self._failures >= _FAILURES:
                yield self._fault(f"{_FAILURES} pages in a row could not be had, so the site was left.")
            return
        self._failures = 0
        if not told.is_empty:
            self._contents[digest] = url
        yield from self._taken(url, told)

    def _pass_over(self, url: str, first: str) -> None:
        """Pass over a page that holds the same as an earlier one; both are read again to know it again."""
        self._failures = 0
        self._repeated += 1
        self._memory.set_apart(url)
        self._memory.set_apart(first)

    def _taken(self, url: str, told: Told) -> Iterator[Harvested]:
        """What a page told, with a note where it is not one record with its address."""
        self._memory.add_catalogues(told.catalogues(url))
        if not told.is_plain:
            self._memory.set_apart(url)
        self._found = self._found or told.holds_records
        yield from told.items
        self._empty += told.is_empty
        if told.is_empty and self._match and url != self._home:
            yield Rejected(url, url, f"The page describes no dataset. {NOTHING}")

    def _fault(self, what: str, error: Exception | None = None) -> Incomplete:
        if isinstance(error, Unavailable) and self._failed is None:
            self._failed = error
        return Incomplete(what)

    def _end(self) -> Iterator[Harvested]:
        for number, what in (
            (self._empty, "describe no dataset"),
            (self._gone, "are listed, but are not there"),
            (self._repeated, "hold the same as an earlier page and were passed over"),
            (self._visitor.forbidden, "are forbidden by robots.txt and were not asked"),
            (self._elsewhere, "are not on this site and were not asked"),
        ):
            if number:
                log.warning("%s pages %s", number, what)
        if not self._found:
            raise self._nothing()
        if self._before and (self._skips or self._resumed):
            told = self._memory.catalogues
            yield Unchanged(tuple(one for one in self._before.catalogues if one not in told))
            self._memory.add_catalogues(self._before.catalogues)
        if self._memory.is_short:
            yield Noted(_MEMORY, self._memory.at("", ""))
        else:
            log.info("too many pages are no dataset, so the next run reads all; the option match helps")

    def _nothing(self) -> Unavailable | Unreadable:
        if self._failed:
            return self._failed
        if self._visitor.forbidden and self._visitor.forbidden == self._asked_for:
            return Refused(
                f"The robots.txt of {self._asked.url} forbids FAIRfinder all {self._asked_for:,} pages."
            )
        which = f" with “{self._match}” in its address" if self._match and not self._asked_for else ""
        return Unreadable(
            f"{self._asked.url} cannot be harvested: {self._asked_for:,} pages{which}. {NOTHING}"
        )


def _after(pages: list[Listed], last: str) -> list[Listed]:
    """The pages behind the last one that was read; all of them where it is not listed any more."""
    place = next((number for number, page in enumerate(pages, 1) if page.url == last), 0)
    return pages[place:]
