"""What a store on a server does when the server, the network, or whoever set the addresses fails."""

import socket
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import astuple
from urllib.parse import urljoin

import pytest
from pyoxigraph import Literal, NamedNode, Triple

from catalogue.adapters.sparql_access import address
from catalogue.adapters.store_sparql import Access, Endpoints, SparqlStore
from catalogue.errors import Invalid
from tests.servers import Own, why_not
from tests.store.conftest import SPARQL, Servers, endpoints, refused, remote
from tests.store.relay import Link, relay

NAMES = [NamedNode(f"https://catalogue.example/record/{n}") for n in range(60)]
MANY = [NamedNode(f"https://catalogue.example/record/{n}") for n in range(300)]
SIZE = 20
S = NamedNode("https://example.org/s")
SILENT = r"The store does not answer\."
CLOSED = r"The store does not let the catalogue in\."
INCOMPLETE = r"The store did not send the whole answer\."
BUSY = r"The store cannot answer at the moment\."
REFUSED = r"The store refused a request\."
NOWHERE = r"There is no store where the catalogue looks for it\."
Graphs = dict[NamedNode, list[Triple]]


def generation(label: str, names: list[NamedNode] = NAMES) -> Graphs:
    """Graphs whose statements all tell which writing they are of."""
    graph = [Triple(S, NamedNode(f"https://example.org/p{n}"), Literal(label)) for n in range(SIZE)]
    return dict.fromkeys(names, graph)


def found(store: SparqlStore, names: list[NamedNode] = NAMES) -> set[str]:
    """The labels of the graphs, each of which must be whole."""
    labels = set()
    for graph in store.read(names).values():
        [label] = {t.object.value for t in graph if isinstance(t.object, Literal)}
        assert len(graph) == SIZE
        labels.add(label)
    return labels


def calls(store: SparqlStore) -> tuple[Callable[[], object], ...]:
    """Everything that a store can be asked to do."""
    return (
        lambda: store.read(NAMES),
        lambda: store.replace(generation("never")),
        lambda: store.remove(NAMES),
        lambda: list(store.graphs()),
    )


@pytest.fixture(scope="module", params=SPARQL)
def hurt(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Own]:
    """A server that the tests hurt one after another."""
    if reason := why_not(request.param):
        pytest.skip(reason)
    server = Own(request.param, tmp_path_factory.mktemp("hurt"))
    yield server
    server.kill()


@pytest.fixture
def own(hurt: Own) -> Iterator[Own]:
    """A server that the test may hurt, running and empty."""
    hurt.start()
    store = remote(hurt.running)
    store.remove(list(store.graphs()))
    store.close()
    yield hurt
    if hurt.running.pid:
        hurt.resume()


@pytest.fixture(params=SPARQL)
def there(request: pytest.FixtureRequest, servers: Servers) -> Endpoints:
    """The addresses of a sound server that holds the first generation."""
    server = servers(request.param)
    store = remote(server)
    store.remove(list(store.graphs()))
    store.replace(generation("first"))
    store.close()
    return endpoints(server)


def test_a_server_killed_in_the_middle_leaves_each_graph_old_or_new(own: Own) -> None:
    store, writer = remote(own.running), remote(own.running, request_bytes=9_000)
    store.replace(generation("first", MANY))

    with ThreadPoolExecutor(1) as thread:
        writing = thread.submit(writer.replace, generation("second", MANY))
        while found(store, MANY[20:21]) == {"first"}:
            assert not writing.done()
        own.kill()

    with refused(SILENT, r"Of 300 graphs \d+ were written before; each of the others is old"):
        writing.result()
    own.start()
    assert found(store, MANY) == {"first", "second"}
    store.replace(generation("second", MANY))
    assert found(store, MANY) == {"second"}
    assert set(store.graphs()) == set(MANY)
    writer.close()
    store.close()


def test_a_server_that_stands_still_is_given_up_in_time(own: Own) -> None:
    patient, hasty = remote(own.running), remote(own.running, timeout_s=0.5)
    patient.replace(generation("first"))

    own.pause()
    waiting = (
        lambda: hasty.read(NAMES),
        lambda: hasty.replace(generation("first")),
        lambda: [*hasty.graphs()],
    )
    for call in waiting:
        with refused(SILENT, r"did not answer within 0\.5 s"):
            call()
    own.resume()

    assert found(patient) == {"first"}
    patient.close()
    hasty.close()


@pytest.mark.servers
def test_a_wrong_password_is_told_with_the_settings_and_without_the_password(servers: Servers) -> None:
    there = endpoints(servers("fuseki-auth"))
    in_url = Endpoints(*(url.replace("://", "://steward:geheim@") for url in astuple(there)))

    for store in (SparqlStore(there, Access("steward", "geheim")), SparqlStore(in_url)):
        for call in calls(store):
            with refused(CLOSED, "FAIRFINDER_STORE_USER and FAIRFINDER_STORE_PASS") as told:
                call()
            assert "geheim" not in str(told)
        store.close()


def test_credentials_are_not_shown() -> None:
    access = Access("steward", "geheim", "geheim")
    there = address("https://steward:geheim@store.example/sparql?key=geheim", access)

    assert "geheim" not in f"{access} {there}"
    assert "https://store.example/sparql" in f"{there}"


@pytest.mark.servers
def test_the_right_password_opens_the_store_from_either_place(servers: Servers) -> None:
    server = servers("fuseki-auth")
    named = f"://{server.user}:{server.password}@"
    stores = (
        remote(server),
        SparqlStore(Endpoints(*(u.replace("://", named) for u in astuple(endpoints(server))))),
    )

    for number, store in enumerate(stores):
        store.replace(generation(f"writing {number}"))

        assert found(store) == {f"writing {number}"}
        store.close()


def test_nothing_listening_is_told_with_the_address_and_no_secret() -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        root = f"127.0.0.1:{free.getsockname()[1]}"
    store = SparqlStore(Endpoints(*[f"http://u:geheim@{root}/query?key=geheim"] * 3), timeout_s=2)

    for call in calls(store):
        with refused(SILENT, rf"http://{root}/query cannot be reached .*Start it") as told:
            call()
        assert "geheim" not in str(told)

    store.close()


@pytest.mark.parametrize("url", ["", "localhost:3030/ds", "ftp://h/x", "http://", "file:///etc/passwd"])
def test_an_address_that_is_none_is_refused_at_once(url: str) -> None:
    with pytest.raises(Invalid, match="must begin with http"):
        SparqlStore(Endpoints(url, url, url))


def test_two_threads_never_mix_and_readers_see_whole_graphs(there: Endpoints) -> None:
    store, reader = SparqlStore(there, request_bytes=20_000), SparqlStore(there)

    seen = written_at_once(store, store, reader)

    assert seen <= {"first", "one", "two"}
    assert found(reader) <= {"one", "two"}
    store.close()
    reader.close()


@pytest.mark.servers
def test_two_processes_never_mix_where_the_engine_keeps_them_apart(servers: Servers) -> None:
    """Jena does; Oxigraph's server and Virtuoso do not, so the ledger must (docs/decisions/0011)."""
    stores = [remote(servers("fuseki"), request_bytes=20_000) for _ in range(3)]
    stores[0].replace(generation("first"))

    seen = written_at_once(*stores)

    assert seen <= {"first", "one", "two"}
    assert found(stores[2]) <= {"one", "two"}
    for store in stores:
        store.close()


def written_at_once(one: SparqlStore, two: SparqlStore, reader: SparqlStore) -> set[str]:
    """Write the same graphs from both sides; what a reader saw meanwhile."""
    ends = threading.Event()

    def write(store: SparqlStore, label: str) -> None:
        for _ in range(3):
            store.replace(generation(label))

    with ThreadPoolExecutor(3) as threads:
        reading = threads.submit(lambda: [found(reader, NAMES[:20]) for _ in iter(ends.is_set, True)])
        writing = [threads.submit(write, one, "one"), threads.submit(write, two, "two")]
        failures = [work.exception() for work in writing]
        ends.set()
    assert failures == [None, None]
    return set.union(*reading.result())


def test_many_graphs_go_in_as_many_requests_as_they_need(there: Endpoints) -> None:
    store = SparqlStore(there, request_bytes=20_000)

    store.replace(generation("second"))

    assert found(store) == {"second"}
    store.remove(NAMES)
    assert list(store.graphs()) == []
    store.close()


def test_a_graph_larger_than_a_request_is_replaced_as_a_whole(there: Endpoints) -> None:
    store = SparqlStore(there, request_bytes=4_000)
    large = [Triple(S, NamedNode(f"https://example.org/p{n}"), Literal(f"{n:012}" * 9)) for n in range(3_000)]

    store.replace({**generation("second"), NAMES[7]: large})

    assert set(store.read(NAMES[7:8])[NAMES[7]]) == set(large)
    assert found(store, NAMES[8:]) == {"second"}
    store.close()


@pytest.mark.parametrize("promised", [True, False], ids=["cut", "ended too early"])
@pytest.mark.parametrize("kept", [0.0, 0.3, 0.999])
def test_half_an_answer_is_none(there: Endpoints, kept: float, promised: bool) -> None:
    def breaks_off(link: Link, body: bytes) -> None:
        answer = link.asked(body)
        part = answer.content.rstrip()[: int(len(answer.content.rstrip()) * kept)]
        link.tell(200, answer.headers["Content-Type"], part, len(answer.content) if promised else None)

    with relay(there, breaks_off) as addresses:
        store = SparqlStore(addresses)

        with refused(f"{SILENT}|{INCOMPLETE}", r"broke off|incomplete"):
            store.read(NAMES)
        with refused(f"{SILENT}|{INCOMPLETE}", r"broke off|incomplete"):
            list(store.graphs())

        store.close()


def test_a_dropped_connection_is_tried_once_more_and_only_once(there: Endpoints) -> None:
    asked: list[bytes] = []

    def drops_the_second_and_all_after_the_third(link: Link, body: bytes) -> None:
        asked.append(body)
        if len(asked) in (2, 4, 5, 6):
            link.close_connection = True
            return
        answer = link.asked(body)
        link.tell(answer.status_code, answer.headers.get("Content-Type", "text/plain"), answer.content)

    with relay(there, drops_the_second_and_all_after_the_third) as addresses:
        store = SparqlStore(addresses)

        store.remove([NAMES[0]])
        store.remove([NAMES[1]])
        with refused(SILENT, "broke off the connection"):
            store.read(NAMES)

        assert len(asked) == 5
        assert asked[1] == asked[2]
        store.close()


def test_a_busy_server_is_not_asked_again(there: Endpoints) -> None:
    asked: list[bytes] = []

    def busy(link: Link, body: bytes) -> None:
        asked.append(body)
        link.tell(503, "text/plain", b"too busy now.\nsecond line")

    with relay(there, busy) as addresses:
        store = SparqlStore(addresses)

        with refused(BUSY, r"answered 503 \(Service Unavailable\): too busy now\. Look at its log"):
            store.read(NAMES)

        assert len(asked) == 1
        store.close()


def test_a_web_page_in_the_place_of_a_store_is_told(there: Endpoints) -> None:
    with relay(
        there, lambda link, _: link.tell(200, "text/html; charset=utf-8", b"<p>Sign in</p>")
    ) as addresses:
        store = SparqlStore(addresses)

        for call in (
            lambda: store.read(NAMES),
            lambda: store.replace(generation("x")),
            lambda: [*store.graphs()],
        ):
            with refused(NOWHERE, "is no SPARQL endpoint"):
                call()

        store.close()


def test_an_answer_that_the_store_cut_off_itself_is_told(there: Endpoints) -> None:
    def leaves_rows_out(link: Link, body: bytes) -> None:
        answer = link.asked(body)
        link.tell(200, answer.headers["Content-Type"], answer.content, **{"X-SPARQL-MaxRows": "10000"})

    with relay(there, leaves_rows_out) as addresses:
        store = SparqlStore(addresses)

        for call in (lambda: store.read(NAMES), lambda: list(store.graphs())):
            with refused(INCOMPLETE, "it ends after 10000 rows"):
                call()

        store.close()


def test_a_wrong_path_is_told(there: Endpoints) -> None:
    store = SparqlStore(Endpoints(*(urljoin(url, "/nothing") for url in astuple(there))))

    for call in calls(store):
        with refused(f"{NOWHERE}|{REFUSED}", r"is no SPARQL endpoint|Either the address"):
            call()

    store.close()


def test_a_closed_iterator_lets_go_of_its_connection(there: Endpoints) -> None:
    store = SparqlStore(there)

    for _ in range(150):
        assert next(store.graphs()) in NAMES

    assert found(store) == {"first"}
    store.close()
