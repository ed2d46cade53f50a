"""The format of a document is told by what is said of it, unless what it holds says otherwise."""

import pytest

from catalogue.errors import Unreadable
from catalogue.rdf import Document, Format, detect

TURTLE = b"@prefix dcat: <http://www.w3.org/ns/dcat#> .\n"
XML = b'<?xml version="1.0"?>\n<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"/>'
JSON = b'{"@context": {}, "@graph": []}'
TRIPLE = b'<http://a.example/s> <http://a.example/p> "v" .\n'
QUAD = b'<http://a.example/s> <http://a.example/p> "v" <http://a.example/g> .\n'
HTML = b"<!DOCTYPE html>\n<html><head><title>404</title></head></html>"


def test_the_operator_overrules_everything() -> None:
    assert detect("data.rdf", "application/ld+json", JSON, override="turtle") is Format.TURTLE


@pytest.mark.parametrize("name", ["ttl", "text/turtle", "Turtle", " json-ld ", "nq", "application/trig"])
def test_the_operator_may_name_a_format_by_name_suffix_or_media_type(name: str) -> None:
    assert detect(override=name) in Format


def test_an_override_that_is_no_format_is_answered_with_those_that_are() -> None:
    with pytest.raises(Unreadable, match="turtle, rdf-xml, json-ld"):
        detect(override="docx")


def test_an_rdf_content_type_overrules_the_suffix() -> None:
    assert detect("data.rdf", "text/turtle; charset=utf-8", TURTLE) is Format.TURTLE


@pytest.mark.parametrize("lie", ["text/plain", "application/octet-stream", "text/html", "", "nonsense"])
@pytest.mark.parametrize(
    ("name", "head", "format"),
    [
        ("feed.ttl", TURTLE, Format.TURTLE),
        ("feed", TURTLE, Format.TURTLE),
        ("feed.rdf", XML, Format.RDF_XML),
        ("feed", XML, Format.RDF_XML),
        ("feed.jsonld", JSON, Format.JSON_LD),
        ("feed?format=x", JSON, Format.JSON_LD),
        ("feed", TRIPLE, Format.N_TRIPLES),
        ("feed", QUAD, Format.N_QUADS),
    ],
)
def test_a_content_type_that_is_not_rdf_does_not_mislead(
    lie: str, name: str, head: bytes, format: Format
) -> None:
    assert detect(name, lie, head) is format


@pytest.mark.parametrize("type", ["application/xml", "text/xml", "application/json"])
def test_general_media_types_leave_the_choice_to_the_content(type: str) -> None:
    assert detect("feed", type, TURTLE) is Format.TURTLE
    assert detect("feed", type, XML if "xml" in type else JSON) in (Format.RDF_XML, Format.JSON_LD)


@pytest.mark.parametrize(
    ("name", "format"),
    [
        ("a.ttl", Format.TURTLE),
        ("a.ttl.gz", Format.TURTLE),
        ("A.NT.GZ", Format.N_TRIPLES),
        ("https://x.example/a.rdf?page=2#top", Format.RDF_XML),
        ("a.owl", Format.RDF_XML),
        ("a.json", Format.JSON_LD),
        ("a.trig", Format.TRIG),
        ("a.nq", Format.N_QUADS),
    ],
)
def test_a_suffix_is_enough(name: str, format: Format) -> None:
    assert detect(name) is format


@pytest.mark.parametrize(
    "head",
    [
        b"# a licence\n" * 1000,
        b"[] a <http://www.w3.org/ns/dcat#Dataset> .",
        b'ex:a\n  dct:title "x" .',
        b"\xef\xbb\xbf" + TURTLE,
    ],
)
def test_an_rdf_suffix_is_believed_however_the_document_begins(head: bytes) -> None:
    assert detect("data.ttl", head=head) is Format.TURTLE


@pytest.mark.parametrize(
    ("head", "format"),
    [
        (b"\xef\xbb\xbf  \n" + TURTLE, Format.TURTLE),
        (b"PREFIX ex: <http://x.example/>\nex:a a ex:b .", Format.TURTLE),
        (b"# first\n\n<http://a.example/s> a <http://b.example/T> ; <http://c.example/p> 1 .", Format.TURTLE),
        (b"[] a <http://www.w3.org/ns/dcat#Dataset> .", Format.TURTLE),
        (b"@prefix ex: <http://x.example/> .\nex:g { ex:a a ex:b }", Format.TRIG),
        (b"GRAPH <http://x.example/g> { <http://a.example/> a <http://b.example/> }", Format.TRIG),
        (b'[{"@id": "http://a.example/"}]', Format.JSON_LD),
        (b"\n\n  { }", Format.JSON_LD),
        (b"<!-- a comment -->\n" + XML.partition(b"\n")[2], Format.RDF_XML),
        (b'<dcat:Catalog xmlns:dcat="http://www.w3.org/ns/dcat#">', Format.RDF_XML),
        (TRIPLE + QUAD, Format.N_QUADS),
        (b"_:a <http://x.example/p> _:b .", Format.N_TRIPLES),
    ],
)
def test_a_document_without_a_name_is_known_by_its_beginning(head: bytes, format: Format) -> None:
    assert detect(head=head) is format


@pytest.mark.parametrize("head", [b"", b"   \n\t ", b"\xef\xbb\xbf"])
def test_a_document_of_zero_bytes_is_called_empty(head: bytes) -> None:
    if not head.strip(b"\xef\xbb\xbf"):
        with pytest.raises(Unreadable, match=r"empty|Cannot tell"):
            detect("feed", head=head)
    else:
        with pytest.raises(Unreadable, match="empty"):
            detect("feed", head=head)


@pytest.mark.parametrize("name", ["feed", "feed.ttl", "feed.rdf", "feed.xml", "feed.json"])
@pytest.mark.parametrize("head", [HTML, b"\n<html lang='en'>", b'<?xml version="1.0"?>\n' + HTML])
def test_a_web_page_sent_in_place_of_the_feed_is_called_one(name: str, head: bytes) -> None:
    with pytest.raises(Unreadable, match="web page"):
        detect(name, "text/html", head)


def test_text_that_is_no_rdf_is_refused_with_its_name() -> None:
    with pytest.raises(Unreadable, match=r"notes\.txt"):
        detect("notes.txt", "text/plain", b"Dear all, the meeting is on Monday.")


def test_a_base_with_spaces_does_not_stop_the_reader() -> None:
    document = Document("x", b"<a> <p> <b> .", Format.TURTLE, "https://x.example/my file.ttl")

    [quad] = document.quads()

    assert str(quad.subject) == "<https://x.example/a>"
