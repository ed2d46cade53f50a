"""A run tells an operator what came of it, how that changed, what could not be used, and what was said."""

import pytest

from catalogue import tables
from catalogue.catalogue import Catalogue
from tests.access.visitor import Visitor
from tests.site import dom
from tests.site.operating import HOSTILE, RAW, SOURCES, complete, records


def newest(catalogue: Catalogue, source: str, number: int = 0) -> str:
    return f"/admin/runs/{catalogue.ledger.runs.newest(source)[number].id}"


@pytest.fixture
def path(seen: Visitor) -> str:
    """A run with problems and a long log."""
    return newest(seen.catalogue, "north", 1)


def numbers(page: dom.Element) -> dict[str, list[str]]:
    """The numbers of a run by their names."""
    rows = page.all("table")[0].one("tbody").all("tr")
    return {row.one("th").text: [cell.text for cell in row.all("td")] for row in rows}


def test_a_run_is_compared_with_the_last_one_like_it(seen: Visitor, path: str) -> None:
    page = seen.page(path)

    found = numbers(page)
    assert found["Rejected: could not be used"] == ["30", "1", "+29"]
    assert found["New"] == ["0", "1", "−1"]
    assert found["Withdrawn"] == ["0", "0", "±0"]
    changes = seen.page(newest(seen.catalogue, "north"))
    assert "It read only what changed." in changes.text
    assert "26 February 2026, 02:30 UTC" in changes.text


def test_the_first_run_is_compared_with_nothing(seen: Visitor) -> None:
    assert numbers(seen.page(newest(seen.catalogue, "island")))["New"] == ["5"]


def test_a_run_says_where_its_time_went(seen: Visitor, path: str) -> None:
    steps = [row.one("th").text for row in seen.page(path).all("table")[1].one("tbody").all("tr")]

    assert steps[:2] == ["waiting for the source and reading", "checking and storing"]


def test_problems_come_in_pages_with_place_origin_and_what_came(seen: Visitor, path: str) -> None:
    page = seen.page(path)
    last = seen.page(f"{path}?problems=3&level=error")

    first = page.one("ol", cls="problems").all("li")[0]
    assert HOSTILE in first.text
    assert "a-very-long-part" in first.text
    assert len(page.one("ol", cls="problems").all("li")) == 10
    assert "line 29" in last.one("ol", cls="problems").text
    assert last.one("ol", cls="problems").attributes["start"] == "21"
    previous = last.one("a", rel="prev").attributes["href"]
    assert "level=error" in previous
    assert previous.endswith("#problems")


def test_only_the_beginning_of_what_came_is_shown_and_all_of_it_can_be_had(seen: Visitor, path: str) -> None:
    first = seen.page(path).one("ol", cls="problems").all("li")[0]

    answer = seen.get(first.one("a").attributes["href"])

    assert len(first.one("pre").text.encode()) < 4200
    assert answer.content == RAW
    assert answer.headers["content-type"] == "text/plain; charset=utf-8"
    assert answer.headers["content-disposition"].startswith("attachment;")
    assert "sandbox" in answer.headers["content-security-policy"]
    assert answer.headers["x-content-type-options"] == "nosniff"


def test_the_log_is_narrowed_by_level_and_comes_in_pages(seen: Visitor, path: str) -> None:
    page = seen.page(path)
    errors = seen.page(f"{path}?level=error")

    chips = [a.text for a in page.one("nav", cls="sift").all("a")]
    assert chips == ["All lines 132", "Warnings and errors 2", "Errors 1"]
    assert len(page.one("ol", cls="log").all("li")) == 50
    assert [li.text for li in errors.one("ol", cls="log").all("li")] == ["02:30:04 error Page 3 was not had."]
    assert "page 130: 100 records" in seen.page(f"{path}?log=3").one("ol", cls="log").text


def test_a_run_that_goes_on_can_be_watched_without_a_script(seen: Visitor) -> None:
    path = newest(seen.catalogue, "river")

    quiet, watched = seen.get(path), seen.get(f"{path}?follow=yes")

    assert "1,240 records" in dom.parse(quiet.text).one("p", cls="lead").text
    assert "refresh" not in quiet.headers
    assert watched.headers["refresh"] == "5"
    assert dom.parse(watched.text).one("p", cls="deeds").all("a", href=path)


def test_a_run_that_is_over_is_not_loaded_again(seen: Visitor, path: str) -> None:
    assert "refresh" not in seen.get(f"{path}?follow=yes").headers


@pytest.mark.parametrize("id", ["x", "0", "999999", "-1", "1e3", "9" * 30, "%20"])
def test_a_run_that_nobody_knows_is_not_found(seen: Visitor, id: str) -> None:
    assert seen.get(f"/admin/runs/{id}").status_code == 404
    assert seen.get(f"/admin/runs/{id}/problems/1").status_code == 404


def test_the_millionth_run_and_its_problems_are_found(bench: Visitor) -> None:
    ledger = bench.catalogue.ledger
    with ledger.database.writing() as db:
        values = {"id": 1_000_000, "source": "moor", "state": "complete", "started": bench.catalogue.now()}
        db.execute(tables.runs.insert().values(values))
        bad = {"id": 2_000_000, "run": 1_000_000, "origin": "", "place": "", "reason": "Bad.", "raw": b"x"}
        db.execute(tables.rejected.insert().values(bad))

    assert bench.get("/admin/runs/1000000").status_code == 200
    assert bench.get("/admin/runs/1000000/problems/2000000").content == b"x"


def test_a_problem_of_another_run_is_not_shown(seen: Visitor, path: str) -> None:
    id = seen.catalogue.ledger.runs.rejected(int(path.rpartition("/")[2]), 1)[0].id

    assert seen.get(f"{path}/problems/{id}").status_code == 200
    assert seen.get(f"{newest(seen.catalogue, 'island')}/problems/{id}").status_code == 404


def test_what_came_is_not_on_the_page_for_everybody(bench: Visitor) -> None:
    from tests.site.operating import rejected

    complete(bench.catalogue, "moor", *records(1), *rejected(2))

    text = bench.get("/sources/moor").text

    assert "The prefix x: is not declared." in text
    assert "broken bytes" not in text
    assert "x:a x:b" not in text


def test_a_run_of_a_source_that_was_deleted_is_still_told(bench: Visitor) -> None:
    complete(bench.catalogue, "moor", *records(1))
    bench.catalogue.ledger.sources.remove("moor")

    page = bench.page(newest(bench.catalogue, "moor"))

    assert page.one("p", cls="crumbs").text == "moor"
    assert not page.all("a", href=f"{SOURCES}/moor")
