"""What was done to the releases of a profile, by whom and why, as the book of deeds has it."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from catalogue.audit import Deed
from catalogue.profiles.releases import Release
from web import format as form
from web import times
from web.i18n import mark
from web.state import State

IMPORT: Final = "import profile"
PUBLISH: Final = "publish profile"
WITHDRAW: Final = "withdraw profile"

_LABELS: Final = {
    IMPORT: mark("Taken in"),
    PUBLISH: mark("Published"),
    WITHDRAW: mark("Withdrawn"),
}
_DEEDS: Final = 500
"""How many deeds on one dataset are looked through at most."""

_DETAIL: Final = re.compile(r"release ([0-9]{1,10})(?:: (.+))?(?:, \w+)?")


@dataclass(frozen=True, slots=True)
class Step:
    """Something that was done to a release; `who` and `reason` are "" where nobody noted them."""

    label: str
    when: str
    machine: str
    who: str
    reason: str


def detail(release: Release, reason: str) -> str:
    """What the book says of a withdrawal: which release, and why."""
    return f"release {release.id}: {reason}" if reason else f"release {release.id}"


def steps(here: State, record: str, releases: Sequence[Release]) -> dict[int, tuple[Step, ...]]:
    """What was done to each of these releases of a record, the oldest first.

    What a harvest brings nobody notes: it is told by its time alone.
    """
    found: dict[int, list[Deed]] = {one.id: [] for one in releases}
    for deed in reversed(here.catalogue.ledger.audit.newest(_DEEDS, record)):
        told = _DETAIL.fullmatch(deed.detail) if deed.action in _LABELS else None
        if told and int(told[1]) in found:
            found[int(told[1])].append(deed)
    return {one.id: _of_release(one, found[one.id]) for one in releases}


def _of_release(release: Release, deeds: list[Deed]) -> tuple[Step, ...]:
    noted = tuple(_noted(deed) for deed in deeds)
    if any(deed.action == IMPORT for deed in deeds):
        return noted
    return (_step(IMPORT, release.imported, "", ""), *noted)


def _noted(deed: Deed) -> Step:
    told = _DETAIL.fullmatch(deed.detail)
    return _step(deed.action, deed.at, deed.who, told[2] or "" if told else "")


def _step(action: str, at: datetime, who: str, reason: str) -> Step:
    return Step(_LABELS[action], form.moment(at), times.machine(at), who, reason)
