"""Imports a vocabulary: a new edition is written beside the old one, and then takes its place in one step.

All concepts are kept, with their hierarchy. Words, by which they are found, and synonyms are kept of
standard concepts, of those that classify, and of those that occur in the counts of any source: of seven
million concepts of Athena, some three. Memory does not grow with the files, but for four bytes a concept
with words.
"""

from array import array
from bisect import bisect_left
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import datetime
from operator import attrgetter
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

import sqlalchemy as sql

from catalogue import concept_tables as tables
from catalogue.batches import batches
from catalogue.database import Database
from catalogue.errors import Invalid
from catalogue.leases import Leases
from catalogue.profile_tables import concept_counts
from catalogue.profiles import concepts_files as read
from catalogue.profiles.concepts_own import Concept, own_concepts, words_of
from catalogue.profiles.concepts_roll_ups import Progress, renew_roll_ups, unheard
from catalogue.profiles.concepts_sorting import Sorting
from catalogue.profiles.concepts_words import words

LEASE: Final = "vocabulary"
"""The lease under which a vocabulary is imported."""

BATCH: Final = 20_000
"""How many rows are written at a time; harvests write in between."""

LONGEST: Final = 600
"""The longest synonym that is kept whole, in characters: PostgreSQL takes no longer keys."""

BROAD: Final = 50
"""How many concepts are below one of which roll-ups are kept; below others they are added up when asked."""

MOST_LEVELS: Final = 32_767
"""What a column of levels holds."""

_FIELDS: Final = attrgetter(*Concept.__dataclass_fields__)

Row = tuple[object, ...]
"""A row without its edition, in the order of the columns."""


@dataclass(frozen=True, slots=True)
class Imported:
    """What an import brought, in rows."""

    concepts: int
    synonyms: int
    words: int
    pairs: int


def import_vocabulary(
    database: Database,
    leases: Leases,
    folder: Path,
    scratch: Path,
    now: Callable[[], datetime],
    progress: Progress = unheard,
) -> Imported:
    """Let the vocabulary in a folder take the place of the one that there is.

    Until the end, and when it fails, nothing of it is seen. `scratch` is a folder with room for about
    twice the files. Raises Invalid for files that cannot be used, Conflict while another import runs.
    """
    with ExitStack() as held:
        held.enter_context(leases.held(LEASE))
        apart = Path(held.enter_context(TemporaryDirectory(prefix="vocabulary-", dir=scratch)))
        clear(database)
        edition = _begun(database, now())
        imported = _Writing(database, edition, folder, apart, progress).done()
        renew_roll_ups(database, edition, progress)
        _turn(database, edition)
        clear(database)
    return imported


def clear(database: Database, at_once: int = BATCH) -> None:
    """Take away the rows of editions that are not current: older ones, and what a failed import left.

    They go `at_once` in a transaction, so that nobody waits long.
    """
    column = tables.vocabulary_editions.c
    with database.reading() as db:
        old = list(db.scalars(sql.select(column.id).where(~column.current)))
    for edition in old:
        for table in tables.OF_AN_EDITION:
            while _delete_some(database, table, edition, at_once):
                pass
        with database.writing() as db:
            db.execute(tables.vocabulary_editions.delete().where(column.id == edition))


def _delete_some(database: Database, table: sql.Table, edition: int, at_once: int) -> bool:
    """Delete the first rows of an edition; says whether there may be more."""
    key = next(column for column in table.primary_key if column.name != "edition")
    mine = table.c.edition == edition
    last = sql.select(key).where(mine).order_by(*table.primary_key).offset(at_once).limit(1)
    with database.writing() as db:
        bound = db.scalar(last)
        first = mine if bound is None else mine & (key <= bound)
        return bool(db.execute(table.delete().where(first)).rowcount) and bound is not None


def _begun(database: Database, now: datetime) -> int:
    editions = tables.vocabulary_editions
    with database.writing() as db:
        edition = int(db.scalar(sql.select(sql.func.max(editions.c.id))) or 0) + 1
        db.execute(editions.insert().values(id=edition, imported=now, current=False))
    return edition


def _turn(database: Database, edition: int) -> None:
    """Let an edition be the one that is read."""
    editions = tables.vocabulary_editions
    with database.writing() as db:
        db.execute(editions.update().values(current=editions.c.id == edition))


class _Writing:
    """The writing of one edition."""

    def __init__(
        self, database: Database, edition: int, folder: Path, scratch: Path, progress: Progress
    ) -> None:
        self._database = database
        self._edition = edition
        self._folder = folder
        self._scratch = scratch
        self._progress = progress
        self._vocabularies: Counter[str] = Counter()
        self._worded = array("I")
        with database.reading() as db:
            self._counted = set(db.scalars(sql.select(concept_counts.c.concept).distinct()))

    def done(self) -> Imported:
        """Write everything."""
        with Sorting(self._scratch) as found:
            concepts = self._fill(tables.concepts, self._concepts(found))
            synonyms = self._fill(tables.concept_synonyms, self._synonyms(found))
            words = self._fill(tables.concept_words, self._words(found))
        pairs = self._hierarchy()
        versions = read.versions(self._folder)
        self._fill(
            tables.vocabularies,
            ((name, number, versions.get(name, "")) for name, number in sorted(self._vocabularies.items())),
        )
        return Imported(concepts, synonyms, words, pairs)

    def _fill(self, table: sql.Table, rows: Iterable[Row]) -> int:
        """Write rows of a table, some at a time; says how many."""
        written = 0
        for some in batches(rows, BATCH):
            with self._database.writing() as db:
                self._database.add(db, table, [(self._edition, *row) for row in some])
            written += len(some)
            self._progress(f"{written:,} rows of {table.name}")
        return written

    def _concepts(self, found: Sorting) -> Iterator[Row]:
        """The concepts by id, ours among them where the files have none with that id; notes their words."""
        ours = dict(own_concepts())
        with Sorting(self._scratch) as sorting:
            for concept in read.concepts(self._folder):
                ours.pop(concept.id, None)
                sorting.add(_line(concept))
            for concept in ours.values():
                sorting.add(_line(concept))
            before = -1
            for line in sorting.sorted():
                concept = _concept(line)
                if concept.id == before:
                    raise Invalid(f"{read.CONCEPTS} has the concept {before} twice, in different words.")
                before = concept.id
                self._vocabularies[concept.vocabulary] += 1
                if concept.standard or concept.id in self._counted:
                    self._worded.append(concept.id)
                    _note(found, concept.id, words_of(concept))
                yield _FIELDS(concept)

    def _synonyms(self, found: Sorting) -> Iterator[Row]:
        """The synonyms of concepts that have words, by concept; notes their words."""
        with Sorting(self._scratch) as sorting:
            for id, name in read.synonyms(self._folder):
                if self._has_words(id):
                    sorting.add(f"{id:010d}\t{_plain(name)[:LONGEST]}".encode())
            for line in sorting.sorted():
                id_text, name = line.decode().split("\t")
                _note(found, int(id_text), words(name))
                yield int(id_text), name

    def _words(self, found: Sorting) -> Iterator[Row]:
        for line in found.sorted():
            word, id = line.decode().split("\t")
            yield word, int(id)

    def _hierarchy(self) -> int:
        """Write the pairs in both directions."""
        with Sorting(self._scratch) as up, Sorting(self._scratch) as down:
            for pair in read.pairs(self._folder):
                levels = min(pair.levels, MOST_LEVELS)
                up.add(b"%010d%010d%05d" % (pair.descendant, pair.ancestor, levels))
                down.add(b"%010d%010d%05d" % (pair.ancestor, pair.descendant, levels))
            self._fill(tables.concept_ancestors, _pairs(up))
            broad = array("I")
            rows = _noting_broad(_pairs(down), broad)
            written = self._fill(tables.concept_descendants, rows)
        self._fill(tables.broad_concepts, ((concept,) for concept in broad))
        return written

    def _has_words(self, id: int) -> bool:
        at = bisect_left(self._worded, id)
        return at < len(self._worded) and self._worded[at] == id


def _note(found: Sorting, id: int, its: Iterable[str]) -> None:
    for word in its:
        found.add(f"{word}\t{id:010d}".encode())


def _pairs(sorting: Sorting) -> Iterator[tuple[int, int, int]]:
    """Pairs in order; of several with the same ends, the nearest."""
    before = b""
    for line in sorting.sorted():
        if line[:20] != before:
            before = line[:20]
            yield int(line[:10]), int(line[10:20]), int(line[20:])


def _noting_broad(pairs: Iterable[tuple[int, int, int]], broad: "array[int]") -> Iterator[Row]:
    """The pairs, which come by ancestor; notes each ancestor that has very much below it."""
    ancestor, number = -1, 0
    for pair in pairs:
        number = number + 1 if pair[0] == ancestor else 1
        ancestor = pair[0]
        if number == BROAD:
            broad.append(ancestor)
        yield pair


def _line(concept: Concept) -> bytes:
    id, *texts = _FIELDS(concept)
    return "\t".join([f"{id:010d}", *map(_plain, texts)]).encode()


def _concept(line: bytes) -> Concept:
    id, *texts = line.decode().split("\t")
    return Concept(int(id), *texts)


def _plain(text: str) -> str:
    """A text without what parts lines and columns."""
    return " ".join(text.split())
