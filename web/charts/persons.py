"""Who the persons of a release are and how long they are observed: by age, sex, year and month."""

from collections.abc import Mapping, Sequence
from typing import Final

from catalogue.profiles.counts import Count, State
from catalogue.profiles.release import Guarded
from web.charts.ages import BAND, band_label, banded, each_band
from web.charts.amounts import between, first_number, middle, month_number, total, words
from web.charts.chart import Amount, Chart, Column, Key, Say, Table
from web.charts.labels import SEX_LABELS, month_label, persons_column, state_keys
from web.charts.pyramids import Sides, drawn_pyramid
from web.charts.slots import axis_of, months, numbers, surface
from web.i18n import mark

YEAR: Final = 12
"""The length of observation that the sentence tells of, in months of 30 days."""


def pyramid(release: Guarded, say: Say) -> Chart | None:
    """Persons by age at first observation in bands of five years, women to the left, men to the right."""
    bands = {sex: banded(release, sex) for sex in SEX_LABELS}
    every = each_band(*bands.values())
    if not every:
        return None
    rows = {start: [bands[sex].get(start, Count.absent()) for sex in SEX_LABELS] for start in every}
    sides = [Sides(start, start + BAND, women, men) for start, (women, men, _other) in rows.items()]
    keys = state_keys([told for side in sides for told in (side.left, side.right)], say)
    labels = {sex: say(label) for sex, label in SEX_LABELS.items()}
    columns = [Column(sex, label, say(mark("persons"))) for sex, label in labels.items()]
    return Chart(
        "population-pyramid",
        say(mark("Age and sex")),
        _most(release, {band_label(start): total(counts) for start, counts in rows.items()}, say),
        drawn_pyramid(sides, labels["female"], labels["male"], say(mark("Age at first observation"))),
        Table(
            (Column("age", say(mark("Age in years"))), *columns),
            tuple((band_label(start), *counts) for start, counts in rows.items()),
        ),
        (*keys, *_others(bands["other"], say)),
    )


def year_of_birth(release: Guarded, say: Say) -> Chart | None:
    """Persons by the year they were born in."""
    column = Column("year", say(mark("Year of birth")))
    return _histogram(release, "personsByYearOfBirth", "year-of-birth", column.label, column, say)


def age_at_first_observation(release: Guarded, say: Say) -> Chart | None:
    """Persons by their age in years when they were first observed."""
    column = Column("age", say(mark("Age in years")))
    title = say(mark("Age at first observation"))
    return _histogram(release, "personsByAge", "age-at-first-observation", title, column, say)


def cumulative_observation(release: Guarded, say: Say) -> Chart | None:
    """The share of persons who are observed for at least so long; a month has 30 days here."""
    counts = numbered(release, "personsByFollowUp")
    persons = release.count("persons")
    shares = observed_at_least(counts, persons)
    if not shares:
        return None
    slots = numbers(shares)
    told = words(shares.get(YEAR, between(0, 0)), say)
    reading = say(mark("Observed for at least twelve months of 30 days: {share} % of the persons.")).format(
        share=told
    )
    title = say(mark("Length of first observation"))
    unit = say(mark("% of persons observed at least so long"))
    columns = Column("months", say(mark("Months of 30 days"))), Column("share", say(mark("Persons")), "%")
    return Chart(
        "cumulative-observation",
        title,
        reading,
        surface(slots, axis_of(slots, say(mark("Months of 30 days"))), unit, 100),
        Table(columns, tuple((str(month), told) for month, told in shares.items())),
        state_keys(shares.values(), say),
    )


def persons_by_month(release: Guarded, say: Say) -> Chart | None:
    """Persons under observation in each month."""
    counts = observed_in_months(release)
    if not counts:
        return None
    return monthly(
        "persons-by-month", say(mark("Persons observed by month")), persons_column(say), counts, say
    )


def monthly(name: str, title: str, column: Column, counts: Mapping[int, Count | Amount], say: Say) -> Chart:
    """What is counted in each month; months are yyyymm."""
    slots = months(counts)
    told = [slot.told for slot in slots]
    peak = max(counts, key=lambda month: middle(counts[month]))
    sentence = say(mark("From {first} to {last}; the most in {peak}: {n}."))
    reading = sentence.format(
        first=month_label(min(counts)),
        last=month_label(max(counts)),
        peak=month_label(peak),
        n=_counted(counts[peak], column, say),
    )
    rows = tuple((f"{month // 100}-{month % 100:02}", counts[month]) for month in sorted(counts))
    table = Table((Column("month", say(mark("Month"))), column), rows)
    spec = surface(slots, axis_of(slots, ""), column.unit or column.label)
    return Chart(name, title, reading, spec, table, state_keys(told, say), broad=True)


def observed_at_least(counts: Mapping[int, Count], persons: Count) -> dict[int, Amount]:
    """The share of persons in percent who are observed for at least so many months, with its bounds.

    Nobody is lost in what was not provided: whoever is not counted below a month may be above it.
    """
    if not counts or not persons.low or persons.high is None:
        return {}
    found = {}
    above = sum(count.low or 0 for count in counts.values())
    below = Count.exact(0)
    for month in range(max(counts) + 1):
        low = max(above - (below.low or 0), 0 if below.high is None else persons.low - below.high, 0)
        high = max(low, persons.high - (below.low or 0))
        found[month] = between(min(100.0, low / persons.high * 100), min(100.0, high / persons.high * 100))
        below = _sum(below, counts.get(month, Count.absent()))
    return found


def numbered(release: Guarded, analysis: str) -> dict[int, Count]:
    """The cells of an analysis whose stratum is one age, one year or one length."""
    cells = release.cells.get(analysis, {})
    found = {first_number(cell[0]): count for cell, count in cells.items() if cell[0].isdigit()}
    return {number: found[number] for number in sorted(n for n in found if n is not None)}


def edges(release: Guarded, analysis: str, say: Say) -> dict[str, Count]:
    """The cells that hold all ages or years beyond one, by their names: `90+`, `1934-`."""
    found = {}
    for (stratum, *_others), count in release.cells.get(analysis, {}).items():
        if stratum.endswith("+"):
            found[say(mark("{n} or more")).format(n=stratum[:-1])] = count
        elif stratum.endswith("-"):
            found[say(mark("{n} or earlier")).format(n=stratum[:-1])] = count
    return found


def observed_in_months(release: Guarded) -> dict[int, Count]:
    """Persons observed in each month yyyymm."""
    cells = release.cells.get("personsObservedInMonth", {})
    found = {month_number(cell[0]): count for cell, count in cells.items()}
    return {month: found[month] for month in sorted(n for n in found if n is not None)}


def _histogram(
    release: Guarded, analysis: str, name: str, title: str, column: Column, say: Say
) -> Chart | None:
    counts, beyond = numbered(release, analysis), edges(release, analysis, say)
    if not counts:
        return None
    slots = numbers(counts)
    told = {**{str(number): count for number, count in counts.items()}, **beyond}
    notes = [
        Key("note", say(mark("Not drawn: {what}, {n}")).format(what=what, n=words(count, say)))
        for what, count in beyond.items()
    ]
    return Chart(
        name,
        title,
        _most(release, {str(number): count for number, count in counts.items()}, say),
        surface(slots, axis_of(slots, column.label), say(mark("persons"))),
        Table((column, persons_column(say)), tuple(told.items())),
        (*state_keys([slot.told for slot in slots], say), *notes),
    )


def _most(release: Guarded, counts: Mapping[str, Count], say: Say) -> str:
    """A sentence that says how many persons there are, and where the most stand."""
    peak = max(counts, key=lambda label: middle(counts[label]))
    sentence = say(mark("Persons: {all}, the most of them at {peak}: {n}."))
    return sentence.format(all=words(release.count("persons"), say), peak=peak, n=words(counts[peak], say))


def _others(counts: Mapping[int, Count], say: Say) -> Sequence[Key]:
    others = total(counts.values())
    if others.state == State.ABSENT:
        return ()
    text = say(mark("Not drawn: persons of other or unknown sex, {n}")).format(n=words(others, say))
    return (Key("note", text),)


def _counted(told: Count | Amount, column: Column, say: Say) -> str:
    return f"{words(told, say)} {column.unit or column.label.lower()}"


def _sum(one: Count, other: Count) -> Count:
    """Two counts together; without a high where either may be of any size."""
    low = (one.low or 0) + (other.low or 0)
    high = None if one.high is None or other.high is None else one.high + other.high
    return Count(State.INTERVAL, low, high)
