"""What lies in a folder of profiles, as servers list it: a page of links, or JSON in one of several forms."""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import Final
from urllib.parse import unquote

import httpx
from lxml import etree, html

from catalogue.errors import Unreadable
from harvesters.addresses import joined
from harvesters.http import Fetched
from harvesters.json_values import decoded, many, node, nodes, text
from harvesters.payload import as_utf8

INDEXES: Final = ("index.json", "manifest.json")
"""Files that list what lies beside them, the first of those that are there."""

SUFFIXES: Final = frozenset({".csv", ".tsv", ".txt", ".gz", ".json", ".xlsx"})
"""What files of a profile end with."""

MOST: Final = 1_000
"""More names than this are in no folder of profiles."""

OF_ARES: Final = (
    "cdmsource.csv",
    "person.json",
    "observationperiod.json",
    "death.json",
    "datadensity-total.csv",
    "datadensity-concepts-per-person.csv",
    "datadensity-domains-per-person.csv",
    "domain-drug-stratification.csv",
    "domain-summary-condition_occurrence.csv",
    "domain-summary-death.csv",
    "domain-summary-device_exposure.csv",
    "domain-summary-drug_exposure.csv",
    "domain-summary-measurement.csv",
    "domain-summary-observation.csv",
    "domain-summary-procedure_occurrence.csv",
    "domain-summary-visit_occurrence.csv",
    "dq-result.json",
)
"""The files of a release of Ares, of which none need be there; an index of Ares lists releases alone."""

_NAME: Final = re.compile(r"[^\x00-\x1f\x7f/\\]{1,150}")
_NEEDED: Final = "It should be a page that links to the files, or JSON that lists them."


@dataclass(frozen=True, slots=True)
class Listing:
    """The names of what may be of a profile in a folder; `is_certain` says that all files are there."""

    files: tuple[str, ...] = ()
    folders: tuple[str, ...] = ()
    is_certain: bool = True


def listing(names: Iterable[str]) -> Listing:
    """A folder by the names of what lies in it, those of folders with a slash at their end."""
    kept = sorted({name for name in names if is_name(name.removesuffix("/"))})
    if len(kept) > MOST:
        raise Unreadable(f"A folder has more than {MOST:,} files, which no folder of profiles has.")
    folders = tuple(name[:-1] for name in kept if name.endswith("/"))
    return Listing(tuple(name for name in kept if PurePosixPath(name).suffix.lower() in SUFFIXES), folders)


def is_name(name: str) -> bool:
    """Whether it can be the name of a file that is meant to be seen."""
    return bool(_NAME.fullmatch(name)) and not name.startswith((".", "~"))


def listed(fetched: Fetched) -> Mapping[str, Listing]:
    """What a document lists, by the paths of the folders from its own on, "" for that.

    Raises Unreadable for what is neither a page with links nor a list in JSON.
    """
    if fetched.content.lstrip().startswith(b"<"):
        linked = listing(_linked(fetched))
        if linked == Listing():
            raise Unreadable(f"{fetched.url} is a page that links to nothing below it. {_NEEDED}")
        return {"": linked}
    found = decoded(fetched.content, fetched.url, _NEEDED)
    sources = nodes(node(found).get("sources"))
    if sources:
        return dict(_of_ares(sources))
    given = node(found).get("files") if isinstance(found, dict) else found
    if not isinstance(given, list):
        raise Unreadable(f"{fetched.url} lists no files. {_NEEDED}")
    return {"": listing(map(_entry, many(given)))}


def _entry(given: object) -> str:
    """A name in a list, or in an object as servers write them (autoindex of nginx and others)."""
    name = text(node(given).get("name")) or text(given)
    is_folder = text(node(given).get("type")).lower() in ("directory", "dir", "folder")
    return f"{name}/" if is_folder and not name.endswith("/") else name


def _linked(fetched: Fetched) -> Iterator[str]:
    """The names right below the folder that a page links to."""
    here = httpx.URL(fetched.url)
    folder = unquote(here.path if here.path.endswith("/") else f"{here.path}/")
    try:
        tree = html.document_fromstring(
            as_utf8(fetched.content, fetched.content_type),
            parser=html.HTMLParser(encoding="utf-8", no_network=True),
        )
    except (etree.LxmlError, ValueError) as error:
        raise Unreadable(f"{fetched.url} is no page that can be read. {_NEEDED}") from error
    for link in tree.iter("a"):
        try:
            there = joined(here, link.get("href") or "")
        except httpx.InvalidURL:
            continue
        path = unquote(there.path)
        if there.host == here.host and not there.query and path.startswith(folder):
            yield path.removeprefix(folder)


def _of_ares(sources: Iterable[Mapping[str, object]]) -> Iterator[tuple[str, Listing]]:
    """Sources with their releases, as AresIndexer lists them."""
    releases = {
        key: [id for one in nodes(source.get("releases")) if is_name(id := text(one.get("release_id")))]
        for source in sources
        if is_name(key := _key(source))
    }
    yield "", Listing(folders=tuple(sorted(releases)))
    for key, ids in releases.items():
        yield f"{key}/", Listing(folders=tuple(sorted(ids)))
        for id in ids:
            yield f"{key}/{id}/", Listing(OF_ARES, is_certain=False)


def _key(source: Mapping[str, object]) -> str:
    """The name of the folder of a source, which older indexes do not tell."""
    return text(source.get("cdm_source_key")) or text(source.get("cdm_source_abbreviation")).replace(" ", "_")
