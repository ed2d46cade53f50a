"""What readers of profile files yield: numbers as the node told them, before the disclosure guard.

Nothing of this leaves the process that reads it: what is stored and shown is made by the guard.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import TypeAlias


@dataclass(frozen=True, slots=True)
class Told:
    """What the files tell of themselves; "" and None where they do not."""

    producer: str
    """Of files `Achilles`, `CatalogueExport`, `Ares`, `Data Quality Dashboard`, `White Rabbit` or `CSV`.

    `Beacon` or `FHIR` where a server told its counts.
    """
    version: str = ""
    source_name: str = ""
    generated: date | None = None
    """When the analyses were run."""
    released: date | None = None
    """When the data were released."""
    cdm_version: str = ""
    vocabulary_version: str = ""


@dataclass(frozen=True, slots=True)
class Tally:
    """A cell of a count. A node that rounded tells the bounds of what it counted, both inclusive."""

    analysis: str
    strata: tuple[str, ...]
    low: int
    high: int


@dataclass(frozen=True, slots=True)
class Spread:
    """How values are spread over a cell; `count` is how many values there are, None where not told."""

    analysis: str
    strata: tuple[str, ...]
    count: int | None
    minimum: float | None
    p10: float | None
    p25: float | None
    median: float | None
    p75: float | None
    p90: float | None
    maximum: float | None
    mean: float | None = None
    deviation: float | None = None


@dataclass(frozen=True, slots=True)
class Quality:
    """How the checks of a category came out; errors and checks that do not apply are neither of both."""

    category: str
    subcategory: str
    passed: int
    failed: int
    not_applicable: int = 0
    errors: int = 0


@dataclass(frozen=True, slots=True)
class Variable:
    """A field of a table, as a scan of the data found it.

    `values` maps each value that the scan lists to how often it occurs; `empty` is a share, 0 to 1, of the
    `rows` that were looked at.
    """

    table: str
    name: str
    label: str = ""
    type: str = ""
    empty: float | None = None
    distinct: int | None = None
    values: Mapping[str, int] = field(default_factory=dict)
    rows: int | None = None


@dataclass(frozen=True, slots=True)
class Dropped:
    """Rows that are not taken in, and why: timings, places, free text, analyses that are not known."""

    what: str
    rows: int
    reason: str


Measured: TypeAlias = Told | Tally | Spread | Quality | Variable | Dropped
