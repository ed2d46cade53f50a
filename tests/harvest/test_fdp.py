"""FAIR Data Points: the walk from the root to the last distribution, whatever the layers are called."""

from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as some
from pyoxigraph import Literal, NamedNode

from catalogue.canonical import canonical
from catalogue.errors import NotFound, Refused, Unavailable, Unreadable
from catalogue.rdf import Document, Format, serialise
from catalogue.records import Reached, Record, Unchanged, Withdrawn
from harvesters.fdp import harvest
from harvesters.fdp_addresses import Addresses
from harvesters.http import Client
from ontologies.namespaces import DCAT, DCT
from tests.harvest.asking import asked
from tests.harvest.conftest import MakeClient
from tests.harvest.feeds import cursors, faults, names, noted, rejected, until_error
from tests.harvest.loopback import Reply, Site
from tests.harvest.played import play
from tests.harvest.points import ROOT, catalogue, container, resource, small, turtle
from web.demo.nodes.fdp import NODE

ALL = ["a", "b", "c", "c1", "c2", ""]


def _record(items: object, name: str) -> Record:
    assert isinstance(items, list)
    return next(i for i in items if isinstance(i, Record) and i.subject.value.endswith(f"/{name}"))


def test_the_demonstration_point_is_read_whole(client: Client, site: Site) -> None:
    assert NODE.answering
    play(site, NODE.answering(site.url))

    items = list(harvest(asked(site.url + NODE.start, client)))

    kinds = [item.kind for item in items if isinstance(item, Record)]
    assert (kinds.count("catalogue"), kinds.count("dataset")) == (3, 5)
    assert (faults(items), rejected(items)) == ([], [])


def test_catalogues_and_datasets_are_found_by_their_containers(client: Client, site: Site) -> None:
    items = list(harvest(asked(small(site), client)))

    assert sorted(names(items)) == sorted(ALL)
    assert _record(items, "a").member_of == (NamedNode(f"{site.url}/c1"),)
    assert _record(items, "c1").member_of == (NamedNode(f"{site.url}/"),)
    assert _record(items, "a").origin == f"{site.url}/a"
    assert faults(items) == []


def test_a_distribution_is_described_with_its_dataset(client: Client, site: Site) -> None:
    items = list(harvest(asked(small(site), client)))

    said = {(t.predicate, t.object) for t in _record(items, "a").triples}
    assert (DCAT.distribution, NamedNode(f"{site.url}/a-csv")) in said
    assert (DCAT.accessURL, NamedNode("https://get.example/")) in said
    assert site.paths.count("/a-csv") == 1


def test_blank_nodes_of_several_documents_stay_apart(client: Client, site: Site) -> None:
    small(site)
    site.pages["/a"] = turtle(
        resource("/a", more="dct:relation _:x"),
        "_:x dct:title 'Of a' .",
        container("/a", "dcat:distribution", "/a-csv"),
    )
    part = resource("/a-csv", "dcat:Distribution", "dct:relation _:x")
    site.pages["/a-csv"] = turtle(part, "_:x dct:title 'Of csv' .")

    triples = _record(list(harvest(asked(f"{site.url}/", client))), "a").triples

    owners = [t.subject for t in triples if t.object in (Literal("Of a"), Literal("Of csv"))]
    assert len(owners) == len(set(owners)) == 2


def test_a_distribution_described_in_place_is_not_fetched(client: Client, site: Site) -> None:
    small(site)
    inline = resource("/a-csv", "dcat:Distribution", "dcat:accessURL <https://get.example/>")
    site.pages["/a"] = turtle(resource("/a", more="dcat:distribution </a-csv>"), inline)

    items = list(harvest(asked(f"{site.url}/", client)))

    assert DCAT.accessURL in {t.predicate for t in _record(items, "a").triples}
    assert "/a-csv" not in site.paths


@pytest.mark.parametrize("relation", ["dcat:dataset", "ex:layer"])
def test_a_record_of_which_its_catalogue_says_something_is_read_where_it_is_described(
    client: Client, site: Site, relation: str
) -> None:
    small(site)
    in_passing = resource("/a", more="dct:description 'In short'")
    site.pages["/c1"] = turtle(
        resource("/c1", "dcat:Catalog"), container("/c1", relation, "/a", "/b"), in_passing
    )

    items = list(harvest(asked(f"{site.url}/", client)))

    assert sorted(names(items)) == sorted(ALL)
    assert DCT.description not in {t.predicate for t in _record(items, "a").triples}


def test_several_records_in_one_document_are_all_read_and_it_is_fetched_once(
    client: Client, site: Site
) -> None:
    small(site)
    site.pages["/c1"] = catalogue("/c1", "/all#a", "/all#b")
    site.pages["/all"] = turtle(
        resource("/all#a", more="dcat:distribution </files#1>, </files#2>"), resource("/all#b")
    )
    file = "dcat:Distribution", "dcat:accessURL <https://get.example/{}>"
    site.pages["/files"] = turtle(*(resource(f"/files#{n}", file[0], file[1].format(n)) for n in range(1, 3)))

    items = list(harvest(asked(f"{site.url}/", client)))

    said = {t.object for t in _record(items, "all#a").triples if t.predicate == DCAT.accessURL}
    assert {"all#a", "all#b"} <= {*names(items)}
    assert said == {NamedNode(f"https://get.example/{n}") for n in range(1, 3)}
    assert site.paths.count("/files") == 1


def test_a_point_in_one_document_is_read_whole(client: Client, site: Site) -> None:
    site.pages["/"] = turtle(
        resource("/", ROOT, "r3d:dataCatalog </#c1>, </#c2>"),
        resource("/#c1", "dcat:Catalog", "dcat:dataset </#a>"),
        resource("/#c2", "dcat:Catalog"),
        container("/#c2", "dcat:dataset", "/#b"),
        resource("/#a"),
        resource("/#b"),
    )

    items = list(harvest(asked(f"{site.url}/", client)))

    assert sorted(names(items)) == ["", "#a", "#b", "#c1", "#c2"]
    assert [_record(items, f"#{name}").member_of[0].value for name in ("a", "b")] == [
        f"{site.url}/#c1",
        f"{site.url}/#c2",
    ]
    assert site.paths == ["/"]


@pytest.mark.parametrize(
    ("type", "relation"),
    [
        ("r3d:Repository", "r3d:dataCatalog"),
        ("fdp-o:FairDataPoint", "fdp-o:metadataCatalog"),
        ("dcat:Catalog", "dcat:catalog"),
        ("ldp:Container", "ldp:contains"),
    ],
)
def test_a_point_without_containers_is_followed_by_its_relations(
    client: Client, site: Site, type: str, relation: str
) -> None:
    small(site)
    site.pages["/"] = turtle(resource("/", type, f"{relation} </c1>"))
    site.pages["/c1"] = turtle(resource("/c1", "dcat:Catalog", "dcat:dataset </a>, </b>"))

    assert sorted(names(harvest(asked(f"{site.url}/", client)))) == ["", "a", "b", "c1"]


def test_layers_of_any_name_are_followed_by_their_own_relation(client: Client, site: Site) -> None:
    small(site)
    site.pages["/c1"] = turtle(
        resource("/c1", "dcat:Catalog"),
        container("/c1", "ex:biobank", "/bank"),
        container("/c1", "ex:guideline", "/guide"),
    )
    site.pages["/bank"] = turtle(
        resource("/bank", "ex:Biobank, dcat:Resource"), container("/bank", "dcat:dataset", "/a")
    )
    site.pages["/guide"] = turtle(resource("/guide", "ex:Guideline, dcat:Resource"))

    items = list(harvest(asked(f"{site.url}/", client)))

    assert sorted(names(items)) == ["", "a", "c", "c1", "c2"]
    assert _record(items, "a").member_of == (NamedNode(f"{site.url}/c1"),)
    assert faults(items) == []


def test_a_series_lists_its_datasets(client: Client, site: Site) -> None:
    small(site)
    series = resource("/s", "dcat:Dataset, dcat:DatasetSeries")
    site.pages["/c1"] = catalogue("/c1", "/s")
    site.pages["/s"] = turtle(series, container("/s", "dcat:seriesMember", "/a", "/b"))

    items = list(harvest(asked(f"{site.url}/", client)))

    assert (_record(items, "s").kind, len([n for n in names(items) if n in "ab"])) == ("series", 3)
    assert _record(items, "a").member_of == (NamedNode(f"{site.url}/c1"),)


def test_a_point_keeps_the_name_that_it_gives_itself(client: Client, site: Site) -> None:
    name = "https://w3id.example/point"
    site.pages["/fdp"] = turtle(
        resource("", ROOT, name=name), container(name, "fdp-o:metadataCatalog", f"{name}/catalog/1")
    )
    site.pages["/fdp/catalog/1"] = turtle(
        resource("/catalog/1", "dcat:Catalog", name=name),
        container(f"{name}/catalog/1", "dcat:dataset", f"{name}/dataset/1"),
    )
    site.pages["/fdp/dataset/1"] = turtle(resource("/dataset/1", name=name))

    items = list(harvest(asked(f"{site.url}/fdp", client)))

    assert [item.subject.value for item in items if isinstance(item, Record)] == [
        name, f"{name}/catalog/1", f"{name}/dataset/1",
    ]  # fmt: skip
    assert faults(items) == []


@pytest.mark.parametrize(
    ("url", "name", "iri", "address"),
    [
        ("https://p.example/", "https://p.example", "https://p.example/c/1", "https://p.example/c/1"),
        ("https://p.example", "http://p.example/", "http://p.example/c/1", "https://p.example/c/1"),
        ("http://p.example:8080/fdp", "https://w3id.example/x", "https://w3id.example/x/c", "http://p.example:8080/fdp/c"),
        ("http://p.example:8080/fdp", "https://w3id.example/x", "https://w3id.example/y", "http://p.example:8080/y"),
        ("https://p.example/fdp", "https://p.example/fdp", "http://p.example/other", "https://p.example/other"),
        ("https://p.example/fdp", "https://p.example/fdp", "https://q.example/c", None),
        ("https://p.example/fdp", "https://p.example/fdp", "https://ok.example/c", "https://ok.example/c"),
        ("https://p.example/fdp", "https://p.example/fdp", "https://p.example:8443/c", None),
        ("https://p.example/fdp", "https://p.example/fdp", "file:///etc/passwd", None),
        ("https://p.example/fdp", "https://p.example/fdp", "urn:x", None),
        ("https://p.example/fdp", "https://p.example/fdp", "https://[bad", None),
        ("https://p.example/fdp", "https://p.example/fdp", "https://p.example/fdp@q.example/", "https://p.example/fdp@q.example/"),
    ],
)  # fmt: skip
def test_a_resource_is_asked_for_below_the_address_of_its_point(
    url: str, name: str, iri: str, address: str | None
) -> None:
    assert Addresses(url, name, ["ok.example"]).of(iri) == address


@pytest.mark.parametrize("path", ["/fdp", "/fdp/"])
def test_a_slash_at_the_end_of_the_address_makes_no_difference(client: Client, site: Site, path: str) -> None:
    root = turtle(resource("/fdp", ROOT), container("/fdp", "fdp-o:metadataCatalog", "/c1"))
    small(site)
    site.pages["/fdp"] = root

    assert "a" in names(harvest(asked(site.url + path, client)))


@pytest.mark.parametrize("format", [Format.JSON_LD, Format.RDF_XML, Format.N_TRIPLES])
def test_a_point_may_speak_another_format(client: Client, site: Site, format: Format) -> None:
    small(site)
    for path, reply in [*site.pages.items()]:
        assert isinstance(reply, Reply)
        assert isinstance(reply.body, bytes)
        quads = Document("", reply.body, Format.TURTLE, site.url + path).quads()
        body = serialise([quad.triple for quad in quads], format)
        site.pages[path] = Reply(body, headers={"Content-Type": format.media_type})

    assert sorted(names(harvest(asked(f"{site.url}/", client)))) == sorted(ALL)


def test_a_well_known_prefix_that_was_forgotten_stops_nothing(client: Client, site: Site) -> None:
    small(site)
    reply = turtle(resource("/a", more="foaf:page <https://x.example/>"))
    site.pages["/a"] = reply

    assert "a" in names(harvest(asked(f"{site.url}/", client)))


def test_a_draft_that_is_listed_stays_as_it_is(client: Client, site: Site) -> None:
    small(site)
    site.pages["/b"] = Reply(status=403)

    items = list(harvest(asked(f"{site.url}/", client)))

    assert Unchanged((f"{site.url}/b",)) in items
    assert (sorted(names(items)), faults(items)) == (["", "a", "c", "c1", "c2"], [])


def test_a_draft_of_a_distribution_leaves_its_dataset(client: Client, site: Site) -> None:
    small(site)
    site.pages["/a-csv"] = Reply(status=403)

    items = list(harvest(asked(f"{site.url}/", client)))

    assert (sorted(names(items)), faults(items)) == (sorted(ALL), [])


@pytest.mark.parametrize("status", [401, 403, 500, 503])
def test_what_a_catalogue_lists_is_unknown_when_it_cannot_be_had(
    client: Client, site: Site, status: int
) -> None:
    small(site)
    site.pages["/c1"] = Reply(status=status)

    items = list(harvest(asked(f"{site.url}/", client)))

    assert sorted(names(items)) == ["", "c", "c2"]
    assert len(faults(items)) == 1


@pytest.mark.parametrize("path", ["/a", "/a-csv"])
def test_a_resource_that_fails_makes_the_run_incomplete_and_the_others_come(
    client: Client, site: Site, path: str
) -> None:
    small(site)
    site.pages[path] = Reply(status=502)

    items = list(harvest(asked(f"{site.url}/", client)))

    assert {"b", "c", "c1", "c2"} <= {*names(items)}
    assert [path in fault for fault in faults(items)] == [True]


def test_a_member_that_is_not_there_is_simply_not_there(client: Client, site: Site) -> None:
    small(site)
    del site.pages["/b"]

    items = list(harvest(asked(f"{site.url}/", client)))

    assert sorted(names(items)) == ["", "a", "c", "c1", "c2"]
    assert (faults(items), [item for item in items if isinstance(item, Unchanged | Withdrawn)]) == ([], [])


def test_a_member_that_says_that_it_is_gone_is_withdrawn(client: Client, site: Site) -> None:
    small(site)
    site.pages["/b"] = Reply(status=410)

    items = list(harvest(asked(f"{site.url}/", client)))

    assert Withdrawn(f"{site.url}/b") in items


def test_a_list_of_which_nothing_is_there_is_not_believed(client: Client, site: Site) -> None:
    small(site)
    del site.pages["/a"], site.pages["/b"]

    items = list(harvest(asked(f"{site.url}/", client)))

    assert "Not one of the 2 members" in faults(items)[0]


@pytest.mark.parametrize("body", [b"<html>Sorry</html>", b"<a> <b> .", b"", b"<x> <http://a/b> 1 ."])
def test_a_member_that_cannot_be_used_is_kept_for_repair(client: Client, site: Site, body: bytes) -> None:
    small(site)
    site.pages["/b"] = Reply(body, headers={"Content-Type": "text/turtle"})

    items = list(harvest(asked(f"{site.url}/", client)))

    assert sorted(names(items)) == ["", "a", "c", "c1", "c2"]
    assert [(item.place, item.raw) for item in rejected(items)] == [(f"{site.url}/b", body)]
    assert faults(items) == []


def test_a_catalogue_that_cannot_be_read_makes_the_run_incomplete(client: Client, site: Site) -> None:
    small(site)
    site.pages["/c1"] = Reply(b"%%%", headers={"Content-Type": "text/turtle"})

    items = list(harvest(asked(f"{site.url}/", client)))

    assert (len(rejected(items)), len(faults(items))) == (1, 1)


def test_a_member_that_answers_with_the_root_is_no_record(client: Client, site: Site) -> None:
    small(site)
    site.pages["/b"] = site.pages["/"]

    items = list(harvest(asked(f"{site.url}/", client)))

    assert [item.place for item in rejected(items)] == [f"{site.url}/b"]


def test_a_point_that_lists_nothing_is_not_taken_for_empty(client: Client, site: Site) -> None:
    site.pages["/"] = turtle(resource("/", ROOT), container("/", "fdp-o:metadataCatalog"))

    items, error = until_error(harvest(asked(f"{site.url}/", client)))

    assert (items, type(error)) == ([], Unreadable)


def test_a_point_whose_catalogues_are_all_empty_is_not_taken_for_empty(client: Client, site: Site) -> None:
    small(site)
    for name in ("c1", "c2"):
        site.pages[f"/{name}"] = turtle(
            resource(f"/{name}", "dcat:Catalog"), container(f"/{name}", "dcat:dataset")
        )

    items = list(harvest(asked(f"{site.url}/", client)))

    assert "no record in any of them" in faults(items)[0]


def test_a_catalogue_that_held_records_and_lists_none_makes_the_run_incomplete(
    client: Client, site: Site
) -> None:
    remembered = noted(harvest(asked(small(site), client)))
    site.pages["/c2"] = catalogue("/c2")

    items = list(harvest(asked(f"{site.url}/", client, remembered=remembered)))
    whole = list(harvest(asked(f"{site.url}/", client)))
    again = list(harvest(asked(f"{site.url}/", client, remembered=noted(whole))))

    assert [f"{site.url}/c2 lists nothing" in fault for fault in faults(items)] == [True]
    assert faults(whole) == faults(again) == []


def test_a_catalogue_that_was_always_empty_is_no_fault(client: Client, site: Site) -> None:
    small(site)
    site.pages["/c2"] = catalogue("/c2")
    first = list(harvest(asked(f"{site.url}/", client)))

    second = list(harvest(asked(f"{site.url}/", client, remembered=noted(first))))

    assert faults(first) == faults(second) == []


def test_what_is_no_point_is_told(client: Client, site: Site) -> None:
    site.pages["/"] = turtle(resource("/", "ex:Thing"))

    with pytest.raises(Unreadable, match="is no FAIR Data Point"):
        list(harvest(asked(f"{site.url}/", client)))


@pytest.mark.parametrize(("status", "error"), [(404, NotFound), (500, Unavailable), (403, Unavailable)])
def test_a_point_that_is_not_there_ends_the_harvest(
    client: Client, site: Site, status: int, error: type[Exception]
) -> None:
    site.pages["/"] = Reply(status=status)

    with pytest.raises(error):
        list(harvest(asked(f"{site.url}/", client)))


def test_members_that_list_each_other_are_read_once(client: Client, site: Site) -> None:
    small(site)
    site.pages["/c2"] = turtle(
        resource("/c2", "dcat:Catalog"), container("/c2", "dcat:catalog", "/c1", "/", "/c2/", "/c")
    )

    items = list(harvest(asked(f"{site.url}/", client)))

    assert (sorted(names(items)), faults(items)) == (sorted(ALL), [])
    assert len(site.asked) == 7


def test_containers_deeper_than_ten_levels_are_left(client: Client, site: Site) -> None:
    site.pages["/"] = turtle(resource("/", ROOT), container("/", "fdp-o:metadataCatalog", "/c0"))
    for n in range(30):
        page = resource(f"/c{n}", "dcat:Catalog"), container(f"/c{n}", "dcat:catalog", f"/c{n + 1}")
        site.pages[f"/c{n}"] = turtle(*page)

    items = list(harvest(asked(f"{site.url}/", client)))

    assert "levels deep" in faults(items)[0]
    assert len(site.asked) < 15


def test_members_on_another_server_are_read_only_where_the_operator_names_its_host(
    make_client: MakeClient, site: Site, trap: Site
) -> None:
    client = make_client(allow_hosts=frozenset({"127.0.0.1", "localhost"}))
    small(site)
    elsewhere = f"http://localhost:{trap.port}/x"
    site.pages["/c2"] = turtle(
        resource("/c2", "dcat:Catalog"), container("/c2", "dcat:dataset", elsewhere, "/c")
    )
    trap.pages["/x"] = turtle(resource("/x", name=f"http://localhost:{trap.port}"))

    without = list(harvest(asked(f"{site.url}/", client)))
    assert trap.asked == []
    named = list(harvest(asked(f"{site.url}/", client, hosts="localhost")))

    assert [item.place for item in rejected(without)] == [elsewhere]
    assert (faults(without), "x" in names(named)) == ([], True)


@pytest.mark.parametrize("host", ["localhost", "127.1", "[::ffff:7f00:1]", "169.254.169.254"])
def test_no_container_leads_to_a_private_address(client: Client, site: Site, trap: Site, host: str) -> None:
    small(site)
    inner = f"http://{host}:{trap.port}/latest"
    site.pages["/c2"] = catalogue("/c2", inner, "/c")
    site.pages["/c"] = turtle(resource("/c"), container("/c", "dcat:distribution", inner))

    without = list(harvest(asked(f"{site.url}/", client)))
    named = list(harvest(asked(f"{site.url}/", client, hosts=host)))

    assert sorted(names(without)) == sorted(names(named)) == sorted(ALL)
    assert len(faults(named)) == 2
    assert trap.asked == []


def test_no_redirect_of_a_member_leads_to_a_private_address(client: Client, site: Site, trap: Site) -> None:
    small(site)
    site.pages["/c"] = Reply(status=302, headers={"Location": f"http://localhost:{trap.port}/"})

    assert len(faults(harvest(asked(f"{site.url}/", client)))) == 1
    assert trap.asked == []


def test_a_point_on_a_private_address_is_refused(make_client: MakeClient, trap: Site) -> None:
    with pytest.raises(Refused):
        list(harvest(asked(f"{trap.url}/", make_client(allow_hosts=frozenset()))))

    assert trap.asked == []


def test_a_container_in_pages_is_read_to_its_end(client: Client, site: Site) -> None:
    small(site)
    link = {"Link": '</c1?page=1>; rel="next"'}
    site.pages["/c1"] = turtle(
        resource("/c1", "dcat:Catalog"), container("/c1", "dcat:dataset", "/a"), **link
    )
    site.pages["/c1?page=1"] = catalogue("/c1", "/b")

    items = list(harvest(asked(f"{site.url}/", client)))

    assert (sorted(names(items)), faults(items)) == (sorted(ALL), [])


@pytest.mark.parametrize("following", ["/c1", "/nowhere", "/b"])
def test_a_list_that_breaks_off_makes_the_run_incomplete(client: Client, site: Site, following: str) -> None:
    small(site)
    link = {"Link": f'<{following}>; rel="next"'}
    site.pages["/c1"] = turtle(
        resource("/c1", "dcat:Catalog"), container("/c1", "dcat:dataset", "/a"), **link
    )
    site.pages["/b"] = turtle(resource("/elsewhere"), resource("/else"))

    items = list(harvest(asked(f"{site.url}/", client)))

    assert "a" in names(items)
    assert len(faults(items)) == 1


@pytest.mark.parametrize("place", range(4))
def test_a_walk_goes_on_at_the_place_that_it_reached(client: Client, site: Site, place: int) -> None:
    url = small(site)
    before = []
    for item in harvest(asked(url, client), every=1):
        before.append(item)
        if len(cursors(before)) == place + 1:
            break

    after = list(harvest(asked(url, client, cursor=cursors(before)[-1]), every=1))

    assert isinstance(before[-1], Reached)
    assert sorted(names(before) + names(after)) == sorted(ALL)
    assert faults(after) == []
    assert noted(after) == noted(harvest(asked(url, client)))


@pytest.mark.parametrize("place", range(7))
def test_a_walk_through_layers_of_any_name_goes_on_at_the_place_that_it_reached(
    client: Client, site: Site, place: int
) -> None:
    url = small(site)
    site.pages["/"] = turtle(resource("/", ROOT), container("/", "ex:layer", "/c1", "/c2"))
    site.pages["/c1"] = turtle(resource("/c1", "ex:Layer"), container("/c1", "ex:study", "/a", "/b"))
    site.pages["/a"] = turtle(resource("/a"), container("/a", "ex:sub", "/a1", "/a2"))
    site.pages |= {f"/{name}": turtle(resource(f"/{name}")) for name in ("a1", "a2")}
    whole = list(harvest(asked(url, client), every=1))
    cursor = cursors(whole)[place]
    before = whole[: whole.index(Reached(cursor))]

    after = list(harvest(asked(url, client, cursor=cursor), every=1))

    assert sorted(names(before) + names(after)) == sorted(names(whole))
    assert {*names(whole)} >= {"a", "a1", "a2", "b", "c2", "c"}
    assert faults(after) == []


def test_a_catalogue_of_very_many_members_is_entered_in_little_time(client: Client, site: Site) -> None:
    url = small(site)
    site.pages["/c1"] = catalogue("/c1", *(f"/many/{n}" for n in range(20_000)))

    found = harvest(asked(url, client))

    assert names([next(found), next(found)]) == ["", "c1"]


def test_faults_before_a_break_are_not_forgotten_behind_it(client: Client, site: Site) -> None:
    url = small(site)
    site.pages["/a"] = Reply(status=500)
    cursor = cursors(harvest(asked(url, client), every=1))[1]

    after = list(harvest(asked(url, client, cursor=cursor)))

    assert ("b" in names(after), len(faults(after))) == (True, 1)


@pytest.mark.parametrize("cursor", ["?", "[]", "{}", '{"path": 3}', '{"path": [[1]]}'])
def test_a_cursor_that_tells_no_place_means_the_beginning(client: Client, site: Site, cursor: str) -> None:
    assert sorted(names(harvest(asked(small(site), client, cursor=cursor)))) == sorted(ALL)


def test_a_second_walk_finds_the_same(client: Client, site: Site) -> None:
    assert NODE.answering
    play(site, NODE.answering(site.url))

    def digests() -> dict[str, str]:
        found = harvest(asked(site.url, client))
        return {i.subject.value: canonical(i.triples)[1] for i in found if isinstance(i, Record)}

    assert digests() == digests()


WORDS = some.sampled_from(
    ["rdf:type", "ldp:contains", "ldp:hasMemberRelation", "ldp:membershipResource", "dcat:dataset",
     "dcat:distribution", "dct:conformsTo", "dct:issued", "fdp-o:metadataIdentifier", "ex:any"]
)  # fmt: skip
VALUES = some.sampled_from(
    ["</c1>", "</a>", "</b>", "<>", "</#x>", "_:x", "[]", '"text"@en', "1", "<urn:x>", "<http://[bad>",
     "<a b>", "<mailto:x@y.example>", "dcat:Catalog", "dcat:Dataset", "ldp:DirectContainer",
     "fdp-o:FAIRDataPoint", "( 1 2 )"]
)  # fmt: skip
SUBJECTS = some.sampled_from(["</c1>", "</a>", "<>", "_:x", "<urn:x>", "</c1/dataset/>"])
STATEMENTS = some.lists(some.builds("{} {} {} .\n".format, SUBJECTS, WORDS, VALUES), max_size=8)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=60, deadline=None)
@given(STATEMENTS)
def test_any_statements_in_a_document_leave_the_rest_of_the_walk_alone(
    client: Client, site: Site, statements: list[str]
) -> None:
    small(site)
    rdf = "@prefix rdf: <http://www.w3.org/1999/02/22-rdf-syntax-ns#> .\n"
    site.pages["/c1"] = turtle(rdf, *statements)

    assert {"", "c", "c2"} <= {*names(harvest(asked(f"{site.url}/", client)))}


EXAMPLES = {
    "/fdp": "dtl-fdp",
    "/fdp/comparativeGenomics": "comparative-genomics-catalog",
    "/fdp/comparativeGenomics/goNlSvR5": "goNlSvR5-dataset",
    "/fdp/comparativeGenomics/goNlSvR5/html": "goNlSvR5-html",
    "/fdp/comparativeGenomics/goNlSvR5/textfile-gzip": "goNlSvR5-textfile-gzip",
}


@pytest.mark.real_data
def test_the_examples_of_the_reference_implementation_are_read(
    client: Client, site: Site, shared_data: Path
) -> None:
    folder = shared_data / "real" / "FAIRDataTeam__FAIRDataPoint" / "docs" / "rdf-examples"
    for path, name in EXAMPLES.items():
        body = (folder / f"{name}.ttl").read_bytes()
        site.pages[path] = Reply(body, headers={"Content-Type": "text/turtle"})

    items = list(harvest(asked(f"{site.url}/fdp", client)))

    record = _record(items, "goNlSvR5")
    assert record.subject.value == "http://www.dtls.nl/fdp/comparativeGenomics/goNlSvR5"
    assert Literal("application/gzip") in {t.object for t in record.triples}
    assert sorted(names(items)) == ["comparativeGenomics", "fdp", "goNlSvR5"]
