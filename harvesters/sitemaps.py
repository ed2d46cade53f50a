"""Sitemaps and their indexes, in XML or text: which pages a site lists, and when they last changed.

https://www.sitemaps.org/protocol.html
"""

import io
import re
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from itertools import islice
from typing import Final

from lxml import etree

from catalogue.errors import Refused, Unreadable
from harvesters.payload import as_utf8

MAX_BYTES: Final = 50 << 20
MAX_ENTRIES: Final = 50_000

_DOCTYPE: Final = re.compile(rb"<!(?:DOCTYPE|ENTITY)", re.I)
_ROOT: Final = re.compile(rb"<(?:[\w.-]+:)?(?P<name>urlset|sitemapindex)[\s>]")
_BARE: Final = re.compile(rb"&(?!#?\w{1,31};)")
_PARTIAL: Final = re.compile(r"(\d{4})(?:-(0[1-9]|1[0-2]))?")


@dataclass(frozen=True, slots=True)
class Listed:
    """An address of a sitemap with the latest moment that its lastmod can mean."""

    url: str
    changed: datetime | None = None


@dataclass(frozen=True, slots=True)
class Sitemap:
    """What one document lists: pages, or further sitemaps.

    `damaged` says why it may hold more than was read; "" where it was read whole.
    """

    pages: tuple[Listed, ...] = ()
    sitemaps: tuple[str, ...] = ()
    damaged: str = ""
    _stamps: frozenset[str] = field(default=frozenset(), repr=False)

    @property
    def is_dated(self) -> bool:
        """Whether its dates differ, so that they are not all that of the day it was made."""
        return len(self._stamps) > 1


def is_sitemap(content: bytes) -> bool:
    """Whether these plain bytes are a sitemap, by how they begin."""
    head = content[:4096].lstrip(b"\xef\xbb\xbf \t\r\n")
    return bool(_ROOT.search(head)) or _is_text(head)


def read_sitemap(content: bytes, content_type: str = "") -> Sitemap:
    """What a sitemap lists; raises Unreadable for what is none, Refused for one with a DOCTYPE."""
    text = as_utf8(content, content_type)
    found = _ROOT.search(text[:4096])
    if found is None:
        if not _is_text(text[:4096].lstrip()):
            raise Unreadable(
                "It is no sitemap: it has neither a urlset nor a sitemapindex, nor only addresses."
            )
        return _capped(_lines(text), False, "")
    if _DOCTYPE.search(text):
        raise Refused("The sitemap has a DOCTYPE, which can hide harmful entities. Publish it without one.")
    entries, fault = _entries(text)
    return _capped(entries, found["name"] == b"sitemapindex", fault)


def _is_text(head: bytes) -> bool:
    lines = [line.strip() for line in head.splitlines()[:5] if line.strip() and not line.startswith(b"#")]
    return bool(lines) and all(re.match(rb"https?://\S+$", line) for line in lines[: len(lines) - 1 or 1])


def _lines(text: bytes) -> list[tuple[str, str]]:
    """The addresses of a list in text, one more than are read at most."""
    lines = map(str.strip, io.TextIOWrapper(io.BytesIO(text), "utf-8", "replace"))
    meant = ((line, "") for line in lines if line and not line.startswith("#"))
    return list(islice(meant, MAX_ENTRIES + 1))


def _entries(text: bytes) -> tuple[list[tuple[str, str]], str]:
    """Address and lastmod of each entry, and the fault that it could not be read whole for."""
    try:
        return _parsed(text, recover=False), ""
    except etree.XMLSyntaxError as error:
        fault = str(error)
    mended = _BARE.sub(b"&amp;", text)
    try:
        return _parsed(mended, recover=False), ""
    except etree.XMLSyntaxError:
        return _parsed(mended, recover=True), fault


def _parsed(text: bytes, recover: bool) -> list[tuple[str, str]]:
    found: list[tuple[str, str]] = []
    loc = lastmod = ""
    steps = etree.iterparse(
        io.BytesIO(text),
        events=("end",),
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        huge_tree=False,
        recover=recover,
    )
    for _, element in steps:
        name = str(element.tag).rpartition("}")[2]
        if name == "loc" and not _is_of_image(element.tag):
            loc = loc or (element.text or "").strip()
        elif name == "lastmod":
            lastmod = (element.text or "").strip()
        elif name in ("url", "sitemap"):
            if loc:
                found.append((loc, lastmod))
            if len(found) > MAX_ENTRIES:
                break
            loc = lastmod = ""
            element.clear()
            while element.getprevious() is not None:
                del element.getparent()[0]
    return found


def _is_of_image(tag: str) -> bool:
    """Whether an element belongs to an extension, such as that for images and video."""
    return "sitemap-" in tag.partition("}")[0]


def _capped(entries: list[tuple[str, str]], of_sitemaps: bool, fault: str) -> Sitemap:
    damaged = f"It is damaged ({fault})." if fault else ""
    if len(entries) > MAX_ENTRIES:
        damaged = f"It lists more than {MAX_ENTRIES:,} addresses, of which no more are read."
        entries = entries[:MAX_ENTRIES]
    if not entries and not damaged:
        damaged = "It lists nothing."
    if of_sitemaps:
        return Sitemap(sitemaps=tuple(dict.fromkeys(loc for loc, _ in entries)), damaged=damaged)
    pages = tuple(Listed(loc, moment(lastmod)) for loc, lastmod in entries)
    return Sitemap(pages, (), damaged, frozenset(lastmod for _, lastmod in entries if lastmod))


def moment(lastmod: str) -> datetime | None:
    """The latest moment that a date can mean; None where it is none."""
    try:
        if partial := _PARTIAL.fullmatch(lastmod):
            year, month = int(partial[1]), int(partial[2] or 12)
            return datetime(year + month // 12, month % 12 + 1, 1, tzinfo=UTC)
        found = datetime.fromisoformat(lastmod)
        if len(lastmod) <= 10:
            found += timedelta(days=1)
    except (ValueError, OverflowError):
        return None
    return found if found.tzinfo else found.replace(tzinfo=UTC)
