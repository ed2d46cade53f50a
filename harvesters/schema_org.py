"""Datasets that web pages describe in the words of schema.org: a site by its sitemaps, or one page."""

import logging
import time
from collections.abc import Callable, Iterator
from typing import Final

from catalogue.errors import NotFound, Unavailable, Unreadable
from catalogue.records import Harvested, Record
from harvesters.http import Fetched
from harvesters.kind import Asked, Kind
from harvesters.robots import Visitor, root, usual
from harvesters.schema_org_crawl import HTML, MAX_PAGES, NOTHING, XML, Crawl
from harvesters.schema_org_page import Pages
from harvesters.sitemaps import is_sitemap
from harvesters.statuses import is_final
from harvesters.unpack import unpack

log = logging.getLogger(__name__)


def harvest(
    asked: Asked, sleep: Callable[[float], None] = time.sleep, max_pages: int = MAX_PAGES
) -> Iterator[Harvested]:
    """The datasets of a site, of the pages of a sitemap, or of one page; no subject comes twice.

    Raises when the address, the robots.txt or all sitemaps cannot be had, and Unreadable at the end
    when no page describes a dataset.
    """
    visitor = Visitor(asked.client, sleep)
    start = usual(asked.url)
    fetched: dict[str, Fetched] = {}
    sitemaps = _sitemaps_of(visitor, start, fetched) if start == root(start) else ()
    if not sitemaps:
        fetched[start] = visitor.get(start, f"{HTML}, application/xml")
        if not _lists(fetched[start], visitor):
            yield from _one_page(Pages(asked, visitor, is_crawl=False), start, fetched[start])
            return
    home = start if sitemaps else ""
    yield from Crawl(asked, visitor, home, sitemaps or (start,), fetched, max_pages).items()


def _sitemaps_of(visitor: Visitor, site: str, fetched: dict[str, Fetched]) -> tuple[str, ...]:
    """The sitemaps that the robots.txt of a site names, else the usual one if there is one."""
    if named := visitor.robots(site).sitemaps:
        return named
    url = f"{site}sitemap.xml"
    try:
        fetched[url] = visitor.get_listing(url, XML)
        return (url,) if _lists(fetched[url], visitor) else ()
    except (NotFound, Unavailable) as error:
        if is_final(error):
            return ()
        raise


def _lists(fetched: Fetched, visitor: Visitor) -> bool:
    content = unpack(fetched.content, visitor.client.max_bytes, fetched.url)
    return is_sitemap(content)


def _one_page(pages: Pages, url: str, fetched: Fetched) -> Iterator[Harvested]:
    told = pages.read(url, fetched)
    yield from told.items
    if not told.holds_records:
        raise Unreadable(f"{url} cannot be harvested. {NOTHING}")
    log.info("page %s: %s records", url, sum(isinstance(one, Record) for one in told.items))


KIND: Final = Kind(
    "schema-org",
    "Web pages that describe datasets in schema.org (JSON-LD or microdata), found by a sitemap.",
    "The address of a site, of its sitemap or sitemap index, or of one page.",
    harvest,
    {"match": "Words that must be in the address of a page, such as /dataset/; other pages are not asked."},
    own_pages=True,
)
