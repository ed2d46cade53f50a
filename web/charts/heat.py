"""A table of numbers that are shaded by size: sources by domains."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from catalogue.profiles.counts import Count, State
from catalogue.profiles.release import Guarded
from web.charts.amounts import middle, ratio, total, words
from web.charts.chart import Column, Say, Table, Told
from web.charts.comparing import Source
from web.charts.labels import by_domain, domain_label
from web.charts.records import in_months
from web.i18n import mark

SHADES: Final = 4


@dataclass(frozen=True, slots=True)
class Cell:
    """A number in words; `look` is `shade-1` to `shade-4`, `hidden-count`, `absent-count` or ""."""

    text: str
    look: str


@dataclass(frozen=True, slots=True)
class Line:
    """A source and its numbers, in the order of the columns."""

    label: str
    cells: tuple[Cell, ...]


@dataclass(frozen=True, slots=True)
class Heat:
    """The map, which is a table already; `table` is what it is exported as."""

    name: str
    title: str
    reading: str
    corner: str
    columns: tuple[str, ...]
    rows: tuple[Line, ...]
    table: Table


def domain_heat(sources: Sequence[Source], say: Say) -> Heat | None:
    """Records per person in each domain, source by source; darker is more, by orders of magnitude."""
    found = [_per_person(source.release) for source in sources]
    domains = by_domain(domain for told in found for domain in told)
    if not domains:
        return None
    absent = Count.absent()
    shown = [told.get(domain, absent) for told in found for domain in domains]
    numbers = [middle(one) for one in shown if one.state in (State.EXACT, State.INTERVAL) and one.high]
    rows = tuple(
        Line(source.name, tuple(_cell(told.get(domain, absent), numbers, say) for domain in domains))
        for source, told in zip(sources, found, strict=True)
    )
    labels = tuple(domain_label(domain, say) for domain in domains)
    columns = (
        Column("source", say(mark("Source"))),
        *(
            Column(domain, label, say(mark("records per person")))
            for domain, label in zip(domains, labels, strict=True)
        ),
    )
    exported = tuple(
        (source.name, *(told.get(domain, absent) for domain in domains))
        for source, told in zip(sources, found, strict=True)
    )
    return Heat(
        "domain-heat",
        say(mark("Records per person by domain")),
        say(
            mark("A stronger colour is more, by orders of magnitude; hatched is hidden, a dash not provided.")
        ),
        say(mark("Source")),
        labels,
        rows,
        Table(columns, exported),
    )


def _per_person(release: Guarded) -> Mapping[str, Told]:
    persons = release.count("persons")
    found = in_months(release)
    return {domain: ratio(total(counts.values()), persons, 1) for domain, counts in found.items()}


def _cell(told: Told, numbers: Sequence[float], say: Say) -> Cell:
    match told.state:
        case State.SUPPRESSED:
            return Cell(words(told, say), "hidden-count")
        case State.ABSENT:
            return Cell(words(told, say), "absent-count")
    return Cell(words(told, say), shade(middle(told), numbers))


def shade(number: float, numbers: Sequence[float]) -> str:
    """The shade of a number among others, by the logarithm; "" for nothing."""
    if number <= 0:
        return ""
    low, high = math.log(min(numbers)), math.log(max(numbers))
    part = (math.log(number) - low) / (high - low) if high > low else 1.0
    return f"shade-{1 + min(SHADES - 1, int(part * SHADES))}"
