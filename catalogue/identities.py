"""By what else a record may be known: keys that two descriptions of one dataset have in common.

Pure functions. A key is a scheme and a text in the one form that all its spellings have. Which keys
join which records is decided in `catalogue/clusters.py`.
"""

import re
import unicodedata
from collections.abc import Iterable, Iterator
from functools import lru_cache
from hashlib import sha256
from typing import Final
from urllib.parse import parse_qsl, unquote, urlencode, urlsplit

from pyoxigraph import BlankNode, Literal, NamedNode

from catalogue.mapping import Entity, Graph, Term, Value, label

IRI, DOI, ID, PAGE, NAME = "iri:", "doi:", "id:", "page:", "name:"
SCHEMES: Final = (IRI, DOI, ID, PAGE, NAME)
"""The schemes of keys, the most telling first."""

_RANKS: Final = {scheme: place for place, scheme in enumerate(SCHEMES)}

_MOST: Final = 40
"""Keys of one record; a record with more is known well enough by these."""

_LONGEST: Final = 400
_READ: Final = 4_000
"""Letters of one value that are read."""

_SHORTEST_ID: Final = 8
_SHORTEST_TITLE: Final = 12
_LEAST_WORDS: Final = 2

_PLAIN_DOI: Final = re.compile(r"10\.\d{4,9}(?:\.\d+)*/[^\s\"<>]+", re.ASCII)
_DOI_BEFORE: Final = re.compile(
    r"(?:info:|urn:)?doi\s*:\s*|(?:https?://)?(?:www\.)?(?:dx\.|hdl\.)?doi\.org/+", re.ASCII | re.IGNORECASE
)
_UUID: Final = re.compile(r"(?:urn:uuid:)?\{?([0-9a-f]{8}(?:-?[0-9a-f]{4}){3}-?[0-9a-f]{12})\}?", re.ASCII)
_NIL: Final = re.compile(r"(.)\1*")
_PLACEHOLDER: Final = re.compile(
    r"(?:(?:to be |a |à )?(?:completed?|determined|defined|assigned|announced|added|provided|renseigner"
    r"|remplir|compl[ée]ter|d[ée]finir)|not? ?(?:available|applicable|provided|specified|defined|known"
    r"|identifier|id)|unknown|undefined|inconnu|unbekannt|onbekend|desconocid[oa]|placeholder"
    r"|non renseign[ée]|(?:data ?set|data|record|resource|catalog(?:ue)?|registry|study|cohort|sample"
    r"|test|example|demo|table|file|item|identifier|document|package|untitled|new)"
    r"(?: ?(?:data ?set|record|id|identifier|name))?(?: ?\d{1,6})?)"
)
"""What stands in the place of an identifier, or is one in every second catalogue."""

_BETWEEN: Final = re.compile(r"[\W_]+")
_CACHED: Final = 1 << 12
"""Folded texts that are kept: a source has many records of few publishers."""

_PLAIN_PAGE: Final = re.compile(r"https?://([a-z\d.-]+)(?::(\d{1,4}|[1-5]\d{4}))?((?:/[^?#\s]*)?)", re.ASCII)
"""An address as most are: host, port and path, and nothing that is asked for or told in a second way."""

_TRACKING: Final = re.compile(r"utm_.*|pk_.*|mtm_.*|matomo_.*|fbclid|gclid|msclkid|mc_[ce]id|_ga|_gl|yclid")
_HOME: Final = re.compile(
    r"/?(?:[a-z]{2}(?:[-_][a-z]{2})?/?)?(?:(?:index|home|default|main)(?:\.\w{2,5})?)?/?"
)
"""The path of the first page of a site, in whatever language."""


def identities(entity: Entity, graph: Graph) -> tuple[str, ...]:
    """The keys of a record, the most telling first. `graph` is the description that `entity` was read from.

    A shared key is a reason to take two records of different sources for descriptions of one dataset,
    and no proof: that only one record of a source has it is asked besides.
    """
    keys = dict.fromkeys(_bounded(key) for key in _keys(entity, graph))
    return tuple(sorted(keys, key=rank)[:_MOST])


def rank(key: str) -> int:
    """How telling a key is: 0 for the most."""
    return _RANKS.get(key[: key.find(":") + 1], len(SCHEMES))


def doi(text: str) -> str:
    """The DOI that a text is, in lower case without anything before it; "" when it is none."""
    text = text.strip()[:_READ]
    before = _DOI_BEFORE.match(text)
    bare = text[before.end() :] if before else text
    if before and "%" in bare:
        bare = unquote(bare)
    found = _PLAIN_DOI.match(bare)
    if not found or found.end() < len(bare.rstrip()):
        return ""
    return found[0].lower().rstrip(".,;:/")


def page(address: str) -> str:
    """An address in the form that all its spellings have; "" for none and for the first page of a site.

    Without scheme, www, port of the scheme, slash at the end, tracking parameters and fragment; a
    fragment that is a route within a page of scripts stays.
    """
    address = address.strip()[:_READ]
    if plain := _PLAIN_PAGE.fullmatch(address):
        return _page(plain[1], int(plain[2] or 80), plain[3])
    try:
        parts = urlsplit(address)
        host, port = parts.hostname or "", parts.port
    except ValueError:
        return ""
    if parts.scheme not in ("http", "https"):
        return ""
    route = parts.fragment if parts.fragment.startswith(("/", "!/")) and len(parts.fragment) > 2 else ""
    asked = sorted(pair for pair in parse_qsl(parts.query) if not _TRACKING.fullmatch(pair[0].lower()))
    query = f"?{urlencode(asked, errors='replace')}" if asked else ""
    return _page(host, 80 if port is None else port, parts.path, query + ("#" + route if route else ""))


def identifier(text: str) -> str:
    """An identifier in the form that all its spellings have; "" for one that tells nothing apart."""
    text = " ".join(text[:_READ].split())
    if text.startswith(("http://", "https://")):
        return page(text)
    small = text.lower()
    if found := _UUID.fullmatch(small):
        bare = found[1].replace("-", "")
        return "" if _NIL.fullmatch(bare) else bare
    words = _BETWEEN.sub(" ", small).strip()
    if len(text) < _SHORTEST_ID or not any(letter.isalpha() for letter in text):
        return ""
    return "" if _PLACEHOLDER.fullmatch(words) or _NIL.fullmatch(words.replace(" ", "")) else text


def _page(host: str, port: int, path: str, rest: str = "") -> str:
    host = host.removeprefix("www.")
    if "." not in host or (not rest and _HOME.fullmatch(path.lower())):
        return ""
    told = "" if port in (80, 443) else f":{port}"
    return f"{host}{told}{path.rstrip('/')}{rest}"


def _keys(entity: Entity, graph: Graph) -> Iterator[str]:
    subject = entity.node.value if isinstance(entity.node, NamedNode) else ""
    if subject:
        yield IRI + subject
        yield from _named(subject)
    for text in _identifiers(entity):
        yield from _named(text)
    for address in _told(entity.terms("landingPage")):
        if found := doi(address):
            yield DOI + found
        elif found := page(address):
            yield PAGE + found
    publishers = [*dict.fromkeys(_publishers(entity, graph))]
    for title in _texts(entity.all("title")):
        folded = _folded(title)
        if len(folded) >= _SHORTEST_TITLE and len(folded.split()) >= _LEAST_WORDS:
            yield from (f"{NAME}{folded}|{publisher}" for publisher in publishers)


def _named(text: str) -> Iterator[str]:
    if found := doi(text):
        yield DOI + found
    elif found := identifier(text):
        yield ID + found


def _identifiers(entity: Entity) -> Iterator[str]:
    yield from _told(entity.terms("identifier"))
    for other in entity.all("otherIdentifier"):
        if isinstance(other, Entity):
            yield from _told(other.terms("notation"))
            yield from _told((other.node,))
        else:
            yield from _told((other,))


def _told(terms: Iterable[Term]) -> Iterator[str]:
    """What the terms say; the label of a blank node says nothing."""
    return (term.value for term in terms if not isinstance(term, BlankNode))


def _publishers(entity: Entity, graph: Graph) -> Iterator[str]:
    """The folded names of the publisher, in every language in which it has one."""
    for value in entity.all("publisher"):
        names: Iterable[str]
        if isinstance(value, Entity):
            names = _texts(value.all("name")) or (label(graph, value.node),)
        else:
            names = (value.value if isinstance(value, Literal) else label(graph, value),)
        yield from (folded for name in names if (folded := _folded(name)))


def _texts(values: Iterable[Value]) -> list[str]:
    return [value.value for value in values if isinstance(value, Literal)]


@lru_cache(_CACHED)
def _folded(text: str) -> str:
    """The words of a text without case, accents and punctuation."""
    text = text[:_READ].casefold()
    if not text.isascii():
        apart = unicodedata.normalize("NFKD", text).casefold()
        text = "".join([ch for ch in apart if not unicodedata.combining(ch)])
    return " ".join(_BETWEEN.sub(" ", text).split())


def _bounded(key: str) -> str:
    """The key within what a database takes as a key of its own."""
    if not key.isprintable():
        key = "".join([ch if ch.isprintable() else " " for ch in key])
    if len(key) <= _LONGEST:
        return key
    return f"{key[: _LONGEST // 2]}…{sha256(key.encode('utf-8', 'replace')).hexdigest()}"
