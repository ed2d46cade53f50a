"""The evidence strip: what a source holds, drawn to scales that all rows share."""

import math
from dataclasses import dataclass
from typing import Final

from catalogue.search import Row
from web import format as form
from web.i18n import mark

FIRST_YEAR: Final = 1950
OLDEST: Final = 100
_DECADES: Final = 8  # the axis of persons runs from 1 to 10**8
_POWERS: Final = {0: "1", 4: "10k", 8: "100M"}
_LEAST: Final = 1.2  # a bar that stands for something is never too short to see, in per cent

WHO_MAY_USE: Final = {
    "PUBLIC": mark("Open to anyone"),
    "RESTRICTED": mark("Under conditions"),
    "NON_PUBLIC": mark("On application"),
}
"""The access rights in a reader's words."""


@dataclass(frozen=True, slots=True)
class Mark:
    """A place on an axis; `at` is a percentage such as "37.5%", `text` is "" between the labels."""

    at: str
    text: str


@dataclass(frozen=True, slots=True)
class Axes:
    """The shared scales, for the legend and the lines in every bar."""

    persons: tuple[Mark, ...]
    years: tuple[Mark, ...]
    ages: tuple[Mark, ...]
    last_year: int


@dataclass(frozen=True, slots=True)
class Span:
    """A bar from `start` over `width`, both percentages; `low` and `high` are what it says, in figures."""

    start: str
    width: str
    low: str
    high: str


@dataclass(frozen=True, slots=True)
class Tick:
    """Something that a source describes or not; `names` say what, `short` the first of them in brief."""

    label: str
    present: bool
    names: tuple[str, ...] = ()
    short: str = ""


@dataclass(frozen=True, slots=True)
class Access:
    """Who may use a source: the code selects the sign, `words` are for translation, `label` is data."""

    code: str = ""
    words: str = ""
    label: str = ""


@dataclass(frozen=True, slots=True)
class Strip:
    """The evidence about one source; None for what is not provided."""

    persons: Span | None
    records: str
    years: Span | None
    ages: Span | None
    ticks: tuple[Tick, ...]
    access: Access | None


def axes(last_year: int) -> Axes:
    """The scales of a page: persons by powers of ten, years from 1950 on, ages from 0 to 100."""
    years = (FIRST_YEAR, 1975, 2000, last_year)
    return Axes(
        persons=tuple(Mark(_percent(100 * n / _DECADES), _POWERS.get(n, "")) for n in range(_DECADES + 1)),
        years=tuple(Mark(_percent(100 * _share(year, FIRST_YEAR, last_year)), str(year)) for year in years),
        ages=tuple(
            Mark(_percent(age), "" if age in (25, 75) else str(age)) for age in (0, 25, 50, 75, OLDEST)
        ),
        last_year=last_year,
    )


def strip(row: Row, axes: Axes, ticks: tuple[Tick, ...], access: Access | None) -> Strip:
    """The strip of a row on the scales of its page."""
    return Strip(
        persons=_persons(row.persons),
        records=form.rounded(row.records) if row.records is not None else "",
        years=_span(row.year_low, row.year_high, FIRST_YEAR, axes.last_year),
        ages=_span(row.age_low, row.age_high, 0, OLDEST),
        ticks=ticks,
        access=access,
    )


def _persons(count: int | None) -> Span | None:
    if count is None:
        return None
    share = 100 * math.log10(count) / _DECADES if count > 0 else 0.0
    width = min(100.0, max(_LEAST, share)) if count > 0 else 0.0
    return Span("0%", _percent(width), form.number(count), "")


def _span(low: int | None, high: int | None, first: int, last: int) -> Span | None:
    if low is None and high is None:
        return None
    start = 100 * _share(low if low is not None else first, first, last)
    end = 100 * _share(high if high is not None else last, first, last)
    width = max(_LEAST, end - start)
    texts = ("" if low is None else str(low), "" if high is None else str(high))
    return Span(_percent(min(start, 100 - width)), _percent(width), *texts)


def _share(value: int, first: int, last: int) -> float:
    return (min(max(value, first), last) - first) / (last - first)


def _percent(share: float) -> str:
    return f"{share:.2f}".rstrip("0").rstrip(".") + "%"
