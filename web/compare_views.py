"""A comparison as its page shows it: one column a dataset, one table a section."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

from catalogue.comparing import LEAST, Presence, Side
from catalogue.fields import ACCESS
from catalogue.profiles.comparing import Line
from catalogue.profiles.concepts import Concept, Concepts
from catalogue.profiles.concepts_counts import Coverage
from catalogue.profiles.counts import Count, State
from web import compare, compare_measures, compare_rows, text
from web import format as form
from web.charts.amounts import share
from web.charts.chart import Say
from web.charts.figures import Figure
from web.charts.lines import letter
from web.compare import ALL, CONCEPTS, DESCRIPTION, MEASURED, Asked, Compared
from web.compare_measures import Group, Measure
from web.compare_rows import Row as FieldRow
from web.compare_rows import Section as FieldSection
from web.concept_views import Named, named
from web.i18n import mark
from web.links import Links
from web.profile_views import Tab, day_of
from web.telling import Telling, telling
from web.values import Item

_MATCHES: Final = 10
"""How many concepts that words find are offered."""

_BRIEF: Final = 60
"""How many signs of a title stand above a column."""


@dataclass(frozen=True, slots=True)
class Head:
    """A dataset above its column; `note` says why nothing is told of it, `without` leads on without it."""

    letter: str
    id: str
    title: str
    brief: str
    language: str
    href: str
    note: str
    profile: str
    measured: str
    without: str


@dataclass(frozen=True, slots=True)
class Cell:
    """What is told of one dataset: the values of a field, or counts and words, one below the other."""

    item: Item | None = None
    told: tuple[Telling, ...] = ()


@dataclass(frozen=True, slots=True)
class RowView:
    """One thing of all datasets; `label` and `help` are in the reader's language."""

    label: str
    help: str
    cells: tuple[Cell, ...]
    concept: Named | None = None
    is_below: bool = False
    """Whether the row counts with all below the concept of the row before."""


@dataclass(frozen=True, slots=True)
class Offer:
    """A concept that can be added, or taken away again."""

    label: str
    code: str
    href: str


@dataclass(frozen=True, slots=True)
class Choice:
    """The concepts that were chosen, each with the way on without it, and those that words find."""

    words: str
    chosen: tuple[Offer, ...]
    found: tuple[Offer, ...]


@dataclass(frozen=True, slots=True)
class Table:
    """Rows that are read together; `alike` counts those that are left out for being the same."""

    anchor: str
    label: str
    rows: tuple[RowView, ...]
    alike: int = 0


@dataclass(frozen=True, slots=True)
class CompareView:
    """All of the page; `switch` leads to the same with only what differs, or with everything."""

    title: str
    heads: tuple[Head, ...]
    tabs: tuple[Tab, ...]
    glance: Table
    tables: tuple[Table, ...]
    figures: tuple[Figure, ...]
    switch: str
    files: tuple[tuple[str, str], ...]
    choice: Choice


def view(
    found: Compared,
    described: Sequence[FieldSection],
    lines: Sequence[Line],
    figures: Sequence[Figure],
    concepts: Concepts,
    links: Links,
    say: Say,
) -> CompareView:
    """Lay a comparison out; `lines` and `figures` are none where the part that is shown has none."""
    asked = found.asked
    groups = compare_measures.groups(found.sides, say) if asked.part in (MEASURED, ALL) else ()
    shown = tuple(_tables(found, described, groups, lines, links, say))
    return CompareView(
        _title(found, say),
        tuple(_heads(found, links, say)),
        tuple(
            Tab(say(label), links.compare(query=replace(asked, part=name).query), name == asked.part)
            for name, label in compare.PARTS.items()
        ),
        _glance(found, described, say),
        shown,
        tuple(figures),
        links.compare(query=replace(asked, differences=not asked.differences).query),
        _files(found, links),
        _choice(asked, lines, concepts, links, say),
    )


def _title(found: Compared, say: Say) -> str:
    """The names of the datasets, cut where they are long."""
    names = [text.shorten(one.text, _BRIEF) for one in found.names]
    listed = say(mark("{first} and {last}")).format(first=", ".join(names[:-1]), last=names[-1])
    return say(mark("{names} compared")).format(names=listed)


def _files(found: Compared, links: Links) -> tuple[tuple[str, str], ...]:
    """Where all parts can be taken away."""
    query = replace(found.asked, part=DESCRIPTION).query
    return tuple((one.upper(), links.compare(f".{one}", query)) for one in ("csv", "json"))


def _choice(asked: Asked, lines: Sequence[Line], concepts: Concepts, links: Links, say: Say) -> Choice:
    matches = concepts.find(asked.words, limit=_MATCHES, counted=True) if asked.words else ()
    return Choice(
        asked.words,
        tuple(
            _offer(one.concept, asked.without_concept(one.concept.id), links, say)
            for one in lines
            if one.is_chosen
        ),
        tuple(
            _offer(one, asked.with_concept(one.id), links, say)
            for one in matches
            if one.id not in asked.concepts
        ),
    )


def _offer(concept: Concept, to: Asked, links: Links, say: Say) -> Offer:
    known = named(concept, links, say)
    return Offer(known.label, known.code, links.compare(query=to.query))


def _heads(found: Compared, links: Links, say: Say) -> Iterator[Head]:
    more = len(found.sides) > LEAST
    for number, (side, name) in enumerate(zip(found.sides, found.names, strict=True)):
        release = side.release
        yield Head(
            letter(number),
            side.id,
            name.text,
            text.shorten(name.text, _BRIEF),
            name.language,
            "" if side.presence is Presence.UNKNOWN else links.record(side.id),
            _note(side, say),
            links.profile(side.id) if release else "",
            say(mark("measured {day}")).format(day=form.day(day_of(release))) if release else "",
            links.compare(query=found.asked.without(side.id).query) if more else "",
        )


def _note(side: Side, say: Say) -> str:
    """Why a column is empty, "" where it is not."""
    if side.presence is Presence.UNKNOWN:
        return say(mark("not in this catalogue"))
    if side.presence is Presence.WITHDRAWN and side.entry:
        return say(mark("withdrawn on {day}")).format(day=form.day(side.entry.modified))
    return "" if side.record else say(mark("cannot be read at the moment"))


def _glance(found: Compared, described: Sequence[FieldSection], say: Say) -> Table:
    fields = {row.name: row for section in described for row in section.rows}
    wanted = (field.name for field in compare_rows.AT_A_GLANCE)
    rows = [_field_row(fields[name], found.sides, say) for name in wanted if name in fields]
    measured = compare_measures.persons(found.sides, say), compare_measures.years(found.sides, say)
    told = [_measure_row(one, found.sides, say) for one in measured if found.profiled]
    return Table("glance", say(mark("At a glance")), (*rows[:1], *told, *rows[1:]))


def _tables(
    found: Compared,
    described: Sequence[FieldSection],
    groups: Sequence[Group],
    lines: Sequence[Line],
    links: Links,
    say: Say,
) -> Iterator[Table]:
    part, only = found.asked.part, found.asked.differences
    for group in groups:
        kept = [one for one in group.measures if not (only and one.is_alike)]
        rows = tuple(_measure_row(one, found.sides, say) for one in kept)
        yield Table(f"measured-{group.name}", group.label, rows, len(group.measures) - len(kept))
    if part in (CONCEPTS, ALL):
        rows = tuple(row for line in lines for row in _concept_rows(line, found.sides, links, say))
        yield Table("concepts", say(mark("Concept by concept")), rows)
    if part in (DESCRIPTION, ALL):
        for number, section in enumerate(_access_first(described), start=1):
            fields = [row for row in section.rows if not (only and row.is_alike)]
            shown = tuple(_field_row(row, found.sides, say) for row in fields)
            anchor = "access" if section.label == ACCESS else f"part-{number}"
            yield Table(anchor, say(section.label), shown, len(section.rows) - len(fields))


def _access_first(described: Sequence[FieldSection]) -> list[FieldSection]:
    """Access before the rest: it decides whether the rest matters."""
    return sorted(described, key=lambda section: section.label != ACCESS)


def _field_row(row: FieldRow, sides: Sequence[Side], say: Say) -> RowView:
    cells = (
        Cell(item) if item else Cell(told=(_nothing(side, say),))
        for side, item in zip(sides, row.items, strict=True)
    )
    return RowView(say(row.label), say(row.help) if row.help else "", tuple(cells))


def _measure_row(measure: Measure, sides: Sequence[Side], say: Say) -> RowView:
    cells = (Cell(told=(_telling(told, side, say),)) for side, told in zip(sides, measure.told, strict=True))
    return RowView(measure.label, "", tuple(cells))


def _telling(told: object, side: Side, say: Say) -> Telling:
    if side.release is None:
        return _nothing(side, say)
    if isinstance(told, str):
        return Telling(told) if told else telling(Count.absent(), say)
    return telling(told, say)  # type: ignore[arg-type]


def _nothing(side: Side, say: Say) -> Telling:
    """Why nothing is told of a dataset."""
    words = {
        Presence.UNKNOWN: mark("– not in this catalogue"),
        Presence.WITHDRAWN: mark("– withdrawn"),
        Presence.PRESENT: mark("– no profile"),
    }
    return Telling(say(words[side.presence]), State.ABSENT.value)


def _concept_rows(line: Line, sides: Sequence[Side], links: Links, say: Say) -> Iterator[RowView]:
    concept = named(line.concept, links, say)
    chosen = say(mark("chosen")) if line.is_chosen else ""
    yield RowView(concept.label, chosen, tuple(_shares(line.own, sides, say)), concept)
    if any(line.own[release].persons != one.persons for release, one in line.all.items()):
        label = say(mark("with all below"))
        yield RowView(label, "", tuple(_shares(line.all, sides, say)), is_below=True)


def _shares(held: Mapping[int, Coverage], sides: Sequence[Side], say: Say) -> Iterable[Cell]:
    for side in sides:
        if side.release is None:
            yield Cell(told=(_nothing(side, say),))
            continue
        persons = held[side.release.id].persons
        yield Cell(told=tuple(_share_of(persons, side.guarded.count("persons"), say)))


def _share_of(persons: Count, whole: Count, say: Say) -> Iterator[Telling]:
    """The share first, then the persons; one of them where the other says nothing."""
    of_all = share(persons, whole)
    if of_all.state not in (State.ABSENT, State.SUPPRESSED):
        yield Telling(f"{telling(of_all, say).text} %")
    yield telling(persons, say)
