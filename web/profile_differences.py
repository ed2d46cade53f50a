"""What has changed from one release of a profile to another, count by count; hidden stays hidden."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from catalogue.profiles.analyses import ANALYSES
from catalogue.profiles.counts import Count, State
from catalogue.profiles.release import Guarded, Rule, Strata
from web import format as form
from web.charts.amounts import ABSENT, month_number
from web.charts.chart import Amount, Column, Names, Say, Table
from web.charts.labels import SEX_LABELS, concept_label, domain_label, month_label
from web.i18n import mark
from web.telling import Telling, telling

NAME: Final = "differences"
"""How its files are called."""

SHOWN: Final = 24
"""An analysis of more cells is summed up on the page; the files have each of them."""


@dataclass(frozen=True, slots=True)
class Difference:
    """One count in both releases; `change` has the bounds that both allow."""

    analysis: str
    strata: Strata
    before: Count
    after: Count
    change: Amount


@dataclass(frozen=True, slots=True)
class Line:
    """A count on the page; `cell` is "" for the whole dataset."""

    analysis: str
    cell: str
    before: Telling
    after: Telling
    change: Telling


@dataclass(frozen=True, slots=True)
class Long:
    """An analysis with too many counts for the page, and how many of them surely differ."""

    analysis: str
    differ: str
    cells: str


@dataclass(frozen=True, slots=True)
class Comparison:
    """Two releases side by side; `is_same_rule` is false where they hide and round in other ways."""

    before: str
    after: str
    is_same_rule: bool
    lines: tuple[Line, ...]
    long: tuple[Long, ...]


@dataclass(frozen=True, slots=True)
class Differences:
    """The differences as a file has them."""

    name: str
    title: str
    reading: str
    table: Table


def differences(before: Guarded, after: Guarded) -> Iterator[Difference]:
    """Each count that either release tells, analysis by analysis."""
    for analysis in ANALYSES:
        cells = before.cells.get(analysis, {}), after.cells.get(analysis, {})
        for strata in sorted({*cells[0], *cells[1]}):
            old, new = (found.get(strata, Count.absent()) for found in cells)
            yield Difference(analysis, strata, old, new, changed(old, new))


def changed(before: Count, after: Count) -> Amount:
    """By how much a count has changed, from the least to the most; hidden where either count is."""
    states = before.state, after.state
    if State.ABSENT in states:
        return ABSENT
    if State.SUPPRESSED in states:
        return Amount(State.SUPPRESSED)
    low, high = (after.low or 0) - (before.high or 0), (after.high or 0) - (before.low or 0)
    return Amount(State.EXACT if low == high else State.INTERVAL, low, high)


def comparison(
    found: Sequence[Difference], labels: tuple[str, str], rules: tuple[Rule, Rule], names: Names, say: Say
) -> Comparison:
    """Both releases for a page; `labels` and `rules` are of the one before and the one after."""
    lines: list[Line] = []
    long: list[Long] = []
    for name in dict.fromkeys(one.analysis for one in found):
        among, label = [one for one in found if one.analysis == name], ANALYSES[name].label
        if len(among) > SHOWN:
            long.append(Long(label, form.number(sum(map(_differs, among))), form.number(len(among))))
            continue
        lines += (_line(label, one, names, say) for one in among)
    return Comparison(*labels, rules[0] == rules[1], tuple(lines), tuple(long))


def file(found: Sequence[Difference], labels: tuple[str, str], names: Names, say: Say) -> Differences:
    """The differences to take away, every one of them."""
    sentence = say(mark("{before} beside {after}.")).format(before=labels[0], after=labels[1])
    columns = (
        Column("analysis", say(mark("Analysis"))),
        Column("cell", say(mark("Of"))),
        Column("before", labels[0]),
        Column("after", labels[1]),
        Column("change", say(mark("Change"))),
    )
    rows = tuple((one.analysis, _cell(one, names, say), one.before, one.after, one.change) for one in found)
    return Differences(NAME, say(mark("What has changed")), sentence, Table(columns, rows))


def _line(label: str, one: Difference, names: Names, say: Say) -> Line:
    cell = _cell(one, names, say)
    return Line(label, cell, telling(one.before, say), telling(one.after, say), _change(one.change, say))


def _change(change: Amount, say: Say) -> Telling:
    if change.low is None or change.high is None:
        return telling(change, say)
    low, high = _signed(change.low), _signed(change.high)
    if low == high:
        return Telling(low)
    return Telling(say(mark("{low} to {high}")).format(low=low, high=high))


def _signed(number: float) -> str:
    sign = "+" if number > 0 else "−" if number < 0 else ""
    return sign + form.number(abs(int(number)))


def _differs(one: Difference) -> bool:
    """Whether the counts differ whatever they are within their bounds."""
    low, high = one.change.low, one.change.high
    return low is not None and high is not None and (low > 0 or high < 0)


def _cell(one: Difference, names: Names, say: Say) -> str:
    strata = zip(ANALYSES[one.analysis].strata, one.strata, strict=True)
    return ", ".join(_stratum(kind, value, names, say) for kind, value in strata)


def _stratum(kind: str, value: str, names: Names, say: Say) -> str:
    month = month_number(value) if kind == "month" else None
    if month is not None:
        return month_label(month)
    match kind:
        case "sex" if value in SEX_LABELS:
            return say(SEX_LABELS[value])
        case "domain":
            return domain_label(value, say)
        case "domains":
            return " + ".join(domain_label(domain, say) for domain in value.split("+"))
        case "concept":
            return concept_label(value, names, say)
    return value
