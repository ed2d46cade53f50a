"""Long lists in pages: which part is shown, and the ways to the parts before and behind it."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final
from urllib.parse import urlencode

from web import format as form

_DIGITS: Final = 15
"""More than any number in the ledger has, and few enough for its engines."""


@dataclass(frozen=True, slots=True)
class Paging:
    """The part that is shown; `previous` and `following` are "" at the ends, `total` where nobody counted."""

    number: int
    offset: int
    first: str
    last: str
    total: str
    previous: str
    following: str

    @property
    def is_needed(self) -> bool:
        """Whether there is more than one page."""
        return bool(self.previous or self.following)


def paging(path: str, asked: Mapping[str, str], name: str, size: int, total: int, anchor: str = "") -> Paging:
    """The page of a list that the parameter `name` of a query asks for, the last one beyond the end.

    The other parameters stay as they are in the links.
    """
    pages = max(1, -(-total // size))
    number = min(max(1, whole(asked.get(name, ""), 1)), pages)
    offset = (number - 1) * size

    def way(to: int) -> str:
        if not 1 <= to <= pages:
            return ""
        query = {**asked, name: str(to)}
        if to == 1:
            del query[name]
        return path + (f"?{urlencode(query)}" if query else "") + (f"#{anchor}" if anchor else "")

    last = min(offset + size, total)
    first, told = form.number(min(offset + 1, total)), form.number(total)
    return Paging(number, offset, first, form.number(last), told, way(number - 1), way(number + 1))


def only(asked: Mapping[str, str], *names: str) -> dict[str, str]:
    """The parameters of these names alone."""
    return {name: asked[name] for name in names if name in asked}


def whole(text: str, otherwise: int) -> int:
    """A whole number that somebody typed or linked to."""
    return int(text) if text.isascii() and text.isdigit() and len(text) <= _DIGITS else otherwise
