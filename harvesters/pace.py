"""When a server may be asked again: one request at a time, a distance between two, and what it asks for."""

import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

from harvesters.network import Deadline


@dataclass(slots=True)
class _Host:
    lock: threading.Lock = field(default_factory=threading.Lock)
    last_asked: float = float("-inf")


class Pace:
    """Lets one request at a time go to a host, `delay_s` after the last; `own_hosts` need no distance."""

    def __init__(
        self,
        own_hosts: frozenset[str],
        delay_s: float,
        sleep: Callable[[float], None],
        clock: Callable[[], float],
    ) -> None:
        self._own_hosts = own_hosts
        self._delay_s = delay_s
        self._sleep = sleep
        self._clock = clock
        self._hosts: dict[str, _Host] = {}
        self._hosts_lock = threading.Lock()

    @contextmanager
    def turn(self, name: str, deadline: Deadline) -> Iterator[None]:
        """Wait until this host may be asked, which does not count as the server's time."""
        with self._hosts_lock:
            host = self._hosts.setdefault(name, _Host())
        with deadline.paused():
            host.lock.acquire()
        try:
            with deadline.paused():
                distance = 0.0 if name in self._own_hosts else self._delay_s
                early = host.last_asked + distance - self._clock()
                if early > 0:
                    self._sleep(early)
            host.last_asked = self._clock()
            yield
        finally:
            host.lock.release()


def retry_after(headers: Mapping[str, str], now: Callable[[], datetime]) -> float:
    """Seconds that a server asks to wait, given as such or as a date (RFC 9110, 10.2.3)."""
    text = headers.get("retry-after", "").strip()
    if text.isascii() and text.isdecimal():
        return float(text[:9])
    try:
        moment = parsedate_to_datetime(text)
    except (ValueError, OverflowError):
        return 0.0
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=UTC)
    return max(0.0, (moment - now()).total_seconds())
