"""Counts that a server tells in passing, as the profile of a dataset that it describes."""

from collections.abc import Sequence
from typing import Final

from catalogue.profiles.measured import Measured, Tally, Told
from catalogue.records import Characterisation
from harvesters.json_values import SMALLEST_COUNT

FEMALE: Final = "female"
MALE: Final = "male"
OTHER: Final = "other"


def counted(
    dataset: str, told: Told, persons: int | None, beside: Sequence[Measured]
) -> Characterisation | None:
    """The profile of a dataset; None for fewer than ten persons, and where nothing beside them is counted.

    How many persons there are the record tells by itself. Every count below ten is hidden, whatever the
    rule, and so is what would give one away.
    """
    if persons is None or persons < SMALLEST_COUNT or not any(isinstance(one, Tally) for one in beside):
        return None
    items = (told, Tally("persons", (), persons, persons), *beside)
    return Characterisation(dataset, dataset, items, threshold=SMALLEST_COUNT - 1)


def of_sexes(numbers: dict[str, int]) -> list[Tally]:
    """Persons by sex."""
    return [Tally("personsBySex", (sex,), number, number) for sex, number in numbers.items()]
