"""Which form of a thing a client wants (RFC 9110, 12.5.1), and whether it has it already (13.1.2)."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from catalogue.rdf import Format

MOST_RANGES: Final = 100
"""Media ranges beyond these are not read."""

_TOKEN: Final = r"[!#$%&'*+.^_`|~0-9A-Za-z-]+"
_ITEM: Final = re.compile(r'(?:[^,"]|"(?:[^"\\]|\\.)*"?)+')
_RANGE: Final = re.compile(rf"\s*({_TOKEN})/({_TOKEN})\s*(?:;|$)")
_QUALITY: Final = re.compile(r";\s*q\s*=\s*([^;\s]*)", re.I)
_NUMBER: Final = re.compile(r"0(?:\.\d{0,3})?|1(?:\.0{0,3})?")
_QUOTED: Final = re.compile(r'"(?:[^"\\]|\\.)*"?')
_TAG: Final = re.compile(r'(?:W/)?("[^"]*")')


@dataclass(frozen=True, slots=True)
class Form:
    """One of the forms that a thing is offered in; `also` are media types that ask for it too."""

    name: str
    media_type: str
    suffix: str
    format: Format | None = None
    also: tuple[str, ...] = ()


def _rdf(name: str, format: Format, *also: str) -> Form:
    return Form(name, format.media_type, format.suffix, format, also)


HTML: Final = Form("HTML", "text/html", "html", None, ("application/xhtml+xml",))
TURTLE: Final = _rdf("Turtle", Format.TURTLE, "application/x-turtle")
JSON_LD: Final = _rdf("JSON-LD", Format.JSON_LD, "application/json")
RDF_XML: Final = _rdf("RDF/XML", Format.RDF_XML, "application/xml", "text/xml")
N_TRIPLES: Final = _rdf("N-Triples", Format.N_TRIPLES)

DATA: Final = (TURTLE, JSON_LD, RDF_XML, N_TRIPLES)
ALL: Final = (HTML, *DATA)


def chosen(accept: str | None, offered: Sequence[Form]) -> Form | None:
    """The form that the client likes best, the first of equals; None when it takes none of them.

    Without a usable Accept header it is the first.
    """
    ranges = _ranges(accept or "")
    if not ranges:
        return offered[0]
    best = max(offered, key=lambda form: _quality(form, ranges))
    return best if _quality(best, ranges) > 0 else None


def suffixed(name: str, offered: Sequence[Form]) -> tuple[str, Form | None]:
    """Part a name such as `abc.ttl`; the form is None where the name has no suffix of these."""
    stem, dot, suffix = name.rpartition(".")
    form = next((form for form in offered if dot and form.suffix == suffix), None)
    return (stem, form) if form else (name, None)


def has_already(if_none_match: str | None, etag: str) -> bool:
    """Whether the client holds this version; tags are compared weakly."""
    if not if_none_match:
        return False
    known = set(_TAG.findall(if_none_match))
    return if_none_match.strip() == "*" or etag.removeprefix("W/") in known


def _ranges(accept: str) -> dict[tuple[str, str], float]:
    """The media ranges and their quality; ranges that are none are passed over, parameters too."""
    found: dict[tuple[str, str], float] = {}
    for item in _ITEM.findall(accept)[:MOST_RANGES]:
        plain = _QUOTED.sub("", item)
        media = _RANGE.match(plain)
        if media is None:
            continue
        given = _QUALITY.search(plain)
        if given is None or _NUMBER.fullmatch(given[1]):
            key = (media[1].lower(), media[2].lower())
            found[key] = max(found.get(key, 0.0), float(given[1]) if given else 1.0)
    return found


def _quality(form: Form, ranges: dict[tuple[str, str], float]) -> float:
    """The quality by the most specific range that matches; wildcards come last."""
    kind = form.media_type.partition("/")[0]
    exact = [tuple(name.split("/")) for name in (form.media_type, *form.also)]
    for key in (*exact, (kind, "*"), ("*", "*")):
        if key in ranges:
            return ranges[key[0], key[1]]
    return 0.0
