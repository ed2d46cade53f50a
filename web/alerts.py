"""Tells of sources that fail, that wait for a person, or that are well again: once, not with every run.

Records that wait to be withdrawn are told of again when there are more of them. What was told stands
in the ledger, so that it is told once whichever process does the upkeep.
"""

import json
import logging
from collections.abc import Callable
from dataclasses import asdict, dataclass, field, replace
from datetime import datetime, timedelta
from itertools import takewhile
from typing import Final
from urllib.parse import quote, urlsplit

from catalogue.errors import CatalogueError, Conflict, Invalid
from catalogue.ledger import Ledger
from catalogue.runs import COMPLETE, FAILED, PARTIAL, Run
from catalogue.sources import Source, Standing

FAILING: Final = "failing"
WITHHELD: Final = "withheld"
RECOVERED: Final = "recovered"

PAUSE: Final = timedelta(minutes=10)
"""How long whom or what could not be reached is left alone."""

_FACT: Final = "alerts"
_LEASE: Final = "alerts"
_BACK: Final = 200
"""How many runs of a source are looked at for the beginning of its failures."""

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Alert:
    """What is told of a source; `event` is one of the three above.

    `since` is when the first run began that was not complete, `runs` how many there are. `waiting`
    counts the records that wait to be withdrawn. `link` leads to where an operator acts.
    """

    event: str
    source: str
    address: str
    run: Run
    link: str
    since: datetime | None = None
    runs: int = 0
    last_good: datetime | None = None
    waiting: int = 0


Send = Callable[[str, Alert], None]
"""Tells whom it is addressed to; raises Invalid for an address that does not take it, else Unavailable."""


@dataclass(frozen=True, slots=True)
class _Told:
    """The event that was told last of each source, and of how many records it was told that they wait.

    `tried` is when it was tried to tell a source, or by a channel, and failed.
    """

    last: dict[str, str] = field(default_factory=dict)
    waiting: dict[str, int] = field(default_factory=dict)
    tried: dict[str, str] = field(default_factory=dict)


def alert_failing(ledger: Ledger, send: Send, base: str, fallback: str) -> None:
    """Tell the contact of each source, or else `fallback`, what was not told yet.

    Ends with the first that cannot be sent, raising why: the others follow with the next call, and who
    or what could not be reached after `PAUSE`. Does nothing while another process tells.
    """
    if not (_is_dated(ledger) or _news(ledger, base, fallback)):
        return
    try:
        with ledger.leases.held(_LEASE):
            _write(ledger, _dated(ledger, _read(ledger)))
            for to, alert in _news(ledger, base, fallback):
                _tell(ledger, send, to, alert)
    except Conflict as error:
        log.debug("nothing is told: %s", error)


def channel(to: str) -> str:
    """What a message goes by: the mail server, or the server of a web hook."""
    return urlsplit(to).netloc.rpartition("@")[2] if is_hook(to) else "mail"


def is_hook(to: str) -> bool:
    """Whether that is the address of a web hook; anything else is to be an e-mail address."""
    return to.startswith(("https://", "http://"))


def _news(ledger: Ledger, base: str, fallback: str) -> list[tuple[str, Alert]]:
    """What is to be told whom now: nothing that nobody is there for, nor what failed a moment ago."""
    told, now = _read(ledger), ledger.now()
    standings, newest, waiting = ledger.sources.standings(), ledger.runs.last(), ledger.leaving_counts()
    found: list[tuple[str, Alert]] = []
    for source in ledger.sources.all():
        run, to = newest.get(source.name), source.contact or fallback
        if run is None or not to or _is_paused(told, (_of(source.name), channel(to)), now):
            continue
        standing, before = standings.get(source.name, Standing()), told.last.get(source.name, "")
        number = waiting.get(source.name, 0)
        if standing.failures:
            is_new = before != FAILING or standing.alerted is None
            alert = _failing(ledger, source, standing, base) if is_new else None
        elif run.state == COMPLETE and run.withheld and number > told.waiting.get(source.name, 0):
            alert = _withheld(source, standing, run, number, base)
        elif run.state == COMPLETE and before == FAILING:
            alert = Alert(RECOVERED, source.name, source.address, run, _run_link(base, run))
        else:
            alert = None
        if alert:
            found.append((to, alert))
    return found


def _is_dated(ledger: Ledger) -> bool:
    told = _read(ledger)
    return _dated(ledger, told) != told


def _dated(ledger: Ledger, told: _Told) -> _Told:
    """What was told, without sources that are no more and records that no longer wait."""
    names, waiting = {source.name for source in ledger.sources.all()}, ledger.leaving_counts()
    last = {name: event for name, event in told.last.items() if name in names}
    still = {name: min(number, waiting.get(name, 0)) for name, number in told.waiting.items()}
    return replace(told, last=last, waiting={name: number for name, number in still.items() if number})


def _tell(ledger: Ledger, send: Send, to: str, alert: Alert) -> None:
    told = _read(ledger)
    try:
        send(to, alert)
    except CatalogueError as error:
        failed = _of(alert.source) if isinstance(error, Invalid) else channel(to)
        told.tried[failed] = ledger.now().isoformat()
        _write(ledger, told)
        raise
    for name in (_of(alert.source), channel(to)):
        told.tried.pop(name, None)
    told.last[alert.source] = alert.event
    if alert.event == WITHHELD:
        told.waiting[alert.source] = alert.waiting
    _write(ledger, told)
    if alert.event != RECOVERED:
        ledger.sources.alerted(alert.source, ledger.now())
    log.info("it was told that source %s is %s", alert.source, alert.event)


def _failing(ledger: Ledger, source: Source, standing: Standing, base: str) -> Alert | None:
    """What to tell of a source whose last runs were not complete; nothing when none of them is known."""
    since_good = takewhile(lambda run: run.state != COMPLETE, ledger.runs.newest(source.name, _BACK))
    failed = [run for run in since_good if run.state in (PARTIAL, FAILED)][: standing.failures]
    if not failed:
        return None
    return Alert(
        FAILING,
        source.name,
        source.address,
        failed[0],
        _run_link(base, failed[0]),
        since=failed[-1].started,
        runs=standing.failures,
        last_good=standing.last_complete,
    )


def _withheld(source: Source, standing: Standing, run: Run, waiting: int, base: str) -> Alert:
    link = f"{base}/admin/sources/{quote(source.name, safe='')}/withdrawals"
    good = standing.last_complete
    return Alert(WITHHELD, source.name, source.address, run, link, last_good=good, waiting=waiting)


def _run_link(base: str, run: Run) -> str:
    return f"{base}/admin/runs/{run.id}"


def _of(source: str) -> str:
    """What the tries for a source are noted under, which is the name of no channel."""
    return f"source {source}"


def _is_paused(told: _Told, names: tuple[str, ...], now: datetime) -> bool:
    tried = (told.tried.get(name) for name in names)
    return any(now - datetime.fromisoformat(at) < PAUSE for at in tried if at)


def _read(ledger: Ledger) -> _Told:
    kept = ledger.known(_FACT)
    return _Told(**json.loads(kept)) if kept else _Told()


def _write(ledger: Ledger, told: _Told) -> None:
    ledger.forget(_FACT)
    ledger.fact(_FACT, json.dumps(asdict(told)))
