"""A catalogue whose sources stand in every way that there is, for the pages of operators."""

import logging
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Final
from urllib.parse import quote

from catalogue.bootstrap import open_catalogue
from catalogue.catalogue import Catalogue
from catalogue.errors import Unavailable
from catalogue.ingest import Beginning
from catalogue.ledger import Ledger
from catalogue.records import Changes, Harvested, Incomplete, Record, Rejected, Said
from catalogue.runs import Run
from catalogue.settings import Settings
from catalogue.sources import ASK, Source
from tests.access.visitor import Visitor
from tests.apps import app_of
from tests.asking import FEED, record
from tests.site.site import BASE, START, Clock

SOURCES: Final = "/admin/sources"
NIGHTLY: Final = "30 2 * * *"
HOSTILE: Final = "<script>alert('name')</script>"
"""The words of a source that would like to be more than words."""

EVIL: Final = "<b onmouseover=alert(1)>evil"
"""The name of a source that nobody checked."""

SECRET: Final = "correct-horse-battery"
LONG: Final = "https://north.example/records/" + "a-very-long-part-of-an-address/" * 4
RAW: Final = f"{HOSTILE}\n".encode() + b"\xff\xfe broken bytes\n" + b"x" * 6_000


def records(number: int, edition: int = 0, first: int = 0) -> Iterator[Record]:
    """So many datasets; another edition has other descriptions of the first few."""
    for one in range(first, first + number):
        words = f"Edition {edition}." if one < 3 else "As ever."
        yield record(
            f'ex:d{one} a dcat:Dataset ; dct:title "Cohort of valley {one}"@en ; '
            f'dct:description "{words}"@en .'
        )


def rejected(number: int) -> Iterator[Rejected]:
    """So many things that cannot be used; the first is hostile."""
    if number:
        yield Rejected(LONG, HOSTILE, f"The title is no text: {HOSTILE}", RAW)
    for one in range(1, number):
        yield Rejected(FEED, f"line {one}", "The prefix x: is not declared.", b"x:a x:b x:c .")


def lines(number: int, now: datetime) -> Iterator[Said]:
    """So many lines of a log; one is a hostile warning, one an error."""
    yield Said(logging.WARNING, f"The feed says {HOSTILE}", now)
    yield Said(logging.ERROR, "Page 3 was not had.", now)
    for one in range(number):
        yield Said(logging.INFO, f"page {one + 1}: 100 records", now)


def complete(catalogue: Catalogue, source: str, *items: Harvested, lasts: float = 12) -> Run:
    """A run that reads everything; the clock goes on while it does."""
    return catalogue.harvest(source, lambda _: _slowly(catalogue, items, lasts))


def failed(catalogue: Catalogue, source: str, message: str) -> Run:
    """A run that gets nothing."""

    def begin(_: Beginning) -> Iterator[Harvested]:
        raise Unavailable(message)
        yield

    return catalogue.harvest(source, begin)


def operated(settings: Settings | None = None) -> Catalogue:
    """A catalogue in memory with a source in each state; its clock stands at `START` afterwards."""
    clock = Clock()
    catalogue = open_catalogue(settings or Settings(base_url=BASE), in_memory=True, now=clock)
    for days, fill in ((24, _north), (20, _waiting), (9, _late), (4, _failing), (3, _others), (0.01, _busy)):
        clock.time = START - timedelta(days=days)
        fill(catalogue, clock)
    clock.time = START
    return catalogue


def _slowly(catalogue: Catalogue, items: tuple[Harvested, ...], lasts: float) -> Iterator[Harvested]:
    yield from items
    if isinstance(catalogue.now, Clock):
        catalogue.now.forward(seconds=lasts)


def _add(catalogue: Catalogue, name: str, **more: str) -> Source:
    source = Source(name, more.pop("kind", "dcat"), more.pop("url", FEED), catalogue.now())
    source = replace(source, schedule=more.pop("schedule", NIGHTLY), **more)  # type: ignore[arg-type]
    catalogue.ledger.sources.add(source)
    return source


def _nightly(clock: Clock, nights: int, run: Callable[[int], object]) -> None:
    """Each night from tomorrow on."""
    for night in range(nights):
        clock.forward(days=1)
        clock.time = clock.time.replace(hour=2, minute=30, second=4)
        run(night)


def _north(catalogue: Catalogue, clock: Clock) -> None:
    """A source that is fresh, with a history that has everything."""
    _add(catalogue, "north", contact="steward@north.example", url=f"https://ada:{SECRET}@north.example/c.ttl")

    def run(night: int) -> None:
        if night == 3:
            failed(catalogue, "north", f"north.example does not answer. {HOSTILE}")
        elif night == 11:
            complete(catalogue, "north", *records(9, night), Incomplete("Page 5 was answered with 500."))
        elif night % 5 == 3:
            complete(catalogue, "north", Changes(), *records(3, night), lasts=2)
        else:
            number = 12 + night // 3 - (4 if night == 6 else 0)
            bad = 30 if night == 22 else night % 4
            told: tuple[Harvested, ...] = (
                *records(number, night),
                *rejected(bad),
                *lines(130 if night == 22 else 2, clock()),
            )
            complete(catalogue, "north", *told, lasts=20 + 2 * night)

    _nightly(clock, 24, run)
    catalogue.ledger.sources.scheduled("north", None, START.replace(hour=2, minute=30))


def _waiting(catalogue: Catalogue, clock: Clock) -> None:
    """A source that lost most of what it had."""
    _add(catalogue, "meadow", kind="ckan", url="https://meadow.example/", deletion=ASK)
    complete(catalogue, "meadow", *records(90, first=100))
    for days in (4, 4, 4, 4, 3):
        clock.forward(days=days)
        clock.time = clock.time.replace(hour=2, minute=30, second=4)
        complete(catalogue, "meadow", *records(30, first=100))
    catalogue.ledger.sources.scheduled("meadow", None, START.replace(hour=2, minute=30))


def _late(catalogue: Catalogue, clock: Clock) -> None:
    _add(catalogue, "island", kind="oai-pmh", url="https://island.example/oai")
    complete(catalogue, "island", *records(5, first=300))


def _failing(catalogue: Catalogue, clock: Clock) -> None:
    _add(catalogue, "harbour", kind="fhir", url="https://harbour.example/r4")
    complete(catalogue, "harbour", *records(5, first=320))
    _nightly(
        clock, 3, lambda _: failed(catalogue, "harbour", "harbour.example answered 503 Service Unavailable.")
    )
    catalogue.ledger.sources.scheduled("harbour", None, START.replace(hour=2, minute=30))


def _others(catalogue: Catalogue, clock: Clock) -> None:
    _add(catalogue, "glacier")
    complete(catalogue, "glacier", *records(5, first=340))
    catalogue.ledger.sources.change(replace(catalogue.ledger.sources.named("glacier"), paused=True))
    _add(catalogue, "moor", schedule="", credentials="locked")
    complete(catalogue, "moor", *records(5, first=360))
    _add(catalogue, "archive", kind="files", url="", schedule="")
    complete(catalogue, "archive", *records(5, first=380))
    _add(catalogue, EVIL, schedule="", url=f"https://evil.example/{HOSTILE}")
    complete(catalogue, EVIL, *rejected(1), Incomplete(HOSTILE))


def _busy(catalogue: Catalogue, clock: Clock) -> None:
    """A source that was never run, and one whose first run goes on."""
    _add(catalogue, "spring", schedule="0 3 * * 1")
    _add(catalogue, "river", kind="catalogue", url="https://river.example/")
    hold = catalogue.ledger.leases.acquire("source river")
    run = catalogue.ledger.runs.start("river", catalogue.now())
    catalogue.ledger.runs.tell(hold, replace(run, new=1_240, rejected=3))


def desk(catalogue: Catalogue, settings: Settings) -> Visitor:
    """An operator who is signed in to a catalogue."""
    return Visitor(app_of(catalogue, settings), catalogue, settings.base_url).enter()


def addresses(ledger: Ledger) -> tuple[str, ...]:
    """The address of every page for operators, over the catalogue above."""
    newest = ledger.runs.last()
    runs = (newest["river"].id, newest["harbour"].id, ledger.runs.newest("north", 2)[1].id)
    names = [quote(source.name, safe="") for source in ledger.sources.all()]
    return (
        *(f"{SOURCES}", f"{SOURCES}?state=failing", f"{SOURCES}?state=queued", f"{SOURCES}?done=run"),
        *(f"{SOURCES}/{name}" for name in names),
        *(f"{SOURCES}/new", f"{SOURCES}/new?kind=oai-pmh", f"{SOURCES}/new?kind=folder"),
        *(f"{SOURCES}/moor/edit", f"{SOURCES}/north/edit", f"{SOURCES}/north/delete"),
        *(f"{SOURCES}/meadow/withdrawals", f"{SOURCES}/north/withdrawals"),
        *(f"/admin/runs/{run}" for run in runs),
        *("/admin/audit", "/admin/audit?of=north"),
    )
