"""One page: where its description stands, in what form, and which of several datasets it is about."""

import json

import pytest

from catalogue.errors import Unreadable
from catalogue.records import Record, Rejected
from harvesters.html_metadata import read_page
from harvesters.http import Client
from harvesters.linked_json import MAX_DEPTH
from harvesters.microdata import MAX_TEXT
from harvesters.schema_org import harvest
from ontologies.namespaces import DCAT, DCT, FOAF
from tests.harvest.asking import asked
from tests.harvest.feeds import rejected, until_error
from tests.harvest.loopback import Reply, Site
from tests.harvest.sites import anywhere, crawl, dataset, listed, never, page, paths, said

PLAIN = {"@type": "Dataset", "name": "a"}
TURTLE = {"Content-Type": "text/turtle"}
DCAT_A = Reply(
    b"@prefix dcat: <http://www.w3.org/ns/dcat#> . @prefix dct: <http://purl.org/dc/terms/> . "
    b'<https://x.example/id/a> a dcat:Dataset ; dct:title "A in DCAT"@en ; <https://x.example/own> "kept" .',
    headers=TURTLE,
)


def one(site: Site, client: Client, reply: Reply) -> Record:
    """The only record of a page."""
    site.pages["/data/a"] = reply
    records = [item for item in crawl(site, client, "/data/a") if isinstance(item, Record)]
    assert len(records) == 1
    return records[0]


@pytest.mark.parametrize(
    "context",
    [
        "http://schema.org",
        "https://schema.org/",
        "http://www.schema.org/",
        ["https://schema.org", {"bio": "https://bio.example/"}],
        {"@vocab": "http://schema.org/"},
        {"@vocab": "https://schema.org/", "dct": "http://purl.org/dc/terms/"},
    ],
)
def test_schema_org_is_known_however_its_context_is_written(
    client: Client, site: Site, context: object
) -> None:
    assert said(one(site, client, page({"@context": context, **PLAIN})), DCT.term("title")) == ["a"]


@pytest.mark.parametrize(
    "block",
    [
        {"@context": {"schema": "https://schema.org/"}, "@type": "schema:Dataset", "schema:name": "a"},
        {"@context": {"sc": "http://schema.org/"}, "@type": ["sc:Dataset"], "sc:name": {"@value": "a"}},
        {"@context": {"so": "https://schema.org/"}, "@type": "so:Dataset", "so:name": "a"},
        {"@type": "https://schema.org/Dataset", "http://schema.org/name": [{"@value": "a"}]},
        {
            "@context": {"titel": "https://schema.org/name", "@vocab": "https://schema.org/"},
            "@type": "Dataset",
            "titel": "a",
        },
        {"@context": "https://schema.org", "type": "Dataset", "id": "https://x.example/a", "name": "a"},
        [
            {"@context": "https://schema.org", "@type": "WebSite", "name": "x"},
            {"@context": "https://schema.org", **PLAIN},
        ],
        {"@context": "https://schema.org", "@graph": [{"@type": "Person", "name": "P"}, PLAIN]},
        {"@context": "https://schema.org", "@type": "WebPage", "name": "P", "mainEntity": PLAIN},
    ],
)
def test_a_dataset_is_found_however_it_is_written(client: Client, site: Site, block: object) -> None:
    assert said(one(site, client, page(block)), DCT.term("title")) == ["a"]


def test_json_of_another_vocabulary_is_none_of_schema_org(client: Client, site: Site) -> None:
    site.pages["/data/a"] = page({"@context": "https://x.example/other.jsonld", **PLAIN})

    with pytest.raises(Unreadable):
        crawl(site, client, "/data/a")


@pytest.mark.parametrize(
    "wrapped",
    [
        "<!--\n{}\n-->",
        "//<![CDATA[\n{}\n//]]>",
        "/*<![CDATA[*/ {} /*]]>*/",
        "\n\n{};",
    ],
)
def test_comments_and_cdata_around_json_are_taken_off(client: Client, site: Site, wrapped: str) -> None:
    assert paths(site, [one(site, client, page(wrapped.replace("{}", json.dumps(dataset("a")))))]) == [
        "/data/a"
    ]


@pytest.mark.parametrize(
    "broken",
    [
        '{"@type": "Dataset", "name": "a", "keywords": ["x", ], }',
        '{"@type": "Dataset", "name": "a", "description": "two\nlines\tand a tab"}',
        "{&quot;@type&quot;: &quot;Dataset&quot;, &quot;name&quot;: &quot;a&quot;}",
    ],
)
def test_json_with_small_faults_is_mended(client: Client, site: Site, broken: str) -> None:
    assert said(one(site, client, page(broken)), DCT.term("title")) == ["a"]


def test_a_block_that_is_no_json_is_kept_for_repair_and_the_others_are_used(
    client: Client, site: Site
) -> None:
    listed(site, {"/data/a": page('{"@type": "Dataset",\n "name": ,}', dataset("a"))})

    items = crawl(site, client)

    assert paths(site, items) == ["/data/a"]
    assert rejected(items)[0].place == f"{site.url}/data/a (line 2 of the block)"
    assert b'"name": ,' in rejected(items)[0].raw


def test_a_record_comes_before_what_is_set_aside_under_its_name(client: Client, site: Site) -> None:
    listed(site, {"/data/a": page('{"@type": "Dataset", "name": ,}', dataset("a"))})

    items = [item for item in crawl(site, client) if isinstance(item, Record | Rejected)]

    assert [type(item) for item in items] == [Record, Rejected]


def test_what_a_broken_block_of_a_page_that_is_the_whole_source_described_is_not_known(
    client: Client, site: Site
) -> None:
    site.pages["/data/"] = page('{"@type": "Dataset",\n "name": ,}', dataset("a"))

    items = crawl(site, client, "/data/")

    assert rejected(items)[0].place == "line 2 of the block"


def test_datasets_without_a_name_to_be_told_apart_by_are_told_together(client: Client, site: Site) -> None:
    inside = [{"@type": "Dataset", "name": name} for name in ("one", "two", "three")]
    site.pages["/data/"] = page({"@type": "DataCatalog", "name": "All", "dataset": inside})

    items = crawl(site, client, "/data/")

    assert [item.reason.partition(" neither")[0] for item in rejected(items)] == [
        "“one” and 2 more datasets of the page have"
    ]


def test_a_broken_block_that_speaks_of_no_dataset_is_only_logged(
    client: Client, site: Site, caplog: pytest.LogCaptureFixture
) -> None:
    site.pages["/data/a"] = page('{"@type": "BreadcrumbList", "name": ,}', dataset("a"))

    assert rejected(crawl(site, client, "/data/a")) == []
    assert "cannot be read" in caplog.text


def test_json_nested_without_end_is_set_aside(client: Client, site: Site) -> None:
    deep = '{"@type":"Dataset","name":' + "[" * (MAX_DEPTH + 1) + "]" * (MAX_DEPTH + 1) + "}"
    site.pages["/data/a"] = page(deep, dataset("a"))

    items = crawl(site, client, "/data/a")

    assert paths(site, items) == ["/data/a"]
    assert "nested deeper" in rejected(items)[0].reason


def test_things_that_name_each_other_in_a_circle_are_read(client: Client, site: Site) -> None:
    graph = [
        {
            "@id": "#d",
            "@type": "Dataset",
            "name": "a",
            "includedInDataCatalog": {"@id": "#c"},
            "creator": {"@id": "#p"},
        },
        {"@id": "#c", "@type": "DataCatalog", "name": "C", "dataset": {"@id": "#d"}},
        {"@id": "#p", "@type": "Person", "name": {"@id": "#p"}, "affiliation": {"@id": "#p"}},
    ]
    site.pages["/data/a"] = page({"@context": "https://schema.org", "@graph": graph})

    items = crawl(site, client, "/data/a")

    assert paths(site, items) == ["/data/a#c", "/data/a"]


def test_nodes_of_a_graph_are_joined_across_blocks(client: Client, site: Site) -> None:
    record = one(
        site,
        client,
        page(
            {
                "@context": "https://schema.org",
                "@id": "#org",
                "@type": "Organization",
                "name": "The Institute",
            },
            dataset("a", publisher={"@id": "#org"}),
        ),
    )

    assert "The Institute" in anywhere(record, FOAF.term("name"))


@pytest.mark.parametrize("again", [{"url": "https://x.example/a"}, {"@id": "https://x.example/a"}])
def test_a_dataset_that_is_told_twice_is_one(client: Client, site: Site, again: dict[str, object]) -> None:
    for blocks in ((dataset("a", version="1"), dataset("a", **again)), (dataset("a", **again), dataset("a"))):
        record = one(site, client, page(*blocks))

        assert record.subject.value == f"{site.url}/data/a"


def test_a_node_that_is_mentioned_with_its_type_is_joined_with_its_description(
    client: Client, site: Site
) -> None:
    institute = {"@id": "#org", "@type": "Organization"}
    graph = [{**PLAIN, "publisher": institute}, {**institute, "name": "The Institute"}]

    record = one(site, client, page({"@context": "https://schema.org", "@graph": graph}))

    assert "The Institute" in anywhere(record, FOAF.term("name"))


def test_of_several_datasets_the_page_is_about_the_one_with_its_address(client: Client, site: Site) -> None:
    own = f"{site.url}/data/a/"
    site.pages["/data/a"] = page(dataset("b", url="https://x.example/b"), dataset("a", url=own))

    assert paths(site, crawl(site, client, "/data/a")) == ["/data/a", "https://x.example/b"]


def test_a_dataset_is_what_the_page_is_about_and_not_its_parts_or_sources(client: Client, site: Site) -> None:
    part = {"@type": "Dataset", "@id": "https://x.example/part", "name": "part"}
    basis = {"@type": "Dataset", "@id": "https://x.example/basis", "name": "basis"}
    whole = {"@type": "Dataset", "@id": "https://x.example/whole", "name": "whole"}
    graph = [
        part,
        basis,
        dataset("a", hasPart=[{"@id": part["@id"]}], isBasedOn={"@id": basis["@id"]}, isPartOf=whole),
    ]
    site.pages["/data/a"] = page({"@context": "https://schema.org", "@graph": graph})

    items = crawl(site, client, "/data/a")

    assert paths(site, items) == ["/data/a", "https://x.example/part"]
    assert said(items[0], DCT.relation) == ["https://x.example/part", "https://x.example/whole"]
    assert said(items[0], DCT.source) == ["https://x.example/basis"]


def test_a_page_of_a_catalogue_has_its_datasets_by_their_own_addresses(client: Client, site: Site) -> None:
    inside = [
        {"@type": "Dataset", "name": "one", "url": "https://x.example/1"},
        {"@type": "Dataset", "name": "two", "identifier": "doi:10.1234/two"},
        {"@type": "Dataset", "name": "three", "@id": "#three"},
        {"@type": "Dataset", "name": "nameless"},
        {"@type": "Dataset", "@id": "https://x.example/mention"},
    ]
    catalogue = {"@context": "https://schema.org", "@type": "DataCatalog", "name": "All", "dataset": inside}
    site.pages["/data/"] = page(catalogue)

    items = crawl(site, client, "/data/")

    assert paths(site, items) == [
        "/data/",
        "https://x.example/1",
        "https://doi.org/10.1234/two",
        "/data/#three",
    ]
    assert {item.member_of[0].value for item in items[1:4] if isinstance(item, Record)} == {
        f"{site.url}/data/"
    }
    assert "nameless" in rejected(items)[0].reason


def test_in_a_crawl_a_dataset_with_a_page_of_its_own_comes_from_that_page(client: Client, site: Site) -> None:
    part = {"@type": "Dataset", "name": "short", "url": f"{site.url}/data/b"}
    listed(site, {"/data/a": page(dataset("a", hasPart=part)), "/data/b": page(dataset("whole"))})

    items = crawl(site, client)

    assert paths(site, items) == ["/data/a", "/data/b"]
    assert said(items[1], DCT.term("title")) == ["whole"]
    assert rejected(items) == []


def test_a_catalogue_with_a_name_alone_stands_for_the_site(client: Client, site: Site) -> None:
    site.pages["/data/a"] = page(dataset("a", includedInDataCatalog={"@type": "DataCatalog", "name": "All"}))

    items = crawl(site, client, "/data/a")

    assert paths(site, items) == ["/", "/data/a"]


MICRODATA = """
<div itemscope itemtype="https://schema.org/Dataset" itemid="https://x.example/a" itemref="more">
  <h1 itemprop="name">Fractures</h1>
  <p itemprop="description">Hip <b>fractures</b>
    in the north.</p>
  <meta itemprop="keywords" content="hip, bone">
  <span itemprop="creator" itemscope itemtype="http://schema.org/Person"><i itemprop="name">Ada</i></span>
  <a itemprop="license" href="https://creativecommons.org/licenses/by/4.0/">CC BY</a>
  <time itemprop="datePublished" datetime="2020-02-03">February</time>
  <div itemprop="distribution" itemscope itemtype="https://schema.org/DataDownload">
    <a itemprop="contentUrl" href="files/a.csv">CSV</a>
  </div>
</div>
<div id="more"><data itemprop="version" value="3">third</data><span itemref="more"></span></div>
"""


def test_microdata_is_read_where_there_is_no_json(client: Client, site: Site) -> None:
    record = one(site, client, page(body=MICRODATA))

    assert said(record, DCT.term("title")) == ["Fractures"]
    assert said(record, DCT.description) == ["Hip fractures in the north."]
    assert said(record, DCAT.keyword) == ["bone", "hip"]
    assert said(record, DCT.issued) == ["2020-02-03"]
    assert said(record, DCAT.version) == ["3"]
    assert anywhere(record, DCAT.downloadURL) == [f"{site.url}/data/files/a.csv"]
    assert anywhere(record, FOAF.term("name")) == ["Ada"]


def test_json_goes_before_microdata(client: Client, site: Site) -> None:
    assert said(one(site, client, page(dataset("JSON"), body=MICRODATA)), DCT.term("title")) == ["JSON"]


def test_microdata_that_refers_to_itself_is_read(client: Client, site: Site) -> None:
    body = (
        '<div id="x" itemscope itemtype="https://schema.org/Dataset" itemref="x y">'
        '<b itemprop="name">a</b></div><p id="y" itemprop="hasPart" itemscope itemref="x">z</p>'
    )

    assert paths(site, [one(site, client, page(body=body))]) == ["/data/a"]


def test_text_within_text_is_held_to_a_limit() -> None:
    nested = "<b itemprop='name'>" * 200 + "x" * 100_000 + "</b>" * 200
    body = f"<div itemscope itemtype='https://schema.org/Dataset'>{nested}</div>"

    (thing,) = read_page("https://data.example/a", body.encode(), "text/html").things

    names = thing["name"]
    assert isinstance(names, list)
    assert len(names) == 200
    assert sum(len(str(name)) for name in names) == MAX_TEXT


def test_elements_that_were_never_closed_hide_no_description(client: Client, site: Site) -> None:
    site.pages["/data/a"] = page(body="<div><font>" * 500 + MICRODATA)

    assert paths(site, crawl(site, client, "/data/a")) == ["/data/a"]


def test_a_page_that_cannot_be_read_to_its_end_is_told(client: Client, site: Site) -> None:
    listed(site, {"/data/a": page(dataset("a")), "/data/b": page(body="<div>" * 3_000 + MICRODATA)})

    items = crawl(site, client)

    assert paths(site, items) == ["/data/a"]
    assert [item.place for item in rejected(items)] == [f"{site.url}/data/b"]


@pytest.mark.parametrize("relation", ["describedby", "alternate"])
def test_a_link_element_to_dcat_goes_before_all_else(client: Client, site: Site, relation: str) -> None:
    site.pages["/a.ttl"] = DCAT_A
    head = f'<link rel="{relation}" type="text/turtle" href="/a.ttl">'

    record = one(site, client, page(dataset("a"), head=head))

    assert record.subject.value == "https://x.example/id/a"
    assert '"kept"' in " ".join(str(triple.object) for triple in record.triples)
    assert record.origin == f"{site.url}/a.ttl"


def test_a_link_header_to_dcat_goes_before_all_else(client: Client, site: Site) -> None:
    site.pages["/a.ttl"] = DCAT_A
    reply = page(dataset("a"))

    linked = Reply(
        reply.body, headers={**reply.headers, "Link": '</a.ttl>; rel="describedby"; type="text/turtle"'}
    )

    assert one(site, client, linked).subject.value == "https://x.example/id/a"


@pytest.mark.parametrize(
    "there",
    [
        Reply(status=404),
        Reply(status=500),
        Reply(b"<html>Sorry</html>"),
        Reply(
            b'{"@context": "https://schema.org", "@type": "Dataset"}',
            headers={"Content-Type": "application/ld+json"},
        ),
        Reply(b"<a> <b> <c> .", headers=TURTLE),
    ],
)
def test_a_link_that_leads_to_no_dcat_is_passed_over(client: Client, site: Site, there: Reply) -> None:
    site.pages["/a.ttl"] = there

    record = one(
        site, client, page(dataset("a"), head='<link rel="describedby" type="text/turtle" href="/a.ttl">')
    )

    assert record.subject.value == f"{site.url}/data/a"


def test_a_feed_of_the_whole_site_is_not_taken_for_a_description_of_the_page(
    client: Client, site: Site
) -> None:
    assert isinstance(DCAT_A.body, bytes)
    site.pages["/all.ttl"] = Reply(DCAT_A.body + DCAT_A.body.replace(b"id/a", b"id/b"), headers=TURTLE)
    head = '<link rel="alternate" type="text/turtle" href="/all.ttl">'
    listed(site, {f"/data/{name}": page(dataset(name), head=head) for name in "abc"})

    assert paths(site, crawl(site, client)) == ["/data/a", "/data/b", "/data/c"]
    assert site.paths.count("/all.ttl") == 1


def test_a_site_whose_links_lead_to_no_dcat_is_soon_spared(client: Client, site: Site) -> None:
    for number in range(12):
        site.pages[f"/{number}.ttl"] = Reply(status=404)
    heads = {n: f'<link rel="describedby" type="text/turtle" href="/{n}.ttl">' for n in range(12)}
    listed(site, {f"/data/{n}": page(dataset(str(n)), head=heads[n]) for n in range(12)})

    assert len(paths(site, crawl(site, client))) == 12
    assert sum(path.endswith(".ttl") for path in site.paths) == 5


def test_dcat_that_cannot_be_had_after_it_could_makes_the_run_incomplete(client: Client, site: Site) -> None:
    heads = {n: f'<link rel="describedby" type="text/turtle" href="/{n}.ttl">' for n in "ab"}
    listed(site, {f"/data/{n}": page(dataset(n), head=heads[n]) for n in "ab"})
    site.pages |= {"/a.ttl": DCAT_A, "/b.ttl": Reply(status=500)}

    items = crawl(site, client)

    assert paths(site, items) == ["https://x.example/id/a"]
    assert any("/data/b could not be had" in str(item) for item in items)


def test_a_block_of_dcat_in_the_page_passes_as_it_is(client: Client, site: Site) -> None:
    block = {
        "@context": {"dcat": "http://www.w3.org/ns/dcat#", "dct": "http://purl.org/dc/terms/"},
        "@id": "https://x.example/id/a",
        "@type": "dcat:Dataset",
        "dct:title": "A in DCAT",
    }

    assert one(site, client, page(block)).subject.value == "https://x.example/id/a"


def test_an_address_may_lead_to_json_itself(client: Client, site: Site) -> None:
    body = json.dumps(dataset("a")).encode()

    assert one(site, client, Reply(body, headers={"Content-Type": "application/ld+json"}))


def test_a_page_in_an_old_encoding_is_read_by_what_it_says_of_itself(client: Client, site: Site) -> None:
    block = '{"@type": "Dataset", "name": "Rejestr nowotworów żołądka"}'
    text = f'<html><meta charset="iso-8859-2"><script type="application/ld+json">{block}</script>'

    record = one(site, client, Reply(text.encode("iso-8859-2"), headers={"Content-Type": "text/html"}))

    assert said(record, DCT.term("title")) == ["Rejestr nowotworów żołądka"]


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"\x00\x01\x02",
        b"<",
        b"<html",
        "<html><script type='application/ld+json'>".encode("utf-16"),
        b"%PDF-1.7",
    ],
)
def test_a_page_that_is_no_page_is_told(client: Client, site: Site, body: bytes) -> None:
    site.pages["/data/a"] = Reply(body)

    _, error = until_error(harvest(asked(f"{site.url}/data/a", client), never))

    assert isinstance(error, Unreadable)


def test_a_picture_in_a_sitemap_is_not_looked_into(client: Client, site: Site) -> None:
    body = page(dataset("a")).body
    listed(
        site, {"/a.png": Reply(body, headers={"Content-Type": "image/png"}), "/data/b": page(dataset("b"))}
    )

    assert paths(site, crawl(site, client)) == ["/data/b"]
