"""The REST interface of DataCite: the DOIs of data sets, page after page behind a cursor.

https://support.datacite.org/docs/api
"""

import logging
from collections.abc import Generator, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Final
from urllib.parse import quote

import httpx
import orjson

from catalogue.drafting import Given
from catalogue.errors import CatalogueError, Invalid, Refused, Unreadable
from catalogue.records import (
    Changes,
    Declared,
    Harvested,
    Incomplete,
    Noted,
    Reached,
    Rejected,
)
from harvesters.addresses import web_address
from harvesters.choices import whole_number
from harvesters.datacite_mapping import Attributes, values
from harvesters.hydra import followed
from harvesters.iris import doi, link
from harvesters.json_kept import kept
from harvesters.json_values import decoded, node, nodes, text, whole
from harvesters.kind import Asked, Kind
from harvesters.statuses import is_final

log = logging.getLogger(__name__)

ACCEPT: Final = "application/vnd.api+json, application/json;q=0.9"
MAX_PAGES: Final = 20_000
MAX_SIZE: Final = 1_000
OVERLAP: Final = timedelta(hours=1)
"""What changed this long before the last harvest began is asked for again; clocks differ."""

ENOUGH: Final = 0.98
"""As much of the total that DataCite tells must come; it changes while pages are read."""

_END: Final = "end"
_API: Final = "Check that it is an address of the API."

_FIXED: Final[Mapping[str, str]] = {
    "resource-type-id": "dataset",
    "state": "findable",
    "affiliation": "true",
    "publisher": "true",
    "disable-facets": "true",
}


def harvest(asked: Asked, max_pages: int = MAX_PAGES) -> Iterator[Harvested]:
    """The findable data sets of a query; only what was updated since, where that is remembered."""
    yield from _Harvest(asked, max_pages).items()


@dataclass(frozen=True, slots=True)
class _Position:
    """What a cursor holds: the page to go on with or "end", and when the list began.

    `total` is how many DOIs there are in all, of which `passed` were passed over.
    """

    following: str
    started: str
    since: str
    passed: int = 0
    total: int | None = None

    def text(self) -> str:
        return orjson.dumps(self).decode()


@dataclass(frozen=True, slots=True)
class _Page:
    """One page of the list: the DOIs on it, how many there are in all, and the address of the next."""

    records: tuple[Attributes, ...]
    total: int | None
    following: str


class _Harvest:
    def __init__(self, asked: Asked, max_pages: int) -> None:
        self._asked = asked
        self._max_pages = max_pages
        self._first, self._api = _addresses(asked)
        self._at = _position(asked.cursor) or self._start()
        self._visited: set[str] = set()
        self._seen: set[str] = set()
        self._is_whole = True
        self._catalogue: tuple[str, ...] = ()

    def _start(self) -> _Position:
        since = ""
        if self._asked.remembered.get("list") == str(self._first):
            since = _earlier(self._asked.remembered.get("from", ""))
        return _Position("", self._asked.now().astimezone(UTC).isoformat(timespec="seconds"), since)

    def items(self) -> Iterator[Harvested]:
        if self._at.since:
            yield Changes()
        yield from self._repository()
        yield from self._pages()
        if self._is_whole:
            yield Noted("list", str(self._first))
            yield Noted("from", self._at.started)

    def _repository(self) -> Iterator[Harvested]:
        """What the interface tells of the repository whose data sets are asked for."""
        client = self._first.params.get("client-id", "")
        if not client:
            return
        subject = f"{self._api}/clients/{quote(client, '')}"
        self._catalogue = (subject,)
        if self._asked.cursor:
            return
        try:
            answer = node(decoded(self._asked.client.get(subject, ACCEPT).content, subject, _API))
            told = node(node(answer.get("data")).get("attributes"))
            yield self._asked.record("catalogue", subject, _about(told, client), subject)
        except CatalogueError as error:
            if not (is_final(error) or isinstance(error, Refused)):
                yield self._fault(f"The description of the repository {client} could not be had. {error}")
            log.warning("nothing is known of the repository %s: %s", client, error)

    def _pages(self) -> Iterator[Harvested]:
        url: httpx.URL | None = _since(self._first, self._at.since)
        if self._at.following:
            url = httpx.URL(self._at.following) if self._at.following != _END else None
        while url is not None:
            self._visited.add(str(url))
            try:
                page = _page(self._asked.client.get(str(url), ACCEPT).content, str(url))
            except CatalogueError as error:
                if len(self._visited) == 1 and not self._asked.cursor:
                    raise
                yield self._fault(f"Page {len(self._visited)} of the list could not be used: {error}")
                return
            brought_news = yield from self._page(page)
            fault, url = self._following(page, url, brought_news)
            if fault:
                yield self._fault(fault)
                return
            self._at = replace(self._at, following=str(url or _END))
            yield Reached(self._at.text())
        yield from self._end()

    def _page(self, page: _Page) -> Generator[Harvested, None, bool]:
        """The records of a page; whether any of them is new."""
        known = len(self._seen)
        for one in page.records:
            yield from self._record(one)
        if page.total is not None:
            self._at = replace(self._at, total=page.total)
        log.info("page %s: %s records of %s", len(self._visited), len(page.records), page.total)
        return len(self._seen) > known

    def _record(self, one: Attributes) -> Iterator[Harvested]:
        attributes = node(one.get("attributes"))
        name = text(attributes.get("doi")) or text(one.get("id"))
        subject, origin = doi(name), f"{self._api}/dois/{quote(name.lower(), '/')}"
        if subject in self._seen:
            return
        if not subject:
            self._seen.add(kept(one).decode(errors="replace"))
            yield Rejected(str(self._first), "", f"“{name[:200]}” is no DOI.", kept(one))
            return
        self._seen.add(subject)
        if text(attributes.get("state")) not in ("", "findable"):
            self._at = replace(self._at, passed=self._at.passed + 1)
            return
        try:
            told = values(self._asked.vocabularies, {**attributes, "doi": name})
            yield self._asked.record("dataset", subject, told, origin, self._catalogue)
        except Invalid as error:
            yield Rejected(origin, subject, str(error), kept(one))

    def _following(self, page: _Page, here: httpx.URL, brought_news: bool) -> tuple[str, httpx.URL | None]:
        """What is wrong with the way on, if anything, and the next page."""
        if not page.following:
            return "", None
        try:
            url = followed(page.following, here)
        except (httpx.InvalidURL, UnicodeError):
            return f"{here} names “{page.following[:500]}” as its next page, which is no address.", None
        if not brought_news:
            return f"{here} brings nothing new and names {url} as its next page.", None
        if str(url) in self._visited:
            return f"The list runs in a circle: {here} names {url} as its next page.", None
        if len(self._visited) >= self._max_pages:
            return f"The list has more than {self._max_pages:,} pages; the rest was not read.", None
        return "", url

    def _end(self) -> Iterator[Harvested]:
        total, came = self._at.total, len(self._seen)
        if not self._asked.cursor and total is not None and came < ENOUGH * total:
            yield self._fault(f"{self._first} ended after {came:,} records, but tells of {total:,}.")
        elif not self._asked.cursor and not came and total is None and not self._at.since:
            yield self._fault(f"{self._first} lists no records, and does not say that there are none.")
        log.info("%s records are not findable and were passed over", self._at.passed)
        if total is not None and not self._at.since:
            yield Declared(max(0, total - self._at.passed))

    def _fault(self, reason: str) -> Incomplete:
        self._is_whole = False
        return Incomplete(reason)


def _addresses(asked: Asked) -> tuple[httpx.URL, str]:
    """The first page of the list, and the root of the interface."""
    url = web_address(asked.url)
    path = url.path.rstrip("/")
    root = url.copy_with(path=path.removesuffix("/dois"), query=None)
    given = {name: value for name, value in url.params.items() if not name.startswith("page[")}
    options = {
        "client-id": asked.option("client").lower(),
        "prefix": asked.option("prefix"),
        "query": asked.option("query"),
    }
    params = {**_FIXED, **given, **{name: value for name, value in options.items() if value}}
    paging = {"page[size]": str(whole_number(asked, "size", 500, 1, MAX_SIZE)), "page[cursor]": "1"}
    api = str(root).rstrip("/")
    return httpx.URL(f"{api}/dois", params={**params, **paging}), api


def _position(cursor: str) -> _Position | None:
    """Where a harvest stopped; None for what is no cursor."""
    try:
        told = node(orjson.loads(cursor))
        following = text(told.get("following"))
        url = following if following == _END else str(web_address(following))
    except (orjson.JSONDecodeError, Refused):
        return None
    return _Position(
        url,
        text(told.get("started")),
        text(told.get("since")),
        whole(told.get("passed")) or 0,
        whole(told.get("total")),
    )


def _earlier(moment: str) -> str:
    """The moment from which on changes are asked for; "" when none is remembered."""
    try:
        then = datetime.fromisoformat(moment).astimezone(UTC)
    except ValueError:
        return ""
    return (then - OVERLAP).strftime("%Y-%m-%dT%H:%M:%SZ")


def _since(url: httpx.URL, since: str) -> httpx.URL:
    if not since:
        return url
    asked = url.params.get("query", "").strip()
    changed = f"updated:[{since} TO *]"
    return url.copy_set_param("query", f"{changed} AND ({asked})" if asked else changed)


def _page(content: bytes, url: str) -> _Page:
    answer = node(decoded(content, url, _API))
    records = answer.get("data")
    if not isinstance(records, list):
        raise Unreadable(f"{url} holds no list of DOIs. {_errors(answer)}".rstrip())
    return _Page(
        tuple(nodes(records)),
        whole(node(answer.get("meta")).get("total")),
        text(node(answer.get("links")).get("next")),
    )


def _errors(answer: Attributes) -> str:
    said = [text(one.get("title")) or text(one.get("detail")) for one in nodes(answer.get("errors"))]
    return f"It says: {'; '.join(said)[:500]}" if said else ""


def _about(told: Attributes, client: str) -> dict[str, Given]:
    """A repository as a catalogue."""
    name = text(told.get("name")) or client
    return {
        "title": name,
        "description": text(told.get("description")),
        "publisher": {"name": name, "homepage": link(text(told.get("url")))},
        "homepage": link(text(told.get("url"))),
        "identifier": link(text(told.get("re3data"))),
    }


KIND: Final = Kind(
    "datacite",
    "The data sets that a repository has registered with DataCite.",
    "The address of the interface, https://api.datacite.org, or of a list of DOIs there.",
    harvest,
    {
        "client": "Repository account whose data sets are taken, such as “cern.zenodo”.",
        "query": "Words or fields that the data sets must match, in the query language of DataCite.",
        "prefix": "DOI prefix of the data sets, such as “10.5281”.",
        "size": f"Records on one page, at most {MAX_SIZE}; 500 when not given.",
    },
    own_pages=True,
)
