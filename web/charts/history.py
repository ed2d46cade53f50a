"""What changes from release to release: how checks of quality come out, and how many persons there are."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from catalogue.profiles.counts import Count, State
from catalogue.profiles.measured import Quality
from catalogue.profiles.release import Guarded
from web import format as form
from web.charts.amounts import ABSENT, between, plain, words
from web.charts.chart import Amount, Cell, Chart, Column, Key, Say, Table
from web.charts.labels import line_keys, persons_column
from web.charts.lines import Point, Series, dated, lines, name_keys, time_axis
from web.charts.rows import Row, bars
from web.i18n import mark


@dataclass(frozen=True, slots=True)
class Dated:
    """A release and the day it speaks of."""

    day: date
    release: Guarded


def quality(release: Guarded, say: Say) -> Chart | None:
    """How many checks of each category were passed, of those that were passed or failed."""
    found = by_category(release.quality)
    if not found:
        return None
    rows: list[tuple[Cell, ...]] = []
    drawn = []
    for category, (passed, failed, not_applicable, errors) in found.items():
        rows.append((category, passed, failed, not_applicable, errors))
        percent = passed / (passed + failed) * 100 if passed + failed else 0.0
        shown = say(mark("{percent} % of {n}")).format(percent=plain(percent), n=form.number(passed + failed))
        if passed + failed:
            drawn.append(Row(category, shown, between(percent, percent), 100 - percent))
        else:
            drawn.append(Row(category, say(mark("– not provided")), Count.absent()))
    passed, failed = (sum(counts[place] for counts in found.values()) for place in (0, 1))
    sentence = say(mark("{passed} checks were passed and {failed} failed."))
    columns = (
        Column("category", say(mark("Category"))),
        Column("passed", say(mark("Passed"))),
        Column("failed", say(mark("Failed"))),
        Column("not_applicable", say(mark("Not applicable"))),
        Column("errors", say(mark("Ended in an error"))),
    )
    keys = Key("solid", say(mark("Passed"))), Key("failed", say(mark("Failed")))
    return Chart(
        "data-quality",
        say(mark("Checks of data quality")),
        sentence.format(passed=form.number(passed), failed=form.number(failed)),
        bars(drawn, say(mark("% of checks passed")), 100),
        Table(columns, tuple(rows)),
        keys,
    )


def quality_over_releases(releases: Sequence[Dated], say: Say) -> Chart | None:
    """The share of checks passed in each category, release by release; needs two that tell it."""
    told = sorted((one for one in releases if one.release.quality), key=lambda one: one.day)
    if len(told) < 2:
        return None
    shares = [{c: _passed(*counts) for c, counts in by_category(one.release.quality).items()} for one in told]
    categories = sorted({category for found in shares for category in found})
    series = [
        Series(
            category,
            tuple(
                Point(dated(one.day), found.get(category, ABSENT))
                for one, found in zip(told, shares, strict=True)
            ),
        )
        for category in categories
    ]
    columns = Column("release", say(mark("Release"))), *(Column(c, c, "%") for c in categories)
    rows: tuple[tuple[Cell, ...], ...] = tuple(
        (one.day.isoformat(), *(found.get(category, ABSENT) for category in categories))
        for one, found in zip(told, shares, strict=True)
    )
    sentence = say(mark("{n} releases; passed in the latest: {shares}."))
    last = ", ".join(f"{c} {words(shares[-1].get(c, ABSENT), say)} %" for c in categories)
    return Chart(
        "data-quality-over-releases",
        say(mark("Checks of data quality over releases")),
        sentence.format(n=len(told), shares=last),
        lines(series, time_axis([one.day for one in told]), say(mark("% of checks passed")), 100),
        Table(columns, rows),
        (*name_keys(series), *line_keys([p.told for one in series for p in one.points], say)),
        broad=True,
    )


def growth(releases: Sequence[Dated], say: Say) -> Chart | None:
    """How many persons each release has; needs two."""
    told = sorted(releases, key=lambda one: one.day)
    counts = [one.release.count("persons") for one in told]
    if len(told) < 2 or all(count.state == State.ABSENT for count in counts):
        return None
    name = say(mark("Persons"))
    points = tuple(Point(dated(one.day), count) for one, count in zip(told, counts, strict=True))
    sentence = say(mark("From {first} persons in {start} to {last} in {end}."))
    reading = sentence.format(
        first=words(counts[0], say),
        start=form.day(told[0].day),
        last=words(counts[-1], say),
        end=form.day(told[-1].day),
    )
    rows = tuple((one.day.isoformat(), count) for one, count in zip(told, counts, strict=True))
    return Chart(
        "growth",
        say(mark("Persons over releases")),
        reading,
        lines([Series(name, points)], time_axis([one.day for one in told]), say(mark("persons"))),
        Table((Column("release", say(mark("Release"))), persons_column(say)), rows),
        line_keys(counts, say),
        broad=True,
    )


def by_category(checks: Sequence[Quality]) -> dict[str, tuple[int, int, int, int]]:
    """Passed, failed, not applicable and ended in an error, by category."""
    found: dict[str, tuple[int, int, int, int]] = {}
    for check in checks:
        before = found.get(check.category, (0, 0, 0, 0))
        now = check.passed, check.failed, check.not_applicable, check.errors
        found[check.category] = (
            before[0] + now[0],
            before[1] + now[1],
            before[2] + now[2],
            before[3] + now[3],
        )
    return dict(sorted(found.items()))


def _passed(passed: int, failed: int, _not_applicable: int, _errors: int) -> Amount:
    if not passed + failed:
        return ABSENT
    percent = passed / (passed + failed) * 100
    return between(percent, percent)
