"""The FAIR Data Point Index: every active node in turn, and none that is not."""

from collections.abc import Iterable, Iterator
from contextlib import ExitStack

import orjson
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as some

from catalogue.errors import CatalogueError, NotFound, Unavailable, Unreadable
from catalogue.records import Harvested
from harvesters.fdp import harvest
from harvesters.http import Client
from tests.harvest.asking import asked
from tests.harvest.feeds import cursors, faults, names
from tests.harvest.loopback import Reply, Site, served
from tests.harvest.points import ROOT, catalogue, container, resource, turtle

Entry = dict[str, object]


@pytest.fixture
def points() -> Iterator[list[Site]]:
    """Three points with one dataset each, in the order of their addresses."""
    with ExitStack() as running:
        sites = sorted((running.enter_context(served()) for _ in range(3)), key=lambda site: f"{site.url}/")
        for number, site in enumerate(sites):
            name = f"/d{number}"
            site.pages["/"] = turtle(resource("/", ROOT), container("/", "fdp-o:metadataCatalog", "/c"))
            site.pages["/c"] = catalogue("/c", name)
            site.pages[name] = turtle(resource(name))
        yield sites


def _entry(site: Site, state: str = "ACTIVE", permit: str = "ACCEPTED") -> Entry:
    return {"uuid": "x", "clientUrl": f"{site.url}/", "state": state, "permit": permit}


def _json(value: object) -> Reply:
    return Reply(orjson.dumps(value), headers={"Content-Type": "application/json"})


def _datasets(items: Iterable[Harvested]) -> list[str]:
    return [name for name in names(items) if name.startswith("d")]


def test_every_active_node_is_harvested(client: Client, site: Site, points: list[Site]) -> None:
    site.pages["/index/entries/all"] = _json([_entry(point) for point in points])

    items = list(harvest(asked(f"{site.url}/index/entries/all", client)))

    assert (_datasets(items), faults(items)) == (["d0", "d1", "d2"], [])


@pytest.mark.parametrize(
    ("state", "permit"),
    [("INACTIVE", "ACCEPTED"), ("UNREACHABLE", "ACCEPTED"), ("INVALID", "ACCEPTED"), ("UNKNOWN", "ACCEPTED"),
     ("ACTIVE", "PENDING"), ("ACTIVE", "REJECTED")],
)  # fmt: skip
def test_a_node_that_is_not_active_or_not_accepted_is_not_asked(
    client: Client, site: Site, points: list[Site], state: str, permit: str
) -> None:
    entries = [_entry(points[0]), _entry(points[1], state, permit)]
    site.pages["/index/entries/all"] = _json(entries)

    items = list(harvest(asked(f"{site.url}/index/entries/all", client)))

    assert (_datasets(items), faults(items)) == (["d0"], [])
    assert points[1].asked == []


@pytest.mark.parametrize("shape", ["flat", "nested", "last"])
def test_the_entries_may_come_in_pages(client: Client, site: Site, points: list[Site], shape: str) -> None:
    for number, point in enumerate(points):
        about: dict[str, object] = {"number": number, "totalPages": 3}
        shapes: dict[str, Entry] = {"flat": about, "nested": {"page": about}, "last": {"last": number == 2}}
        page = {"content": [_entry(point)], **shapes[shape]}
        site.pages["/index/entries?state=ACTIVE" + (f"&page={number}" if number else "")] = _json(page)

    items = list(harvest(asked(f"{site.url}/index/entries?state=ACTIVE", client)))

    assert _datasets(items) == ["d0", "d1", "d2"]


def test_pages_that_never_end_are_told(client: Client, site: Site, points: list[Site]) -> None:
    class Endless(dict[str, object]):
        def get(self, path: object, default: object = None) -> Reply:
            return _json({"content": [_entry(points[0])]})

    site.pages = Endless()  # type: ignore[assignment]

    with pytest.raises(Unavailable, match="do not come to an end"):
        list(harvest(asked(f"{site.url}/index/entries", client)))


def test_the_operator_can_say_that_an_address_is_that_of_an_index(
    client: Client, site: Site, points: list[Site]
) -> None:
    site.pages["/hub/index/entries?state=ACTIVE&size=100"] = _json(
        {"content": [_entry(points[0])], "last": True}
    )

    items = list(harvest(asked(f"{site.url}/hub/", client, index="yes")))

    assert _datasets(items) == ["d0"]
    assert site.paths[0] == "/hub/index/entries/all"


def test_a_node_that_fails_is_named_and_the_others_come(
    client: Client, site: Site, points: list[Site]
) -> None:
    points[1].pages["/"] = Reply(status=500)
    site.pages["/index/entries/all"] = _json([_entry(point) for point in points])

    items = list(harvest(asked(f"{site.url}/index/entries/all", client)))

    assert _datasets(items) == ["d0", "d2"]
    assert [points[1].url in fault for fault in faults(items)] == [True]


def test_a_node_on_a_private_address_is_refused(
    client: Client, site: Site, points: list[Site], trap: Site
) -> None:
    inner = [
        {"clientUrl": f"http://{host}:{trap.port}/", "state": "ACTIVE"} for host in ("localhost", "127.1")
    ]
    site.pages["/index/entries/all"] = _json([*inner, _entry(points[0])])

    items = list(harvest(asked(f"{site.url}/index/entries/all", client)))

    assert (_datasets(items), len(faults(items))) == (["d0"], 2)
    assert trap.asked == []


@pytest.mark.parametrize("place", [0, 1, 2, 4, 7])
def test_a_harvest_of_an_index_goes_on_in_the_node_that_it_reached(
    client: Client, site: Site, points: list[Site], place: int
) -> None:
    site.pages["/index/entries/all"] = _json([_entry(point) for point in points])
    url = f"{site.url}/index/entries/all"
    before = []
    for item in harvest(asked(url, client), every=1):
        before.append(item)
        if len(cursors(before)) == place + 1:
            break

    after = list(harvest(asked(url, client, cursor=cursors(before)[-1]), every=1))

    assert _datasets(before) + _datasets(after) == ["d0", "d1", "d2"]
    assert faults(after) == []


@pytest.mark.parametrize("answer", [[], {"content": [], "last": True}, [{"clientUrl": 3}], [None]])
def test_an_index_without_active_nodes_is_not_taken_for_empty(
    client: Client, site: Site, answer: object
) -> None:
    site.pages["/index/entries/all"] = _json(answer)

    with pytest.raises(Unreadable, match="no active"):
        list(harvest(asked(f"{site.url}/index/entries/all", client)))


def test_an_index_that_is_not_there_ends_the_harvest(client: Client, site: Site) -> None:
    with pytest.raises(NotFound):
        list(harvest(asked(f"{site.url}/index/entries/all", client)))


NAMES = some.sampled_from(["content", "page", "number", "totalPages", "state"])
ANYTHING = some.recursive(
    some.none() | some.booleans() | some.integers(-9, 2**40) | some.text(max_size=8),
    lambda inner: (
        some.lists(inner, max_size=3)
        | some.dictionaries(
            some.sampled_from(["content", "page", "number", "totalPages", "state"]), inner, max_size=4
        )
    ),
    max_leaves=8,
)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=40, deadline=None)
@given(ANYTHING)
def test_any_json_in_place_of_an_index_raises_nothing_unknown(
    client: Client, site: Site, value: object
) -> None:
    site.pages["/index/entries/all"] = _json(value)

    try:
        list(harvest(asked(f"{site.url}/index/entries/all", client)))
    except CatalogueError:
        return
