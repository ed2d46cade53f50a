"""Lists of variables as tables, for their files."""

from collections.abc import Sequence
from dataclasses import dataclass

from catalogue.profiles.counts import State
from catalogue.variables import Coded, kind_of
from catalogue.variables_asked import Alike, Found
from web import format as form
from web.charts.chart import Column, Say, Table
from web.i18n import mark


@dataclass(frozen=True, slots=True)
class Listing:
    """A table with its name, its title, and one sentence that reads it."""

    name: str
    title: str
    reading: str
    table: Table


def of_variables(name: str, title: str, found: Sequence[Found], total: int, say: Say) -> Listing:
    """Variables with the datasets that have them, of which `total` were found."""
    columns = (
        Column("name", say(mark("Variable"))),
        Column("label", say(mark("Label"))),
        Column("description", say(mark("Meaning"))),
        Column("type", say(mark("Type"))),
        Column("kind", say(mark("Kind of type"))),
        Column("unit", say(mark("Unit"))),
        Column("codes", say(mark("Coded values"))),
        Column("concept", say(mark("Linked concept"))),
        Column("empty", say(mark("Share that is empty"))),
        Column("declared", say(mark("Described"))),
        Column("measured", say(mark("Measured"))),
        Column("table", say(mark("Table"))),
        Column("dataset", say(mark("Number of the record"))),
        Column("title", say(mark("Dataset"))),
        Column("source", say(mark("Source"))),
    )
    rows = tuple(
        (
            one.variable.name,
            one.variable.label,
            one.variable.description,
            one.variable.datatype,
            kind_of(one.variable.datatype),
            one.variable.unit,
            "; ".join(map(coded, one.variable.values)),
            one.variable.concept,
            "" if one.variable.empty is None else f"{one.variable.empty:g}",
            _yes_no(one.variable.declared),
            _yes_no(one.variable.measured),
            one.variable.table,
            one.record,
            one.title,
            one.source,
        )
        for one in found
    )
    words = say(mark("{told} of {total} variables."))
    reading = words.format(told=form.number(len(rows)), total=form.number(total))
    return Listing(name, title, reading, Table(columns, rows))


def of_alike(found: Sequence[Alike], total: int, say: Say) -> Listing:
    """What several datasets have alike, of which there are `total`."""
    columns = (
        Column("alike", say(mark("Name or concept that they share"))),
        Column("label", say(mark("Label"))),
        Column("datasets", say(mark("Datasets"))),
        Column("variables", say(mark("Variables"))),
    )
    rows = tuple(
        (one.alike, one.example.label or one.example.name, one.datasets, one.variables) for one in found
    )
    words = say(mark("{told} of {total} variables that several datasets have."))
    reading = words.format(told=form.number(len(rows)), total=form.number(total))
    return Listing(
        "variables-alike", say(mark("Variables of several datasets")), reading, Table(columns, rows)
    )


def coded(one: Coded) -> str:
    """A coded value as one text: code, meaning, and the bounds of how often it occurs."""
    words = f"{one.code} = {one.meaning}" if one.meaning else one.code
    count = one.count
    if count.state is State.ABSENT:
        return words
    high = "" if count.high is None else str(count.high)
    bounds = high if count.low == count.high else f"{count.low}-{high}"
    return f"{words} ({count.state}: {bounds})"


def _yes_no(holds: bool) -> str:
    return "yes" if holds else "no"
