"""The addresses in records that a reader may follow, and a walk over all records for them."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final
from urllib.parse import urlsplit

from pyoxigraph import BlankNode

from catalogue import curation
from catalogue.documents import Parts, stored
from catalogue.fields import field
from catalogue.mapping import Graph
from catalogue.mapping import index as indexed

FIELDS: Final[Mapping[str, tuple[str, ...]]] = {
    "Dataset": ("landingPage", "page"),
    "DataService": ("landingPage", "page", "endpointURL"),
    "Distribution": ("accessURL", "downloadURL", "page"),
}
"""The fields whose addresses are asked whether they work, by table."""

LONGEST: Final = 2_000
"""Longer addresses are left out: an index on PostgreSQL cannot hold them."""

_PATHS: Final = tuple(
    dict.fromkeys(field(table, name).path for table, names in FIELDS.items() for name in names)
)
_READ: Final = 200
"""How many records are read at a time."""


@dataclass(frozen=True, slots=True)
class Step:
    """The addresses of some records, each once; the walk goes on behind the record `last`."""

    urls: tuple[str, ...]
    last: str


def addresses(graph: Graph) -> tuple[str, ...]:
    """The addresses of the web in those fields, wherever in a description they stand, each once."""
    found = (
        term.value
        for properties in graph.values()
        for path in _PATHS
        for term in properties.get(path, ())
        if not isinstance(term, BlankNode)
    )
    return tuple(dict.fromkeys(url for url in found if _is_web(url)))


def walk(parts: Parts, after: str) -> Iterator[Step]:
    """The addresses of all records behind `after`, some records at a time."""
    while page := parts.ledger.page(after, _READ):
        ids = [entry.id for entry in page]
        local = curation.local(parts, ids)
        urls: dict[str, None] = {}
        for id, envelope, own in stored(parts, ids):
            graph = indexed(curation.overlaid(envelope.subject, own, local.get(id, ())))
            urls.update(dict.fromkeys(addresses(graph)))
        after = ids[-1]
        yield Step(tuple(urls), after)


def _is_web(url: str) -> bool:
    if len(url.encode()) > LONGEST or any(sign.isspace() or sign < " " for sign in url):
        return False
    try:
        parts = urlsplit(url)
        return parts.scheme in ("http", "https") and bool(parts.hostname)
    except ValueError:
        return False
