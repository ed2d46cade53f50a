"""What a cell of a table says: numbers, dates and answers in the spellings that people and Excel use.

What is not understood is kept as the words it came in, for the check of the record to tell.
"""

import re
from datetime import date, datetime, time, timedelta
from typing import Final, TypeAlias

from catalogue.drafting import Given
from catalogue.fields import Field, Kind

Cell: TypeAlias = str | int | float | bool | datetime | date | time | timedelta | None

ERRORS: Final = frozenset({"#N/A", "#REF!", "#VALUE!", "#DIV/0!", "#NAME?", "#NUM!", "#NULL!", "#SPILL!"})
"""What Excel writes where a formula failed; it counts as nothing."""

_UNFIT: Final = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff\ufeff]")
_BLANKS: Final = "\u00a0\u2009\u202f\t"
_GROUPED: Final = re.compile(r"([1-9]\d{0,2}(?:([ ,.'’])\d{3})(?:\2\d{3})*)(?:[.,]0*)?")
_WHOLE: Final = re.compile(r"(\d{1,18})(?:[.,]0*)?")
_DAY_FIRST: Final = re.compile(r"(\d{1,2})\.\s?(\d{1,2})\.\s?(\d{4})")
_SLASHES: Final = re.compile(r"(\d{1,2})[/-](\d{1,2})[/-](\d{4})")
_YEAR_FIRST: Final = re.compile(r"(\d{4})[/.](\d{1,2})[/.](\d{1,2})")
_YES: Final = frozenset({"yes", "y", "true", "1", "x"})
_NO: Final = frozenset({"no", "n", "false", "0"})
_PARTED: Final = re.compile(r"[;\n]")


def words(cell: Cell) -> str:
    """A cell as text, without blanks around it and characters that no text can hold."""
    match cell:
        case None:
            return ""
        case bool():
            return "true" if cell else "false"
        case float() if cell.is_integer():
            return str(int(cell))
        case datetime() if cell.time() == time():
            return cell.date().isoformat()
        case datetime() | date() | time():
            return cell.isoformat()
    text = _UNFIT.sub("", str(cell)).replace("\r\n", "\n").replace("\r", "\n").strip()
    return "" if text in ERRORS else text


def value(field: Field, cell: Cell) -> Given:
    """One value of a field from a cell; "" where the cell says nothing.

    A number with decimals is not taken for one with thousands: it comes as a number and not as it is written.
    """
    text = words(cell)
    match field.kind:
        case Kind.INTEGER if not isinstance(cell, float):
            return number(text)
        case Kind.DATE:
            return day(text)
        case Kind.BOOLEAN:
            return answer(text)
    return text


def values(field: Field, cell: Cell) -> list[Given]:
    """The values of a field from a cell that may hold several."""
    parts = _PARTED.split(words(cell))
    return [found for part in parts if (found := value(field, part.strip())) != ""]


def number(text: str) -> Given:
    """A whole number in any usual spelling: 1234, 1 234, 1,234, 1.234, 1'234 or 1234.0."""
    plain = re.sub(f"[{_BLANKS}]", " ", text)
    if found := _GROUPED.fullmatch(plain):
        return int(re.sub(r"\D", "", found[1]))
    if found := _WHOLE.fullmatch(plain):
        return int(found[1])
    return text


def day(text: str) -> Given:
    """A date in any spelling that can be read in one way alone; else the text as it is."""
    if found := _DAY_FIRST.fullmatch(text):
        return _date(found[3], found[2], found[1]) or text
    if found := _YEAR_FIRST.fullmatch(text):
        return _date(found[1], found[2], found[3]) or text
    if found := _SLASHES.fullmatch(text):
        one, other, year = found[1], found[2], found[3]
        read = {_date(year, other, one), _date(year, one, other)} - {""}
        return read.pop() if len(read) == 1 else text
    return text


def answer(text: str) -> Given:
    """Yes or no."""
    folded = text.casefold()
    if folded in _YES:
        return True
    return False if folded in _NO else text


def _date(year: str, month: str, of_month: str) -> str:
    """A date as ISO 8601 writes it; "" when there is no such day."""
    try:
        return date(int(year), int(month), int(of_month)).isoformat()
    except ValueError:
        return ""
