"""Croissant: one document of metadata, an array of them, or a list of the addresses of such documents."""

import logging
import re
from collections.abc import Iterator
from dataclasses import replace
from typing import Final

from catalogue.errors import Invalid, NotFound, Refused, Unavailable, Unreadable
from catalogue.records import Harvested, Incomplete, Reached, Record, Rejected
from harvesters.croissant_mapping import croissant_values, is_croissant
from harvesters.iris import doi
from harvesters.kind import Asked, Kind
from harvesters.linked_json import Thing, joined, loaded, things
from harvesters.once import Once
from harvesters.payload import KEPT_BYTES, as_utf8
from harvesters.robots import usual
from harvesters.schema_org_choice import catalogue_iri, catalogues_of
from harvesters.schema_org_coverage import located
from harvesters.schema_org_mapping import catalogue_values
from harvesters.schema_org_words import link, many, text, types
from harvesters.unpack import unpack

log = logging.getLogger(__name__)

ACCEPT: Final = "application/ld+json, application/json;q=0.9, text/plain;q=0.5, */*;q=0.1"
MAX_DOCUMENTS: Final = 100_000
_BATCH: Final = 25
_NO_CROISSANT: Final = (
    "It holds no Dataset that conforms to Croissant (http://mlcommons.org/croissant/1.0 or 1.1)."
)


def harvest(asked: Asked) -> Iterator[Harvested]:
    """The datasets of a Croissant document, or of all the documents of a list; no subject comes twice."""
    url = usual(asked.url)
    content = _fetched(asked, url)
    reader = _Reader(asked)
    addresses, others = _addresses(content)
    if not addresses:
        yield from reader.records(url, content)
        if not reader.found:
            raise Unreadable(f"{url} cannot be harvested. {_NO_CROISSANT}")
        return
    if others:
        what = f"{len(others):,} entries of the list are no address, the first of them “{others[0][:200]}”."
        yield Rejected(url, "", what)
    yield from _listed(asked, reader, url, addresses)


def _listed(asked: Asked, reader: "_Reader", url: str, addresses: list[str]) -> Iterator[Harvested]:
    """The documents of a list, behind the one that an earlier run reached."""
    if len(addresses) > MAX_DOCUMENTS:
        yield Incomplete(f"{url} lists more than {MAX_DOCUMENTS:,} documents; the rest was not read.")
        addresses = addresses[:MAX_DOCUMENTS]
    start = addresses.index(asked.cursor) + 1 if asked.cursor in addresses else 0
    failed: Unavailable | None = None
    for number, address in enumerate(addresses[start:], start + 1):
        try:
            yield from reader.records(address, _fetched(asked, address))
        except NotFound:
            log.warning("%s is listed, but it is not there", address)
        except (Invalid, Refused) as error:
            yield Rejected(address, "", str(error))  # which dataset it described cannot be known
        except Unavailable as error:
            failed = failed or error
            yield Incomplete(f"{address} could not be had. {error}")
        if number % _BATCH == 0 or number == len(addresses):
            log.info("%s of %s documents read", number, len(addresses))
            yield Reached(address)
    if not reader.found and not start:
        raise failed or Unreadable(
            f"{url} cannot be harvested: {len(addresses):,} documents. {_NO_CROISSANT}"
        )


def _fetched(asked: Asked, url: str) -> bytes:
    fetched = asked.client.get(url, ACCEPT)
    content = unpack(fetched.content, asked.client.max_bytes, url)
    return as_utf8(content, fetched.content_type)


def _addresses(content: bytes) -> tuple[list[str], list[str]]:
    """The addresses that a list holds, in JSON or one a line, and what else; none for a document itself."""
    head = content[:4096].lstrip()
    if head[:1] == b"[":
        value = loaded(content)
        found = [str(one).strip() for one in many(value) if not isinstance(one, dict)]
    elif re.match(rb"(?:#[^\n]*\n\s*)*https?://\S+", head):
        found = [line.strip() for line in content.decode(errors="replace").split("\n")]
    else:
        return [], []
    listed = [one for one in dict.fromkeys(found) if one and not one.startswith("#")]
    return [one for one in listed if _is_web(one)], [one for one in listed if not _is_web(one)]


def _is_web(address: str) -> bool:
    return address.startswith(("http://", "https://"))


class _Reader:
    """Documents to records."""

    def __init__(self, asked: Asked) -> None:
        self.found = False
        self._asked = asked
        self._once = Once()

    def records(self, url: str, content: bytes) -> Iterator[Harvested]:
        """The records of one document; raises Unreadable or Refused for what is no JSON."""
        nodes = things(content)
        joined(nodes)
        datasets = [one for one in nodes if "Dataset" in types(one) and is_croissant(one)]
        if not datasets:
            yield Rejected(url, "", _NO_CROISSANT, content[:KEPT_BYTES])
        for dataset in datasets:
            for item in self._items(url, dataset, len(datasets) == 1, content[:KEPT_BYTES]):
                admitted = self._once.admit(item)
                self.found = self.found or isinstance(item, Record)
                if admitted is not None:
                    yield admitted

    def _items(self, url: str, dataset: Thing, is_alone: bool, raw: bytes) -> Iterator[Harvested]:
        subject = named(dataset) or (url if is_alone else "")
        vocabularies = self._asked.vocabularies
        catalogues = [one for one in catalogues_of(dataset) if link(one.get("@id")) or link(one.get("url"))]
        members = {catalogue_iri(one, url): one for one in catalogues}
        try:
            for iri, one in members.items():
                if text(one.get("name")):
                    yield self._asked.record("catalogue", iri, catalogue_values(one, iri, vocabularies), iri)
            values = croissant_values(dataset, url, vocabularies)
            record = self._asked.record("dataset", subject, values, url, tuple(members))
        except Invalid as error:
            yield Rejected(url, subject, str(error), raw)
            return
        yield replace(record, triples=(*record.triples, *located(record.subject, dataset)))


def named(dataset: Thing) -> str:
    """The IRI that a dataset is called by: its @id, else its url; "" when neither can be one."""
    own = text(dataset.get("@id"))
    return doi(own) or link(own) or link(dataset.get("url"))


KIND: Final = Kind(
    "croissant",
    "Datasets described in Croissant, the metadata format for machine learning data.",
    "The address of a Croissant document, or of a list of such addresses in JSON or one a line.",
    harvest,
    own_pages=True,
)
