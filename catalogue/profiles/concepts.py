"""The concepts of the vocabulary: found by words, named, and with those above and below them.

They are those of the edition that is current; where none was ever imported, those that we name ourselves.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

import sqlalchemy as sql

from catalogue import concept_tables as tables
from catalogue.batches import batches
from catalogue.database import Database
from catalogue.profile_tables import concept_counts
from catalogue.profiles.concepts_own import Concept, own_concepts, words_of
from catalogue.profiles.concepts_words import MOST, code_word, folded, words

__all__ = ["Concept", "Concepts", "Edition", "Vocabulary", "edition_of", "matches"]

_MANY: Final = 500
"""How many ids a statement names."""

_BEHIND: Final = "\U0010ffff"
"""Comes behind every character that a word may have."""

_DIGITS: Final = 18
"""An id with more of them is none that a column could hold."""

_concepts: Final = tables.concepts
_words: Final = tables.concept_words
_totals: Final = tables.concept_totals


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """A vocabulary that was imported, with how many concepts; its version is "" where no file told it."""

    name: str
    concepts: int
    version: str


@dataclass(frozen=True, slots=True)
class Edition:
    """The vocabularies that are in use, by name, and when they were imported."""

    imported: datetime
    vocabularies: tuple[Vocabulary, ...]


class Concepts:
    """The concepts of one ledger."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def find(
        self, text: str, domain: str = "", limit: int = 20, offset: int = 0, *, counted: bool = False
    ) -> tuple[Concept, ...]:
        """The concepts whose id or code the text is, then those with words that begin with all of its words.

        Of those, first come those that occur in counts, then the shorter names. `domain` is that of the
        vocabulary (Condition, Drug), in any case; `counted` leaves out those that do not occur in counts.
        """
        with self._database.reading() as db:
            edition = edition_of(db)
            if not edition:
                return tuple(_own_ranked(db, text, domain, counted)[offset : offset + limit])
            query = _ranked(text, domain, edition, counted).limit(limit).offset(offset)
            return tuple(_concept(row) for row in db.execute(query))

    def edition(self) -> Edition | None:
        """The edition that is current; None where none was ever imported."""
        edition, one = tables.vocabulary_editions, tables.vocabularies.c
        with self._database.reading() as db:
            current = db.execute(edition.select().where(edition.c.current)).first()
            if current is None:
                return None
            query = (
                sql.select(one.name, one.concepts, one.version)
                .where(one.edition == current.id)
                .order_by(one.name)
            )
            return Edition(current.imported, tuple(Vocabulary(*row) for row in db.execute(query)))

    def named(self, ids: Iterable[int]) -> dict[int, Concept]:
        """The concepts with these ids; those without a name are left out."""
        with self._database.reading() as db:
            return _named(db, edition_of(db), [*dict.fromkeys(ids)])

    def vocabularies(self, release: int) -> frozenset[str]:
        """The vocabularies of the concepts that a release counts, as far as they are known."""
        counted = concept_counts.c.concept
        with self._database.reading() as db:
            edition = edition_of(db)
            if not edition:
                ours = own_concepts()
                held = sql.select(counted).where(concept_counts.c.release == release, counted.in_(ours))
                return frozenset(ours[id].vocabulary for id in db.scalars(held))
            query = (
                sql.select(_concepts.c.vocabulary)
                .distinct()
                .join(concept_counts, counted == _concepts.c.id)
                .where(_concepts.c.edition == edition, concept_counts.c.release == release)
            )
            return frozenset(db.scalars(query))

    def synonyms(self, id: int) -> tuple[str, ...]:
        """What else a concept is called."""
        column = tables.concept_synonyms.c
        with self._database.reading() as db:
            mine = (column.edition == edition_of(db)) & (column.concept == id)
            return tuple(db.scalars(sql.select(column.name).where(mine).order_by(column.name)))

    def ancestors(self, id: int) -> tuple[Concept, ...]:
        """All concepts above one, the nearest first."""
        column = tables.concept_ancestors.c
        with self._database.reading() as db:
            edition = edition_of(db)
            above = (
                sql.select(column.ancestor)
                .where(column.edition == edition, column.descendant == id)
                .order_by(column.levels, column.ancestor)
            )
            ids = list(db.scalars(above))
            found = _named(db, edition, ids)
        return tuple(found[one] for one in ids if one in found)

    def children(self, id: int, limit: int = 200) -> tuple[Concept, ...]:
        """The concepts one step below, by name."""
        column = tables.concept_descendants.c
        with self._database.reading() as db:
            edition = edition_of(db)
            below = (
                _concepts.select()
                .join(column.ancestor.table, column.descendant == _concepts.c.id)
                .where(column.edition == edition, column.ancestor == id, column.levels == 1)
                .where(_concepts.c.edition == edition)
                .order_by(_concepts.c.name, _concepts.c.id)
            )
            return tuple(_concept(row) for row in db.execute(below.limit(limit)))

    def descendants(self, id: int) -> tuple[int, ...]:
        """The ids of all concepts below one."""
        column = tables.concept_descendants.c
        with self._database.reading() as db:
            below = column.edition == edition_of(db), column.ancestor == id
            return tuple(db.scalars(sql.select(column.descendant).where(*below)))


def edition_of(db: sql.Connection) -> int:
    """The number of the edition that is current, 0 where there is none."""
    column = tables.vocabulary_editions.c
    return int(db.scalar(sql.select(column.id).where(column.current)) or 0)


def matches(column: sql.ColumnElement[int], text: str, edition: int) -> sql.ColumnElement[bool]:
    """Whether a text finds the concept whose id is in a column, as a part of a statement."""
    if not edition:
        return column.in_([*(concept.id for concept in _own_found(text)), *_as_id(text)])
    ways = [sql.select(sql.literal(id)) for id in _as_id(text)]
    wanted, code = words(text)[:MOST], code_word(text)
    if code and [code] != wanted:  # a single word is a code as well
        ways.append(_beginning_with(code, edition))
    if wanted:
        ways.append(sql.select(sql.intersect(*(_beginning_with(one, edition) for one in wanted)).subquery()))
    return column.in_(sql.union(*ways)) if ways else sql.false()


def _ranked(text: str, domain: str, edition: int, counted: bool) -> sql.Select[*tuple[object, ...]]:
    """The concepts of an edition that a text finds, in their order."""
    column = _concepts.c
    is_counted = sql.exists().where(_totals.c.concept == column.id, _totals.c.domain == "")
    is_meant = sql.or_(column.id.in_(_as_id(text)), sql.func.lower(column.code) == folded(text))
    query = _concepts.select().where(column.edition == edition, matches(column.id, text, edition))
    if domain:
        query = query.where(sql.func.lower(column.domain) == domain.lower())
    if counted:
        query = query.where(is_counted)
    last = sql.case((is_meant, 0), else_=1), sql.case((is_counted, 0), else_=1)
    return query.order_by(*last, sql.func.length(column.name), column.name, column.id)


def _own_ranked(db: sql.Connection, text: str, domain: str, counted: bool) -> list[Concept]:
    """Those of our own concepts that a text finds, in their order."""
    found = [one for one in _own_found(text) if not domain or one.domain.lower() == domain.lower()]
    total = _totals.c
    known = total.domain == "", total.concept.in_([one.id for one in found])
    occurring = set(db.scalars(sql.select(total.concept).where(*known)))
    kept = [one for one in found if not counted or one.id in occurring]
    meant = {folded(text), code_word(text)}
    return sorted(
        kept,
        key=lambda one: (
            not meant & {str(one.id), one.code},
            one.id not in occurring,
            len(one.name),
            one.name,
        ),
    )


def _own_found(text: str) -> list[Concept]:
    wanted, code = words(text)[:MOST], code_word(text)

    def is_found(concept: Concept) -> bool:
        its = words_of(concept)
        return code in (str(concept.id), code_word(concept.code)) or all(
            any(word.startswith(one) for word in its) for one in wanted
        )

    return [concept for concept in own_concepts().values() if wanted and is_found(concept)]


def _beginning_with(word: str, edition: int) -> sql.Select[int]:
    """The ids of concepts with a word that begins so; a single character is a whole word."""
    column = _words.c
    query = sql.select(column.concept).where(column.edition == edition)
    if len(word) == 1:
        return query.where(column.word == word)
    return query.where(column.word >= word, column.word < word + _BEHIND)


def _as_id(text: str) -> list[int]:
    """The id that a text is, if it is one."""
    digits = text.strip()
    return [int(digits)] if digits.isascii() and digits.isdigit() and len(digits) <= _DIGITS else []


def _named(db: sql.Connection, edition: int, ids: Sequence[int]) -> dict[int, Concept]:
    if not edition:
        ours = own_concepts()
        return {id: ours[id] for id in ids if id in ours}
    column = _concepts.c
    found: dict[int, Concept] = {}
    for some in batches(ids, _MANY):
        query = _concepts.select().where(column.edition == edition, column.id.in_(some))
        found.update((row.id, _concept(row)) for row in db.execute(query))
    return found


def _concept(row: sql.Row[*tuple[object, ...]]) -> Concept:
    return Concept(*row[1:])  # type: ignore[arg-type]
