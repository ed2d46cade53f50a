"""How the rows of each analysis are taken in, worked out once for a table and not for each row."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final, Self

from catalogue.profiles.analyses import ANALYSES, Kind
from catalogue.profiles.measured import Spread
from harvesters.profiles.achilles_ids import OF_RUN_TIMES, RUN_TIMES, UNKNOWN, Line, Producer
from harvesters.profiles.catalogue_export import RELEASE
from harvesters.profiles.cells import FORMS, OF_OMOP, Stratum, count, measure
from harvesters.profiles.survey import DISTRIBUTION, DOMAINLESS, SOURCE, STRATA, id_of
from harvesters.profiles.tables import Table

_SHORT: Final = 12
_MANY: Final = 10_000
_HEADING: Final = -1
_NO_VALUES: Final = "They have no distributions in a file of 7 columns."
_HEADINGS: Final = "They repeat the headings."


class Kept(dict[str, str | None]):
    """Strata by the text of their cells, each worked out once."""

    def __init__(self, stratum: Stratum) -> None:
        super().__init__()
        self._stratum = stratum

    def __missing__(self, text: str) -> str | None:
        kept = self[text] = self._stratum(text)
        return kept


@dataclass(frozen=True, slots=True)
class Places:
    """Where the cells of a table stand; `values` has those of a distribution, none in a table of counts."""

    count: int
    strata: tuple[int, ...]
    values: tuple[int, ...]
    separator: str

    @property
    def keys(self) -> tuple[int, ...]:
        """No analysis that is added up has more than two strata."""
        return self.strata[:2]

    @classmethod
    def of(cls, table: Table) -> Self:
        """Raises ValueError where the table has no results."""
        at = table.columns.index
        distributed = DISTRIBUTION[0] in table.columns
        return cls(
            at("count_value"),
            tuple(map(at, STRATA)),
            tuple(map(at, DISTRIBUTION)) if distributed else (),
            table.separator,
        )


@dataclass(slots=True)
class Plan:
    """How rows of an id are taken in; `line` is None where they are not, for `reason`.

    `cells` has for each stratum but the fixed ones its name, the place of its cell, and how to read it.
    `domainless` says that concepts of all domains share an analysis. `rows` counts those that are left out.
    """

    id: int
    places: Places
    number: Kept
    reason: str = ""
    line: Line | None = None
    fixed: tuple[str, ...] = ()
    cells: tuple[tuple[str, int, Kept], ...] = ()
    spread: bool = False
    domainless: bool = False
    rows: int = 0

    def strata(self, row: list[str]) -> tuple[str, ...] | None:
        """The strata of a row, None where one is out of its range."""
        strata = list(self.fixed)
        for _, place, kept in self.cells:
            if (stratum := kept[row[place]]) is None:
                return None
            strata.append(stratum)
        return tuple(strata)

    def counted(self, row: list[str]) -> int:
        """The count of a row; raises ValueError."""
        text = row[self.places.count]
        return int(text) if len(text) < _SHORT and text.isdecimal() else count(text)

    def key(self, row: list[str]) -> tuple[str | None, ...]:
        """What tells rows of an analysis apart of which several make one cell."""
        return tuple([self.number[row[place]] for place in self.places.keys])

    def spread_of(self, line: Line, strata: tuple[str, ...], row: list[str]) -> Spread:
        """The distribution of a row; raises ValueError.

        CatalogueExport counts distinct values in place of values, so its count is not taken in.
        """
        values = [measure(row[place], self.places.separator) for place in self.places.values]
        return Spread(line.analysis, strata, None if line.rounded else self.counted(row), *values)

    def fault(self, row: list[str]) -> str:
        """Why the strata of a row are none."""
        name = next(name for name, place, kept in self.cells if kept[row[place]] is None)
        return f"A stratum is out of its range: {FORMS[name]}."


class Plans(dict[str, Plan]):
    """The plans of a table by the text of the id; `made` makes one that is not there yet."""

    def __init__(self, table: Table, producer: Producer, kept: Mapping[str, Kept]) -> None:
        super().__init__()
        self._places = Places.of(table)
        self._producer = producer
        self._kept = kept
        self._by_id: dict[int, Plan] = {}

    def made(self, text: str) -> Plan:
        """Raises ValueError where it is no id."""
        id = id_of(text)
        plan = self._of(_HEADING if id is None else _clipped(id))
        if len(self) < _MANY:
            self[text] = plan
        return plan

    def left_out(self) -> Iterator[Plan]:
        """Those of which rows were counted and not taken in."""
        return (plan for plan in self._by_id.values() if plan.line is None)

    def _of(self, id: int) -> Plan:
        if id not in self._by_id:
            line = self._producer.lines.get(id)
            taken = line and self._taken(id, line)
            self._by_id[id] = taken or Plan(id, self._places, self._kept["concept"], self._reason(id))
        return self._by_id[id]

    def _taken(self, id: int, line: Line) -> Plan | None:
        """None where the table lacks the values of a distribution."""
        analysis = ANALYSES[line.analysis]
        spread = analysis.kind is Kind.SPREAD
        if spread and not self._places.values:
            return None
        names = analysis.strata[1:] if line.domain else analysis.strata
        cells = tuple(
            (name, self._places.strata[column - 1], self._kept[name])
            for name, column in zip(names, line.columns, strict=True)
        )
        fixed = (line.domain,) if line.domain else ()
        return Plan(id, self._places, self._kept["concept"], "", line, fixed, cells, spread, id in DOMAINLESS)

    def _reason(self, id: int) -> str:
        if id in (SOURCE, RELEASE):
            return ""
        if id in self._producer.lines:
            return _NO_VALUES
        known = {_HEADING: _HEADINGS, RUN_TIMES: OF_RUN_TIMES, **self._producer.left_out}
        return known.get(id, UNKNOWN)


def _clipped(id: int) -> int:
    """The id, or one that stands for all of its kind, so that a file cannot have any number of them."""
    return RUN_TIMES if id >= RUN_TIMES else min(id, _MANY)


def new_kept() -> Mapping[str, Kept]:
    """What is kept of strata while a release is read."""
    return {name: Kept(stratum) for name, stratum in OF_OMOP.items()}
