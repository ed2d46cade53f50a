"""The charts of the network: persons over the years, what came when, and who is in which source."""

from collections.abc import Iterator, Mapping, Sequence
from itertools import accumulate
from typing import Final

from catalogue.profiles.counts import Count, State
from catalogue.profiles.network_summaries import AGES
from web import format as form
from web.charts.amounts import middle, share, words
from web.charts.chart import Chart, Column, Key, Say, Spec, Table
from web.charts.labels import SEX_LABELS, month_label, persons_column, short, state_keys
from web.charts.slots import axis_of, months, numbers, surface
from web.charts.stacks import Stack, stack_keys, stacks
from web.i18n import mark
from web.network import Member, Overview, persons_by_year, releases_by_month

AGE_LABELS: Final = {start: f"{start}–{end}" if end else f"{start}+" for start, end in AGES}
"""The groups of ages by their first age."""

_TOLD: Final = (State.EXACT, State.INTERVAL)

_LONGEST: Final = 60
"""So many signs of a title stand in a table of many columns."""


def network_charts(found: Overview, say: Say) -> tuple[Chart, ...]:
    """What can be drawn of the network; what no source provides is left out."""
    charts = (
        observed_by_year(found.members, say),
        ages_by_source(found.members, say),
        sexes_by_source(found.members, say),
        datasets_by_month(found, say),
        published_by_month(found, say),
    )
    return tuple(chart for chart in charts if chart is not None)


def observed_by_year(members: Sequence[Member], say: Say) -> Chart | None:
    """The persons of all sources who were observed throughout each year, added up."""
    found = persons_by_year(members)
    if not found:
        return None
    counts = {year: persons for year, (persons, _) in found.items()}
    slots = numbers(counts)
    peak = max(counts, key=lambda year: middle(counts[year]))
    telling = sum(bool(one.summary.years) for one in members)
    sentence = say(mark("Sources: {n}, from {first} to {last}; the most persons in {peak}: {count}."))
    columns = Column("year", say(mark("Year"))), persons_column(say), Column("sources", say(mark("Sources")))
    note = say(
        mark("A person in several sources counts in each; a source that is silent on a year adds nothing")
    )
    return Chart(
        "persons-by-year",
        say(mark("Persons observed throughout a year")),
        sentence.format(
            first=min(counts),
            last=max(counts),
            n=form.number(telling),
            peak=peak,
            count=words(counts[peak], say),
        ),
        _roomy(surface(slots, axis_of(slots, say(mark("Year"))), say(mark("persons")))),
        Table(columns, tuple((str(year), *told) for year, told in found.items())),
        (*state_keys([slot.told for slot in slots], say), Key("note", note)),
        broad=True,
    )


def ages_by_source(members: Sequence[Member], say: Say) -> Chart | None:
    """The share of persons in each group of ages, source by source."""
    columns = [Column(f"age_{name.replace('–', '_')}", name, "%") for name in AGE_LABELS.values()]
    counts = [[one.summary.ages.get(start, Count.absent()) for start in AGE_LABELS] for one in members]
    title = say(mark("Age at first observation by source"))
    return _stacked("age-by-source", title, members, counts, columns, -1, say)


def sexes_by_source(members: Sequence[Member], say: Say) -> Chart | None:
    """The share of women and men, source by source."""
    columns = [Column(sex, say(label), "%") for sex, label in SEX_LABELS.items()]
    counts = [[one.summary.sexes.get(sex, Count.absent()) for sex in SEX_LABELS] for one in members]
    return _stacked("sex-by-source", say(mark("Sex by source")), members, counts, columns, 0, say)


def datasets_by_month(found: Overview, say: Say) -> Chart | None:
    """How many datasets were known by each month."""
    if not found.first_seen:
        return None
    column = Column("datasets", say(mark("Datasets")))
    return _grown("datasets-by-month", say(mark("Datasets known here")), column, found.first_seen, say)


def published_by_month(found: Overview, say: Say) -> Chart | None:
    """How many releases of profiles were published by each month."""
    came = releases_by_month(found.releases)
    if not came:
        return None
    column = Column("releases", say(mark("Releases")))
    return _grown("releases-by-month", say(mark("Releases of profiles published here")), column, came, say)


def source_label(member: Member) -> str:
    """What a source is called beside its numbers."""
    return short(" ".join(member.title.text.split()), _LONGEST)


def _stacked(
    name: str,
    title: str,
    members: Sequence[Member],
    counts: Sequence[Sequence[Count]],
    columns: Sequence[Column],
    part: int,
    say: Say,
) -> Chart | None:
    """Shares of the persons of each source; the sentence is about one part."""
    labels = [source_label(one) for one in members]
    wholes = [one.summary.persons for one in members]
    shares = [tuple(share(one, whole) for one in some) for some, whole in zip(counts, wholes, strict=True)]
    if all(told.state is State.ABSENT for some in shares for told in some):
        return None
    rows = [Stack(label, told) for label, told in zip(labels, shares, strict=True)]
    table = Table(
        (Column("source", say(mark("Source"))), persons_column(say), *columns),
        tuple((label, whole, *told) for label, whole, told in zip(labels, wholes, shares, strict=True)),
    )
    return Chart(
        name,
        title,
        _extremes(rows, part, columns[part].label, say),
        stacks(rows, say(mark("% of persons"))),
        table,
        stack_keys([column.label for column in columns], rows, say),
        broad=True,
    )


def _extremes(rows: Sequence[Stack], part: int, label: str, say: Say) -> str:
    """Where a part is smallest and where it is largest, of the sources that tell it."""
    telling = sorted(
        (row for row in rows if row.parts[part].state in _TOLD), key=lambda row: middle(row.parts[part])
    )
    if not telling:
        return say(mark("{part}: hidden or not provided in every source.")).format(part=label)
    least, most = telling[0], telling[-1]
    return say(mark("{part}: from {least} % in {where} to {most} % in {there}.")).format(
        part=label,
        least=words(least.parts[part], say),
        where=least.label,
        most=words(most.parts[part], say),
        there=most.label,
    )


def _grown(name: str, title: str, column: Column, came: Mapping[int, int], say: Say) -> Chart:
    """What came in each month yyyymm, added up from the first on."""
    every = [*_each_month(min(came), max(came))]
    new = [came.get(month, 0) for month in every]
    all = dict(zip(every, accumulate(new), strict=True))
    slots = months({month: Count.exact(number) for month, number in all.items()})
    sentence = say(mark("{n} by {last}, the first of them in {first}."))
    if len(every) == 1:
        sentence = say(mark("{n}, all of them in {first}."))
    table = Table(
        (Column("month", say(mark("Month"))), Column("new", say(mark("New"))), Column("all", column.label)),
        tuple(
            (f"{month // 100}-{month % 100:02}", some, all[month])
            for month, some in zip(every, new, strict=True)
        ),
    )
    return Chart(
        name,
        title,
        sentence.format(
            n=form.number(all[every[-1]]), last=month_label(every[-1]), first=month_label(every[0])
        ),
        _roomy(surface(slots, axis_of(slots, ""), column.label)),
        table,
    )


def _roomy(spec: Spec) -> Spec:
    """The drawing with room for large numbers at its axis, which browsers set wider than the engine."""
    return {**spec, "padding": {"left": 14, "right": 8, "top": 4, "bottom": 4}}


def _each_month(first: int, last: int) -> Iterator[int]:
    year, month = divmod(first, 100)
    while year * 100 + month <= last:
        yield year * 100 + month
        year, month = (year, month + 1) if month < 12 else (year + 1, 1)
