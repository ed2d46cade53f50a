"""What every triple store promises, embedded or on a server; the `store` fixture is each of them in turn."""

from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as some
from pyoxigraph import BlankNode, Literal, NamedNode, RdfFormat, Triple, parse

from catalogue.adapters.store_oxigraph import OxigraphStore
from catalogue.canonical import canonical
from catalogue.errors import CatalogueError, Conflict
from catalogue.store import TripleStore
from ontologies.namespaces import RDF, XSD

A, B, C = (NamedNode(f"https://catalogue.example/record/{name}") for name in "abc")
S, P = NamedNode("https://example.org/s"), NamedNode("https://example.org/p")


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


def test_more_comes_back_than_a_store_gives_in_one_answer(store: TripleStore) -> None:
    def many(count: int) -> set[Triple]:
        return {Triple(S, NamedNode(f"{P.value}{n}"), Literal(f"{n}")) for n in range(count)}

    node = BlankNode("n0")
    large = {A: many(12_000), B: {Triple(node, P, t.object) for t in many(10_500)}, C: many(4_000)}
    store.replace(large)

    found = store.read([A, B, C])

    assert [len(found[name]) for name in (A, B, C)] == [12_000, 10_500, 4_000]
    assert set(found[A]) == large[A]
    assert {t.object for t in found[B]} == {t.object for t in large[B]}
    assert len(blanks(found[B])) == 1


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


def test_a_bad_statement_about_a_number_is_told_in_the_same_way(store: TripleStore) -> None:
    bad = Triple(unstorable().object, P, Literal("1", datatype=XSD.integer))

    with pytest.raises(CatalogueError, match=r"cannot be stored.*Nothing was written"):
        store.replace({A: [bad]})

    assert list(store.graphs()) == []


def typed(datatype: str, *values: str) -> list[Literal]:
    return [Literal(value, datatype=XSD.term(datatype)) for value in values]


INTEGERS = (
    "0",
    "12",
    "-12",
    "012",
    "+1",
    "-0",
    " 1 ",
    "",
    "1.0",
    "2147483648",
    "9223372036854775808",
    "9" * 80,
)
DECIMALS = ("0", "1", "1.0", "1.50", ".5", "1.", "-0.0", "+1.5", "00.1", "1e3", "0." + "1" * 60)
DOUBLES = (
    "0",
    "1",
    "1.5",
    "1.5E0",
    "1e3",
    "1E400",
    "NaN",
    "INF",
    "-INF",
    "+INF",
    "-0",
    "16777217",
    "5.0E-324",
)
SECONDS = ("", ".5", ".50", ".000", ".123456789", ".1234567890", "." + "1" * 30)
MOMENTS = (
    *(f"2020-01-01T12:34:56{second}{zone}" for second in SECONDS for zone in ("", "Z", "+00:00", "+02:00")),
    *("2020-01-01T24:00:00Z", "12020-01-01T00:00:00Z", "-0044-03-15T00:00:00", "0000-01-01T00:00:00Z"),
    *("2020-13-01T00:00:00Z", "2020-01-01T00:00:00-00:00", "2020-01-01T00:00:00+14:01", "2020-01-01"),
)
DAYS = (
    "2020-02-29",
    "2019-02-29",
    "2020-01-01Z",
    "2020-01-01+00:00",
    "12020-01-01",
    "2015-13-45",
    "2020",
    "0001-01-01",
)
LITERALS = (
    *(value for name in ("integer", "nonNegativeInteger", "int", "byte") for value in typed(name, *INTEGERS)),
    *typed("decimal", *DECIMALS),
    *typed("double", *DOUBLES),
    *typed("float", *DOUBLES),
    *typed("boolean", "true", "false", "1", "0", "TRUE", "x"),
    *typed("dateTime", *MOMENTS),
    *typed("dateTimeStamp", *MOMENTS),
    *typed("date", *DAYS),
    *typed("time", "12:00:00", "24:00:00", "12:00:00.000", "12:00:00.11111111111111111111", "x"),
    *typed("gYear", "2020", "2020Z", "2020+00:00", "-0044", "20"),
    *typed("duration", "P12M", "PT24H", "P0Y", "PT1.50S", "PT1.1111111111111S", "x"),
    *typed("hexBinary", "aa", "AA"),
    *typed("anyURI", "http://example.org/a b", ""),
    *(Literal("<b >x</b>", datatype=RDF.term(name)) for name in ("HTML", "XMLLiteral", "JSON")),
    *(Literal("hello", language=tag) for tag in ("en", "de-at", "zh-hant-tw", "de-ch-1901", "x-foo")),
    *(Literal(text, language="en") for text in ("", "Ünï © 日本 \U0001f600 \x7f")),
    *map(
        Literal,
        ("", " ", "\r\n\t", "\\u0041 \\", "'\" " * 3, "\ufeff\u2028\u200b", "e\u0301 \u00e9", "x" * 200_000),
    ),
    *map(
        Literal,
        (
            'quotes " and \\ and\nlines\r\tand } . <b>',
            "}; DROP ALL; INSERT DATA {",
            "_:b .",
            "\x01\x1f\x7f\x85",
        ),
    ),
    Literal("z", datatype=NamedNode("http://example.org/ü#datatype")),
    Literal("z", datatype=NamedNode("http://example.org/" + "z" * 5_000)),
    Literal("z", language="de" + "-abcdefgh" * 20),
    Literal('\x01\n"é _:b .' * 20_000),
    *typed("integer", "1" * 100_000),
)
IRIS = (
    *(
        NamedNode(f"http://example.org/{path}")
        for path in ("ü?q=%20&r='x'#y", "%C3%BC", "e\u0301", "\U0001f600")
    ),
    *(
        NamedNode(f"http://example.org/{path}")
        for path in ("a/../b", "./a", "a//b/", ".well-known/x", "a(b)!$*+,;=@")
    ),
    NamedNode("http://example.org/map?" + "ü" * 5_000),
    *map(NamedNode, ("urn:a:b", "HTTP://EXAMPLE.org:80/", "mailto:a@b.example")),
)


@pytest.mark.parametrize("values", [LITERALS, IRIS], ids=["literals", "IRIs"])
def test_every_value_comes_back_as_it_was(
    store: TripleStore, values: tuple[Literal | NamedNode, ...]
) -> None:
    given = {Triple(S, NamedNode(f"{P.value}{n}"), value) for n, value in enumerate(values)}

    store.replace({A: given})
    first = set(graph(store, A))
    store.replace({A: first})

    assert given - first == first - given == set()
    assert set(graph(store, A)) == given


def test_values_of_one_property_are_told_apart(store: TripleStore) -> None:
    given = {Triple(S, P, value) for value in LITERALS}

    store.replace({A: given})

    assert set(graph(store, A)) == given
    assert len(graph(store, A)) == len(given)


def test_a_statement_that_looks_like_a_note_comes_back(store: TripleStore) -> None:
    note = "urn:fairfinder:exact:"
    given = {
        Triple(
            S, NamedNode(f"{note}{P.value}"), Literal("1", datatype=NamedNode(f"{note}{XSD.integer.value}"))
        ),
        Triple(S, NamedNode(f"{note}{P.value}"), S),
        Triple(S, NamedNode(note), Literal("012", datatype=XSD.integer)),
        Triple(S, P, Literal("012", datatype=XSD.integer)),
        Triple(S, P, Literal("x", datatype=NamedNode(f"{note}y"))),
        Triple(A, NamedNode(f"{note}/seal"), Literal("0" * 64)),
        Triple(S, NamedNode(f"{note}/part/{P.value}"), Literal("abc 0 " + "x" * 70_000)),
    }

    store.replace({A: given})

    assert set(graph(store, A)) == given


digits = some.text("0123456789+-.:TZPYMDHSE ", max_size=30)
numbers = some.one_of(
    some.integers().map(str), some.decimals().map(str), some.floats().map(str), some.dates().map(str),
    some.datetimes().map(lambda moment: moment.isoformat()), digits,
)  # fmt: skip
names = some.sampled_from(
    "integer nonNegativeInteger long unsignedByte decimal double float boolean dateTime dateTimeStamp date "
    "time gYear gYearMonth gMonth gDay gMonthDay duration dayTimeDuration yearMonthDuration string anyURI"
    .split()
)  # fmt: skip
texts = some.text(some.characters(exclude_categories=["Cs"]), max_size=40)
literals = some.one_of(
    some.builds(lambda value, name: typed(name, value)[0], numbers, names),
    some.builds(lambda value, tag: Literal(value, language=tag), texts, some.sampled_from(["en", "pt-br"])),
    some.builds(Literal, texts),
)
nodes = some.sampled_from([S, BlankNode("n0"), BlankNode("n1")])
properties = some.sampled_from([P, NamedNode("https://example.org/p2")])


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(graphs=some.lists(some.sets(some.builds(Triple, nodes, properties, literals), max_size=9), max_size=3))
def test_whatever_literals_there_are_come_back(store: TripleStore, graphs: list[set[Triple]]) -> None:
    given = dict(zip((A, B, C), graphs, strict=False))

    store.replace(given)

    found = store.read(given)
    assert all(bare(found[name]) == bare(given[name]) for name in given)


def bare(graph: object) -> list[str]:
    """The statements with their blank nodes called alike."""
    assert isinstance(graph, list | set)
    return sorted(
        "_" + str(t)[str(t).index(" ") :] if isinstance(t.subject, BlankNode) else str(t) for t in graph
    )


def test_a_snapshot_opens_as_an_embedded_store(durable_store: TripleStore, tmp_path: Path) -> None:
    numbers = [Triple(S, P, value) for value in LITERALS[:60]]
    names = [NamedNode(f"https://catalogue.example/record/{n}") for n in range(250)]
    durable_store.replace(dict.fromkeys(names, numbers[:9]) | {A: nested("a"), B: numbers})

    durable_store.snapshot(tmp_path / "copy")
    copy = OxigraphStore(tmp_path / "copy")

    assert set(copy.graphs()) == {A, B, *names}
    assert canonical(graph(copy, A)) == canonical(nested("a"))
    assert set(graph(copy, B)) == set(numbers)
    copy.close()


def test_a_snapshot_never_overwrites(durable_store: TripleStore, tmp_path: Path) -> None:
    (tmp_path / "copy").mkdir()

    with pytest.raises(Conflict, match="exists already"):
        durable_store.snapshot(tmp_path / "copy")
