"""Where a paged feed has got to: what a run that was cut off needs to go on exactly there.

Apart from the feed because it is written down between two processes. It is bounded: of the pages that
were read only the last ones are named, so a circle wider than these is noticed one round later.
"""

import hashlib
import json
from collections import deque
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Final

REMEMBERED: Final = 1_000
CATALOGUES: Final = 100


@dataclass(slots=True)
class Place:
    """The addresses that wait, and what is known of those before them.

    `began` is when the first page was asked for and `since` the time from which on changes were asked
    for, "" for everything. `catalogues` stand on every page of their feed and come once.
    """

    waiting: deque[str]
    pages: int = 0
    faults: int = 0
    began: str = ""
    since: str = ""
    declared: int | None = None
    catalogues: list[str] = field(default_factory=list)
    _known: dict[str, None] = field(default_factory=dict)

    def add(self, addresses: Iterable[str]) -> None:
        """Let addresses wait."""
        for address in addresses:
            self.waiting.append(address)
            self.know(address)

    def know(self, address: str) -> None:
        """Note that an address was or will be asked."""
        self._known[_mark(address)] = None

    def knows(self, address: str) -> bool:
        """Whether an address was or will be asked."""
        return _mark(address) in self._known

    def cursor(self) -> str:
        """All of it as text."""
        return json.dumps({
            "waiting": [*self.waiting],
            "pages": self.pages,
            "faults": self.faults,
            "began": self.began,
            "since": self.since,
            "declared": self.declared,
            "catalogues": self.catalogues,
            "known": [*self._known][-REMEMBERED:],
        })  # fmt: skip


def place_at(cursor: str) -> Place | None:
    """The place that a cursor tells; None where it tells none and the feed is read from its beginning."""
    try:
        told = json.loads(cursor)
        return Place(
            deque(map(str, told["waiting"])),
            int(told["pages"]),
            int(told["faults"]),
            str(told["began"]),
            str(told["since"]),
            told["declared"],
            [*map(str, told["catalogues"])],
            dict.fromkeys(map(str, told["known"])),
        )
    except (ValueError, TypeError, LookupError):
        return None


def _mark(address: str) -> str:
    return hashlib.sha256(address.encode()).hexdigest()[:12]
