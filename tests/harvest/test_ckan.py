"""CKAN by its API: finding it, paging through it, and what it answers when it cannot."""

import json

import pytest

from catalogue.errors import CatalogueError, Invalid, Unavailable, Unreadable
from catalogue.records import Declared, Incomplete, Reached, Record, Rejected, Withdrawn
from harvesters.ckan import KIND, harvest
from harvesters.http import Client
from tests.harvest.asking import asked
from tests.harvest.ckan_portal import Package, Portal, named, ok, package, subjects
from tests.harvest.conftest import MakeClient
from tests.harvest.loopback import Reply, Site


@pytest.mark.parametrize(
    "address",
    [
        "",
        "/",
        "/api",
        "/api/3",
        "/api/3/action/",
        "/api/3/action/package_search?q=heart",
        "/dataset",
        "/dataset/?tags=health",
        "/dataset/some-name",
        "/en/dataset",
        "/organization/hospital",
        "/catalog.ttl?page=2",
        "/about",
    ],
)
def test_the_api_is_found_from_any_address_of_the_site(client: Client, site: Site, address: str) -> None:
    Portal(named("a b")).on(site)

    items = list(harvest(asked(site.url + address, client)))

    assert [item.subject.value for item in items if isinstance(item, Record)] == [
        site.url,
        f"{site.url}/dataset/id-a",
        f"{site.url}/dataset/id-b",
    ]


@pytest.mark.parametrize("address", ["/data", "/data/api/3/action", "/data/dataset?q=x", "/data/de/dataset"])
def test_the_api_is_found_below_a_path(client: Client, site: Site, address: str) -> None:
    Portal(named("a"), prefix="/data").on(site)

    items = list(harvest(asked(site.url + address, client)))

    assert f"{site.url}/data/dataset/id-a" in [
        item.subject.value for item in items if isinstance(item, Record)
    ]


def test_the_site_is_a_catalogue_with_its_datasets(client: Client, site: Site) -> None:
    Portal(named("a")).on(site)

    about, dataset = [item for item in harvest(asked(site.url, client)) if isinstance(item, Record)]

    assert (about.kind, about.subject.value) == ("catalogue", site.url)
    assert "Health data of Elm" in str(about.triples)
    assert dataset.member_of == (about.subject,)


def test_a_site_that_tells_nothing_about_itself_is_called_by_its_host(client: Client, site: Site) -> None:
    Portal(named("a"), answers={"status_show": lambda query: Reply(status=403)}).on(site)

    about = next(iter(harvest(asked(site.url, client))))

    assert isinstance(about, Record)
    assert site.url.removeprefix("http://") in str(about.triples)


def test_pages_are_read_in_the_order_of_ids_until_all_are_had(client: Client, site: Site) -> None:
    Portal(named("c a d b e")).on(site)

    items = list(harvest(asked(site.url, client, rows="2")))

    assert subjects(items) == ["a", "b", "c", "d", "e"]
    assert [item for item in items if isinstance(item, Declared)] == [Declared(5)]
    assert all("sort=id+asc" in path for path in site.paths if "package_search" in path)


def test_each_dataset_comes_from_an_address_of_its_own(client: Client, site: Site) -> None:
    Portal(named("a")).on(site)

    items = [item for item in harvest(asked(site.url, client)) if isinstance(item, Record)]

    assert KIND.own_pages
    assert items[1].origin == f"{site.url}/api/3/action/package_show?id=id-a"


def test_rows_that_the_server_holds_back_are_asked_for_again(client: Client, site: Site) -> None:
    Portal(named("a b c d e"), most=2).on(site)

    assert subjects(harvest(asked(site.url, client))) == ["a", "b", "c", "d", "e"]


def test_datasets_that_slip_to_a_later_page_come_once(client: Client, site: Site) -> None:
    pages = {"0": named("a b"), "2": named("b c"), "4": named("c d")}
    answer = {"package_search": lambda query: ok({"count": 6, "results": pages[query["start"]]})}
    Portal([], answers=answer).on(site)

    assert subjects(harvest(asked(site.url, client, rows="2"))) == ["a", "b", "c", "d"]


def test_a_dataset_that_stands_twice_on_a_page_comes_once(client: Client, site: Site) -> None:
    twice = [package("a", title="First"), package("a", title="Second")]
    answer = {"package_search": lambda query: ok({"count": 2, "results": twice})}
    Portal([], answers=answer).on(site)

    items = [item for item in harvest(asked(site.url, client)) if isinstance(item, Record)]

    assert len(items) == 2
    assert "First" in str(items[1].triples)


def test_the_same_page_for_every_start_ends_the_run_as_incomplete(client: Client, site: Site) -> None:
    answer = {"package_search": lambda query: ok({"count": 9000, "results": named("a b")})}
    Portal([], answers=answer).on(site)

    items = list(harvest(asked(site.url, client)))

    assert subjects(items) == ["a", "b"]
    assert _faults(items) == ["nothing new"]
    assert len([path for path in site.paths if "package_search" in path]) == 3


def test_a_list_that_ends_before_its_count_is_incomplete(client: Client, site: Site) -> None:
    def answer(query: dict[str, str]) -> Reply:
        return ok({"count": 5, "results": named("a b") if query["start"] == "0" else []})

    Portal([], answers={"package_search": answer}).on(site)

    items = list(harvest(asked(site.url, client)))

    assert subjects(items) == ["a", "b"]
    assert _faults(items) == ["ends after 2"]


def test_a_list_that_forgets_its_count_half_way_is_incomplete(client: Client, site: Site) -> None:
    def answer(query: dict[str, str]) -> Reply:
        return ok({"count": 5, "results": named("a b")} if query["start"] == "0" else NOTHING)

    NOTHING = {"count": 0, "results": []}
    Portal([], answers={"package_search": answer}).on(site)

    items = list(harvest(asked(site.url, client)))

    assert (subjects(items), _faults(items)) == (["a", "b"], ["ends after 2"])


def test_a_server_that_gives_more_than_it_was_asked_for_is_read_to_its_count(
    client: Client, site: Site
) -> None:
    every = named("a b c d e")

    def answer(query: dict[str, str]) -> Reply:
        start = int(query["start"])
        return ok({"count": 5, "results": every[start : start + 3]})

    Portal([], answers={"package_search": answer}).on(site)

    assert subjects(harvest(asked(site.url, client, rows="2"))) == ["a", "b", "c", "d", "e"]


def test_a_list_without_a_count_ends_with_an_empty_page(client: Client, site: Site) -> None:
    def answer(query: dict[str, str]) -> Reply:
        return ok({"results": named("a b") if query["start"] == "0" else []})

    Portal([], answers={"package_search": answer}).on(site)

    items = list(harvest(asked(site.url, client, rows="2")))

    assert (subjects(items), _faults(items)) == (["a", "b"], [])


def test_a_site_that_counts_no_datasets_has_none(client: Client, site: Site) -> None:
    Portal([]).on(site)

    items = list(harvest(asked(site.url, client)))

    assert [item for item in items if isinstance(item, Declared | Incomplete)] == [Declared(0)]


@pytest.mark.parametrize("result", [{"results": []}, {"count": "?", "results": []}, []])
def test_an_empty_list_that_does_not_count_to_zero_is_no_empty_site(
    client: Client, site: Site, result: object
) -> None:
    Portal([], answers={"package_search": lambda query: ok(result)}).on(site)

    items = list(harvest(asked(site.url, client)))

    assert _faults(items) == ["does not say that it has none"]


@pytest.mark.parametrize(
    ("reply", "said"),
    [
        (Reply(b'{"success": false, "error": {"message": "Not today", "__type": "X"}}'), "Not today"),
        (Reply(b'{"success": false}'), "no reason"),
        (Reply(b'"Bad request - JSON Error"'), "JSON Error"),
        (Reply(b"<!DOCTYPE html><html>Sorry</html>", headers={"Content-Type": "text/html"}), "web page"),
        (Reply(b"Busy, come back later"), "no JSON"),
        (Reply(b""), "no JSON"),
        (Reply(b"[1, 2]"), "API of CKAN"),
        (Reply(b'{"success": true, "result": 3}'), "no list"),
        (Reply(b"", 403), "permission"),
        (Reply(b"", 500), "500"),
    ],
)
def test_a_first_answer_that_is_none_is_told(client: Client, site: Site, reply: Reply, said: str) -> None:
    Portal([], answers={"package_search": lambda query: reply}).on(site)

    with pytest.raises((Unavailable, Unreadable), match=said):
        list(harvest(asked(site.url, client)))


def _failing(start: str, reply: Reply, rows: str = "") -> dict[str, object]:
    """An answer that fails at a place, if so many rows are asked for."""
    return {
        "package_search": lambda query: (
            reply if query.get("start") == start and (not rows or query["rows"] == rows) else None
        )
    }


@pytest.mark.parametrize(
    "reply",
    [Reply(b"", 500), Reply(b"", 404), Reply(b'{"success": false}'), Reply(b"<html>"), Reply(b'"no"')],
)
def test_a_page_that_fails_leaves_the_others_and_an_incomplete_run(
    client: Client, site: Site, reply: Reply
) -> None:
    portal = Portal(named("a b c d e"), answers=_failing("2", reply)).on(site)  # type: ignore[arg-type]

    items = list(harvest(asked(site.url, client, rows="2")))

    assert subjects(items) == ["a", "b", "e"]
    assert _faults(items) == ["from number 3 on could not be had"]
    assert portal.site


def test_nothing_behind_a_page_that_failed_is_counted_as_reached(client: Client, site: Site) -> None:
    Portal(named("a b c d e"), answers=_failing("2", Reply(b"", 500))).on(site)  # type: ignore[arg-type]

    items = list(harvest(asked(site.url, client, rows="2")))

    assert [json.loads(item.cursor)["start"] for item in items if isinstance(item, Reached)] == [2]


def test_a_page_that_is_too_much_for_the_server_is_asked_for_in_parts(client: Client, site: Site) -> None:
    every = [package(f"{number:03}") for number in range(120)]
    Portal(every, answers=_failing("0", Reply(b"", 500), "500")).on(site)  # type: ignore[arg-type]

    items = list(harvest(asked(site.url, client)))

    assert (len(subjects(items)), _faults(items)) == (120, [])


def test_pages_that_all_fail_end_after_three(client: Client, site: Site) -> None:
    every = [package(f"{number:03}") for number in range(20)]
    broken = Reply(b"<html>")
    Portal(every, answers={"package_search": lambda q: broken if q["start"] not in "02" else None}).on(site)

    items = list(harvest(asked(site.url, client, rows="2")))

    assert len(subjects(items)) == 4
    assert len(_faults(items)) == 3


def test_private_drafts_and_harvest_sources_are_passed_over(client: Client, site: Site) -> None:
    Portal(
        [
            package("a"),
            package("b", private=True),
            package("c", private="true"),
            package("d", state="draft"),
            package("e", type="harvest"),
            package("f", type={"name": "harvest"}),
            package("g", type="dataset_series"),
        ]
    ).on(site)

    items = list(harvest(asked(site.url, client)))

    assert subjects(items) == ["a", "g"]
    assert [item.kind for item in items if isinstance(item, Record)] == ["catalogue", "dataset", "series"]
    assert [item for item in items if isinstance(item, Declared)] == [Declared(2)]


def test_a_deleted_dataset_is_withdrawn(client: Client, site: Site) -> None:
    Portal([package("a"), package("b", state="deleted")]).on(site)

    items = list(harvest(asked(site.url, client)))

    assert [item for item in items if isinstance(item, Withdrawn)] == [Withdrawn(f"{site.url}/dataset/id-b")]


def test_a_dataset_is_known_by_its_own_iri_else_by_its_id_and_never_by_its_name(
    client: Client, site: Site
) -> None:
    Portal(
        [
            package("a"),
            package("b", uri="https://hospital.example/b"),
            package("c", extras=[{"key": "uri", "value": "https://hospital.example/c"}]),
            package("d", uri="b7-d"),
            {"id": "e/ e", "title": "E", "metadata_modified": "2026-01-01T00:00:00"},
        ]
    ).on(site)

    items = [item for item in harvest(asked(site.url, client)) if isinstance(item, Record)]

    assert {item.subject.value for item in items[1:]} == {
        f"{site.url}/dataset/id-a",
        "https://hospital.example/b",
        "https://hospital.example/c",
        f"{site.url}/dataset/id-d",
        f"{site.url}/dataset/e%2F%20e",
    }


def test_a_dataset_that_nothing_identifies_is_rejected_and_the_others_come(
    client: Client, site: Site
) -> None:
    results: list[object] = [package("a"), {"title": "Nameless"}, "words", None, [], package("b")]
    Portal([], answers={"package_search": lambda q: ok({"count": 6, "results": results})}).on(site)

    items = list(harvest(asked(site.url, client)))

    assert subjects(items) == ["a", "b"]
    rejected = [item for item in items if isinstance(item, Rejected)]
    assert len(rejected) == 4
    assert b"Nameless" in rejected[0].raw


def test_what_is_nested_very_deeply_is_rejected_and_the_others_come(client: Client, site: Site) -> None:
    deep: object = "heart"
    for _ in range(900):
        deep = [deep]
    results: list[object] = [{"title": "Nameless", "extras": deep}, package("b")]
    Portal([], answers={"package_search": lambda q: ok({"count": 2, "results": results})}).on(site)

    items = list(harvest(asked(site.url, client)))

    assert subjects(items) == ["b"]
    assert [b"Nameless" in item.raw for item in items if isinstance(item, Rejected)] == [True]


def test_a_harvest_that_was_interrupted_goes_on_where_it_stopped(client: Client, site: Site) -> None:
    Portal(named("a b c d e")).on(site)
    items = list(harvest(asked(site.url, client, rows="2")))
    stops = [(index, item) for index, item in enumerate(items) if isinstance(item, Reached)]

    assert len(stops) == 3
    for index, stop in stops:
        rest = harvest(asked(site.url, client, rows="2", cursor=stop.cursor))
        assert subjects(items[:index]) + subjects(rest) == ["a", "b", "c", "d", "e"]


def test_a_cursor_that_cannot_be_read_begins_anew(client: Client, site: Site) -> None:
    Portal(named("a b")).on(site)

    for cursor in ("x", "[]", '{"page": 3}'):
        assert subjects(harvest(asked(site.url, client, cursor=cursor))) == ["a", "b"]


def test_a_search_and_a_filter_go_with_every_request(client: Client, site: Site) -> None:
    Portal(named("a b c")).on(site)

    list(harvest(asked(site.url, client, rows="2", query="heart", filter="groups:x OR tags:y")))

    listing = [path for path in site.paths if "package_search" in path and "rows=2" in path]
    assert len(listing) == 2
    assert all("q=heart" in path and "%2B%28groups%3Ax+OR+tags%3Ay%29" in path for path in listing)


def test_sources_of_harvests_are_not_asked_for(client: Client, site: Site) -> None:
    Portal(named("a")).on(site)

    list(harvest(asked(site.url, client)))

    assert any("-dataset_type%3A%28harvest" in path for path in site.paths)


@pytest.mark.parametrize(
    "options", [{"rows": "many"}, {"rows": "0"}, {"rows": "1001"}, {"rdf": "yes"}, {"base": "elm"}]
)
def test_options_that_cannot_be_are_told(client: Client, site: Site, options: dict[str, str]) -> None:
    with pytest.raises(Invalid, match="option"):
        list(harvest(asked(site.url, client, **options)))

    assert site.asked == []


def test_a_beginning_of_iris_with_what_no_iri_may_have_is_mended(client: Client, site: Site) -> None:
    Portal(named("a")).on(site)

    items = list(harvest(asked(site.url, client, base="https://elm.example/our data/")))

    assert [item.subject.value for item in items if isinstance(item, Record)] == [
        "https://elm.example/our%20data",
        "https://elm.example/our%20data/dataset/id-a",
    ]


def test_dkan_that_has_no_search_is_read_by_its_list(client: Client, site: Site) -> None:
    every = named("a b c")

    def listing(query: dict[str, str]) -> Reply:
        start = int(query["offset"])
        return ok([every[start : start + int(query["limit"])]])

    answers = {
        "package_search": lambda query: Reply(b"", 404),
        "current_package_list_with_resources": listing,
    }
    Portal([], answers=answers).on(site)  # type: ignore[arg-type]

    items = list(harvest(asked(site.url, client, rows="2")))

    assert (subjects(items), _faults(items)) == (["a", "b", "c"], [])


def test_a_list_that_pays_no_heed_to_pages_is_read_once(client: Client, site: Site) -> None:
    answers = {
        "package_search": lambda query: Reply(b"", 404),
        "current_package_list_with_resources": lambda query: ok(named("a b c")),
    }
    Portal([], answers=answers).on(site)  # type: ignore[arg-type]

    items = list(harvest(asked(site.url, client, rows="2")))

    assert (subjects(items), _faults(items)) == (["a", "b", "c"], [])


def test_a_redirect_to_a_private_address_is_refused(client: Client, site: Site, trap: Site) -> None:
    hidden = trap.url.replace("127.0.0.1", "localhost")
    moved = Reply(status=302, headers={"Location": f"{hidden}/api/3/action/package_search"})
    Portal([], answers={"package_search": lambda query: moved}).on(site)

    with pytest.raises(CatalogueError):
        list(harvest(asked(site.url, client)))

    assert trap.asked == []


def test_no_address_in_the_data_is_ever_asked(client: Client, site: Site, trap: Site) -> None:
    hostile: Package = {
        "url": trap.url,
        "uri": f"{trap.url}/dataset/1",
        "license_url": trap.url,
        "resources": [{"url": f"{trap.url}/data.csv", "uri": f"{trap.url}/r/1"}],
        "extras": [{"key": "documentation", "value": json.dumps([f"{trap.url}/page"])}],
    }
    status: Package = {"site_title": "X", "site_url": trap.url, "extensions": ["dcat"]}
    Portal([package("a", **hostile)], status=status, rdf="catalog dataset").on(site)

    list(harvest(asked(site.url, client)))

    assert trap.asked == []


def test_the_key_to_the_site_is_shown_to_the_site_alone(make_client: MakeClient, site: Site) -> None:
    Portal(named("a")).on(site)
    home = site.url.replace("http://", "http://me:s3cret@")

    items = list(harvest(asked(site.url, make_client(home=home))))

    assert all("authorization" in one.headers for one in site.asked)
    assert "s3cret" not in str(items)


def _faults(items: list[object]) -> list[str]:
    """The words of each fault that the tests look for."""
    told = [item.reason for item in items if isinstance(item, Incomplete)]
    words = (
        "nothing new",
        "ends after 2",
        "from number 3 on could not be had",
        "does not say that it has none",
    )
    return [next((word for word in words if word in one), one) for one in told]
