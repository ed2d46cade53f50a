"""Which descriptions of withdrawn records are still held elsewhere."""

from dataclasses import replace

from catalogue.changes import still_held
from catalogue.ledger import GONE, MISSING, Ledger
from catalogue.records import record_id
from tests.ledger.entries import entry


def put(ledger: Ledger, source: str, subject: str, state: str) -> None:
    """Keep a record of a source."""
    with ledger.leases.source(source) as hold:
        ledger.settle(
            hold, [replace(entry(record_id(source, subject), source, state=state), subject=subject)]
        )


def test_a_subject_is_still_held_while_any_source_has_it(ledger: Ledger) -> None:
    for source, subject, state in (
        ("north", "urn:a", GONE),
        ("south", "urn:a", MISSING),
        ("west", "urn:b", GONE),
        ("Ärzte", "urn:c", "present"),
    ):
        put(ledger, source, subject, state)

    assert still_held(ledger, ["urn:a", "urn:b", "urn:c", "urn:d"]) == {"urn:a", "urn:c"}
    assert still_held(ledger, []) == frozenset()


def test_nothing_is_held_by_an_empty_catalogue(ledger: Ledger) -> None:
    assert still_held(ledger, ["urn:a"]) == frozenset()
