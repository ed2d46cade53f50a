"""The change feed: whoever follows it misses nothing, whatever happens between two pages."""

import json
from collections.abc import Iterator
from datetime import timedelta

import pytest
from pydantic import TypeAdapter
from pyoxigraph import RdfFormat, parse

from catalogue.settings import Settings
from tests.interfaces.other import Other
from tests.interfaces.site import Site
from web import api_changes


@pytest.fixture
def other() -> Iterator[Other]:
    found = Other(Settings(base_url="https://other.example", title="Other", publisher="Hospital"))
    yield found
    found.catalogue.close()


def test_the_feed_is_as_documented(site: Site) -> None:
    feed = TypeAdapter(api_changes.ChangesAnswer)
    content = site.get("/api/v1/changes?limit=5").content
    assert json.loads(feed.dump_json(feed.validate_json(content))) == json.loads(content)

    ids = ",".join(item["id"] for item in json.loads(content)["items"])
    told = TypeAdapter(api_changes.RecordsAnswer)
    content = site.get(f"/api/v1/changes/records?ids={ids}").content
    assert json.loads(told.dump_json(told.validate_json(content))) == json.loads(content)


def test_the_pages_lead_through_every_record_once_although_most_changed_at_one_moment(site: Site) -> None:
    found: list[str] = []
    answer = site.get("/api/v1/changes?limit=7").json()
    found += [item["id"] for item in answer["items"]]
    while not answer["complete"]:
        answer = site.get(f"/api/v1/changes?limit=7&since={answer['next']}").json()
        found += [item["id"] for item in answer["items"]]

    assert len(found) == len(set(found)) == answer["total"] == site.catalogue.ledger.count()


def test_the_feed_tells_of_its_catalogue_and_its_time(other: Other) -> None:
    answer = other.changes()

    assert answer["catalogue"] == {
        "iri": "https://other.example/catalog",
        "title": "Other",
        "publisher": "Hospital",
        "homepage": "https://other.example/",
    }
    assert answer["at"] == "2026-03-03T14:05:00Z"
    assert (answer["items"], answer["complete"], answer["next"], answer["total"]) == ([], True, "", 0)


def test_the_oldest_change_comes_first(other: Other) -> None:
    other.take("north", "b")
    other.take("south", "a")
    other.take("north", "b Changed")

    assert other.names() == ["a present", "b present"]


def test_what_changes_between_two_pages_comes_on_a_later_one(other: Other) -> None:
    other.take("north", "a")
    other.take("south", "b")
    other.take("west", "c")
    first = other.changes("limit=2")

    other.take("north", "a Changed")

    assert other.names(f"since={first['next']}") == ["c present", "a present"]


def test_nothing_new_leaves_the_reader_where_it_is(other: Other) -> None:
    other.take("north", "a")
    following = other.changes()["next"]

    other.take("north", "a")
    answer = other.changes(f"since={following}")

    assert (answer["items"], answer["complete"], answer["next"]) == ([], True, following)


def test_a_withdrawn_record_is_told_as_gone_and_one_that_is_missing_is_no_change(other: Other) -> None:
    other.take("north", "a", "b")
    following = other.changes()["next"]

    other.take("north", "b")
    assert other.names(f"since={following}") == []

    other.forget("north", "b")
    assert other.names(f"since={following}") == ["a gone"]
    assert other.changes()["total"] == 1


def test_a_withdrawn_record_that_comes_back_is_told(other: Other) -> None:
    other.take("north", "a", "b")
    other.forget("north", "b")
    following = other.changes()["next"]

    other.take("north", "a", "b")

    assert other.names(f"since={following}") == ["a present"]


def test_a_withdrawn_record_says_whether_another_source_still_has_it(other: Other) -> None:
    other.take("north", "a", "b")
    other.take("south", "a")
    other.forget("north", "b")

    told = [(item["source"], item["state"], item["still_held"]) for item in other.items()]

    assert ("north", "gone", True) in told
    other.take("south", "c", after=timedelta(days=1))
    other.forget("south", "c")
    assert ("south", "gone", False) in [
        (item["source"], item["state"], item["still_held"]) for item in other.items()
    ]


@pytest.mark.parametrize("moment", ["2026-03-03T14:07:00Z", "2026-03-03T15:07:00%2B01:00"])
def test_a_moment_is_a_place_to_go_on_from(other: Other, moment: str) -> None:
    other.take("north", "a")
    other.take("south", "b")
    other.take("west", "c")

    assert other.names(f"since={moment}") == ["b present", "c present"]


@pytest.mark.parametrize(
    "query",
    [
        "since=nonsense",
        "since=2026-03-03T14:07:00",
        "since=9999-99-99T00:00:00Z",
        "since=0001-01-01T00:00:00%2B14:00",
        "since=%FF%00",
        "since=MjAyNi0",
        f"since={'a' * 10_000}",
        "limit=0",
        "limit=1001",
        "limit=many",
    ],
)
def test_a_place_or_number_that_cannot_be_is_told_as_a_problem(site: Site, query: str) -> None:
    answer = site.get(f"/api/v1/changes?{query}")

    assert answer.status_code == 422
    assert answer.headers["content-type"] == "application/problem+json"


def test_many_records_come_at_once_with_all_their_statements(site: Site) -> None:
    items = site.get("/api/v1/changes?limit=100").json()["items"]
    ids = [item["id"] for item in items]

    found = site.get(f"/api/v1/changes/records?ids={','.join(ids)}").json()["records"]

    assert set(found) == set(ids)
    for item in items:
        triples = {quad.triple for quad in parse(found[item["id"]], RdfFormat.N_TRIPLES)}
        stored = site.catalogue.record(item["id"])
        assert len(triples) == len(set(stored.export()))
        assert item["record"] == stored.envelope.record.value
        assert item["digest"] == stored.envelope.digest


def test_records_that_are_not_here_or_withdrawn_are_left_out(other: Other) -> None:
    other.take("north", "a", "b")
    other.forget("north", "b")
    ids = {item["state"]: item["id"] for item in other.items()}

    answer = other.site.get(f"/api/v1/changes/records?ids={ids['gone']},{ids['present']},{'a' * 16}")

    assert list(answer.json()["records"]) == [ids["present"]]


@pytest.mark.parametrize("ids", ["", ",", "a", "../../etc/passwd", ",".join(["a" * 16] * 101), "A" * 16])
def test_ids_that_cannot_be_are_told_as_a_problem(site: Site, ids: str) -> None:
    assert site.get(f"/api/v1/changes/records?ids={ids}").status_code == 422
