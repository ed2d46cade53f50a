"""What readers of files with named parts do not take in, since nothing is left out silently."""

from collections import Counter
from collections.abc import Iterator
from typing import Final

from catalogue.profiles.measured import Dropped

_NAMED: Final = 200
_OTHERS: Final = "other parts"


class PassedOver:
    """Rows of parts that have names, and why they are not taken in."""

    def __init__(self) -> None:
        self._rows: Counter[tuple[str, str]] = Counter()

    def add(self, what: str, reason: str, rows: int = 1) -> None:
        """Count rows of a part, 0 for one that is not looked into."""
        key = what, reason
        if key not in self._rows and len(self._rows) >= _NAMED:
            key = _OTHERS, reason
        self._rows[key] += rows

    def told(self) -> Iterator[Dropped]:
        """One line a name and reason."""
        for (what, reason), rows in self._rows.items():
            yield Dropped(what, rows, reason)
