"""Bytes that are meant to do harm are refused before a parser that they could harm sees them."""

import json
import socketserver
import threading
from collections.abc import Iterator

import pytest

from catalogue.errors import CatalogueError, Refused, Unreadable
from catalogue.rdf import Format
from catalogue.rdf_guard import MAX_DEPTH, MAX_JSON
from tests.rdf.documents import PREFIXES, XML_ROOT, read, turtle, values

RDF_NS = 'xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"'
ENTITIES = "".join(f'<!ENTITY e{n} "&e{n - 1};&e{n - 1};">' for n in range(1, 40))
BOMB = f'<!DOCTYPE rdf:RDF [<!ENTITY e0 "lol">{ENTITIES}]>'
DATASET = (
    '<dcat:Dataset xmlns:dcat="http://www.w3.org/ns/dcat#" xmlns:dct="http://purl.org/dc/terms/" '
    'rdf:about="https://example.org/d"><dct:title>&e39;</dct:title></dcat:Dataset>'
)


class _Trap(socketserver.BaseRequestHandler):
    hits: list[bytes]

    def handle(self) -> None:
        self.hits.append(self.request.recv(1000))


@pytest.fixture
def trap() -> Iterator[tuple[str, list[bytes]]]:
    """The address of a server that must not be asked, and what it was asked."""
    hits: list[bytes] = []
    handler = type("Trap", (_Trap,), {"hits": hits})
    with socketserver.TCPServer(("127.0.0.1", 0), handler) as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True)
        thread.start()
        yield f"http://127.0.0.1:{server.server_address[1]}", hits
        server.shutdown()
        thread.join()


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16", "utf-16-le", "utf-16-be"])
def test_an_entity_bomb_is_refused_in_every_encoding(encoding: str) -> None:
    text = f"<?xml version='1.0'?>{BOMB}<rdf:RDF {RDF_NS}>{DATASET}</rdf:RDF>"

    with pytest.raises((Refused, Unreadable)):
        read(text.encode(encoding), Format.RDF_XML)


@pytest.mark.parametrize(
    "text",
    [
        f"<rdf:RDF {RDF_NS}>{BOMB}{DATASET}</rdf:RDF>",
        f"<rdf:RDF {RDF_NS}><a>\x01</a>{BOMB}{DATASET}</rdf:RDF>",
        f'<?xml version="1.0" encoding="unheard-of"?>{BOMB}<rdf:RDF {RDF_NS}>{DATASET}</rdf:RDF>',
        f"<rdf:RDF {RDF_NS}>{DATASET}</rdf:RDF>{BOMB}<rdf:RDF {RDF_NS}>{DATASET}</rdf:RDF>",
    ],
    ids=["late", "behind a control character", "behind an unknown encoding", "behind the end"],
)
def test_a_doctype_in_a_place_where_it_must_not_be_is_refused_as_well(text: str) -> None:
    with pytest.raises(Refused, match="DOCTYPE"):
        read(text, Format.RDF_XML)


def test_an_external_entity_is_never_fetched(trap: tuple[str, list[bytes]]) -> None:
    url, hits = trap
    text = f'<!DOCTYPE r [<!ENTITY x SYSTEM "{url}">]><rdf:RDF {RDF_NS}>&x;</rdf:RDF>'

    with pytest.raises(Refused):
        read(text, Format.RDF_XML)

    assert hits == []


@pytest.mark.parametrize("before", ["", "<x>\x02</x>"])
def test_xml_nested_a_hundred_thousand_deep_is_refused(before: str) -> None:
    text = f"<rdf:RDF {RDF_NS}>" + before + "<rdf:li>" * 100_000

    with pytest.raises(Refused, match=f"deeper than {MAX_DEPTH}"):
        read(text, Format.RDF_XML)


@pytest.mark.parametrize("bracket", ["[", '{"a":', '[{"@graph":'])
def test_json_nested_a_hundred_thousand_deep_is_refused(bracket: str) -> None:
    with pytest.raises(Refused, match=f"deeper than {MAX_DEPTH}"):
        read(bracket * 100_000, Format.JSON_LD)


def test_brackets_inside_json_text_do_not_count_as_depth() -> None:
    text = '{"@id": "https://example.org/d", "@type": "http://www.w3.org/ns/dcat#Dataset", '
    text += '"http://purl.org/dc/terms/title": "' + "[{" * 1000 + '\\""}'

    [record], _ = read(text, Format.JSON_LD)

    assert values(record, "title") == ["[{" * 1000 + '"']


@pytest.mark.parametrize("nest", ["[ dct:relation ", "( ", "<< "])
def test_turtle_nested_a_hundred_thousand_deep_ends_in_a_sentence_or_a_record(nest: str) -> None:
    try:
        found, rejected = turtle("ex:d a dcat:Dataset ; dct:title 'x' ; dct:relation " + nest * 100_000)
    except CatalogueError as error:
        assert str(error).endswith(".")
    else:
        assert found or rejected


@pytest.mark.parametrize(
    "context",
    [
        '"{url}"',
        '["{url}", {{}}]',
        '{{"@import": "{url}"}}',
        '{{"term": {{"@id": "http://x.example/t", "@context": "{url}"}}}}',
        '"file:///etc/passwd"',
        '"context.jsonld"',
        '[[["{url}"]]]',
    ],
)
def test_a_remote_context_is_refused_without_a_single_request(
    context: str, trap: tuple[str, list[bytes]]
) -> None:
    url, hits = trap
    text = f'{{"@context": {context.format(url=url)}, "@id": "https://example.org/d", "term": {{"a": 1}}}}'

    with pytest.raises(CatalogueError) as caught:
        read(text, Format.JSON_LD)

    assert "context" in str(caught.value)
    assert hits == []


def test_a_remote_context_deep_inside_is_refused_too(trap: tuple[str, list[bytes]]) -> None:
    url, hits = trap
    inner = {"http://x.example/b": {"@context": url}}
    text = json.dumps({"http://x.example/a": [{"@context": {}}, inner]})

    with pytest.raises(Refused, match="never fetched"):
        read(text, Format.JSON_LD)

    assert hits == []


def test_a_bundled_context_is_put_in_place_at_every_depth() -> None:
    url = "https://semiceu.github.io/DCAT-AP/releases/3.0.1/context/dcat-ap.jsonld"
    one = {"@context": url, "@id": "https://example.org/a", "@type": "Dataset", "title": "A"}
    two = {"@context": [url], "@id": "https://example.org/b", "@type": "Dataset", "title": "B"}
    text = json.dumps([one, {"http://www.w3.org/ns/dcat#dataset": two}])

    found, rejected = read(text, Format.JSON_LD)

    assert sorted(value for record in found for value in values(record, "title")) == ["A", "B"]
    assert not rejected


def test_json_that_is_too_large_to_hold_is_refused_unread() -> None:
    with pytest.raises(Refused, match=f"{MAX_JSON >> 20} MB"):
        read(b"[" + b" " * MAX_JSON, Format.JSON_LD)


def test_many_records_that_share_much_do_not_fill_the_memory() -> None:
    shared = "".join(f"ex:shared dct:relation <https://x.example/{n}> .\n" for n in range(3000))
    sets = "".join(
        f"ex:d{n} a dcat:Dataset ; dct:title '{n}' ; dct:publisher ex:shared .\n" for n in range(500)
    )

    found, rejected = turtle(shared + sets)

    assert len(found) + len(rejected) == 500
    assert sum(len(record.triples) for record in found) < 1_200_000
    assert "share" in rejected[0].reason


def test_a_record_with_more_statements_than_any_page_can_show_is_rejected() -> None:
    links = ", ".join(f"<https://x.example/{n}>" for n in range(50_001))

    found, [rejected] = turtle(
        f"ex:d a dcat:Dataset ; dct:relation {links} .\nex:e a dcat:Dataset ; dct:title 'e' ."
    )

    assert [record.subject.value for record in found] == ["https://example.org/e"]
    assert "50,003" in rejected.reason or "50,002" in rejected.reason


def test_a_long_list_described_backwards_is_read_in_linear_time() -> None:
    count = 20_000
    lines = [f"_:n{n} dct:relation _:n{n + 1} ." for n in range(count)]
    text = "ex:d dct:relation _:n0 ; dct:title 'x' ; a dcat:Dataset .\n" + "\n".join(lines)

    [record], _ = turtle(text)

    assert len(record.triples) == count + 3


_MANY_PREFIXES = "".join(f"@prefix p{n}: <http://x.example/{n}> .\n" for n in range(20_000))
_MANY_TERMS = {f"t{n}": "http://x.example/" for n in range(9_000)}
_BAD_ITEMS = [{"@id": f"http://x.example/{n}", "@type": {"a": n}} for n in range(10_000)]
_LONG_ROOT = XML_ROOT.replace("<rdf:RDF", "<rdf:RDF a='" + "x" * 70_000 + "'")
TORN = {
    "unclosed": (Format.RDF_XML, XML_ROOT + '<dcat:Dataset rdf:about="x"></b>' * 50_000),
    "all bad": (Format.RDF_XML, XML_ROOT + '<dcat:Dataset rdf:ID="1 2"/>' * 4_000 + "</rdf:RDF>"),
    "long root": (Format.RDF_XML, _LONG_ROOT + "<dcat:Dataset>" * 50),
    "prefixes": (Format.TURTLE, _MANY_PREFIXES + "x y z .\n" * 9_000),
    "quotes": (Format.TURTLE, PREFIXES + 'ex:a ex:b """ \'\'\' "" ' * 20_000),
    "lines": (Format.N_TRIPLES, '<a> <b> "c .\n' * 10_000),
    "items": (Format.JSON_LD, json.dumps(_BAD_ITEMS)),
    "context": (Format.JSON_LD, json.dumps({"@context": _MANY_TERMS, "@graph": _BAD_ITEMS})),
}


@pytest.mark.parametrize(("format", "text"), TORN.values(), ids=list(TORN))
def test_taking_a_torn_document_apart_ends_in_good_time(format: Format, text: str) -> None:
    try:
        found, rejected = read(text, format)
    except CatalogueError as error:
        assert str(error).endswith(".")
    else:
        assert not found
        assert rejected


@pytest.mark.parametrize("format", list(Format))
@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"\x00" * 1000,
        b"\xff\xfe\x00",
        bytes(range(256)) * 4,
        b"\xc3\x28 \xa0\xa1",
        b"<",
        b"{",
        b'"',
        b"@",
    ],
    ids=repr,
)
def test_noise_ends_in_a_sentence_in_every_format(content: bytes, format: Format) -> None:
    try:
        found, _ = read(content, format)
    except CatalogueError as error:
        assert str(error).endswith(".")
    else:
        assert found == []


def test_bytes_that_are_not_utf8_are_told_with_their_line() -> None:
    text = (
        PREFIXES.encode()
        + b'ex:d a dcat:Dataset ; dct:title "caf\xe9" .\nex:e a dcat:Dataset ; dct:title "e" .'
    )

    found, [rejected] = read(text, Format.TURTLE)

    assert [record.subject.value for record in found] == ["https://example.org/e"]
    assert "line 5" in rejected.place


def test_scripts_and_markup_are_kept_as_the_text_they_are() -> None:
    [record], _ = turtle(
        'ex:d a dcat:Dataset ; dct:title "<script>alert(1)</script>" ;\n'
        "  dcat:landingPage <javascript:alert(1)> ."
    )

    assert values(record, "title") == ["<script>alert(1)</script>"]
    assert values(record, "landingPage") == ["javascript:alert(1)"]


def test_an_empty_rdf_document_has_no_records() -> None:
    assert read(XML_ROOT + "</rdf:RDF>", Format.RDF_XML) == ([], [])
