"""Results of Achilles and CatalogueExport: 7 columns of counts, or 16 with distributions."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from typing import Final

from catalogue.profiles.measured import Measured, Spread, Tally
from harvesters.profiles.achilles_ids import Line
from harvesters.profiles.catalogue_export import PLACEHOLDER
from harvesters.profiles.left_out import LeftOut
from harvesters.profiles.plans import Plan, Plans, new_kept
from harvesters.profiles.survey import Survey, surveyed
from harvesters.profiles.tables import Table

_HUNDRED: Final = 100
_OTHER: Final = "other"

_SHARED: Final = (
    "Their concepts stand in several domains or are not mapped, and they do not tell of which domain."
)
_RANGE: Final = "They tell a count only as a range of powers of ten."
_SEXES: Final = "Several sexes count as other here, and distributions cannot be added up."
_DISORDER: Final = "Their percentiles do not ascend, so that one of them is wrong."
_EMPTY: Final = "They have no values."

_Strata = tuple[str, ...]


def read(tables: Sequence[Table]) -> Iterator[Measured]:
    """What results tell, `Told` first; several tables add to each other. Raises Invalid."""
    survey = surveyed(tables)
    yield survey.told()
    reading = _Reading(survey)
    for table in tables:
        yield from reading.of(table)
    yield from reading.rest()


class _Reading:
    """The state of reading one release: what must be added up, was seen before, or was left out."""

    def __init__(self, survey: Survey) -> None:
        self._producer = survey.producer()
        self._shared = survey.shared
        self._left = LeftOut()
        self._kept = new_kept()
        self._seen: defaultdict[str, dict[tuple[str | None, ...], int]] = defaultdict(dict)
        self._sums: dict[tuple[str, _Strata], tuple[int, int]] = {}
        self._spreads: dict[tuple[str, _Strata], Spread | None] = {}

    def of(self, table: Table) -> Iterator[Measured]:
        """What the rows of a table tell, but for what must be added up."""
        plans = Plans(table, self._producer, self._kept)
        at = table.columns.index("analysis_id")
        rows = table.rows()
        for row in rows:
            try:
                plan = plans.get(row[at]) or plans.made(row[at])
                item = self._item(plan, row)
            except ValueError as error:
                raise rows.invalid(str(error)) from None
            if item is not None:
                yield item
        for plan in plans.left_out():
            self._left.add(plan.reason, plan.id, plan.rows)

    def rest(self) -> Iterator[Measured]:
        """What is told at the end: sums, distributions of other sexes, and what was left out."""
        for (analysis, strata), (low, high) in self._sums.items():
            yield Tally(analysis, strata, low, high)
        for (_, strata), spread in self._spreads.items():
            if spread is not None and _OTHER in strata:
                yield spread
        yield from self._left.told()

    def _item(self, plan: Plan, row: list[str]) -> Tally | Spread | None:
        if plan.line is None:
            plan.rows += 1
            return None
        strata = plan.strata(row)
        if strata is None:
            self._left.add(plan.fault(row), plan.id)
            return None
        if plan.domainless and (plan.line.analysis, strata[0]) in self._shared:
            self._left.add(_SHARED, plan.id)
            return None
        if plan.spread:
            return self._spread(plan.id, plan.spread_of(plan.line, strata, row))
        return self._tally(plan, plan.line, strata, row)

    def _tally(self, plan: Plan, line: Line, strata: _Strata, row: list[str]) -> Tally | None:
        high = plan.counted(row)
        if line.rounded and high == PLACEHOLDER:
            self._left.add(_RANGE, plan.id)
            return None
        low = max(high - _HUNDRED + 1, 1) if line.rounded and high and not high % _HUNDRED else high
        if line.adds:
            if self._is_new(str(plan.id), plan.key(row), high):
                before = self._sums.get((line.analysis, strata), (0, 0))
                self._sums[line.analysis, strata] = (before[0] + low, before[1] + high)
            return None
        return Tally(line.analysis, strata, low, high) if self._is_new(line.analysis, strata, high) else None

    def _is_new(self, analysis: str, cell: tuple[str | None, ...], number: int) -> bool:
        """Whether a cell was not told before; raises ValueError where it was, and otherwise."""
        cells = self._seen[analysis]
        before = cells.get(cell)
        if before is None:
            cells[cell] = number
            return True
        if before != number:
            raise ValueError("another row of the same analysis and strata has another count.")
        self._left.add_twice()
        return False

    def _spread(self, id: int, spread: Spread) -> Spread | None:
        values = (
            *(spread.minimum, spread.p10, spread.p25, spread.median),
            *(spread.p75, spread.p90, spread.maximum),
        )
        ascending = [value for value in values if value is not None]
        if not ascending or ascending != sorted(ascending):
            self._left.add(_DISORDER if ascending else _EMPTY, id)
            return None
        key = (spread.analysis, spread.strata)
        before = self._spreads.setdefault(key, spread)
        if before is spread:
            return None if _OTHER in spread.strata else spread
        if before == spread:
            self._left.add_twice()
        elif _OTHER in spread.strata:
            self._spreads[key] = None
            self._left.add(_SEXES, id)
        else:
            raise ValueError("another row of the same analysis and strata has other values.")
        return None
