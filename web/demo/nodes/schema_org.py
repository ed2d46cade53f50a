"""A site whose pages describe their datasets in schema.org, each in another of the ways that sites have."""

import gzip
from collections.abc import Mapping
from importlib.resources import files
from typing import Final

from web.demo.playing import Answering, Heard, Part, Served

DATES: Final[Mapping[str, str]] = {
    "memory": "2026-09-30",
    "leukaemia": "2026-03-11",
    "prostate": "2026-05-20T08:15:00+02:00",
    "heart": "2026-08-02",
}
"""The dataset pages and when they last changed."""


def _answering(address: str) -> Answering:
    sitemaps = f"User-agent: *\nDisallow: /admin/\nSitemap: {address}/sitemap_index.xml\n"
    documents = {
        "/": _page("index.html"),
        "/robots.txt": ("text/plain; charset=utf-8", sitemaps.encode()),
        "/sitemap_index.xml": _xml("sitemapindex", "sitemap", address, ("datasets.xml", "pages.xml.gz")),
        "/datasets.xml": _xml("urlset", "url", address, tuple(f"datasets/{name}" for name in DATES)),
        "/pages.xml.gz": ("application/gzip", gzip.compress(_xml("urlset", "url", address, ("about",))[1])),
        "/about": _page("about.html"),
        "/datasets/heart.ttl": ("text/turtle; charset=utf-8", _content("heart.ttl")),
        **{f"/datasets/{name}": _page(f"{name}.html") for name in DATES},
    }

    def answer(heard: Heard) -> Served | None:
        found = documents.get(heard.path) if heard.method == "GET" else None
        return Served(heard.target, *found) if found else None

    return answer


def _xml(root: str, entry: str, address: str, paths: tuple[str, ...]) -> tuple[str, bytes]:
    entries = "".join(f"<{entry}><loc>{address}/{path}</loc>{_lastmod(path)}</{entry}>" for path in paths)
    text = (
        f'<?xml version="1.0" encoding="UTF-8"?><{root} xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">'
    )
    return "application/xml", f"{text}{entries}</{root}>".encode()


def _lastmod(path: str) -> str:
    date = DATES.get(path.rpartition("/")[2], "")
    return f"<lastmod>{date}</lastmod>" if date else ""


def _page(name: str) -> tuple[str, bytes]:
    return "text/html; charset=utf-8", _content(name)


def _content(name: str) -> bytes:
    return (files("web.demo") / "sources" / "schema_org" / name).read_bytes()


NODE: Final = Part("saimaa", "schema-org", "/", _answering)
