"""What descriptions from repositories share, whatever their format: DOIs, links, dates, rights and types."""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from catalogue.drafting import Given
from harvesters.iris import link
from ontologies.vocabularies import Vocabularies

_LINK: Final = re.compile(r"(?:https?://|urn:[a-z0-9])\S", re.I)
_RESOLVERS: Final[Mapping[str, str]] = {
    "handle": "https://hdl.handle.net/",
    "arxiv": "https://arxiv.org/abs/",
    "pmid": "https://pubmed.ncbi.nlm.nih.gov/",
    "isbn": "urn:isbn:",
    "issn": "urn:issn:",
    "orcid": "https://orcid.org/",
    "ror": "https://ror.org/",
    "rrid": "https://scicrunch.org/resolver/",
}
_DATE: Final = re.compile(
    r"(\d{4}(?:-(?:0[1-9]|1[0-2])(?:-(?:0[1-9]|[12]\d|3[01]))?)?)(T[\d:]{8}(?:\.\d+)?(?:Z|[+-]\d\d:\d\d)?)?"
)
_RANGE: Final = re.compile(r"(\d{4}[\d-]*(?:T\S+?)?)?\s*(?:/|\s-\s|–|—|\bto\b|(?<=^\d{4})-(?=\d{4}$))\s*(.*)")
_DCMI_PERIOD: Final = re.compile(r"\b(start|end)\s*=\s*([^;]+)", re.I)
_DATASET: Final = re.compile(
    r"data(?![\s_-]*(?:paper|descriptor|management|article))|\b(?:collections?|regist(?:er|ry)|cohort|survey|biobank)\b"
    r"|^c_ddb1$",
    re.I,
)
_LICENCE: Final = re.compile(r"licen[cs]e|creativecommons\.org|opendatacommons\.org", re.I)
_COUNT: Final = re.compile(r"(\d{1,3}(?:[ ,.\u202f]\d{3})+|\d+)\s+([a-z]+)", re.I)
_BYTES: Final = re.compile(r"(\d+(?:\.\d+)?)\s*(bytes?|[kmgt]i?b|b)", re.I)
_PEOPLE: Final = frozenset("participants patients persons people individuals respondents".split())
_ROWS: Final = frozenset("records rows cases observations entries".split())
_ACCESS: Final[Mapping[str, str]] = {
    **dict.fromkeys(("open", "openaccess", "public", "publicaccess", "c_abf2"), "PUBLIC"),
    **dict.fromkeys(
        ("restricted", "restrictedaccess", "c_16ec", "embargoed", "embargoedaccess", "c_f1cf",
         "controlled", "controlledaccess", "registeredaccess", "mediatedaccess", "accessonrequest"),
        "RESTRICTED",
    ),
    **dict.fromkeys(
        ("closed", "closedaccess", "metadataonly", "metadataonlyaccess", "c_14cb", "confidential"),
        "NON_PUBLIC",
    ),
}  # fmt: skip


def linked(text: str, scheme: str) -> str:
    """The link that an identifier of a scheme leads to, such as a Handle or an ORCID; else ""."""
    if found := link(text):
        return found
    resolver = _RESOLVERS.get(re.sub(r"[^a-z]", "", scheme.lower()), "")
    bare = re.sub(r"^[a-z]+:\s*", "", text.strip(), flags=re.I)
    return link(resolver + bare) if resolver and bare else ""


def day(text: str) -> str:
    """A year, month, day or moment in the form of ISO 8601; "" for what is none."""
    found = _DATE.fullmatch(text.strip())
    return found[0] if found else ""


def period(text: str) -> Mapping[str, Given] | None:
    """The years that a text speaks of: a range or a single date; None when it speaks of none."""
    parts = {name.lower(): day(value) for name, value in _DCMI_PERIOD.findall(text[:500])}
    start, end = parts.get("start", ""), parts.get("end", "")
    if not parts and (found := _RANGE.fullmatch(text[:100].replace("..", "").strip())):
        start, end = day(found[1] or ""), day(found[2])
    elif not parts:
        start = end = day(text)
    given = {"startDate": start, "endDate": end}
    return given if start or end else None


def country(vocabularies: Vocabularies, text: str) -> str:
    """A place as a value of the field: the country that ends its name where there is one."""
    if vocabularies.concept("country", text) is None:
        last = text.rpartition(",")[2].strip(" .")
        if last and vocabularies.concept("country", last):
            return last
    return link(text) or ("" if _LINK.match(text) else text)


def language(vocabularies: Vocabularies, text: str) -> str:
    """A language as a value of its field; "" for a code that no list has."""
    return text if vocabularies.concept("language", text) else ""


def is_dataset(types: Iterable[str]) -> bool:
    """Whether a resource of these types is data; one without a type may be."""
    named = [re.split(r"[/#]", text.strip())[-1] for text in types if text.strip()]
    return not named or any(_DATASET.search(name) for name in named)


def counts(texts: Iterable[str]) -> Mapping[str, Given]:
    """People, records and bytes as free texts about the size tell them, such as “5,230 patients”."""
    found: dict[str, Given] = {}
    for text in texts:
        if counted := _COUNT.fullmatch(text.strip()[:60]):
            number, unit = int(re.sub(r"\D", "", counted[1])), counted[2].lower()
            field = "persons" if unit in _PEOPLE else "records" if unit in _ROWS else ""
            if field:
                found.setdefault(field, number)
    return found


def byte_size(texts: Iterable[str]) -> int | None:
    """The size in bytes where just one is told."""
    found = [size for text in texts if (size := _BYTES.fullmatch(text.strip()[:40]))]
    if len(found) != 1:
        return None
    power = "bkmgt".index(found[0][2][0].lower())
    return int(float(found[0][1]) * (1024 if "i" in found[0][2].lower() else 1000) ** power)


@dataclass(frozen=True, slots=True)
class Conditions:
    """On which conditions data can be had: the code of the access right, licence and statements."""

    access: str
    licence: Given
    rights: Given


def conditions(vocabularies: Vocabularies, statements: Iterable[tuple[str, str]]) -> Conditions:
    """The conditions of statements, each its words and an address or code, of which one may be ""."""
    access, licence, rights = "", None, None
    for words, address in statements:
        code = access_right(vocabularies, words) or access_right(vocabularies, address)
        if code:
            access = access or code
        elif found := _licence(vocabularies, words, address):
            licence = licence or found
        elif words or link(address):
            rights = rights or {"@id": link(address), "label": words}
    return Conditions(access, licence, rights)


def access_right(vocabularies: Vocabularies, text: str) -> str:
    """The code of the access right that a word or address stands for, else ""."""
    return _access_right(vocabularies, text) if text and len(text) <= 120 else ""


@lru_cache(maxsize=1024)
def _access_right(vocabularies: Vocabularies, text: str) -> str:
    if concept := vocabularies.concept("access-right", text):
        return concept.code
    return _ACCESS.get(re.sub(r"[^a-z0-9_]", "", re.split(r"[/#]", text.lower())[-1]), "")


def _licence(vocabularies: Vocabularies, words: str, address: str) -> Given:
    page = link(address) or link(words)
    for text in filter(None, (page, address, words)):
        if concept := vocabularies.concept("licence", text):
            return {"@id": page or concept.iri}
    if page and _LICENCE.search(f"{page} {words}"):
        return {"@id": page, "label": words}
    return None


def distributions(
    addresses: Iterable[str], page: str, formats: Iterable[str], size: int | None, said: Conditions
) -> Iterator[Given]:
    """A way to get the data for each address of a file, else one that leads to the page."""
    kind = next(iter(formats), "")
    common: dict[str, Given] = {
        "format": kind if kind and ":" not in kind else None,
        "byteSize": size,
        "license": said.licence,
        "rights": said.rights,
    }
    files = tuple(addresses)
    for address in files:
        yield {"accessURL": address, "downloadURL": address, **common}
    if not files and any(value is not None for value in common.values()):
        yield {"accessURL": page, **common}
