"""Pages of concepts with their counts: those of one dataset, and those of the whole network."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, TypeAlias

import sqlalchemy as sql

from catalogue import concept_tables as tables
from catalogue.database import Database
from catalogue.profile_tables import concept_counts
from catalogue.profiles.concepts import Concept, Concepts, edition_of, matches
from catalogue.profiles.concepts_bounds import Parts
from catalogue.profiles.concepts_counts import Coverage, Shown, coverage, shown
from catalogue.profiles.concepts_held import held, known
from catalogue.profiles.concepts_totals import renew_totals
from catalogue.profiles.counts import Count, State

SIZE: Final = 25
"""How many concepts a page has."""

_counts: Final = concept_counts.c
_ID: Final = _counts.concept + 0
"""The concept as a value: engines then go by the release, whose rows lie together, and not by the concept."""

_totals: Final = tables.concept_totals
_Rows: TypeAlias = Sequence[sql.Row[*tuple[object, ...]]]


@dataclass(frozen=True, slots=True)
class InDataset:
    """A concept in one domain of a dataset: by itself, and with all below it over all domains."""

    concept: Concept
    domain: str
    own: Coverage
    all: Coverage


@dataclass(frozen=True, slots=True)
class InNetwork:
    """A concept over all sources: how many have it, and sums; a person may be in several sources."""

    concept: Concept
    sources: int
    sums: Coverage


@dataclass(frozen=True, slots=True)
class DatasetPage:
    """A page of concepts of a dataset; `total` is how many there are on all pages."""

    total: int
    rows: tuple[InDataset, ...] = ()


@dataclass(frozen=True, slots=True)
class NetworkPage:
    """A page of concepts of the network; `total` is how many there are on all pages."""

    total: int
    rows: tuple[InNetwork, ...] = ()


class ConceptBrowser:
    """Looks through the counts of one ledger, page by page; pages count from 1."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._concepts = Concepts(database)

    def in_dataset(
        self, record: str, text: str = "", domain: str = "", page: int = 1, size: int = SIZE
    ) -> DatasetPage:
        """The concepts of a dataset that a text finds, or all; those with most persons come first.

        `domain` is one of `analyses.DOMAINS`. Empty where the record has no release that counts.
        """
        with self._database.reading() as db:
            mine = [one for one in shown(db) if one.record == record]
            if not mine:
                return DatasetPage(0)
            edition = edition_of(db)
            wanted = [_counts.release == mine[0].release, _counts.domain != ""]
            wanted += [_counts.domain == domain] if domain else []
            wanted += [matches(_ID, text, edition)] if text.strip() else []
            total = int(
                db.scalar(sql.select(sql.func.count()).select_from(concept_counts).where(*wanted)) or 0
            )
            found = db.execute(_most_first(wanted, size, (page - 1) * size)).all()
            covered = _with_all_below(db, [row.concept for row in found], mine[0], edition)
        named = self._concepts.named(row.concept for row in found)
        rows = (
            InDataset(
                named.get(row.concept, Concept(row.concept, "")),
                row.domain,
                Coverage(
                    Count(State(row.persons_state), row.persons_low, row.persons_high),
                    Count(State(row.records_state), row.records_low, row.records_high),
                ),
                covered[row.concept],
            )
            for row in found
        )
        return DatasetPage(total, tuple(rows))

    def network(self, text: str = "", domain: str = "", page: int = 1, size: int = SIZE) -> NetworkPage:
        """The concepts of all sources that a text finds, or all; those that most sources have come first.

        `domain` is one of `analyses.DOMAINS`.
        """
        renew_totals(self._database)
        column = _totals.c
        with self._database.reading() as db:
            wanted = [column.domain == domain]
            wanted += [matches(column.concept, text, edition_of(db))] if text.strip() else []
            total = int(db.scalar(sql.select(sql.func.count()).select_from(_totals).where(*wanted)) or 0)
            found = db.execute(
                _totals.select()
                .where(*wanted)
                .order_by(column.sources.desc(), column.persons_sum_high.desc(), column.concept)
                .limit(size)
                .offset((page - 1) * size)
            ).all()
        named = self._concepts.named(row.concept for row in found)
        rows = (
            InNetwork(named.get(row.concept, Concept(row.concept, "")), row.sources, _sums(row))
            for row in found
        )
        return NetworkPage(total, tuple(rows))


def _most_first(
    wanted: Sequence[sql.ColumnElement[bool]], size: int, offset: int
) -> sql.Select[*tuple[object, ...]]:
    """The counts of a page; which those are is read from the index alone, for there are very many."""
    keys = sql.select(_counts.release, _counts.domain, _counts.concept).where(*wanted)
    few = keys.order_by(*_order()).limit(size).offset(offset).subquery()
    same = sql.and_(*(_counts[column.name] == column for column in few.c))
    return sql.select(concept_counts).join(few, same).order_by(*_order())


def _order() -> tuple[sql.ColumnElement[int] | sql.ColumnElement[str], ...]:
    persons, records = (sql.func.coalesce(_counts[f"{unit}_high"], 0) for unit in ("persons", "records"))
    return persons.desc(), records.desc(), _counts.concept, _counts.domain


def _with_all_below(
    db: sql.Connection, concepts: Sequence[int], mine: Shown, edition: int
) -> dict[int, Coverage]:
    found = held(db, concepts, [mine.release], edition, descendants=True)
    those = known(db, concepts, edition)
    return {
        concept: coverage(one, mine.persons, descendants=True, is_known=concept in those)
        for (concept, _), one in found.items()
    }


def _sums(row: sql.Row[*tuple[object, ...]]) -> Coverage:
    persons, records = row[3:9], row[9:15]
    return Coverage(Parts(*persons).total(), Parts(*records).total())  # type: ignore[arg-type]
