"""Counts added up, divided and put into words, each between the bounds that what is told allows."""

import math
import re
from collections.abc import Iterable, Sequence
from functools import lru_cache
from typing import Final

from babel.numbers import format_decimal

from catalogue.profiles.counts import Count, State
from web import format as form
from web.charts.chart import Amount, Say, Told
from web.i18n import LOCALE, mark

ABSENT: Final = Amount(State.ABSENT)

_NUMBER: Final = re.compile(r"\d{1,4}(?!\d)")
"""At most four digits, so that nothing draws an axis without end."""

_MONTH: Final = re.compile(r"[12]\d{3}(?:0[1-9]|1[0-2])")
_FINE: Final = "#,##0.######"
_SLACK: Final = 1e-9
"""What computing with binary fractions may add."""


def total(parts: Iterable[Count], whole: Count | None = None) -> Count:
    """The sum of the parts that are provided, at most the whole; absent where none is."""
    told = [part for part in parts if part.state != State.ABSENT]
    if not told:
        return Count.absent()
    low = sum(part.low or 0 for part in told)
    highs = [part.high for part in told if part.high is not None]
    most = whole.high if whole and whole.state != State.SUPPRESSED else None
    if len(highs) < len(told) and most is None:
        return Count.hidden()
    high = sum(highs) if len(highs) == len(told) else most
    bound = high if most is None or high is None else min(high, most)
    if all(part.state == State.SUPPRESSED for part in told):
        return Count(State.SUPPRESSED, low, bound)
    return Count.between(low, max(low, bound or 0))


def ratio(part: Count, whole: Count, per: int = 100) -> Amount:
    """How many of `per` the part is, from the least to the most; absent where either is not told."""
    if part.low is None or not whole.low or whole.high is None:
        return ABSENT
    low = part.low / whole.high * per
    high = None if part.high is None else part.high / whole.low * per
    return _amount(part.state, low, high)


def share(part: Count, whole: Count) -> Amount:
    """The part as percent of the whole, at most 100."""
    found = ratio(part, whole)
    if found.low is None:
        return found
    high = None if found.high is None else min(100.0, found.high)
    return _amount(found.state, min(100.0, found.low), high)


def between(low: float, high: float) -> Amount:
    """An amount of which the bounds are known."""
    return _amount(State.INTERVAL, low, high)


def words(told: Told, say: Say) -> str:
    """12,430; 12,400–12,500; hidden (1–5); – not provided."""
    match told.state:
        case State.EXACT:
            return plain(told.low)
        case State.INTERVAL:
            low, high = _down(told.low), _up(told.high)
            return low if low == high else f"{low}–{high}"
        case State.SUPPRESSED if told.high is not None:
            low, high = _down(told.low), _up(told.high)
            return say(mark("hidden ({low}–{high})")).format(low=low, high=high)
        case State.SUPPRESSED:
            return say(mark("hidden"))
    return say(mark("– not provided"))


def first_number(stratum: str) -> int | None:
    """The number of an age, a year or a length: 42 of `42`, 90 of `90+`; None where it has none."""
    found = _NUMBER.match(stratum)
    return int(found.group()) if found else None


def month_number(stratum: str) -> int | None:
    """The month of a stratum yyyymm; None for what is none."""
    found = _MONTH.fullmatch(stratum)
    return int(stratum) if found else None


def middle(told: Told) -> float:
    """What a count is ordered by; what is not told comes last."""
    if told.low is None:
        return -1.0
    return (told.low + (told.low if told.high is None else told.high)) / 2


def most(told: Iterable[Told]) -> float:
    """The greatest bound of all, 0 where nothing is told."""
    return max((one.low or 0.0 if one.high is None else one.high for one in told), default=0.0)


def states(told: Sequence[Told]) -> frozenset[State]:
    """The states that occur."""
    return frozenset(one.state for one in told)


def _amount(state: State, low: float, high: float | None) -> Amount:
    if state == State.SUPPRESSED:
        return Amount(state, low, high)
    return Amount(State.EXACT if low == high else State.INTERVAL, low, high)


def plain(value: float | None) -> str:
    """A number to one decimal, or to two digits where it is less than one."""
    if value is None or isinstance(value, int):
        return form.number(value or 0)
    return _fine(round(value, _digits(value)))


def _down(value: float | None) -> str:
    if value is None or isinstance(value, int):
        return plain(value)
    scale = 10.0 ** _digits(value)
    return _fine(math.floor(value * scale + _SLACK) / scale)


def _up(value: float | None) -> str:
    if value is None or isinstance(value, int):
        return plain(value)
    scale = 10.0 ** _digits(value)
    return _fine(math.ceil(value * scale - _SLACK) / scale)


def _digits(value: float) -> int:
    return 1 if abs(value) >= 1 or not value else 1 - math.floor(math.log10(abs(value)))


@lru_cache(maxsize=16_384)
def _fine(value: float) -> str:
    return format_decimal(value, format=_FINE, locale=LOCALE)
