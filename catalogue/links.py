"""What became of the addresses in records when they were last asked, and how far the asking has come."""

import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

import sqlalchemy as sql

from catalogue import tables
from catalogue.database import Database

WORKS: Final = "works"
BROKEN: Final = "broken"
CLOSED: Final = "closed"
"""It is there and asks for permission."""

UNKNOWN: Final = "unknown"
"""Nothing came that tells: a timeout, a fault of the server, or it may not be asked."""

STATES: Final = (WORKS, BROKEN, CLOSED, UNKNOWN)
EVERY: Final = timedelta(days=1)
"""How long after its beginning a walk over all records is followed by the next; also how soon an address
is asked again of which nothing is known."""

REST: Final = timedelta(hours=1)
"""How long nothing is asked after a part of a walk that came to no good end."""

_WALK: Final = "links"
"""The fact of how far the walk is."""

_PAGE: Final = 500
_links: Final = tables.links


@dataclass(frozen=True, slots=True)
class Answer:
    """What came of asking an address once; `status` is None where no server answered."""

    url: str
    state: str
    status: int | None = None
    message: str = ""


@dataclass(frozen=True, slots=True)
class Checked:
    """What is known of an address: how it stood when it was last asked, and since when it stands so."""

    url: str
    state: str
    status: int | None
    message: str
    checked: datetime
    since: datetime


@dataclass(frozen=True, slots=True)
class Walk:
    """A walk over all records: when it began, behind which record it goes on, and when it was over.

    `trying` is when the part began that is under way, or that came to no good end.
    """

    begun: datetime
    after: str = ""
    ended: datetime | None = None
    trying: datetime | None = None


class Links:
    """The addresses of one ledger."""

    def __init__(self, database: Database, now: Callable[[], datetime]) -> None:
        self._database = database
        self._now = now

    def due(self, urls: Iterable[str], older_than: datetime) -> tuple[str, ...]:
        """Those that were not asked since, each once: first those never asked, then the longest ago.

        An address of which nothing is known is due again after `EVERY`.
        """
        wanted = tuple(dict.fromkeys(urls))
        known = self.known(wanted)
        soon = max(older_than, self._now() - EVERY)
        fresh = {
            url for url, one in known.items() if one.checked > (soon if one.state == UNKNOWN else older_than)
        }
        late = [url for url in wanted if url in known and url not in fresh]
        never = [url for url in wanted if url not in known]
        return (*never, *sorted(late, key=lambda url: known[url].checked))

    def note(self, answers: Iterable[Answer]) -> None:
        """Write down what came; an address that stands as before keeps the time since when."""
        given = {answer.url: answer for answer in answers}
        now = self._now()
        known = self.known(given)
        rows: list[dict[str, object]] = []
        for url, answer in given.items():
            before = known.get(url)
            since = before.since if before and before.state == answer.state else now
            rows.append(
                {
                    "url": url,
                    "checked": now,
                    "state": answer.state,
                    "status": answer.status,
                    "message": answer.message,
                    "since": since,
                }
            )
        with self._database.writing() as db:
            self._database.put(db, _links, rows)

    def known(self, urls: Iterable[str]) -> Mapping[str, Checked]:
        """What is known of these addresses; those never asked are left out."""
        query = _links.select().where(self._database.among(_links.c.url, urls))
        with self._database.reading() as db:
            return {row.url: Checked(**row._mapping) for row in db.execute(query).all()}

    def all(self, state: str | None = None) -> Iterator[Checked]:
        """All addresses that were asked, or those in one state, by address."""
        query = _links.select().order_by(_links.c.url).limit(_PAGE)
        if state is not None:
            query = query.where(_links.c.state == state)
        after = ""
        while page := self._page(query.where(_links.c.url > after)):
            yield from page
            after = page[-1].url

    def counts(self) -> dict[str, int]:
        """How many addresses are in each state."""
        query = sql.select(_links.c.state, sql.func.count()).group_by(_links.c.state)
        with self._database.reading() as db:
            found = {str(state): int(count) for state, count in db.execute(query).all()}
        return {state: found.get(state, 0) for state in STATES}

    def forget(self, older_than: datetime) -> None:
        """Forget what was not asked since: no record has it any more."""
        with self._database.writing() as db:
            db.execute(_links.delete().where(_links.c.checked < older_than))

    def walk(self) -> Walk | None:
        """The walk that is under way, or the last one; None before the first."""
        fact = sql.select(tables.facts.c.value).where(tables.facts.c.name == _WALK)
        with self._database.reading() as db:
            kept = db.scalar(fact)
        if kept is None:
            return None
        told = json.loads(kept)
        times = {name: _time(told.get(name)) for name in ("ended", "trying")}
        return Walk(datetime.fromisoformat(told["begun"]), told["after"], **times)

    def reach(self, walk: Walk) -> None:
        """Note how far a walk has come."""
        told = {
            "begun": walk.begun.isoformat(),
            "after": walk.after,
            "ended": walk.ended and walk.ended.isoformat(),
            "trying": walk.trying and walk.trying.isoformat(),
        }
        with self._database.writing() as db:
            self._database.put(db, tables.facts, [{"name": _WALK, "value": json.dumps(told)}])

    def is_due(self) -> bool:
        """Whether a walk is to begin or to go on."""
        walk, now = self.walk(), self._now()
        if walk is None:
            return True
        if walk.trying is not None and now - walk.trying < REST:
            return False
        return walk.ended is None or now - walk.begun >= EVERY

    def _page(self, query: sql.Select[tuple[object, ...]]) -> list[Checked]:
        with self._database.reading() as db:
            return [Checked(**row._mapping) for row in db.execute(query).all()]


def _time(text: str | None) -> datetime | None:
    return datetime.fromisoformat(text) if text else None
