"""What a crawl must know of the one before: when it began, and which pages were not simply one dataset."""

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Final, Self

import orjson

MOST: Final = 500
"""Pages and catalogues that are remembered; where there are more, the next run reads everything."""


@dataclass(slots=True)
class Memory:
    """Of a run until now: its beginning, the pages to be read again, the catalogues that pages told of.

    `scope` is what was asked for; `sitemap` and `page` are where it stands. All but a page that gave
    one record with its own address is apart: what became of the others cannot be told unread.
    """

    since: str
    scope: str = ""
    sitemap: str = ""
    page: str = ""
    apart: set[str] = field(default_factory=set)
    catalogues: dict[str, None] = field(default_factory=dict)

    @classmethod
    def read(cls, text: str, scope: str) -> Self | None:
        """What `at` wrote of a run of the same scope; None for anything else."""
        try:
            known = orjson.loads(text)
            datetime.fromisoformat(known["since"])
            if known["scope"] != scope:
                return None
            apart, catalogues = set(map(str, known["apart"])), dict.fromkeys(map(str, known["catalogues"]))
            return cls(known["since"], scope, str(known["sitemap"]), str(known["page"]), apart, catalogues)
        except (orjson.JSONDecodeError, LookupError, TypeError, ValueError):
            return None

    @property
    def is_short(self) -> bool:
        """Whether it tells of all that a later run must know."""
        return max(len(self.apart), len(self.catalogues)) <= MOST

    def moment(self) -> datetime:
        """When the run began."""
        found = datetime.fromisoformat(self.since)
        return found if found.tzinfo else found.replace(tzinfo=UTC)

    def set_apart(self, url: str) -> None:
        """Note a page that is to be read again, whatever its date."""
        if len(self.apart) <= MOST:
            self.apart.add(_mark(url))

    def add_catalogues(self, iris: Iterable[str]) -> None:
        """Note catalogues that pages told of."""
        for iri in iris:
            if len(self.catalogues) <= MOST:
                self.catalogues[iri] = None

    def is_apart(self, url: str) -> bool:
        """Whether a page was noted so."""
        return _mark(url) in self.apart

    def at(self, sitemap: str, page: str) -> str:
        """All of it as text, standing behind this page of this sitemap."""
        return orjson.dumps(
            {
                "since": self.since,
                "scope": self.scope,
                "sitemap": sitemap,
                "page": page,
                "apart": sorted(self.apart),
                "catalogues": [*self.catalogues],
            }
        ).decode()


def _mark(url: str) -> str:
    return hashlib.sha256(url.encode()).hexdigest()[:8]
