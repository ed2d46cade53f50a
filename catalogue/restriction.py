"""To which records a search is restricted by what no index knows: what the data behind them hold.

Every search and every list of rows of the catalogue passes here, so that pages, counts, exports and the
API agree. Whoever restricts a search by something else adds its records to `restricted`.
"""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Protocol

from catalogue.ledger import Ledger
from catalogue.profiles.concepts_counts import ConceptCounts, holders
from catalogue.profiles.counts import State
from catalogue.search import Evidence, Held, Holding, SearchQuery
from catalogue.variables_search import VariableSearch


class Parts(Protocol):
    """What is needed of a catalogue."""

    ledger: Ledger
    concept_counts: ConceptCounts
    variables: VariableSearch


def restricted(parts: Parts, query: SearchQuery) -> tuple[SearchQuery, Held]:
    """The query with the records that it is restricted to, and why those; the same where nothing does."""
    among = [having(parts, name) for name in query.variables]
    told: Held = {}
    if query.holds.concepts:
        told = held(parts, query.holds.concepts)
        among.append(holding(told, query.holds))
    if not among:
        return query, told
    found = frozenset.intersection(*among)
    return replace(query, among=found if query.among is None else found & query.among), told


def having(parts: Parts, name: str) -> frozenset[str]:
    """The records with a variable of this name or concept, and all other descriptions of their datasets."""
    found = parts.variables.datasets(name)
    return found.union(parts.ledger.clusters.alike(found))


def holding(told: Held, holds: Holding) -> frozenset[str]:
    """The records whose data hold what is asked for; `told` is who holds each of its concepts."""
    each = []
    for concept in holds.concepts:
        persons = {record: one.persons for record, one in told[concept].items()}
        found = holders(persons, holds.minimum)
        each.append(found.surely | found.possibly if holds.possibly else found.surely)
    return frozenset.intersection(*each)


def held(parts: Parts, concepts: Iterable[int]) -> Held:
    """Who holds each concept.

    All descriptions of a dataset have what the profile of one tells: that of the record itself where it
    has one, else that of the leading description, else that of the first.
    """
    told = {
        concept: {
            record: Evidence(one.persons, record)
            for record, one in coverages.items()
            if one.persons.state is not State.ABSENT
        }
        for concept, coverages in parts.concept_counts.coverages(concepts).items()
    }
    alike = parts.ledger.clusters.alike({record for one in told.values() for record in one})
    return {concept: _spread(one, alike) for concept, one in told.items()}


def _spread(told: Mapping[str, Evidence], alike: Mapping[str, str]) -> Mapping[str, Evidence]:
    """The same with the other descriptions of each dataset; `alike` has the lead of each."""
    by_lead: dict[str, Evidence] = {}
    for record in sorted(told.keys() & alike.keys(), key=lambda one: (alike[one] != one, one)):
        by_lead.setdefault(alike[record], told[record])
    others = {record: by_lead[lead] for record, lead in alike.items() if lead in by_lead}
    return {**others, **told}
