"""The sources of a programme with all that they say of themselves, read from the index and the store."""

import re
import threading
from collections import OrderedDict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from itertools import islice
from typing import Final, TypeAlias

from pyoxigraph import Literal, NamedNode, Triple

from catalogue import curation
from catalogue.catalogue import Catalogue
from catalogue.documents import projected, stored
from catalogue.errors import Invalid
from catalogue.fields import TABLE_OF_KIND, TABLES, Kind
from catalogue.ledger import GONE
from catalogue.mapping import Entity, Graph, index, read
from catalogue.profiles.coverage import said
from catalogue.profiles.coverage_matrix import Described, Member, Passage, Said
from catalogue.projection import name_of
from catalogue.query_url import checked
from catalogue.records import record_id
from catalogue.search import MAX_SIZE, Row, SearchQuery
from ontologies.programmes import Programme

MOST: Final = 500
"""A programme has no more members than this in its matrix; those beyond are counted."""

_REMEMBERED: Final = 2_000
"""What descriptions say is remembered for so many records and programmes."""

_Key: TypeAlias = tuple[str, str, str, tuple[str, ...]]
"""A programme, a record, the digest of its statements, and its local values."""

_LONGEST: Final = 20_000
"""Letters of one text that are looked through."""

_ID: Final = re.compile(r"[a-z2-7]{16}")
_OF_VARIABLES: Final = ("columnName", "columnTitle", "description")


def queries(programme: Programme) -> tuple[SearchQuery, ...]:
    """The searches that find its members; raises Invalid with the file for a facet that there is not."""
    try:
        return tuple(
            checked(SearchQuery(one.text, one.filters, sort="title", size=MAX_SIZE))
            for one in programme.members
        )
    except Invalid as error:
        raise Invalid(f"{programme.file}, members: {error}") from error


def rows(catalogue: Catalogue, programme: Programme) -> list[Row]:
    """The records of a programme, each once; of several descriptions of a dataset the leading one."""
    found = {row.id: row for query in queries(programme) for row in catalogue.rows(query)}
    if programme.identifiers:
        named = _ids(catalogue, programme.identifiers)
        found |= {
            one.row.id: one.row for one in projected(catalogue, [id for id in named if id not in found])
        }
    return [*found.values()]


def number(catalogue: Catalogue, programme: Programme) -> int:
    """How many records a programme has."""
    asked = queries(programme)
    if len(asked) == 1 and not programme.identifiers:
        return catalogue.search(replace(asked[0], size=1)).total
    return len(rows(catalogue, programme))


class Descriptions:
    """What descriptions say of outcomes, remembered for as long as they stay as they are."""

    def __init__(self) -> None:
        self._kept: OrderedDict[_Key, Said] = OrderedDict()
        self._lock = threading.Lock()

    def said(self, catalogue: Catalogue, programme: Programme, some: Iterable[Row]) -> list[Said]:
        """For these records, the first `MOST`; those that went meanwhile are left out."""
        by_id = {row.id: row for row in islice(some, MOST)}
        local = curation.local(catalogue, by_id)
        keys: dict[str, _Key] = {
            id: (programme.key, id, entry.digest, tuple(map(str, local.get(id, ()))))
            for id, entry in catalogue.ledger.entries(by_id).items()
        }
        with self._lock:
            found = {id: self._kept[key] for id, key in keys.items() if key in self._kept}
        rest = [by_id[id] for id in keys if id not in found]
        found |= {one.row.id: said(programme, one) for one in _members(catalogue, rest, local)}
        self._keep({keys[id]: one for id, one in found.items()})
        return [replace(found[id], row=row) for id, row in by_id.items() if id in found]

    def _keep(self, found: Mapping[_Key, Said]) -> None:
        """Remember these as the latest, and forget what was asked for longest ago."""
        with self._lock:
            for key, one in found.items():
                self._kept[key] = one
                self._kept.move_to_end(key)
            while len(self._kept) > _REMEMBERED:
                self._kept.popitem(last=False)


def _members(
    catalogue: Catalogue, some: Iterable[Row], local: Mapping[str, Iterable[Triple]]
) -> Iterator[Member]:
    by_id = {row.id: row for row in some}
    for id, envelope, own in stored(catalogue, by_id):
        graph = index(curation.overlaid(envelope.subject, own, local.get(id, ())))
        yield member(by_id[id], read(graph, envelope.subject, TABLE_OF_KIND[envelope.kind]), graph)


def member(row: Row, entity: Entity, graph: Graph) -> Member:
    """A record with its words and its variables."""
    return Member(row, tuple(_passages(entity)), tuple(_variables(entity, graph)))


def _ids(catalogue: Catalogue, identifiers: Iterable[str]) -> list[str]:
    """The ids of the records that are named, by an id here or by the IRI that a publisher gave."""
    sources = [source.name for source in catalogue.ledger.sources.all()]
    meant = [
        id
        for one in identifiers
        for id in ((one,) if _ID.fullmatch(one) else (record_id(source, one) for source in sources))
    ]
    known = catalogue.ledger.entries(meant)
    return [id for id in dict.fromkeys(meant) if id in known and known[id].state != GONE]


def _passages(entity: Entity) -> Iterator[Passage]:
    """All words of the record itself, field by field as the table has them."""
    for field in TABLES[entity.table]:
        if field.kind is Kind.TEXT:
            for term in entity.terms(field.name):
                if isinstance(term, Literal):
                    yield Passage(field.label, term.value[:_LONGEST])


def _variables(entity: Entity, graph: Graph) -> Iterator[Described]:
    for group in entity.entities("variables"):
        for table in group.entities("table"):
            title = name_of(table, graph)
            for column in table.entities("column"):
                yield Described(
                    title,
                    column.text("columnName") or column.text("columnTitle"),
                    tuple(term.value[:_LONGEST] for name in _OF_VARIABLES for term in column.terms(name)),
                    tuple(t.value for t in column.terms("propertyUrl") if isinstance(t, NamedNode | Literal)),
                )
