"""A person looks before many records go, and decides on what was shown and on nothing else."""

from datetime import timedelta

import pytest

from catalogue.bootstrap import open_catalogue
from catalogue.ledger import GONE, MISSING
from catalogue.records import Changes, record_id
from catalogue.settings import Settings
from catalogue.sources import Source
from tests.access.visitor import Visitor
from tests.apps import work
from tests.asking import FEED
from tests.counting import asked_of
from tests.site import dom
from tests.site.operating import SOURCES, complete, desk, records
from tests.site.site import BASE, START, Clock

PAGE = f"{SOURCES}/meadow/withdrawals"


@pytest.fixture(scope="module")
def held(seen: Visitor) -> dom.Element:
    """The page of a source with records that wait."""
    return seen.page(PAGE)


@pytest.fixture
def own(bench: Visitor) -> Visitor:
    """An operator of one source that lost 12 of its 15 records for long enough."""
    catalogue = bench.catalogue
    assert isinstance(catalogue.now, Clock)
    for days, number in ((16, 15), (12, 3), (8, 3), (4, 3), (0, 3)):
        catalogue.now.time = START - timedelta(days=days)
        complete(catalogue, "moor", *records(number))
    return bench


def shown(page: dom.Element) -> dict[str, str]:
    """What the form on the page says was shown."""
    form = page.one("div", cls="choose").all("form")[0]
    fields = ("run", "number")
    return {name: form.one("input", name=name).attributes["value"] for name in fields}


def state_of(visitor: Visitor, number: int) -> str:
    return visitor.catalogue.ledger.entry(record_id("moor", f"https://north.example/d{number}")).state


def test_the_page_says_how_many_of_how_many_wait_and_why(held: dom.Element) -> None:
    text = held.one("main").text

    assert held.one("h1").text == "60 of 90 records wait to be withdrawn"
    assert "set to ask a person each time" in text
    assert "That is 67 % of what we hold of it." in text
    assert "Held back by the run of 2 March 2026, 02:30 UTC" in text


def test_the_records_come_in_pages_with_title_and_since_when(seen: Visitor, held: dom.Element) -> None:
    row = held.one("table").one("tbody").all("tr")[0].text

    assert "Cohort of valley" in row
    assert "15 February, 02:30" in row
    assert len(held.one("table").one("tbody").all("tr")) == 50
    assert len(seen.page(f"{PAGE}?page=2").one("table").one("tbody").all("tr")) == 10


def test_a_page_reads_no_more_records_than_it_shows(seen: Visitor) -> None:
    with asked_of(seen.catalogue.ledger) as asked:
        seen.page(f"{PAGE}?page=2")

    assert asked.rows < 60


def test_a_source_without_any_says_so(seen: Visitor) -> None:
    page = seen.page(f"{SOURCES}/north/withdrawals")

    assert page.one("h1").text == "Nothing waits to be withdrawn"
    assert not page.one("main").all("button", cls="go")


def test_what_was_shown_is_withdrawn_and_written_down(own: Visitor) -> None:
    page = own.page(f"{SOURCES}/moor/withdrawals")
    assert "That is so many at a time" in page.text

    answer = own.post(f"{SOURCES}/moor/withdrawals/approve", shown(page))
    decided = own.page(f"{SOURCES}/moor/withdrawals"), own.page(f"{SOURCES}/moor")
    work(own.catalogue)

    deed = own.catalogue.ledger.audit.newest(1)[0]
    assert answer.headers["location"] == f"{SOURCES}/moor?done=approved"
    assert (state_of(own, 14), state_of(own, 1)) == (GONE, "present")
    assert (deed.action, deed.detail[:10]) == ("approve withdrawal", "12 records")
    assert own.catalogue.ledger.count("moor") == 3
    assert "Somebody has decided on it already." in decided[0].one("main").text
    assert not decided[0].all("div", cls="choose")
    assert "decided" in decided[1].one("ul", cls="marks").text
    assert "waiting for a person" not in decided[1].one("ul", cls="marks").text


def test_what_was_shown_stays_when_the_source_is_at_fault(own: Visitor) -> None:
    page = own.page(f"{SOURCES}/moor/withdrawals")

    own.post(f"{SOURCES}/moor/withdrawals/dismiss", shown(page))
    work(own.catalogue)

    assert state_of(own, 14) == MISSING
    assert own.catalogue.ledger.leaving_counts() == {}
    assert own.page(f"{SOURCES}/moor/withdrawals").one("h1").text == "Nothing waits to be withdrawn"


def test_nothing_is_done_when_something_else_waits_by_now(own: Visitor) -> None:
    before = shown(own.page(f"{SOURCES}/moor/withdrawals"))
    complete(own.catalogue, "moor", *records(4))

    for deed in ("approve", "dismiss"):
        answer = own.post(f"{SOURCES}/moor/withdrawals/{deed}", before)

        assert answer.status_code == 409
        assert "Look again." in answer.text
    assert own.catalogue.ledger.count("moor") == 15
    assert own.catalogue.ledger.audit.newest(1)[0].action == "sign in"


def test_what_changed_before_a_worker_was_free_is_not_done(own: Visitor) -> None:
    own.post(f"{SOURCES}/moor/withdrawals/approve", shown(own.page(f"{SOURCES}/moor/withdrawals")))
    complete(own.catalogue, "moor", *records(4))

    said = work(own.catalogue)

    assert said == ["Nothing was done: by now others wait of moor than the 12 records that were shown."]
    assert own.catalogue.ledger.count("moor") == 15
    assert "waiting for a person" in own.page(f"{SOURCES}/moor").one("ul", cls="marks").text


def test_the_run_that_held_something_back_is_named_however_many_came_since(own: Visitor) -> None:
    for _ in range(51):
        complete(own.catalogue, "moor", Changes())

    page = own.page(f"{SOURCES}/moor/withdrawals")

    assert "Held back by the run of 3 March 2026" in page.one("main").text


def test_one_record_is_spoken_of_as_one(bench: Visitor) -> None:
    run = complete(bench.catalogue, "moor", *records(3))
    with bench.catalogue.ledger.leases.source("moor") as hold:
        bench.catalogue.ledger.send_away(hold, [record_id("moor", "https://north.example/d1")], run.id)

    page = bench.page(f"{SOURCES}/moor/withdrawals")

    assert page.one("h1").text == "1 of 3 records waits to be withdrawn"
    assert [b.text for b in page.one("div", cls="choose").all("button")] == [
        "Keep the record",
        "Withdraw the record",
    ]
    assert "1 record waits to be withdrawn." in bench.page(f"{SOURCES}/moor").one("main").text
    assert "Look at 1 withdrawal moor" in bench.page(SOURCES).one("table").text


@pytest.mark.parametrize("fields", [{}, {"run": "x", "number": "1"}, {"run": "1", "number": "0"}])
def test_a_form_that_does_not_say_what_is_meant_does_nothing(own: Visitor, fields: dict[str, str]) -> None:
    assert own.post(f"{SOURCES}/moor/withdrawals/approve", fields).status_code == 422
    assert own.catalogue.ledger.count("moor") == 15


def test_nothing_waits_for_a_person_while_a_run_may_still_withdraw_it(own: Visitor) -> None:
    hold = own.catalogue.ledger.leases.acquire("source moor")
    run = own.catalogue.ledger.runs.start("moor", own.catalogue.now())
    own.catalogue.ledger.send_away(hold, [record_id("moor", "https://north.example/d1")], run.id)

    page = own.page(f"{SOURCES}/moor/withdrawals")

    assert "being harvested just now" in page.one("p", cls="notice").text
    assert not page.all("div", cls="choose")
    assert "waiting for a person" not in own.page(f"{SOURCES}/moor").one("ul", cls="marks").text


def test_a_catalogue_below_a_path_keeps_its_operators_below_it() -> None:
    settings = Settings(base_url=f"{BASE}/catalogue")
    catalogue = open_catalogue(settings, in_memory=True, now=Clock())
    catalogue.ledger.sources.add(Source("moor", "dcat", FEED, catalogue.now()))
    complete(catalogue, "moor", *records(1))
    visitor = desk(catalogue, settings)

    pages = [visitor.page(path) for path in (SOURCES, f"{SOURCES}/moor", "/admin/runs/1", "/admin/audit")]
    answer = visitor.post(f"{SOURCES}/moor/run")

    links = {a.attributes["href"] for page in pages for a in page.one("main").all("a")}
    links |= {form.attributes["action"] for page in pages for form in page.one("main").all("form")}
    assert all(href.startswith("/catalogue/") for href in links if href.startswith("/"))
    assert answer.headers["location"] == f"/catalogue{SOURCES}/moor?done=run"
    catalogue.close()
