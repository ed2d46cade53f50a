"""The data sets of DataCite: cursors, changes, and what goes wrong on the way."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from urllib.parse import parse_qsl, urlencode

import orjson
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from catalogue.errors import Invalid, NotFound, Refused, Unavailable, Unreadable
from catalogue.records import Changes, Harvested, Reached, Record
from harvesters.datacite import harvest
from harvesters.http import Client
from harvesters.kinds import kind
from tests.harvest.asking import asked
from tests.harvest.conftest import MakeClient
from tests.harvest.feeds import rejected, totals
from tests.harvest.loopback import Asked, Reply, Site
from tests.harvest.oai_archive import cursors, incomplete, noted
from tests.harvest.played import play
from web.demo.nodes.datacite import NODE


@dataclass
class Registry:
    """Answers like the interface; `size` records on a page whatever is asked, `faults` by page number."""

    names: Sequence[str]
    size: int = 2
    attributes: Mapping[str, object] = field(default_factory=dict)
    faults: dict[int, Reply] = field(default_factory=dict)
    total: int | None = None
    following: str = ""
    base: str = ""
    asked: list[dict[str, str]] = field(default_factory=list)

    def serve(self, site: Site) -> str:
        class Pages(dict[str, object]):
            def get(pages, path: str, default: object = None) -> object:
                return self.reply if path.startswith("/dois?") else default

        site.pages = Pages()  # type: ignore[assignment]
        self.base = site.url
        return site.url

    def reply(self, asked: Asked) -> Reply:
        query = dict(parse_qsl(asked.path.partition("?")[2], True))
        self.asked.append(query)
        start = int(query["page[cursor]"]) - 1
        if fault := self.faults.get(start // self.size + 1):
            return fault
        end = start + self.size
        more = urlencode({**query, "page[cursor]": str(end + 1)})
        following = self.following or (f"{self.base}/dois?{more}" if end < len(self.names) else "")
        return answer(
            [doi(name, **self.attributes) for name in self.names[start:end]],
            len(self.names) if self.total is None else self.total,
            following,
        )


def doi(name: str, **attributes: object) -> dict[str, object]:
    told = {"doi": f"10.5555/{name}", "titles": [{"title": name}], "state": "findable", **attributes}
    return {"id": f"10.5555/{name}", "type": "dois", "attributes": told}


def answer(data: object, total: object = None, following: object = None) -> Reply:
    links = {"next": following} if following else {}
    return Reply(orjson.dumps({"data": data, "meta": {"total": total}, "links": links}))


def answer_of(data: object) -> Reply:
    """An answer that may be nested more deeply than can be written fast."""
    return Reply(json.dumps({"data": data, "meta": {"total": 2}}).encode())


def found(harvested: Sequence[Harvested]) -> list[str]:
    return [
        one.subject.value.removeprefix("https://doi.org/10.5555/")
        for one in harvested
        if isinstance(one, Record) and one.kind == "dataset"
    ]


def run(registry: Registry, site: Site, http: Client, /, **options: str) -> list[Harvested]:
    return list(harvest(replace(asked(registry.serve(site), http), options=options)))


def test_pages_are_read_behind_the_cursor_that_the_interface_names(client: Client, site: Site) -> None:
    registry = Registry("abcde")

    harvested = run(registry, site, client)

    assert found(harvested) == ["a", "b", "c", "d", "e"]
    assert (totals(harvested), incomplete(harvested)) == ([5], [])
    assert [query["page[cursor]"] for query in registry.asked] == ["1", "3", "5"]


def test_only_findable_data_sets_are_asked_for_by_the_page(client: Client, site: Site) -> None:
    registry = Registry("a")

    run(registry, site, client, client="Fair.Havsund", prefix="10.5555", query="dementia", size="700")

    query = registry.asked[0]
    assert (query["state"], query["resource-type-id"], query["page[size]"]) == ("findable", "dataset", "700")
    assert (query["client-id"], query["prefix"], query["query"]) == ("fair.havsund", "10.5555", "dementia")


@pytest.mark.parametrize("path", ["", "/", "/dois", "/dois/", "/dois?page[size]=3&query=x&page[number]=7"])
def test_the_root_and_a_list_of_dois_are_both_addresses_of_it(client: Client, site: Site, path: str) -> None:
    registry = Registry("a")

    harvested = list(harvest(asked(registry.serve(site) + path, client)))

    assert found(harvested) == ["a"]
    assert registry.asked[0].get("query", "") == ("x" if "query" in path else "")
    assert "page[number]" not in registry.asked[0]


def test_a_record_is_called_by_its_doi_in_lower_case_and_has_an_address_of_its_own(
    client: Client, site: Site
) -> None:
    harvested = run(Registry(["A<B>[1]"]), site, client)

    record = next(one for one in harvested if isinstance(one, Record))
    assert record.subject.value == "https://doi.org/10.5555/a%3Cb%3E%5B1%5D"
    assert record.origin == f"{site.url}/dois/10.5555/a%3Cb%3E%5B1%5D"
    assert kind("datacite").own_pages


def test_the_repository_is_a_catalogue_that_its_records_belong_to(client: Client, site: Site) -> None:
    answering = NODE.answering
    assert answering is not None
    play(site, answering(site.url))

    harvested = list(harvest(asked(site.url + NODE.start, client, **NODE.options)))

    records = [one for one in harvested if isinstance(one, Record)]
    assert [one.kind for one in records] == ["catalogue", *["dataset"] * 4]
    assert all(one.member_of == (records[0].subject,) for one in records[1:])
    assert (rejected(harvested), incomplete(harvested), totals(harvested)) == ([], [], [4])


def test_an_unknown_repository_costs_no_more_than_its_own_description(client: Client, site: Site) -> None:
    assert found(run(Registry("a"), site, client, client="x.y")) == ["a"]


def test_the_next_harvest_asks_for_what_was_updated_since(client: Client, site: Site) -> None:
    registry = Registry("ab")
    first = run(registry, site, client, query="a OR b")
    registry.asked.clear()

    second = list(harvest(asked(registry.serve(site), client, remembered=noted(first), query="a OR b")))

    assert isinstance(second[0], Changes)
    assert totals(second) == []
    since = datetime.fromisoformat(noted(first)["from"])
    assert registry.asked[0]["query"].startswith("updated:[2")
    assert registry.asked[0]["query"].endswith(" TO *] AND (a OR b)")
    told = datetime.fromisoformat(registry.asked[0]["query"].partition("[")[2].partition(" ")[0])
    assert (since - told).total_seconds() == 3600
    assert since.tzinfo == UTC
    assert set(noted(second)) == {"from", "list"}


def test_nothing_updated_is_no_change_and_no_fault(client: Client, site: Site) -> None:
    first = run(Registry("ab"), site, client)

    second = list(harvest(asked(Registry("").serve(site), client, remembered=noted(first))))

    assert (found(second), incomplete(second)) == ([], [])


def test_another_query_is_read_in_full(client: Client, site: Site) -> None:
    first = run(Registry("ab"), site, client)

    second = list(harvest(asked(Registry("a").serve(site), client, remembered=noted(first), prefix="10.1")))

    assert not any(isinstance(one, Changes) for one in second)
    assert found(second) == ["a"]


def test_an_interrupted_harvest_goes_on_exactly_behind_its_cursor(client: Client, site: Site) -> None:
    registry = Registry("abcde")
    whole = run(registry, site, client)
    assert len(cursors(whole)) == 3

    for cursor in cursors(whole):
        before = whole[: whole.index(Reached(cursor))]
        after = list(harvest(asked(registry.serve(site), client, cursor=cursor)))

        assert found(before) + found(after) == found(whole)
        assert noted(after) == noted(whole)


@pytest.mark.parametrize(
    "cursor", ["x", "{}", "null", '{"following":"file:///etc/passwd"}', '{"following":3}']
)
def test_a_cursor_that_is_none_begins_at_the_beginning(client: Client, site: Site, cursor: str) -> None:
    assert found(list(harvest(asked(Registry("abc").serve(site), client, cursor=cursor)))) == ["a", "b", "c"]


def test_a_first_page_that_fails_raises(client: Client, site: Site) -> None:
    with pytest.raises(Unavailable):
        run(Registry("a", faults={1: Reply(status=500)}), site, client)
    with pytest.raises(NotFound):
        run(Registry("a", faults={1: Reply(status=404)}), site, client)


@pytest.mark.parametrize("body", [b"<html>", b"", b"[]", b'{"data":{}}', b'{"errors":[{"title":"no"}]}'])
def test_what_is_no_list_of_dois_raises(client: Client, site: Site, body: bytes) -> None:
    with pytest.raises(Unreadable):
        run(Registry("a", faults={1: Reply(body)}), site, client)


@pytest.mark.parametrize("fault", [Reply(status=500), Reply(b"<html>"), Reply(b'{"data":3}')])
def test_a_later_page_that_fails_leaves_the_good_ones_and_an_incomplete_run(
    client: Client, site: Site, fault: Reply
) -> None:
    harvested = run(Registry("abcde", faults={2: fault}), site, client)

    assert found(harvested) == ["a", "b"]
    assert "Page 2" in incomplete(harvested)[0]
    assert noted(harvested) == {}


def test_a_page_that_names_itself_is_a_circle(client: Client, site: Site) -> None:
    registry = Registry("ab")
    registry.following = "?page[cursor]=1"

    harvested = run(registry, site, client)

    assert found(harvested) == ["a", "b"]
    assert incomplete(harvested)
    assert len(registry.asked) == 2


def test_endless_pages_end_at_the_page_limit(client: Client, site: Site) -> None:
    registry = Registry([str(number) for number in range(50)], size=1)

    harvested = list(harvest(asked(registry.serve(site), client), max_pages=3))

    assert found(harvested) == ["0", "1", "2"]
    assert "more than 3 pages" in incomplete(harvested)[0]


def test_an_empty_list_is_believed_only_with_a_total_of_nought(client: Client, site: Site) -> None:
    empty = run(Registry(""), site, client)
    doubtful = run(Registry("", total=70), site, client)

    assert (totals(empty), incomplete(empty)) == ([0], [])
    assert incomplete(doubtful)


def test_drafts_are_passed_over_and_do_not_count(client: Client, site: Site) -> None:
    harvested = run(Registry("ab", attributes={"state": "registered"}), site, client)

    assert (found(harvested), rejected(harvested), totals(harvested)) == ([], [], [0])


def test_drafts_on_later_pages_do_not_count_either(client: Client, site: Site) -> None:
    """The largest declared number is the one that a run is measured by."""
    drafts = answer([doi("c", state="registered"), doi("d", state="draft")], 4)

    harvested = run(Registry("abcd", faults={2: drafts}), site, client)

    assert (found(harvested), totals(harvested)) == (["a", "b"], [2])


def test_a_list_of_changes_that_ends_before_its_total_is_incomplete(client: Client, site: Site) -> None:
    first = run(Registry("ab"), site, client)

    second = list(harvest(asked(Registry("c", total=70).serve(site), client, remembered=noted(first))))

    assert found(second) == ["c"]
    assert "70" in incomplete(second)[0]
    assert noted(second) == {}


@pytest.mark.parametrize(("status", "faults"), [(404, 0), (403, 0), (500, 1)])
def test_a_repository_that_cannot_be_had_is_not_taken_for_gone(
    client: Client, site: Site, status: int, faults: int
) -> None:
    url = Registry("a").serve(site)
    pages, lists = site.pages, site.pages.get
    pages.get = lambda path, default=None: (  # type: ignore[assignment, method-assign]
        Reply(status=status) if "/clients/" in path else lists(path, default)
    )

    harvested = list(harvest(replace(asked(url, client), options={"client": "x.y"})))

    assert (found(harvested), len(incomplete(harvested))) == (["a"], faults)


def test_a_record_that_is_nested_very_deeply_is_told(client: Client, site: Site) -> None:
    deep: object = "heart"
    for _ in range(900):
        deep = [deep]
    bad = {"id": "nonsense", "attributes": {"titles": deep}}

    harvested = run(Registry("a", faults={1: answer_of([bad, doi("b")])}), site, client)

    assert found(harvested) == ["b"]
    assert b"nonsense" in rejected(harvested)[0].raw


def test_a_record_without_a_doi_is_told(client: Client, site: Site) -> None:
    bad = {"id": "nonsense", "attributes": {"titles": "x"}}

    harvested = run(Registry("a", faults={1: answer([bad, doi("b")], 2)}), site, client)

    assert found(harvested) == ["b"]
    assert b"nonsense" in rejected(harvested)[0].raw


@pytest.mark.parametrize("size", ["0", "-1", "x", "5000", "1.5", "٣"])
def test_a_size_that_is_none_is_told(client: Client, site: Site, size: str) -> None:
    with pytest.raises(Invalid, match="from 1 to 1000"):
        run(Registry("a"), site, client, size=size)


def test_a_next_link_to_a_private_address_is_refused(client: Client, site: Site, trap: Site) -> None:
    registry = Registry("ab", following=f"http://localhost:{trap.port}/steal?x=1")

    harvested = run(registry, site, client)

    assert found(harvested) == ["a", "b"]
    assert incomplete(harvested)
    assert trap.asked == []


def test_a_redirect_to_a_private_address_is_refused(client: Client, site: Site, trap: Site) -> None:
    moved = Reply(status=302, headers={"Location": f"http://localhost:{trap.port}/dois"})

    with pytest.raises(Refused):
        run(Registry("a", faults={1: moved}), site, client)

    assert trap.asked == []


def test_addresses_inside_records_are_never_asked(client: Client, site: Site, trap: Site) -> None:
    told = {
        "url": trap.url,
        "contentUrl": [trap.url],
        "relatedIdentifiers": [{"relatedIdentifier": trap.url}],
    }

    run(Registry("a", attributes=told), site, client)

    assert trap.asked == []


KEYS = (
    "doi url state titles title titleType lang creators name nameIdentifiers nameIdentifier givenName "
    "nameIdentifierScheme affiliation contributors contributorType publisher publisherIdentifier "
    "publicationYear subjects subject subjectScheme valueUri classificationCode dates date dateType "
    "relatedIdentifiers relatedIdentifier relatedIdentifierType relationType rightsList rights rightsUri "
    "descriptions description descriptionType geoLocations geoLocationPlace sizes formats version language "
    "fundingReferences funderName funderIdentifier awardTitle awardUri contentUrl types identifiers "
    "resourceTypeGeneral identifier identifierType alternateIdentifiers"
).split()

ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers(-9, 3000) | st.floats() | st.text(max_size=12)
    | st.sampled_from(["http://[bad", "urn:%zz", "10.1/x", "2020/2021", "https://a.example/%", "info:x/y"]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(KEYS), inner, max_size=4),
    max_leaves=12,
)  # fmt: skip
"""Any JSON, with the names that the mapping looks for."""


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(attributes=st.dictionaries(st.sampled_from(KEYS), ANYTHING, max_size=8))
def test_any_json_in_place_of_any_value_is_a_record_or_rejected(
    make_client: MakeClient, site: Site, attributes: dict[str, object]
) -> None:
    page = Reply(orjson.dumps({"data": [doi("a") | {"attributes": attributes}], "meta": {"total": 1}}))

    harvested = run(Registry("a", faults={1: page}), site, make_client())

    assert len([one for one in harvested if isinstance(one, Record)]) + len(rejected(harvested)) <= 1
