"""What readers of profiles do not take in, counted by reason, since nothing is left out silently."""

from collections import Counter
from collections.abc import Iterator
from typing import Final

from catalogue.profiles.measured import Dropped

_MANY: Final = 1_000
_LISTED: Final = 12
_SEVERAL: Final = -1
"""In place of the ids of analyses that are too many to be told one by one."""


class LeftOut:
    """Rows that are not taken in, by reason and id of the analysis."""

    def __init__(self) -> None:
        self._rows: Counter[tuple[str, int]] = Counter()
        self._twice = 0

    def add(self, reason: str, id: int, rows: int = 1) -> None:
        """Count rows of an analysis; without a reason they are none that need be told."""
        if reason and rows:
            key = (reason, id)
            if key not in self._rows and len(self._rows) >= _MANY:
                key = (reason, _SEVERAL)
            self._rows[key] += rows

    def add_twice(self) -> None:
        """Count a row that stands twice."""
        self._twice += 1

    def told(self) -> Iterator[Dropped]:
        """One line a reason, which names its analyses."""
        for reason in dict.fromkeys(reason for reason, _ in self._rows):
            rows = {id: number for (why, id), number in self._rows.items() if why == reason}
            yield Dropped(_named(sorted(rows)), sum(rows.values()), reason)
        if self._twice:
            yield Dropped("rows that stand twice", self._twice, "They tell the same again.")


def _named(ids: list[int]) -> str:
    listed = [str(id) for id in ids if id != _SEVERAL]
    if len(listed) == len(ids) == 1:
        return f"analysis {listed[0]}"
    more = len(listed) > _LISTED or len(listed) < len(ids)
    return "analyses " + ", ".join(listed[:_LISTED]) + (" and others" if more else "")
