"""Concepts of several datasets side by side: those asked for, and those that surely differ most.

Datasets are compared by the share of their persons with a concept, between the bounds that may be told.
One that tells nothing of a concept takes no part in its difference: that is not zero.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import permutations
from typing import Final, TypeAlias

import sqlalchemy as sql

from catalogue.database import Database
from catalogue.profile_tables import concept_counts
from catalogue.profiles.concepts import Concept, Concepts, edition_of
from catalogue.profiles.concepts_counts import Coverage, coverage
from catalogue.profiles.concepts_held import Held, held, known
from catalogue.profiles.counts import Count, State

DIFFERING: Final = 20
"""So many concepts that differ are told."""

LOOKED_AT: Final = 100
"""They are looked for among so many concepts of each dataset: those that most of its persons have."""

_counts: Final = concept_counts.c
_NO_CONCEPT: Final = 0

Bounds: TypeAlias = tuple[float, float]


@dataclass(frozen=True, slots=True)
class Source:
    """A release, and how many persons it has in all."""

    release: int
    persons: Count


@dataclass(frozen=True, slots=True)
class Line:
    """A concept and what each release holds of it, by itself and with all below it; absent where untold."""

    concept: Concept
    is_chosen: bool
    own: Mapping[int, Coverage]
    all: Mapping[int, Coverage]


def concepts_of(
    database: Database, concepts: Concepts, sources: Sequence[Source], chosen: Sequence[int]
) -> tuple[Line, ...]:
    """The concepts that were chosen, in their order, then those that surely differ most between sources."""
    with database.unchanging() as db:
        edition = edition_of(db)
        differing = [one for one in _differing(db, sources) if one not in chosen]
        wanted = [*chosen, *differing]
        releases = [one.release for one in sources]
        own = held(db, wanted, releases, edition, descendants=False)
        all = held(db, wanted, releases, edition, descendants=True)
        those = known(db, wanted, edition)
    names = concepts.named(wanted)
    return tuple(
        Line(
            names.get(one, Concept(one, "")),
            one in chosen,
            {s.release: _coverage(own, one, s, descendants=False, is_known=False) for s in sources},
            {s.release: _coverage(all, one, s, descendants=True, is_known=one in those) for s in sources},
        )
        for one in wanted
    )


def surely_apart(shares: Sequence[Bounds]) -> float:
    """By how much two of several shares differ at least; 0 where any two may be the same."""
    return max((0.0, *(one[0] - other[1] for one, other in permutations(shares, 2))))


def _coverage(
    found: Mapping[tuple[int, int], Held], concept: int, source: Source, *, descendants: bool, is_known: bool
) -> Coverage:
    one = found.get((concept, source.release))
    if one is None:
        return Coverage(Count.absent(), Count.absent())
    return coverage(one, source.persons, descendants, is_known)


def _differing(db: sql.Connection, sources: Sequence[Source]) -> list[int]:
    """The concepts that differ most, by themselves; the most different first."""
    shares = _shares(db, [one for one in sources if one.persons.low and one.persons.high])
    apart = {concept: surely_apart(found) for concept, found in shares.items()}
    ranked = sorted((one for one in apart if apart[one] > 0), key=lambda one: (-apart[one], one))
    return ranked[:DIFFERING]


def _shares(db: sql.Connection, sources: Sequence[Source]) -> dict[int, list[Bounds]]:
    """By concept the share of persons in each source that tells of it, from the least to the most."""
    wholes = {one.release: one.persons for one in sources}
    persons: dict[tuple[int, int], tuple[int, int]] = {}
    for concept, release, low, high in _persons(db, [*wholes]):
        least, most = persons.get((concept, release), (0, 0))
        whole = wholes[release].high or 0
        persons[concept, release] = max(least, low), min(whole, most + (whole if high is None else high))
    found: dict[int, list[Bounds]] = {}
    for (concept, release), (low, high) in persons.items():
        whole_low, whole_high = wholes[release].low or 1, wholes[release].high or 1
        found.setdefault(concept, []).append((low / whole_high, min(1.0, high / whole_low)))
    return found


def _persons(db: sql.Connection, releases: Sequence[int]) -> Iterator[Sequence[int]]:
    """Concept, release, low and high of all that is told of the concepts that are looked at."""
    if len(releases) < 2:
        return
    most = [
        sql.select(_counts.concept)
        .where(_counts.release == release, _counts.domain != "", _counts.persons_high.is_not(None))
        .order_by(_counts.persons_high.desc())
        .limit(LOOKED_AT)
        .subquery()
        for release in releases
    ]
    looked_at = sql.union(*(sql.select(one.c.concept) for one in most))
    told = _counts.persons_state != State.ABSENT.value, _counts.domain != ""
    query = sql.select(_counts.concept, _counts.release, _counts.persons_low, _counts.persons_high).where(
        _counts.concept.in_(looked_at), _counts.release.in_(releases), _counts.concept != _NO_CONCEPT, *told
    )
    yield from db.execute(query)
