"""Nothing that a source sends or an operator types makes any kind ask an address inside our own network.

Every kind is harvested from its double, with hostile addresses wherever its protocol has room for one.
"""

import re
from collections.abc import Callable, Iterable
from dataclasses import replace
from pathlib import Path
from urllib.parse import quote

import pytest

from catalogue.errors import CatalogueError, Invalid, Refused
from catalogue.records import Characterisation, Harvested, Record
from harvesters.credentials import Credentials, Scheme
from harvesters.kinds import kind, names
from tests.harvest.asking import asked
from tests.harvest.conftest import MakeClient
from tests.harvest.doubles import Double, doubles, heard_by
from tests.harvest.loopback import Reply, Site
from tests.harvest.played import play
from tests.harvest.test_fetching_safely import SPELLINGS
from web.demo.playing import Heard, Served

LOCAL = {"folder", "profile-folder"}
"""Kinds that read files of this machine; what their documents name is tried below."""

REMOTE = [name for name in names() if name not in LOCAL]

ELSEWHERE = [
    "http://169.254.169.254/latest/meta-data/",
    "http://[fd00:ec2::254]/latest/meta-data/",
    "http://[64:ff9b::a9fe:a9fe]/",
    "http://[2002:a9fe:a9fe::]/",
    "http://224.0.0.1/",
    "http://10.0.0.1/",
    "file:///etc/passwd",
    "ftp://127.0.0.1/",
    "gopher://127.0.0.1/",
    "data:text/turtle,",
]
"""Addresses that must be refused before anything is sent, where no trap can stand."""

every_kind = pytest.mark.parametrize("name", REMOTE)


def harvested(items: Iterable[Harvested]) -> tuple[list[Harvested], CatalogueError | None]:
    """All that comes, and the error that ends it; any error that is not ours fails the test."""
    taken: list[Harvested] = []
    try:
        taken.extend(items)
    except CatalogueError as error:
        return taken, error
    return taken, None


def trapped(trap: Site, path: str = "") -> str:
    """The address of the trap by a name that is not allowed."""
    return f"http://localhost:{trap.port}{path}"


def test_every_kind_has_a_double() -> None:
    assert {*doubles(), *LOCAL} == set(names())


@every_kind
def test_a_double_is_harvested_as_long_as_nobody_meddles(
    name: str, make_client: MakeClient, site: Site
) -> None:
    double = doubles()[name]
    play(site, double.answering(site.url))

    items, error = harvested(_harvest(name, site.url + double.start, make_client, double))

    assert error is None
    assert sum(isinstance(item, Record | Characterisation) for item in items) > 2


@every_kind
def test_no_kind_asks_a_source_on_this_machine(name: str, make_client: MakeClient, trap: Site) -> None:
    client = make_client(allow_hosts=frozenset())

    for spelling in SPELLINGS:
        url = f"http://{spelling}:{trap.port}{doubles()[name].start}"
        _, error = harvested(kind(name).harvest(asked(url, client)))

        assert error is not None, url
        assert trap.asked == [], url


@every_kind
def test_no_kind_asks_a_source_outside_the_web(name: str, make_client: MakeClient) -> None:
    client = make_client(allow_hosts=frozenset())

    for url in ELSEWHERE:
        _, error = harvested(kind(name).harvest(asked(url, client)))

        assert isinstance(error, Refused | Invalid), url


@every_kind
@pytest.mark.parametrize(("first", "status"), [(0, 302), (0, 307), (1, 302), (2, 302)])
def test_no_redirect_leads_any_kind_astray(
    name: str, first: int, status: int, make_client: MakeClient, site: Site, trap: Site
) -> None:
    def redirected(number: int, heard: Heard, served: Served) -> Served:
        if number < first:
            return served
        location = {"Location": trapped(trap, heard.target)}
        return Served(heard.target, "text/plain", b"", status, location)

    _meddle(name, make_client, site, redirected)

    assert trap.asked == []


@every_kind
@pytest.mark.parametrize(
    "url", ["http://169.254.169.254/", "file:///etc/passwd", "http://[64:ff9b::7f00:1]/"]
)
def test_no_redirect_leads_any_kind_away_from_the_web(
    name: str, url: str, make_client: MakeClient, site: Site
) -> None:
    def redirected(number: int, heard: Heard, served: Served) -> Served:
        return Served(heard.target, "text/plain", b"", 302, {"Location": url})

    items, error = _meddle(name, make_client, site, redirected)

    assert isinstance(error, CatalogueError)
    assert not any(isinstance(item, Record | Characterisation) for item in items)


@every_kind
@pytest.mark.parametrize("first", [0, 1])
def test_no_address_in_an_answer_leads_any_kind_astray(
    name: str, first: int, make_client: MakeClient, site: Site, trap: Site
) -> None:
    """Next links, containers, sitemaps, lists, pages, records: every address that is not a vocabulary's."""
    own = re.compile(rb"https?:(\\?/){2}(127\.0\.0\.1:\d+|[a-z.-]+\.example)\b")
    planted = 0

    def hostile(number: int, heard: Heard, served: Served) -> Served:
        nonlocal planted
        if number < first:
            return served
        content, times = own.subn(trapped(trap).encode(), served.content)
        planted += times
        return replace(served, content=content)

    _meddle(name, make_client, site, hostile)

    assert planted > 0
    assert trap.asked == []


@every_kind
def test_no_link_in_a_header_leads_any_kind_astray(
    name: str, make_client: MakeClient, site: Site, trap: Site
) -> None:
    relations = ("next", "describedby", "linkset", "alternate", "item", "first", "cite-as", "license", "type")
    links = ", ".join(f'<{trapped(trap, f"/{one}")}>; rel="{one}"' for one in relations)

    def linked(number: int, heard: Heard, served: Served) -> Served:
        return replace(served, headers={**served.headers, "Link": links})

    _meddle(name, make_client, site, linked)

    assert trap.asked == []


@every_kind
def test_no_context_schema_or_document_type_is_fetched_by_any_kind(
    name: str, make_client: MakeClient, site: Site, trap: Site
) -> None:
    def planted(number: int, heard: Heard, served: Served) -> Served:
        return replace(served, content=with_references(served.content, trapped(trap)))

    _meddle(name, make_client, site, planted)

    assert trap.asked == []


def with_references(content: bytes, there: str) -> bytes:
    """A document that wants others to be fetched before it can be understood."""
    start = content.lstrip()
    if start.startswith(b"{"):
        context = f'{{"@context": "{there}/context.jsonld", "$schema": "{there}/schema.json", '
        rest = re.sub(rb'"@context"\s*:\s*("[^"]*"|\[[^\]]*\]|\{[^}]*\})\s*,?', b"", start[1:])
        return context.encode() + rest
    if start.startswith(b"<") and not start[:200].lower().startswith((b"<!doctype html", b"<html")):
        head, _, rest = start.rpartition(b"?>") if start.startswith(b"<?xml") else (b"", b"", start)
        names = f'<!DOCTYPE r SYSTEM "{there}/r.dtd" [<!ENTITY e SYSTEM "{there}/entity">]>'
        return head + (b"?>" if head else b"") + names.encode() + rest
    script = (
        f'<script type="application/ld+json">{{"@context": "{there}/c.jsonld", "@type": "Dataset"}}</script>'
    )
    return content.replace(b"</head>", script.encode() + b"</head>")


@every_kind
def test_no_token_is_asked_for_on_this_machine(
    name: str, make_client: MakeClient, site: Site, trap: Site
) -> None:
    double = doubles()[name]
    play(site, double.answering(site.url))
    credentials = Credentials(Scheme.OAUTH2, "secret", "us", trapped(trap, "/token"))
    client = make_client(home=site.url, credentials=credentials)

    items, error = harvested(kind(name).harvest(asked(site.url + double.start, client, **double.options)))

    assert error is not None
    assert items == trap.asked == []


HOSTILE_FILES: dict[str, str] = {
    "feed.jsonld": '{{"@context": "{there}/context.jsonld", "@id": "urn:a", "@type": "Dataset"}}',
    "entity.rdf": '<?xml version="1.0"?><!DOCTYPE r SYSTEM "{there}/r.dtd" [<!ENTITY e SYSTEM "{there}/e">]>'
    '<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">&e;</rdf:RDF>',
    "base.ttl": "@base <{there}/> . @prefix x: <{there}/x#> . <a> a <http://www.w3.org/ns/dcat#Dataset> .",
    "register.csv": "identifier,title,homepage\n{there}/a,A,{there}/b\n",
    "page.html": '<link rel="describedby" href="{there}/linked">',
}


@pytest.mark.parametrize("file", sorted(HOSTILE_FILES))
def test_no_file_of_a_folder_leads_astray(
    file: str, make_client: MakeClient, tmp_path: Path, trap: Site
) -> None:
    (tmp_path / file).write_text(HOSTILE_FILES[file].format(there=trapped(trap)))

    harvested(kind("folder").harvest(asked(str(tmp_path), make_client())))

    assert trap.asked == []


@pytest.mark.parametrize("url", ["{there}/feed.ttl", "file://{there}/feed.ttl", "\\\\\\\\127.0.0.1\\\\share"])
def test_a_folder_is_never_one_on_the_network(url: str, make_client: MakeClient, trap: Site) -> None:
    _, error = harvested(kind("folder").harvest(asked(url.format(there=trapped(trap)), make_client())))

    assert error is not None
    assert trap.asked == []


def test_no_entry_of_an_index_of_fair_data_points_leads_astray(
    make_client: MakeClient, site: Site, trap: Site
) -> None:
    hosts = [host for host in SPELLINGS if not host.startswith("127")]
    entries = [f'{{"clientUrl": "http://{host}:{trap.port}/", "state": "ACTIVE"}}' for host in hosts]
    body = f'{{"content": [{", ".join(entries)}], "page": {{"number": 0, "totalPages": 1}}}}'
    site.pages["/index/entries/all"] = site.pages["/index/entries"] = Reply(body.encode())

    harvested(kind("fdp").harvest(asked(f"{site.url}/index/entries/all", make_client(), index="yes")))

    assert site.asked
    assert trap.asked == []


def test_no_resumption_token_leads_astray(make_client: MakeClient, site: Site, trap: Site) -> None:
    token = trapped(trap, "/oai?verb=ListRecords&amp;resumptionToken=x")

    def hostile(number: int, heard: Heard, served: Served) -> Served:
        content = re.sub(rb"(<resumptionToken[^>]*>)[^<]+", rb"\g<1>" + token.encode(), served.content)
        return replace(served, content=content)

    _meddle("oai-pmh", make_client, site, hostile)

    assert any(quote("localhost", safe="") in path for path in site.paths)
    assert trap.asked == []


@pytest.mark.parametrize(
    "line", ["Sitemap: {there}/sitemap.xml", "Host: {there}", "Crawl-delay: 0\nSitemap: {there}"]
)
def test_no_line_of_a_robots_txt_leads_astray(
    line: str, make_client: MakeClient, site: Site, trap: Site
) -> None:
    robots = Served(
        "/robots.txt", "text/plain", f"User-agent: *\n{line.format(there=trapped(trap))}\n".encode()
    )
    inner = doubles()["schema-org"].answering(site.url)
    play(site, lambda heard: robots if heard.path == "/robots.txt" else inner(heard))

    harvested(kind("schema-org").harvest(asked(site.url, make_client())))

    assert "/robots.txt" in site.paths
    assert trap.asked == []


def _meddle(
    name: str, make_client: MakeClient, site: Site, change: Callable[[int, Heard, Served], Served]
) -> tuple[list[Harvested], CatalogueError | None]:
    """Harvest the double of a kind whose answers are changed."""
    double = doubles()[name]
    play(site, heard_by(double.answering(site.url), change))
    return harvested(_harvest(name, site.url + double.start, make_client, double))


def _harvest(name: str, url: str, make_client: MakeClient, double: Double) -> Iterable[Harvested]:
    return kind(name).harvest(asked(url, make_client(), **double.options))
