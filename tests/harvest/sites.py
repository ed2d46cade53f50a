"""Small web sites for the tests: pages with descriptions of datasets, and sitemaps."""

import json
from collections.abc import Iterable, Mapping

import orjson
from pyoxigraph import NamedNode

from catalogue.drafting import drafted
from catalogue.records import Harvested, Record
from harvesters.http import Client
from harvesters.linked_json import joined, things
from harvesters.schema_org import harvest
from harvesters.schema_org_coverage import located
from harvesters.schema_org_mapping import dataset_values
from tests.harvest.asking import asked, vocabularies
from tests.harvest.loopback import Reply, Site

HTML = {"Content-Type": "text/html; charset=utf-8"}
CONTEXT = "https://schema.org/"
PAGE = "https://data.example/a"
EU = "http://publications.europa.eu/resource/authority/"


def never(seconds: float) -> None:
    """Waits for nothing."""


def crawl(site: Site, client: Client, path: str = "/sitemap.xml", **more: object) -> list[Harvested]:
    return list(harvest(asked(site.url + path, client, **more), never))  # type: ignore[arg-type]


def dataset(name: str, **more: object) -> dict[str, object]:
    return {"@context": CONTEXT, "@type": "Dataset", "name": name, **more}


def page(*blocks: object, head: str = "", body: str = "") -> Reply:
    """A page with a script for each block; one that is text stands as it is."""
    scripts = "".join(
        f'<script type="application/ld+json">{one if isinstance(one, str) else json.dumps(one)}</script>'
        for one in blocks
    )
    return Reply(
        f"<!doctype html><html><head>{head}{scripts}</head><body>{body}</body></html>".encode(), headers=HTML
    )


def sitemap(*urls: str | tuple[str, str], root: str = "urlset") -> Reply:
    """A sitemap of addresses, some with a date; or an index."""
    entry = "url" if root == "urlset" else "sitemap"
    pairs = [one if isinstance(one, tuple) else (one, "") for one in urls]
    entries = "".join(
        f"<{entry}><loc>{url}</loc>{f'<lastmod>{date}</lastmod>' if date else ''}</{entry}>"
        for url, date in pairs
    )
    text = (
        f'<?xml version="1.0"?><{root} xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">{entries}</{root}>'
    )
    return Reply(text.encode(), headers={"Content-Type": "application/xml"})


def listed(site: Site, pages: Mapping[str, Reply], dates: Mapping[str, str] | None = None) -> None:
    """Put pages on a site, and all of them in its sitemap."""
    site.pages.update(pages)
    urls = [(site.url + path, (dates or {}).get(path, "")) for path in pages]
    site.pages["/sitemap.xml"] = sitemap(*urls)


def paths(site: Site, items: Iterable[Harvested]) -> list[str]:
    """The subjects of the records, without the address of the site."""
    return [item.subject.value.removeprefix(site.url) for item in items if isinstance(item, Record)]


def said(item: Harvested, predicate: NamedNode) -> list[str]:
    """The values of a property of the record itself, sorted."""
    assert isinstance(item, Record)
    return sorted(
        getattr(triple.object, "value", "_")
        for triple in item.triples
        if triple.subject == item.subject and triple.predicate == predicate
    )


def anywhere(item: Harvested, predicate: NamedNode) -> list[str]:
    """The values of a property of the record and of all that is described with it, sorted."""
    assert isinstance(item, Record)
    return sorted(getattr(t.object, "value", "_") for t in item.triples if t.predicate == predicate)


def mapped(**properties: object) -> Record:
    """The record of a dataset with these properties."""
    (thing,) = things(
        orjson.dumps({"@context": "https://schema.org", "@type": "Dataset", "name": "A", **properties})
    )
    joined([thing])
    triples = drafted(vocabularies(), "dataset", PAGE, dataset_values(thing, PAGE, vocabularies()))
    node = NamedNode(PAGE)
    return Record(node, "dataset", (*triples, *located(node, thing)), PAGE)
