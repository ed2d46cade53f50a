"""How moments and durations are written where it matters how long ago or how long they were."""

from datetime import datetime
from typing import Final

from babel.dates import format_datetime, format_timedelta
from babel.units import format_unit

from web.i18n import LOCALE

_MINUTE_S: Final = 60
_HOUR_S: Final = 3600


def ago(value: datetime, now: datetime) -> str:
    """2 hours ago, or in 3 days for what is to come."""
    return format_timedelta(value - now, add_direction=True, locale=LOCALE)


def brief(value: datetime) -> str:
    """3 March, 14:05: for tables whose rows are of this year or say how long ago it was."""
    return format_datetime(value, "d MMMM, HH:mm", locale=LOCALE)


def machine(value: datetime) -> str:
    """The value of a `datetime` attribute."""
    return value.strftime("%Y-%m-%dT%H:%M:%SZ")


def lasting(seconds: float) -> str:
    """4 ms, 2.5 sec, 1 min 15 sec, 2 hr 5 min: the two greatest units."""
    if seconds < 1:
        return _unit(round(seconds * 1000), "millisecond")
    if seconds < 10:
        return _unit(round(seconds, 1), "second")
    whole = round(seconds)
    hours, rest = divmod(whole, _HOUR_S)
    minutes, left = divmod(rest, _MINUTE_S)
    parts = [(hours, "hour"), (minutes, "minute"), (left, "second")]
    told = [_unit(amount, unit) for amount, unit in parts if amount]
    return " ".join(told[:2])


def _unit(amount: float, unit: str) -> str:
    return format_unit(amount, f"duration-{unit}", length="short", locale=LOCALE)
