"""Counts that a node guarded before they left it, as tables of CSV that anybody can look through.

What is in them is a release as the disclosure guard made it; reading gives what was written, cell by cell.
docs/profiles/build.md tells of each table.
"""

import csv
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import fields
from functools import lru_cache
from operator import itemgetter
from pathlib import Path
from typing import Final, TypeVar

from catalogue.errors import Invalid
from catalogue.profiles.analyses import ANALYSES
from catalogue.profiles.counts import Count, State
from catalogue.profiles.measured import Quality, Spread, Told
from catalogue.profiles.release import Guarded, GuardedVariable, Rule, Strata, Withheld
from harvesters.profiles.cells import FORMS, OF_WORDS, count, day, label, measure
from harvesters.profiles.tables import Table

PLACE: Final = ("analysis", "stratum_1", "stratum_2")
COUNT: Final = ("state", "low", "high")
SPREAD: Final = ("p10", "p25", "median", "p75", "p90", "mean", "deviation")

HEADINGS: Final[Mapping[str, tuple[str, ...]]] = {
    "about": ("key", "value"),
    "counts": (*PLACE, *COUNT),
    "spreads": (*PLACE, *SPREAD),
    "quality": ("category", "subcategory", "passed", "failed", "not_applicable", "errors"),
    "variables": ("table", "variable", "label", "type", "empty"),
    "values": ("table", "variable", "value", *COUNT),
    "withheld": ("what", "cells", "reason"),
}
"""The columns of each table, by what its file is called when it is written."""

_KEYS: Final = tuple(field.name for field in fields(Told))
_LIMITS: Final = ("threshold", "rounding")
_STATES: Final = {state.value: state for state in State}
_BANDS: Final[Mapping[str, re.Pattern[str]]] = {
    "age": re.compile(r"90\+"),
    "year": re.compile(r"[12]\d{3}-", re.A),
    "domains": re.compile(r""),
}
"""Strata that only a guard makes."""

_LONGEST: Final = 1_000
_MANY: Final = 1 << 16
_Row = tuple[str, ...]
Made = TypeVar("Made")


def kind_of(columns: Iterable[str]) -> str:
    """Which of the tables has these columns, "" for none."""
    found = frozenset(columns)
    return next((name for name, headings in HEADINGS.items() if found == frozenset(headings)), "")


def write(guarded: Guarded, folder: Path) -> tuple[Path, ...]:
    """Write the tables of a release into a folder that is there; those that would be empty are left out."""
    written = []
    for name, rows in _tables(guarded).items():
        if rows:
            written.append(folder / f"{name}.csv")
            with written[-1].open("w", encoding="utf-8", newline="") as file:
                writer = csv.writer(file, lineterminator="\n")
                writer.writerow(HEADINGS[name])
                writer.writerows(rows)
    return tuple(written)


def read(tables: Sequence[Table]) -> Guarded:
    """The release that the tables tell; raises Invalid where one is missing, there twice or damaged."""
    named: dict[str, Table] = {}
    for table in tables:
        if named.setdefault(kind_of(table.columns), table) is not table:
            raise Invalid(f"{table.name} is another table of the same kind. Give those of one release.")
    if not {"about", "counts"} <= named.keys():
        raise Invalid(
            "Of the counts that a node guarded, about.csv or counts.csv is missing. Give the whole folder."
        )
    about = {key: label(value) for key, value in _rows(named, "about", tuple)}
    values: dict[tuple[str, str], dict[str, Count]] = {}
    for key, value, number in _rows(named, "values", _value):
        values.setdefault(key, {})[value] = number
    return Guarded(
        _told(about),
        _rule(about),
        _cells(_rows(named, "counts", _cell)),
        tuple(_rows(named, "spreads", _spread)),
        tuple(_rows(named, "quality", _quality)),
        tuple(_rows(named, "variables", lambda row: _variable(row, values))),
        tuple(_rows(named, "withheld", _withheld)),
    )


def _tables(guarded: Guarded) -> dict[str, list[Sequence[object]]]:
    """The rows of each table; None is written as an empty cell."""
    about = {name: getattr(guarded.told, name) for name in _KEYS} | {
        name: getattr(guarded.rule, name) for name in _LIMITS
    }
    return {
        "about": [(key, value) for key, value in about.items() if value],
        "counts": [
            (*_placed(name, strata), *_told_count(number))
            for name, cells in guarded.cells.items()
            for strata, number in cells.items()
        ],
        "spreads": [
            (*_placed(one.analysis, one.strata), *(getattr(one, name) for name in SPREAD))
            for one in guarded.spreads
        ],
        "quality": [tuple(getattr(one, name) for name in HEADINGS["quality"]) for one in guarded.quality],
        "variables": [(one.table, one.name, one.label, one.type, one.empty) for one in guarded.variables],
        "values": [
            (one.table, one.name, value, *_told_count(number))
            for one in guarded.variables
            for value, number in one.values.items()
        ],
        "withheld": [(line.what, line.cells, line.reason) for line in guarded.report],
    }


def _placed(analysis: str, strata: Strata) -> tuple[str, str, str]:
    first, second = (*strata, "", "")[:2]
    return analysis, first, second


def _told_count(told: Count) -> tuple[str, int | None, int | None]:
    return told.state.value, told.low, told.high


def _rows(named: Mapping[str, Table], kind: str, made: Callable[[_Row], Made]) -> Iterator[Made]:
    """What is made of each row of a table, its cells in the order of `HEADINGS`; nothing where there is none.

    Raises Invalid with the line.
    """
    if (table := named.get(kind)) is None:
        return
    ordered = itemgetter(*map(table.columns.index, HEADINGS[kind]))
    rows = table.rows()
    for row in rows:
        try:
            yield made(ordered(row))
        except ValueError as error:
            raise rows.invalid(str(error)) from None


def _told(about: Mapping[str, str]) -> Told:
    dates = {name: day(about.get(name, "")) for name in ("generated", "released")}
    texts = {name: about.get(name, "") for name in _KEYS if name not in dates}
    return Told(**texts, **dates)  # type: ignore[arg-type]  # each is of the type of its field


def _rule(about: Mapping[str, str]) -> Rule:
    try:
        return Rule(*(count(about.get(name, "")) for name in _LIMITS))
    except ValueError:
        raise Invalid(
            "about.csv does not tell the threshold and the rounding that the counts were guarded by. Make "
            "the files again."
        ) from None


def _cells(told: Iterable[tuple[str, Strata, Count]]) -> dict[str, dict[Strata, Count]]:
    cells: dict[str, dict[Strata, Count]] = {}
    for name, strata, number in told:
        among = cells.setdefault(name, {})
        if strata in among:
            raise Invalid(
                f"counts.csv has the cell {', '.join(strata)} of {name} twice. Make the files again."
            )
        among[strata] = number
    return cells


def _cell(row: _Row) -> tuple[str, Strata, Count]:
    analysis, first, second, *told = row
    return analysis, _strata(analysis, first, second), _count(*told)


def _strata(analysis: str, *cells: str) -> Strata:
    if analysis not in ANALYSES:
        raise ValueError(f"“{analysis[:40]}” is no analysis.")
    return tuple(map(_stratum, ANALYSES[analysis].strata, cells))


@lru_cache(_MANY)
def _stratum(name: str, cell: str) -> str:
    if name in _BANDS and _BANDS[name].fullmatch(cell):
        return cell
    found = OF_WORDS[name](cell)
    if found is None:
        raise ValueError(f"“{cell[:40]}” is no {name}: {FORMS[name]}.")
    return found


@lru_cache(_MANY)
def _count(state: str, *bounds: str) -> Count:
    low, high = (count(bound) if bound else None for bound in bounds)
    if state not in _STATES:
        raise ValueError(f"“{state[:40]}” is no state of a count: {', '.join(_STATES)}.")
    return Count(_STATES[state], low, high)


def _spread(row: _Row) -> Spread:
    analysis, first, second, *numbers = row
    p10, p25, median, p75, p90, mean, deviation = (measure(number, ",") for number in numbers)
    strata = _strata(analysis, first, second)
    return Spread(analysis, strata, None, None, p10, p25, median, p75, p90, None, mean, deviation)


def _quality(row: _Row) -> Quality:
    category, subcategory, *outcomes = row
    return Quality(_text(category), _text(subcategory), *map(count, outcomes))


def _variable(row: _Row, values: Mapping[tuple[str, str], Mapping[str, Count]]) -> GuardedVariable:
    table, name, label, type, empty = row
    key = _text(table), _text(name)
    return GuardedVariable(*key, _text(label), _text(type), measure(empty, ","), values.get(key, {}))


def _value(row: _Row) -> tuple[tuple[str, str], str, Count]:
    table, name, value, *told = row
    return (_text(table), _text(name)), _text(value), _count(*told)


def _withheld(row: _Row) -> Withheld:
    what, cells, reason = row
    return Withheld(_text(what), count(cells), _text(reason))


def _text(cell: str) -> str:
    if len(cell) > _LONGEST or not cell.replace("\n", "").replace("\t", "").isprintable():
        raise ValueError("a cell is longer than 1,000 letters, or holds control characters.")
    return cell
