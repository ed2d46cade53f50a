import json
import socket

import pytest
from hypothesis import given
from hypothesis import strategies as some
from pyoxigraph import BlankNode, Literal, NamedNode, Quad, Store, Triple

from catalogue.adapters.exact_literals import in_oxigraph, parsed, restored, statements
from catalogue.canonical import canonical
from catalogue.catalogue import Catalogue
from catalogue.context import CONTEXT_PATH, context
from catalogue.merge import merged
from catalogue.rdf import Document, Format
from catalogue.rdf_ladder import records
from catalogue.records import Record
from catalogue.runs import COMPLETE
from catalogue.settings import Settings
from harvesters import dcat
from ontologies.namespaces import DCT, FOAF, XSD
from tests.asking import record, served
from tests.harvest.asking import asked
from tests.interfaces.site import Site, client, empty, take
from web.negotiation import DATA, Form

each_form = pytest.mark.parametrize("form", DATA, ids=lambda form: form.suffix)
A, B = NamedNode("https://north.example/a"), NamedNode("https://north.example/b")


def digests(catalogue: Catalogue) -> dict[str, set[str]]:
    """What is known of each subject, by any source."""
    found: dict[str, set[str]] = {}
    for entry in catalogue.ledger.page(limit=1_000):
        found.setdefault(entry.subject, set()).add(entry.digest)
    return found


@each_form
def test_a_catalogue_harvested_from_ours_holds_the_same_records(
    site: Site, listening: socket.socket, form: Form
) -> None:
    copy = empty(Settings())

    with served(site.app, listening), client() as asks:
        run = copy.ingest("copy", dcat.harvest(asked(f"{site.catalogue.base}/catalog.{form.suffix}", asks)))

    ours, theirs = digests(site.catalogue), digests(copy)
    assert run.state == COMPLETE
    assert theirs.keys() - ours.keys() == {f"{site.catalogue.base}/catalog"}
    assert all(theirs[subject] <= known for subject, known in ours.items())
    copy.close()


@each_form
def test_a_record_read_from_its_own_address_is_the_same(site: Site, form: Form) -> None:
    for id in site.catalogue.ids(limit=10):
        content = site.get(f"/dataset/{id}.{form.suffix}").content
        if form.format is Format.JSON_LD:
            content = json.dumps(json.loads(content) | {"@context": context()}).encode()

        assert form.format is not None
        found = records(Document("", content, form.format, "https://reader.example/"))

        envelope = site.catalogue.record(id).envelope
        digest = {r.subject: canonical(r.triples)[1] for r in found if isinstance(r, Record)}
        assert digest[envelope.subject] == envelope.digest


def test_the_feed_carries_its_context_and_a_record_names_it(site: Site) -> None:
    assert isinstance(json.loads(site.get("/catalog.jsonld").content)["@context"], dict)
    named = json.loads(site.get(f"/dataset/{site.first()}.jsonld").content)["@context"]
    assert named == site.catalogue.base + CONTEXT_PATH


def test_sources_that_disagree_on_a_shared_thing_are_not_mixed(small: Site) -> None:
    take(small.catalogue, "north", "ex:a a dcat:Dataset ; dct:publisher ex:o . ex:o foaf:name 'North'@en .")
    take(small.catalogue, "south", "ex:b a dcat:Dataset ; dct:publisher ex:o . ex:o foaf:name 'South'@en .")

    pages = [small.get(f"/catalog.nt?page={number}").text for number in (1, 2)]

    assert ["North" in page for page in pages] != ["South" in page for page in pages]


def test_a_shared_thing_keeps_its_parts_once_when_descriptions_are_merged() -> None:
    shared = "ex:o foaf:name 'O' ; dct:relation [ foaf:name 'Desk' ; dct:relation [ foaf:name 'Bell' ] ] ."
    one = record(f"ex:a dct:publisher ex:o . {shared}")
    two = record(f"ex:b dct:publisher ex:o . {shared}")

    together = list(merged([one.triples, two.triples]))

    assert sum(t.object == Literal("Desk") for t in together) == 1
    assert sum(t.object == Literal("Bell") for t in together) == 1


def test_a_part_that_stands_twice_in_one_description_stays_twice() -> None:
    described = record("ex:a dct:relation [ foaf:name 'Desk' ] , [ foaf:name 'Desk' ] .")

    assert canonical(merged([described.triples]))[1] == canonical(described.triples)[1]


def test_parts_that_point_at_each_other_are_kept() -> None:
    described = record("ex:a dct:relation _:x . _:x dct:relation _:y . _:y dct:relation _:x .")

    assert canonical(merged([described.triples]))[1] == canonical(described.triples)[1]


NODES = some.sampled_from([A, B, BlankNode("x"), BlankNode("y"), BlankNode("z")])
VALUES = some.one_of(NODES, some.sampled_from([Literal("1"), Literal("2")]))
TRIPLES = some.lists(
    some.builds(Triple, NODES, some.sampled_from([DCT.relation, FOAF.name]), VALUES), max_size=8
)


@given(TRIPLES)
def test_merging_one_description_changes_nothing(told: list[Triple]) -> None:
    assert canonical(merged([told]))[1] == canonical(told)[1]


LETTERS = some.sampled_from(
    ["12", "012", "+5", "-0", "1.50", "1e3", "true", "1", "2020-01-01T00:00:00+00:00", "x"]
)
DATATYPES = some.sampled_from(
    [XSD.nonNegativeInteger, XSD.integer, XSD.decimal, XSD.double, XSD.boolean, XSD.dateTime, XSD.duration]
)
NUMBERS = some.builds(lambda text, datatype: Literal(text, datatype=datatype), LETTERS, DATATYPES)


@given(some.lists(some.builds(Triple, some.sampled_from([A, B]), some.just(DCT.extent), NUMBERS), max_size=8))
def test_the_engine_gives_back_every_letter_of_a_number(told: list[Triple]) -> None:
    store = Store()
    store.extend(Quad(*triple) for triple in parsed([statements(told, 0, in_oxigraph)]))

    found = restored(quad.triple for quad in store)

    assert set(found) == set(told)
    assert len(found) == len(set(told))
