"""All that binds the cells of a release to each other, protected one after the other.

What is bound is dealt with so that each part is safe whatever the others do: sums count as known to the
unit, and bounds that other analyses set as reached.
"""

from typing import Final

from catalogue.profiles.disclosure_cells import Numbers
from catalogue.profiles.disclosure_domains import DOMAINS, protect_domains
from catalogue.profiles.disclosure_months import OBSERVED, leave_room_to_periods, protect_months
from catalogue.profiles.disclosure_persons import protect_parts
from catalogue.profiles.disclosure_records import (
    drop_hidden_months,
    protect_concept_months,
    protect_records,
    tied,
)
from catalogue.profiles.disclosure_sexes import protect_ages_and_sexes

_IN_YEAR: Final = "personsObservedInYear"


def protect(numbers: Numbers) -> None:
    """Hide further cells, or leave analyses out, until no hidden cell can be worked out from all others."""
    if numbers["persons"].is_small(()):
        _leave_all_out(numbers)
        return
    for analysis in (*protect_parts(numbers), *protect_ages_and_sexes(numbers)):
        _leave_out(numbers, analysis)
    numbers[DOMAINS].gone.update(protect_domains(numbers))
    drop_hidden_months(numbers)
    ties = tied(numbers)
    _drop_hidden_years(numbers)
    floors = _observed_at_least(numbers, ties.most)
    for analysis in protect_months(numbers, floors):
        _leave_out(numbers, analysis)
    if not leave_room_to_periods(numbers, floors):
        _leave_out(numbers, "personsByPeriods")
    protect_records(numbers, ties)
    protect_concept_months(numbers, ties)


def _leave_all_out(numbers: Numbers) -> None:
    """Of so few persons nothing is told but that they are few: all else would be about each of them."""
    for analysis in numbers.by_analysis:
        if analysis != "persons":
            _leave_out(numbers, analysis)


def _leave_out(numbers: Numbers, analysis: str) -> None:
    numbers[analysis].gone.update(numbers[analysis].low)


def _drop_hidden_years(numbers: Numbers) -> None:
    """Leave out hidden years with a month that is hidden too: the one would bound the other."""
    years = {cell[0][:4] for cell in numbers[OBSERVED].small()}
    cells = numbers[_IN_YEAR]
    cells.gone.update(cell for cell in cells.small() if cell[0] in years)


def _observed_at_least(numbers: Numbers, most: dict[str, int]) -> dict[str, int]:
    """By month, the fewest persons that can be observed, by those of a concept and those of the year."""
    floors = dict(most)
    years = {cell[0]: number for cell, number in numbers[_IN_YEAR].low.items()}
    for (month,) in numbers[OBSERVED].low:
        floors[month] = max(floors.get(month, 0), years.get(month[:4], 0))
    return floors
