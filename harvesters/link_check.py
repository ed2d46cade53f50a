"""Asks addresses whether they work: some hosts at a time, and each host one address after the other.

A HEAD request is not relied on: many servers answer it wrongly. What a robots.txt forbids is not
asked, but on the hosts that the caller names: their operators have us come anyhow.
"""

import heapq
import logging
import queue
import re
import threading
import time
from collections import Counter, deque
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from typing import Final

import httpx

from catalogue.errors import CatalogueError
from catalogue.links import BROKEN, CLOSED, UNKNOWN, WORKS, Answer
from harvesters.http import Client
from harvesters.robots import Robots, Visitor
from harvesters.statuses import status_of

THREADS: Final = 4
GIVE_UP: Final = 3
"""After so many questions in a row that told nothing, a host is asked no more of this time."""

MOST_DELAY_S: Final = 10.0
"""A site that wants a greater distance between two questions is not asked."""

_LOOK_S: Final = 0.2
"""How often it is looked whether to stop."""

_CLOSED: Final = frozenset({401, 402, 403, 407, 451})
_BROKEN: Final = frozenset({404, 410})
_OTHERWISE: Final = frozenset({400, 405, 406, 411, 415, 422, 428})
"""It is there and wants to be asked otherwise, as the address of a service does."""

_FIRST_SENTENCE: Final = re.compile(r"\.\s.*", re.S)

log = logging.getLogger(__name__)


def state_of(status: int) -> str:
    """What a status says of an address."""
    if status in _BROKEN:
        return BROKEN
    if status in _CLOSED:
        return CLOSED
    return WORKS if 200 <= status < 300 or status in _OTHERWISE else UNKNOWN


def answers(
    client: Client,
    urls: Iterable[str],
    own_hosts: frozenset[str],
    stopping: Callable[[], bool],
    most_s: float,
) -> Iterator[Answer]:
    """What came of asking these addresses, as it comes, spread over their hosts.

    Ends within a moment when it is to stop or the time is over; what is on its way then is not waited
    for. The client is closed when nobody asks any more.
    """
    asking = _Asking(client, urls, own_hosts)
    end = time.monotonic() + most_s
    threads = [threading.Thread(target=asking.work, daemon=True) for _ in range(THREADS)]
    for thread in threads:
        thread.start()
    try:
        while any(thread.is_alive() for thread in threads) or not asking.told.empty():
            if stopping() or time.monotonic() >= end:
                return
            with suppress(queue.Empty):
                yield asking.told.get(timeout=_LOOK_S)
    finally:
        asking.enough.set()
        threading.Thread(target=_close_behind, args=(client, threads), daemon=True).start()


@dataclass(frozen=True, slots=True)
class _Came:
    """What came of an address, and how long its host wants to be left alone behind it.

    `is_silence` says that the host told nothing; one that leads on to another did tell something.
    """

    answer: Answer
    delay_s: float = 0.0
    is_silence: bool = False


class _Asking:
    """Hosts by when they may be asked next; a host that is being asked is not among them."""

    def __init__(self, client: Client, urls: Iterable[str], own_hosts: frozenset[str]) -> None:
        self.enough = threading.Event()
        self.told: queue.SimpleQueue[Answer] = queue.SimpleQueue()
        self._client = client
        self._visitor = Visitor(client)
        self._own_hosts = own_hosts
        self._urls: dict[str, deque[str]] = {}
        for url in urls:
            self._urls.setdefault(host_of(url), deque()).append(url)
        self._ready = [(0.0, number, host) for number, host in enumerate(self._urls)]
        self._count = len(self._ready)
        self._silent: Counter[str] = Counter()
        self._lock = threading.Lock()

    def work(self) -> None:
        """Ask one address of the host whose turn it is, until there is none left."""
        while (turn := self._next()) and not self.enough.wait(max(0.0, turn[0] - time.monotonic())):
            host = turn[1]
            came = self._asked(host, self._urls[host].popleft())
            self.told.put(came.answer)
            self._weigh(host, came.is_silence)
            if self._urls[host]:
                self._again(host, came.delay_s)

    def _next(self) -> tuple[float, str] | None:
        with self._lock:
            if not self._ready:
                return None
            ready, _, host = heapq.heappop(self._ready)
            return ready, host

    def _again(self, host: str, delay: float) -> None:
        with self._lock:
            self._count += 1
            heapq.heappush(self._ready, (time.monotonic() + delay, self._count, host))

    def _asked(self, host: str, url: str) -> _Came:
        """What came of asking an address, or why it was not asked."""
        delay, led_on = 0.0, set[str]()
        try:
            if host not in self._own_hosts:
                robots = self._visitor.robots(url)
                if why := _forbidden(robots, url):
                    return _Came(Answer(url, UNKNOWN, None, why))
                delay = robots.delay_s
            answer = self._looked(url, led_on)
        except CatalogueError as error:
            told = _FIRST_SENTENCE.sub(".", str(error))
            answer = Answer(url, UNKNOWN, status_of(error) or None, told)
        except Exception as error:  # one address must never stop the others
            log.exception("%s could not be asked", url)
            answer = Answer(url, UNKNOWN, None, f"It could not be asked ({type(error).__name__}).")
        return _Came(answer, delay, answer.state == UNKNOWN and led_on <= {host})

    def _looked(self, url: str, led_on: set[str]) -> Answer:
        """How an address answers; the hosts that redirects lead to are added to `led_on`."""

        def may_ask(there: httpx.URL) -> bool:
            host = host_of(str(there))
            led_on.add(host)
            return host in self._own_hosts or self._visitor.robots(str(there)).allows(str(there))

        status = self._client.look(url, may_ask).status
        said = "" if 200 <= status < 300 else f"The server answered {status}."
        return Answer(url, state_of(status), status, said)

    def _weigh(self, host: str, is_silence: bool) -> None:
        """Ask a host no more that has told nothing for some times."""
        self._silent[host] = self._silent[host] + 1 if is_silence else 0
        if self._silent[host] < GIVE_UP:
            return
        left, self._urls[host] = self._urls[host], deque()
        for url in left:
            why = f"{host} told nothing {GIVE_UP} times in a row, so it was not asked for this address."
            self.told.put(Answer(url, UNKNOWN, None, why))


def _forbidden(robots: Robots, url: str) -> str:
    """Why the rules of its site keep an address from being asked; "" where they do not."""
    if not robots.allows(url):
        return "The robots.txt of the site forbids to ask it."
    if robots.delay_s > MOST_DELAY_S:
        return f"The site wants {robots.delay_s:g} s between two questions, so it was not asked."
    return ""


def host_of(url: str) -> str:
    """The host of an address; "" where it has none."""
    try:
        return httpx.URL(url).host.lower()
    except (httpx.InvalidURL, UnicodeError):
        return ""


def _close_behind(client: Client, threads: list[threading.Thread]) -> None:
    for thread in threads:
        thread.join()
    client.close()
