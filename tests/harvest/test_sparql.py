"""SPARQL endpoints: a real store that answers real queries, and the ways in which others answer less."""

import re
from collections.abc import Callable, Iterable
from dataclasses import replace

import orjson
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as some
from pyoxigraph import BlankNode, NamedNode, Quad, RdfFormat, Store

from catalogue.errors import CatalogueError, Invalid, Refused, Unavailable, Unreadable
from catalogue.records import Harvested, Record
from harvesters.http import Client
from harvesters.sparql import FAILURES, harvest
from harvesters.sparql_answers import solutions
from harvesters.sparql_queries import scope
from tests.harvest.asking import asked
from tests.harvest.conftest import MakeClient
from tests.harvest.feeds import PREFIXES, cursors, dataset, faults, names, rejected, totals
from tests.harvest.loopback import Asked, Reply, Site
from tests.harvest.played import play
from web.demo.nodes.sparql import NODE, endpoint
from web.demo.playing import Answering, Heard, Served

JSON = {"Content-Type": "application/sparql-results+json"}


def _store(*parts: str) -> Store:
    store = Store()
    store.load(
        (PREFIXES + "".join(parts)).encode(), format=RdfFormat.TURTLE, base_iri="https://data.example/"
    )
    return store


def _serve(site: Site, *parts: str) -> str:
    play(site, endpoint(_store(*parts)))
    return f"{site.url}/sparql"


def _changed(answering: Answering, change: Callable[[str, Served], Served]) -> Answering:
    """The same endpoint with an answer changed, by the query."""

    def answer(heard: Heard) -> Served | None:
        found = answering(heard)
        return change(heard.query.get("query", ""), found) if found else None

    return answer


def _cut_to(rows: int) -> Callable[[str, Served], Served]:
    """Hold back solutions as Virtuoso does."""

    def change(query: str, found: Served) -> Served:
        if query.startswith("CONSTRUCT"):
            lines = found.content.splitlines(keepends=True)
            return replace(found, content=b"".join(lines[:rows]))
        answer = orjson.loads(found.content)
        answer["results"]["bindings"] = answer["results"]["bindings"][:rows]
        return replace(found, content=orjson.dumps(answer))

    return change


def _records(items: Iterable[Harvested]) -> list[Record]:
    return [item for item in items if isinstance(item, Record)]


def _queries(site: Site) -> list[str]:
    return [Heard(one.method, one.path, one.headers, one.body).query.get("query", "") for one in site.asked]


def test_the_demonstration_endpoint_is_read_whole(client: Client, site: Site) -> None:
    assert NODE.answering
    play(site, NODE.answering(site.url))

    items = list(harvest(replace(asked(site.url + NODE.start, client), options=NODE.options)))

    assert len(names(items)) == totals(items)[0] == 8
    assert (faults(items), rejected(items), len(cursors(items))) == ([], [], 3)


def test_a_record_comes_with_all_that_is_said_only_of_it(client: Client, site: Site) -> None:
    url = _serve(
        site,
        dataset("a"),
        "<a> dct:publisher <o> ; dct:relation <b> ; dcat:distribution [ dct:license [ dct:title 'Open' ] ] .",
        "<o> dct:title 'Office' . <b> a dcat:Dataset ; dct:title 'b' ; dct:description 'Not of a' .",
        "<all> a dcat:Catalog ; dct:title 'All' ; dcat:dataset <a>, <b> .",
    )

    records = {
        item.subject.value[-1]: item for item in harvest(asked(url, client)) if isinstance(item, Record)
    }

    said = {str(triple.object) for triple in records["a"].triples}
    assert {'"Office"', '"Open"', '"a"@en'} <= said
    assert '"Not of a"' not in said
    assert records["a"].member_of == (NamedNode("https://data.example/all"),)
    assert (records["l"].kind, len(records["l"].triples)) == ("catalogue", 2)


def test_nodes_three_links_away_are_described_with_their_record(client: Client, site: Site) -> None:
    deep = "<a> dct:relation [ dct:relation [ dct:relation [ dct:title 'Deep' ] ] ] ."
    url = _serve(site, dataset("a"), deep)

    [record] = _records(harvest(asked(url, client)))

    assert '"Deep"' in {str(triple.object) for triple in record.triples}


def test_records_are_listed_behind_the_last_one_and_never_by_offset(client: Client, site: Site) -> None:
    url = _serve(site, *(dataset(f"d{n}") for n in range(7)))

    items = list(harvest(asked(url, client, batch="3")))

    assert names(items) == [f"d{n}" for n in range(7)]
    assert not [query for query in _queries(site) if "OFFSET" in query]
    assert '"https://data.example/d2"' in [query for query in _queries(site) if "ORDER BY" in query][1]


def test_a_listing_ends_with_an_empty_page_so_that_a_lower_limit_of_the_server_loses_nothing(
    client: Client, site: Site
) -> None:
    store = _store(*(dataset(f"d{n}") for n in range(7)))
    play(site, _changed(endpoint(store), lambda query, found: _listing_cut(query, found)))

    items = list(harvest(asked(f"{site.url}/sparql", client, batch="100")))

    assert (len(names(items)), totals(items), faults(items)) == (7, [7], [])


def _listing_cut(query: str, found: Served) -> Served:
    return _cut_to(2)(query, found) if "ORDER BY" in query else found


@pytest.mark.parametrize("pages", [1, 2])
def test_a_listing_goes_on_behind_the_page_that_it_reached(client: Client, site: Site, pages: int) -> None:
    url = _serve(site, *(dataset(f"d{n}") for n in range(6)))
    before = []
    for item in harvest(asked(url, client, batch="2")):
        before.append(item)
        if len(cursors(before)) == pages:
            break

    after = list(harvest(asked(url, client, cursor=cursors(before)[-1], batch="2")))

    assert names(before) + names(after) == [f"d{n}" for n in range(6)]
    assert faults(after) == []


def test_a_run_that_goes_on_behind_the_last_record_is_complete(client: Client, site: Site) -> None:
    url = _serve(site, dataset("a"))
    cursor = cursors(harvest(asked(url, client)))[-1]

    after = list(harvest(asked(url, client, cursor=cursor)))

    assert (names(after), faults(after)) == ([], [])


def test_faults_before_a_break_are_not_forgotten_behind_it(client: Client, site: Site) -> None:
    url = _serve(site, dataset("a"), dataset("b"))
    cursor = orjson.dumps({"after": "https://data.example/a", "listed": 1, "faults": 1}).decode()

    after = list(harvest(asked(url, client, cursor=cursor)))

    assert (names(after), len(faults(after))) == (["b"], 1)


def test_a_query_is_posted_as_a_form(client: Client, site: Site) -> None:
    list(harvest(asked(_serve(site, dataset("a")), client)))

    assert {one.method for one in site.asked} == {"POST"}
    assert {one.headers["content-type"] for one in site.asked} == {"application/x-www-form-urlencoded"}
    assert all(one.path == "/sparql" for one in site.asked)


@pytest.mark.parametrize("status", [404, 405, 415])
def test_an_endpoint_that_takes_no_forms_is_asked_in_the_address(
    client: Client, site: Site, status: int
) -> None:
    store = _store(*(dataset(f"d{n}") for n in range(12)))

    def gets_only(heard: Heard) -> Served | None:
        return Served("", "", b"", status) if heard.method == "POST" else endpoint(store)(heard)

    play(site, gets_only)

    items = list(harvest(asked(f"{site.url}/sparql", client)))

    assert (len(names(items)), faults(items)) == (12, [])
    assert [one.method for one in site.asked].count("POST") == 1
    assert max(len(one.path) for one in site.asked) < 8_000


def test_parameters_of_the_address_are_kept(client: Client, site: Site) -> None:
    _serve(site, dataset("a"))

    list(harvest(asked(f"{site.url}/sparql?infer=false", client)))

    assert {one.path for one in site.asked} == {"/sparql?infer=false"}


def test_a_redirect_does_not_lose_the_query(client: Client, site: Site) -> None:
    store = _store(dataset("a"))

    def moved(heard: Heard) -> Served | None:
        if heard.path == "/old":
            return Served("", "", b"", 301, {"Location": "/sparql"})
        return endpoint(store)(heard) if heard.query else Served("", "text/html", b"<html>Ask here</html>")

    play(site, moved)

    assert names(harvest(asked(f"{site.url}/old", client))) == ["a"]


@pytest.mark.parametrize(
    "body", [b"<html>Error</html>", b"", b"{}", b"[]", b'{"results": {}}', b'{"results": {"bindings": [1]}}']
)
def test_an_answer_with_status_200_that_is_no_result_is_told(client: Client, site: Site, body: bytes) -> None:
    site.pages["/sparql"] = Reply(body, headers={"Content-Type": "text/html"})

    with pytest.raises(Unreadable, match="answered a query with"):
        list(harvest(asked(f"{site.url}/sparql", client)))


def test_an_endpoint_that_lists_nothing_is_no_complete_harvest(client: Client, site: Site) -> None:
    url = _serve(site, '<x> dct:title "A vocabulary" .')

    with pytest.raises(Unreadable, match="lists no dataset"):
        list(harvest(asked(url, client)))


def test_an_endpoint_that_is_down_is_unavailable(client: Client, site: Site) -> None:
    site.pages["/sparql"] = Reply(status=503)

    with pytest.raises(Unavailable):
        list(harvest(asked(f"{site.url}/sparql", client)))

    assert {one.method for one in site.asked} == {"POST"}


def test_fewer_listed_than_counted_makes_the_run_incomplete(client: Client, site: Site) -> None:
    answering = endpoint(_store(dataset("a"), dataset("b")))
    play(site, _changed(answering, lambda query, found: _one_more(query, found)))

    items = list(harvest(asked(f"{site.url}/sparql", client)))

    assert (totals(items), names(items)) == ([3], ["a", "b"])
    assert "counts 3 records and listed 2" in faults(items)[0]


def _one_more(query: str, found: Served) -> Served:
    if "isIRI(?d))" in query:
        return replace(found, content=found.content.replace(b'"value":"2"', b'"value":"3"'))
    return found


def test_an_endpoint_that_does_not_count_is_read_all_the_same(client: Client, site: Site) -> None:
    answering = endpoint(_store(dataset("a"), dataset("b")))
    refuse = Served("", "text/plain", b"too much", 400)
    play(site, _changed(answering, lambda query, found: refuse if "COUNT" in query else found))

    items = list(harvest(asked(f"{site.url}/sparql", client)))

    assert (names(items), totals(items), faults(items)) == (["a", "b"], [], [])


def _wide(name: str, values: int) -> str:
    keywords = ", ".join(f'"{name} word {n}"' for n in range(values))
    return dataset(name) + f"<https://data.example/{name}> dcat:keyword {keywords} .\n"


def test_descriptions_that_the_server_cuts_off_without_a_word_are_asked_for_in_parts(
    client: Client, site: Site
) -> None:
    store = _store(*(_wide(f"d{n}", 400) for n in range(8)))

    def cut(query: str, found: Served) -> Served:
        return _cut_to(1_100)(query, found)

    play(site, _changed(endpoint(store), cut))

    items = list(harvest(asked(f"{site.url}/sparql", client)))

    assert [len(record.triples) for record in _records(items)] == [402] * 8
    assert (faults(items), rejected(items)) == ([], [])


def test_a_description_that_is_cut_off_even_alone_is_set_aside(client: Client, site: Site) -> None:
    store = _store(_wide("a", 1_300), dataset("b"))
    play(site, _changed(endpoint(store), _cut_to(1_100)))

    items = list(harvest(asked(f"{site.url}/sparql", client)))

    assert names(items) == ["b"]
    assert [item.place for item in rejected(items)] == ["https://data.example/a"]


def test_an_answer_that_says_itself_that_it_is_partial_is_not_taken(client: Client, site: Site) -> None:
    answering = endpoint(_store(dataset("a")))
    play(site, _changed(answering, lambda query, found: replace(found, status=206)))

    with pytest.raises(Unavailable, match="in part"):
        list(harvest(asked(f"{site.url}/sparql", client)))


HOSTILE = "https://data.example/x> a ?y } } ; DROP ALL ; SELECT * { ?s ?p <https://x"


@pytest.mark.parametrize(
    "iri", [HOSTILE, "https://x/\"' } #", "https://x/\\u003e", "no-iri", "", "https://x/ y"]
)
def test_what_is_no_iri_never_comes_into_a_query(client: Client, site: Site, iri: str) -> None:
    answering = endpoint(_store(dataset("a")))

    def listed(query: str, found: Served) -> Served:
        if "ORDER BY" not in query or '"https://data.example/a"' in query:
            return found
        rows = [{"d": {"type": "uri", "value": value}} for value in ("https://data.example/a", iri)]
        return replace(found, content=orjson.dumps({"results": {"bindings": rows}}))

    play(site, _changed(answering, listed))

    items = list(harvest(asked(f"{site.url}/sparql", client)))

    assert names(items) == ["a"]
    assert [item.place for item in rejected(items)] == [iri]
    assert not any(f"<{iri}>" in query for query in _queries(site))
    assert not any("DROP" in re.sub(r'"[^"]*"', "", query) for query in _queries(site))


def test_text_in_a_query_is_escaped() -> None:
    query = scope("", "").listing('a" } #\n\\', 10)

    assert r'> "a\" } #\n\\")' in query


def test_a_graph_and_classes_can_be_named(client: Client, site: Site) -> None:
    store = _store(dataset("default"))
    named = "<a> a dcat:Dataset ; dct:title 'a' . <s> a dcat:DataService ; dct:title 's' ."
    store.load(
        (PREFIXES + named).encode(),
        format=RdfFormat.TURTLE,
        base_iri="https://data.example/",
        to_graph=NamedNode("https://data.example/graph"),
    )
    play(site, endpoint(store))
    url, graph = f"{site.url}/sparql", "https://data.example/graph"

    assert names(harvest(asked(url, client, graph=graph))) == ["a", "s"]
    assert names(harvest(asked(url, client, graph=graph, types="service"))) == ["s"]
    assert names(harvest(asked(url, client, graph=graph, types="http://www.w3.org/ns/dcat#Dataset"))) == ["a"]


@pytest.mark.parametrize(
    ("name", "value"), [("graph", "> } DROP ALL"), ("types", "data set"), ("batch", "0"), ("batch", "many")]
)
def test_an_option_that_cannot_be_used_is_told(client: Client, site: Site, name: str, value: str) -> None:
    with pytest.raises(Invalid, match=name):
        list(harvest(replace(asked(f"{site.url}/sparql", client), options={name: value})))

    assert site.asked == []


def test_records_without_an_iri_are_counted_and_told(client: Client, site: Site) -> None:
    url = _serve(
        site, dataset("a"), "[] a dcat:Dataset ; dct:title 'x' . [] a dcat:Dataset ; dct:title 'y' ."
    )

    items = list(harvest(asked(url, client)))

    assert (names(items), totals(items), faults(items)) == (["a"], [1], [])
    assert rejected(items)[0].reason.startswith("2 records have no IRI")


def test_a_record_of_which_nothing_is_said_but_its_class_is_told(client: Client, site: Site) -> None:
    url = _serve(site, dataset("a"), "<b> a dcat:Dataset .")

    items = list(harvest(asked(url, client)))

    assert (names(items), faults(items)) == (["a"], [])
    assert [item.place for item in rejected(items)] == ["https://data.example/b"]


def test_a_record_that_is_listed_and_not_described_is_no_complete_run(client: Client, site: Site) -> None:
    answering = endpoint(_store(dataset("a"), dataset("b")))

    def silent(query: str, found: Served) -> Served:
        if not query.startswith("CONSTRUCT"):
            return found
        lines = found.content.splitlines(keepends=True)
        return replace(found, content=b"".join(line for line in lines if b"/b>" not in line))

    play(site, _changed(answering, silent))

    items = list(harvest(asked(f"{site.url}/sparql", client)))

    assert names(items) == ["a"]
    assert "lists https://data.example/b and says nothing of it" in faults(items)[0]


def test_a_listing_that_never_moves_ends(client: Client, site: Site) -> None:
    answering = endpoint(_store(dataset("a"), dataset("b")))
    first = b'{"results":{"bindings":[{"d":{"type":"uri","value":"https://data.example/a"}}]}}'
    same = Served("", "application/json", first)
    play(site, _changed(answering, lambda query, found: same if "ORDER BY" in query else found))

    items = list(harvest(asked(f"{site.url}/sparql", client)))

    assert names(items) == ["a"]
    assert "brings nothing new" in faults(items)[0]


def test_a_listing_that_fails_later_leaves_the_good_pages(client: Client, site: Site) -> None:
    answering = endpoint(_store(*(dataset(f"d{n}") for n in range(4))))
    down = Served("", "text/plain", b"", 500)
    play(site, _changed(answering, lambda query, found: down if '/d1"' in query else found))

    items = list(harvest(asked(f"{site.url}/sparql", client, batch="2")))

    assert names(items) == ["d0", "d1"]
    assert "could not be had" in faults(items)[0]


def test_endless_listings_end_at_the_page_limit(client: Client, site: Site) -> None:
    url = _serve(site, *(dataset(f"d{n}") for n in range(6)))

    items = list(harvest(asked(url, client, batch="1"), max_pages=3))

    assert names(items) == ["d0", "d1", "d2"]
    assert "more than 3 pages" in faults(items)[0]


@pytest.mark.parametrize(
    "bad", [Served("", "text/plain", b"", 500), Served("", "application/n-triples", b"<a> b <<<")]
)
def test_one_record_that_breaks_its_query_does_not_take_others_with_it(
    client: Client, site: Site, bad: Served
) -> None:
    answering = endpoint(_store(*(dataset(f"d{n}") for n in range(9))))

    def breaks(query: str, found: Served) -> Served:
        return bad if query.startswith("CONSTRUCT") and "/d4>" in query else found

    play(site, _changed(answering, breaks))

    items = list(harvest(asked(f"{site.url}/sparql", client)))

    assert names(items) == [f"d{n}" for n in (0, 1, 2, 3, 5, 6, 7, 8)]
    assert len(faults(items)) == 1


def test_a_value_longer_than_the_parser_takes_costs_its_record_alone(
    make_client: MakeClient, site: Site
) -> None:
    answering = endpoint(_store(dataset("a"), dataset("b")))
    long = Served("", "application/n-triples", b'<a:a> <a:b> "' + b"x" * 17_000_000 + b'" .\n')
    breaks = lambda query, found: long if query.startswith("CONSTRUCT") and "/a>" in query else found  # noqa: E731
    play(site, _changed(answering, breaks))

    items = list(harvest(asked(f"{site.url}/sparql", make_client(max_bytes=20_000_000))))

    assert names(items) == ["b"]
    assert "a single value of more than 16 MB" in faults(items)[0]


def test_the_ways_through_a_dense_description_are_counted_without_going_them() -> None:
    subject, link = NamedNode("https://data.example/a"), NamedNode("https://data.example/link")
    nodes = [BlankNode(f"n{number}") for number in range(200)]

    found = solutions((Quad(one, link, other) for one in [subject, *nodes] for other in nodes), [subject])

    assert found == 200 + 200**2 + 200**3 + 200**4


def test_an_endpoint_that_dies_on_the_way_is_soon_left_alone(client: Client, site: Site) -> None:
    answering = endpoint(_store(*(dataset(f"d{n:03}") for n in range(400))))
    down = Served("", "text/plain", b"", 502)
    play(site, _changed(answering, lambda query, found: down if query.startswith("CONSTRUCT") else found))

    items = list(harvest(asked(f"{site.url}/sparql", client)))

    assert names(items) == []
    assert faults(items)
    assert len(site.asked) <= 3 * FAILURES + 3


def test_wrong_iris_in_a_description_are_mended_record_by_record(client: Client, site: Site) -> None:
    answering = endpoint(_store(dataset("a"), dataset("b")))

    def virtuoso(query: str, found: Served) -> Served:
        if not query.startswith("CONSTRUCT") or "/a>" not in query:
            return found
        wrong = b"<https://data.example/a> <http://www.w3.org/ns/dcat#landingPage> <https://x/a b> .\n"
        return replace(found, content=found.content + wrong)

    play(site, _changed(answering, virtuoso))

    items = list(harvest(asked(f"{site.url}/sparql", client)))

    assert (names(items), faults(items)) == (["a", "b"], [])


def test_no_redirect_of_an_endpoint_leads_to_a_private_address(
    make_client: MakeClient, site: Site, trap: Site
) -> None:
    site.pages["/sparql"] = Reply(
        status=302, headers={"Location": f"{trap.url}/sparql".replace("127.0.0.1", "localhost")}
    )

    with pytest.raises(Refused):
        list(harvest(asked(f"{site.url}/sparql", make_client())))

    assert trap.asked == []


NAMES = some.sampled_from(["d", "n", "type", "value", "bindings", "results"])
ANYTHING = some.recursive(
    some.none() | some.booleans() | some.integers(-9, 2**40) | some.text(max_size=8),
    lambda inner: some.lists(inner, max_size=3) | some.dictionaries(NAMES, inner, max_size=3),
    max_leaves=8,
)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=40, deadline=None)
@given(ANYTHING, some.sampled_from(["answer", "bindings", "row", "term"]))
def test_any_json_in_place_of_a_result_raises_nothing_unknown(
    client: Client, site: Site, value: object, place: str
) -> None:
    answers: dict[str, object] = {
        "answer": value,
        "bindings": {"results": {"bindings": value}},
        "row": {"results": {"bindings": [value]}},
        "term": {"results": {"bindings": [{"d": value, "n": value}]}},
    }

    def answer(asked: Asked) -> Reply:
        return Reply(orjson.dumps(answers[place], option=orjson.OPT_NON_STR_KEYS), headers=JSON)

    site.pages["/sparql"] = answer

    try:
        list(harvest(asked(f"{site.url}/sparql", client)))
    except CatalogueError:
        return
