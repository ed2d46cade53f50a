"""The FHIR protocol with its quirks: versions, paging, totals, changes, deletions and interruptions."""

import json
import logging
from datetime import UTC, datetime

import pytest

from catalogue.errors import Invalid, NotFound, Refused, Unavailable, Unreadable
from catalogue.records import Changes, Noted, Reached, Rejected, Withdrawn
from harvesters.fhir import KIND, harvest
from harvesters.http import Client
from harvesters.kind import Asked as Order
from tests.harvest.asking import asked, vocabularies
from tests.harvest.conftest import MakeClient
from tests.harvest.feeds import until_error
from tests.harvest.fhir_server import (
    BASE,
    JSON,
    bundle,
    ids,
    lacks,
    library,
    listing,
    record,
    said,
    serving,
    statement,
    values,
)
from tests.harvest.loopback import Reply, Site
from web.demo.nodes.fhir import NODE, PATH, Hospital, resources
from web.demo.playing import Heard

SINCE = {"since": "2026-01-01T00:00:00Z"}


@pytest.mark.parametrize("end", ["", "/", "/metadata", "/metadata/"])
def test_the_address_may_be_that_of_the_server_or_of_its_metadata(
    client: Client, site: Site, end: str
) -> None:
    base = serving(site, "Library")
    site.pages[listing()] = bundle(library("a"))

    items = list(harvest(asked(base + end, client)))

    found = record(items, "/a")
    assert found.subject.value == found.origin == f"{base}/Library/a"
    assert [catalogue.value for catalogue in found.member_of] == [base]


@pytest.mark.parametrize("version", ["4.0.1", "4.3.0", "5.0.0", "6.0.0-ballot1", ""])
def test_each_version_from_r4_on_is_read(client: Client, site: Site, version: str) -> None:
    base = serving(site, "Library", version=version)
    site.pages[listing()] = bundle(library("a"))

    assert ids(harvest(asked(base, client))) == ["a"]


def test_a_version_before_r4_is_refused_with_the_versions_that_are_read(client: Client, site: Site) -> None:
    base = serving(site, "Library", version="3.0.2")

    with pytest.raises(Invalid, match=r"speaks FHIR 3.0.2. R4 \(4.0\), R4B \(4.3\) and R5"):
        list(harvest(asked(base, client)))


def test_a_server_that_speaks_xml_alone_is_told_clearly(client: Client, site: Site) -> None:
    site.pages[f"{BASE}/metadata"] = Reply(b'<CapabilityStatement xmlns="http://hl7.org/fhir"/>')

    with pytest.raises(Unreadable, match=r"answered with XML\. A FHIR server that answers in JSON"):
        list(harvest(asked(site.url + BASE, client)))


@pytest.mark.parametrize(
    ("answer", "told"),
    [
        (Reply(b"<!DOCTYPE html><html></html>"), "a web page"),
        (Reply(b"not json"), "no JSON"),
        (Reply(b""), "no JSON"),
        (Reply(b"[1]"), "no JSON object"),
        (said({"resourceType": "Patient"}), "no CapabilityStatement"),
        (
            said({"resourceType": "OperationOutcome", "issue": [{"diagnostics": "Closed on Sundays"}]}),
            "The server says: Closed on Sundays",
        ),
    ],
)
def test_what_is_no_fhir_server_is_told_as_what_it_is(
    client: Client, site: Site, answer: Reply, told: str
) -> None:
    site.pages[f"{BASE}/metadata"] = answer

    with pytest.raises(Unreadable, match=told):
        list(harvest(asked(site.url + BASE, client)))


def test_a_server_without_any_type_that_is_read_is_no_empty_catalogue(client: Client, site: Site) -> None:
    base = serving(site, "ValueSet")

    with pytest.raises(Unreadable, match="supports no type of resource that describes data"):
        list(harvest(asked(base, client)))


def test_a_server_that_cannot_be_had_raises_at_once(client: Client, site: Site) -> None:
    with pytest.raises(NotFound):
        list(harvest(asked(site.url + BASE, client)))


@pytest.mark.parametrize("address", ["ftp://fhir.example", "file:///etc/passwd", "fhir.example"])
def test_only_addresses_of_the_web_are_asked(client: Client, address: str) -> None:
    with pytest.raises(Refused):
        list(harvest(asked(address, client)))


@pytest.mark.parametrize(
    "options", [{"count": "0"}, {"count": "many"}, {"count": "5000"}, {"numbers": "maybe"}]
)
def test_an_option_that_is_no_choice_is_told(client: Client, options: dict[str, str]) -> None:
    with pytest.raises(Invalid, match="The option"):
        list(harvest(asked("http://127.0.0.1:1/fhir", client, **options)))


def test_pages_are_followed_as_they_are_linked(client: Client, site: Site) -> None:
    base = serving(site, "Library")
    site.pages[listing(size=2)] = bundle(library("a"), library("b"), then=f"{base}?_getpages=x-1&_count=2")
    site.pages[f"{BASE}?_getpages=x-1&_count=2"] = bundle(library("c"), then="?_getpages=x-2")
    site.pages[f"{BASE}?_getpages=x-2"] = bundle(library("d"))

    items = list(harvest(asked(base, client, count="2")))

    assert (ids(items), lacks(items)) == (["a", "b", "c", "d"], [])


@pytest.mark.parametrize(
    "link",
    [
        "{base}/Library?page=2",
        "Library?page=2",
        "?page=2",
        "/fhir/Library?page=2",
        "http://hapi:8080/fhir/Library?page=2",
        "http://hapi.internal/inner/r4/Library?page=2",
    ],
)
def test_a_next_link_may_be_relative_or_name_the_server_behind_a_proxy(
    client: Client, site: Site, link: str
) -> None:
    base = serving(site, "Library", implementation={"url": "http://hapi.internal/inner/r4"})
    site.pages[listing()] = bundle(library("a"), then=link.format(base=base))
    site.pages[f"{BASE}/Library?page=2"] = bundle(library("b"))

    items = list(harvest(asked(base, client)))

    assert (ids(items), lacks(items)) == (["a", "b"], [])


@pytest.mark.parametrize("path", ["Library/__page?t=1", "Library/__page/AbC_1-2", "Library/_search?ct=1"])
def test_the_page_addresses_of_known_servers_are_followed(client: Client, site: Site, path: str) -> None:
    base = serving(site, "Library")
    site.pages[listing()] = bundle(library("a"), then=f"{base}/{path}")
    site.pages[f"{BASE}/{path}"] = bundle(library("b"))

    assert ids(harvest(asked(base, client))) == ["a", "b"]


@pytest.mark.parametrize("host", ["localhost", "[::ffff:7f00:1]", "127.1", "0x7f.1"])
def test_a_next_link_to_another_server_never_leaves_the_one_that_was_asked(
    client: Client, site: Site, trap: Site, host: str
) -> None:
    base = serving(site, "Library")
    for then in (f"http://{host}:{trap.port}/fhir/Library?page=2", f"http://{host}:{trap.port}/other"):
        site.pages[listing()] = bundle(library("a"), then=then)

        items = list(harvest(asked(base, client)))

        assert ids(items) == ["a"]
        assert len(lacks(items)) == 1
    assert trap.asked == []


def test_a_redirect_to_a_private_address_is_refused(site: Site, trap: Site, make_client: MakeClient) -> None:
    site.pages[f"{BASE}/metadata"] = Reply(
        status=302, headers={"Location": f"http://localhost:{trap.port}/metadata"}
    )

    with pytest.raises(Refused):
        list(harvest(asked(site.url + BASE, make_client())))

    assert trap.asked == []


def test_a_server_without_next_links_is_told_by_its_total(client: Client, site: Site) -> None:
    base = serving(site, "Library")
    site.pages[listing()] = bundle(library("a"), library("b"), total=250)

    assert lacks(harvest(asked(base, client))) == ["Library: the server says it has 250, but listed 2."]


def test_a_full_page_without_total_and_next_is_checked_by_a_number(client: Client, site: Site) -> None:
    base = serving(site, "Library")
    site.pages[listing(size=2)] = bundle(library("a"), library("b"))
    site.pages[f"{BASE}/Library?_summary=count"] = said({"resourceType": "Bundle", "total": 7})

    assert lacks(harvest(asked(base, client, count="2"))) == [
        "Library: the server says it has 7, but listed 2."
    ]


def test_a_short_page_without_total_and_next_is_checked_by_a_number(client: Client, site: Site) -> None:
    base = serving(site, "Library")
    site.pages[listing()] = bundle(library("a"), library("b"))
    site.pages[f"{BASE}/Library?_summary=count"] = said({"resourceType": "Bundle", "total": 7})

    assert lacks(harvest(asked(base, client))) == ["Library: the server says it has 7, but listed 2."]


def test_an_empty_list_counts_as_empty_only_where_the_server_says_so(client: Client, site: Site) -> None:
    base = serving(site, "Library")
    for answer, expected in ((bundle(total=0), 0), (bundle(), 1)):
        site.pages[listing()] = answer
        assert len(lacks(harvest(asked(base, client)))) == expected

    site.pages[f"{BASE}/Library?_summary=count"] = said({"resourceType": "Bundle", "total": 0})
    assert lacks(harvest(asked(base, client))) == []


def test_a_bundle_may_lack_its_type_and_its_total(client: Client, site: Site) -> None:
    base = serving(site, "Library")
    site.pages[listing()] = bundle(library("a"), type=None)

    items = list(harvest(asked(base, client)))

    assert (ids(items), lacks(items)) == (["a"], [])


def test_a_total_that_changes_while_paging_is_that_of_the_last_page(client: Client, site: Site) -> None:
    base = serving(site, "Library")
    site.pages[listing()] = bundle(library("a"), total=9, then="?page=2")
    site.pages[f"{BASE}/Library?page=2"] = bundle(library("a"), library("b"), total=2)

    items = list(harvest(asked(base, client)))

    assert (ids(items), lacks(items)) == (["a", "b"], [])


def test_an_outcome_in_place_of_a_bundle_is_told_in_the_words_of_the_server(
    client: Client, site: Site
) -> None:
    base = serving(site, "Library", "ResearchStudy")
    outcome = {"resourceType": "OperationOutcome", "issue": [{"details": {"text": "Search is switched off"}}]}
    site.pages[listing()] = said(outcome)
    site.pages[listing("ResearchStudy")] = bundle(
        {"resourceType": "ResearchStudy", "id": "s", "status": "active", "title": "S"}
    )

    items = list(harvest(asked(base, client)))

    assert ids(items) == ["s"]
    assert "The server says: Search is switched off." in lacks(items)[0]


def test_an_outcome_beside_the_resources_is_logged_and_no_resource(
    client: Client, site: Site, caplog: pytest.LogCaptureFixture
) -> None:
    base = serving(site, "Library")
    outcome = {"resourceType": "OperationOutcome", "issue": [{"diagnostics": "_count is too large"}]}
    site.pages[listing()] = bundle(outcome, library("a"))

    assert ids(harvest(asked(base, client))) == ["a"]
    assert "_count is too large" in caplog.text


@pytest.mark.parametrize("status", [403, 500])
def test_a_page_that_cannot_be_had_leaves_what_was_read_and_goes_on_with_the_next_type(
    client: Client, site: Site, status: int
) -> None:
    base = serving(site, "Library", "ResearchStudy")
    site.pages[listing()] = bundle(library("a"), then="?page=2")
    site.pages[f"{BASE}/Library?page=2"] = Reply(status=status)
    site.pages[listing("ResearchStudy")] = bundle(
        {"resourceType": "ResearchStudy", "id": "s", "status": "active", "title": "S"}
    )

    items = list(harvest(asked(base, client)))

    assert ids(items) == ["a", "s"]
    assert lacks(items)[0].startswith("Page 2 of Library could not be had")


@pytest.mark.parametrize("status", [404, 410])
def test_pages_that_expired_are_read_from_the_beginning_and_nothing_comes_twice(
    client: Client, site: Site, status: int
) -> None:
    base = serving(site, "Library")
    answers = iter([Reply(status=status), bundle(library("c"))])
    site.pages[listing()] = bundle(library("a"), library("b"), then=f"{base}?_getpages=x")
    site.pages[f"{BASE}?_getpages=x"] = lambda heard: next(answers)

    items = list(harvest(asked(base, client)))

    assert (ids(items), lacks(items)) == (["a", "b", "c"], [])


def test_pages_that_expire_again_and_again_end_the_list(client: Client, site: Site) -> None:
    base = serving(site, "Library")
    site.pages[listing()] = bundle(library("a"), then=f"{base}?_getpages=x")

    items = list(harvest(asked(base, client)))

    assert ids(items) == ["a"]
    assert len(lacks(items)) == 1


def test_a_circle_of_pages_ends(client: Client, site: Site) -> None:
    base = serving(site, "Library")
    site.pages[listing()] = bundle(library("a"), then="?page=2")
    site.pages[f"{BASE}/Library?page=2"] = bundle(library("b"), then="?page=3")
    site.pages[f"{BASE}/Library?page=3"] = bundle(library("c"), then="?page=2")

    items = list(harvest(asked(base, client)))

    assert ids(items) == ["a", "b", "c"]
    assert "run in a circle" in lacks(items)[0]


def test_a_page_like_any_earlier_one_ends_the_list(client: Client, site: Site) -> None:
    base = serving(site, "Library")
    for number, name in enumerate("abb", 1):
        path = listing() if number == 1 else f"{BASE}/Library?page={number}"
        site.pages[path] = bundle(library(name), then=f"?page={number + 1}")

    items = list(harvest(asked(base, client)))

    assert ids(items) == ["a", "b"]
    assert "holds the same as an earlier page" in lacks(items)[0]


def test_a_page_that_brings_nothing_new_ends_the_list(client: Client, site: Site) -> None:
    base = serving(site, "Library")
    site.pages[listing()] = bundle(library("a"), library("b"), then="?page=2")
    site.pages[f"{BASE}/Library?page=2"] = bundle(library("b"), then="?page=3")

    items = list(harvest(asked(base, client)))

    assert ids(items) == ["a", "b"]
    assert "brings nothing new" in lacks(items)[0]


def test_there_are_only_so_many_pages(client: Client, site: Site) -> None:
    base = serving(site, "Library")
    site.pages[listing()] = bundle(library("a"), then="?page=2")
    site.pages[f"{BASE}/Library?page=2"] = bundle(library("b"), then="?page=3")

    items = list(harvest(asked(base, client), max_pages=2))

    assert ids(items) == ["a", "b"]
    assert "more than 2 pages" in lacks(items)[0]


def test_one_bad_resource_is_rejected_and_the_rest_comes(client: Client, site: Site) -> None:
    base = serving(site, "Library")
    broken = {"resourceType": "Library", "id": "no such id", "title": "Unfit"}
    page = {
        "resourceType": "Bundle",
        "entry": [{"resource": broken}, "entry", {}, {"resource": library("a")}],
    }
    site.pages[listing()] = said(page)

    items = list(harvest(asked(base, client)))

    assert ids(items) == ["a"]
    rejections = [item for item in items if isinstance(item, Rejected)]
    assert "It has no id" in rejections[0].reason
    assert json.loads(rejections[0].raw)["title"] == "Unfit"
    assert rejections[1].reason == "An entry of the page holds no resource."


@pytest.mark.parametrize("status", ["draft", "entered-in-error"])
def test_a_resource_that_is_not_published_is_no_record(client: Client, site: Site, status: str) -> None:
    base = serving(site, "Library")
    site.pages[listing()] = bundle({**library("a"), "status": status}, library("b"))

    items = list(harvest(asked(base, client)))

    assert ids(items) == ["b"]
    gone = [item.subject for item in items if isinstance(item, Withdrawn)]
    assert gone == ([f"{base}/Library/a"] if status == "entered-in-error" else [])


def test_the_time_an_hour_before_the_start_is_remembered(client: Client, site: Site) -> None:
    base = serving(site, "Library")
    site.pages[listing()] = bundle(library("a"))
    now = lambda: datetime(2026, 11, 25, 12, 0, tzinfo=UTC)  # noqa: E731

    items = list(harvest(Order(base, client, vocabularies(), now=now)))

    assert items[-1] == Noted("since", "2026-11-25T11:00:00Z")
    assert not [item for item in items if isinstance(item, Changes)]


def test_only_what_changed_is_asked_for_when_a_complete_run_is_remembered(client: Client, site: Site) -> None:
    base = serving(site, "Library")
    changed = f"{BASE}/Library?_count=100&_lastUpdated=gt2026-01-01T00:00:00Z"
    site.pages[changed] = bundle(library("a"), total=1)

    items = list(harvest(asked(base, client, remembered=SINCE)))

    assert isinstance(items[0], Changes)
    assert (ids(items), lacks(items)) == (["a"], [])
    assert listing() not in site.paths


def test_no_change_is_no_fault(client: Client, site: Site) -> None:
    base = serving(site, "Library")
    site.pages[f"{BASE}/Library?_count=100&_lastUpdated=gt2026-01-01T00:00:00Z"] = bundle()

    assert lacks(harvest(asked(base, client, remembered=SINCE))) == []


def test_deletions_are_read_from_the_history_before_what_changed(client: Client, site: Site) -> None:
    base = serving(site, "Library", history=True)
    path = f"{BASE}/Library/_history?_since=2026-01-01T00:00:00Z&_count=100"
    entries = [
        {"request": {"method": "DELETE", "url": "Library/gone"}},
        {"request": {"method": "PUT", "url": "Library/back"}, "resource": library("back")},
        {"request": {"method": "DELETE", "url": f"{base}/Library/away/_history/3"}},
    ]
    more = [
        {"request": {"method": "DELETE", "url": "Library/back"}},
        {"request": {"method": "DELETE", "url": "Library/no such id"}},
        {"request": {"method": "DELETE", "url": "Patient/p1"}},
    ]
    link = [{"relation": "next", "url": f"{base}/Library/_history?page=2"}]
    site.pages[path] = said({"resourceType": "Bundle", "type": "history", "entry": entries, "link": link})
    site.pages[f"{BASE}/Library/_history?page=2"] = said({"resourceType": "Bundle", "entry": more})
    site.pages[f"{BASE}/Library?_count=100&_lastUpdated=gt2026-01-01T00:00:00Z"] = bundle(library("back"))

    items = list(harvest(asked(base, client, remembered=SINCE)))

    gone = [item.subject for item in items if isinstance(item, Withdrawn)]
    assert gone == [f"{base}/Library/gone", f"{base}/Library/away"]
    assert ids(items) == ["back"]
    assert lacks(items) == []


def test_a_full_pass_asks_for_no_history(client: Client, site: Site) -> None:
    base = serving(site, "Library", history=True)
    site.pages[listing()] = bundle(library("a"))

    list(harvest(asked(base, client)))

    assert not [path for path in site.paths if "_history" in path]


def _two_types(site: Site) -> str:
    base = serving(site, "Library", "ResearchStudy")
    site.pages[listing()] = bundle(library("a"), library("b"), total=3, then="?page=2")
    site.pages[f"{BASE}/Library?page=2"] = bundle(library("c"), total=3)
    study = {"resourceType": "ResearchStudy", "id": "s", "status": "active", "title": "S"}
    site.pages[listing("ResearchStudy")] = bundle(study)
    return base


def test_from_each_place_that_was_reached_the_rest_comes_and_nothing_twice(
    client: Client, site: Site
) -> None:
    base = _two_types(site)
    whole = list(harvest(asked(base, client)))

    for place, item in enumerate(whole):
        if isinstance(item, Reached):
            rest = list(harvest(asked(base, client, cursor=item.cursor)))
            assert ids(rest) == ids(whole[place:])
            assert lacks(rest) == []


def test_a_place_to_go_on_from_keeps_what_only_changes_means(client: Client, site: Site) -> None:
    base = _two_types(site)
    for path in list(site.pages):
        if path.endswith("_count=100"):
            site.pages[f"{path}&_lastUpdated=gt2026-01-01T00:00:00Z"] = site.pages[path]
    first = list(harvest(asked(base, client, remembered=SINCE)))
    cursor = next(item.cursor for item in first if isinstance(item, Reached) and "page=2" in item.cursor)

    rest = list(harvest(asked(base, client, cursor=cursor)))

    assert isinstance(rest[0], Changes)
    assert ids(rest) == ["c", "s"]


def test_a_place_whose_page_has_expired_begins_the_type_again(client: Client, site: Site) -> None:
    base = _two_types(site)
    cursor = next(
        item.cursor
        for item in harvest(asked(base, client))
        if isinstance(item, Reached) and "page=2" in item.cursor
    )
    del site.pages[f"{BASE}/Library?page=2"]
    site.pages[listing()] = bundle(library("a"), library("b"), library("c"), total=3)

    assert ids(harvest(asked(base, client, cursor=cursor))) == ["a", "b", "c", "s"]


@pytest.mark.parametrize("cursor", ["{", "[]", '{"x": 1}', '{"type": "Patient"}'])
def test_a_place_that_is_not_ours_is_told_or_begins_again(client: Client, site: Site, cursor: str) -> None:
    base = _two_types(site)

    items, error = until_error(harvest(asked(base, client, cursor=cursor)))

    assert isinstance(error, Invalid) or ids(items) == ["a", "b", "c", "s"]
    assert not [path for path in site.paths if "Patient" in path]


def test_a_place_with_an_address_elsewhere_is_not_asked(client: Client, site: Site, trap: Site) -> None:
    base = _two_types(site)
    cursor = json.dumps({"type": "Library", "url": f"{trap.url}/fhir/Patient?_count=9"})

    list(harvest(asked(base, client, cursor=cursor)))

    assert trap.asked == []


def test_an_organisation_that_is_referred_to_is_asked_for_once(client: Client, site: Site) -> None:
    base = serving(site, "ResearchStudy", "Organization")
    study = {"resourceType": "ResearchStudy", "status": "active", "title": "S"}
    site.pages[listing("ResearchStudy")] = bundle(
        {**study, "id": "1", "sponsor": {"reference": "Organization/o"}},
        {**study, "id": "2", "sponsor": {"reference": f"{base}/Organization/o"}},
        {
            **study,
            "id": "3",
            "sponsor": {"reference": "https://elsewhere.example/Organization/o", "display": "E"},
        },
        {
            **study,
            "id": "4",
            "sponsor": {"reference": "#in"},
            "contained": [{"resourceType": "Organization", "id": "in", "name": "Inside"}],
        },
        {**study, "id": "5", "sponsor": {"reference": "Organization/none", "display": "Named"}},
    )
    site.pages[f"{BASE}/Organization/o"] = said({"resourceType": "Organization", "id": "o", "name": "Asked"})

    items = list(harvest(asked(base, client)))

    assert site.paths.count(f"{BASE}/Organization/o") == 1
    names = [values(record(items, f"/{number}"), "name") for number in range(1, 6)]
    assert names == [["Asked"], ["Asked"], ["E"], ["Inside"], ["Named"]]
    assert lacks(items) == []


def test_the_server_is_a_catalogue_and_a_service(client: Client, site: Site) -> None:
    base = serving(
        site,
        "Library",
        "Patient",
        publisher="North Hospital",
        implementation={"description": "North research server"},
        software={"name": "HAPI FHIR", "version": "7"},
    )
    site.pages[listing()] = bundle(library("a"))

    items = list(harvest(asked(base, client, numbers="no")))

    assert values(record(items, "/fhir"), "title") == ["North research server"]
    service = record(items, "/metadata")
    assert values(service, "endpointURL") == [base]
    assert "Software: HAPI FHIR 7." in values(service, "description")[0]
    assert values(service, "servesDataset") == []


def test_the_pages_are_told_in_the_log(client: Client, site: Site, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO, "harvesters")
    base = serving(site, "Library")
    site.pages[listing()] = bundle(library("a"))

    list(harvest(asked(base, client)))

    assert "page 1 of Library: 1 entries" in caplog.text


def test_the_demonstration_node_is_read_whole(client: Client, site: Site) -> None:
    hospital = Hospital(site.url, resources())

    class Played(dict[str, object]):
        def get(self, path: str, default: object = None) -> object:
            found = hospital.answer(Heard("GET", path, {}))
            return Reply(found.content, headers=JSON) if found else default

    site.pages = Played()  # type: ignore[assignment]

    items = list(harvest(asked(site.url + PATH, client)))

    assert NODE.kind == KIND.name
    assert lacks(items) == []
    assert not [item for item in items if isinstance(item, Rejected)]
    assert len(ids(items)) == 8
    assert any("_getpages" in path for path in site.paths)
    assert values(record(items, "/memory-clinics"), "name")[1:] == [
        "apoe4_carrier",
        "consensus_diagnosis",
        "mmse_total",
    ]


def test_a_server_that_does_not_answer_is_unavailable(client: Client, site: Site) -> None:
    site.pages[f"{BASE}/metadata"] = Reply(status=503)

    with pytest.raises(Unavailable):
        list(harvest(asked(site.url + BASE, client)))


def test_nothing_is_fetched_before_the_first_item_is_asked_for(client: Client, site: Site) -> None:
    harvest(asked(site.url + BASE, client))

    assert site.paths == []
    assert statement("Library").status == 200
