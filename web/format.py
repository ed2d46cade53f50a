"""How values are written for a reader: dates, numbers, years and sizes in the words of a locale."""

import re
from datetime import date, datetime
from functools import cache
from typing import Final

from babel.core import Locale, UnknownLocaleError
from babel.dates import format_date, format_datetime
from babel.numbers import format_compact_decimal, format_decimal, get_group_symbol
from babel.units import format_unit

from web.i18n import LOCALE

_DATE: Final = re.compile(r"(-?\d{4})(?:-(\d{2})(?:-(\d{2}))?)?")
_DURATION: Final = re.compile(
    r"P(?:(\d+)Y)?(?:(\d+)M)?(?:(\d+)W)?(?:(\d+)D)?"
    r"(?:T(?:(\d+)H)?(?:(\d+)M)?(?:(\d+(?:\.\d+)?)S)?)?"
)
_UNITS: Final = ("year", "month", "week", "day", "hour", "minute", "second")
_SIZES: Final = ("byte", "kilobyte", "megabyte", "gigabyte", "terabyte", "petabyte")
_MILLION: Final = 1_000_000


def number(value: int | float) -> str:
    """12430 -> 12,430."""
    if isinstance(value, int):  # tables have thousands of them: a tenth of the time of the general way
        return f"{value:,}".replace(",", _group())
    return format_decimal(value, locale=LOCALE)


def rounded(value: int) -> str:
    """Large numbers for reading at a glance: 41300000 -> 41.3 million; below a million exact."""
    if value < _MILLION:
        return number(value)
    return format_compact_decimal(value, format_type="long", locale=LOCALE, fraction_digits=1)


def day(value: date) -> str:
    """3 March 2026."""
    return format_date(value, "d MMMM y", locale=LOCALE)


def moment(value: datetime) -> str:
    """3 March 2026, 14:05 UTC."""
    return format_datetime(value, "d MMMM y, HH:mm 'UTC'", locale=LOCALE)


def lexical_date(text: str) -> str:
    """A date as it was written (2015, 2015-07, 2015-07-01T...) in words; other text comes back as it is."""
    found = _DATE.match(text.strip())
    if not found:
        return text
    year, month, day_of_month = found.groups()
    try:
        value = date(int(year), int(month or 1), int(day_of_month or 1))
    except ValueError:
        return text
    pattern = "d MMMM y" if day_of_month else "MMMM y" if month else "y"
    return format_date(value, pattern, locale=LOCALE)


def duration(text: str) -> str:
    """An ISO 8601 duration in words (P1M -> 1 month); other text comes back as it is."""
    found = _DURATION.fullmatch(text.strip())
    amounts = found.groups() if found else ()
    parts = [
        format_unit(float(amount), f"duration-{unit}", locale=LOCALE)
        for amount, unit in zip(amounts, _UNITS, strict=False)
        if amount and float(amount)
    ]
    return ", ".join(parts) or text


def size(value: int) -> str:
    """A number of bytes in the unit that keeps it short, counted in thousands: 1500000 -> 1.5 MB."""
    amount, unit = float(value), 0
    while amount >= 1000 and unit < len(_SIZES) - 1:
        amount, unit = amount / 1000, unit + 1
    return format_unit(round(amount, 1), f"digital-{_SIZES[unit]}", length="short", locale=LOCALE)


def language_name(tag: str) -> str:
    """de -> German; the tag itself when it names no language."""
    try:
        name = Locale.parse(tag, sep="-").get_language_name(LOCALE)
    except (ValueError, UnknownLocaleError):
        return tag
    return name or tag


@cache
def _group() -> str:
    """What stands between thousands."""
    return get_group_symbol(LOCALE)
