"""Cells that add up: hiding as many of a group that none can be worked out from its sum.

Whoever knows the sum, and all that is told of the other cells, can narrow a hidden cell down to what these
leave to it. So a hidden cell is safe where it could be more while others are less, and the other way
round, by enough together. The sum is taken as known to the unit: it may be told elsewhere.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from catalogue.profiles.disclosure_cells import ROOM, Cells
from catalogue.profiles.release import Strata


@dataclass(frozen=True, slots=True)
class Group:
    """Cells of one analysis that add up. The sum itself could be up to `more` or `less` than it is.

    `floors` and `caps` bound cells by other analyses. `rest` is what is left between the cells and the
    whole: rows that the node left out, of which nobody tells, and that must not be worked out either.
    """

    members: Sequence[Strata]
    floors: Mapping[Strata, int] = field(default_factory=dict)
    caps: Mapping[Strata, int] = field(default_factory=dict)
    more: int = 0
    less: int = 0
    rest: int = 0


def protect(cells: Cells, group: Group) -> bool:
    """Shut further cells, as few and as small as will do; False where hiding all of them does not do."""
    hidden = [cell for cell in group.members if cells.is_small(cell) or cell in cells.shut]
    rest = group.rest if 0 < group.rest <= cells.rule.threshold else 0
    if not hidden and not rest:
        return True
    slack = {cell: _slack(cells, group, cell) for cell in group.members if cells.top(cell)}
    spare: list[Strata] | None = None
    while not _is_safe(hidden, rest, slack, group):
        if spare is None:
            open_ = [cell for cell in slack if cells.is_open(cell)]
            spare = sorted(open_, key=lambda cell: order(cells, cell), reverse=True)
        if not spare:
            return False
        cell = spare.pop()
        cells.shut.add(cell)
        hidden.append(cell)
        slack[cell] = _slack(cells, group, cell)
    return True


def order(cells: Cells, cell: Strata) -> tuple[bool, int, Strata]:
    """The order of hiding: first the smallest that could be enough less, then the largest of the rest."""
    enough = cells.rule.threshold + 1 + ROOM
    number = cells.low[cell]
    return number < enough, abs(number - enough), cell


def _slack(cells: Cells, group: Group, cell: Strata) -> tuple[int, int]:
    down, up = cells.slack(cell)
    if cell in group.floors:
        down = min(down, max(0, cells.low[cell] - group.floors[cell]))
    if cell in group.caps:
        up = min(up, max(0, group.caps[cell] - cells.top(cell)))
    return down, up


def _is_safe(
    hidden: Sequence[Strata], rest: int, slack: Mapping[Strata, tuple[int, int]], group: Group
) -> bool:
    downs = sum(down for down, _ in slack.values()) + group.more
    ups = sum(up for _, up in slack.values()) + group.less
    if rest and min(ROOM, downs) + min(rest, ROOM, ups) < ROOM:
        return False
    for cell in hidden:
        down, up = slack[cell]
        if min(up, downs - down) + min(down, ups - up) < ROOM:
            return False
    return True
