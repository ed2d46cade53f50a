"""Persons observed month by month: who is observed in one month and the next neither began nor ended between.

What began in a month is thus the difference of two numbers of persons observed, but for whose observation
ended; a hidden beginning must not be worked out from these.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from catalogue.profiles.disclosure_cells import ROOM, Numbers
from catalogue.profiles.disclosure_groups import order
from catalogue.profiles.disclosure_network import Edge, Network, Node, protect
from catalogue.profiles.release import Strata

STARTS: Final = "personsByStart"
ENDS: Final = "personsByEnd"
OBSERVED: Final = "personsObservedInMonth"

_FREE: Final = ("all", "others")
"""Where persons come from and go to whose comings and goings are not told."""


@dataclass(frozen=True, slots=True)
class _Open:
    """An edge that could be shut."""

    edge: Edge
    analysis: str
    cell: Strata
    order: tuple[bool, int, Strata]
    month: int


class _Months:
    """The network of months. Each has a node for who is there as it begins, and one for who is as it ends."""

    def __init__(self, numbers: Numbers, floors: Mapping[str, int]) -> None:
        self.numbers = numbers
        self.network = Network()
        self.hidden: list[Edge] = []
        self._open: list[_Open] = []
        self._months: dict[int, int] = {}
        self._floors = floors
        months = sorted({cell[0] for name in (STARTS, ENDS, OBSERVED) for cell in numbers[name].low})
        for month in months:
            self._edge(OBSERVED, month, ("in", month), ("out", month))
            self._edge(STARTS, month, ("all", "starts"), ("in", month))
            self._edge(ENDS, month, ("out", month), ("all", "ends"))
        for month in sorted({*months, *map(_after, months)}):
            self._stay(_before(month), month)

    def next_to_shut(self, edge: Edge) -> Edge | None:
        """Shut one more edge, near in time: beginnings and ends before the persons observed."""
        if not self._open:
            return None
        when = self._months.get(id(edge), 0)
        chosen = min(
            self._open, key=lambda spare: (spare.analysis == OBSERVED, abs(spare.month - when), spare.order)
        )
        self._open = [spare for spare in self._open if spare is not chosen]
        self.numbers[chosen.analysis].shut.add(chosen.cell)
        chosen.edge.down, chosen.edge.up = self._room(chosen.analysis, chosen.cell)
        return chosen.edge

    def _edge(self, analysis: str, month: str, source: Node, target: Node) -> None:
        cells = self.numbers[analysis]
        if (month,) not in cells.low:
            return
        edge = Edge(source, target, *self._room(analysis, (month,)), (analysis, (month,)))
        self.network.add(edge)
        self._months[id(edge)] = _number(month)
        if cells.is_open((month,)):
            self._open.append(_Open(edge, analysis, (month,), order(cells, (month,)), _number(month)))
        elif cells.is_small((month,)):
            self.hidden.append(edge)

    def _room(self, analysis: str, cell: Strata) -> tuple[int, int]:
        cells, persons = self.numbers[analysis], self.numbers["persons"]
        down, up = cells.slack(cell)
        if () in persons.low:
            up = min(up, max(0, persons.low[()] - cells.top(cell)))
        if analysis == OBSERVED and not cells.is_small(cell):
            down = min(down, max(0, cells.low[cell] - self._floors.get(cell[0], 0)))
        return down, up

    def _stay(self, month: str, following: str) -> None:
        """Join the end of a month and the beginning of the next.

        What is too much on one side began or ended without being told: the node left such rows out.
        """
        left, found = self._less(month, ENDS), self._less(following, STARTS)
        out, into = ("out", month), ("in", following)
        if left is None or found is None:
            self._free(out, left, into, found)
            return
        stayed = min(left, found)
        if {out, into} <= self.network.at.keys():
            self.network.add(Edge(out, into, min(stayed, ROOM), ROOM))
        if left > stayed:
            self.network.add(Edge(out, ("all", "ends"), min(left - stayed, ROOM), ROOM))
        if found > stayed:
            self.network.add(Edge(("all", "starts"), into, min(found - stayed, ROOM), ROOM))

    def _free(self, out: Node, left: int | None, into: Node, found: int | None) -> None:
        """Let persons come and go where nobody can say how many stay."""
        if out in self.network.at:
            self.network.add(Edge(out, _FREE, ROOM if left is None else min(left, ROOM), ROOM))
        if into in self.network.at:
            self.network.add(Edge(_FREE, into, ROOM if found is None else min(found, ROOM), ROOM))

    def _less(self, month: str, analysis: str) -> int | None:
        """Persons observed in a month but for those that began or ended in it; None where not known."""
        observed, others = self.numbers[OBSERVED], self.numbers[analysis]
        cell = (month,)
        if not observed.low or not others.low or cell in observed.high or cell in others.high:
            return None
        stayed = observed.low.get(cell, 0) - others.low.get(cell, 0)
        return stayed if stayed >= 0 else None


def protect_months(numbers: Numbers, floors: Mapping[str, int]) -> list[str]:
    """Protect the three analyses together; the names of those that have to be left out.

    `floors` tells by month what persons observed cannot be fewer than, by other analyses.
    """
    names = (STARTS, ENDS, OBSERVED)
    if not any(numbers[name].small() for name in names):
        return []
    months = _Months(numbers, floors)
    if protect(months.network, tuple(months.hidden), months.next_to_shut):
        return []
    numbers[OBSERVED].shut = set()
    return [STARTS, ENDS]


def leave_room_to_periods(numbers: Numbers, floors: Mapping[str, int]) -> bool:
    """Whether the months leave open how many periods there are, by as many as hidden numbers of periods need.

    All beginnings, and all ends, are as many as the periods of all persons.
    """
    periods = numbers["personsByPeriods"]
    told = [name for name in (STARTS, ENDS) if numbers[name].low.keys() - numbers[name].gone]
    if not told or not (periods.small() or periods.shut):
        return True
    places = [int(cell[0]) for cell in periods.low if cell[0].isdecimal()]
    needed = ROOM * max(1, max(places, default=0) - min(places, default=0))
    if numbers[OBSERVED].low:
        told.append(OBSERVED)
    downs = ups = 0
    for (month,) in numbers[told[0]].low:
        down, up = _together(numbers, told, month, floors.get(month, 0))
        downs, ups = downs + down, ups + up
    return min(downs, ups) >= needed


def _together(numbers: Numbers, told: list[str], month: str, floor: int) -> tuple[int, int]:
    """How many periods fewer and more could lie in a month alone, for all that is told of it."""
    cell = (month,)
    if any(cell not in numbers[name].low for name in told):
        return 0, 0
    rooms = [numbers[name].slack(cell) for name in told]
    if told[-1] == OBSERVED:
        rooms.append((max(0, numbers[OBSERVED].low[cell] - floor), ROOM))
    return min(down for down, _ in rooms), min(up for _, up in rooms)


def _number(month: str) -> int:
    return int(month[:4]) * 12 + int(month[4:]) if len(month) == 6 and month.isdecimal() else 0


def _before(month: str) -> str:
    number = _number(month) - 2
    return f"{number // 12:04}{number % 12 + 1:02}"


def _after(month: str) -> str:
    number = _number(month)
    return f"{number // 12:04}{number % 12 + 1:02}"
