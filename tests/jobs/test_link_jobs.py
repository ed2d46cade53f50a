"""The asking of addresses as a job: a part at a time, giving way, and going on where it was."""

import threading
from collections.abc import Iterator
from dataclasses import dataclass

import pytest
from pyoxigraph import NamedNode, Triple

from catalogue.apart import Stopping, never
from catalogue.catalogue import Catalogue
from catalogue.errors import Interrupted
from catalogue.jobs import DONE, HARVEST, LINKS, Jobs
from catalogue.links import BROKEN, CLOSED, UNKNOWN, WORKS
from catalogue.queue import open_queue
from catalogue.records import Harvested, Record
from catalogue.settings import Settings
from catalogue.sources import Source
from ontologies.namespaces import DCAT
from tests.core.harvests import SOURCE, Clock, in_memory, record
from tests.harvest.conftest import site as site
from tests.harvest.loopback import Reply, Site
from web import cli_links
from web.worker import Worker

SETTINGS = Settings(allow_hosts=frozenset({"127.0.0.1"}))
PATIENCE_S = 30


@dataclass(frozen=True, slots=True)
class Desk:
    """A catalogue with its jobs and a clock."""

    catalogue: Catalogue
    jobs: Jobs
    clock: Clock

    def links(
        self, stopping: Stopping = never, settings: Settings = SETTINGS, most: int = 500, look_s: float = 2
    ) -> str:
        """Do one job; what it says."""
        asking = cli_links.task(self.catalogue, settings, self.jobs, most=most, look_s=look_s)
        return asking("", stopping).message

    def states(self) -> dict[str, str]:
        """How the addresses stand, by the end of their path."""
        return {one.url.rpartition("/")[2]: one.state for one in self.catalogue.ledger.links.all()}


@pytest.fixture
def desk() -> Iterator[Desk]:
    clock = Clock()
    catalogue = in_memory(clock)
    jobs = Jobs(catalogue.ledger, open_queue(None))
    yield Desk(catalogue, jobs, clock)
    jobs.close()
    catalogue.close()


def linked(name: str, *urls: str) -> Record:
    whole = record(name)
    pages = [Triple(whole.subject, DCAT.landingPage, NamedNode(url)) for url in urls]
    return Record(whole.subject, whole.kind, (*whole.triples, *pages), whole.origin)


def take(desk: Desk, *items: Harvested) -> None:
    desk.catalogue.ingest(SOURCE, items)


def test_the_addresses_of_all_records_are_asked_and_what_came_is_kept(desk: Desk, site: Site) -> None:
    site.pages |= {"/works": Reply(b"here"), "/closed": Reply(status=403), "/away": Reply(status=503)}
    names = ("works", "closed", "away", "broken")
    take(desk, *(linked(name, f"{site.url}/{name}") for name in names))

    said = desk.links()

    assert desk.states() == {"works": WORKS, "closed": CLOSED, "away": UNKNOWN, "broken": BROKEN}
    assert said == "4 addresses: 1 working, 1 broken, 1 asking for permission, 1 unknown"


def test_what_was_asked_is_not_asked_again_before_its_time(desk: Desk, site: Site) -> None:
    site.pages["/a"] = Reply(b"x")
    take(desk, linked("a", f"{site.url}/a"))
    desk.links()
    desk.clock.move(days=6, hours=23)
    desk.links()
    before = len(site.asked)

    desk.clock.move(hours=1)
    desk.links()

    assert (before, len(site.asked)) == (1, 2)


def test_a_job_asks_a_part_and_the_next_goes_on(desk: Desk, site: Site) -> None:
    site.pages |= {f"/{n}": Reply(b"x") for n in range(12)}
    take(desk, linked("many", *(f"{site.url}/{n}" for n in range(9))), linked("b", f"{site.url}/10"))

    said = [desk.links(most=5) for _ in range(3)]

    assert [one[:1] for one in said[:2]] == ["5", "5"]
    assert said[0].endswith("; it goes on")
    assert not said[2].endswith("; it goes on")
    assert len(site.asked) == len(desk.states()) == 10
    assert not desk.catalogue.ledger.links.is_due()


def test_a_job_that_is_told_to_stop_keeps_what_came_and_goes_on_from_there(desk: Desk, site: Site) -> None:
    silent, begun = threading.Event(), threading.Event()

    def page(_: object) -> Reply:
        begun.set()
        silent.wait(PATIENCE_S)
        return Reply(b"x")

    site.pages["/a"] = page
    take(desk, linked("a", f"{site.url}/a"))

    with pytest.raises(Interrupted):
        desk.links(begun.is_set)
    silent.set()
    is_due = desk.catalogue.ledger.links.is_due()
    desk.links()

    assert is_due
    assert desk.states() == {"a": WORKS}


def test_a_harvest_that_waits_goes_first(desk: Desk, site: Site) -> None:
    silent = threading.Event()
    site.pages["/a"] = lambda _: Reply(b"x") if silent.wait(PATIENCE_S) else Reply()
    take(desk, linked("a", f"{site.url}/a"))
    desk.jobs.enqueue(HARVEST, "south")

    said = desk.links(look_s=0)
    silent.set()

    assert said.startswith("0 addresses")
    assert said.endswith("; it goes on")
    assert desk.catalogue.ledger.links.is_due()


def test_an_address_that_no_record_has_any_more_is_forgotten(desk: Desk, site: Site) -> None:
    take(desk, linked("a", f"{site.url}/old", f"{site.url}/kept"))
    desk.links()
    take(desk, linked("a", f"{site.url}/new", f"{site.url}/kept"))
    desk.clock.move(days=8)

    desk.links()

    assert set(desk.states()) == {"new", "kept"}


def test_a_walk_is_queued_once_a_day_when_there_are_records(desk: Desk) -> None:
    def queued(settings: Settings = SETTINGS) -> bool:
        cli_links.enqueue(desk.catalogue, settings, desk.jobs)
        return bool(desk.jobs.open(LINKS))

    empty = queued()
    take(desk, record("a"))
    never_asked = queued(Settings(link_check_days=0))
    first = queued()
    with Worker(desk.jobs, {LINKS: cli_links.task(desk.catalogue, SETTINGS, desk.jobs)}, []) as worker:
        while desk.jobs.job(1).state != DONE:
            assert not worker.stopping.wait(0.01)
    again = queued()
    desk.clock.move(days=1)

    assert (empty, never_asked, first, again, queued()) == (False, False, True, False, True)


def test_nothing_is_asked_where_the_settings_forbid_it(desk: Desk, site: Site) -> None:
    take(desk, linked("a", f"{site.url}/a"))

    said = desk.links(settings=Settings(link_check_days=0))

    assert "FAIRFINDER_LINK_CHECK_DAYS" in said
    assert site.asked == []


def test_no_robots_txt_is_asked_on_the_hosts_of_sources_and_of_the_operator(desk: Desk) -> None:
    desk.catalogue.ledger.sources.add(Source("own", "dcat", "https://Me:x@Feed.example:8443/a", desk.clock()))
    desk.catalogue.ledger.sources.add(Source("kept", "files", "", desk.clock()))

    own = cli_links.own_hosts(desk.catalogue, Settings(allow_hosts=frozenset({"Registry.internal"})))

    assert own == {"feed.example", "registry.internal", ""}
