"""What is told of a source, in the words of a mail and as the JSON of a web hook."""

import json
from collections.abc import Mapping
from datetime import datetime
from typing import Final

from web import format as form
from web.alerts import FAILING, RECOVERED, WITHHELD, Alert

_SUBJECTS: Final[Mapping[str, str]] = {
    FAILING: "harvesting “{}” fails",
    WITHHELD: "“{}” has records that wait to be withdrawn",
    RECOVERED: "“{}” is well again",
}
_LONGEST: Final = 2_000
"""How much of what a server said is passed on."""


def subject(alert: Alert, title: str) -> str:
    """One line, whatever the names hold."""
    return _line(f"{title}: {_SUBJECTS[alert.event].format(alert.source)}")[:200]


def text(alert: Alert, title: str) -> str:
    """The text of a mail."""
    paragraphs = {FAILING: _failing, WITHHELD: _withheld, RECOVERED: _recovered}[alert.event](alert)
    return "\n\n".join((*paragraphs, f"-- \n{_line(title)}")) + "\n"


def body(alert: Alert, title: str) -> bytes:
    """The JSON of a web hook; `text` holds a sentence, as chat rooms show it."""
    run = alert.run
    told = {
        "event": alert.event,
        "text": f"{subject(alert, title)}. {_plain(run.message)} {alert.link}".replace(".  ", ". "),
        "source": {"name": alert.source, "address": alert.address},
        "run": {
            "id": run.id,
            "state": run.state,
            "started": _moment(run.started),
            "ended": _moment(run.ended),
            "message": _plain(run.message),
        },
        "failing_since": _moment(alert.since),
        "failures": alert.runs,
        "last_complete": _moment(alert.last_good),
        "waiting": alert.waiting,
        "link": alert.link,
    }
    return json.dumps(told, ensure_ascii=False).encode()


def _failing(alert: Alert) -> tuple[str, ...]:
    kept = "Some records came and are kept" if alert.run.state == "partial" else "Nothing came"
    often = "" if alert.runs == 1 else f", {form.number(alert.runs)} runs in a row"
    good = f"It was last read to its end on {form.moment(alert.last_good)}." if alert.last_good else ""
    return (
        f"The last harvest of “{_line(alert.source)}” was not complete.\n{_line(alert.address)}",
        f"What happened:\n{_plain(alert.run.message) or 'Nothing was said about it.'}",
        f"It has failed since {form.moment(alert.since or alert.run.started)}{often}. "
        f"{good or 'It was never read to its end before.'}",
        f"{kept}; what was there before stays, and nothing was withdrawn.",
        f"All about the run:\n{alert.link}",
        "You are told once. The next message comes when the source is well again.",
    )


def _withheld(alert: Alert) -> tuple[str, ...]:
    are = "1 record waits" if alert.waiting == 1 else f"{form.number(alert.waiting)} records wait"
    return (
        f"“{_line(alert.source)}” was harvested, and {are} to be withdrawn: its source no longer has them. "
        "They stay until a person agrees.",
        _plain(alert.run.message) or "So it is set for this source.",
        f"Look at them, and withdraw them or let them stay:\n{alert.link}",
    )


def _recovered(alert: Alert) -> tuple[str, ...]:
    moment = form.moment(alert.run.ended or alert.run.started)
    return (
        f"“{_line(alert.source)}” is well again: it was read to its end on {moment}.",
        f"All about the run:\n{alert.link}",
    )


def _line(words: str) -> str:
    return " ".join("".join(sign if sign.isprintable() else " " for sign in words).split())


def _plain(words: str) -> str:
    """What a server said, without signs that are none, and not without end."""
    kept = "".join(sign if sign.isprintable() or sign == "\n" else " " for sign in words).strip()
    return kept if len(kept) <= _LONGEST else f"{kept[:_LONGEST]}…"


def _moment(moment: datetime | None) -> str | None:
    return moment.isoformat() if moment else None
