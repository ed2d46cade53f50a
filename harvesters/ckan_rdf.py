"""The RDF of ckanext-dcat, where a site of CKAN has it: of many datasets at once, or of one at a time."""

import logging
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Final
from urllib.parse import quote, urlencode

from pyoxigraph import NamedNode

from catalogue.errors import CatalogueError, Invalid
from catalogue.rdf_guard import guarded
from catalogue.records import Record, Rejected
from harvesters.ckan_api import Site
from harvesters.ckan_mapping import iri_of, key_of
from harvesters.ckan_people import Package
from harvesters.payload import described, document

log = logging.getLogger(__name__)

AT_ONCE: Final = 50
"""So many ids fit into an address that every server takes."""

FEW: Final = 2_000
"""Where there are more datasets than this, they are not asked for one by one, unless it is wished."""

_ACCEPT: Final = "text/turtle"
_UNFILTERED: Final = 5
"""A catalogue that tells of more datasets than this when it is asked for one does not filter."""


@dataclass(frozen=True, slots=True)
class Rdf:
    """RDF that a site offers. `base` is what the IRIs of its datasets begin with.

    `at_once` says that its catalogue can be asked for certain datasets.
    """

    site: Site
    base: str
    at_once: bool

    def described(self, packages: list[Package], catalogue: NamedNode) -> dict[str, Record]:
        """The records of datasets by their IRIs; those whose RDF cannot be used are told and left out."""
        wanted = {iri_of(package, self.base): package for package in packages}
        found: dict[str, Record] = {}
        for part in self._parts(wanted):
            while part and (got := self._asked(part)):
                found.update((iri, _own(self.site, part.pop(iri), got[iri], catalogue)) for iri in got)
        for iri in wanted.keys() - found.keys():
            log.warning("the RDF of %s cannot be used, so its JSON is read", iri)
        return found

    def _parts(self, wanted: Mapping[str, Package]) -> list[dict[str, Package]]:
        every = [*wanted.items()]
        step = AT_ONCE if self.at_once else 1
        return [dict(every[first : first + step]) for first in range(0, len(every), step)]

    def _asked(self, wanted: Mapping[str, Package]) -> dict[str, Record]:
        keys = [key_of(package) for package in wanted.values()]
        try:
            records = _read(self.site, _address(self.site, keys, self.at_once))
        except CatalogueError as error:
            log.warning("%s", error)
            return {}
        return {record.subject.value: record for record in records if record.subject.value in wanted}


def offered(
    site: Site, base: str, sample: Package, total: int | None, wish: str, extensions: list[str]
) -> Rdf | None:
    """The RDF of a site that is to be read; None where its JSON is.

    It is tried out with one of the `total` datasets. A `wish` of “always” takes it also where that fails.
    """
    if wish == "never" or not key_of(sample):
        return None
    if wish == "always":
        at_once = _is_of_use(Rdf(site, base, True), sample)
        return Rdf(site, base, at_once)
    if extensions and "dcat" not in extensions:
        return None
    ways = (True, False) if total is not None and total <= FEW else (True,)
    return next((rdf for way in ways if _is_of_use(rdf := Rdf(site, base, way), sample)), None)


def _is_of_use(rdf: Rdf, sample: Package) -> bool:
    """Whether it tells of a dataset, under the IRI that follows from its JSON, and of no others."""
    try:
        records = _read(rdf.site, _address(rdf.site, [key_of(sample)], rdf.at_once))
    except CatalogueError as error:
        log.info("no RDF of use: %s", error)
        return False
    told = [record.subject.value for record in records if record.kind in ("dataset", "series")]
    wanted = iri_of(sample, rdf.base)
    if wanted not in told:
        log.warning(
            "the RDF tells of %s and not of %s, so JSON is read; the option base says how IRIs begin",
            told[:1] or "no dataset",
            wanted,
        )
        return False
    return len(told) <= _UNFILTERED


def _address(site: Site, keys: list[str], at_once: bool) -> str:
    if at_once:
        query = urlencode({"fq": f"id:({' OR '.join(map(_quoted, keys))})"})
        return f"{site.root}/catalog.ttl?{query}"
    return _page(site, keys[0])


def _quoted(key: str) -> str:
    return '"' + key.replace("\\", "\\\\").replace('"', '\\"') + '"'


def _page(site: Site, key: str) -> str:
    return f"{site.root}/dataset/{quote(key, safe='')}.ttl"


def _read(site: Site, url: str) -> list[Record]:
    fetched = site.client.get(url, _ACCEPT)
    content = guarded(document(fetched.url, fetched.content, fetched.content_type, base=fetched.url))
    try:
        items = [*described(content)]
    except Invalid as error:
        raise Invalid(f"{url} cannot be read as RDF. {error}") from error
    for item in items:
        if isinstance(item, Rejected):
            log.warning("a part of %s cannot be read: %s", url, item.reason)
    return [item for item in items if isinstance(item, Record)]


def _own(site: Site, package: Package, record: Record, catalogue: NamedNode) -> Record:
    """A record as coming from its own page, which will be gone when the dataset is."""
    return replace(record, origin=_page(site, key_of(package)), member_of=(catalogue,))
