"""Each property of a record knows the run that brought it, through any number of versions."""

from datetime import UTC, datetime, timedelta

from pyoxigraph import BlankNode, Literal, NamedNode, Triple

from catalogue.envelope import Envelope, opened, record_iri
from catalogue.provenance import Brought, kept, run_iri, run_of, told
from catalogue.runs import COMPLETE, Run
from ontologies.namespaces import DCAT, DCT, PROV

BASE = "https://catalogue.example/below"
SUBJECT = NamedNode("https://publisher.example/a")
THEN = datetime(2026, 3, 1, 12, tzinfo=UTC)
TITLE, KEYWORD, CONTACT = DCT.term("title"), DCAT.keyword, DCAT.contactPoint


def version(title: str, keyword: str, person: str, node: BlankNode) -> list[Triple]:
    return [
        Triple(SUBJECT, TITLE, Literal(title)),
        Triple(SUBJECT, KEYWORD, Literal(keyword)),
        Triple(SUBJECT, CONTACT, node),
        Triple(node, TITLE, Literal(person)),
    ]


def test_what_did_not_change_keeps_the_run_that_brought_it() -> None:
    first, second = version("A", "x", "Ann", BlankNode("p")), version("B", "x", "Ann", BlankNode("q"))

    history = kept(SUBJECT, first, second, Brought(1, THEN), {})

    assert history == {KEYWORD: Brought(1, THEN), CONTACT: Brought(1, THEN)}


def test_a_change_in_a_node_below_is_a_change_of_the_property_that_leads_to_it() -> None:
    first, second = version("A", "x", "Ann", BlankNode("p")), version("A", "x", "Bob", BlankNode("p"))

    assert set(kept(SUBJECT, first, second, Brought(1, THEN), {})) == {TITLE, KEYWORD}


def test_the_history_goes_on_over_versions() -> None:
    node = BlankNode("p")
    older = {KEYWORD: Brought(1, THEN)}
    now = Brought(2, THEN + timedelta(days=1))

    history = kept(SUBJECT, version("B", "x", "Ann", node), version("B", "x", "Bob", node), now, older)

    assert history == {TITLE: now, KEYWORD: Brought(1, THEN)}


def test_the_envelope_keeps_the_history_apart_from_what_the_publisher_says() -> None:
    record = record_iri(BASE, "abc")
    history = {KEYWORD: Brought(1, THEN), CONTACT: Brought(2, THEN), TITLE: Brought(1, THEN)}
    envelope = Envelope(
        record, SUBJECT, "dataset", "north", "https://feed.example/", THEN, THEN, "0", (), 3, history
    )
    own = version("A", "x", "Ann", BlankNode("p"))

    again, statements = opened(record, [*own, *envelope.triples()])

    assert again == envelope
    assert set(statements) == set(own)
    assert again is not None
    assert again.brought(KEYWORD) == Brought(1, THEN)
    assert again.brought(DCT.spatial) == Brought(3, THEN)


def test_nodes_that_point_at_each_other_are_compared_in_the_end() -> None:
    one, two = BlankNode("1"), BlankNode("2")
    circle = [Triple(SUBJECT, CONTACT, one), Triple(one, CONTACT, two), Triple(two, CONTACT, one)]

    assert set(kept(SUBJECT, circle, circle, Brought(1, THEN), {})) == {CONTACT}


def test_a_run_is_an_activity_of_the_software_that_used_a_source() -> None:
    run = Run(7, "north", COMPLETE, THEN, THEN + timedelta(minutes=1))

    said = {triple.predicate: triple.object for triple in told(BASE, run, "https://feed.example/")}

    assert run_of(BASE, run_iri(BASE, 7).value) == 7
    assert run_of(BASE, f"{BASE}/record/7") == 0
    assert said[PROV.used] == NamedNode(f"{BASE}/sources/north")
    assert {PROV.startedAtTime, PROV.endedAtTime, PROV.wasAssociatedWith} <= set(said)
