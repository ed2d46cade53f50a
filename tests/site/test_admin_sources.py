"""Operators see at a glance how every source stands, and do with it what is to be done."""

from datetime import timedelta

import pytest

from catalogue.runs import Run
from catalogue.sources import Source, Standing
from tests.access.visitor import Visitor
from tests.counting import asked_of
from tests.site import dom
from tests.site.operating import EVIL, NIGHTLY, SOURCES, complete, records
from tests.site.site import START
from web.conditions import FAILING, FRESH, KEPT, LATE, NEVER, PAUSED, UNPLANNED, condition

DEEDS = ("run", "cancel", "pause", "resume")


def rows(page: dom.Element) -> dict[str, str]:
    """What the list says of each source, by name."""
    body = page.one("table").one("tbody")
    return {row.one("th").all("a")[0].text: row.text for row in body.all("tr")}


def state(source: Source, standing: Standing) -> str:
    return condition(source, standing, None, (), 0, START).state


def source(**more: object) -> Source:
    created = START - timedelta(days=30)
    told = {"name": "a", "url": "https://a.example/", "created": created, **more}
    return Source(kind="dcat", **told)  # type: ignore[arg-type]


def test_the_first_sentence_says_how_many_sources_need_a_person(seen: Visitor) -> None:
    lead = seen.page(SOURCES).one("p", cls="lead").text

    assert lead.startswith("4 of 10 sources need a person: 1 waiting for a person, 2 failing, 1 late.")
    assert "1 is being harvested or queued." in lead


def test_each_source_says_in_words_how_it_stands(seen: Visitor) -> None:
    found = rows(seen.page(SOURCES))

    for name, words in {
        "north": ("fresh", "3 changed", "4 March 2026, 02:30 UTC"),
        "meadow": ("waiting for a person", "Look at 60 withdrawals", "60 held back"),
        "harbour": ("failing", "3 times in a row", "harbour.example answered 503"),
        "island": ("late", "due now"),
        "glacier": ("paused", "none planned"),
        "moor": ("without a schedule",),
        "spring": ("never run", "none yet"),
        "river": ("running", "so far:", "1,240 new", "3 rejected"),
        "archive": ("not harvested",),
        EVIL: ("failing", "1 rejected"),
    }.items():
        assert all(word in found[name] for word in words), (name, found[name])


def test_sources_that_need_a_person_come_first(seen: Visitor) -> None:
    names = list(rows(seen.page(SOURCES)))

    assert names[:4] == ["meadow", EVIL, "harbour", "island"]


def test_the_list_is_narrowed_to_a_state_by_its_address(seen: Visitor) -> None:
    page = seen.page(f"{SOURCES}?state=late")

    assert list(rows(page)) == ["island"]
    assert page.one("nav", cls="sift").one("a", **{"aria-current": "page"}).text == "late 1"


@pytest.mark.parametrize("query", ["state=nonsense", "state=%3Cscript%3E", "page=99999999", "page=-1"])
def test_a_strange_query_shows_the_whole_list(seen: Visitor, query: str) -> None:
    assert len(rows(seen.page(f"{SOURCES}?{query}"))) == 10


def test_every_bar_of_a_strip_has_a_title_and_the_strip_says_the_same_in_words(seen: Visitor) -> None:
    page = seen.page(SOURCES)

    strips = page.all("svg", cls="runs")
    assert all(rect.one("title").text for strip in strips for rect in strip.all("rect"))
    assert "The last runs: 1 complete, 3 failed" in {strip.attributes["aria-label"] for strip in strips}


def test_a_source_is_late_when_its_schedule_came_twice_since_its_last_complete_run() -> None:
    nightly = source(schedule=NIGHTLY)

    assert state(nightly, Standing(last_complete=START - timedelta(hours=30))) == FRESH
    assert state(nightly, Standing(last_complete=START - timedelta(hours=40))) == LATE
    assert state(nightly, Standing()) == LATE


def test_each_state_at_rest_has_its_reason() -> None:
    assert state(source(), Standing()) == NEVER
    assert state(source(), Standing(last_complete=START)) == UNPLANNED
    assert state(source(schedule=NIGHTLY, paused=True), Standing(failures=2)) == PAUSED
    assert state(source(schedule=NIGHTLY), Standing(last_complete=START, failures=1)) == FAILING
    assert state(source(url=""), Standing()) == KEPT


def test_a_run_that_goes_on_is_told_beside_how_the_source_stands() -> None:
    running = Run(1, "a", "running", START)

    found = condition(source(), Standing(failures=1), running, (), 3, START)

    assert found.marks == ("failing", "running")


def test_the_page_of_a_source_has_its_runs_as_a_chart_and_as_a_table(seen: Visitor) -> None:
    page = seen.page(f"{SOURCES}/north")

    titles = [title.text for title in page.one("figure").all("title")]
    assert "2 March 2026, 02:30 UTC: 19 records, 30 rejected, 0 missing, 1 min 4 sec" in titles
    assert len(page.one("table").one("tbody").all("tr")) == 20
    assert "1 to 20 of 24" in page.one("nav", cls="paging").text
    older = seen.page(f"{SOURCES}/north?page=2")
    assert "north.example does not answer." in older.one("table").text


def test_the_page_of_a_source_says_since_when_it_fails_and_why(seen: Visitor) -> None:
    fault = seen.page(f"{SOURCES}/harbour").one("p", cls="fault").text

    assert fault == (
        "3 runs in a row were not complete. The first began on 28 February 2026, 02:30 UTC. It says: "
        "harbour.example answered 503 Service Unavailable."
    )


def test_the_page_of_a_source_says_when_it_is_harvested_in_words(seen: Visitor) -> None:
    facts = seen.page(f"{SOURCES}/north").one("dl", cls="facts").text

    assert "At 02:30 every day (UTC)" in facts
    assert "Withdraw what is long absent" in facts
    assert "kept, encrypted" in seen.page(f"{SOURCES}/moor").one("dl", cls="facts").text


def test_the_runs_of_a_source_come_in_pages_and_no_others_are_read(bench: Visitor) -> None:
    for _ in range(150):
        bench.catalogue.ledger.runs.start("moor", START)

    with asked_of(bench.catalogue.ledger) as asked:
        page = bench.page(f"{SOURCES}/moor?page=7")

    assert "121 to 140 of 150" in page.one("nav", cls="paging").text
    assert asked.rows < 100


@pytest.mark.parametrize("path", [SOURCES, "/api/v1/sources"])
def test_however_many_sources_there_are_no_more_is_asked(bench: Visitor, path: str) -> None:
    def asks() -> int:
        with asked_of(bench.catalogue.ledger) as asked:
            assert bench.get(path).status_code == 200
        return asked.statements

    of_one = asks()
    for name in ("fen", "heath", "marsh"):
        bench.catalogue.ledger.sources.add(source(name=name))
        bench.catalogue.ledger.runs.start(name, START)

    assert asks() == of_one


@pytest.mark.parametrize("name", ["nowhere", "%2e%2e", "x" * 300])
def test_a_source_that_nobody_knows_is_not_found(seen: Visitor, name: str) -> None:
    for more in ("", "/edit", "/delete", "/withdrawals"):
        assert seen.get(f"{SOURCES}/{name}{more}").status_code == 404
    for deed in (*DEEDS, "delete", "edit", "preview", "withdrawals/approve", "withdrawals/dismiss"):
        fields = {"run": "1", "number": "1"}
        assert seen.post(f"{SOURCES}/{name}/{deed}", fields).status_code == 404, deed


def test_a_harvest_is_queued_told_and_written_down(bench: Visitor) -> None:
    answer = bench.post(f"{SOURCES}/moor/run")

    page = bench.page(answer.headers["location"])
    assert answer.status_code == 303
    assert "The harvest is queued." in page.one("p", cls="notice").text
    assert "queued" in page.one("ul", cls="marks").text
    assert list(bench.app.state.fairfinder.operations.jobs()) == ["moor"]
    deed = bench.catalogue.ledger.audit.newest(1)[0]
    assert (deed.who, deed.action, deed.subject) == ("Ada", "run source", "moor")


def test_everything_is_read_again_when_that_is_asked_for(bench: Visitor) -> None:
    complete(bench.catalogue, "moor", *records(1))

    bench.post(f"{SOURCES}/moor/run", {"all": "yes"})

    assert bench.catalogue.ledger.sources.standing("moor").full_due
    assert bench.catalogue.ledger.audit.newest(1)[0].action == "read source anew"


def test_a_harvest_that_is_queued_can_be_cancelled(bench: Visitor) -> None:
    bench.post(f"{SOURCES}/moor/run")

    first = bench.post(f"{SOURCES}/moor/cancel").headers["location"]
    again = bench.post(f"{SOURCES}/moor/cancel").headers["location"]

    assert "ends soon" in bench.page(first).one("p", cls="notice").text
    assert "no harvest to cancel" in bench.page(again).one("p", cls="notice").text
    assert [deed.action for deed in bench.catalogue.ledger.audit.newest(1)] == ["cancel harvest"]


def test_a_source_is_paused_and_resumed(bench: Visitor) -> None:
    bench.post(f"{SOURCES}/moor/pause")
    assert bench.catalogue.ledger.sources.named("moor").paused
    assert "Resume" in bench.page(f"{SOURCES}/moor").text

    bench.post(f"{SOURCES}/moor/resume")
    assert not bench.catalogue.ledger.sources.named("moor").paused


def test_no_deed_is_done_by_following_a_link(bench: Visitor) -> None:
    for deed in DEEDS:
        assert bench.get(f"{SOURCES}/moor/{deed}").status_code == 405


def test_a_link_cannot_put_words_of_its_own_into_a_notice(seen: Visitor) -> None:
    page = seen.page(f"{SOURCES}?done=Your+token+has+expired")

    assert not page.all("p", cls="notice")
    assert "expired" not in page.one("main").text


def test_what_was_done_is_listed_newest_first_in_pages_and_by_source(bench: Visitor) -> None:
    for number in range(60):
        bench.catalogue.ledger.audit.note("Bob", "run source", "moor", f"time {number}")
    bench.catalogue.ledger.audit.note("Bob", "make token", "robot")

    first, second = bench.page("/admin/audit"), bench.page("/admin/audit?page=2")
    of_source = bench.page("/admin/audit?of=moor")

    assert "make token" in first.one("tbody").all("tr")[0].text
    assert len(first.one("tbody").all("tr")) == 50
    assert "1 to 50" in first.one("nav", cls="paging").text
    assert "1 to 50 of" not in first.one("nav", cls="paging").text
    assert "51 to 62 of 62" in second.one("nav", cls="paging").text
    assert "time 0" in second.text
    assert first.all("a", href=f"{SOURCES}/moor")
    assert "robot" not in of_source.one("main").text


def test_a_page_of_what_was_done_reads_nothing_of_the_others(bench: Visitor) -> None:
    for number in range(160):
        bench.catalogue.ledger.audit.note("Bob", "run source", "moor", f"time {number}")

    with asked_of(bench.catalogue.ledger) as asked:
        third = bench.page("/admin/audit?of=moor&page=3")

    assert "101 to 150" in third.one("nav", cls="paging").text
    assert asked.rows < 100


def test_a_page_behind_all_that_was_done_is_the_first(bench: Visitor) -> None:
    bench.catalogue.ledger.audit.note("Bob", "run source", "moor")

    assert len(bench.page("/admin/audit?of=moor&page=9").one("tbody").all("tr")) == 1


def test_the_first_page_for_operators_is_how_the_sources_stand(bench: Visitor) -> None:
    assert bench.get("/admin").headers["location"] == SOURCES


def test_everybody_is_told_how_fresh_a_source_is_and_no_more(seen: Visitor) -> None:
    page = seen.page("/sources/north")

    facts = page.one("dl", cls="facts").text
    assert "fresh" in facts
    assert "4 March 2026, 02:30 UTC" in facts
    assert "steward@north.example" not in page.one("main").text
    assert "late" in seen.page("/sources/island").one("dl", cls="facts").text
