"""A comparison as a table for spreadsheets: a line for each fact, and four columns for each dataset.

Of a count they are what a page says, its state, and the least and the most that it may be; of anything else
the last three are empty.
"""

from collections.abc import Iterable, Iterator, Sequence
from typing import Final

from catalogue.profiles.comparing import Line
from catalogue.profiles.counts import Count, State
from web.charts.amounts import share, words
from web.charts.chart import Amount, Cell, Chart, Say, Told
from web.compare import Compared
from web.compare_measures import Group
from web.compare_rows import Row, Section, told
from web.concept_views import NOTHING
from web.export import line
from web.i18n import mark

_MARK: Final = "\ufeff"
_HEAD: Final = ("section", "name", "label")

Field = tuple[object, ...]


def csv_of(
    found: Compared,
    described: Iterable[Section],
    groups: Iterable[Group],
    charts: Iterable[Chart],
    lines: Iterable[Line],
    say: Say,
) -> Iterator[str]:
    """The lines of the file; facts that are alike are left out where the comparison is of differences."""
    ids = [side.id for side in found.sides]
    names = (f"{id}{end}" for id in ids for end in ("", "_state", "_low", "_high"))
    yield _MARK + line((*_HEAD, *names))
    titles = (_words(name.text) for name in found.names)
    yield _line("dataset", "title", say(mark("Title")), titles)
    yield _line(
        "dataset", "presence", say(mark("In the catalogue")), (_words(s.presence) for s in found.sides)
    )
    only = found.asked.differences
    for section in described:
        for row in section.rows:
            if not (only and row.is_alike):
                yield _line(say(section.label), row.name, say(row.label), _described(row))
    for group in groups:
        for measure in group.measures:
            if not (only and measure.is_alike):
                told_of = (_field(one, say) for one in measure.told)
                yield _line(group.label, f"measured_{measure.name}", measure.label, told_of)
    for chart in charts:
        for label, *shares in chart.table.rows:
            unit = f"{label}, {say(mark('% of persons'))}"
            yield _line(chart.title, chart.name, unit, (_field(one, say) for one in shares))
    for one in lines:
        yield from _concept(one, found, say)


def _concept(one: Line, found: Compared, say: Say) -> Iterator[str]:
    section, name = say(mark("Concept by concept")), f"concept_{one.concept.id}"
    for end, held, words_of in (
        ("", one.own, "{concept}"),
        ("_with_descendants", one.all, mark("{concept}, with all below")),
    ):
        label = say(words_of).format(concept=one.concept.name or str(one.concept.id))
        persons = [
            held.get(side.release.id, NOTHING).persons if side.release else NOTHING.persons
            for side in found.sides
        ]
        shares = [share(p, s.guarded.count("persons")) for p, s in zip(persons, found.sides, strict=True)]
        yield _line(section, f"{name}{end}_persons", label, (_field(told, say) for told in persons))
        percent = f"{label}, {say(mark('% of persons'))}"
        yield _line(section, f"{name}{end}_share", percent, (_field(told, say) for told in shares))


def _line(section: str, name: str, label: str, fields: Iterable[Field]) -> str:
    return line((section, name, label, *(value for field in fields for value in field)))


def _described(row: Row) -> Sequence[Field]:
    return [_words(told(item) if item else "") for item in row.items]


def _words(text: str) -> Field:
    return text, "", "", ""


def _field(told: Cell, say: Say) -> Field:
    if isinstance(told, Count | Amount):
        return _count(told, say)
    return _words("" if told is None else str(told))


def _count(told: Told, say: Say) -> Field:
    text = "" if told.state is State.ABSENT else words(told, say)
    low, high = told.low, told.high
    if isinstance(told, Amount):
        low, high = (None if end is None else float(f"{end:.6g}") for end in (low, high))
    return text, told.state.value, low, high
