"""Whatever is done to the bytes of a good document, what comes out is sound and the rest is told."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pyoxigraph import NamedNode

from catalogue.adapters.store_oxigraph import OxigraphStore
from catalogue.canonical import canonical
from catalogue.errors import CatalogueError
from catalogue.rdf import Document, Format, serialise
from catalogue.rdf_ladder import records
from catalogue.records import Record
from tests.rdf.documents import BASE, GOOD, read, statements, twenty_and

GOOD_DOCUMENTS = {
    format: twenty_and(
        {
            Format.RDF_XML: '<dcat:Dataset rdf:about="https://example.org/more"><dct:title>m</dct:title></dcat:Dataset>',
            Format.JSON_LD: '{"@id": "https://example.org/more", "@type": "dcat:Dataset", "dct:title": "m"}',
        }.get(format, ""),
        format,
    ).encode()
    for format in (Format.TURTLE, Format.N_TRIPLES, Format.RDF_XML, Format.JSON_LD)
}  # fmt: skip
PIECES = [
    b"",
    b" ",
    b'"',
    b"<",
    b">",
    b".",
    b"\\",
    b"{",
    b"}",
    b"]",
    b",",
    b"\x00",
    b"\x01",
    b"\xff",
    b"\xc3\xa9",
]
PIECES += [
    b"@",
    b"[",
    b"&",
    b"%",
    b"_:",
    b"\n",
    b'"@fran\xc3\xa7ais',
    b"<!--",
    b"<![CDATA[",
    b"^^",
    b"#",
    b"a b",
]
damages = st.lists(
    st.tuples(st.floats(0, 1), st.integers(0, 12), st.sampled_from(PIECES)), min_size=1, max_size=3
)


def damaged(content: bytes, damage: list[tuple[float, int, bytes]]) -> bytes:
    """The content with some bytes taken out at some places and others put in."""
    for place, length, piece in damage:
        at = int(place * len(content))
        content = content[:at] + piece + content[at + length :]
    return content


@pytest.mark.parametrize("format", GOOD_DOCUMENTS)
@settings(max_examples=60, deadline=None)
@given(damage=damages)
def test_a_damaged_document_gives_sound_records_or_a_sentence(
    format: Format, damage: list[tuple[float, int, bytes]]
) -> None:
    content = damaged(GOOD_DOCUMENTS[format], damage)

    try:
        items = list(records(Document("test", content, format, BASE)))
    except CatalogueError as error:
        assert str(error).endswith(".")
        return

    store = OxigraphStore(None)
    for item in items:
        if isinstance(item, Record):
            form, digest = canonical(item.triples)
            store.replace({NamedNode("https://example.org/graph"): form})
            name = NamedNode("https://example.org/graph")
            assert canonical(store.read([name])[name])[1] == digest
        else:
            assert item.reason.endswith(".")


@pytest.mark.parametrize("format", [Format.TURTLE, Format.N_TRIPLES])
@settings(max_examples=60, deadline=None)
@given(place=st.floats(0.2, 0.9), piece=st.sampled_from([b'" ', b"< ", b" . ", b"@@", b"\\", b"\xff"]))
def test_one_place_of_damage_costs_few_records(format: Format, place: float, piece: bytes) -> None:
    content = damaged(GOOD_DOCUMENTS[format], [(place, 0, piece)])

    found, rejected = read(content, format)

    assert len(found) >= GOOD - 3
    assert len(found) == GOOD or rejected or len(list(statements(found))) >= 2 * GOOD - 2


def test_the_good_documents_are_good() -> None:
    for format, content in GOOD_DOCUMENTS.items():
        found, rejected = read(content, format)
        assert len(found) >= GOOD
        assert not rejected
        assert serialise(statements(found), format)
