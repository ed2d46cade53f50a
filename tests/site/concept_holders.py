"""Two datasets with concepts of a small vocabulary, for tests of pages."""

from pathlib import Path
from typing import Final

from catalogue.catalogue import Catalogue
from catalogue.profiles.disclosure import guard
from catalogue.profiles.measured import Measured, Tally, Told
from catalogue.profiles.publishing import publish
from catalogue.profiles.release import Rule
from tests.profiles.concept_worlds import imported, write
from tests.site.site import identity

SPLEEN: Final = 1
FAILING: Final = 2
AFTER: Final = 3
TONIC: Final = 5
UNKNOWN: Final = 77
"""The concept that the vocabulary does not name."""


def told(persons: int, **held: tuple[int, str, int]) -> list[Measured]:
    """What a node tells: three records for each person with a concept."""
    counted: list[Measured] = [Told("Achilles", "1.7.2"), Tally("persons", (), persons, persons)]
    for concept, domain, number in held.values():
        strata = (domain, str(concept))
        counted += [
            Tally("personsByConcept", strata, number, number),
            Tally("recordsByConcept", strata, number * 3, number * 3),
        ]
    return counted


def hold(catalogue: Catalogue, folder: Path) -> None:
    """Import the vocabulary, and publish what two of the datasets hold."""
    imported(catalogue.ledger, write(folder / "vocabulary"))
    full = {"a": (FAILING, "condition", 2_000), "b": (AFTER, "condition", 700), "c": (TONIC, "drug", 3)}
    many = {f"m{n}": (1_000 + n, "measurement", 20 + n) for n in range(30)}
    publish(catalogue, identity("full"), guard(told(10_000, **full, **many), Rule()))
    few = told(200, a=(FAILING, "condition", 40), b=(UNKNOWN, "drug", 30))
    publish(catalogue, identity("german"), guard(few, Rule()))
