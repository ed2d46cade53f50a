"""What a release has records of: by domain and month, by type of visit, and where they come from."""

from collections.abc import Iterator, Mapping, Sequence

from catalogue.profiles.counts import Count, State
from catalogue.profiles.release import Guarded
from web import format as form
from web.charts.amounts import middle, month_number, words
from web.charts.chart import Chart, Column, Key, Names, Say, Table
from web.charts.labels import (
    by_domain,
    concept_label,
    domain_label,
    month_label,
    persons_column,
    records_column,
    state_keys,
)
from web.charts.persons import monthly
from web.charts.rows import SHOWN, Box, Piece, Row, Span, bars, boxes, figure, spans
from web.charts.slots import Slot, axis_of, months, runs
from web.i18n import mark


def records_by_month(release: Guarded, say: Say) -> Iterator[Chart]:
    """Records in each month, a chart for each domain."""
    found = in_months(release)
    for domain in by_domain(found):
        title = say(mark("{domain}: records by month")).format(domain=domain_label(domain, say))
        yield monthly(f"records-by-month-{domain}", title, records_column(say), found[domain], say)


def time_strand(release: Guarded, say: Say) -> Chart | None:
    """From which month to which there are records of each domain."""
    found = in_months(release)
    if not found:
        return None
    rows, lines, told = [], [], []
    for domain in by_domain(found):
        slots = months(found[domain])
        told += [slot.told for slot in slots]
        first, last = min(found[domain]), max(found[domain])
        label = domain_label(domain, say)
        years = f"{first // 100}–{last // 100}" if first // 100 != last // 100 else str(first // 100)
        lines.append(Span(label, years, tuple(_pieces(slots))))
        without = sum(slot.told.state == State.ABSENT for slot in slots)
        rows.append((label, _iso(first), _iso(last), without))
    firsts, lasts = min(min(c) for c in found.values()), max(max(c) for c in found.values())
    every = months(dict.fromkeys((firsts, lasts), Count.absent()))
    sentence = say(mark("Domains with records: {n}, from {first} to {last}."))
    columns = (
        Column("domain", say(mark("Domain"))),
        Column("first", say(mark("First month"))),
        Column("last", say(mark("Last month"))),
        Column("not_provided", say(mark("Months between them that are not provided"))),
    )
    return Chart(
        "time-strand",
        say(mark("When there are records")),
        sentence.format(n=len(found), first=month_label(firsts), last=month_label(lasts)),
        spans(lines, axis_of(every, "")),
        Table(columns, tuple(rows)),
        tuple(key for key in state_keys(told, say) if key.look != "interval"),
        broad=True,
    )


def visit_types(release: Guarded, names: Names, say: Say) -> Chart | None:
    """Persons and records by type of visit."""
    persons = release.cells.get("personsByVisit", {})
    records = release.cells.get("recordsByVisit", {})
    shown = persons or records
    if not shown:
        return None
    ranked = sorted({*persons, *records}, key=lambda cell: (-middle(shown.get(cell, Count.absent())), cell))
    labels = {cell: concept_label(cell[0], names, say) for cell in ranked}
    rows = tuple(
        (
            labels[cell],
            cell[0],
            release.count("personsByVisit", *cell),
            release.count("recordsByVisit", *cell),
        )
        for cell in ranked
    )
    columns = Column("visit", say(mark("Type of visit"))), Column("concept", say(mark("Concept")))
    unit = say(mark("persons")) if persons else say(mark("records"))
    return _ranked(
        "visit-types",
        say(mark("Types of visit")),
        {labels[cell]: shown.get(cell, Count.absent()) for cell in ranked},
        unit,
        Table((*columns, persons_column(say), records_column(say)), rows),
        say,
    )


def provenance_types(release: Guarded, domain: str, names: Names, say: Say) -> Chart | None:
    """Records of a domain by where they come from."""
    counts = {
        cell[1]: count for cell, count in release.cells.get("recordsByType", {}).items() if cell[0] == domain
    }
    if not counts:
        return None
    ranked = sorted(counts, key=lambda concept: (-middle(counts[concept]), concept))
    labels = {concept: concept_label(concept, names, say) for concept in ranked}
    columns = Column("type", say(mark("Where records come from"))), Column("concept", say(mark("Concept")))
    rows = tuple((labels[concept], concept, counts[concept]) for concept in ranked)
    return _ranked(
        f"provenance-{domain}",
        say(mark("{domain}: where records come from")).format(domain=domain_label(domain, say)),
        {labels[concept]: counts[concept] for concept in ranked},
        say(mark("records")),
        Table((*columns, records_column(say)), rows),
        say,
    )


def concepts_per_person(release: Guarded, say: Say) -> Chart | None:
    """How many distinct concepts of each domain the persons have who have any."""
    found = {s.strata[0]: s for s in release.spreads if s.analysis == "conceptsPerPerson"}
    if not found:
        return None
    domains = by_domain(found)
    top = max(domains, key=lambda domain: found[domain].median or 0)
    sentence = say(mark("The most in {domain}: half of the persons have {n} or more."))
    return boxed(
        "concepts-per-person",
        say(mark("Distinct concepts per person")),
        sentence.format(domain=domain_label(top, say), n=form.number(found[top].median or 0)),
        [Box(domain_label(domain, say), figure(found[domain]), found[domain]) for domain in domains],
        Column("domain", say(mark("Domain"))),
        say(mark("concepts")),
        say,
    )


def boxed(
    name: str, title: str, reading: str, lines: Sequence[Box], column: Column, unit: str, say: Say
) -> Chart:
    """A chart of boxes, with what they are drawn from as its table."""
    quantiles = (("p10", "10 %"), ("p25", "25 %"), ("median", "50 %"), ("p75", "75 %"), ("p90", "90 %"))
    columns = (column, *(Column(key, label, unit) for key, label in quantiles))
    rows = tuple(
        (box.label, box.spread.p10, box.spread.p25, box.spread.median, box.spread.p75, box.spread.p90)
        for box in lines
    )
    note = say(
        mark("The box holds the middle half, the line in it the median; the whisker goes from 10 to 90 %")
    )
    keys = [Key("note", note), *_more(len(lines), say)]
    return Chart(name, title, reading, boxes(lines, unit), Table(columns, rows), tuple(keys))


def in_months(release: Guarded) -> dict[str, dict[int, Count]]:
    """By domain the records of each month yyyymm."""
    found: dict[str, dict[int, Count]] = {}
    for (domain, month), count in release.cells.get("recordsInMonth", {}).items():
        number = month_number(month)
        if number is not None:
            found.setdefault(domain, {})[number] = count
    return found


def _ranked(name: str, title: str, counts: Mapping[str, Count], unit: str, table: Table, say: Say) -> Chart:
    first, told = next(iter(counts.items()))
    sentence = say(mark("The most: {first}, {told} {unit}."))
    reading = sentence.format(first=first, told=words(told, say), unit=unit)
    rows = [Row(label, words(count, say), count) for label, count in counts.items()]
    keys = (*state_keys(counts.values(), say), *_more(len(rows), say))
    return Chart(name, title, reading, bars(rows, unit), table, keys)


def _more(count: int, say: Say) -> Sequence[Key]:
    if count <= SHOWN:
        return ()
    return (Key("note", say(mark("{n} more are in the table")).format(n=count - SHOWN)),)


def _pieces(slots: Sequence[Slot]) -> Iterator[Piece]:
    for state, some in runs(slots):
        yield Piece(some[0].start, some[-1].end, state)


def _iso(month: int) -> str:
    return f"{month // 100}-{month % 100:02}"
