"""What every triple store promises. Another adapter is one more line in `OPENERS`."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from pyoxigraph import BlankNode, Literal, NamedNode, RdfFormat, Triple, parse

from catalogue.adapters.store_oxigraph import OxigraphStore
from catalogue.canonical import canonical
from catalogue.errors import CatalogueError
from catalogue.store import TripleStore

Opener = Callable[[Path], TripleStore]
OPENERS: dict[str, Opener] = {
    "oxigraph in memory": lambda folder: OxigraphStore(None),
    "oxigraph on disk": lambda folder: OxigraphStore(folder / "store"),
}
A, B, C = (NamedNode(f"https://catalogue.example/record/{name}") for name in "abc")
S, P = NamedNode("https://example.org/s"), NamedNode("https://example.org/p")


@pytest.fixture(params=OPENERS)
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[TripleStore]:
    """Each kind of store, empty."""
    opened = OPENERS[request.param](tmp_path)
    yield opened
    opened.close()


def graph(store: TripleStore, name: NamedNode) -> list[Triple]:
    return store.read([name])[name]


def said(*values: str) -> list[Triple]:
    return [Triple(S, P, Literal(value)) for value in values]


def nested(value: str) -> list[Triple]:
    """A graph with two blank nodes that are called the same in each graph."""
    outer, inner = BlankNode("n0"), BlankNode("n1")
    return [Triple(S, P, outer), Triple(outer, P, inner), Triple(inner, P, Literal(value))]


def blanks(graph: list[Triple]) -> set[BlankNode]:
    return {term for t in graph for term in (t.subject, t.object) if isinstance(term, BlankNode)}


def unstorable() -> Triple:
    """A statement that a lenient parser lets pass, and that is none."""
    [quad] = parse(
        b"<https://example.org/s> <https://example.org/p> <https://example.org/a b> .",
        format=RdfFormat.N_TRIPLES,
        lenient=True,
    )
    statement: Triple = quad.triple
    return statement


def test_a_graph_that_was_never_written_is_empty(store: TripleStore) -> None:
    assert graph(store, A) == []
    assert list(store.graphs()) == []


def test_a_graph_holds_exactly_what_was_written_last(store: TripleStore) -> None:
    store.replace({A: said("one", "two"), B: said("three")})
    store.replace({A: said("two", "four")})

    assert sorted(map(str, graph(store, A))) == sorted(map(str, said("two", "four")))
    assert graph(store, B) == said("three")
    assert set(store.graphs()) == {A, B}


def test_new_and_known_graphs_go_in_together(store: TripleStore) -> None:
    store.replace({A: said("old")})

    store.replace({B: said("new"), A: said("newer"), C: said("newest")})

    assert [graph(store, name) for name in (A, B, C)] == [said("newer"), said("new"), said("newest")]


def test_many_known_graphs_are_replaced_at_once(store: TripleStore) -> None:
    names = [NamedNode(f"https://catalogue.example/record/{n}") for n in range(300)]
    store.replace({name: nested("old") for name in names})

    store.replace({name: nested(f"new {n}") for n, name in enumerate(names)})

    assert all(canonical(graph(store, name)) == canonical(nested(f"new {n}")) for n, name in enumerate(names))


def test_many_graphs_are_read_at_once_and_those_not_there_are_empty(store: TripleStore) -> None:
    store.replace({A: nested("a"), B: nested("b")})

    graphs = store.read([B, C, A])

    assert [canonical(graphs[name])[1] for name in (A, B)] == [canonical(nested(name))[1] for name in "ab"]
    assert graphs[C] == []
    assert not blanks(graphs[A]) & blanks(graphs[B])


def test_a_graph_without_statements_is_no_longer_there(store: TripleStore) -> None:
    store.replace({A: said("one")})

    store.replace({A: []})

    assert graph(store, A) == []


def test_blank_nodes_are_never_shared_between_graphs(store: TripleStore) -> None:
    store.replace({A: nested("a"), B: nested("b")})
    store.replace({C: nested("c")})
    store.replace({A: nested("a again"), B: nested("b again")})

    graphs = [blanks(graph(store, name)) for name in (A, B, C)]

    assert [len(graph) for graph in graphs] == [2, 2, 2]
    assert len(set.union(*graphs)) == 6


def test_blank_nodes_of_one_graph_stay_joined(store: TripleStore) -> None:
    store.replace({A: nested("a"), B: nested("b")})
    store.replace({A: nested("new")})

    assert canonical(graph(store, A))[1] == canonical(nested("new"))[1]
    assert canonical(graph(store, B))[1] == canonical(nested("b"))[1]


@pytest.mark.parametrize("place", [A, B, C])
def test_a_bad_statement_leaves_everything_as_it_was(store: TripleStore, place: NamedNode) -> None:
    store.replace({A: said("a"), B: said("b")})
    graphs = {A: said("new a"), B: said("new b"), C: said("new c")}
    graphs[place] = [*said("good"), unstorable(), *said("good too")]

    with pytest.raises(CatalogueError, match=r"cannot be stored.*Nothing was written"):
        store.replace(graphs)

    assert [graph(store, name) for name in (A, B, C)] == [said("a"), said("b"), []]
    assert set(store.graphs()) == {A, B}


def test_removing_takes_whole_graphs_and_passes_over_what_is_not_there(store: TripleStore) -> None:
    store.replace({A: nested("a"), B: nested("b")})

    store.remove([A, C])
    store.remove([])

    assert graph(store, A) == []
    assert set(store.graphs()) == {B}


@pytest.mark.parametrize(
    "value",
    [
        Literal('quotes " and \\ and\nlines\r\tand } . <b>'),
        Literal("}; DROP ALL; INSERT DATA {"),
        Literal("Ünï © 日本 \U0001f600 \x7f", language="de-at"),
        Literal("2015-13-45", datatype=NamedNode("http://www.w3.org/2001/XMLSchema#date")),
        NamedNode("https://example.org/ü?q=%20&r='x'#y"),
        Literal(""),
    ],
    ids=repr,
)
def test_every_value_comes_back_as_it_was(store: TripleStore, value: Literal | NamedNode) -> None:
    store.replace({A: [Triple(S, P, value)]})
    first = graph(store, A)
    store.replace({A: [Triple(S, P, value)]})

    assert first == graph(store, A) == [Triple(S, P, value)]
