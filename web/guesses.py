"""How often somebody may guess: the tries of each address in this process, for as long as they count."""

import ipaddress
import math
import threading
from collections import OrderedDict, deque
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Final

from catalogue.errors import TooMany

MOST: Final = 10
WITHIN: Final = timedelta(minutes=1)
ADDRESSES: Final = 10_000
"""How many addresses are remembered; those that were quiet for longest are forgotten first."""


class Guesses:
    """Lets each address have a few tries a minute."""

    def __init__(self, now: Callable[[], datetime]) -> None:
        self._now = now
        self._lock = threading.Lock()
        self._tries: OrderedDict[str, deque[datetime]] = OrderedDict()

    def admit(self, address: str) -> None:
        """Count a try; raises TooMany when there were too many lately."""
        now, who = self._now(), _network(address)
        with self._lock:
            tries = self._tries.setdefault(who, deque())
            self._tries.move_to_end(who)
            while tries and tries[0] <= now - WITHIN:
                tries.popleft()
            if len(tries) >= MOST:
                raise TooMany(
                    "There were too many tries to sign in from your address. Wait a minute.",
                    math.ceil((tries[0] + WITHIN - now).total_seconds()),
                )
            tries.append(now)
            while len(self._tries) > ADDRESSES:
                self._tries.popitem(last=False)

    def forgive(self, address: str) -> None:
        """Do not count the last try: it was none."""
        with self._lock:
            tries = self._tries.get(_network(address))
            if tries:
                tries.pop()


def _network(address: str) -> str:
    """Whom an address belongs to: with IPv6, one household has a network of them."""
    try:
        given = ipaddress.ip_address(address.partition("%")[0])
    except ValueError:
        return address[:100]
    if given.version == 4:
        return str(given)
    return str(ipaddress.ip_network((int(given), 64), strict=False))
