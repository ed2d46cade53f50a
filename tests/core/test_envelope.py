"""The catalogue record of a record can be told from the publisher's own statements."""

from datetime import UTC, datetime

import pytest
from pyoxigraph import Literal, NamedNode, Triple

from catalogue.envelope import Envelope, opened
from catalogue.records import KINDS
from ontologies.namespaces import DCAT, DCT
from tests.core.harvests import record as dataset

RECORD = NamedNode("https://catalogue.example/record/abc")
CATALOGUES = (NamedNode("https://publisher.example/cat1"), NamedNode("https://publisher.example/cat2"))
TIME = datetime(2026, 3, 1, 12, 30, 15, 123456, tzinfo=UTC)


def envelope(kind: str = "dataset", origin: str = "https://feed.example/", listed: int = 2) -> Envelope:
    subject = NamedNode("https://publisher.example/a")
    return Envelope(RECORD, subject, kind, "north", origin, TIME, TIME, "d" * 64, CATALOGUES[:listed])


@pytest.mark.parametrize("kind", KINDS.values())
@pytest.mark.parametrize("origin", ["https://feed.example/?q=1", "/data/set 1.ttl", "http://broken iri", ""])
@pytest.mark.parametrize("listed", [0, 1, 2])
def test_an_envelope_comes_back_as_it_was_put_in(kind: str, origin: str, listed: int) -> None:
    closed = envelope(kind, origin, listed)
    own = list(dataset("a").triples)

    again, rest = opened(RECORD, [*reversed(closed.triples()), *own])

    assert again is not None
    assert sorted(map(str, again.member_of)) == sorted(map(str, closed.member_of))
    assert (again.kind, again.origin, again.issued, again.digest) == (kind, origin, TIME, "d" * 64)
    assert rest == own


def test_the_name_of_a_file_with_bytes_that_stand_for_no_letter_is_kept_as_text() -> None:
    origin = b"/data/caf\xe9 \xc3\xa9.ttl".decode("utf-8", "surrogateescape")

    again, _ = opened(RECORD, envelope(origin=origin).triples())

    assert again is not None
    assert again.origin == "/data/caf? é.ttl"


def test_what_the_publisher_lists_stays_the_publishers() -> None:
    listing = Triple(
        NamedNode("https://publisher.example/a"), DCAT.dataset, NamedNode("https://x.example/part")
    )

    _, own = opened(RECORD, [*envelope().triples(), listing])

    assert own == [listing]


def test_a_graph_without_an_envelope_is_all_the_publishers() -> None:
    triple = Triple(RECORD, DCT.term("title"), Literal("x"))
    own = dataset("a").triples

    found, rest = opened(NamedNode("https://catalogue.example/record/other"), [triple, *own])

    assert found is None
    assert rest == [triple, *own]
