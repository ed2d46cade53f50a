"""Cells of profile files as numbers, dates and strata."""

import math
import re
from collections.abc import Callable, Mapping
from datetime import date, datetime
from typing import Final

from catalogue.profiles.analyses import DOMAINS, SEXES

MOST: Final = 10**12
"""No count is larger: not even all persons there are, a hundred times over."""

_SHOWN: Final = 40
_LONGEST: Final = 1_000
_NULLS: Final = frozenset({"", "na", "null", "none", "\\n"})
_DECIMAL_INTEGER: Final = re.compile(r"(\d{1,15})(?:\.0)?", re.A)
_DIGIT: Final = re.compile(r"\d")
_POWER: Final = re.compile(r"\d(?:\.\d{1,15})?e\+?\d{1,2}", re.I | re.A)
_DAY: Final = re.compile(r"(\d{4})-?(\d{2})-?(\d{2})(?!\d)", re.A)
_WORDED_DAYS: Final = ("%b %d %Y", "%d %b %Y", "%d-%b-%Y")
_OVERLAPS: Final = ("condition", "drug", "device", "measurement", "death", "procedure")
"""What the bits of analysis 2004 stand for, but for the last, which is the observation period."""


def told(text: str) -> str:
    """The text, or "" where it stands for nothing."""
    stripped = text.strip()
    return "" if stripped.lower() in _NULLS else stripped


def label(text: str) -> str:
    """The text as a name to be shown: of one line, without control characters, of bounded length."""
    return "".join(letter if letter.isprintable() else " " for letter in told(text[:_LONGEST])).strip()


def whole(text: str) -> int:
    """A number of 0 or more, also as 12.0 or 1e+05; raises ValueError with a clause that says so."""
    stripped = text.strip()
    if match := _DECIMAL_INTEGER.fullmatch(stripped):
        return int(match[1])
    if _POWER.fullmatch(stripped) and (number := float(stripped)).is_integer():
        return int(number)
    raise ValueError(f"“{_quoted(text)}” is no number of 0 or more.")


def count(text: str) -> int:
    """A number of persons or records; raises ValueError like `whole`, also where there cannot be so many."""
    number = whole(text)
    if number > MOST:
        raise ValueError(f"{number:,} is more than can be counted.")
    return number


def measure(text: str, separator: str) -> float | None:
    """A value of a distribution, None for none; files with ; may write a decimal comma.

    Raises ValueError like `whole`.
    """
    stripped = told(text)
    if separator == ";":
        stripped = stripped.replace(",", ".")
    if not stripped:
        return None
    try:
        number = float(stripped)
    except ValueError:
        raise ValueError(f"“{_quoted(text)}” is no number.") from None
    return number if math.isfinite(number) else None


def day(text: str) -> date | None:
    """The date at the beginning of a text, None where there is none that can be made out."""
    stripped = told(text)
    if match := _DAY.match(stripped):
        try:
            return date(int(match[1]), int(match[2]), int(match[3]))
        except ValueError:
            return None
    start = " ".join(stripped.split()[:3])
    for form in _WORDED_DAYS:
        try:
            return datetime.strptime(start, form).date()
        except ValueError:
            continue
    return None


Stratum = Callable[[str], str | None]
"""Makes a cell the stratum that is kept; None where it is none."""


def _number(low: int, high: int) -> Stratum:
    def kept(text: str) -> str | None:
        try:
            number = whole(text)
        except ValueError:
            return None
        return str(number) if low <= number <= high else None

    return kept


_year = _number(1800, 2200)
_concept = _number(0, (1 << 53) - 1)


def _month(text: str) -> str | None:
    kept = _number(180001, 220012)(text)
    return kept if kept and 1 <= int(kept[4:]) <= 12 else None


def _sex_of_concept(text: str) -> str | None:
    concept = _concept(text)
    return {"8532": "female", "8507": "male", None: None}.get(concept, "other")


def _overlap(text: str) -> str | None:
    """The domains of a string of seven bits, of which the last must not be set."""
    try:
        bits = str(whole(text)).zfill(len(_OVERLAPS) + 1)
    except ValueError:
        return None
    if len(bits) != len(_OVERLAPS) + 1 or bits[-1] != "0" or set(bits) != {"0", "1"}:
        return None
    found = {domain for domain, bit in zip(_OVERLAPS, bits, strict=False) if bit == "1"}
    return "+".join(domain for domain in DOMAINS if domain in found)


def _word(*words: str) -> Stratum:
    def kept(text: str) -> str | None:
        word = text.strip().lower()
        return word if word in words else None

    return kept


def _domains(text: str) -> str | None:
    found = [domain.strip() for domain in text.lower().split("+")]
    if not set(found) <= set(DOMAINS) or len(found) != len(set(found)):
        return None
    return "+".join(sorted(found, key=DOMAINS.index))


_NUMBERS: Final[Mapping[str, Stratum]] = {
    "year": _year,
    "month": _month,
    "age": _number(0, 130),
    "months": _number(0, 2_000),
    "periods": _number(0, 10_000),
    "concept": _concept,
    "unit": _concept,
}
OF_OMOP: Final[Mapping[str, Stratum]] = {**_NUMBERS, "sex": _sex_of_concept, "domains": _overlap}
"""How each stratum is read from the results of Achilles and CatalogueExport."""

OF_WORDS: Final[Mapping[str, Stratum]] = {
    **_NUMBERS,
    "sex": _word(*SEXES),
    "domain": _word(*DOMAINS),
    "domains": _domains,
}
"""How each stratum is read where it is written in our own words."""

FORMS: Final = {
    "year": "a year is four digits",
    "month": "a month is yyyymm, such as 202403",
    "age": "an age is 0 to 130 years",
    "months": "a length is a number of 30 days, 0 to 2000",
    "periods": "periods are a number of 0 or more",
    "concept": "a concept is the number of an OMOP concept",
    "unit": "a unit is the number of an OMOP concept",
    "sex": "a sex is female, male or other, in OMOP a concept",
    "domain": "a domain is one of " + ", ".join(DOMAINS),
    "domains": "domains are joined by +; overlaps with observation periods alone are not taken in",
}
"""What each stratum must look like."""


def _quoted(text: str) -> str:
    """A cell as an error may quote it: its digits, which may be of a small count, are not told."""
    return _DIGIT.sub("#", text[:_SHOWN])
