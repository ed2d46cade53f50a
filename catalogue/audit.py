"""The book of deeds: who did what to what, and when. It is only added to."""

import re
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from catalogue import tables
from catalogue.database import Database

LONGEST: Final = {"who": 200, "action": 100, "subject": 500, "detail": 2_000}
"""The most letters that are kept of each part."""

_SECRETS: Final = (
    (re.compile(r"\b(ff[ts]_)[a-z2-7]{20,}"), r"\1…"),
    (re.compile(r"(?<=://)[^/\s]*@"), "…@"),
)
"""What may have got into a text and is not kept: tokens, and passwords in addresses."""

_BREAKING: Final = frozenset(("Cc", "Cs", "Zl", "Zp"))
_TURNING: Final = frozenset("\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
_REPLACED: Final = "\N{REPLACEMENT CHARACTER}"

_audit: Final = tables.audit


@dataclass(frozen=True, slots=True)
class Deed:
    """Somebody did something; `subject` names what to, such as a source."""

    id: int
    at: datetime
    who: str
    action: str
    subject: str
    detail: str = ""


class Audit:
    """The deeds of one ledger."""

    def __init__(self, database: Database, now: Callable[[], datetime]) -> None:
        self._database = database
        self._now = now

    def note(self, who: str, action: str, subject: str, detail: str = "") -> None:
        """Write down a deed, each part on one line and not too long; secrets have no place in it."""
        told = {"who": who, "action": action, "subject": subject, "detail": detail}
        values = {name: _line(text, LONGEST[name]) for name, text in told.items()}
        with self._database.writing() as db:
            db.execute(_audit.insert().values(at=self._now(), **values))

    def newest(self, limit: int = 50, subject: str | None = None, offset: int = 0) -> tuple[Deed, ...]:
        """The newest deeds first, on one subject or on all; the first `offset` are left out."""
        query = _audit.select().order_by(_audit.c.id.desc()).limit(limit).offset(offset)
        if subject is not None:
            query = query.where(_audit.c.subject == _line(subject, LONGEST["subject"]))
        with self._database.reading() as db:
            return tuple(Deed(**row._mapping) for row in db.execute(query).all())


def _line(text: str, longest: int) -> str:
    """The text without what could begin a new line, turn its direction, or open a door."""
    text = text[: 4 * longest]
    for pattern, instead in _SECRETS:
        text = pattern.sub(instead, text)
    line = "".join(_REPLACED if _is_unruly(sign) else sign for sign in text[: longest + 1])
    return line if len(line) <= longest else line[: longest - 1] + "…"


def _is_unruly(sign: str) -> bool:
    return sign in _TURNING or unicodedata.category(sign) in _BREAKING
