"""Cells that add up: hiding as many of a group that none can be worked out from its sum.

Whoever knows the sum, and all that is told of the other cells, can narrow a hidden cell down to what these
leave to it. So a hidden cell is safe where it could be more while others are less, and the other way
round, by enough together. The sum is taken as known to the unit: it may be told elsewhere.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from catalogue.profiles.disclosure_cells import ROOM, Cells
from catalogue.profiles.release import Strata


def _no_cap(cell: Strata) -> int | None:
    return None


@dataclass(frozen=True, slots=True)
class Group:
    """Cells of one analysis that add up. The sum itself could be up to `more` or `less` than it is.

    `floors` and `cap` bound cells by other analyses. `rest` is what is left between the cells and the
    whole: rows that the node left out, of which nobody tells, and that must not be worked out either.
    """

    members: Sequence[Strata]
    floors: Mapping[Strata, int] = field(default_factory=dict)
    cap: Callable[[Strata], int | None] = _no_cap
    more: int = 0
    less: int = 0
    rest: int = 0


def protect(cells: Cells, group: Group) -> bool:
    """Shut further cells, as few and as small as will do; False where hiding all of them does not do."""
    hidden = [cell for cell in group.members if cells.is_small(cell) or cell in cells.shut]
    is_rest_small = 0 < group.rest <= cells.rule.threshold
    if not hidden and not is_rest_small:
        return True
    room = _Room(cells, group)
    while is_rest_small and not room.is_safe(min(group.rest, ROOM), ROOM):
        if not room.widen(hidden):
            return False
    for cell in hidden:
        down, up = _slack(cells, group, cell)
        with_rest = bool(group.rest) and cell in cells.shut
        while not room.is_safe(down, up, (down, up), with_rest):
            if not room.widen(hidden):
                return False
    return True


class _Room:
    """How much less and more all cells of a group could be together; counted no further than is of use."""

    def __init__(self, cells: Cells, group: Group) -> None:
        self._cells = cells
        self._group = group
        self._spare: list[Strata] | None = None
        self.down, self.up = group.more, group.less
        for cell in group.members:
            if self._is_enough():
                break
            self._add(cell, 1)

    def is_safe(self, down: int, up: int, own: tuple[int, int] = (0, 0), with_rest: bool = False) -> bool:
        """Whether what could be `down` less or `up` more could be so by enough, in exchange with the cells.

        `own` is its part in the room of the cells; `with_rest` whether the rest may be exchanged with too.
        """
        less, more = self.down - own[0], self.up - own[1]
        if with_rest:
            less, more = less + self._group.rest, more + ROOM
        return min(up, less) + min(down, more) >= ROOM

    def widen(self, hidden: list[Strata]) -> bool:
        """Shut one more cell, and append it to the hidden ones; False where that is of no use."""
        cells = self._cells
        if self._is_enough():
            return False
        if self._spare is None:
            spare = [cell for cell in self._group.members if cells.is_open(cell)]
            self._spare = sorted(spare, key=lambda cell: order(cells, cell), reverse=True)
        if not self._spare:
            return False
        cell = self._spare.pop()
        self._add(cell, -1)
        cells.shut.add(cell)
        self._add(cell, 1)
        hidden.append(cell)
        return True

    def _is_enough(self) -> bool:
        return min(self.down, self.up) >= 2 * ROOM

    def _add(self, cell: Strata, times: int) -> None:
        down, up = _slack(self._cells, self._group, cell)
        self.down += times * down
        self.up += times * up


def order(cells: Cells, cell: Strata) -> tuple[bool, int, Strata]:
    """The order of hiding: first the smallest that could be enough less, then the largest of the rest."""
    enough = cells.rule.threshold + 1 + ROOM
    number = cells.low[cell]
    return number < enough, abs(number - enough), cell


def _slack(cells: Cells, group: Group, cell: Strata) -> tuple[int, int]:
    down, up = cells.slack(cell)
    if down and (floor := group.floors.get(cell)) is not None:
        down = min(down, max(0, cells.low[cell] - floor))
    if up and (cap := group.cap(cell)) is not None:
        up = min(up, max(0, cap - cells.top(cell)))
    return down, up
