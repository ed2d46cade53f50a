"""What Virtuoso does otherwise than the other stores, and what becomes of it."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, suppress
from dataclasses import replace
from urllib.parse import urljoin

import httpx
import pytest
from pyoxigraph import Literal, NamedNode, Triple

from catalogue.adapters.sparql_access import Access, Endpoints, address
from catalogue.adapters.sparql_dialects import SPARQL as PLAIN
from catalogue.adapters.sparql_dialects import VIRTUOSO, dialect
from catalogue.adapters.sparql_http import Wire
from catalogue.adapters.sparql_reader import Reader
from catalogue.adapters.store_sparql import SparqlStore
from catalogue.errors import Invalid, Unavailable
from tests.servers import Running
from tests.store.conftest import SPARQL, Servers, endpoints, refused, remote
from tests.store.relay import Link, relay

NAMES = [NamedNode(f"https://catalogue.example/record/{n}") for n in range(20)]
A, B = NAMES[:2]
S, P = NamedNode("https://example.org/s"), NamedNode("https://example.org/p")
WRITTEN_AGAIN = r"A record cannot be read, because others write it again and again\."

LISTED = "a graph of another program is listed"
READ = "a graph of another program is read"
LONG = "a subject or a property may have any length"
APART = "two processes may write one graph at the same time"

NOT_HELD = {
    LISTED: (
        "Virtuoso keeps graphs of its own among the others and has no list of names that is both whole and "
        "quick, so the names are those of the graphs with a seal."
    ),
    READ: ("Virtuoso's readers see an old and a new graph in one answer, and only a seal tells when."),
    LONG: "Virtuoso cuts an IRI after 1,879 bytes without a word.",
    APART: "Each of two updates drops what it sees, so that both may stay; Oxigraph's server does the same.",
}
"""What Virtuoso cannot hold; below, each is shown to fail as it should, and never in silence."""


@pytest.fixture
def virtuoso(servers: Servers) -> Running:
    return servers("virtuoso")


@pytest.fixture
def store(virtuoso: Running) -> Iterator[SparqlStore]:
    with closing(remote(virtuoso)) as opened:
        opened.remove(list(opened.graphs()))
        yield opened


def said(value: str) -> list[Triple]:
    return [Triple(S, P, Literal(value))]


def update(server: Running, text: str) -> None:
    """What another program does."""
    httpx.post(server.urls["update"], data={"update": text}, trust_env=False).raise_for_status()


@pytest.mark.parametrize("name", SPARQL)
def test_one_question_tells_which_store_it_is(name: str, servers: Servers) -> None:
    with closing(Wire(Access(), 30)) as wire:
        found = dialect(wire, address(servers(name).urls["query"], Access()))

    assert found == (VIRTUOSO if name == "virtuoso" else PLAIN)


@pytest.mark.servers
def test_it_is_known_behind_a_server_that_names_itself(virtuoso: Running) -> None:
    with relay(endpoints(virtuoso), Link.tell_nothing) as there, closing(Wire(Access(), 30)) as wire:
        assert dialect(wire, address(there.query, Access())) == VIRTUOSO


@pytest.mark.servers
@pytest.mark.parametrize("what", [what for what in NOT_HELD if what != APART])
def test_what_virtuoso_cannot_hold_is_refused_or_left_out(
    what: str, virtuoso: Running, store: SparqlStore
) -> None:
    update(virtuoso, f"INSERT DATA {{ GRAPH {B} {{ {S} {P} 'not ours' }} }}")
    store.replace({A: said("ours")})

    if what == LISTED:
        assert list(store.graphs()) == [A]
    elif what == READ:
        with refused(WRITTEN_AGAIN, f"{B} is not as the catalogue sealed it"):
            store.read([A, B])
    else:
        with pytest.raises(Invalid, match=r"an IRI has more than 1,800 bytes\. Nothing was written"):
            store.replace({A: [Triple(NamedNode(S.value * 100), P, S)]})

    assert store.read([A])[A] == said("ours")
    store.replace({B: said("ours now")})
    assert store.read([A, B]) == {A: said("ours"), B: said("ours now")}


@pytest.mark.servers
def test_a_graph_that_another_program_changed_is_never_given_out(
    virtuoso: Running, store: SparqlStore
) -> None:
    changes = (
        f"INSERT DATA {{ GRAPH {A} {{ {S} {P} 'more' }} }}",
        f"DELETE DATA {{ GRAPH {A} {{ {S} {P} 'two' }} }}",
        f"DELETE WHERE {{ GRAPH {A} {{ {A} ?p ?o }} }}",
    )
    for change in changes:
        store.replace({A: [*said("one"), *said("two")]})
        update(virtuoso, change)

        with refused(WRITTEN_AGAIN, f"{A} is not as the catalogue sealed it"):
            store.read([A])


@pytest.mark.servers
def test_two_processes_may_break_a_graph_and_nobody_is_given_it(
    virtuoso: Running, store: SparqlStore
) -> None:
    """What APART says; the ledger keeps them apart (docs/decisions/0011), and here nothing does."""
    others = [remote(virtuoso), remote(virtuoso)]
    store.replace({A: said("first")})

    def write(other: SparqlStore) -> None:
        for number in range(20):
            other.replace({A: [*said(f"{id(other)}"), *said(f"{number}"), *said("both")]})

    with ThreadPoolExecutor(2) as threads:
        writing = [threads.submit(write, other) for other in others]
        while not all(work.done() for work in writing):
            with suppress(Unavailable):
                assert len(store.read([A])[A]) in (1, 3)

    assert [work.exception() for work in writing] == [None, None]
    store.replace({A: said("again")})
    assert store.read([A])[A] == said("again")
    for other in others:
        other.close()


@pytest.mark.servers
def test_names_come_in_pages(virtuoso: Running, store: SparqlStore) -> None:
    store.replace({name: said("x") for name in NAMES})

    with closing(Wire(Access(), 30)) as wire:
        reader = Reader(wire, address(virtuoso.urls["query"], Access()), replace(VIRTUOSO, names_at_once=7))
        found = list(reader.names())

    assert sorted(map(str, found)) == sorted(map(str, NAMES))


@pytest.mark.servers
def test_a_graph_that_waits_for_its_own_name_is_not_listed(virtuoso: Running, store: SparqlStore) -> None:
    def takes_no_updates(link: Link, body: bytes) -> None:
        if b"DELETE" in body:
            link.tell(503, "text/plain", b"not now")
        else:
            answer = link.asked(body)
            link.tell(answer.status_code, answer.headers["Content-Type"], answer.content)

    with (
        relay(endpoints(virtuoso), takes_no_updates) as there,
        closing(SparqlStore(there)) as writer,
        refused(r"The store cannot answer at the moment\.", "Of 1 graphs 0 were written before"),
    ):
        writer.replace({A: said("waiting")})

    assert list(store.graphs()) == []


@pytest.mark.servers
def test_the_addresses_that_want_a_digest_of_the_password_get_it(virtuoso: Running) -> None:
    query = urljoin(virtuoso.urls["query"], "/sparql-auth")
    there = Endpoints(query, query, urljoin(query, "/sparql-graph-crud-auth"))

    with closing(SparqlStore(there, Access("dba", "dba"))) as store:
        store.replace({A: said("by the administrator")})
        assert store.read([A])[A] == said("by the administrator")
    with (
        closing(SparqlStore(there, Access("dba", "wrong"))) as store,
        refused(r"The store does not let the catalogue in\.", "FAIRFINDER_STORE_PASSWORD"),
    ):
        store.replace({A: said("by nobody")})
