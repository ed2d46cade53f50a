"""CKAN again and again: only what changed is read, and what is there no longer is noticed."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from catalogue.records import Changes, Declared, Harvested, Incomplete, Noted, Reached
from harvesters.ckan import harvest
from harvesters.http import Client
from tests.harvest.asking import asked
from tests.harvest.ckan_portal import Package, Portal, named, ok, package, subjects, unchanged
from tests.harvest.loopback import Reply, Site

FIRST = datetime(2026, 3, 1, 12, tzinfo=UTC)
LATER = "2026-03-02T00:00:00"


def harvested(
    client: Client, site: Site, remembered: Mapping[str, str] | None = None, cursor: str = "", **options: str
) -> list[Harvested]:
    wanted = asked(site.url, client, remembered=remembered, cursor=cursor, rdf="never", **options)
    return list(harvest(replace(wanted, now=lambda: FIRST)))


def noted(items: list[Harvested]) -> dict[str, str]:
    return {item.name: item.value for item in items if isinstance(item, Noted)}


def test_a_second_harvest_reads_only_what_changed_and_lists_the_others(client: Client, site: Site) -> None:
    portal = Portal(named("a b c")).on(site)
    remembered = noted(harvested(client, site))
    portal.packages = [package("a"), package("b", metadata_modified=LATER)]

    items = harvested(client, site, remembered)

    assert (subjects(items), unchanged(items)) == (["b"], ["a"])
    assert [item for item in items if isinstance(item, Declared)] == [Declared(2)]
    assert not [item for item in items if isinstance(item, Changes | Incomplete)]


def test_changes_are_asked_for_from_an_hour_before_the_last_harvest_began(client: Client, site: Site) -> None:
    Portal(named("a")).on(site)

    harvested(client, site, noted(harvested(client, site)))

    assert any("metadata_modified%3A%5B2026-03-01T11%3A00%3A00Z+TO+%2A%5D" in path for path in site.paths)


def test_a_harvest_without_anything_new_changes_nothing(client: Client, site: Site) -> None:
    Portal(named("a b c")).on(site)

    items = harvested(client, site, noted(harvested(client, site)))

    assert (subjects(items), unchanged(items)) == ([], ["a", "b", "c"])


def test_nothing_remembered_means_that_all_is_read(client: Client, site: Site) -> None:
    Portal(named("a b")).on(site)
    harvested(client, site)

    assert subjects(harvested(client, site, {})) == ["a", "b"]


@pytest.mark.parametrize("options", [{"query": "heart"}, {"filter": "groups:x"}])
def test_another_search_than_last_time_reads_all(client: Client, site: Site, options: dict[str, str]) -> None:
    Portal(named("a b")).on(site)

    items = harvested(client, site, noted(harvested(client, site)), **options)

    assert subjects(items) == ["a", "b"]


@pytest.mark.parametrize("since", ["", "yesterday", "2026-01-01", "2026-01-01T00:00:00"])
def test_a_time_that_cannot_be_read_reads_all(client: Client, site: Site, since: str) -> None:
    Portal(named("a")).on(site)
    remembered = {**noted(harvested(client, site)), "since": since}

    assert subjects(harvested(client, site, remembered)) == ["a"]


def test_iris_that_datasets_have_of_their_own_are_in_the_list_of_ids(client: Client, site: Site) -> None:
    own = package("b", uri="https://hospital.example/b")
    Portal([package("a"), own]).on(site)

    items = harvested(client, site, noted(harvested(client, site)))

    assert unchanged(items) == ["a", "b"]
    assert "https://hospital.example/b" in str(items)


def test_a_list_of_whole_datasets_does_as_a_list_of_ids(client: Client, site: Site) -> None:
    extras = [{"key": "uri", "value": "https://hospital.example/b"}]
    Portal([package("a"), package("b", extras=extras)], knows_fl=False).on(site)

    items = harvested(client, site, noted(harvested(client, site)))

    assert unchanged(items) == ["a", "b"]


def _hiding(query: dict[str, str], packages: list[Package]) -> Reply | None:
    rows = [{"id": one["id"]} for one in packages]
    return ok({"count": len(rows), "results": rows}) if "fl" in query else None


def test_a_list_that_hides_iris_of_their_own_leaves_only_changes(client: Client, site: Site) -> None:
    packages = [package("a"), package("b", uri="https://hospital.example/b")]
    portal = Portal(packages, answers={"package_search": lambda query: _hiding(query, packages)}).on(site)
    remembered = noted(harvested(client, site))
    portal.packages = [*packages, package("c", metadata_modified=LATER)]

    items = harvested(client, site, remembered)

    assert isinstance(items[0], Changes)
    assert (subjects(items), unchanged(items)) == (["c"], [])


@pytest.mark.parametrize(
    "reply",
    [Reply(b"", 500), Reply(b'{"success": false}'), ok({"count": 1, "results": [{}]}), ok({"results": []})],
)
def test_a_list_of_ids_that_cannot_be_had_leaves_only_changes(
    client: Client, site: Site, reply: Reply
) -> None:
    portal = Portal(named("a b")).on(site)
    remembered = noted(harvested(client, site))
    portal.answers["package_search"] = lambda query: reply if "fl" in query else None

    items = harvested(client, site, remembered)

    assert isinstance(items[0], Changes)
    assert not [item for item in items if isinstance(item, Declared | Incomplete)]


def test_a_list_of_ids_that_breaks_off_is_incomplete(client: Client, site: Site) -> None:
    portal = Portal(named("a b c d"), most=2).on(site)
    remembered = noted(harvested(client, site))
    broken = Reply(b"", 500)
    portal.answers["package_search"] = lambda q: broken if "fl" in q and q["start"] == "2" else None

    items = harvested(client, site, remembered)

    assert unchanged(items) == ["a", "b"]
    assert len([item for item in items if isinstance(item, Incomplete)]) == 1


def test_an_interrupted_harvest_of_changes_goes_on_where_it_stopped(client: Client, site: Site) -> None:
    changed = [package(name, metadata_modified=LATER) for name in "bdf"]
    portal = Portal([*named("a c e g"), *changed], most=2).on(site)
    remembered = noted(harvested(client, site, rows="2"))
    items = harvested(client, site, remembered, rows="2")
    stops = [(index, item) for index, item in enumerate(items) if isinstance(item, Reached)]

    assert portal.site
    assert len(stops) == 6
    for index, stop in stops:
        rest = harvested(client, site, remembered, stop.cursor, rows="2")
        assert subjects(items[:index]) + subjects(rest) == ["b", "d", "f"]
        assert {*unchanged(items[:index]), *unchanged(rest)} >= {"a", "c", "e", "g"}
        assert noted(rest) == noted(items)


def test_changes_alone_are_changes_alone_also_after_an_interruption(client: Client, site: Site) -> None:
    changed = [package(name, metadata_modified=LATER) for name in "bd"]
    portal = Portal([*named("a c"), *changed], most=1).on(site)
    remembered = noted(harvested(client, site, rows="1"))
    portal.answers["package_search"] = lambda query: Reply(b"", 500) if "fl" in query else None
    items = harvested(client, site, remembered, rows="1")
    stop = next(item for item in items if isinstance(item, Reached))

    rest = harvested(client, site, remembered, stop.cursor, rows="1")

    assert isinstance(rest[0], Changes)
    assert subjects(rest) == ["d"]


def test_the_time_that_is_noted_is_that_of_the_first_start(client: Client, site: Site) -> None:
    Portal(named("a b")).on(site)
    stop = next(item for item in harvested(client, site, rows="1") if isinstance(item, Reached))
    wanted = asked(site.url, client, cursor=stop.cursor, rdf="never")

    items = list(harvest(replace(wanted, now=lambda: datetime(2027, 1, 1, tzinfo=UTC))))

    assert noted(items)["since"] == "2026-03-01T12:00:00+00:00"
