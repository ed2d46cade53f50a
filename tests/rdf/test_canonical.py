"""The digest of a record follows from its statements alone, not from order or names of blank nodes."""

import random
import re

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from pyoxigraph import (
    BlankNode,
    CanonicalizationAlgorithm,
    Dataset,
    Literal,
    NamedNode,
    Quad,
    Triple,
)

from catalogue.adapters.store_oxigraph import OxigraphStore
from catalogue.canonical import canonical
from catalogue.errors import Invalid
from catalogue.rdf import Format, serialise
from tests.rdf.documents import PREFIXES, read, turtle

XSD = "http://www.w3.org/2001/XMLSchema#"
CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")
P, Q = NamedNode("https://example.org/p"), NamedNode("https://example.org/q")

names = st.sampled_from([NamedNode(f"https://example.org/{name}") for name in ("a", "b", "ü", "c#d")])
blanks = st.integers(0, 5).map(lambda n: BlankNode(f"b{n}"))
texts = st.text(st.characters(exclude_categories=["Cs"]), max_size=20)
literals = st.one_of(
    texts.map(Literal),
    st.builds(lambda text, tag: Literal(text, language=tag), texts, st.sampled_from(["en", "de-at"])),
    st.builds(lambda text: Literal(text, datatype=NamedNode(f"{XSD}date")), texts),
)
triples = st.builds(
    Triple, st.one_of(names, blanks), st.sampled_from([P, Q]), st.one_of(names, blanks, literals)
)
graphs = st.lists(triples, min_size=1, max_size=14)


def digest(graph: list[Triple]) -> str:
    return canonical(graph)[1]


def canonical_or_assume(graph: list[Triple]) -> str:
    """The digest; graphs that are refused as a tangle are no example."""
    try:
        return digest(graph)
    except Invalid:
        assume(False)
        raise


def renamed(graph: list[Triple], shuffler: random.Random) -> list[Triple]:
    """The same graph with other names for its blank nodes, and in another order."""
    new: dict[object, BlankNode] = {}

    def other(term: object) -> object:
        return new.setdefault(term, BlankNode(f"x{len(new)}")) if isinstance(term, BlankNode) else term

    order = list(graph)
    shuffler.shuffle(order)
    return [Triple(other(t.subject), t.predicate, other(t.object)) for t in order]  # type: ignore[arg-type]


@settings(max_examples=150, deadline=None)
@given(graphs, st.randoms(use_true_random=False))
def test_names_of_blank_nodes_and_order_make_no_difference(
    graph: list[Triple], shuffler: random.Random
) -> None:
    expected = canonical_or_assume(graph)

    assert digest(renamed(graph, shuffler)) == expected


@settings(max_examples=100, deadline=None)
@given(graphs, st.data())
def test_one_other_literal_makes_another_digest(graph: list[Triple], data: st.DataObject) -> None:
    before = canonical_or_assume(graph)
    extra = Triple(NamedNode("https://example.org/new"), P, Literal(data.draw(st.text("abc", max_size=5))))

    assert digest([*graph, extra]) != before


def test_the_same_words_in_another_language_or_type_make_another_digest() -> None:
    s = NamedNode("https://example.org/s")
    values = [
        Literal("1"),
        Literal("1", language="en"),
        Literal("1", language="de"),
        Literal(1),
        Literal(1.0),
    ]

    assert len({digest([Triple(s, P, value)]) for value in values}) == len(values)


@settings(max_examples=100, deadline=None)
@given(graphs)
def test_the_canonical_form_is_its_own_canonical_form(graph: list[Triple]) -> None:
    expected = canonical_or_assume(graph)
    form, _ = canonical(graph)

    assert canonical(form) == (form, expected)


@settings(max_examples=200, deadline=None)
@given(graphs)
def test_where_few_blank_nodes_point_at_each_other_their_names_are_those_of_rdfc_1_0(
    graph: list[Triple],
) -> None:
    dataset = Dataset(Quad(*triple) for triple in graph)
    dataset.canonicalize(CanonicalizationAlgorithm.RDFC_1_0)
    links = {t for t in graph if isinstance(t.subject, BlankNode) and isinstance(t.object, BlankNode)}
    assume(len(links) <= 12)
    assume(not any(isinstance(t.object, Literal) and CONTROL.search(t.object.value) for t in graph))

    assert {*canonical(graph)[0]} == {quad.triple for quad in dataset}


@settings(max_examples=80, deadline=None)
@given(graphs)
def test_the_store_gives_back_what_it_was_given(graph: list[Triple]) -> None:
    expected = canonical_or_assume(graph)
    name = NamedNode("https://example.org/graph")
    store = OxigraphStore(None)

    store.replace({name: canonical(graph)[0]})
    first = digest(store.read([name])[name])
    store.replace({name: canonical(graph)[0]})

    assert first == expected
    assert digest(store.read([name])[name]) == expected


@settings(max_examples=60, deadline=None)
@given(
    st.lists(st.one_of(literals, names), min_size=1, max_size=6),
    st.sampled_from([Format.TURTLE, Format.N_TRIPLES, Format.RDF_XML, Format.JSON_LD]),
)
def test_writing_and_reading_in_any_format_keeps_the_digest(values: list[Literal], format: Format) -> None:
    [record], _ = turtle(
        'ex:d a dcat:Dataset ; dct:creator [ dct:title "O" ; dct:license [ dct:title "L" ] ] .'
    )
    form, expected = canonical([*record.triples, *(Triple(record.subject, P, value) for value in values)])

    [again], _ = read(serialise(form, format), format)

    assert digest(list(again.triples)) == expected


def test_characters_that_xml_cannot_hold_are_taken_out() -> None:
    every = "".join(map(chr, [*range(32), 0x7F, 0x85, 0x2028, 0xFFFE, 0xFFFF])) + "é\\u0001"

    [triple], _ = canonical([Triple(NamedNode("https://example.org/s"), P, Literal(every, language="fr"))])

    assert triple.object == Literal("\t\n\r\x7f\x85\u2028é\\u0001", language="fr")


def test_a_text_that_speaks_of_escapes_is_left_alone() -> None:
    text = "C:\\backup\\files \\u0000 \\\\b"
    triple = Triple(NamedNode("https://example.org/s"), P, Literal(text))

    assert canonical([triple])[0] == (triple,)


def clique(size: int) -> list[Triple]:
    nodes = [BlankNode(f"n{n}") for n in range(size)]
    return [Triple(one, P, other) for one in nodes for other in nodes if one != other]


def twins(size: int) -> list[Triple]:
    return [Triple(BlankNode(f"top{t}"), P, BlankNode(f"leaf{t}x{n}")) for t in range(2) for n in range(size)]


def ring(size: int) -> list[Triple]:
    return [Triple(BlankNode(f"n{n}"), P, BlankNode(f"n{(n + 1) % size}")) for n in range(size)]


def chain(size: int) -> list[Triple]:
    return [
        Triple(BlankNode(f"n{t}x{n}"), P, BlankNode(f"n{t}x{n + 1}")) for t in range(2) for n in range(size)
    ]


@pytest.mark.parametrize(
    "poison",
    [
        clique(5),
        clique(60),
        ring(5_000),
        chain(5_000),
        [*twins(9), Triple(BlankNode("top0"), P, BlankNode("leaf1x0"))],
    ],
)
def test_blank_nodes_that_are_made_to_be_confused_are_refused_or_read_at_once(poison: list[Triple]) -> None:
    try:
        first = digest(poison)
    except Invalid as error:
        assert "blank nodes" in str(error)
    else:
        assert digest(renamed(poison, random.Random(1))) == first


@pytest.mark.parametrize("graph", [twins(2), twins(300), clique(4), ring(9), chain(200), chain(2)])
def test_blank_nodes_that_look_alike_have_a_digest_all_the_same(graph: list[Triple]) -> None:
    assert digest(renamed(graph, random.Random(7))) == digest(graph)


def test_a_large_data_dictionary_of_blank_nodes_has_a_digest() -> None:
    columns = "\n".join(
        f'[ a csvw:Column ; csvw:name "c{n}" ; csvw:datatype [ dct:title "t{n % 3}" ] ] ,' for n in range(400)
    ).rstrip(",")
    text = (
        f"@prefix csvw: <http://www.w3.org/ns/csvw#> .\n{PREFIXES}"
        f"ex:d a dcat:Dataset ; dct:relation [ csvw:table [ csvw:column {columns} ] ] ."
    )
    [one], _ = read(text, Format.TURTLE)
    [two], _ = read(text, Format.TURTLE)

    assert digest(list(one.triples)) == digest(list(two.triples))


def test_two_trees_that_differ_only_at_a_leaf_differ() -> None:
    graph = [*twins(20), Triple(BlankNode("leaf0x3"), Q, Literal("one"))]
    other = [*twins(20), Triple(BlankNode("leaf0x3"), Q, Literal("two"))]

    assert digest(graph) != digest(other)


def test_what_hangs_on_one_parent_is_told_from_what_hangs_on_two() -> None:
    apart = [Triple(BlankNode(f"leaf{t}x{n}"), Q, Literal(str(n % 4))) for t in range(2) for n in range(8)]
    mixed = [
        *apart[:7],
        Triple(BlankNode("leaf0x7"), Q, Literal("0")),
        *apart[8:15],
        Triple(BlankNode("leaf1x7"), Q, Literal("3")),
    ]

    assert len({digest([*twins(8), *graph]) for graph in (apart, mixed)}) == 2


def test_statements_about_statements_are_refused_with_a_sentence() -> None:
    about = Triple(
        NamedNode("https://example.org/s"), P, Triple(NamedNode("https://example.org/a"), Q, Literal("\x01"))
    )

    with pytest.raises(Invalid, match="statements about statements"):
        canonical([about])
