"""What the robots.txt of a site lets us ask, how slowly, and which sitemaps it names.

https://www.rfc-editor.org/rfc/rfc9309
"""

import logging
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

import httpx
from protego import Protego

from catalogue.errors import NotFound, Refused, Unavailable
from harvesters.addresses import joined, web_address
from harvesters.http import Client, Fetched
from harvesters.payload import as_utf8
from harvesters.statuses import is_final

NAME: Final = "FAIRfinder"
"""The name that a robots.txt calls us by."""

MAX_DELAY_S: Final = 300.0
_MAX_BYTES: Final = 500 << 10
_TOLD: Final = 10

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Robots:
    """The rules of one site; `rules` is None where it has none."""

    rules: Protego | None = None
    sitemaps: tuple[str, ...] = ()
    delay_s: float = 0.0

    def allows(self, url: str) -> bool:
        """Whether we may ask for this address; raises Refused for one that is none."""
        return self.rules is None or self.rules.can_fetch(str(web_address(url)), NAME)


class Visitor:
    """Fetches pages as their sites want it: only what is allowed, and with the distance asked for.

    Without a robots.txt everything is allowed; where it cannot be had, nothing is (RFC 9309, 2.3.1).
    """

    def __init__(self, client: Client, sleep: Callable[[float], None] = time.sleep) -> None:
        self.client = client
        self.forbidden = 0
        self._sleep = sleep
        self._robots: dict[str, Robots] = {}
        self._visited: set[str] = set()

    def robots(self, url: str) -> Robots:
        """The rules of the site of an address; raises Unavailable where they cannot be had."""
        site = root(url)
        if site not in self._robots:
            self._robots[site] = _fetched(self.client, site)
        return self._robots[site]

    def allows(self, url: str) -> bool:
        """Whether an address may be asked; that it may not is told in the log."""
        if self.robots(url).allows(url):
            return True
        self.forbidden += 1
        if self.forbidden <= _TOLD:
            log.warning("%s is not asked: the robots.txt of the site forbids it", url)
        return False

    def get(self, url: str, accept: str) -> Fetched:
        """Fetch what may be fetched, in its time; raises as the client does, Refused where forbidden."""
        if not self.allows(url):
            raise Refused(f"{url} was not asked: the robots.txt of the site forbids it.")
        self._wait(url)
        return self.client.get(url, accept, follow=lambda there: self.allows(str(there)))

    def get_listing(self, url: str, accept: str) -> Fetched:
        """The same for a sitemap, which is there for robots whatever else is forbidden."""
        self._wait(url)
        return self.client.get(url, accept)

    def _wait(self, url: str) -> None:
        """Keep the distance that the site asks for."""
        site = root(url)
        if site in self._visited and (delay := self.robots(url).delay_s):
            self._sleep(delay)
        self._visited.add(site)


def usual(url: str) -> str:
    """The usual form of an address, in which it names a page; raises Refused for what is none."""
    parsed = web_address(url)
    return root(url) if parsed.raw_path in (b"", b"/") else str(parsed)


def root(url: str) -> str:
    """The address of the site that an address is on, with a slash at the end."""
    return str(web_address(url).copy_with(userinfo=b"", raw_path=b"/"))


def _fetched(client: Client, site: str) -> Robots:
    url = f"{site}robots.txt"
    try:
        fetched = client.get(url, "text/plain, */*;q=0.1")
    except Refused:
        raise
    except (NotFound, Unavailable) as error:
        if is_final(error):
            return Robots()
        raise Unavailable(f"{url} cannot be had, so nothing on {site} may be asked. {error}") from error
    text = as_utf8(fetched.content[:_MAX_BYTES], fetched.content_type).decode(errors="replace")
    rules = Protego.parse(text)
    delay = rules.crawl_delay(NAME) or 0.0
    if delay > MAX_DELAY_S:
        raise Refused(
            f"{url} asks for {delay:g} s between two pages. More than {MAX_DELAY_S:g} s are not waited, so "
            "nothing was asked. Ask the site for a shorter distance or for a feed."
        )
    sitemaps = [_absolute(one, site) for one in rules.sitemaps]
    return Robots(rules, tuple(dict.fromkeys(filter(None, sitemaps))), delay)


def _absolute(link: str, site: str) -> str:
    try:
        return str(joined(httpx.URL(site), link))
    except httpx.InvalidURL:
        return ""
