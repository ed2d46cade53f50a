"""Results of the OHDSI Data Quality Dashboard, of versions 1 and 2: how the checks of each category came out.

The overview in the file counts errors and checks that do not apply as passed, so nothing of it is
read: each check is counted. What was asked of the database is not read any further.
"""

from collections import Counter
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Final

import orjson

from catalogue.errors import Invalid
from catalogue.profiles.measured import Dropped, Measured, Quality, Told
from harvesters.json_values import Node, node, nodes

PRODUCER: Final = "Data Quality Dashboard"

LARGEST: Final = 256 << 20
"""Bytes of a file that is read; one with 4,000 checks has about 8 MB."""

_NOT_TOLD: Final = "Not told"
_KEYS: Final = (b'"CheckResults"', b'"startTimestamp"')


def recognises(path: Path, head: bytes) -> bool:
    """Whether a file holds results of the dashboard, by how it begins or is called."""
    begins = head.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"{")
    return begins and any(key in head for key in _KEYS)


def read(path: Path) -> Iterator[Measured]:
    """What the file tells; raises Invalid for one that holds no results of checks."""
    if path.stat().st_size > LARGEST:
        raise Invalid(f"{path.name} has more than {LARGEST >> 20} MB, which no results of checks have.")
    try:
        found = node(orjson.loads(path.read_bytes().removeprefix(b"\xef\xbb\xbf")))
    except orjson.JSONDecodeError as error:
        raise Invalid(f"{path.name} is no sound JSON: {error}.") from error
    checks = nodes(found.get("CheckResults"))
    if not checks:
        raise Invalid(f"{path.name} holds no results of checks (CheckResults).")
    yield from _told(found)
    yield from _counted(checks)
    unread = sum("category" not in named for named in map(_lowered, checks))
    if unread:
        yield Dropped(path.name, unread, "These checks are of no category.")


def _told(found: Node) -> Iterator[Told]:
    about = _lowered(next(iter(nodes(found.get("Metadata"))), {}))
    yield Told(
        PRODUCER,
        _text(about.get("dqdversion")),
        _text(about.get("cdmsourcename")),
        _day(found.get("endTimestamp")) or _day(found.get("startTimestamp")),
        _day(about.get("cdmreleasedate")),
        _text(about.get("cdmversion")),
        _text(about.get("vocabularyversion")),
    )


def _counted(checks: list[Node]) -> Iterator[Quality]:
    outcomes: dict[tuple[str, str], Counter[str]] = {}
    for check in map(_lowered, checks):
        if "category" not in check:
            continue
        place = _text(check["category"]) or _NOT_TOLD, _text(check.get("subcategory"))
        outcomes.setdefault(place, Counter())[_outcome(check)] += 1
    for (category, subcategory), counts in sorted(outcomes.items()):
        numbers = (counts[name] for name in ("passed", "failed", "not applicable", "error"))
        yield Quality(category, subcategory, *numbers)


def _outcome(check: Node) -> str:
    """An error or a check that does not apply is neither passed nor failed, whatever else is said."""
    if _yes(check.get("iserror")) or _text(check.get("error")):
        return "error"
    if _yes(check.get("notapplicable")):
        return "not applicable"
    return "failed" if _yes(check.get("failed")) else "passed"


def _lowered(row: Node) -> Node:
    """The row with its names in lower case and without underscores: both versions write the same then."""
    return {name.replace("_", "").lower(): value for name, value in row.items()}


def _alone(value: object) -> object:
    """The value of a list of one, as which R writes each value."""
    return value[0] if isinstance(value, list) and len(value) == 1 else value


def _text(value: object) -> str:
    alone = _alone(value)
    text = " ".join(str(alone).split()) if isinstance(alone, str | int | float) else ""
    return "" if text in ("NA", "NULL") else text[:200]


def _yes(value: object) -> bool:
    return _text(value).lower() in ("1", "1.0", "true")


def _day(value: object) -> date | None:
    try:
        return date.fromisoformat(_text(value)[:10])
    except ValueError:
        return None
