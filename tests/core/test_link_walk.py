"""Which addresses of records are asked whether they work, and the walk over all records for them."""

from collections.abc import Iterator

import pytest
from pyoxigraph import Literal, NamedNode, Triple

from catalogue.catalogue import Catalogue
from catalogue.fields import TABLES
from catalogue.link_walk import FIELDS, addresses, walk
from catalogue.mapping import index
from ontologies.namespaces import DCAT, FOAF
from tests.core.harvests import SOURCE, Clock, id_of, in_memory, record, records

DATASET = NamedNode("https://publisher.example/a")


@pytest.fixture
def filled() -> Iterator[Catalogue]:
    """450 records without an address, and one with some."""
    catalogue = in_memory(Clock())
    catalogue.ingest(SOURCE, records(range(450)))
    yield catalogue
    catalogue.close()


def test_the_fields_that_are_asked_are_in_the_table_of_fields() -> None:
    for table, names in FIELDS.items():
        assert set(names) <= {field.name for field in TABLES[table]}


def test_addresses_of_all_parts_of_a_description_come_once() -> None:
    part = NamedNode("https://publisher.example/a/file")
    graph = index(
        [
            Triple(DATASET, DCAT.landingPage, NamedNode("https://publisher.example/page")),
            Triple(DATASET, FOAF.page, NamedNode("https://publisher.example/page")),
            Triple(DATASET, DCAT.distribution, part),
            Triple(part, DCAT.accessURL, NamedNode("HTTPS://publisher.example/ask")),
            Triple(part, DCAT.downloadURL, Literal("http://publisher.example/file.csv")),
            Triple(part, FOAF.homepage, NamedNode("https://publisher.example/not-meant")),
        ]
    )

    assert set(addresses(graph)) == {
        "https://publisher.example/page",
        "HTTPS://publisher.example/ask",
        "http://publisher.example/file.csv",
    }


@pytest.mark.parametrize(
    "text",
    ["mailto:data@publisher.example", "see our page", "ftp://a.example/x", "http://", "https://a b/",
     "http://a.example/\nx", "https://a.example/" + "x" * 2_000, "http://[bad/x", ""],
)  # fmt: skip
def test_what_is_no_address_of_the_web_is_left_out(text: str) -> None:
    assert addresses(index([Triple(DATASET, DCAT.landingPage, Literal(text))])) == ()


def test_a_walk_comes_by_every_record_and_goes_on_where_it_was(filled: Catalogue) -> None:
    whole = record("linked")
    page = NamedNode("https://publisher.example/page")
    linked = type(whole)(
        whole.subject,
        whole.kind,
        (*whole.triples, Triple(whole.subject, DCAT.landingPage, page)),
        whole.origin,
    )
    filled.ingest(SOURCE, [linked], whole=False)

    steps = list(walk(filled, ""))

    assert [step.last for step in steps][-1] == filled.ids(limit=1_000)[-1]
    assert [url for step in steps for url in step.urls] == [page.value]
    before, behind = (
        [url for step in walk(filled, after) for url in step.urls]
        for after in (filled.ids(limit=1_000)[0], id_of("linked"))
    )
    assert (before, behind) == ([page.value] if id_of("linked") != filled.ids()[0] else [], [])


def test_local_values_take_the_place_of_the_addresses_of_the_publisher(filled: Catalogue) -> None:
    filled.curate(id_of("1"), {"landingPage": "https://ours.example/"})

    assert [url for step in walk(filled, "") for url in step.urls] == ["https://ours.example/"]
