"""To which records a search is restricted by what no index knows: what the data behind them hold.

Every search and every list of rows of the catalogue passes here, so that pages, counts, exports and the
API agree. Whoever restricts a search by something else adds its records to `restricted`.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Protocol, TypeAlias

from catalogue.ledger import Ledger
from catalogue.profiles.concepts_counts import ConceptCounts, holders
from catalogue.profiles.counts import Count, State
from catalogue.search import Holding, SearchQuery


class Parts(Protocol):
    """What is needed of a catalogue."""

    ledger: Ledger
    concept_counts: ConceptCounts


@dataclass(frozen=True, slots=True)
class Evidence:
    """The persons with a concept or any below it, and the record whose profile tells."""

    persons: Count
    record: str


Held: TypeAlias = Mapping[int, Mapping[str, Evidence]]
"""Who holds a concept, by concept and record."""


def restricted(parts: Parts, query: SearchQuery) -> SearchQuery:
    """The query with the records it is restricted to; the same one where nothing restricts it."""
    if not query.holds.concepts:
        return query
    found = holding(parts, query.holds)
    return replace(query, among=found if query.among is None else found & query.among)


def holding(parts: Parts, holds: Holding) -> frozenset[str]:
    """The records whose data hold what is asked for."""
    each = []
    for told in held(parts, holds.concepts).values():
        found = holders({record: one.persons for record, one in told.items()}, holds.minimum)
        each.append(found.surely | found.possibly if holds.possibly else found.surely)
    return frozenset.intersection(*each)


def held(parts: Parts, concepts: Iterable[int]) -> Held:
    """Who holds each concept.

    All descriptions of a dataset have what the profile of one tells: that of the record itself where it
    has one, else that of the leading description, else that of the first.
    """
    told = {concept: _own(parts, concept) for concept in concepts}
    alike = parts.ledger.clusters.alike({record for one in told.values() for record in one})
    return {concept: _spread(one, alike) for concept, one in told.items()}


def _own(parts: Parts, concept: int) -> dict[str, Evidence]:
    counts = parts.concept_counts.united([concept])
    return {
        record: Evidence(persons, record)
        for record, persons in counts.items()
        if persons.state is not State.ABSENT
    }


def _spread(told: Mapping[str, Evidence], alike: Mapping[str, str]) -> dict[str, Evidence]:
    """The same with the other descriptions of each dataset; `alike` has the lead of each."""
    found = dict(told)
    by_lead: dict[str, Evidence] = {}
    for record in sorted(told, key=lambda one: (alike.get(one) != one, one)):
        by_lead.setdefault(alike.get(record, record), told[record])
    for record, lead in alike.items():
        if record not in found and lead in by_lead:
            found[record] = by_lead[lead]
    return found
