"""Charts as they were last written into a page, for the next reader: what a release tells never changes."""

import threading
from collections import OrderedDict
from collections.abc import Hashable
from typing import Final

from markupsafe import Markup

MOST: Final = 48
"""So many parts of profiles are remembered; a large one has half a megabyte."""


class Written:
    """Remembers by a key what stood in a page; what was not asked for longest is forgotten first."""

    def __init__(self, most: int = MOST) -> None:
        self._most = most
        self._lock = threading.Lock()
        self._found: OrderedDict[Hashable, Markup] = OrderedDict()

    def find(self, key: Hashable) -> Markup | None:
        """What was kept under the key, None where nothing is."""
        with self._lock:
            if key in self._found:
                self._found.move_to_end(key)
            return self._found.get(key)

    def keep(self, key: Hashable, markup: Markup) -> None:
        """Remember this too."""
        with self._lock:
            self._found[key] = markup
            self._found.move_to_end(key)
            if len(self._found) > self._most:
                self._found.popitem(last=False)
