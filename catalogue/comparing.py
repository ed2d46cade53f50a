"""Datasets side by side: which of them are there, what each says of itself, and what its profile tells."""

from collections.abc import Collection, Hashable, Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from pyoxigraph import BlankNode

from catalogue.catalogue import Catalogue, StoredRecord
from catalogue.fields import TABLES, Field, Kind
from catalogue.ledger import GONE, Entry
from catalogue.mapping import Entity, Value
from catalogue.profiles.measured import Told
from catalogue.profiles.release import Guarded, Rule
from catalogue.profiles.releases import Release
from catalogue.profiles.together import shown_by
from ontologies.vocabularies import Vocabularies

LEAST: Final = 2
MOST: Final = 8
"""How many datasets are compared."""

MEASURED: Final = (
    "persons",
    "personsBySex",
    "personsByAge",
    "personsByAgeAndSex",
    "personsByYearOfBirth",
    "personsObservedInYear",
    "personsObservedInMonth",
    "personsByDomains",
    "recordsByType",
    "ageAtFirstObservation",
    "lengthOfObservation",
)
"""The analyses that are compared, besides those by concept."""

AT_A_GLANCE: Final = ("persons", "personsObservedInMonth")
"""Those of them that tell how many persons there are, and of which years."""

_NOTHING: Final = Guarded(Told(""), Rule(), {})


class Presence(StrEnum):
    """Whether a dataset can be compared: it is there, was withdrawn, or was never here."""

    PRESENT = "present"
    WITHDRAWN = "withdrawn"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Side:
    """One of the datasets; `record` is there where it is present, `release` where it shows a profile.

    `guarded` has the analyses that were asked for; those of a dataset without a profile are all absent.
    """

    id: str
    presence: Presence
    entry: Entry | None = None
    record: StoredRecord | None = None
    release: Release | None = None
    guarded: Guarded = _NOTHING


def sides(catalogue: Catalogue, ids: Sequence[str], analyses: Collection[str] = MEASURED) -> tuple[Side, ...]:
    """The datasets with these ids, in their order; each engine is asked once for all of them."""
    entries = catalogue.ledger.entries(ids)
    present = [entry for entry in entries.values() if entry.state != GONE]
    records = catalogue.records(present)
    shown = shown_by(catalogue.ledger.database, records, analyses)
    found = []
    for id in ids:
        entry, record, profile = entries.get(id), records.get(id), shown.get(id)
        if profile and record:
            found.append(Side(id, Presence.PRESENT, entry, record, profile.release, profile.guarded))
        elif record:
            found.append(Side(id, Presence.PRESENT, entry, record))
        else:
            gone = entry is not None and entry.state == GONE
            found.append(Side(id, Presence.WITHDRAWN if gone else Presence.UNKNOWN, entry))
    return tuple(found)


def is_alike(field: Field, entities: Iterable[Entity], vocabularies: Vocabularies) -> bool:
    """Whether all of these descriptions give a field the same values, in whatever order."""
    return len({_values(field, entity, vocabularies) for entity in entities}) < 2


def _values(field: Field, entity: Entity, vocabularies: Vocabularies) -> Hashable:
    return frozenset(_value(field, value, vocabularies) for value in entity.all(field.name))


def _value(field: Field, value: Value, vocabularies: Vocabularies) -> Hashable:
    """What a value says: a code in whatever form it is written, a thing by all that is said of it."""
    if isinstance(value, Entity):
        rows = TABLES[value.table]
        return frozenset((row.name, _values(row, value, vocabularies)) for row in rows if value.all(row.name))
    if isinstance(value, BlankNode):
        return ""
    if field.kind is Kind.CONCEPT and field.vocabulary in vocabularies.names():
        known = vocabularies.concept(field.vocabulary, value.value)
        return known.iri if known else value.value
    return str(value)
