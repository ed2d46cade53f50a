"""What the ids of analyses mean to CatalogueExport of EHDEN, and how its results are told apart."""

from collections.abc import Set
from dataclasses import replace
from typing import Final

from harvesters.profiles.achilles_ids import LEFT_OUT, LINES, Line, Producer

RELEASE: Final = 5000
"""The row of the release of the data, which Achilles does not have."""

PLACEHOLDER: Final = 9_999_999
"""The count in each row of an analysis that an old version tells only as a range of powers of ten."""

DESCENDANTS: Final = frozenset({430, 630, 730, 830, 1830, 2130})
"""Records with descendants, by concept; to Achilles they are records within observation, of all together."""

_EXACT: Final = frozenset({1, 2, 3, 101, 102, 108, 109, 111, 112, 113, 117})
_MONTHLY: Final = frozenset({220, 420, 502, 620, 720, 820, 1820, 2120})
_ALIKE: Final = (
    *_EXACT,
    *_MONTHLY,
    *(103, 104, 105, 106, 200, 201, 203, 206, 400, 401, 403, 405, 406, 501, 506, 600, 601, 603, 605, 606),
    *(700, 701, 703, 705, 706, 800, 801, 803, 805, 806, 1800, 1801, 1803, 1805, 1806, 1815),
    *(2100, 2101, 2105, 2201),
)
"""Ids that both producers use for the same."""

_LEFT_OUT_ALIKE: Final = (107, 110, 715, 716, 717, 815, 900, 901, 920, 1001, 1020, 1816, 1817)
_STAY: Final = "Lengths of stay are not shown."

CATALOGUE_EXPORT: Final = Producer(
    "CatalogueExport",
    {id: replace(LINES[id], rounded=id not in _EXACT | _MONTHLY) for id in _ALIKE}
    | {id: Line("recordsWithDescendants", (1,), adds=True, rounded=True) for id in DESCENDANTS},
    {id: LEFT_OUT[id] for id in _LEFT_OUT_ALIKE} | {211: _STAY},
)

IDS: Final = frozenset({0, RELEASE, *CATALOGUE_EXPORT.lines, *CATALOGUE_EXPORT.left_out})
"""All that CatalogueExport writes."""


def wrote(ids: Set[int], *, descendants: bool, dated: bool, mixed: bool) -> bool:
    """Whether a file that holds these ids is of CatalogueExport rather than of Achilles.

    `descendants` says that rows of `DESCENDANTS` have a concept, `dated` that the row of the source has a
    date of eight digits, `mixed` that counts and distributions stand in one file.
    """
    if RELEASE in ids or descendants:
        return True
    return ids <= IDS and (dated or mixed)
