"""Every field of every table survives the way into triples and back."""

from collections.abc import Iterable
from itertools import count, pairwise, product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pyoxigraph import BlankNode, Literal, NamedNode, Triple

from catalogue.fields import CLASSES, FACETS, TABLE_OF_KIND, TABLES, Field, Kind, Profile, field
from catalogue.mapping import Entity, Value, index, integer, label, read, untyped, write, year
from catalogue.rdf import Document, Format
from catalogue.records import KINDS
from catalogue.split import MAX_TRIPLES
from ontologies.namespaces import CSVW, HEALTHDCATAP
from ontologies.vocabularies import Vocabularies, load

EVERY_FIELD = [
    pytest.param(table, row, id=f"{table}.{row.name}") for table, rows in TABLES.items() for row in rows
]
iris = st.integers(0, 10**6).map(lambda n: NamedNode(f"https://value.example/{n}"))
words = st.text(st.characters(exclude_categories=["Cs"]), max_size=15)
numbers = count()


@st.composite
def entities(draw: st.DrawFn, table: str, rows: tuple[Field, ...], depth: int) -> Entity:
    """An entity of a table with values in some of its fields."""
    number = next(numbers)
    node = NamedNode(f"https://node.example/{number}") if draw(st.booleans()) else BlankNode(f"n{number}")
    values: dict[str, tuple[Value, ...]] = {}
    for row in rows:
        found = draw(st.lists(of_kind(row, depth), max_size=2, unique_by=str))
        if found:
            values[row.name] = tuple(found)
    return Entity(node, table, values)


def of_kind(row: Field, depth: int) -> st.SearchStrategy[Value]:
    """Values as a field may have them, the wrong ones that publishers write included."""
    xsd = "http://www.w3.org/2001/XMLSchema#"
    literal = st.builds(
        lambda text: Literal(text, datatype=NamedNode(f"{xsd}{row.datatype or 'date'}")), words
    )
    match row.kind:
        case Kind.TEXT:
            return st.builds(
                lambda text, tag: Literal(text, language=tag), words, st.sampled_from(["en", "fi"])
            )
        case Kind.LINK | Kind.CONCEPT:
            return st.one_of(iris, words.map(Literal))
        case Kind.INTEGER:
            return st.one_of(st.integers().map(lambda n: Literal(n if abs(n) < 2**62 else str(n))), literal)
        case Kind.BOOLEAN:
            return st.booleans().map(Literal)
        case Kind.NODE if depth > 0:
            few = TABLES[row.node][:3]
            return st.one_of(entities(row.node, few, depth - 1), iris, words.map(Literal))
        case Kind.NODE:
            return iris
        case _:
            return st.one_of(literal, words.map(Literal))


def same(entity: Entity) -> object:
    """What is to be equal: the node, the table, and the values of each field in any order."""
    values = {
        name: frozenset(same(value) if isinstance(value, Entity) else value for value in entity.all(name))
        for name in entity.values
    }
    return entity.node, entity.table, frozenset(values.items())


@pytest.mark.parametrize(("table", "row"), EVERY_FIELD)
@settings(max_examples=4, deadline=None, database=None)
@given(data=st.data())
def test_what_a_field_holds_is_read_as_it_was_written(table: str, row: Field, data: st.DataObject) -> None:
    values = data.draw(st.lists(of_kind(row, 2), min_size=1, max_size=3, unique_by=str))
    entity = Entity(NamedNode("https://node.example/top"), table, {row.name: tuple(values)})

    again = read(index(write(entity)), entity.node, table)

    assert same(again) == same(entity)


@settings(max_examples=15, deadline=None)
@given(entities("Dataset", TABLES["Dataset"], 2))
def test_a_whole_dataset_is_read_as_it_was_written(entity: Entity) -> None:
    assert same(read(index(write(entity)), entity.node, "Dataset")) == same(entity)


def test_a_circle_of_descriptions_ends() -> None:
    text = (
        b"@prefix dcat: <http://www.w3.org/ns/dcat#> . @prefix prov: <http://www.w3.org/ns/prov#> .\n"
        b"@prefix dct: <http://purl.org/dc/terms/> .\n"
        b"<d> dcat:distribution <d> ; prov:qualifiedAttribution <d> ; prov:agent <d> ; dct:publisher <d> ."
    )
    quads = Document("x", text, Format.TURTLE, "https://e.example/").quads()

    entity = read(index(quad.triple for quad in quads), NamedNode("https://e.example/d"), "Dataset")

    assert entity.entities("distribution")


def test_a_shared_node_is_seen_whole_at_each_mention() -> None:
    text = (
        b"@prefix dct: <http://purl.org/dc/terms/> . @prefix foaf: <http://xmlns.com/foaf/0.1/> .\n"
        b'<d> dct:publisher <o> ; dct:creator <o> . <o> foaf:name "Agency" .'
    )
    quads = Document("x", text, Format.TURTLE, "https://e.example/").quads()

    entity = read(index(quad.triple for quad in quads), NamedNode("https://e.example/d"), "Dataset")

    found = [*entity.entities("publisher"), *entity.entities("creator")]
    assert [agent.text("name") for agent in found] == ["Agency", "Agency"]


def _layers(names: str, links: Iterable[NamedNode], wide: int, more: int = 0) -> list[Triple]:
    """Layers of nodes, each node linked to all of the next layer; `more` titles for each of the last."""
    layers = [[NamedNode(f"https://e.example/{name}{n}") for n in range(wide)] for name in names]
    layers.insert(0, [NamedNode("https://e.example/d")])
    triples = [
        Triple(above, link, below)
        for link, (upper, lower) in zip(links, pairwise(layers), strict=True)
        for above, below in product(upper, lower)
    ]
    titles = [Triple(node, CSVW.term("title"), Literal(str(n))) for node in layers[-1] for n in range(more)]
    return triples + titles


DICTIONARY = (HEALTHDCATAP.hasVariables, CSVW.table, CSVW.column)


@pytest.mark.parametrize(
    "triples",
    [_layers("gtc", DICTIONARY, 120, 1), _layers("gtc", DICTIONARY, 30, 1_000)],
    ids=["many nodes", "long nodes"],
)
def test_a_record_that_shares_nodes_to_grow_without_end_is_read_in_part(triples: list[Triple]) -> None:
    assert len(triples) < MAX_TRIPLES

    entity = read(index(triples), NamedNode("https://e.example/d"), "Dataset")

    assert MAX_TRIPLES < _size(entity) < 5 * MAX_TRIPLES
    assert len(entity.all("variables")) in (30, 120)


def test_the_largest_record_without_shared_nodes_is_read_whole() -> None:
    top = NamedNode("https://e.example/d")
    columns = [NamedNode(f"https://e.example/c{n}") for n in range(MAX_TRIPLES // 2 - 2)]
    triples = [Triple(top, HEALTHDCATAP.hasVariables, top), Triple(top, CSVW.table, NamedNode("urn:t"))]
    triples += [Triple(NamedNode("urn:t"), CSVW.column, column) for column in columns]
    triples += [Triple(column, CSVW.term("title"), Literal("x")) for column in columns]

    entity = read(index(triples), top, "Dataset")

    [group] = entity.entities("variables")
    [table] = group.entities("table")
    assert len(table.entities("column")) == len(columns)


def _size(entity: Entity) -> int:
    """How many values an entity has with all entities in it."""
    own = sum(map(len, entity.values.values()))
    return own + sum(_size(inner) for name in entity.values for inner in entity.entities(name))


# --- the tables


@pytest.fixture(scope="module")
def vocabularies() -> Vocabularies:
    """The vocabularies as they are shipped."""
    return load()


@pytest.mark.parametrize("table", TABLES)
def test_no_two_fields_of_a_class_share_a_name_or_a_path(table: str) -> None:
    names = [row.name for row in TABLES[table]]
    paths = [row.path for row in TABLES[table]]

    assert len(set(names)) == len(names)
    assert len(set(paths)) == len(paths)


@pytest.mark.parametrize(("table", "row"), EVERY_FIELD)
def test_what_a_field_refers_to_exists(table: str, row: Field, vocabularies: Vocabularies) -> None:
    assert len(row.level) == len(Profile)
    assert set(row.level) <= set("MRO")
    assert (row.kind is Kind.NODE) == (row.node in TABLES)
    assert (row.kind is Kind.CONCEPT) == bool(row.vocabulary)
    assert not row.vocabulary or vocabularies.concepts(row.vocabulary)
    assert row.label
    assert row.label[0].isupper()


def test_every_table_has_a_class_and_every_kind_of_record_a_table() -> None:
    assert set(CLASSES) == set(TABLES)
    assert set(TABLE_OF_KIND) == set(KINDS.values())
    assert set(TABLE_OF_KIND.values()) <= set(TABLES)


def test_every_table_is_reached_from_a_record() -> None:
    reached, waiting = set(), list(TABLE_OF_KIND.values())
    while waiting:
        table = waiting.pop()
        if table not in reached:
            reached.add(table)
            waiting += [row.node for row in TABLES[table] if row.node]

    assert set(TABLES) - reached <= {"Location"}


def test_facets_stand_in_an_order_without_ties_and_bear_different_names() -> None:
    assert len({row.facet for row in FACETS}) == len(FACETS) == len({row.name for row in FACETS})


def test_a_field_that_does_not_exist_is_a_key_error() -> None:
    with pytest.raises(KeyError, match="Dataset has no field shoeSize"):
        field("Dataset", "shoeSize")


# --- single values


@pytest.mark.parametrize(
    ("text", "number"),
    [
        *(("0", 0), ("007", 7), (" 42 ", 42), ("1e3", None), ("12.0", 12), ("12.5", None), ("-1", None)),
        *(("", None), ("many", None), ("9" * 15, 10**15 - 1), ("9" * 16, None), ("9" * 5000, None)),
        ("٣", None),
    ],
)
def test_whole_numbers_are_read_and_nothing_is_guessed(text: str, number: int | None) -> None:
    assert integer(Literal(text)) == number
    assert integer(NamedNode("https://x.example/1")) is None


@pytest.mark.parametrize(
    ("text", "found"),
    [
        *(("2015", 2015), ("2015-07", 2015), ("2015-07-01T00:00:00Z", 2015), ("2015Z", 2015)),
        ("2015/2020", 2015),
        ("0000-00-00", None),
        ("13/12/2024", None),
        ("20150701", None),
        ("-2015", None),
        ("", None),
        ("soon", None),
    ],
)
def test_years_are_read_from_any_usual_form(text: str, found: int | None) -> None:
    assert year(Literal(text)) == found


def test_a_label_is_given_in_the_language_asked_for_or_in_any() -> None:
    text = (
        '<https://x.example/n> <http://xmlns.com/foaf/0.1/name> "Stelle"@de, "Agency"@en .\n'
        '<https://x.example/m> <http://xmlns.com/foaf/0.1/name> "Stelle"@de .'
    )
    quads = Document("x", text.encode(), Format.TURTLE, "").quads()
    graph = index(quad.triple for quad in quads)

    assert label(graph, NamedNode("https://x.example/n")) == "Agency"
    assert label(graph, NamedNode("https://x.example/m")) == "Stelle"
    assert label(graph, NamedNode("https://x.example/unknown")) == ""


def test_plain_text_is_told_from_typed_values() -> None:
    assert untyped(Literal("x"))
    assert untyped(Literal("x", language="en"))
    assert not untyped(Literal(5))
