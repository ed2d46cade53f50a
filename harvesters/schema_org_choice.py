"""Which things on a page are datasets and catalogues, which of them it is about, and their IRIs."""

from collections import deque
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Final

import httpx

from harvesters.addresses import joined
from harvesters.iris import mended
from harvesters.linked_json import Thing, within
from harvesters.robots import root
from harvesters.schema_org_mapping import identifiers
from harvesters.schema_org_words import address, many, nodes, text, types

_DATASETS: Final = frozenset({"Dataset", "DataFeed", "CompleteDataFeed"})
_CATALOGUES: Final = frozenset({"DataCatalog"})
_PARTS: Final = ("hasPart", "dataset")
_MENTIONED: Final = (*_PARTS, "isBasedOn", "isRelatedTo", "citation", "subjectOf")
_LISTED_IN: Final = ("includedInDataCatalog", "includedInCatalog")


@dataclass(frozen=True, slots=True)
class Choice:
    """What a page describes: `main` is what it is about, `others` the further datasets on it."""

    main: Thing | None
    others: tuple[Thing, ...]

    @property
    def is_catalogue(self) -> bool:
        """Whether the page is about a catalogue."""
        return self.main is not None and is_catalogue(self.main)


def chosen(things: list[Thing], page: str) -> Choice:
    """The described datasets of a page; of several the page is about the one with its address."""
    every = [thing for thing in within(things) if _is_described(thing)]
    datasets = [thing for thing in every if types(thing) & _DATASETS]
    catalogues = [thing for thing in every if is_catalogue(thing)]
    listing = {id(one) for thing in datasets for key in _LISTED_IN for one in nodes(thing.get(key))}
    wholes = {id(one) for thing in datasets for one in nodes(thing.get("isPartOf")) if one is not thing}
    telling = [thing for thing in every if id(thing) not in listing]
    mentioned = {id(one) for thing in telling for key in _MENTIONED for one in nodes(thing.get(key))}
    first = _unlike(
        thing for thing in datasets if id(thing) not in mentioned and not _is_whole(thing, wholes)
    )
    here = [thing for thing in datasets if _is_at(thing, page, is_part=id(thing) in mentioned)]
    own = [thing for thing in catalogues if id(thing) not in listing or _is_at(thing, page)]
    main = next(iter(here), None) or (first[0] if len(first) == 1 else None)
    if main is None and len(own) == 1:
        main = own[0]
    roots = [*([main] if main else []), *first, *own]
    others = [thing for thing in _unlike(_with_parts(roots)) if thing is not main]
    return Choice(main, tuple(others))


def is_catalogue(thing: Thing) -> bool:
    """Whether a thing is a DataCatalog."""
    return bool(types(thing) & _CATALOGUES)


def catalogues_of(thing: Thing) -> Iterator[Thing]:
    """The catalogues that a dataset says it is listed in, by name, address or description."""
    for key in _LISTED_IN:
        for one in many(thing.get(key)):
            if isinstance(one, dict):
                yield one
            elif name := text(one):
                yield {"@id": name} if address(name) else {"name": name}


def own_iri(thing: Thing, page: str) -> str:
    """The IRI that a thing is called by: its @id, else its address, else its DOI; "" when it has none."""
    named = text(thing.get("@id"))
    for words in (
        _absolute(named, page) if named and not named.startswith("_:") else "",
        text(thing.get("url")),
    ):
        if words.startswith(("http://", "https://", "urn:")) and (iri := mended(words)):
            return iri
    identifier = identifiers(thing)[0]
    return identifier if identifier.startswith("https://doi.org/") else ""


def catalogue_iri(thing: Thing, page: str, home: str = "") -> str:
    """The IRI of a catalogue as the address of its page, so without a fragment; else that of the site.

    `home` is the page, where that is about a catalogue itself.
    """
    own, site = own_iri(thing, page), root(page)
    iri = own.partition("#")[0]
    if home and alike(iri) == alike(home):
        return home
    if not iri or alike(iri) == alike(site):
        return site
    if alike(iri) == alike(page):
        return own if "#" in own else site
    return iri


def alike(address: str) -> str:
    """An address in a form in which the spellings of one address are equal."""
    plain = address.partition("#")[0].partition("://")[2] or address
    return plain.removeprefix("www.").rstrip("/").casefold()


def site_of(address: str) -> tuple[str, int | None]:
    """The host without www, and the port; pages with the same are of one site, by http or https."""
    try:
        url = httpx.URL(address)
    except (httpx.InvalidURL, UnicodeError):
        return "", None
    return url.host.removeprefix("www."), url.port


def _is_described(thing: Thing) -> bool:
    return bool(text(thing.get("name")) or text(thing.get("description")) or text(thing.get("headline")))


def _is_at(thing: Thing, page: str, is_part: bool = False) -> bool:
    """Whether a thing has the address of the page; a part of it has one within the page."""
    names = [text(thing.get(key)) for key in ("@id", "url", "mainEntityOfPage")]
    here = [_absolute(name, page) for name in names if name]
    return any(alike(one) == alike(page) and not (is_part and "#" in one) for one in here)


def _is_whole(thing: Thing, wholes: set[int]) -> bool:
    """Whether another dataset of the page says to be a part of this one, which itself tells of no parts."""
    return id(thing) in wholes and not nodes(thing.get("hasPart"))


def _with_parts(roots: Iterable[Thing]) -> Iterator[Thing]:
    """The datasets of these, and those that they list as their parts, however deep."""
    waiting = deque(roots)
    seen: set[int] = set()
    while waiting:
        thing = waiting.popleft()
        if id(thing) in seen:
            continue
        seen.add(id(thing))
        if types(thing) & _DATASETS and _is_described(thing):
            yield thing
        waiting.extend(one for key in _PARTS for one in nodes(thing.get(key)))


def _unlike(things: Iterable[Thing]) -> list[Thing]:
    """The things without those that are described a second time."""
    found: list[Thing] = []
    known = _Known()
    for thing in things:
        if not known.has(thing):
            found.append(thing)
            known.add(thing)
    return found


class _Known:
    """Things by their @id; where one of two has none, by name, unless their addresses differ."""

    def __init__(self) -> None:
        self._ids: set[str] = set()
        self._urls: dict[str, set[str]] = {}
        self._urls_without_id: dict[str, set[str]] = {}

    def add(self, thing: Thing) -> None:
        named, name, url = (text(thing.get(key)) for key in ("@id", "name", "url"))
        self._urls.setdefault(name, set()).add(url)
        if named:
            self._ids.add(named)
        else:
            self._urls_without_id.setdefault(name, set()).add(url)

    def has(self, thing: Thing) -> bool:
        named, name, url = (text(thing.get(key)) for key in ("@id", "name", "url"))
        if named in self._ids:
            return True
        urls = (self._urls_without_id if named else self._urls).get(name, set())
        return bool(urls) and (not url or url in urls or "" in urls)


def _absolute(name: str, page: str) -> str:
    try:
        return str(joined(httpx.URL(page), name)) if name else ""
    except (httpx.InvalidURL, UnicodeError):
        return name
