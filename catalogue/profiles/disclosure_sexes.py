"""Persons by age and sex, whose rows add up to ages and whose columns to sexes."""

from collections import Counter
from collections.abc import Iterable, Mapping
from typing import Final

from catalogue.profiles.disclosure_cells import ROOM, Cells, Numbers
from catalogue.profiles.disclosure_groups import order
from catalogue.profiles.disclosure_network import Edge, Network, Node, protect
from catalogue.profiles.disclosure_persons import protect_part, rest
from catalogue.profiles.release import Strata

AGES: Final = "personsByAge"
SEXES: Final = "personsBySex"
BOTH: Final = "personsByAgeAndSex"

_ALL_AGES: Final = ("all", "ages")
_ALL_SEXES: Final = ("all", "sexes")


class _Table:
    """The network of the table and its margins; the inside is shut first, then ages, then sexes."""

    def __init__(self, numbers: Numbers) -> None:
        self.numbers = numbers
        self.network = Network()
        self.hidden: list[Edge] = []
        for cell in sorted(numbers[BOTH].low):
            self._edge(BOTH, cell, ("age", cell[0]), ("sex", cell[1]))
        self._margin(AGES, 0, _ALL_AGES)
        self._margin(SEXES, 1, _ALL_SEXES)
        self._rests()

    def next_to_shut(self, edge: Edge) -> Edge | None:
        """Shut one more edge, near the one that is not safe."""
        spare = [other for other in self.network.edges if other.key and self._is_open(*other.key)]
        if not spare:
            return None
        taken = Counter(end for other in self.hidden for end in (other.source, other.target))
        chosen = min(spare, key=lambda other: self._rank(edge, other, taken))
        analysis, cell = chosen.key or ("", ())
        cells = self.numbers[analysis]
        cells.shut.add(cell)
        chosen.down, chosen.up = cells.slack(cell)
        self.hidden.append(chosen)
        return chosen

    def _rank(
        self, edge: Edge, other: Edge, taken: Mapping[Node, int]
    ) -> tuple[int, bool, bool, bool, int, tuple[bool, int, Strata]]:
        """In the row, else in rows and columns where something is hidden, so that rounds close."""
        analysis, cell = other.key or ("", ())
        ends, near = {other.source, other.target}, {edge.source, edge.target}
        rows, columns = (sorted(end for end in ends if end[0] == kind) for kind in ("age", "sex"))
        return (
            (BOTH, AGES, SEXES).index(analysis),
            near.isdisjoint(rows),
            not any(row in taken for row in rows),
            near.isdisjoint(columns),
            -max((taken.get(column, 0) for column in columns), default=0),
            order(self.numbers[analysis], cell),
        )

    def _is_open(self, analysis: str, cell: Strata) -> bool:
        return self.numbers[analysis].is_open(cell)

    def _edge(self, analysis: str, cell: Strata, source: Node, target: Node) -> None:
        cells = self.numbers[analysis]
        down, up = cells.slack(cell)
        edge = Edge(source, target, down, up, (analysis, cell))
        self.network.add(edge)
        if cells.is_small(cell) or cell in cells.shut:
            self.hidden.append(edge)

    def _margin(self, analysis: str, place: int, end: Node) -> None:
        """Join the sums of rows or columns; where none is told, each could be anything."""
        kind = ("age", "sex")[place]
        cells = self.numbers[analysis]
        names = {cell[place] for cell in self.numbers[BOTH].low} | {cell[0] for cell in cells.low}
        for name in sorted(names):
            ends = (end, (kind, name)) if place == 0 else ((kind, name), end)
            if (name,) in cells.low:
                self._edge(analysis, (name,), *ends)
            elif not cells.low:
                self.network.add(Edge(*ends, ROOM, ROOM))

    def _rests(self) -> None:
        """Let what a row lacks be in the sexes that it leaves out; protect it where that is one alone."""
        ages, both = self.numbers[AGES], self.numbers[BOTH]
        sexes = sorted({cell[1] for cell in both.low} | {cell[0] for cell in self.numbers[SEXES].low})
        for (age,) in sorted(ages.low):
            absent = [sex for sex in sexes if (age, sex) not in both.low]
            lack = rest(ages, (age,), both, [(age, sex) for sex in sexes if sex not in absent])
            for number, sex in enumerate(absent if lack else ()):
                edge = Edge(("age", age), ("sex", sex), 0 if number else min(lack, ROOM), ROOM)
                self.network.add(edge)
                if len(absent) == 1 and lack <= both.rule.threshold:
                    self.hidden.append(edge)


def protect_ages_and_sexes(numbers: Numbers) -> list[str]:
    """Protect the table and its margins; the analyses that have to be left out."""
    out: list[str] = []
    if not _protect_table(numbers):
        out.append(BOTH)
    for margin in (AGES, SEXES):
        before = len(numbers[margin].shut)
        if not protect_part(numbers, margin):
            out += [margin, BOTH]
        elif len(numbers[margin].shut) > before and BOTH not in out and not _protect_table(numbers):
            out.append(BOTH)
    return sorted(set(out))


def _protect_table(numbers: Numbers) -> bool:
    """Protect the table and its margins together; False, and nothing more hidden, where that cannot be."""
    if not numbers[BOTH].low or not _any_hidden(numbers[name] for name in (AGES, SEXES, BOTH)):
        return True
    before = {name: set(numbers[name].shut) for name in (AGES, SEXES, BOTH)}
    table = _Table(numbers)
    if protect(table.network, tuple(table.hidden), table.next_to_shut):
        return True
    for name, shut in before.items():
        numbers[name].shut = shut
    return False


def _any_hidden(tables: Iterable[Cells]) -> bool:
    return any(cells.shut or cells.small() for cells in tables)
