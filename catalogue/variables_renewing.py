"""Lets the variables of records follow their releases."""

from collections.abc import Iterable
from typing import Final

from catalogue.batches import batches
from catalogue.documents import Parts, projected
from catalogue.leases import Hold

_BATCH: Final = 20


def renew_variables(parts: Parts, hold: Hold, record: str) -> None:
    """Let a record have the variables of the release that it shows now; nothing to do for most releases."""
    if parts.ledger.variables.concerned(record):
        _renew(parts, hold, [record])


def tidy_variables(parts: Parts, hold: Hold) -> None:
    """Let go of the variables of records that are no more, and measure all others anew."""
    parts.ledger.variables.forget(hold, parts.ledger.variables.stale())
    _renew(parts, hold, parts.ledger.variables.scanned())


def _renew(parts: Parts, hold: Hold, records: Iterable[str]) -> None:
    for some in batches(records, _BATCH):
        parts.ledger.variables.know(hold, projected(parts, some))
