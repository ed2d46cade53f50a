"""Ages in bands of five years, as pyramids and comparisons show them."""

from collections.abc import Mapping
from typing import Final

from catalogue.profiles.counts import Count
from catalogue.profiles.release import Guarded
from web.charts.amounts import first_number, total

BAND: Final = 5
"""How many years of age stand together."""

LAST: Final = 90
"""The oldest ages stand together, as persons of so great an age are few."""


def band_label(start: int) -> str:
    """40–44, and 90+ for the last."""
    return f"{start}+" if start >= LAST else f"{start}–{start + BAND - 1}"


def banded(release: Guarded, *strata: str) -> dict[int, Count]:
    """Persons by the first age of each band: all, or those of one sex.

    A sum is of the ages that are provided; hidden ages make it an interval.
    """
    analysis = "personsByAgeAndSex" if strata else "personsByAge"
    found: dict[int, list[Count]] = {}
    for cell, count in release.cells.get(analysis, {}).items():
        age = first_number(cell[0])
        if age is not None and cell[1:] == strata:
            found.setdefault(min(age // BAND * BAND, LAST), []).append(count)
    whole = release.count("persons")
    return {start: total(parts, whole) for start, parts in sorted(found.items())}


def each_band(*groups: Mapping[int, Count]) -> range:
    """Every band from the first to the last that any group has."""
    starts = [start for group in groups for start in group]
    return range(min(starts), max(starts) + 1, BAND) if starts else range(0)
