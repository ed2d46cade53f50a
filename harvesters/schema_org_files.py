"""What schema.org says of files, licences and conditions, as distributions of the field table."""

import re
from collections.abc import Mapping
from typing import Final

import httpx

from catalogue.drafting import IRI, Given
from harvesters.addresses import joined
from harvesters.linked_json import Json, Thing
from harvesters.schema_org_words import address, link, many, nodes, sound, spoken, text, texts, without_empty
from ontologies.vocabularies import Vocabularies

PUBLIC, RESTRICTED, NON_PUBLIC = "PUBLIC", "RESTRICTED", "NON_PUBLIC"

_UNITS: Final[Mapping[str, int]] = {
    "": 1, "b": 1, "byte": 1, "bytes": 1, "kb": 10**3, "mb": 10**6, "gb": 10**9, "tb": 10**12, "pb": 10**15,
    "kib": 2**10, "mib": 2**20, "gib": 2**30, "tib": 2**40, "k": 10**3, "m": 10**6, "g": 10**9,
    "kilobytes": 10**3, "megabytes": 10**6, "gigabytes": 10**9,
    "ad": 1, "2p": 10**3, "4l": 10**6, "e34": 10**9,
}  # fmt: skip
"""How many bytes a unit has; the last four are codes of UN/CEFACT."""

_SIZE: Final = re.compile(r"(\d[\d ,.]*?)\s*([a-z]*|2p|4l|e34)", re.I)
_CLOSED: Final = re.compile(
    r"\b(?:non-?public|not public|closed|confidential|secure (?:processing|environment))", re.I
)
_ASKED_FOR: Final = re.compile(
    r"\b(?:restrict|request|appl(?:y|ication)|approv|permi(?:t\b|ssion)|controlled|regist(?:er|ration)|agreement"
    r"|authori[sz]|embargo|licen[cs]e fee|on demand"
    r"|(?:not|no|never|cannot)\s(?:\w+\s){0,3}(?:open|public|free(?:ly)?)\b)",
    re.I,
)
_OPEN: Final = re.compile(r"\b(?:open|public|free(?:ly)?|unrestricted|anyone)\b", re.I)
_HEX: Final = {"sha256": 64, "md5": 32, "sha1": 40, "sha512": 128}
_ALGORITHM: Final = "http://spdx.org/rdf/terms#checksumAlgorithm_"


def distributions(dataset: Thing, page: str, vocabularies: Vocabularies) -> list[Given]:
    """The ways to get a dataset; where only conditions are told, the page about it has them."""
    conditions = _conditions(dataset, vocabularies)
    values = [*many(dataset.get("distribution")), *many(dataset.get("encoding"))]
    found = [one for value in values if (one := distribution(value, page, vocabularies))]
    if not found and conditions:
        found = [{"accessURL": reached(dataset.get("url"), page) or page}]
    return [{**conditions, **one} for one in found]


def distribution(value: Json, base: str, vocabularies: Vocabularies) -> dict[str, Given]:
    """One file or service; {} where no address is told. Relative addresses are those of `base`."""
    if not isinstance(value, dict):
        there = reached(value, base)
        return {"accessURL": there, "downloadURL": there} if there else {}
    file = reached(value.get("contentUrl"), base)
    door = reached(value.get("url"), base) or reached(value.get("documentation"), base) or file
    if not door:
        return {}
    language = text(value.get("@language"))
    own = address(text(value.get("@id")))
    return without_empty(
        {
            IRI: own if own not in (file, door, base) else "",
            "title": spoken(value.get("name"), language),
            "description": spoken(value.get("description"), language),
            "accessURL": door,
            "downloadURL": file,
            **format_of(value.get("encodingFormat") or value.get("fileFormat"), vocabularies),
            "byteSize": byte_size(value.get("contentSize") or value.get("size")),
            "checksum": checksum(value),
            "license": licence(value.get("license"), vocabularies),
            "issued": text(value.get("datePublished")),
            "modified": text(value.get("dateModified")),
        }
    )


def format_of(value: Json, vocabularies: Vocabularies) -> dict[str, Given]:
    """Format and media type, of the first of the values that the vocabularies know or that may be one."""
    found: dict[str, Given] = {}
    for words in texts(value):
        name = words.partition(";")[0].strip()
        if vocabularies.concept("file-type", name):
            found.setdefault("format", name)
        if vocabularies.concept("media-type", name) and "/" in name:
            found.setdefault("mediaType", name)
        elif re.fullmatch(r"[a-z]+/[\w.+-]+", name, re.I):
            found.setdefault("mediaType", f"http://www.iana.org/assignments/media-types/{name}")
        elif not found and not address(name):
            found["format"] = sound(name)
    return found


def byte_size(value: Json) -> int | None:
    """A size in bytes, whatever its unit; None where it is told as none."""
    for one in many(value):
        found = _SIZE.fullmatch(_quantity(one)[:60])
        factor = _UNITS.get(found[2].lower()) if found else None
        number = _decimal(found[1]) if found else None
        if factor and number is not None:
            return round(number * factor)
    return None


def checksum(thing: Thing) -> dict[str, Given]:
    """The checksum of a file, the strongest where it has several."""
    for name in ("sha256", "sha512", "sha1", "md5"):
        value = text(thing.get(name))
        if re.fullmatch(r"[0-9a-fA-F]+", value) and len(value) == _HEX[name]:
            return {"algorithm": f"{_ALGORITHM}{name}", "checksumValue": value}
    return {}


def licence(value: Json, vocabularies: Vocabularies) -> dict[str, Given]:
    """The first licence that is told, as the one it is known as where it is known."""
    for one in many(value):
        names = [link(one), *texts(one)]
        if isinstance(one, dict):
            names.extend(
                words for key in ("name", "identifier", "alternateName") for words in texts(one.get(key))
            )
        for name in filter(None, names):
            if known := vocabularies.concept("licence", name):
                return {IRI: known.iri}
        if names[0]:
            label = text(one.get("name")) if isinstance(one, dict) else ""
            return {IRI: names[0], **({"label": label} if label else {})}
        if len(names) > 1:
            return {"label": names[1]}
    return {}


def access_right(dataset: Thing, vocabularies: Vocabularies) -> str:
    """Who may use it, by the words of its conditions; "" where nothing tells.

    Free of charge is public only where a file can be fetched and no condition is told.
    """
    told = list(texts(dataset.get("conditionsOfAccess")))
    for words in told:
        if known := vocabularies.concept("access-right", words):
            return known.code
        for right, pattern in ((NON_PUBLIC, _CLOSED), (RESTRICTED, _ASKED_FOR), (PUBLIC, _OPEN)):
            if pattern.search(words):
                return right
    free = flag(dataset.get("isAccessibleForFree"))
    if (
        free == "true"
        and not told
        and any(one.get("contentUrl") for one in nodes(dataset.get("distribution")))
    ):
        return PUBLIC
    return RESTRICTED if free == "false" else ""


def reached(value: Json, base: str) -> str:
    """The address of the web that a value gives, which may be relative to `base`; "" where it is none."""
    if there := link(value):
        return there
    words = text(value) if isinstance(value, str) else ""
    if not words or words.startswith(("http:", "https:")) or re.match(r"[\w+.-]+:", words):
        return ""
    try:
        return address(str(joined(httpx.URL(base), words.replace(" ", "%20"))))
    except (httpx.InvalidURL, UnicodeError):
        return ""


def flag(value: Json) -> str:
    """A truth value, as text: "true", "false" or ""."""
    for one in many(value):
        if isinstance(one, bool):
            return "true" if one else "false"
        words = text(one).lower().rpartition("/")[2]
        if words in ("true", "false", "yes", "no"):
            return "true" if words in ("true", "yes") else "false"
    return ""


def _conditions(dataset: Thing, vocabularies: Vocabularies) -> dict[str, Given]:
    terms = [*texts(dataset.get("conditionsOfAccess")), *texts(dataset.get("usageInfo"))]
    rights = [words for words in terms if not address(words)]
    return without_empty(
        {
            "license": licence(dataset.get("license"), vocabularies),
            "rights": {"label": rights} if rights else {},
        }
    )


def _quantity(value: Json) -> str:
    """A number with its unit, also where it comes as a QuantitativeValue."""
    if not isinstance(value, dict):
        return text(value)
    unit = text(value.get("unitCode")) or text(value.get("unitText"))
    return f"{text(value.get('value'))} {unit}".strip()


def _decimal(words: str) -> float | None:
    """A number; a comma parts thousands where it can, else decimals."""
    plain = words.replace(" ", "")
    if re.fullmatch(r"\d{1,3}(,\d{3})+(\.\d+)?", plain):
        plain = plain.replace(",", "")
    try:
        return float(plain.replace(",", "."))
    except ValueError:
        return None
