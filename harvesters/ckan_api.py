"""The API of CKAN: where it stands, what its answers are, and its lists page by page.

https://docs.ckan.org/en/latest/api/
"""

import logging
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final
from urllib.parse import urlencode

from catalogue.errors import CatalogueError, NotFound, Unavailable, Unreadable
from catalogue.records import Incomplete
from harvesters.addresses import web_address
from harvesters.ckan_mapping import key_of
from harvesters.http import Client
from harvesters.json_kept import kept
from harvesters.json_values import at, decoded, many, node, number, text

log = logging.getLogger(__name__)

MAX_PAGES: Final = 100_000
LEAST_ROWS: Final = 50
FAILURES: Final = 3
"""So many pages in a row that cannot be had end a list."""

_KNOWN_PATHS: Final = re.compile(
    r"/(api(/\d)?(/action(/\w+)?)?|(dataset|organization|group|harvest|catalog\.\w+)(/.*)?)/?$"
)
_LANGUAGE: Final = re.compile(r"/[a-z]{2}([_-][A-Z][A-Za-z]+)?$")


@dataclass(frozen=True, slots=True)
class Way:
    """An action that lists datasets, and what it calls the number and the first of those it is to give."""

    action: str
    rows: str
    start: str
    can_search: bool


SEARCH: Final = Way("package_search", "rows", "start", True)
DKAN: Final = Way("current_package_list_with_resources", "limit", "offset", False)


@dataclass(frozen=True, slots=True)
class Page:
    """Datasets that no page before had, and how many there are in all where that is told.

    `following` is where the next page begins. `whole` says that no page before this one failed.
    """

    packages: list[object]
    total: int | None
    following: int
    whole: bool


@dataclass(frozen=True, slots=True)
class Site:
    """A site that runs CKAN. `root` is its address without a slash at the end."""

    client: Client
    root: str
    way: Way = SEARCH

    def address(self, action: str, **parameters: str) -> str:
        """The address of an action."""
        query = f"?{urlencode(parameters)}" if parameters else ""
        return f"{self.root}/api/3/action/{action}{query}"

    def ask(self, action: str, **parameters: str) -> object:
        """The result of an action; raises as the client does, and Unreadable for what is no answer."""
        fetched = self.client.get(self.address(action, **parameters), "application/json")
        return _result(decoded(fetched.content, fetched.url), fetched.url)

    def listed(self, query: Mapping[str, str], start: int, rows: int) -> tuple[list[object], int | None]:
        """Datasets from a place on, and how many there are in all where that is told."""
        asked = {
            **(query if self.way.can_search else {}),
            self.way.rows: str(rows),
            self.way.start: str(start),
        }
        result = self.ask(self.way.action, **asked)
        if isinstance(result, dict):
            told = number(result.get("count"))
            if not isinstance(result.get("results"), list):
                raise Unreadable(f"{self.address(self.way.action)} gave no list of datasets.")
            return many(result["results"]), int(told) if re.fullmatch("[0-9]{1,12}", told) else None
        if not isinstance(result, list):
            raise Unreadable(f"{self.address(self.way.action)} gave no list of datasets.")
        return (result[0] if len(result) == 1 and isinstance(result[0], list) else result), None


def site_at(client: Client, url: str, query: Mapping[str, str]) -> tuple[Site, list[object], int | None]:
    """The site that an address belongs to, the first dataset that a query finds there, and how many it finds.

    The address may be that of the site, of its API or of one of its pages. Raises what the first of
    the possible addresses of its API answered when there is none.
    """
    failure: CatalogueError | None = None
    for way in (SEARCH, DKAN):
        for root in _roots(url):
            site = Site(client, root, way)
            try:
                return site, *site.listed(query, 0, 1)
            except (NotFound, Unreadable) as error:
                failure = failure or error
    assert failure
    raise Unreadable(f"No API of CKAN was found at {url}. {failure}") from failure


def pages(site: Site, query: Mapping[str, str], rows: int, start: int = 0) -> Iterator[Page | Incomplete]:
    """A list from a place on. A page that cannot be had is asked for in smaller ones, then passed over."""
    known: set[str] = set()
    total: int | None = None
    failed, whole = 0, True
    for _ in range(MAX_PAGES):
        try:
            packages, total = site.listed(query, start, rows)
        except CatalogueError as error:
            if rows > LEAST_ROWS:
                rows = max(LEAST_ROWS, rows // 5)
                log.warning("%s Asking for %s datasets at a time from here on.", error, rows)
                continue
            yield Incomplete(f"{rows} datasets from number {start + 1:,} on could not be had. {error}")
            failed, whole, start = failed + 1, False, start + rows
            if failed == FAILURES or total is None or start >= total:
                return
            continue
        failed = 0
        log.info("page from dataset %s of %s: %s datasets", start + 1, total, len(packages))
        if not packages:
            if total is not None and whole and (start < total or (start and not total)):
                yield Incomplete(f"The list ends after {start:,} datasets although it counts {total:,}.")
            return
        fresh = {mark: one for one in reversed(packages) if (mark := _mark(one)) not in known}
        known.update(fresh)
        start += len(packages)
        if not fresh:
            yield Incomplete(f"A page brings nothing new up to dataset {start:,}, so the rest was left.")
            return
        yield Page([*fresh.values()][::-1], total, start, whole)
        is_last = len(packages) > rows if total is None else start >= total
        if is_last:
            return
    yield Incomplete(f"The list has more than {MAX_PAGES:,} pages; the rest was not read.")


def _mark(package: object) -> str:
    return key_of(node(package)) or kept(package).decode(errors="replace")


def _roots(url: str) -> list[str]:
    """Where a site may stand that an address belongs to, the likeliest first."""
    given = web_address(url).copy_with(query=None)
    path = _KNOWN_PATHS.sub("", given.path.rstrip("/"))
    paths = [_LANGUAGE.sub("", path), path, path.rpartition("/")[0], ""]
    roots = (str(given.copy_with(path=one or "/")).rstrip("/") for one in paths)
    return list(dict.fromkeys(roots))


def _result(answer: object, url: str) -> object:
    """What an answer holds; raises Unavailable for one that tells of a failure."""
    if isinstance(answer, dict) and answer.get("success") is not False and "result" in answer:
        return answer["result"]
    said = text(at(answer, "error", "message")) or text(at(answer, "error")) or text(answer)
    if said or isinstance(answer, dict):
        raise Unavailable(f"{url} answered that it could not do it: {said[:500] or 'no reason is given'}.")
    raise Unreadable(f"{url} did not answer as the API of CKAN does.")
