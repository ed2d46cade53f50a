"""The table achilles_result_concept_count: records and persons of each concept with its descendants.

Its sums leave out cells that the node left out, and its persons with descendants are a sum over
descendants in which a person may count several times: an upper bound.
"""

from collections.abc import Iterator, Sequence
from typing import Final

from catalogue.profiles.measured import Dropped, Measured, Tally
from harvesters.profiles.cells import OF_OMOP, count
from harvesters.profiles.tables import Table

RECORDS: Final = ("record_count", "descendant_record_count")
PERSONS: Final = ("person_count", "descendant_person_count")
COLUMNS: Final = frozenset({"concept_id", *RECORDS})
WITH_PERSONS: Final = COLUMNS.union(PERSONS)

_NO_CONCEPT: Final = "0"


def read(tables: Sequence[Table]) -> Iterator[Measured]:
    """One tally a concept and unit; raises Invalid where a row cannot be read.

    A concept that has two rows, as where one writes 12 and the other 12.0, has the larger numbers of both.
    """
    found: dict[str, tuple[int, ...]] = {}
    empty = unmapped = 0
    for table in tables:
        for concept, counts in _rows(table):
            if concept == _NO_CONCEPT:
                unmapped += 1
            elif not any(counts):
                empty += 1
            elif concept in found:
                found[concept] = tuple(map(max, found[concept], counts))
            else:
                found[concept] = counts
    for concept, (_, all_records, persons, all_persons) in found.items():
        if all_records:
            yield Tally("recordsWithDescendants", (concept,), all_records, all_records)
        if high := max(persons, all_persons):
            yield Tally("personsWithDescendants", (concept,), max(persons, 1), high)
    if empty:
        reason = "A count of 0 may be one that the node left out, so it is not taken for none."
        yield Dropped("concepts without a count", empty, reason)
    if unmapped:
        yield Dropped("concept 0 with descendants", unmapped, "What is not mapped has no descendants.")


def _rows(table: Table) -> Iterator[tuple[str, tuple[int, ...]]]:
    """Concepts with records, records with descendants, persons, persons with descendants."""
    concept_at = table.columns.index("concept_id")
    places = [table.columns.index(name) for name in (*RECORDS, *PERSONS) if name in table.columns]
    missing = (0,) * (len(RECORDS) + len(PERSONS) - len(places))
    rows = table.rows()
    for row in rows:
        concept = OF_OMOP["concept"](row[concept_at])
        if concept is None:
            if row[concept_at].strip().lower() == "concept_id":
                continue
            raise rows.invalid("its concept_id is no number of a concept.")
        try:
            yield concept, tuple(count(row[place]) for place in places) + missing
        except ValueError as error:
            raise rows.invalid(str(error)) from None
