"""One document of a DCAT feed: what it is asked as, what it is taken for, and what a bad one says."""

import gzip
import itertools

import pytest
from pyoxigraph import Literal

from catalogue.errors import Invalid, NotFound, Refused, Unavailable, Unreadable
from catalogue.rdf import Document, Format, serialise
from catalogue.records import Record
from harvesters.dcat import ACCEPT, harvest
from harvesters.http import Client
from harvesters.statuses import status_of
from tests.harvest.asking import asked
from tests.harvest.conftest import MakeClient
from tests.harvest.feeds import PREFIXES, dataset, names, rejected, turtle, until_error
from tests.harvest.loopback import Reply, Site

TURTLE = (PREFIXES + dataset("a") + dataset("b")).encode()
IN_FORMAT = {
    format: serialise(
        [quad.triple for quad in Document("", TURTLE, Format.TURTLE, "http://a/").quads()], format
    )
    for format in Format
}
BILLION = (
    b'<?xml version="1.0"?><!DOCTYPE rdf:RDF [<!ENTITY a "ha"><!ENTITY b "&a;&a;">]>'
    b'<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"/>'
)


def test_the_feed_is_asked_for_rdf_by_preference(client: Client, site: Site) -> None:
    site.pages["/feed"] = turtle(dataset("a"))

    list(harvest(asked(f"{site.url}/feed", client)))

    assert site.asked[0].headers["accept"] == ACCEPT
    assert ACCEPT.startswith("text/turtle, application/rdf+xml;q=0.9, application/ld+json;q=0.9")


@pytest.mark.parametrize("format", Format)
def test_every_format_is_known_by_its_content_type(client: Client, site: Site, format: Format) -> None:
    site.pages["/feed"] = Reply(IN_FORMAT[format], headers={"Content-Type": format.media_type})

    assert sorted(names(harvest(asked(f"{site.url}/feed", client)))) == ["a", "b"]


@pytest.mark.parametrize("lie", ["text/plain", "text/html", "application/octet-stream", ""])
@pytest.mark.parametrize("format", Format)
def test_every_format_is_known_by_its_suffix_under_a_false_content_type(
    client: Client, site: Site, format: Format, lie: str
) -> None:
    path = f"/feed.{format.suffix}"
    site.pages[path] = Reply(IN_FORMAT[format], headers={"Content-Type": lie})

    assert sorted(names(harvest(asked(site.url + path, client)))) == ["a", "b"]


@pytest.mark.parametrize("lie", ["text/plain", "application/xml", "application/json"])
@pytest.mark.parametrize("format", [format for format in Format if format is not Format.TRIG])
def test_every_format_is_known_by_how_it_begins(client: Client, site: Site, format: Format, lie: str) -> None:
    site.pages["/feed"] = Reply(IN_FORMAT[format], headers={"Content-Type": lie})

    assert sorted(names(harvest(asked(f"{site.url}/feed", client)))) == ["a", "b"]


@pytest.mark.parametrize("claimed", [Format.TURTLE, Format.RDF_XML, Format.JSON_LD])
@pytest.mark.parametrize("real", [Format.TURTLE, Format.RDF_XML, Format.JSON_LD, Format.N_TRIPLES])
def test_a_false_rdf_content_type_is_seen_through(
    client: Client, site: Site, claimed: Format, real: Format
) -> None:
    site.pages["/feed"] = Reply(IN_FORMAT[real], headers={"Content-Type": claimed.media_type})

    assert sorted(names(harvest(asked(f"{site.url}/feed", client)))) == ["a", "b"]


def test_the_operator_has_the_last_word_on_the_format(client: Client, site: Site) -> None:
    content = b"# nothing tells\n" + IN_FORMAT[Format.N_TRIPLES]
    site.pages["/feed.rdf"] = Reply(content, headers={"Content-Type": "application/ld+json"})

    assert len(names(harvest(asked(f"{site.url}/feed.rdf", client, format="turtle")))) == 2


def test_an_unknown_format_name_is_told_with_the_known_ones(client: Client, site: Site) -> None:
    site.pages["/feed"] = turtle(dataset("a"))

    with pytest.raises(Invalid, match="turtle, rdf-xml, json-ld"):
        list(harvest(asked(f"{site.url}/feed", client, format="docx")))


@pytest.mark.parametrize(
    "body",
    [
        b"<!DOCTYPE html><html><body>Not found</body></html>",
        b"\n<HTML><head><title>Sign in</title>",
        b'<?xml version="1.0"?><!-- x --><!DOCTYPE html PUBLIC "-//W3C//DTD XHTML 1.0//EN">',
    ],
)
@pytest.mark.parametrize("content_type", ["text/html", "text/turtle", "application/rdf+xml"])
def test_a_web_page_with_status_200_is_told_as_one(
    client: Client, site: Site, body: bytes, content_type: str
) -> None:
    site.pages["/feed.ttl"] = Reply(body, headers={"Content-Type": content_type})

    with pytest.raises(Unreadable, match=r"feed\.ttl cannot be read.*web page \(HTML\)"):
        list(harvest(asked(f"{site.url}/feed.ttl", client)))


@pytest.mark.parametrize("status", [200, 204])
def test_nothing_at_all_is_told_as_empty(client: Client, site: Site, status: int) -> None:
    site.pages["/feed"] = Reply(b"", status, {"Content-Type": "text/turtle"})

    with pytest.raises(Unreadable, match="empty"):
        list(harvest(asked(f"{site.url}/feed", client)))


@pytest.mark.parametrize("tags", [{}, {"ETag": '"1"'}])
def test_rdf_without_any_dataset_is_no_complete_harvest(
    client: Client, site: Site, tags: dict[str, str]
) -> None:
    body = turtle('<> dct:title "A vocabulary" .').body
    site.pages["/feed"] = Reply(body, headers={"Content-Type": "text/turtle", **tags})

    with pytest.raises(Unreadable, match="describes no dataset"):
        list(harvest(asked(f"{site.url}/feed", client)))


def test_a_feed_that_declares_itself_empty_is_a_complete_harvest(client: Client, site: Site) -> None:
    site.pages["/feed"] = turtle("<> a hydra:Collection ; hydra:totalItems 0 .")

    assert names(harvest(asked(f"{site.url}/feed", client))) == []


def test_a_feed_that_is_not_there_is_not_found(client: Client, site: Site) -> None:
    with pytest.raises(NotFound):
        list(harvest(asked(f"{site.url}/feed", client)))


def test_what_is_no_rdf_at_all_is_kept_for_repair(client: Client, site: Site) -> None:
    site.pages["/feed"] = Reply(b"%PDF-1.7", headers={"Content-Type": "text/turtle"})

    items, error = until_error(harvest(asked(f"{site.url}/feed", client)))

    assert isinstance(error, Unreadable)
    assert rejected(items)[0].raw == b"%PDF-1.7"


def _titles(client: Client, url: str) -> list[str]:
    return [
        triple.object.value
        for item in harvest(asked(url, client))
        if isinstance(item, Record)
        for triple in item.triples
        if isinstance(triple.object, Literal)
    ]


ZURICH = PREFIXES + dataset("a", "Zürich – 5 µg")
XML = (
    '<?xml version="1.0"{}?><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" '
    'xmlns:dcat="http://www.w3.org/ns/dcat#" xmlns:dct="http://purl.org/dc/terms/">'
    '<dcat:Dataset rdf:about="https://data.example/a"><dct:title>Zürich – 5 µg</dct:title>'
    "</dcat:Dataset></rdf:RDF>"
)


@pytest.mark.parametrize(
    ("content", "content_type"),
    [
        (ZURICH.encode(), "text/turtle"),
        (ZURICH.encode("utf-8-sig"), "text/turtle"),
        (ZURICH.encode("utf-16"), "text/turtle"),
        (b"\xfe\xff" + ZURICH.encode("utf-16-be"), ""),
        (ZURICH.encode("utf-32"), "text/turtle"),
        (ZURICH.encode("windows-1252"), "text/turtle"),
        (ZURICH.encode("windows-1252"), "text/turtle; charset=windows-1252"),
        (ZURICH.encode("mac-roman"), 'text/turtle; charset="macintosh"'),
        (ZURICH.encode(), "text/turtle; charset=iso-8859-1"),
        (ZURICH.encode("windows-1252"), "text/turtle; charset=unheard-of"),
        (XML.format(' encoding="windows-1252"').encode("windows-1252"), "application/rdf+xml"),
        (XML.format(' encoding="mac-roman"').encode("mac-roman"), "application/rdf+xml"),
        (XML.format(' encoding="ISO-8859-1"').encode(), "application/rdf+xml"),
        (XML.format(' encoding="UTF-16"').encode("utf-16"), "application/xml"),
        (XML.format("").encode("utf-8-sig"), "application/rdf+xml"),
    ],
)
def test_text_arrives_whole_whatever_its_encoding(
    client: Client, site: Site, content: bytes, content_type: str
) -> None:
    site.pages["/feed"] = Reply(content, headers={"Content-Type": content_type})

    assert _titles(client, f"{site.url}/feed") == ["Zürich – 5 µg"]


def test_broken_letters_in_one_record_leave_the_other_records_whole(client: Client, site: Site) -> None:
    good = ZURICH.encode() + dataset("c", "Ærø Åse Ñandú").encode()
    bad = b'<https://data.example/bad> a dcat:Dataset ; dct:title "Z\xfcrich" .\n'
    site.pages["/feed"] = Reply(good + bad, headers={"Content-Type": "text/turtle"})

    items = list(harvest(asked(f"{site.url}/feed", client)))

    assert sorted(names(items)) == ["a", "c"]
    assert len(rejected(items)) == 1


@pytest.mark.parametrize("layers", [1, 2])
@pytest.mark.parametrize("path", ["/feed.ttl.gz", "/feed"])
def test_a_gzip_file_is_unpacked(client: Client, site: Site, layers: int, path: str) -> None:
    content = TURTLE
    for _ in range(layers):
        content = gzip.compress(content)
    site.pages[path] = Reply(content, headers={"Content-Type": "application/gzip"})

    assert names(harvest(asked(site.url + path, client))) == ["a", "b"]


def test_a_gzip_file_in_a_gzip_transfer_is_unpacked(client: Client, site: Site) -> None:
    content = gzip.compress(gzip.compress(TURTLE))
    headers = {"Content-Type": "application/gzip", "Content-Encoding": "gzip"}
    site.pages["/feed.ttl.gz"] = Reply(content, headers=headers)

    assert names(harvest(asked(f"{site.url}/feed.ttl.gz", client))) == ["a", "b"]


def test_a_gzip_bomb_of_two_layers_is_refused(make_client: MakeClient, site: Site) -> None:
    bomb = gzip.compress(gzip.compress(bytes(150_000_000)))
    site.pages["/feed"] = Reply(bomb, headers={"Content-Type": "application/gzip"})
    client = make_client(max_bytes=2_000_000)

    with pytest.raises(Refused, match="larger than the limit of 2 MB"):
        list(harvest(asked(f"{site.url}/feed", client)))

    assert len(bomb) < 2_000


def test_three_layers_of_gzip_are_refused(client: Client, site: Site) -> None:
    content = gzip.compress(gzip.compress(gzip.compress(TURTLE)))
    site.pages["/feed"] = Reply(content, headers={"Content-Type": "application/gzip"})

    with pytest.raises(Refused, match="more than 2 times"):
        list(harvest(asked(f"{site.url}/feed", client)))


def test_a_document_beyond_the_limit_is_refused(client: Client, site: Site) -> None:
    site.pages["/feed"] = Reply(
        itertools.repeat(b" " * 65_536, 3000), headers={"Content-Type": "text/turtle"}
    )

    with pytest.raises(Refused, match="larger than the limit of 1 MB"):
        list(harvest(asked(f"{site.url}/feed", client)))


def test_a_remote_context_is_never_fetched(client: Client, site: Site, trap: Site) -> None:
    content = f'{{"@context": "{trap.url}/context.jsonld", "@id": "http://a/", "title": "x"}}'
    site.pages["/feed"] = Reply(content.encode(), headers={"Content-Type": "application/ld+json"})

    with pytest.raises(Refused, match="never fetched"):
        list(harvest(asked(f"{site.url}/feed", client)))

    assert trap.asked == []


@pytest.mark.parametrize(
    "declaration",
    [
        '<!ENTITY x SYSTEM "{url}/entity">',
        '<!ENTITY % x SYSTEM "{url}/entity"> %x;',
        '<!ENTITY x SYSTEM "file:///etc/hostname">',
    ],
)
def test_an_external_entity_is_never_fetched(
    client: Client, site: Site, trap: Site, declaration: str
) -> None:
    body = XML.format("").replace(
        "<rdf:RDF", f"<!DOCTYPE rdf:RDF [{declaration.format(url=trap.url)}]><rdf:RDF"
    )
    body = body.replace("Zürich", "&x;")
    site.pages["/feed"] = Reply(body.encode(), headers={"Content-Type": "application/rdf+xml"})

    with pytest.raises(Refused, match="DOCTYPE"):
        list(harvest(asked(f"{site.url}/feed", client)))

    assert trap.asked == []


def test_an_entity_bomb_is_refused(client: Client, site: Site) -> None:
    site.pages["/feed"] = Reply(BILLION, headers={"Content-Type": "application/rdf+xml"})

    with pytest.raises(Refused, match="DOCTYPE"):
        list(harvest(asked(f"{site.url}/feed", client)))


def test_a_source_on_a_private_address_is_refused(make_client: MakeClient, trap: Site) -> None:
    client = make_client(allow_hosts=frozenset())

    with pytest.raises(Refused):
        list(harvest(asked(f"{trap.url}/feed", client)))

    assert trap.asked == []


def test_relative_iris_belong_to_the_address_that_answered(client: Client, site: Site) -> None:
    site.pages["/w3id"] = Reply(status=303, headers={"Location": "/real/feed"})
    site.pages["/real/feed"] = turtle('<x> a dcat:Dataset ; dct:title "x" .')

    [record] = harvest(asked(f"{site.url}/w3id", client))

    assert isinstance(record, Record)
    assert record.subject.value == f"{site.url}/real/x"
    assert record.origin == f"{site.url}/real/feed"


@pytest.mark.parametrize("then", ["", "[] hydra:next <?page=2> ."])
@pytest.mark.parametrize("query", ["?f[0]=x", "?q=%zz", "?q={a}|b"])
def test_relative_iris_belong_to_an_address_that_is_no_iri_as_it_is_written(
    client: Client, site: Site, query: str, then: str
) -> None:
    site.pages[f"/feed{query}"] = turtle('<x> a dcat:Dataset ; dct:title "x" .', then)
    site.pages["/feed?page=2"] = turtle(dataset("b"))

    found = names(harvest(asked(f"{site.url}/feed{query}", client)))

    assert found == ["x", "b"] if then else ["x"]


def test_many_thousand_records_in_one_unpaged_file_come_one_by_one(
    make_client: MakeClient, site: Site
) -> None:
    body = PREFIXES + "".join(dataset(f"d{n}") for n in range(20_000))
    site.pages["/feed"] = Reply(body.encode(), headers={"Content-Type": "text/turtle"})

    feed = harvest(asked(f"{site.url}/feed", make_client(max_bytes=10_000_000)))

    assert isinstance(next(feed), Record)
    assert sum(1 for _ in feed) == 19_999


@pytest.mark.parametrize(
    "before", ["", "<> hydra:next <?page=2> .", "<> hydra:next <?page=2> ; foaf:name 1 ."]
)
def test_a_value_longer_than_the_parser_takes_is_told(
    make_client: MakeClient, site: Site, before: str
) -> None:
    body = PREFIXES + before + dataset("a", "x" * 17_000_000)
    site.pages["/feed"] = Reply(body.encode(), headers={"Content-Type": "text/turtle"})

    with pytest.raises((Unreadable, Refused)):
        list(harvest(asked(f"{site.url}/feed", make_client(max_bytes=20_000_000))))


def test_a_server_that_is_down_is_unavailable_and_yields_nothing(client: Client, site: Site) -> None:
    site.pages["/feed"] = Reply(status=502)

    items, error = until_error(harvest(asked(f"{site.url}/feed", client)))

    assert items == []
    assert isinstance(error, Unavailable)
    assert status_of(error) == 502
