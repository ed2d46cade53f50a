"""The FAIR Data Point Index: which FAIR Data Points there are."""

import logging
import re
from collections.abc import Iterator, Mapping
from typing import Final

import httpx
import orjson

from catalogue.errors import NotFound, Unavailable, Unreadable
from harvesters.addresses import web_address
from harvesters.http import Client, Fetched

log = logging.getLogger(__name__)

MAX_PAGES: Final = 1_000
_ENTRIES: Final = re.compile(r"/index/entries(?:/all)?/?")
_ACTIVE: Final = frozenset({"ACTIVE", "VALID"})
_PERMITTED: Final = frozenset({"", "ACCEPTED"})


def is_index(url: str) -> bool:
    """Whether an address is that of the entries of an index."""
    return _ENTRIES.search(web_address(url).path) is not None


def nodes(client: Client, url: str) -> list[str]:
    """The addresses of the nodes that are active, sorted.

    `url` is that of the index or of its entries. Raises Unreadable for what is no index, or when it
    lists none at all.
    """
    entries = list(_entries(client, url))
    active = {str(entry["clientUrl"]).strip() for entry in entries if _is_active(entry)}
    log.info("the index lists %s nodes, of which %s are active", len(entries), len(active))
    if not active:
        raise Unreadable(f"{url} lists no active FAIR Data Point, so nothing can be read from it.")
    return sorted(active)


def _entries(client: Client, url: str) -> Iterator[Mapping[str, object]]:
    fetched = _first(client, url)
    seen: set[str] = set()
    for number in range(1, MAX_PAGES + 1):
        found, is_last = _page(fetched)
        fresh = [entry for entry in found if str(entry.get("clientUrl")) not in seen]
        seen.update(str(entry.get("clientUrl")) for entry in fresh)
        yield from fresh
        if is_last:
            return
        if not fresh:
            break
        fetched = client.get(str(httpx.URL(fetched.url).copy_set_param("page", number)), "application/json")
    raise Unavailable(f"The pages of {url} do not come to an end.")


def _first(client: Client, url: str) -> Fetched:
    if is_index(url):
        return client.get(url, "application/json")
    start = str(web_address(url)).rstrip("/")
    try:
        return client.get(f"{start}/index/entries/all", "application/json")
    except NotFound:
        return client.get(f"{start}/index/entries?state=ACTIVE&size=100", "application/json")


def _page(fetched: Fetched) -> tuple[list[Mapping[str, object]], bool]:
    """The entries of a page, and whether it is the last."""
    try:
        answer = orjson.loads(fetched.content)
    except orjson.JSONDecodeError as error:
        raise Unreadable(f"{fetched.url} is no list of FAIR Data Points: it is no JSON.") from error
    found = answer.get("content") if isinstance(answer, dict) else answer
    if not isinstance(found, list):
        raise Unreadable(f"{fetched.url} is no list of FAIR Data Points.")
    entries: list[Mapping[str, object]] = [entry for entry in found if isinstance(entry, dict)]
    if isinstance(answer, list):
        return entries, True
    about = answer.get("page") if isinstance(answer.get("page"), dict) else answer
    number, total = about.get("number"), about.get("totalPages")
    is_last = answer.get("last") is True or not found
    if isinstance(number, int) and isinstance(total, int):
        is_last = is_last or number + 1 >= total
    return entries, is_last


def _is_active(entry: Mapping[str, object]) -> bool:
    url, state, permit = entry.get("clientUrl"), entry.get("state"), entry.get("permit", "")
    is_named = isinstance(url, str) and url.strip().startswith(("http://", "https://"))
    return is_named and str(state).upper() in _ACTIVE and str(permit or "").upper() in _PERMITTED
