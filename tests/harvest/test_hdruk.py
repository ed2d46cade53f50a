"""Datasets of Health Data Research UK: a Gateway's pages, a custodian's list, and files."""

import json

import pytest

from catalogue.errors import CatalogueError, Invalid, NotFound, Unavailable, Unreadable
from catalogue.records import Declared, Harvested, Incomplete, Noted, Reached, Record, Rejected, Withdrawn
from harvesters.credentials import Credentials, Scheme
from harvesters.hdruk import harvest
from harvesters.http import Client
from tests.harvest.asking import asked
from tests.harvest.conftest import MakeClient
from tests.harvest.hdruk_datasets import dataset, federation, gateway_page, item, names, reply, unchanged
from tests.harvest.loopback import Reply, Site


def noted(items: list[Harvested]) -> dict[str, str]:
    return {item.name: item.value for item in items if isinstance(item, Noted)}


def faults(items: list[Harvested]) -> list[str]:
    return [item.reason for item in items if isinstance(item, Incomplete)]


@pytest.mark.parametrize("address", ["/datasets", "", "/"])
def test_a_custodians_list_is_read_with_the_dataset_behind_each_entry(
    client: Client, site: Site, address: str
) -> None:
    federation(site, [item("a"), item("b")])

    items = list(harvest(asked(site.url + address, client)))

    assert [(one.subject.value, one.origin) for one in items if isinstance(one, Record)] == [
        (f"{site.url}/datasets/id-a",) * 2,
        (f"{site.url}/datasets/id-b",) * 2,
    ]
    assert [one for one in items if isinstance(one, Declared)] == [Declared(2)]


def test_a_list_that_is_only_a_list_does_too(client: Client, site: Site) -> None:
    federation(site, [item("a")])
    site.pages["/datasets"] = reply([item("a")])

    assert names(harvest(asked(f"{site.url}/datasets", client))) == ["a"]


def test_a_list_in_parts_is_read_to_its_total(client: Client, site: Site) -> None:
    federation(site, [item("a"), item("b")], total=3, limit=2, offset=0)
    part = {"items": [item("c")], "query": {"total": 3, "limit": 2, "offset": 2}}
    site.pages["/datasets?offset=2"] = reply(part)
    site.pages["/datasets/id-c"] = reply(dataset("c"))

    items = list(harvest(asked(f"{site.url}/datasets", client)))

    assert (names(items), faults(items)) == (["a", "b", "c"], [])


def test_a_list_that_pays_no_heed_to_parts_ends_as_incomplete(client: Client, site: Site) -> None:
    federation(site, [item("a")], total=3, limit=1, offset=0)
    site.pages["/datasets?offset=1"] = site.pages["/datasets"]

    items = list(harvest(asked(f"{site.url}/datasets", client)))

    assert names(items) == ["a"]
    assert "nothing new" in faults(items)[0]


def test_an_address_for_each_dataset_can_be_told(client: Client, site: Site) -> None:
    federation(site, [item("a")])
    site.pages["/one/id-a?format=json"] = reply(dataset("a"))

    items = list(harvest(asked(f"{site.url}/datasets", client, item="/one/{id}?format=json")))

    record = next(one for one in items if isinstance(one, Record))
    assert record.subject.value == f"{site.url}/datasets/id-a"
    assert record.origin == f"{site.url}/one/id-a?format=json"


def test_an_address_for_each_dataset_needs_a_place_for_the_id(client: Client, site: Site) -> None:
    with pytest.raises(Invalid, match="item"):
        list(harvest(asked(f"{site.url}/datasets", client, item="/one")))

    assert site.asked == []


@pytest.mark.parametrize("told", ["http://[{id}]/", "http://host.example:port/{id}"])
def test_an_address_for_each_dataset_that_is_none_is_told(client: Client, site: Site, told: str) -> None:
    with pytest.raises(Invalid, match="The option item is no address"):
        list(harvest(asked(f"{site.url}/datasets", client, item=told)))

    assert site.asked == []


def test_a_link_of_a_dataset_is_followed_on_the_server_of_the_list(client: Client, site: Site) -> None:
    federation(site, [item("a", self=f"{site.url}/elsewhere/a")])
    site.pages["/elsewhere/a"] = reply(dataset("a"))

    record = next(one for one in harvest(asked(f"{site.url}/datasets", client)) if isinstance(one, Record))

    assert record.origin == f"{site.url}/elsewhere/a"


@pytest.mark.parametrize(
    "link", ["{trap}/a", "http://localhost:{port}/a", "http://[bad", "http://a:b:c/", "file:///etc/passwd"]
)
def test_a_link_to_another_server_is_not_followed(client: Client, site: Site, trap: Site, link: str) -> None:
    hostile = link.replace("{trap}", trap.url).replace("{port}", str(trap.port))
    federation(site, [item("a", self=hostile)])

    assert names(harvest(asked(f"{site.url}/datasets", client))) == ["a"]
    assert trap.asked == []


def test_a_redirect_to_a_private_address_is_refused(client: Client, site: Site, trap: Site) -> None:
    federation(site, [item("a")])
    hidden = f"http://localhost:{trap.port}/x"
    site.pages["/datasets/id-a"] = Reply(status=302, headers={"Location": hidden})

    items = list(harvest(asked(f"{site.url}/datasets", client)))

    assert names(items) == []
    assert len(faults(items)) == 1
    assert trap.asked == []


def test_a_token_is_fetched_for_the_list_and_each_dataset(make_client: MakeClient, site: Site) -> None:
    federation(site, [item("a")])
    site.pages["/oauth/token"] = reply({"access_token": "t-1", "expires_in": 3600})
    secret = Credentials(Scheme.OAUTH2, "s3cret", "me", f"{site.url}/oauth/token")

    items = list(harvest(asked(site.url + "/datasets", make_client(home=site.url, credentials=secret))))

    assert names(items) == ["a"]
    shown = [one.headers.get("authorization") for one in site.asked if one.path.startswith("/datasets")]
    assert shown == ["Bearer t-1", "Bearer t-1"]
    assert "s3cret" not in str(items)


def test_datasets_of_the_same_version_are_not_fetched_again(client: Client, site: Site) -> None:
    federation(site, [item("a"), item("b"), item("c")])
    remembered = noted(list(harvest(asked(f"{site.url}/datasets", client))))
    federation(site, [item("a"), item("b", "1.1.0"), item("d")])
    site.asked.clear()

    items = list(harvest(asked(f"{site.url}/datasets", client, remembered=remembered)))

    assert (names(items), unchanged(items)) == (["b", "d"], ["a"])
    assert "/datasets/id-a" not in site.paths


def test_what_was_remembered_stays_remembered(client: Client, site: Site) -> None:
    federation(site, [item("a"), item("b")])
    once = noted(list(harvest(asked(f"{site.url}/datasets", client))))

    again = noted(list(harvest(asked(f"{site.url}/datasets", client, remembered=once))))

    assert again == once


def test_datasets_without_a_version_are_always_fetched(client: Client, site: Site) -> None:
    bare = {"persistentId": "id-a"}
    federation(site, [bare])
    remembered = noted(list(harvest(asked(f"{site.url}/datasets", client))))

    assert names(harvest(asked(f"{site.url}/datasets", client, remembered=remembered))) == ["a"]


@pytest.mark.parametrize("told", ["", "x", "[]", '{"a": [1]}'])
def test_memories_that_cannot_be_read_are_none(client: Client, site: Site, told: str) -> None:
    federation(site, [item("a")])

    items = harvest(asked(f"{site.url}/datasets", client, remembered={"versions": told}))

    assert names(items) == ["a"]


@pytest.mark.parametrize(
    "broken",
    [Reply(b"", 404), Reply(b"", 410), Reply(b"<html>"), Reply(b""), reply({"title": "A"}), reply([])],
)
def test_a_listed_dataset_that_cannot_be_used_is_rejected_under_its_iri_and_tried_again(
    client: Client, site: Site, broken: Reply
) -> None:
    federation(site, [item("a"), item("b")])
    site.pages["/datasets/id-a"] = broken

    items = list(harvest(asked(f"{site.url}/datasets", client)))

    assert [one.place for one in items if isinstance(one, Rejected)] == [f"{site.url}/datasets/id-a"]
    assert names(items) == ["b"]
    assert "id-a" not in noted(items)["versions"]


@pytest.mark.parametrize("status", [401, 403, 500, 503])
def test_a_listed_dataset_that_cannot_be_had_makes_the_run_incomplete(
    client: Client, site: Site, status: int
) -> None:
    federation(site, [item("a"), item("b")])
    site.pages["/datasets/id-a"] = Reply(status=status)

    items = list(harvest(asked(f"{site.url}/datasets", client)))

    assert names(items) == ["b"]
    assert len(faults(items)) == 1


def test_a_server_that_gives_none_of_its_datasets_is_left(client: Client, site: Site) -> None:
    federation(site, [item(f"{number:02}") for number in range(20)])
    for number in range(20):
        site.pages[f"/datasets/id-{number:02}"] = Reply(status=403)

    items = list(harvest(asked(f"{site.url}/datasets", client)))

    assert len(faults(items)) == 6
    assert len(site.asked) == 6
    assert noted(items) == {}


def test_an_interrupted_harvest_goes_on_behind_the_last_dataset_it_had(client: Client, site: Site) -> None:
    federation(site, [item(f"{number:02}") for number in range(60)])
    items = list(harvest(asked(f"{site.url}/datasets", client)))
    stops = [(index, one) for index, one in enumerate(items) if isinstance(one, Reached)]

    assert len(stops) == 2
    for index, stop in stops:
        rest = list(harvest(asked(f"{site.url}/datasets", client, cursor=stop.cursor)))
        assert names(items[:index]) + names(rest) == names(items)


def test_a_gateway_is_read_page_by_page_at_the_address_that_was_given(client: Client, site: Site) -> None:
    site.pages["/api/v1/datasets?status=ACTIVE"] = gateway_page("a b", 1, 2, 3)
    site.pages["/api/v1/datasets?status=ACTIVE&page=2"] = gateway_page("c", 2, 2, 3)

    items = list(harvest(asked(f"{site.url}/api/v1/datasets?status=ACTIVE", client)))

    assert (names(items), faults(items)) == (["a", "b", "c"], [])
    assert f"{site.url}/api/v1/datasets/id-a" in str(items)
    assert [one for one in items if isinstance(one, Declared)] == [Declared(3)]


def test_an_interrupted_harvest_of_a_gateway_goes_on_with_the_next_page(client: Client, site: Site) -> None:
    site.pages["/datasets"] = gateway_page("a b", 1, 3, 4)
    site.pages["/datasets?page=2"] = gateway_page("c", 2, 3, 4)
    site.pages["/datasets?page=3"] = gateway_page("d", 3, 3, 4)
    items = list(harvest(asked(f"{site.url}/datasets", client)))
    stops = [(index, one) for index, one in enumerate(items) if isinstance(one, Reached)]

    assert len(stops) == 2
    for index, stop in stops:
        rest = list(harvest(asked(f"{site.url}/datasets", client, cursor=stop.cursor)))
        assert names(items[:index]) + names(rest) == ["a", "b", "c", "d"]


def test_what_was_passed_over_before_an_interruption_is_not_counted_behind_it(
    client: Client, site: Site
) -> None:
    site.pages["/datasets"] = gateway_page("a b", 1, 2, 3, status="DRAFT")
    site.pages["/datasets?page=2"] = gateway_page("c", 2, 2, 3)
    items = list(harvest(asked(f"{site.url}/datasets", client)))
    stop = next(one for one in items if isinstance(one, Reached))

    rest = list(harvest(asked(f"{site.url}/datasets", client, cursor=stop.cursor)))

    assert [one for one in rest if isinstance(one, Declared)] == [Declared(1)]
    assert [one for one in items if isinstance(one, Declared)] == [Declared(1)]


def test_a_dataset_that_is_nested_very_deeply_is_rejected(client: Client, site: Site) -> None:
    federation(site, [item("a"), item("b")])
    deep: object = "heart"
    for _ in range(900):
        deep = [deep]
    site.pages["/datasets/id-a"] = reply({"title": "Nameless", "more": deep})

    items = list(harvest(asked(f"{site.url}/datasets", client)))

    assert names(items) == ["b"]
    assert [b"Nameless" in one.raw for one in items if isinstance(one, Rejected)] == [True]


def test_datasets_that_slip_to_a_later_page_come_once(client: Client, site: Site) -> None:
    site.pages["/datasets"] = gateway_page("a b", 1, 2, 3)
    site.pages["/datasets?page=2"] = gateway_page("b c", 2, 2, 3)

    assert names(harvest(asked(f"{site.url}/datasets", client))) == ["a", "b", "c"]


@pytest.mark.parametrize("broken", [Reply(b"", 500), Reply(b"", 404), Reply(b"<html>"), reply({})])
def test_a_later_page_that_fails_leaves_the_good_ones(client: Client, site: Site, broken: Reply) -> None:
    site.pages["/datasets"] = gateway_page("a", 1, 3, 3)
    site.pages["/datasets?page=2"] = broken

    items = list(harvest(asked(f"{site.url}/datasets", client)))

    assert (names(items), len(faults(items)), noted(items)) == (["a"], 1, {})


def test_endless_pages_end_at_the_limit(client: Client, site: Site) -> None:
    site.pages["/datasets"] = gateway_page("a", 1, 99, 99)
    site.pages["/datasets?page=2"] = gateway_page("b", 2, 99, 99)
    site.pages["/datasets?page=3"] = gateway_page("c", 3, 99, 99)

    items = list(harvest(asked(f"{site.url}/datasets", client), max_pages=2))

    assert names(items) == ["a", "b"]
    assert "more than 2 pages" in faults(items)[0]


def test_drafts_are_passed_over_and_archived_datasets_withdrawn(client: Client, site: Site) -> None:
    page = {"current_page": 1, "last_page": 1, "total": 3}
    listed = [
        {"id": "1", "status": "ACTIVE", "metadata": dataset("a")},
        {"id": "2", "status": "DRAFT", "metadata": dataset("b")},
        {"id": "3", "status": "ARCHIVED", "metadata": dataset("c")},
    ]
    site.pages["/datasets"] = reply({**page, "data": listed})

    items = list(harvest(asked(f"{site.url}/datasets", client)))

    assert names(items) == ["1"]
    assert [one for one in items if isinstance(one, Withdrawn)] == [Withdrawn(f"{site.url}/datasets/3")]
    assert [one for one in items if isinstance(one, Declared)] == [Declared(1)]


def test_a_gateway_that_lists_no_descriptions_is_asked_for_each(client: Client, site: Site) -> None:
    site.pages["/datasets"] = gateway_page("a", 1, 1, 1, latest_metadata=None)
    versions = [
        {"version": 1, "metadata": {"metadata": dataset("old")}},
        {"version": 2, "metadata": {"metadata": dataset("new")}},
    ]
    site.pages["/datasets/id-a"] = reply({"message": "success", "data": {"versions": versions}})

    record = next(one for one in harvest(asked(f"{site.url}/datasets", client)) if isinstance(one, Record))

    assert "About new." in str(record.triples)


@pytest.mark.parametrize(
    "wrapped",
    [lambda one: [one], lambda one: {"datasets": [one]}, lambda one: one, lambda one: {"metadata": one}],
)
def test_a_file_holds_one_dataset_or_many(client: Client, site: Site, wrapped: object) -> None:
    site.pages["/file.json"] = reply(wrapped(dataset("a")))  # type: ignore[operator]

    record = next(one for one in harvest(asked(f"{site.url}/file.json", client)) if isinstance(one, Record))

    assert (record.subject.value, record.origin) == (f"{site.url}/file.json#id-a", f"{site.url}/file.json")


def test_an_identifier_that_is_an_address_is_the_iri_of_a_dataset_in_a_file(
    client: Client, site: Site
) -> None:
    site.pages["/file.json"] = reply([dataset("a", identifier="https://rowan.example/dataset/a")])

    record = next(one for one in harvest(asked(f"{site.url}/file.json", client)) if isinstance(one, Record))

    assert record.subject.value == "https://rowan.example/dataset/a"


def test_a_single_dataset_without_an_identifier_is_known_by_its_address(client: Client, site: Site) -> None:
    site.pages["/file.json"] = reply(dataset("a", identifier=None))

    record = next(one for one in harvest(asked(f"{site.url}/file.json", client)) if isinstance(one, Record))

    assert record.subject.value == f"{site.url}/file.json"


def test_of_many_those_that_nothing_identifies_are_rejected(client: Client, site: Site) -> None:
    site.pages["/file.json"] = reply([dataset("a"), dataset("b", identifier=""), None, "x", []])

    items = list(harvest(asked(f"{site.url}/file.json", client)))

    assert names(items) == ["a"]
    assert len([one for one in items if isinstance(one, Rejected)]) == 4


@pytest.mark.parametrize(
    ("answer", "kind"),
    [
        (Reply(b"<html>Sorry"), Unreadable),
        (Reply(b""), Unreadable),
        (reply({"@type": "Dataset"}), Unreadable),
        (reply("words"), Unreadable),
        (Reply(status=404), NotFound),
        (Reply(status=403), Unavailable),
        (Reply(status=500), Unavailable),
    ],
)
def test_a_first_answer_that_is_none_is_told(client: Client, site: Site, answer: Reply, kind: type) -> None:
    site.pages["/file.json"] = answer

    with pytest.raises(kind):
        list(harvest(asked(f"{site.url}/file.json", client)))


@pytest.mark.parametrize("answer", [[], {"items": []}, {"data": []}, {"items": [], "query": {"total": 4}}])
def test_an_empty_list_that_does_not_count_to_zero_is_no_empty_source(
    client: Client, site: Site, answer: object
) -> None:
    site.pages["/datasets"] = reply(answer)

    with pytest.raises(Unreadable, match="no datasets"):
        list(harvest(asked(f"{site.url}/datasets", client)))


@pytest.mark.parametrize("answer", [{"items": [], "query": {"total": 0}}, {"data": [], "total": 0}])
def test_a_list_that_counts_no_datasets_has_none(client: Client, site: Site, answer: object) -> None:
    site.pages["/datasets"] = reply(answer)

    items = list(harvest(asked(f"{site.url}/datasets", client)))

    assert [one for one in items if isinstance(one, Declared)] == [Declared(0)]


def test_a_cursor_that_cannot_be_read_begins_anew(client: Client, site: Site) -> None:
    federation(site, [item("a")])

    for cursor in ("x", "[]", json.dumps({"page": 3})):
        assert names(harvest(asked(f"{site.url}/datasets", client, cursor=cursor))) == ["a"]


def test_nothing_but_our_errors_comes_of_an_answer_of_odd_types(client: Client, site: Site) -> None:
    odd: list[object] = [None, 3, "x", [], {}, [[]], {"a": 1}, True, 1.5e300]
    for one in odd:
        for two in odd:
            site.pages["/datasets"] = reply(
                {"items": [{"persistentId": one, "version": two, "self": two}, one]}
            )
            try:
                list(harvest(asked(f"{site.url}/datasets", client)))
            except CatalogueError:
                continue
