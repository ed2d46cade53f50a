"""Reading single values of schema.org, whatever a publisher wrote there: every reader takes any JSON.

Values may form circles, so no reader goes deeper than the parts of one value.
"""

import html
import re
from collections.abc import Iterator, Mapping
from typing import Final

from catalogue.drafting import Given
from harvesters import iris
from harvesters.iris import doi, mended
from harvesters.linked_json import Json, Thing

_NAMES: Final = ("@value", "name", "headline", "value", "alternateName", "url", "@id")
_UNSEEN: Final = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff\ufffe\uffff]")
_LANGUAGE: Final = re.compile(r"(?!url|doi)[a-z]{2,3}(?:-[A-Za-z0-9]{2,8})*|@none")
_DOI_WITHIN: Final = re.compile(r"(?:doi\.org/|\bdoi\s*:\s*)(10\.\d{4,9}/[^\s\"<>{}]+)", re.I)
_ADDRESS_WITHIN: Final = re.compile(r"https?://[^\s\"<>{}|\\^`]+")


def many(value: Json) -> list[Json]:
    """The values, be they one, several or none."""
    if isinstance(value, list):
        return [one for one in value if one is not None]
    return [] if value is None else [value]


def nodes(value: Json) -> list[Thing]:
    """Those of the values that have properties of their own."""
    return [one for one in many(value) if isinstance(one, dict)]


def types(thing: Thing) -> frozenset[str]:
    """The local names of the types of a thing."""
    return frozenset(name for name in many(thing.get("@type")) if isinstance(name, str))


def text(value: Json) -> str:
    """The first words of a value: what it says, or the name of what it is; "" when it has none."""
    return next(texts(value), "")


def texts(value: Json) -> Iterator[str]:
    """The words of each of the values."""
    for one in many(value):
        words = _named(one) if isinstance(one, dict) else _plain(one)
        if words:
            yield words


def spoken(value: Json, language: str = "") -> dict[str, Given]:
    """Words by language, the first of each; `language` is that of words without one."""
    found: dict[str, Given] = {}
    for tongue, words in _spoken(value, language):
        if words:
            found.setdefault(tongue, words)
    return found


def link(value: Json) -> str:
    """The first address of the web among the values."""
    return next(links(value), "")


def links(value: Json) -> Iterator[str]:
    """The addresses of the web that the values are or carry as their own, in each value the first."""
    for one in many(value):
        candidates = (
            (one.get("@id"), one.get("url"), one.get("contentUrl")) if isinstance(one, dict) else (one,)
        )
        found = (address(words) for candidate in candidates for words in map(_plain, many(candidate)))
        if first := next(filter(None, found), ""):
            yield first


def address(words: str) -> str:
    """The words if they are an address of the web or a DOI in any spelling, as an IRI; else ""."""
    return doi(words) or iris.address(words)


def sound(words: str) -> str:
    """Words as they are, but where they begin like an IRI mended so that they are one; else ""."""
    return mended(words) if words.startswith(("http:", "https:", "urn:")) else words


def mentioned(words: str) -> str:
    """The DOI, else the address, that words such as a citation hold; "" when there is none."""
    if found := _DOI_WITHIN.search(words):
        return doi(found[1].rstrip(".,;)]"))
    found = _ADDRESS_WITHIN.search(words)
    return address(found[0].rstrip(".,;)]")) if found else ""


def without_empty(values: Mapping[str, Given]) -> dict[str, Given]:
    """The values that say something."""
    return {name: value for name, value in values.items() if value not in (None, "", [], {}, ())}


def _plain(value: Json) -> str:
    if isinstance(value, dict):
        value = value.get("@value")
    if isinstance(value, str):
        words = html.unescape(value) if "&" in value else value
        return _UNSEEN.sub("", words).strip()
    if isinstance(value, int | float) and not isinstance(value, bool):
        return str(value)
    return ""


def _named(thing: Thing) -> str:
    names = thing if _is_by_language(thing) else _NAMES
    found = (_plain(one) for name in names for one in many(thing.get(name)))
    return next(filter(None, found), "")


def _is_by_language(thing: Thing) -> bool:
    """Whether these are words by language, as a container of JSON-LD holds them."""
    return all(_LANGUAGE.fullmatch(key) for key in thing)


def _spoken(value: Json, language: str) -> Iterator[tuple[str, str]]:
    for one in many(value):
        if not isinstance(one, dict):
            yield language, _plain(one)
        elif "@value" in one:
            yield _plain(one.get("@language")) or language, _plain(one)
        elif _is_by_language(one):
            for tongue, words in one.items():
                yield ("" if tongue == "@none" else tongue), text(words)
        else:
            yield language, _named(one)
