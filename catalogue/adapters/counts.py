"""The order in which the values of a facet are shown, and how many of them, on every engine."""

from collections.abc import Mapping, Sequence
from typing import Final

from catalogue.search import FacetCount

SHOWN: Final = 50
"""Values of a facet that are given; selected ones beyond them are added."""


def shown(counts: Mapping[str, int], selected: Sequence[str]) -> tuple[FacetCount, ...]:
    """The most frequent values first, equals in the order of their letters, and all selected ones."""
    ordered = sorted(counts.items(), key=lambda pair: (-pair[1], pair[0]))
    return tuple(
        FacetCount(value, number, value in selected)
        for place, (value, number) in enumerate(ordered)
        if place < SHOWN or value in selected
    )
