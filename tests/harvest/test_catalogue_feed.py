"""Another FAIRfinder as a source: read whole once, followed from then on, and never read back."""

import copy
import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from datetime import timedelta
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pyoxigraph import Triple

from catalogue.canonical import canonical
from catalogue.errors import CatalogueError, Invalid, NotFound, Refused, Unavailable, Unreadable
from catalogue.records import (
    Changes,
    Declared,
    Harvested,
    Incomplete,
    Noted,
    Reached,
    Record,
    Rejected,
    Withdrawn,
)
from catalogue.settings import Settings
from harvesters.catalogue_feed import KIND, harvest
from harvesters.http import Client
from ontologies.namespaces import FOAF, SCHEMA
from tests.asking import ask
from tests.harvest.asking import asked
from tests.harvest.conftest import MakeClient
from tests.harvest.feeds import names, rejected, totals, until_error
from tests.harvest.loopback import Asked as Heard
from tests.harvest.loopback import Reply, Site
from tests.harvest.tables import incomplete
from tests.interfaces.other import Other
from web.demo.nodes.catalogue_feed import NODE, answering
from web.demo.playing import Heard as NodeHeard

URL = "https://other.example"


@dataclass
class Neighbour:
    """A real catalogue, and a client that reaches nothing else; `small` makes its pages small."""

    other: Other
    client: Client
    asked: list[str] = field(default_factory=list)
    small: int = 2
    failing: Callable[[httpx.URL], httpx.Response | None] = lambda url: None

    def harvest(
        this, cursor: str = "", remembered: dict[str, str] | None = None, /, **options: str
    ) -> list[Harvested]:
        return list(harvest(asked(URL, this.client, cursor=cursor, remembered=remembered, **options)))

    def answer(self, request: httpx.Request) -> httpx.Response:
        self.asked.append(str(request.url))
        failed = self.failing(request.url)
        if failed is not None:
            return failed
        url = request.url
        if url.path.endswith("/changes"):
            url = url.copy_set_param("limit", str(self.small))
        found = ask(self.other.site.app, httpx.Request("GET", url))
        return httpx.Response(found.status_code, content=found.content)


@pytest.fixture
def neighbour(make_client: MakeClient) -> Iterator[Neighbour]:
    found = neighbour_at(URL, make_client)
    yield found
    found.other.catalogue.close()


def neighbour_at(base: str, make_client: MakeClient) -> Neighbour:
    found = Neighbour(Other(Settings(base_url=base, title="Other", publisher="Hospital")), make_client())
    found.client = make_client(httpx.MockTransport(found.answer))
    return found


def noted(items: list[Harvested]) -> dict[str, str]:
    return {item.name: item.value for item in items if isinstance(item, Noted)}


def cursors(items: list[Harvested]) -> list[str]:
    return [item.cursor for item in items if isinstance(item, Reached)]


def withdrawn(items: list[Harvested]) -> list[str]:
    return [item.subject for item in items if isinstance(item, Withdrawn)]


def datasets(items: list[Harvested]) -> list[str]:
    return [name for name in names(items) if name != "catalog"]


def test_the_first_harvest_reads_every_record_and_declares_how_many(neighbour: Neighbour) -> None:
    neighbour.other.take("north", "a", "b", "c")
    neighbour.other.take("south", "d", "e")

    items = neighbour.harvest()

    assert sorted(datasets(items)) == ["a", "b", "c", "d", "e"]
    assert totals(items) == [5]
    assert rejected(items) == incomplete(items) == withdrawn(items) == []
    assert not any(isinstance(item, Changes) for item in items)
    assert len(cursors(items)) == 3


def test_the_other_catalogue_is_a_record_too_and_lists_the_others(neighbour: Neighbour) -> None:
    neighbour.other.take("north", "a")

    catalogue, record = [item for item in neighbour.harvest() if isinstance(item, Record)]

    assert (catalogue.kind, catalogue.subject.value) == ("catalogue", f"{URL}/catalog")
    assert "Hospital" in str(catalogue.triples)
    assert record.member_of == (catalogue.subject,)


def test_a_record_passes_through_untouched_with_what_the_other_catalogue_says_of_it(
    neighbour: Neighbour,
) -> None:
    neighbour.other.take("north", "a")
    [entry] = neighbour.other.catalogue.ledger.page()
    stored = neighbour.other.catalogue.record(entry.id)

    record = next(item for item in neighbour.harvest() if isinstance(item, Record) and item.kind == "dataset")

    assert record.origin == f"{URL}/dataset/{entry.id}"
    link = Triple(record.subject, FOAF.isPrimaryTopicOf, stored.envelope.record)
    assert canonical(record.triples) == canonical([*stored.export(), link])


def test_the_address_of_a_withdrawn_record_tells_so(neighbour: Neighbour) -> None:
    neighbour.other.take("north", "a", "b")
    origins = [
        item.origin for item in neighbour.harvest() if isinstance(item, Record) and names([item]) == ["a"]
    ]

    neighbour.other.forget("north", "b")

    assert KIND.own_pages
    with pytest.raises(NotFound):
        neighbour.client.get(origins[0])


def test_a_later_harvest_reads_changes_alone(neighbour: Neighbour) -> None:
    neighbour.other.take("north", "a", "b", "c")
    neighbour.other.now += timedelta(hours=1)
    remembered = noted(neighbour.harvest())
    neighbour.other.take("north", "a", "b Changed", "c", "d")

    items = neighbour.harvest("", remembered)

    assert isinstance(items[0], Changes)
    assert sorted(datasets(items)) == ["b", "d"]
    assert totals(items) == []
    assert noted(items)["since"] > remembered["since"]


def test_each_harvest_goes_back_ten_minutes_for_what_was_being_written(neighbour: Neighbour) -> None:
    neighbour.other.take("north", "a")
    remembered = noted(neighbour.harvest())

    assert remembered == {"since": "2026-03-03T13:56:00+00:00"}
    assert datasets(neighbour.harvest("", remembered)) == ["a"]


def test_what_changed_while_the_harvest_went_on_comes_in_the_next_one(neighbour: Neighbour) -> None:
    neighbour.other.take("north", "a", "b", "c", "d")
    taken: list[Harvested] = []

    for item in harvest(asked(URL, neighbour.client)):
        taken.append(item)
        if isinstance(item, Reached) and len(cursors(taken)) == 1:
            first = datasets(taken)[0]
            others = [name for name in "abcd" if name != first]
            neighbour.other.now += timedelta(hours=5)
            neighbour.other.take("north", *others, f"{first} Changed")
    later = neighbour.harvest("", noted(taken))

    assert any("Changed" in str(item.triples) for item in later if isinstance(item, Record))


def test_withdrawals_are_passed_on_and_returns_too(neighbour: Neighbour) -> None:
    neighbour.other.take("north", "a", "b")
    remembered = noted(neighbour.harvest())

    neighbour.other.forget("north", "b")
    items = neighbour.harvest("", remembered)
    assert withdrawn(items) == ["https://north.example/a"]

    remembered = noted(items)
    neighbour.other.now += timedelta(hours=1)
    neighbour.other.take("north", "a", "b")
    items = neighbour.harvest("", remembered)
    assert (datasets(items), withdrawn(items)) == (["a"], [])


def test_a_record_that_is_only_missing_there_stays(neighbour: Neighbour) -> None:
    neighbour.other.take("north", "a", "b")
    remembered = noted(neighbour.harvest())
    neighbour.other.take("north", "b", after=timedelta(hours=2))

    assert withdrawn(neighbour.harvest("", remembered)) == []
    assert sorted(datasets(neighbour.harvest())) == ["a", "b"]


def test_what_another_source_there_still_has_is_not_withdrawn(neighbour: Neighbour) -> None:
    neighbour.other.take("north", "a", "b")
    neighbour.other.take("south", "a")
    remembered = noted(neighbour.harvest())
    neighbour.other.forget("north", "b")

    items = neighbour.harvest("", remembered)

    assert withdrawn(items) == []


def test_one_subject_from_two_sources_there_comes_once(neighbour: Neighbour) -> None:
    neighbour.other.take("north", "a")
    neighbour.other.take("south", "a Else")

    items = neighbour.harvest()

    assert datasets(items) == ["a"]
    assert len(rejected(items)) == 1
    assert rejected(items)[0].place == "https://north.example/a"


def test_an_interrupted_harvest_goes_on_behind_each_page_and_loses_nothing(neighbour: Neighbour) -> None:
    neighbour.other.take("north", "a", "b", "c", "d", "e")
    whole = neighbour.harvest()

    for cursor in cursors(whole):
        place = whole.index(Reached(cursor))
        rest = neighbour.harvest(cursor)
        assert datasets(rest) == datasets(whole[place:])
        assert totals(rest) == [5]
        assert noted(rest) == noted(whole)


def test_an_interrupted_harvest_of_changes_goes_on_as_one(neighbour: Neighbour) -> None:
    neighbour.other.take("north", "a", "b", "c")
    remembered = noted(neighbour.harvest())
    items = neighbour.harvest("", remembered)

    rest = neighbour.harvest(cursors(items)[0], remembered)

    assert isinstance(rest[0], Changes)
    assert datasets(rest) == datasets(items)[2:]


@pytest.mark.parametrize(
    "cursor", ["garbage", "[]", '["x", 1, 2, 3]', '["nonsense", false, "", 0]', "null", "{}"]
)
def test_a_cursor_that_is_understood_no_more_means_a_full_harvest(neighbour: Neighbour, cursor: str) -> None:
    neighbour.other.take("north", "a")

    items = neighbour.harvest(cursor)

    assert (datasets(items), totals(items)) == (["a"], [1])


def test_a_place_that_the_other_catalogue_refuses_means_a_full_harvest(neighbour: Neighbour) -> None:
    neighbour.other.take("north", "a")

    for status in (400, 404, 410, 422):
        neighbour.failing = lambda url, status=status: (
            httpx.Response(status) if "since" in url.params and "/records" not in url.path else None
        )
        neighbour.small = 100
        items = neighbour.harvest("", {"since": "2020-01-01T00:00:00Z"})

        assert (datasets(items), totals(items)) == (["a"], [1])
        assert not any(isinstance(item, Changes) for item in items)


def test_what_came_from_here_is_passed_over(neighbour: Neighbour, make_client: MakeClient) -> None:
    neighbour.other.take("north", "a")
    there = neighbour_at("https://there.example", make_client)
    there.other.catalogue.ingest("ours", neighbour.harvest())
    there.other.take("south", "own")

    def from_there(**options: str) -> list[Harvested]:
        return list(harvest(asked("https://there.example", there.client, **options)))

    plain, formerly = from_there(), from_there(self=f"{URL}/")
    known = list(harvest(replace(asked("https://there.example", there.client), base=URL)))

    assert sorted(datasets(plain)) == ["a", "own"]
    assert datasets(known) == datasets(formerly) == ["own"]
    assert (totals(plain), totals(known), totals(formerly)) == ([3], [1], [1])
    there.other.catalogue.close()


def test_what_came_from_here_through_a_third_catalogue_is_passed_over(
    neighbour: Neighbour, make_client: MakeClient
) -> None:
    neighbour.other.take("north", "a")
    chain = [neighbour]
    for host in ("https://second.example", "https://third.example"):
        found = neighbour_at(host, make_client)
        before = chain[-1]
        root = before.other.catalogue.base
        found.other.catalogue.ingest("before", list(harvest(asked(root, before.client))))
        chain.append(found)
    last = chain[-1]

    items = list(harvest(asked("https://third.example", last.client, self=URL)))

    assert datasets(items) == []
    assert "https://second.example/catalog" in [i.subject.value for i in items if isinstance(i, Record)]
    for one in chain[1:]:
        one.other.catalogue.close()


def test_an_address_for_itself_that_is_none_is_told(neighbour: Neighbour) -> None:
    with pytest.raises(Invalid, match="option self"):
        neighbour.harvest(self="me")


@pytest.mark.parametrize("suffix", ["", "/", "/api/v1/changes", "/api/v1/changes?limit=3", "?lang=fr"])
def test_the_address_may_be_given_in_any_usual_form(neighbour: Neighbour, suffix: str) -> None:
    neighbour.other.take("north", "a")

    assert datasets(list(harvest(asked(URL + suffix, neighbour.client)))) == ["a"]


def test_a_later_page_that_fails_makes_the_run_incomplete(neighbour: Neighbour) -> None:
    neighbour.other.take("north", "a", "b", "c")
    neighbour.failing = lambda url: httpx.Response(500) if "since" in url.params else None

    items = neighbour.harvest()

    assert len(datasets(items)) == 2
    assert len(incomplete(items)) == 1
    assert "500" in incomplete(items)[0]
    assert noted(items) == {}
    assert totals(items) == []


def test_statements_that_cannot_be_had_make_the_run_incomplete(neighbour: Neighbour) -> None:
    neighbour.other.take("north", "a", "b", "c")
    neighbour.failing = lambda url: httpx.Response(503) if url.path.endswith("/records") else None

    items = neighbour.harvest()

    assert datasets(items) == []
    assert len(incomplete(items)) == 1
    assert cursors(items) == []


def test_one_record_that_cannot_be_sent_leaves_the_others_whole(neighbour: Neighbour) -> None:
    neighbour.other.take("north", "a", "b", "c")
    neighbour.small = 10
    bad = next(one.id for one in neighbour.other.catalogue.ledger.page() if one.subject.endswith("/b"))
    neighbour.failing = lambda url: (
        httpx.Response(200, content=b"<html>") if bad in url.params.get("ids", "") else None
    )

    items = neighbour.harvest()

    assert sorted(datasets(items)) == ["a", "c"]
    assert [item.place for item in rejected(items)] == ["https://north.example/b"]
    assert incomplete(items) == []


def test_nothing_is_fetched_before_the_first_item_is_asked_for(neighbour: Neighbour) -> None:
    harvest(asked(URL, neighbour.client))

    assert neighbour.asked == []


def test_a_catalogue_that_says_it_is_empty_is_read_as_empty(neighbour: Neighbour) -> None:
    items = neighbour.harvest()

    assert (datasets(items), totals(items), incomplete(items)) == ([], [0], [])


# What a feed may say that no FAIRfinder says.

RECORD_ID = "kfyvm3xkqzsd2u5a"
ITEM: dict[str, object] = {
    "id": RECORD_ID,
    "iri": "https://data.example/a",
    "kind": "dataset",
    "state": "present",
    "still_held": True,
    "modified": "2026-03-03T14:05:00Z",
    "digest": "x",
    "source": "north",
    "record": f"https://feed.example/record/{RECORD_ID}",
}
ENVELOPE = """
<{r}> <http://www.w3.org/1999/02/22-rdf-syntax-ns#type> <http://www.w3.org/ns/dcat#CatalogRecord> .
<{r}> <http://xmlns.com/foaf/0.1/primaryTopic> <https://data.example/a> .
<{r}> <http://purl.org/dc/terms/type> "dataset" .
<{r}> <http://purl.org/dc/terms/issued> "2026-03-03T14:05:00+00:00" .
<{r}> <http://purl.org/dc/terms/modified> "2026-03-03T14:05:00+00:00" .
<{r}> <http://purl.org/dc/terms/source> "north" .
<{r}> <http://www.w3.org/ns/prov#wasDerivedFrom> "file" .
<{r}> <SCHEMAsha256> "x" .
<https://data.example/a> <http://purl.org/dc/terms/title> "A" .
""".format(r=ITEM["record"])
BODY: dict[str, object] = {
    "next": "n1",
    "complete": True,
    "total": 1,
    "at": "2026-03-03T15:00:00Z",
    "catalogue": {"iri": "https://feed.example/catalog", "title": "Feed", "publisher": "", "homepage": ""},
    "items": [ITEM],
}


def envelope() -> str:
    """The statements of a record as a FAIRfinder sends them."""
    return ENVELOPE.replace("SCHEMAsha256", SCHEMA.sha256.value)


def feed(site: Site, *bodies: object, text: object = None) -> list[Harvested]:
    """Serve these bodies as pages of a feed and harvest them."""
    pages = iter(bodies)

    def changes(heard: Heard) -> Reply:
        return Reply(json.dumps(next(pages, {})).encode())

    first = "/api/v1/changes?limit=500"
    site.pages[first] = changes
    for number in range(1, 9):
        site.pages[f"{first}&since=n{number}"] = changes
    told = {"records": {RECORD_ID: envelope() if text is None else text}}
    site.pages[f"/api/v1/changes/records?ids={RECORD_ID}"] = Reply(json.dumps(told).encode())
    return []


def from_site(site: Site, client: Client, *bodies: object, text: object = None) -> list[Harvested]:
    feed(site, *bodies, text=text)
    return list(harvest(asked(site.url, client)))


def page(number: int, *items: dict[str, object], complete: bool = False) -> dict[str, object]:
    return {**BODY, "next": f"n{number}", "complete": complete, "items": list(items)}


def changed(id: str, minute: int) -> dict[str, object]:
    return {**ITEM, "id": id * 16, "state": "gone", "modified": f"2026-03-03T14:{minute:02}:00Z"}


def test_a_plain_feed_is_read(site: Site, client: Client) -> None:
    assert datasets(from_site(site, client, BODY)) == ["a"]


def test_a_feed_that_runs_in_a_circle_ends_as_incomplete(site: Site, client: Client) -> None:
    one, two = page(1, changed("a", 1), changed("b", 2)), page(2, changed("c", 3))

    items = from_site(site, client, one, two, one, two, one)

    assert "circle" in incomplete(items)[0]
    assert len(site.asked) == 3
    assert noted(items) == {}


def test_a_page_that_repeats_itself_ends_as_incomplete(site: Site, client: Client) -> None:
    items = from_site(site, client, *[page(1, changed("a", 1))] * 4)

    assert "circle" in incomplete(items)[0]
    assert len(site.asked) == 2


def test_an_empty_page_that_is_not_the_last_ends_as_incomplete(site: Site, client: Client) -> None:
    items = from_site(site, client, page(1, changed("a", 1)), page(2), page(3))

    assert "empty" in incomplete(items)[0]
    assert noted(items) == {}


def test_pages_without_end_are_left_at_a_limit(site: Site, client: Client) -> None:
    feed(site, *(page(number, changed("a", number)) for number in range(1, 9)))

    items = list(harvest(asked(site.url, client), max_pages=3))

    assert "3 pages" in incomplete(items)[0]


def test_no_address_that_the_feed_mentions_is_asked(site: Site, trap: Site, make_client: MakeClient) -> None:
    hostile = {**ITEM, "iri": f"{trap.url}/a", "record": f"{trap.url}/record/x"}
    body = {**BODY, "next": f"{trap.url}/", "catalogue": {"iri": f"{trap.url}/c", "homepage": trap.url}}
    text = envelope().replace("https://data.example", trap.url)

    from_site(site, make_client(), {**body, "items": [hostile]}, text=text)

    assert trap.asked == []


def test_a_redirect_to_a_private_address_is_refused(trap: Site, make_client: MakeClient) -> None:
    def answer(request: httpx.Request) -> httpx.Response:
        return httpx.Response(302, headers={"Location": f"{trap.url}/api/v1/changes"})

    guarded = make_client(allow_hosts=frozenset())
    with pytest.raises(Refused):
        list(harvest(asked(trap.url, guarded)))
    with pytest.raises(CatalogueError):
        list(harvest(asked("file:///etc/passwd", make_client(httpx.MockTransport(answer)))))

    assert trap.asked == []


@pytest.mark.parametrize(
    ("reply", "error"),
    [
        (Reply(b"<html>Welcome</html>"), Unreadable),
        (Reply(b"[]"), Unreadable),
        (Reply(b'{"items": {}, "next": "", "complete": true, "total": 1}'), Unreadable),
        (Reply(b'{"items": [], "next": "", "complete": "yes", "total": 1}'), Unreadable),
        (Reply(b'{"items": [], "next": "", "complete": true, "total": true}'), Unreadable),
        (Reply(status=404), NotFound),
        (Reply(status=403), Unavailable),
        (Reply(status=500), Unavailable),
    ],
)
def test_what_is_no_change_feed_is_told(
    site: Site, client: Client, reply: Reply, error: type[Exception]
) -> None:
    site.pages["/api/v1/changes?limit=500"] = reply

    with pytest.raises(error):
        list(harvest(asked(site.url, client)))


def test_a_catalogue_without_a_change_feed_is_told_what_to_do(site: Site, client: Client) -> None:
    with pytest.raises(NotFound, match=r"/catalog\.ttl as a source of kind dcat"):
        list(harvest(asked(site.url, client)))


@pytest.mark.parametrize(
    "text",
    [
        "",
        7,
        "no statements",
        '<https://data.example/a> <https://data.example/p> "x" .\n',
        envelope().replace("https://data.example/a", "https://data.example/other"),
        envelope().replace('"dataset"', '"spaceship"'),
        envelope().replace('"2026-03-03T14:05:00+00:00"', '"yesterday"'),
    ],
)
def test_statements_that_are_not_of_the_record_are_set_aside_and_it_counts_as_seen(
    site: Site, client: Client, text: object
) -> None:
    items = from_site(site, client, BODY, text=text)

    assert datasets(items) == []
    assert [item.place for item in rejected(items)] == ["https://data.example/a"]
    assert incomplete(items) == []


def test_a_value_longer_than_the_parser_takes_costs_its_record_alone(
    site: Site, make_client: MakeClient
) -> None:
    text = envelope().replace('"A"', f'"{"A" * 17_000_000}"')

    items = from_site(site, make_client(max_bytes=20_000_000), BODY, text=text)

    assert [item.reason for item in rejected(items)] == [
        "Its statements cannot be read: it holds a single value of more than 16 MB, which is not read."
    ]
    assert incomplete(items) == []


@pytest.mark.parametrize(
    "wrong", [{"id": "../x"}, {"iri": "no iri"}, {"state": "odd"}, {"modified": "now"}, {"record": 7}]
)
def test_an_item_that_is_none_is_set_aside(site: Site, client: Client, wrong: dict[str, object]) -> None:
    items = from_site(site, client, {**BODY, "items": [{**ITEM, **wrong}, 7, None]})

    assert len(rejected(items)) == 3
    assert datasets(items) == []


_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=5,
)
_PLACES = [
    *[(name,) for name in BODY],
    *[("catalogue", name) for name in ("iri", "title", "publisher", "homepage")],
    *[("items", 0, name) for name in ITEM],
    ("items", 0),
]


@settings(max_examples=120, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    place=st.sampled_from(_PLACES),
    value=_JSON
    | st.sampled_from(["https://a.example/%zz", "http://[x", "urn:x", "9999-12-31T23:59:59-14:00"]),
)
def test_any_value_in_any_place_raises_nothing_but_our_errors(
    make_client: MakeClient, place: tuple[str | int, ...], value: object
) -> None:
    body = copy.deepcopy(BODY)
    inside: object = body
    for step in place[:-1]:
        inside = inside[step]  # type: ignore[index]
    inside[place[-1]] = value  # type: ignore[index]

    def answer(request: httpx.Request) -> httpx.Response:
        split = urlsplit(str(request.url))
        if split.path.endswith("/records"):
            ids = parse_qs(split.query)["ids"][0].split(",")
            return httpx.Response(200, content=json.dumps({"records": dict.fromkeys(ids, envelope())}))
        return httpx.Response(200, content=json.dumps(body))

    items, error = until_error(
        harvest(asked("https://feed.example", make_client(httpx.MockTransport(answer)), self=URL))
    )

    assert error is None or isinstance(error, CatalogueError)
    assert all(
        isinstance(item, Record | Rejected | Incomplete | Withdrawn | Declared | Noted | Reached)
        for item in items
    )


def test_the_demonstration_node_is_harvested_whole(make_client: MakeClient) -> None:
    assert NODE.answering is answering
    play = answering("http://127.0.0.1:1")

    def answer(request: httpx.Request) -> httpx.Response:
        served = play(NodeHeard("GET", request.url.raw_path.decode(), dict(request.headers)))
        assert served is not None
        return httpx.Response(served.status, content=served.content)

    client = make_client(httpx.MockTransport(answer))
    items = list(harvest(asked("https://elsewhere.example/", client)))

    assert len([item for item in items if isinstance(item, Record)]) == 4
    assert len(cursors(items)) == 2
    assert rejected(items) == incomplete(items) == []
    titles = [
        str(t) for item in items if isinstance(item, Record) for t in item.triples if isinstance(t, Triple)
    ]
    assert any("Prostate Cancer" in title for title in titles)
    changes = list(harvest(asked("https://elsewhere.example/", client, remembered=noted(items))))
    assert isinstance(changes[0], Changes)
